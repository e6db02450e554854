"""Surfaces ready to be sculpted: trees, rings and normals, built in the background when a brush first comes near a part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neodent_viewer.app.bridge import Threads
from neodent_viewer.document.document import Change, Document
from neodent_viewer.document.part import POSITION, Part
from neodent_viewer.mesh.surface import Int32, Surface

if TYPE_CHECKING:
    from neodent_viewer.sculpt.surface import SculptMesh


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

    def touch(self, part: Part, indices: Int32) -> None:
        """Tell everyone what the workpiece's own stroke has moved."""
        self._own = True
        try:
            self._document.touch(part.id, POSITION, indices)
        finally:
            self._own = False

    def _make(self, part: Part) -> None:
        surface = part.surface
        self._coming[part.id] = surface
        self._stale.discard(part.id)

        def work(job: object) -> SculptMesh:
            from neodent_viewer.sculpt.surface import SculptMesh

            mesh = SculptMesh(surface.vertices, surface.faces, surface.labels, surface.arrays.get("mask"))
            mesh.neighbours()
            mesh.boundary()
            _compile()
            return mesh

        def done(mesh: SculptMesh) -> None:
            if self._coming.get(part.id) is surface:
                del self._coming[part.id]
                if part.id not in self._stale and part.surface is surface:
                    self._ready[part.id] = (surface, mesh)

        self._background.submit(f"Preparing {part.name} for the brush", work, done)

    def _on_change(self, change: Change) -> None:
        if change.path[0] != "parts":
            return
        key, field = change.path[1], change.path[2:]
        if field in {(), ("surface",), ("arrays", "labels"), ("arrays", "mask")}:
            self._ready.pop(key, None)
            self._stale.add(key)
        elif field == ("arrays", POSITION) and not self._own:
            self._stale.add(key)
            if key in self._ready and change.indices is not None:
                self._ready[key][1].follow(change.indices)
            else:
                self._ready.pop(key, None)


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
