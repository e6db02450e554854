"""The plot of one channel: live or back in time, each stretch in the colour of its quality, faults as marked spans.

Up to two minutes every sample is drawn, beyond that the least and the greatest value of each column of the picture. The line
breaks where there is no data and where the channel was calibrated. Dragging and the wheel move through time; then it stays
where it was put, until *Live* is asked for.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from neodent_viewer.app import theme
from neodent_viewer.app.panels.console import moment_words
from neodent_viewer.app.panels.plot_axis import AgoAxis
from neodent_viewer.app.panels.plot_marks import Marks
from neodent_viewer.app.words import duration, fitted, plain_tip
from neodent_viewer.live.curve import curve
from neodent_viewer.live.live import Live
from neodent_viewer.live.status import ChannelStatus
from neodent_viewer.mesh.surface import Float64
from neodent_viewer.sensors.channel import Flag, Quantity

#: spans offered, seconds; the first is the usual one
SECONDS = 30.0
SPANS = (("30 s", SECONDS), ("5 min", 300.0), ("1 h", 3600.0), ("All", 0.0))
#: seconds up to which every sample is drawn, and the longest stretch that can be looked at
_EACH, _LONGEST = 100.0, 3 * 86_400.0
#: share of the width that is left free to the right of now
_MARGIN = 0.02

Flags = NDArray[np.uint8]


class LivePlot(QWidget):
    """Values of one channel over a stretch of time."""

    def __init__(self) -> None:
        super().__init__()
        self.title = QLabel()
        self.title.setProperty("role", "caption")
        self.widget = pg.PlotWidget(background=theme.FIELD, axisItems={"bottom": AgoAxis("bottom")})
        self.notice = QLabel(self.widget)
        self.span, self.end = SECONDS, float("nan")  #: seconds shown; time (s) of the right edge, NaN follows now
        self._now = 0.0
        self._span_shown = (0.0, 1.0)
        self._unit = self._where = ""
        self._quantity: Quantity | None = None
        self._dress()
        bad, _ = theme.QUALITY[Flag.BAD]
        self.lines = {
            flag: self.widget.plot(pen=pg.mkPen(colour, width=1.6), connect="finite")
            for flag, (colour, _) in theme.QUALITY.items()
        }
        self.crosses = self.widget.plot(pen=None, symbol="x", symbolSize=7, symbolPen=bad, symbolBrush=bad)
        good = theme.QUALITY[Flag.GOOD][0]
        self.dots = self.widget.plot(pen=None, symbol="o", symbolSize=3, symbolPen=None, symbolBrush=good)
        self.marks = Marks(self.widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.title)
        layout.addWidget(self.widget, 1)
        layout.addLayout(self._span_row())
        self.setMinimumHeight(150)

    def _dress(self) -> None:
        widget, box = self.widget, self.widget.getViewBox()
        widget.setMenuEnabled(False)
        widget.setMouseEnabled(x=True, y=False)
        widget.hideButtons()
        widget.setFrameShape(widget.Shape.NoFrame)
        widget.showGrid(x=False, y=True, alpha=0.12)
        widget.getPlotItem().setContentsMargins(2, 6, 8, 2)
        for side in ("left", "bottom"):
            axis = widget.getAxis(side)
            axis.setPen(theme.LINE)
            axis.setTextPen(theme.MUTED)
            axis.enableAutoSIPrefix(False)
        widget.getAxis("left").setWidth(36)
        box.setLimits(minXRange=2.0, maxXRange=_LONGEST)
        box.sigRangeChangedManually.connect(self._moved)
        self.notice.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.notice.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.notice.setWordWrap(True)
        self.notice.setStyleSheet(f"background: rgba(31, 34, 38, 225); color: {theme.WARNING}; padding: 4px 8px;")
        self.notice.hide()
        self._show_range()

    def _span_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2)
        self.spans: dict[float, QToolButton] = {}
        for words, seconds in SPANS:
            button = self.spans[seconds] = self._button(words, f"Show the last {words}" if seconds else "Show it all")
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, seconds=seconds: self.show_span(seconds))
            row.addWidget(button)
        row.addStretch(1)
        self.live = self._button("Live", "Follow the present again")
        self.live.clicked.connect(lambda _=False: self.follow())
        row.addWidget(self.live)
        self._show_span()
        return row

    def _button(self, words: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setText(words)
        button.setToolTip(tip)
        return button

    # -- which time ----------------------------------------------------------------------------------------------

    @property
    def following(self) -> bool:
        """Whether the right edge is now."""
        return bool(np.isnan(self.end))

    def show_span(self, seconds: float) -> None:
        """Show the last so many seconds; 0 is all there is."""
        self.span, self.end = seconds, float("nan")
        self._show_span()

    def follow(self) -> None:
        """Follow now again, over as long a stretch as is shown."""
        self.end = float("nan")
        self._show_span()

    def go_to(self, time: float, seconds: float) -> None:
        """Show a stretch of so many seconds with a time (s) in its middle; where that reaches to now, it follows."""
        self.span = min(max(seconds, 2.0), _LONGEST)
        self.end = float("nan") if time + self.span / 2 >= self._now else time + self.span / 2
        self._show_span()

    def _moved(self, *_: object) -> None:
        """Stay where the hand has moved it to; brought to now, it follows again."""
        left, right = self.widget.getViewBox().viewRange()[0]
        self.span = right - left
        self.end = float("nan") if right >= -_MARGIN * self.span else self._now + right
        self._show_span()

    def _show_span(self) -> None:
        for seconds, button in self.spans.items():
            button.setChecked(self.following and abs(seconds - self.span) < 0.5)
        self.live.setVisible(not self.following)

    def _show_range(self) -> None:
        span = self.span or _LONGEST
        right = _MARGIN * span if self.following else self.end - self._now
        self.widget.setXRange(right - span * (1 + _MARGIN * self.following), right, padding=0)

    # -- showing -------------------------------------------------------------------------------------------------

    def show_channel(self, quantity: Quantity) -> None:
        """Follow another channel; the span is the quantity's usual one, widened as values ask for it."""
        self._quantity = quantity
        self._span_shown, self._unit = (quantity.show_low, quantity.show_high), quantity.unit
        self.follow()

    def show_name(self, where: str) -> None:
        """Say whose values are shown; what they are, and in which unit, is told however long the name is."""
        self._where = where
        self._fit_title()

    def _fit_title(self) -> None:
        if self._quantity is None:
            return
        name, unit = self._quantity.name, self._quantity.unit
        what = ", pH" if name == "ph" else f", {name}, {unit}"
        self.title.setText(fitted(self._where, what, self.width() - 4, self.title.fontMetrics().horizontalAdvance))
        self.title.setToolTip(plain_tip(f"{self._where}{what}"))

    def show_live(self, live: Live, key: str) -> None:
        """Draw a channel over the stretch of time in view."""
        now = self._now = live.now()
        if not self.span:
            first = live.heard(key)
            since = first.strip().first if first is not None else now
            self.span = min(max(now - since, SECONDS) if since == since else SECONDS, _LONGEST)
            self.spans[0.0].setChecked(True)
        end = now if self.following else self.end
        start = end - self.span
        columns = 0 if now - start <= _EACH else max(60, min(800, self.widget.width() - 48))
        shown = curve(live, key, start, end, columns)
        self._show_range()
        self.show_series(now, shown.times, shown.values, shown.flags)
        self.marks.show_holes(now, shown.holes)
        self.marks.show_faults(now, [one for one in live.faults(key) if one.end >= start and one.onset <= end])
        self.marks.show_steps(now, shown.steps, self._unit, partial(short_moment, live))

    def show_series(self, now: float, times: Float64, values: Float64, flags: Flags) -> None:
        """Draw a series: times (k,) s on the program's clock, values (k,) with NaN where it breaks, QARTOD flags (k,)."""
        x = times - now
        for flag, line in self.lines.items():
            line.setData(x, stretch(values, flags, flag), skipFiniteCheck=False)
        bad = (flags == Flag.BAD) & np.isfinite(values)
        self.crosses.setData(x[bad], values[bad]) if now - times.min(initial=now) <= _EACH else self.crosses.setData(
            [], []
        )
        single = alone(times, values) & ~bad
        self.dots.setData(x[single], values[single])
        known = np.isfinite(values)
        good = values[known & (flags != Flag.BAD)]  # one wild spike must not flatten the rest
        seen = good if len(good) else values[known]  # but where all of it is wild, that is what there is to see
        # nothing is left of what is no longer shown: a scale tells of values too, and consent to them may be gone
        low, high = (float(seen.min()), float(seen.max())) if len(seen) else self._span_shown
        pad = max(0.08 * (high - low), 0.02 * (self._span_shown[1] - self._span_shown[0])) if len(seen) else 0.0
        self.widget.setYRange(low - pad, high + 2 * pad, padding=0)

    def show_notice(self, status: ChannelStatus, wall: datetime | None) -> None:
        """Say over the plot why there is nothing new: consent, or silence since a time of day (None: not known)."""
        here = (
            self.following or bool(status.withheld) or not status.samples
        )  # where one looks back, old data is no news
        text = notice_of(status, wall) if here else ""
        self.notice.setVisible(bool(text))
        if text and text != self.notice.text():
            self.notice.setText(text)
            self._place_notice()

    def _place_notice(self) -> None:
        width = max(120, self.widget.width() - 60)
        self.notice.setGeometry(44, 6, width, self.notice.heightForWidth(width))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the notice in its place."""
        super().resizeEvent(event)
        self._place_notice()
        self._fit_title()

    def release(self) -> None:
        """Take the graphics scene apart while Qt still stands."""
        self.widget.close()  # takes itself out of this widget, so it must be deleted by hand
        self.widget.deleteLater()


def notice_of(status: ChannelStatus, wall: datetime | None) -> str:
    """Return why a plot shows nothing new, as a sentence; empty when it does.

    Parameters
    ----------
    status : ChannelStatus
    wall : datetime or None
        Date and time now, None where the data has a time of its own.
    """
    if status.withheld:
        return status.withheld
    if not status.samples:
        return "Nothing has come yet."
    if not status.stale:
        return ""
    since = "" if wall is None else f" since {(wall - timedelta(seconds=status.age)).astimezone():%H:%M:%S}"
    return f"No data{since}, for {duration(status.age)}"


def short_moment(live: Live, time: float) -> str:
    """Return when something happened, for narrow places: the time of day to the minute, or the place in the recording."""
    words = moment_words(live, time)
    return f"at {words.partition(' ')[0]}" if live.replay is not None else words.rpartition(":")[0]


def alone(times: Float64, values: Float64) -> NDArray[np.bool_]:
    """Return which samples (k,) no line can show, since both neighbours are missing; a column of one value counts as one.

    >>> alone(np.array([0.0, 1.0, 2.0, 3.0, 3.0]), np.array([1.0, 2.0, np.nan, 5.0, 5.0])).tolist()
    [False, False, False, True, True]
    """
    rows = np.nonzero(np.isfinite(values))[0]
    if not len(rows):
        return np.zeros(len(values), np.bool_)
    starts = np.concatenate([[True], np.diff(rows) > 1])
    ends = np.concatenate([starts[1:], [True]])
    first, last = rows[starts], rows[ends]
    single = (times[first] == times[last]) & (values[first] == values[last])
    found = np.zeros(len(values), np.bool_)
    found[rows] = np.repeat(single, last - first + 1)
    return found


def stretch(values: Float64, flags: Flags, flag: int) -> Float64:
    """Return `values` (k,) where the line should have a flag's colour, NaN elsewhere.

    A stretch reaches back to the sample before it, so that two colours meet without a gap.

    >>> stretch(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 1, 3, 1], np.uint8), 3)
    array([nan,  2.,  3., nan])
    """
    own = flags == flag
    reach = own.copy()
    reach[:-1] |= own[1:]
    return np.where(reach, values, np.nan)
