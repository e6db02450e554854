"""Measuring: click the points, see the number grow under the hand, and keep it as a finding with undo.

The straight length is shown at once; the way over the surface takes longer, is found in a thread and follows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from neodent_viewer.app.context import ToolInfo
from neodent_viewer.app.tools.base import Bench, Tool
from neodent_viewer.app.tools.marks import place_of
from neodent_viewer.app.tools.pointer import Pointer
from neodent_viewer.core.units import format_length
from neodent_viewer.document.anchor import Anchor, anchor_at
from neodent_viewer.document.edits import ValueEdit
from neodent_viewer.render.annotations import Annotation, Colour, Line, Point, Text
from neodent_viewer.review.measure import MEASURES, Measure, Measured, measure, to_finding

_ICONS = {"distance": "mdi6.ruler"}
LIVE: Colour = (1.0, 0.84, 0.32, 1.0)


class MeasureTool(Tool):
    """One measure of ``review.measure.MEASURES``."""

    def __init__(self, bench: Bench, name: str, row: Measure) -> None:
        super().__init__(bench)
        hint = f"Click {row.anchors} points on the surface; the result is kept as a finding. Esc begins anew."
        self.info = ToolInfo(name, row.title, hint, _ICONS.get(name, "mdi6.tape-measure"), (row.key,), ("review",))
        self._name = name
        self._row = row
        self._fixed: list[Anchor] = []
        self._loose: Anchor | None = None
        self._found: tuple[Anchor, Measured] | None = None
        self._measuring = False

    def put_down(self) -> None:
        """Drop points that were not finished; findings stay."""
        self._fixed.clear()
        self._loose = self._found = None

    def click(self, at: Pointer) -> None:
        """Fix a point; the last one measures and keeps."""
        anchor = self._anchor(at)
        if anchor is None:
            return
        self._fixed.append(anchor)
        self._loose = self._found = None
        if len(self._fixed) == self._row.anchors:
            anchors = tuple(self._fixed)
            self._fixed.clear()
            self._keep(anchors)
        self.bench.request()

    def hover(self, at: Pointer) -> None:
        """Lead the next point along."""
        self._loose = self._anchor(at)
        self._measure_loose()
        self.bench.request()

    def leave(self) -> None:
        """Show no loose point."""
        self._loose = None
        self.bench.request()

    def wants_key(self, keys: str) -> bool:
        """Esc belongs to a measurement that was begun."""
        return keys == "Esc" and bool(self._fixed)

    def key(self, keys: str) -> None:
        """Begin anew."""
        self.put_down()
        self.bench.request()

    def _anchor(self, at: Pointer) -> Anchor | None:
        hit = self.bench.aim.pick(at)
        return None if hit is None else anchor_at(self.bench.document.parts[hit.part_id], hit.face, hit.weights)

    def _keep(self, anchors: Sequence[Anchor]) -> None:
        document, view = self.bench.document, self.bench.cameras.camera.to_tuple()
        parts = {anchor.part: document.parts[anchor.part] for anchor in anchors}

        def done(measured: Measured) -> None:
            if any(document.parts.get(name) is not part for name, part in parts.items()):
                return  # what was measured is gone, or another document was opened meanwhile
            finding = to_finding(measured, anchors, view)
            self.bench.history.do(ValueEdit(("findings", finding.id), None, finding, f"Measure {measured.title}"))
            self.bench.selection.set(finding=finding.id)
            self.bench.shell.say(f"{measured.title}. {measured.text}".strip())

        self.bench.background.submit(
            f"Measuring {self._name}", lambda job: measure(self._name, document, anchors), done
        )

    def _measure_loose(self) -> None:
        """Measure towards the loose point in a thread, one at a time, always the newest."""
        loose = self._loose
        if self._measuring or loose is None or len(self._fixed) != self._row.anchors - 1:
            return
        anchors, document = (*self._fixed, loose), self.bench.document

        def work() -> Measured | None:
            try:
                return measure(self._name, document, anchors)
            except Exception:  # a preview of a number: the click will say what is wrong
                return None

        def done(measured: Measured | None) -> None:
            self._measuring = False
            if self._loose is None or measured is None or not self._fixed:
                return
            self._found = (loose, measured)
            self.bench.request()
            if self._loose is not loose:
                self._measure_loose()

        self._measuring = True
        self.bench.background.quietly(work, done)

    def annotations(self) -> tuple[Annotation, ...]:
        """Return the points so far, the line to the hand and its length."""
        document = self.bench.document
        fixed = [place for anchor in self._fixed if (place := place_of(document, anchor)) is not None]
        loose = place_of(document, self._loose) if self._loose is not None else None
        marks: list[Annotation] = [Point(place, LIVE, 9.0) for place in fixed]
        if loose is None:
            return tuple(marks)
        marks.append(Point(loose, LIVE, 9.0))
        if fixed:
            marks += self._lines(fixed[-1], loose)
        return tuple(marks)

    def _lines(self, start: tuple[float, float, float], end: tuple[float, float, float]) -> list[Annotation]:
        marks: list[Annotation] = [Line((start, end), LIVE, 1.5)]
        text = format_length(math.dist(start, end))
        if self._found is not None:
            _, measured = self._found
            polyline = tuple((float(x), float(y), float(z)) for x, y, z in measured.polyline)
            marks.append(Line(polyline, (1.0, 1.0, 1.0, 0.9), 2.0))
            text += "".join(f" · {format_length(v)} {what}" for what, v, _ in measured.values[1:])
        return [*marks, Text(end, text, LIVE, 14.0, (0.0, -26.0))]


def tools(bench: Bench) -> list[Tool]:
    """Return one tool a measure."""
    return [MeasureTool(bench, name, row) for name, row in MEASURES.items()]
