"""Surfaces ready to be sculpted: trees, rings and normals, built in the background when a brush first comes near a part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neodent_viewer.app.bridge import Threads
from neodent_viewer.document.document import Change, Document
from neodent_viewer.document.part import POSITION, Part
from neodent_viewer.mesh.surface import Int32, Surface

if TYPE_CHECKING:
    from neodent_viewer.sculpt.surface import SculptMesh

#: arrays that brushes write in place, shared between a surface and its workpiece
_SHARED = ("mask", "colour", "zone")


class Workpieces:
    """Keeps one `SculptMesh` a part, and keeps it true when others (undo) write vertices."""

    def __init__(self, document: Document, background: Threads) -> None:
        self._document = document
        self._background = background
        self._ready: dict[str, tuple[Surface, SculptMesh]] = {}
        self._coming: dict[str, Surface] = {}
        self._stale: set[str] = set()
        self._own = False
        document.changed.connect(self._on_change)

    def get(self, part: Part) -> SculptMesh | None:
        """Return the workpiece of a part, or None and begin to make it."""
        surface, mesh = self._ready.get(part.id, (None, None))
        if mesh is not None and surface is part.surface:
            return mesh
        if self._coming.get(part.id) is not part.surface:
            self._make(part)
        return None

    def share(self, part: Part, mesh: SculptMesh, array: str) -> None:
        """Have the part keep the array that strokes write: made untouched where there was none, told once."""
        if array != POSITION and array not in part.surface.arrays:
            part.surface.arrays[array] = mesh.array(array)

    def touch(self, part: Part, indices: Int32, array: str = POSITION) -> None:
        """Tell everyone what the workpiece's own stroke has written."""
        self._own = True
        try:
            self._document.touch(part.id, array, indices)
        finally:
            self._own = False

    def _make(self, part: Part) -> None:
        surface = part.surface
        self._coming[part.id] = surface
        self._stale.discard(part.id)

        def work(job: object) -> SculptMesh:
            mesh = _workpiece(surface)
            mesh.neighbours()
            mesh.boundary()
            _compile()
            return mesh

        def done(mesh: SculptMesh) -> None:
            if self._coming.get(part.id) is surface:
                del self._coming[part.id]
                if part.id not in self._stale and part.surface is surface:
                    self._ready[part.id] = (surface, mesh)
                    part.following = mesh.following  # picks and pictures ask it too

        self._background.submit(f"Preparing {part.name} for the brush", work, done)

    def _on_change(self, change: Change) -> None:
        if change.path[0] != "parts":
            return
        key, field = change.path[1], change.path[2:]
        if field in {(), ("surface",), ("arrays", "labels")} or self._is_foreign(key, field):
            self._drop(key)
            self._stale.add(key)
        elif field == ("arrays", POSITION) and not self._own:
            self._stale.add(key)
            if key in self._ready and change.indices is not None:
                self._ready[key][1].follow(change.indices)
            else:
                self._drop(key)

    def _drop(self, key: str) -> None:
        part = self._document.parts.get(key)
        if self._ready.pop(key, None) is not None and part is not None:
            part.following = None

    def _is_foreign(self, key: str, field: tuple[str, ...]) -> bool:
        """Return whether an array was put there that the workpiece does not share."""
        part = self._document.parts.get(key)
        if self._own or part is None or len(field) != 2 or field[1] not in _SHARED or key not in self._ready:
            return False
        return part.surface.arrays.get(field[1]) is not self._ready[key][1].array(field[1])


def _workpiece(surface: Surface) -> SculptMesh:
    from neodent_viewer.sculpt.surface import SculptMesh

    given = {name: surface.arrays.get(name) for name in _SHARED}
    return SculptMesh(surface.vertices, surface.faces, surface.labels, **given)


def _compile() -> None:
    """Run every brush once on a tiny surface, so that the first real dab waits for no compiler."""
    import numpy as np

    from neodent_viewer.sculpt.brushes import BRUSHES
    from neodent_viewer.sculpt.stroke import BrushSettings, Stroke
    from neodent_viewer.sculpt.surface import SculptMesh

    corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)
    faces = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]], np.int32)
    for name in BRUSHES:
        stroke = Stroke(SculptMesh(corners.copy(), faces), name, BrushSettings())
        stroke.move_to(corners[0])
        stroke.move_to(corners[1])
        stroke.finish()
