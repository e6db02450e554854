"""What is drawn over and under the line of a live plot: stretches without data, faults, and changes of calibration.

Each kind keeps its items and shows as many as are wanted; words stand where there is room for them, and the rest is told by
the tooltip. Times are seconds after now, so mostly negative.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPen

from neodent_viewer.app import theme
from neodent_viewer.app.words import duration
from neodent_viewer.live.curve import Hole
from neodent_viewer.live.intake import Step
from neodent_viewer.sensors.advice import ADVICE
from neodent_viewer.sensors.calibration import AS_SENT
from neodent_viewer.sensors.channel import Flag
from neodent_viewer.sensors.fault import Fault, FaultKind

#: items of a kind drawn at most, logical pixels that words keep free around them, and points of their letters
_MOST, _ROOM, _POINTS = 60, 6.0, 8.0
#: how much of the fault's and the hole's colour is seen
_FAULT_ALPHA, _HOLE_ALPHA = 46, 110


class View(NamedTuple):
    """What a plot shows: seconds after now from left to right, values from bottom to top, seconds of one logical pixel."""

    left: float
    right: float
    bottom: float
    top: float
    pixel: float


class Mark:
    """A band or a line with words."""

    def __init__(
        self, widget: pg.PlotWidget, item: pg.LinearRegionItem | pg.InfiniteLine, colour: str, depth: int
    ) -> None:
        self.item = item
        back = QColor(theme.FIELD)
        back.setAlpha(200)
        self.words = pg.TextItem(color=colour, fill=back)
        font = QFont(widget.font())
        font.setPointSizeF(_POINTS)
        self.words.setFont(font)
        self.words.textItem.document().setDocumentMargin(2.0)
        item.setZValue(depth)
        self.words.setZValue(5)
        self.metrics = QFontMetricsF(font)
        self.shown, self.told = True, ""
        for one in (item, self.words):
            widget.addItem(one, ignoreBounds=True)

    def show(self, seen: bool) -> None:
        """Show it, its words still hidden, or nothing of it."""
        if seen != self.shown:
            self.shown = seen
            self.item.setVisible(seen)
        if not seen or not self.told:
            self.words.setVisible(False)

    def say(self, text: str, x: float, y: float, anchor: tuple[float, float]) -> None:
        """Put words at a place; none where there are none."""
        if text != self.told or not text:
            self.told = text
            self.words.setText(text)
            self.words.setVisible(bool(text))
        if text:
            self.words.setVisible(True)
            self.words.setAnchor(anchor)
            self.words.setPos(x, y)

    def width(self, text: str) -> float:
        """Return the logical pixels that words need."""
        return max(self.metrics.horizontalAdvance(line) for line in text.split("\n")) + 2 * _ROOM


class Marks:
    """Everything but the line itself."""

    def __init__(self, widget: pg.PlotWidget) -> None:
        self.widget = widget
        self.holes: list[Mark] = []
        self.faults: list[Mark] = []
        self.steps: list[Mark] = []
        self._made = {"holes": self._hole, "faults": self._fault, "steps": self._step}

    def _hole(self) -> Mark:
        colour = QColor(theme.QUALITY[Flag.MISSING][0])
        brush, edge = QBrush(colour, Qt.BrushStyle.BDiagPattern), QColor(colour)
        colour.setAlpha(_HOLE_ALPHA)
        brush.setColor(colour)
        edge.setAlpha(130)
        return Mark(self.widget, _band(brush, pg.mkPen(edge)), theme.TEXT, -20)

    def _fault(self) -> Mark:
        colour = QColor(theme.QUALITY[Flag.BAD][0])
        colour.setAlpha(_FAULT_ALPHA)
        return Mark(self.widget, _band(QBrush(colour), pg.mkPen(None)), theme.QUALITY[Flag.BAD][0], -10)

    def _step(self) -> Mark:
        pen = pg.mkPen(theme.ACCENT, width=1.2, style=Qt.PenStyle.DashLine)
        return Mark(self.widget, pg.InfiniteLine(angle=90, movable=False, pen=pen), theme.ACCENT, 4)

    def _take(self, kind: str, count: int) -> list[Mark]:
        """Return so many marks, shown; those beyond are hidden."""
        marks: list[Mark] = getattr(self, kind)
        while len(marks) < count:
            marks.append(self._made[kind]())
        for number, mark in enumerate(marks):
            mark.show(number < count)
        return marks[:count]

    def view(self) -> View:
        """Return what the plot shows now."""
        (left, right), (bottom, top) = self.widget.getViewBox().viewRange()
        return View(left, right, bottom, top, (right - left) / max(self.widget.width() - 48, 1))

    def show_holes(self, now: float, holes: Sequence[Hole]) -> None:
        """Shade stretches without data; one that lasts goes on to the right edge."""
        view, shown = self.view(), holes[-_MOST:]
        for mark, hole in zip(self._take("holes", len(shown)), shown, strict=True):
            start = max(hole.start - now, view.left)
            end = view.right if hole.lasting else min(hole.end - now, view.right)
            end = max(end, start + 2 * view.pixel)
            mark.item.setRegion((start, end))
            length = duration(hole.end - hole.start)
            mark.item.setToolTip(f"No data for {length}{', and none yet' if hole.lasting else ''}")
            room = (end - start) / view.pixel
            text = next((t for t in (f"No data\n{length}", length) if mark.width(t) <= room), "")
            mark.say(text, 0.5 * (start + end), 0.5 * (view.bottom + view.top), (0.5, 0.5))

    def show_faults(self, now: float, faults: Sequence[Fault]) -> None:
        """Mark the spans of faults, and name those that have room; gaps are drawn as the holes they are."""
        others = [fault for fault in faults if fault.kind is not FaultKind.GAP]
        view, shown = self.view(), sorted(others, key=lambda fault: fault.onset)[-_MOST:]
        free = view.left
        for mark, fault in zip(self._take("faults", len(shown)), shown, strict=True):
            start = max(fault.onset - now, view.left)
            mark.item.setRegion((start, max(min(fault.end - now, 0.0), start + 2 * view.pixel)))
            title = ADVICE[fault.kind].title
            mark.item.setToolTip(title)
            need = mark.width(title) * view.pixel
            fits = start >= free and view.right - start > need
            free = start + need if fits else free
            mark.say(title if fits else "", start, view.top, (0.0, 0.0))

    def show_steps(self, now: float, steps: Sequence[Step], unit: str, when: Callable[[float], str]) -> None:
        """Draw a line where what raw values mean was changed, with words beside it; `when` tells a time (s)."""
        view, shown = self.view(), steps[-_MOST:]
        taken: list[tuple[float, float]] = []  # stretches that words lie on
        for mark, step in zip(self._take("steps", len(shown)), shown, strict=True):
            x = step.time - now
            mark.item.setValue(x)
            verb, _, change = step_words(step, unit).partition(", ")
            said = f"{verb} {when(step.time)}"
            texts = (f"{said}, {change}", f"{said},\n{change}", verb) if change else (said, verb)
            mark.item.setToolTip(f"{texts[0]}\nLeft of it: {step.before.words(unit)}; right: {step.after.words(unit)}")
            places = ((text, side) for text in texts for side in (0.0, 1.0))
            text, side = next((one for one in places if _free(mark, x, *one, view, taken)), ("", 0.0))
            mark.say(text, x, view.bottom, (side, 1.0))


def _band(brush: QBrush, pen: QPen) -> pg.LinearRegionItem:
    band = pg.LinearRegionItem(movable=False, brush=brush, pen=pen)
    for line in band.lines:
        line.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
    return band


def _free(mark: Mark, x: float, text: str, side: float, view: View, taken: list[tuple[float, float]]) -> bool:
    """Return whether words fit to the right (side 0) or the left (1) of a place; if so they are taken to lie there."""
    width = mark.width(text) * view.pixel
    start = x - side * width
    fits = start >= view.left and start + width <= view.right
    if fits and all(start + width <= left or start >= right for left, right in taken):
        taken.append((start, start + width))
        return True
    return False


def step_words(step: Step, unit: str) -> str:
    """Return what was changed about a channel's values, what first and how behind a comma.

    >>> from neodent_viewer.sensors.calibration import Calibration
    >>> step_words(Step(0.0, AS_SENT, Calibration(1.0, 0.12)), "pH")
    'calibrated, offset +0.12 pH'
    >>> step_words(Step(0.0, Calibration(1.0, 0.12), Calibration(1.03, -0.3)), "°C")
    'calibrated, gain 1 → 1.03, offset +0.12 → −0.3 °C'
    >>> step_words(Step(0.0, Calibration(1.0, 0.12), AS_SENT), "pH")
    'as sent again'
    """
    before, after = step.before, step.after
    if after.alike(AS_SENT):
        return "as sent again"
    gain = "" if before.gain == after.gain == 1.0 else f"gain {before.gain:.4g} → {after.gain:.4g}, "
    was = "" if before.alike(AS_SENT) else f"{_signed(before.offset)} → "
    return f"calibrated, {gain}offset {was}{_signed(after.offset)} {unit}"


def _signed(value: float) -> str:
    return f"{value:+.3g}".replace("-", "−")
