"""Picking: a ray in world mm against the clean geometry of all visible parts. What comes back is a value, nothing live."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from neodent_viewer.document.document import Change, Document
from neodent_viewer.document.part import POSITION, Part
from neodent_viewer.mesh.arrays import point
from neodent_viewer.mesh.bvh import Bvh
from neodent_viewer.mesh.surface import Float64, Int32, Surface


@dataclass(frozen=True, slots=True, eq=False)
class Hit:
    """Where a ray met a part.

    Attributes
    ----------
    part_id : str
    face : int
    weights : ndarray (3,) float64
        Barycentric weights on the face.
    position : ndarray (3,) float64
        World mm.
    normal : ndarray (3,) float64
        Unit normal of the face in world, turned towards the ray's origin.
    distance : float
        mm from the ray's origin.
    """

    part_id: str
    face: int
    weights: Float64
    position: Float64
    normal: Float64
    distance: float


class Picker:
    """Keeps one tree a part of a document, built when first asked, refitted when vertices moved.

    Hidden parts and previews are passed through. Building takes about 0.2 s at a million triangles: call `prepare` from a
    worker to have it done before the first pick. Vertices may move meanwhile: what moved is handed over under a lock.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self._trees: dict[str, tuple[Surface, Bvh]] = {}
        self._moved: dict[str, list[Int32] | None] = {}  # None: all of them
        self._lock = threading.Lock()  # of both dicts; never held while a tree is built or fitted
        document.changed.connect(self._on_change)

    def pick(self, origin: ArrayLike, direction: ArrayLike) -> Hit | None:
        """Return the first thing a ray from `origin` (3,) along `direction` (3,), world mm, meets; None if nothing."""
        start, along = point(origin), point(direction)
        hits = [self._pick(part, start, along) for part in self.pickable()]
        return min((hit for hit in hits if hit is not None), key=lambda hit: hit.distance, default=None)

    def pickable(self) -> list[Part]:
        """Return the parts a ray can meet."""
        return [part for part in self.document.visible_parts() if not part.preview and len(part.surface.faces)]

    def tree(self, part_id: str) -> Bvh:
        """Return the tree of a part in its own frame (`Part.to_local`), up to date; KeyError if there is no such part."""
        part = self.document.parts[part_id]
        surface, following = part.surface, part.followed()
        if following is not None:  # one tree is enough, and that one is up to date
            with self._lock:
                self._forget(part_id)
            return following.bvh
        kept = self._trees.get(part_id)
        if kept is None or kept[0] is not surface:
            kept = self._build(part_id, surface)
        self._catch_up(part_id, kept[1])
        return kept[1]

    def _build(self, part_id: str, surface: Surface) -> tuple[Surface, Bvh]:
        """Build a tree and keep it, unless another thread was quicker: what moved is told to the tree that is kept."""
        with self._lock:
            kept = self._trees.get(part_id)
            if kept is not None and kept[0] is not surface:  # gone, and so are the vertices that moved on it
                self._forget(part_id)
            self._moved.setdefault(part_id, [])  # what moves while the tree is built counts already
        built = surface, Bvh(surface.vertices, surface.faces)
        with self._lock:
            kept = self._trees.get(part_id)
            if kept is None or kept[0] is not surface:
                kept = self._trees[part_id] = built
        return kept

    def prepare(self, part_id: str) -> None:
        """Build a part's tree ahead of the first pick; safe in a worker thread."""
        self.tree(part_id)

    def close(self) -> None:
        """Stop following the document."""
        self.document.changed.disconnect(self._on_change)
        with self._lock:
            self._trees.clear()
            self._moved.clear()

    def _pick(self, part: Part, origin: Float64, direction: Float64) -> Hit | None:
        inverse = np.linalg.inv(part.transform[:3, :3])
        found = self.tree(part.id).intersect(part.to_local(origin), inverse @ direction)
        if found is None:
            return None
        face, _, weights = found
        corners = part.to_world(part.surface.vertices[part.surface.faces[face]])
        position = weights @ corners
        normal = np.cross(corners[1] - corners[0], corners[2] - corners[0])
        normal /= np.linalg.norm(normal) or 1.0
        if normal @ direction > 0:
            normal = -normal
        return Hit(part.id, face, weights, position, normal, float(np.linalg.norm(position - origin)))

    def _on_change(self, change: Change) -> None:
        if change.path[0] != "parts":
            return
        part_id, field, rows = change.path[1], change.path[2:], change.indices
        with self._lock:
            if not field or field == ("surface",):
                self._forget(part_id)
            elif field == ("arrays", POSITION) and (part_id in self._trees or part_id in self._moved):
                waiting = self._moved.setdefault(part_id, [])
                if rows is None or waiting is None:
                    self._moved[part_id] = None
                else:
                    waiting.append(rows)

    def _forget(self, part_id: str) -> None:
        self._trees.pop(part_id, None)
        self._moved.pop(part_id, None)

    def _catch_up(self, part_id: str, tree: Bvh) -> None:
        """Refit what moved since the last pick, all at once."""
        with self._lock:
            moved = self._moved.pop(part_id, [])
        if moved is None:
            tree.rebuild()
        elif moved:
            tree.refit(np.unique(np.concatenate(moved)))
