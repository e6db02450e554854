"""Probes by hand: a click places one on the tooth under it, a drag on a probe's mark moves it. Each is one edit."""

from __future__ import annotations

from dataclasses import replace

from neodent_viewer.app.context import ToolInfo
from neodent_viewer.app.tools.base import REACH, Bench, Tool, label_at
from neodent_viewer.app.tools.marks import place_of, probe_at_pointer
from neodent_viewer.app.tools.pointer import Pointer
from neodent_viewer.document.anchor import Anchor, anchor_at
from neodent_viewer.document.edits import ValueEdit, set_value
from neodent_viewer.document.probe import Probe
from neodent_viewer.render.annotations import Annotation, Colour, Point, Text

_GHOST: Colour = (0.35, 0.85, 1.0, 0.9)
_WHERE = ("perform", "review")


def _spot(bench: Bench, at: Pointer) -> tuple[Anchor, int] | None:
    """Return the anchor and the tooth under the pointer."""
    hit = bench.aim.pick(at)
    if hit is None:
        return None
    part = bench.document.parts[hit.part_id]
    return anchor_at(part, hit.face, hit.weights), label_at(part, hit.face, hit.weights)


class MoveProbeTool(Tool):
    """Drags probes."""

    shows_probes = True
    info = ToolInfo(
        "move_probe", "Move Probe", "Drag a probe to another place.", "mdi6.map-marker-radius", ("Shift+P",), _WHERE
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._probe: Probe | None = None
        self._spot: tuple[Anchor, int] | None = None

    def put_down(self) -> None:
        """Leave a probe that was being moved where it was."""
        self._probe = self._spot = None

    def press(self, at: Pointer) -> bool:
        """Take a probe by its mark."""
        self._probe = probe_at_pointer(self.bench, at, REACH)
        self._spot = None
        if self._probe is not None:
            self.bench.selection.set(probe=self._probe.id, tooth=self._probe.tooth)
        return self._probe is not None

    def drag(self, at: Pointer) -> None:
        """Show where it would go."""
        if self._probe is not None:
            self._spot = _spot(self.bench, at) or self._spot
            self.bench.request()

    def release(self, at: Pointer) -> None:
        """Put it there."""
        probe, spot = self._probe, self._spot
        self.put_down()
        document = self.bench.document
        if probe is not None and spot is not None and document.probes.get(probe.id) is probe:
            moved = replace(probe, anchor=spot[0], tooth=spot[1])
            self.bench.history.do(set_value(document, ("probes", probe.id), moved, f"Move probe {probe.name}"))
        self.bench.request()

    def wants_key(self, keys: str) -> bool:
        """Esc belongs to a move under way."""
        return keys == "Esc" and self._probe is not None

    def key(self, keys: str) -> None:
        """Leave it where it was."""
        self.put_down()
        self.bench.request()

    def annotations(self) -> tuple[Annotation, ...]:
        """Return where it would go."""
        return () if self._spot is None else _ghost(self.bench, *self._spot)


class PlaceProbeTool(MoveProbeTool):
    """Places probes; a probe that is already there can be dragged."""

    info = ToolInfo(
        "place_probe",
        "Place Probe",
        "Click a tooth to put a probe on it; drag a probe to move it.",
        "mdi6.map-marker-plus",
        ("P",),
        _WHERE,
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._hover: tuple[Anchor, int] | None = None

    def put_down(self) -> None:
        """Show nothing."""
        super().put_down()
        self._hover = None

    def click(self, at: Pointer) -> None:
        """Place a probe where the surface is hit."""
        spot = _spot(self.bench, at)
        if spot is None:
            return
        from neodent_viewer.live.placement import free_name, probe_at

        anchor, tooth = spot
        probe = probe_at(anchor, tooth, name=free_name(self.bench.document, tooth))
        self.bench.history.do(ValueEdit(("probes", probe.id), None, probe, f"Place probe {probe.name}"))
        self.bench.selection.set(parts=(anchor.part,), tooth=tooth, probe=probe.id)

    def hover(self, at: Pointer) -> None:
        """Show where a click would put it."""
        on_mark = probe_at_pointer(self.bench, at, REACH) is not None
        self._hover = None if on_mark else _spot(self.bench, at)
        self.bench.request()

    def leave(self) -> None:
        """Show nothing."""
        self._hover = None
        self.bench.request()

    def annotations(self) -> tuple[Annotation, ...]:
        """Return where a click or a drag would put it."""
        spot = self._spot or self._hover
        return () if spot is None else _ghost(self.bench, *spot)


def _ghost(bench: Bench, anchor: Anchor, tooth: int) -> tuple[Annotation, ...]:
    place = place_of(bench.document, anchor)
    if place is None:
        return ()
    text = f"tooth {tooth}" if tooth else "no tooth"
    return Point(place, _GHOST, 13.0), Text(place, text, _GHOST, 13.0, (0.0, -22.0))


def tools(bench: Bench) -> list[Tool]:
    """Return the tools of this file."""
    return [PlaceProbeTool(bench), MoveProbeTool(bench)]
