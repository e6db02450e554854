"""What a timeline says under the cursor, and beside its buttons: times, values, faults and chapters in words."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import numpy as np
from PySide6.QtCore import QPointF

from neodent_viewer.app.panels.timeline_paint import FAULT_KINDS, NAMES, Shown, lanes
from neodent_viewer.app.panels.timeline_scale import Scale
from neodent_viewer.app.words import plain_tip, quantity_value, time_words
from neodent_viewer.document.chapter import Placed


def words_at(shown: Shown, scale: Scale, at: QPointF, width: float, under: Placed | None) -> str:
    """Return in words what lies at a place of a timeline; `under` is the chapter there."""
    time, rects = scale.time(at.x()), lanes(width)
    if at.x() < NAMES:
        return _key(shown) if rects["faults"].top() <= at.y() <= rects["faults"].bottom() else ""
    said = [time_words(time - shown.origin, 1)]
    if under is not None:
        said = [under.chapter.title or "Untitled", under.chapter.caption, time_words(under.end - under.start, 1)]
    elif rects["values"].contains(at) and len(shown.low):
        column = min(int((at.x() - NAMES) / rects["values"].width() * len(shown.low)), len(shown.low) - 1)
        low, high = float(shown.low[column]), float(shown.high[column])
        if math.isfinite(low):
            ends = dict.fromkeys(quantity_value(value, shown.unit) for value in (low, high))
            said.append(f"{shown.channel}: {' to '.join(ends)}")
    elif rects["faults"].contains(at):
        said += _faults_at(shown, time, 3.0 * (scale.end - scale.start) / scale.width)
    return plain_tip("\n".join(filter(None, said)))


def _faults_at(shown: Shown, time: float, reach: float) -> list[str]:
    near = (shown.onsets <= time + reach) & (shown.ends >= time - reach)
    kinds = [shown.kinds[row] for row in np.nonzero(near)[0].tolist()]
    counts = {kind: kinds.count(kind) for kind in FAULT_KINDS if kind in kinds}
    return [FAULT_KINDS[kind][1] + (f" ({number} times)" if number > 1 else "") for kind, number in counts.items()]


def _key(shown: Shown) -> str:
    """Return which colour stands for which kind of fault, as rich text with counts."""
    rows = [
        f'<span style="color:{colour}">■</span> {word}: {shown.kinds.count(kind)}'
        for kind, (colour, word) in FAULT_KINDS.items()
        if kind in shown.kinds
    ]
    return "<br>".join(rows)


def clock_time(unix: float, *, date: bool = False) -> str:
    """Return the time, and the date, of this place at a Unix time (s); empty where there is none."""
    if not math.isfinite(unix) or not 1e8 < unix < 4e9:
        return ""
    at = datetime.fromtimestamp(unix, UTC).astimezone()
    return f"{at.day} {at:%B %Y, %H:%M:%S}" if date else f"{at:%H:%M:%S}"
