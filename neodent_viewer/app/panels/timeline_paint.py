"""What a timeline looks like: ruler, chapters, one channel's values, faults.

All of it is painted once into a picture; the playhead goes over it, so that moving it costs the same whatever lies below.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from neodent_viewer.app import theme
from neodent_viewer.app.panels.timeline_scale import Scale, tick_text
from neodent_viewer.document.chapter import Placed
from neodent_viewer.sensors.fault import FaultKind

#: heights of the lanes, top to bottom, and the room between them
RULER, CHAPTERS, VALUES, FAULTS, GAP = 20.0, 24.0, 34.0, 26.0, 3.0
HEIGHT = RULER + CHAPTERS + VALUES + FAULTS + 4 * GAP
#: width of the column of names
NAMES = 104.0
#: colour and word of each kind of fault; kinds lie in rows of their own, so that colour is not all that tells them apart
FAULT_KINDS: dict[FaultKind, tuple[str, str]] = {
    FaultKind.GAP: ("#8fa3b8", "gap"),
    FaultKind.STUCK: ("#b78af0", "stuck"),
    FaultKind.SPIKE: ("#ffd166", "spike"),
    FaultKind.DRIFT: ("#4fb3ff", "drift"),
    FaultKind.OUT_OF_RANGE: ("#ff6f59", "out of range"),
    FaultKind.LATE: ("#c9a27e", "late"),
    FaultKind.DECOUPLED: ("#ff9ed1", "decoupled"),
    FaultKind.SATURATED: ("#ff9f45", "saturated"),
    FaultKind.CLOCK_JUMP: ("#74e0c8", "clock jump"),
    FaultKind.DISAGREES: ("#a5d65a", "disagrees"),
    FaultKind.SYNTAX: ("#e4e7ea", "syntax"),
}
_BAND, _BAND_CHOSEN, _BAND_EDGE = QColor("#24454d"), QColor("#2f6470"), QColor(theme.ACCENT)
_WAVE, _LANE = QColor("#7fd6e6"), QColor(theme.FIELD)


@dataclass(slots=True, eq=False)
class Shown:
    """What lies on the timeline.

    Attributes
    ----------
    span : tuple of 2 float
        The whole, seconds.
    origin : float
        Time (s) that elapsed time counts from.
    placed : tuple of Placed
    onsets, ends : ndarray (k,) float64
        Faults, seconds.
    kinds : tuple of FaultKind (k,)
    channel, unit : str
        Whose values are shown; empty when nobody's.
    low, high : ndarray (columns,) float64
        Least and greatest value in each column of pixels.
    loop : tuple of 2 float or None
    known_to : float
        Seconds up to which faults have been looked for.
    live : bool
    note : str
        What the lane of chapters says while there are none.
    quiet, dark : str
        Why no values, and no faults, can be shown at all; empty where they can.
    """

    span: tuple[float, float] = (0.0, 1.0)
    origin: float = 0.0
    placed: tuple[Placed, ...] = ()
    onsets: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    ends: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    kinds: tuple[FaultKind, ...] = ()
    channel: str = ""
    unit: str = ""
    low: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    high: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    loop: tuple[float, float] | None = None
    known_to: float = 0.0
    live: bool = False
    note: str = ""
    quiet: str = ""
    dark: str = ""


def lanes(width: float) -> dict[str, QRectF]:
    """Return where the lanes lie in a timeline of a width."""
    found, top = {}, 0.0
    for name, height in (("ruler", RULER), ("chapters", CHAPTERS), ("values", VALUES), ("faults", FAULTS)):
        found[name] = QRectF(NAMES, top, max(width - NAMES - 8.0, 1.0), height)
        top += height + GAP
    return found


def small(font: QFont, *, bold: bool = False) -> QFont:
    """Return a font for the lanes."""
    made = QFont(font)
    made.setPointSizeF(font.pointSizeF() * 0.9)
    made.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return made


def paint(painter: QPainter, shown: Shown, scale: Scale, width: float, chosen: str) -> None:
    """Paint all but the playhead."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    rects, font = lanes(width), painter.font()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_LANE)
    for name in ("chapters", "values", "faults"):
        painter.drawRoundedRect(rects[name], 3, 3)
    painter.setFont(small(font))
    if shown.loop is not None:
        _paint_loop(painter, shown.loop, scale, rects)
    _paint_ruler(painter, shown, scale, rects["ruler"])
    _paint_values(painter, shown, rects["values"])
    _paint_faults(painter, shown, scale, rects["faults"])
    if not shown.placed:
        painter.setPen(QColor("#6d757e"))
        said = shown.note or "Drag here to choose a stretch, and make a chapter of it"
        painter.drawText(rects["chapters"].adjusted(8, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter, said)
    for one in shown.placed:
        paint_band(painter, one, scale, rects["chapters"], chosen=one.chapter.id == chosen)
    _paint_names(painter, shown, rects)


def _clipped(scale: Scale, start: float, end: float) -> tuple[float, float]:
    left, right = scale.left, scale.left + scale.width
    return min(max(scale.x(start), left), right), min(max(scale.x(end), left), right)


def _paint_loop(painter: QPainter, loop: tuple[float, float], scale: Scale, rects: dict[str, QRectF]) -> None:
    left, right = _clipped(scale, *loop)
    tint = QColor(theme.ACCENT)
    tint.setAlpha(34)
    painter.fillRect(QRectF(left, 0, right - left, rects["faults"].bottom()), tint)
    painter.fillRect(QRectF(left, RULER - 4, right - left, 3), QColor(theme.ACCENT))


def _paint_ruler(painter: QPainter, shown: Shown, scale: Scale, rect: QRectF) -> None:
    ticks, step = scale.ticks(shown.origin)
    metrics = painter.fontMetrics()
    for time in ticks:
        x = scale.x(time)
        painter.setPen(QPen(QColor(theme.LINE), 1))
        painter.drawLine(QPointF(x, rect.bottom() - 5), QPointF(x, rect.bottom()))
        said = tick_text(time - shown.origin, step)
        wide = metrics.horizontalAdvance(said)
        left = min(max(x - wide / 2, rect.left()), rect.right() - wide)
        painter.setPen(QColor(theme.MUTED))
        painter.drawText(QRectF(left, 0, wide + 2, rect.height() - 5), Qt.AlignmentFlag.AlignVCenter, said)
    if not shown.live and shown.known_to < shown.span[1]:
        left, right = _clipped(scale, shown.span[0], shown.known_to)
        painter.fillRect(QRectF(left, rect.bottom() - 1, right - left, 2), QColor("#2f7f8e"))


def paint_band(painter: QPainter, one: Placed, scale: Scale, lane: QRectF, *, chosen: bool) -> None:
    """Paint a chapter: a band with its title, or its caption where it has none."""
    left, right = _clipped(scale, one.start, one.end)
    if scale.x(one.end) < lane.left() or scale.x(one.start) > lane.right():
        return
    rect = QRectF(left + 0.5, lane.top() + 2, max(right - left - 1.0, 3.0), lane.height() - 4)
    painter.setPen(QPen(_BAND_EDGE if chosen else QColor("#3a6a74"), 1.4 if chosen else 1.0))
    painter.setBrush(_BAND_CHOSEN if chosen else _BAND)
    painter.drawRoundedRect(rect, 3, 3)
    said = one.chapter.title or one.chapter.caption or "Untitled"
    room = rect.adjusted(7, 0, -6, 0)
    if room.width() > 14:
        painter.setPen(QColor(theme.TEXT))
        line = painter.fontMetrics().elidedText(said, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, line)


def _paint_values(painter: QPainter, shown: Shown, rect: QRectF) -> None:
    known = np.isfinite(shown.low)
    if not known.any():
        painter.setPen(QColor(theme.MUTED))
        said = shown.quiet or ("No values here" if shown.channel else "No channel")
        painter.drawText(rect.adjusted(8, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter, said)
        return
    low, high = value_range(shown)
    tall = rect.height() - 6
    x = rect.left() + (np.arange(len(shown.low)) + 0.5) * rect.width() / len(shown.low)
    top = rect.top() + 3 + (1.0 - np.clip((shown.high - low) / (high - low), 0, 1)) * tall
    base = rect.top() + 3 + (1.0 - np.clip((shown.low - low) / (high - low), 0, 1)) * tall
    painter.setPen(QPen(_WAVE, max(rect.width() / len(shown.low), 1.0), c=Qt.PenCapStyle.FlatCap))
    rows = zip(x[known].tolist(), top[known].tolist(), base[known].tolist(), strict=True)
    painter.drawLines([QLineF(a, t - 0.6, a, b + 0.6) for a, t, b in rows])
    painter.setPen(QPen(_WAVE, 1.2))
    for first, last in _joins(known):
        painter.drawLine(
            QPointF(x[first], (top[first] + base[first]) / 2), QPointF(x[last], (top[last] + base[last]) / 2)
        )


def _joins(known: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return pairs of columns to join by a line: neighbours where samples are rarer than pixels, but not over a gap."""
    columns = np.nonzero(known)[0]
    apart = np.diff(columns)
    if not len(apart) or np.median(apart) < 2:
        return []
    near = np.nonzero(apart <= 3 * np.median(apart))[0]
    return list(zip(columns[near].tolist(), columns[near + 1].tolist(), strict=True))


def value_range(shown: Shown) -> tuple[float, float]:
    """Return the values at the foot and the top of the lane: without the wildest hundredth, which would flatten the rest."""
    low, high = (column[np.isfinite(column)] for column in (shown.low, shown.high))
    foot, top = float(np.quantile(low, 0.01)), float(np.quantile(high, 0.99))
    pad = max(0.05 * (top - foot), 0.05)
    return foot - pad, top + pad


def _paint_faults(painter: QPainter, shown: Shown, scale: Scale, rect: QRectF) -> None:
    kinds = [kind for kind in FAULT_KINDS if kind in shown.kinds]
    if not kinds:
        painter.setPen(QColor(theme.MUTED))
        looking = not shown.live and shown.known_to < shown.span[1]
        said = shown.dark or ("Looking for faults…" if looking else "No faults" if shown.channel else "No channel")
        painter.drawText(rect.adjusted(8, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter, said)
        return
    row = (rect.height() - 4) / len(kinds)
    names = np.array([kind.value for kind in shown.kinds])
    painter.setPen(Qt.PenStyle.NoPen)
    for place, kind in enumerate(kinds):
        colour = QColor(FAULT_KINDS[kind][0])
        of_kind = names == kind.value
        for left, right in _runs(scale, shown.onsets[of_kind], shown.ends[of_kind]):
            painter.fillRect(QRectF(left, rect.top() + 2 + place * row, right - left, max(row - 0.7, 1.5)), colour)


def _runs(scale: Scale, onsets: NDArray[np.float64], ends: NDArray[np.float64]) -> list[tuple[float, float]]:
    """Return left and right of what faults cover, in whole pixels: as many pieces as are seen, however many faults."""
    count = int(np.ceil(scale.width))
    first = np.floor(scale.xs(onsets) - scale.left).astype(int)
    last = np.maximum(np.ceil(scale.xs(ends) - scale.left).astype(int), first + 2)
    seen = (last > 0) & (first < count)
    edge = np.zeros(count + 1, int)
    np.add.at(edge, np.clip(first[seen], 0, count), 1)
    np.add.at(edge, np.clip(last[seen], 0, count), -1)
    covered = np.concatenate([[False], np.cumsum(edge)[:count] > 0, [False]])
    starts, stops = np.nonzero(~covered[:-1] & covered[1:])[0], np.nonzero(covered[:-1] & ~covered[1:])[0]
    return [(scale.left + a, scale.left + b) for a, b in zip(starts.tolist(), stops.tolist(), strict=True)]


def _paint_names(painter: QPainter, shown: Shown, rects: dict[str, QRectF]) -> None:
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    painter.setPen(QColor(theme.MUTED))
    told = {"chapters": "Chapters", "faults": "Faults"}
    if len(shown.kinds):
        told["faults"] = f"Faults  {len(shown.kinds)}"
    for name, said in told.items():
        lane = rects[name]
        painter.drawText(QRectF(0, lane.top(), NAMES - 10, lane.height()), right, said)
    lane = rects["values"]
    half = lane.height() / 2
    name = painter.fontMetrics().elidedText(shown.channel, Qt.TextElideMode.ElideRight, int(NAMES - 14))
    painter.drawText(QRectF(0, lane.top(), NAMES - 10, half), right, name)
    if np.isfinite(shown.low).any():
        low, high = value_range(shown)
        decimals = 0 if high - low > 20 else 1
        said = f"{low:.{decimals}f} to {high:.{decimals}f} {shown.unit}"
        painter.drawText(QRectF(0, lane.top() + half, NAMES - 10, half), right, said)


def paint_clock(painter: QPainter, said: str) -> None:
    """Paint the time of day at the playhead before the ruler."""
    painter.setFont(small(painter.font()))
    painter.setPen(QColor(theme.TEXT))
    painter.drawText(
        QRectF(0, 0, NAMES - 10, RULER - 5), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, said
    )


def paint_playhead(painter: QPainter, x: float, height: float) -> None:
    """Paint the playhead."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = QColor("#ffffff")
    painter.setPen(QPen(QColor(0, 0, 0, 130), 3))
    painter.drawLine(QPointF(x, RULER - 6), QPointF(x, height))
    painter.setPen(QPen(colour, 1.4))
    painter.drawLine(QPointF(x, RULER - 6), QPointF(x, height))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    tip = RULER - 1
    painter.drawPolygon(
        QPolygonF(
            [
                QPointF(x - 5, tip - 12),
                QPointF(x + 5, tip - 12),
                QPointF(x + 5, tip - 6),
                QPointF(x, tip),
                QPointF(x - 5, tip - 6),
            ]
        )
    )


def paint_focus(painter: QPainter, left: float, width: float, height: float) -> None:
    """Paint a frame about the lanes: keys are heard here."""
    painter.setPen(QPen(QColor(theme.ACCENT), 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(left - 1.5, RULER + 0.5, width - left - 5.0, height - RULER), 4, 4)
