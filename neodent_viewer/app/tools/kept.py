"""Kept findings over the scene: in Review every open one stays in sight, whatever tool is in hand.

What is drawn lies where the anchors are now. When the surface has changed, each is measured again in a thread: the numbers
that were kept stay, and where the surface says others by now, those stand beside them.
"""

from __future__ import annotations

from collections.abc import Sequence

from neodent_viewer.app.tools.base import Bench
from neodent_viewer.app.tools.marks import Vec3, place_of, triple
from neodent_viewer.core.signals import Signal
from neodent_viewer.core.units import format_length
from neodent_viewer.document.document import Change
from neodent_viewer.document.finding import Finding
from neodent_viewer.render.annotations import Annotation, Colour, Line, Point, Text
from neodent_viewer.review.measure import MEASURES, Measured, measure

_PLAIN: Colour = (0.86, 0.9, 0.94, 0.85)
_CHOSEN: Colour = (0.35, 0.85, 1.0, 1.0)
#: a number that moved by less reads the same with two decimals
_SAME = 0.005

Values = Sequence[tuple[str, float, str]]


class KeptFindings:
    """Annotations of the document's findings."""

    #: emitted with a finding's id after it was measured again
    measured = Signal(str)

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._now: dict[str, Measured] = {}
        self._asked: set[str] = set()
        bench.document.changed.connect(self._on_change)
        bench.shell.workspace_changed.connect(self._on_workspace)

    def annotations(self) -> tuple[Annotation, ...]:
        """Return marks, lines and numbers of what is shown in this workspace."""
        if self._bench.shell.workspace != "review":
            return ()
        chosen = self._bench.selection.current.finding
        marks: list[Annotation] = []
        for finding in self._bench.document.findings.values():
            if finding.state == "open" or finding.id == chosen:
                marks += self._marks(finding, _CHOSEN if finding.id == chosen else _PLAIN)
        return tuple(marks)

    def _marks(self, finding: Finding, colour: Colour) -> list[Annotation]:
        places = [place for anchor in finding.anchors if (place := place_of(self._bench.document, anchor)) is not None]
        if len(places) < len(finding.anchors) or not places:
            return []  # its part is hidden or gone
        marks: list[Annotation] = [Point(place, colour, 9.0) for place in places]
        if len(places) > 1:
            marks.append(Line(tuple(places), colour, 1.5))
            way = self._way(finding)
            if way:
                marks.append(Line(way, (*colour[:3], 0.7), 2.0))
        text, later = words(finding.values) or finding.title, self.later(finding)
        if later:
            text += f" (before later edits, now {words(later)})"
        marks.append(Text(places[-1], text, colour, 13.0, (0.0, -24.0)))
        return marks

    def later(self, finding: Finding) -> Values:
        """Return what a finding measures by now, empty while that is what was kept or is not known yet."""
        now = self._now.get(finding.id)
        if now is None or len(now.values) != len(finding.values):
            return ()
        moved = any(abs(a[1] - b[1]) > _SAME for a, b in zip(now.values, finding.values, strict=True))
        return now.values if moved else ()

    def _way(self, finding: Finding) -> tuple[Vec3, ...]:
        """Return the way over the surface, empty until it is known."""
        if finding.id not in self._asked and finding.kind in MEASURES:
            self._ask(finding)
        now = self._now.get(finding.id)
        return tuple(triple(point) for point in now.polyline) if now is not None and len(now.values) > 1 else ()

    def _ask(self, finding: Finding) -> None:
        """Measure a finding again in a thread."""
        self._asked.add(finding.id)
        document = self._bench.document

        def work() -> Measured | None:
            try:
                return measure(finding.kind, document, finding.anchors)
            except Exception:  # a part went away in the meantime: then there is nothing to draw
                return None

        def done(measured: Measured | None) -> None:
            if measured is not None and finding.id in self._asked:
                self._now[finding.id] = measured
                self.measured.emit(finding.id)
                self._bench.request()

        self._bench.background.quietly(work, done)

    def _on_change(self, change: Change) -> None:
        if change.path[0] == "findings":
            self._forget(change.path[1])
        elif change.path[0] == "parts" and change.path[2:] not in {("name",), ("visible",)}:
            part = change.path[1]
            for finding in self._bench.document.findings.values():
                if any(anchor.part == part for anchor in finding.anchors):
                    self._forget(finding.id)

    def _forget(self, finding: str) -> None:
        self._now.pop(finding, None)
        self._asked.discard(finding)

    def _on_workspace(self, _: str) -> None:
        self._bench.request()


def words(values: Values) -> str:
    """Return measured numbers with their units, those after the first with their names; empty for a note."""
    numbers = [format_length(value) if unit == "mm" else f"{value:.2f} {unit}" for _, value, unit in values]
    named = (f"{text} {name}" for text, (name, _, _) in zip(numbers[1:], values[1:], strict=True))
    return " · ".join([*numbers[:1], *named])
