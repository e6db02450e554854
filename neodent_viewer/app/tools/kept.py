"""Kept findings over the scene: in Review every open one stays in sight, whatever tool is in hand.

What is drawn lies where the anchors are now; the way over the surface is found again in a thread when that has changed.
The numbers are those that were kept.
"""

from __future__ import annotations

from neodent_viewer.app.tools.base import Bench
from neodent_viewer.app.tools.marks import Vec3, place_of, triple
from neodent_viewer.core.units import format_length
from neodent_viewer.document.document import Change
from neodent_viewer.document.finding import Finding
from neodent_viewer.render.annotations import Annotation, Colour, Line, Point, Text
from neodent_viewer.review.measure import MEASURES, Measured, measure

_PLAIN: Colour = (0.86, 0.9, 0.94, 0.85)
_CHOSEN: Colour = (0.35, 0.85, 1.0, 1.0)


class KeptFindings:
    """Annotations of the document's findings."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._ways: dict[str, tuple[Vec3, ...]] = {}
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
        marks.append(Text(places[-1], _words(finding), colour, 13.0, (0.0, -24.0)))
        return marks

    def _way(self, finding: Finding) -> tuple[Vec3, ...]:
        """Return the way over the surface, empty until it is known."""
        if finding.id not in self._asked and finding.kind in MEASURES:
            self._asked.add(finding.id)
            document = self._bench.document

            def work() -> Measured | None:
                try:
                    return measure(finding.kind, document, finding.anchors)
                except Exception:  # a part went away in the meantime: then there is nothing to draw
                    return None

            def done(measured: Measured | None) -> None:
                if measured is not None and finding.id in self._asked and len(measured.values) > 1:
                    self._ways[finding.id] = tuple(triple(point) for point in measured.polyline)
                    self._bench.request()

            self._bench.background.quietly(work, done)
        return self._ways.get(finding.id, ())

    def _on_change(self, change: Change) -> None:
        if change.path[0] == "findings":
            self._forget(change.path[1])
        elif change.path[0] == "parts" and change.path[2:] not in {("name",), ("visible",)}:
            part = change.path[1]
            for finding in self._bench.document.findings.values():
                if any(anchor.part == part for anchor in finding.anchors):
                    self._forget(finding.id)

    def _forget(self, finding: str) -> None:
        self._ways.pop(finding, None)
        self._asked.discard(finding)

    def _on_workspace(self, _: str) -> None:
        self._bench.request()


def _words(finding: Finding) -> str:
    """Return the numbers with their units, or the headline of a note."""
    numbers = [format_length(value) if unit == "mm" else f"{value:.2f} {unit}" for _, value, unit in finding.values]
    if not numbers:
        return finding.title
    return " · ".join(
        [numbers[0], *(f"{text} {name}" for text, (name, _, _) in zip(numbers[1:], finding.values[1:], strict=True))]
    )
