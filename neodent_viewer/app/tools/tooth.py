"""The tooth: a click takes one, its handles move it, with numbers in the panel; L locks what is under the pointer.

While a tooth is being marked a click lets it grow, and a drag adds to it; with Ctrl it takes away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neodent_viewer.app.context import ToolInfo
from neodent_viewer.app.teeth import ToothHand
from neodent_viewer.app.tools.base import Bench, Tool, label_at
from neodent_viewer.app.tools.marks import triple
from neodent_viewer.app.tools.pointer import Pointer
from neodent_viewer.app.tools.tooth_handles import Handle, drawn, handles, nearest
from neodent_viewer.app.tooth_marks import ToothMarks
from neodent_viewer.render.annotations import Annotation, Colour, Ring, Text

if TYPE_CHECKING:
    from neodent_viewer.document.pick import Hit

_ADD: Colour = (1.0, 1.0, 1.0, 0.95)
_REMOVE: Colour = (1.0, 0.62, 0.25, 0.95)
_LOCKED: Colour = (0.72, 0.79, 0.86, 1.0)


class ToothTool(Tool):
    """Choose, move, lock and mark teeth."""

    info = ToolInfo(
        "tooth",
        "Tooth",
        "Click a tooth, then drag its handles. L locks the tooth under the pointer; Esc takes a move back.",
        "mdi6.tooth",
        ("J",),
        ("sculpt",),
        panel="tooth",
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.hand = ToothHand(
            bench.document, bench.history, bench.selection, bench.shell, bench.background, bench.sculpting.layer
        )
        self.marks = ToothMarks(bench.document, bench.history, bench.shell, bench.background)
        self.hand.changed.connect(bench.request)
        self.marks.changed.connect(bench.request)
        self._held: tuple[Handle, Pointer] | None = None
        self._over = ""
        self._painting = False
        self._ring: Ring | None = None
        self._last = Pointer(0.0, 0.0)

    @property
    def busy(self) -> bool:
        """Whether a move is under way."""
        return self.hand.moving

    def take(self) -> None:
        """Take the selected tooth along."""
        selected = self.bench.selection.current
        part = self.bench.document.parts.get(selected.part)
        if part is not None and selected.tooth and not self.hand.label and selected.tooth not in part.locked:
            labels = part.surface.labels
            if labels is not None and bool((labels == selected.tooth).any()):
                self.hand.choose(part.id, selected.tooth)

    def put_down(self) -> None:
        """Take a move that is under way back; what was marked and not kept is gone."""
        self.hand.drop()
        self.marks.switch(False)
        self._held = self._ring = None
        self._painting = False

    # -- the pointer ---------------------------------------------------------------------------------------------

    def press(self, at: Pointer) -> bool:
        """Take hold of a handle, or begin to paint; elsewhere the camera may have the drag."""
        if self.marks.on:
            self._painting = bool(self.marks.part) and self._paint(at)
            return self._painting
        handle = nearest(self.bench, self._handles(), at)
        if handle is None or not self.hand.begin():
            return False
        self._held = (handle, at)
        return True

    def drag(self, at: Pointer) -> None:
        """Move the tooth, or paint on."""
        if self._painting:
            self._paint(at)
        elif self._held is not None:
            handle, start = self._held
            self.hand.preview(handle.pose(self.bench, at.x - start.x, at.y - start.y))

    def release(self, at: Pointer) -> None:
        """Keep the move."""
        self._painting = False
        if self._held is not None:
            self._held = None
            self.hand.keep()

    def click(self, at: Pointer) -> None:
        """Take the tooth under the pointer, or let one grow there."""
        hit = self.bench.aim.pick(at)
        if hit is None:
            if self.bench.aim.ready:
                self.hand.drop()
            return
        part = self.bench.document.parts[hit.part_id]
        corners = part.surface.faces[hit.face]
        if self.marks.on:
            self.marks.grow(part.id, int(corners[int(np.argmax(hit.weights))]))
        else:
            self.hand.choose(part.id, label_at(part, hit.face, hit.weights))

    def hover(self, at: Pointer) -> None:
        """Light up the handle under the pointer, or lead the brush."""
        self._last = at
        handle = None if self.marks.on else nearest(self.bench, self._handles(), at)
        name = "" if handle is None else handle.name
        if self.marks.on and self.marks.part:
            self._show_ring(self.bench.aim.pick(at), at)
        elif name != self._over or self._ring is not None:
            self._over, self._ring = name, None
            self.bench.request()

    def leave(self) -> None:
        """Light nothing up."""
        self._over, self._ring = "", None
        self.bench.request()

    def _paint(self, at: Pointer) -> bool:
        hit = self.bench.aim.pick(at)
        if hit is None or hit.part_id != self.marks.part:
            return False
        part = self.bench.document.parts[hit.part_id]
        away = part.surface.vertices - part.to_local(hit.position).astype(np.float32)
        near = np.flatnonzero((away * away).sum(axis=1) < self.marks.radius**2).astype(np.int32)
        self.marks.touch(part.id, near, remove=at.ctrl)
        self._show_ring(hit, at)
        return True

    def _show_ring(self, hit: Hit | None, at: Pointer) -> None:
        colour = _REMOVE if at.ctrl else _ADD
        self._ring = None if hit is None else Ring(triple(hit.position), triple(hit.normal), self.marks.radius, colour)
        self.bench.request()

    # -- keys ----------------------------------------------------------------------------------------------------

    def wants_key(self, keys: str) -> bool:
        """Claim every key while a move runs; else L, and what keeps or drops a mark."""
        if self.hand.moving:
            return True
        return keys == "L" or (bool(self.marks.part) and keys in {"Esc", "Return", "Enter"})

    def key(self, keys: str) -> None:
        """Esc takes back, Enter keeps, L locks."""
        if self.hand.moving:
            if keys == "Esc":
                self._held = None
                self.hand.cancel()
        elif keys == "L":
            self._lock()
        elif keys == "Esc":
            self.marks.drop()
        else:
            self.marks.keep()

    def _lock(self) -> None:
        hit = self.bench.aim.pick(self._last)
        if hit is None:
            self.bench.shell.say("Point at a tooth to lock or unlock it.")
            return
        part = self.bench.document.parts[hit.part_id]
        if part.surface.labels is None:
            self.bench.shell.say(f"{part.name} has no labels: grow its teeth first.")
            return
        label = label_at(part, hit.face, hit.weights)
        self.hand.toggle_lock(part.id, label)
        name = f"Tooth {label}" if label else "The gingiva"
        self.bench.shell.say(f"{name} is {'locked' if label in part.locked else 'free'}.")

    # -- what is seen --------------------------------------------------------------------------------------------

    def _handles(self) -> tuple[Handle, ...]:
        part = self.bench.document.parts.get(self.hand.part)
        if part is None or self.hand.grip is None or self.hand.pose is None:
            return ()
        return handles(part, self.hand.grip.frame, self.hand.pose)

    def annotations(self) -> tuple[Annotation, ...]:
        """Return handles, locks and the brush."""
        lit = self._over if self._held is None else self._held[0].name
        marks: list[Annotation] = [] if self._ring is None else [self._ring]
        marks += self._locks()
        if not self.marks.on:
            marks += drawn(self._handles(), lit, self.hand, moving=self._held is not None)
        return tuple(marks)

    def _locks(self) -> list[Annotation]:
        """Return a word at each locked tooth."""
        found: list[Annotation] = []
        for part in self.bench.document.visible_parts():
            labels = part.surface.labels
            for label in sorted(part.locked) if labels is not None else ():
                rows = np.flatnonzero(labels == label)
                if len(rows) and label:
                    middle = part.to_world(part.surface.vertices[rows].mean(axis=0))
                    found.append(Text(triple(middle), f"{label} locked", _LOCKED, 12.0, (0.0, 0.0)))
        return found


def tools(bench: Bench) -> list[Tool]:
    """Return the tools of this file."""
    return [ToothTool(bench)]
