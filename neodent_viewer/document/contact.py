"""What stands around the teeth of a part, made from a document: neighbours as closed crowns, other parts as they are.

Order: `Surroundings` notes what there is (quick, where nobody writes meanwhile) -> `make` builds the solids (some seconds for
a jaw; in a worker) -> `catch_up` before each stroke. Solids are laid out by the positions the parts came with and then
moved to where those are now, so they do not depend on when they were made: a replay stops where the window did.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.document.document import Document
from neodent_viewer.document.original import original_positions
from neodent_viewer.document.part import Part
from neodent_viewer.mesh.caps import closed
from neodent_viewer.mesh.distance import SignedDistance
from neodent_viewer.mesh.surface import Float32, Float64, Int32, Surface
from neodent_viewer.sculpt.contact import Contact, Crown


def others_of(document: Document, part: Part) -> tuple[Part, ...]:
    """Return the parts that a brush on `part` may run into: all that are shown."""
    return tuple(
        other
        for other in document.parts.values()
        if other is not part and other.visible and not other.preview and len(other.surface.faces)
    )


def _between(part: Float64, other: Float64) -> Float64:
    """Return the map (4, 4) from file coordinates of one part to those of another, by their transforms."""
    return np.asarray(np.linalg.inv(part) @ other)


class _Other:
    """Another part, mapped into the frame of the one that is sculpted."""

    def __init__(self, other: Part, part: Part, matrix: Float64 | None) -> None:
        self.part, self.surface = other, other.surface
        self._matrix: Float64 = _between(part.transform, other.transform) if matrix is None else matrix
        self._shift: Float64 = self._matrix[:3, :3] @ other.surface.origin + self._matrix[:3, 3] - part.surface.origin
        self._seen: Float32 = original_positions(other).copy()
        self.solid: SignedDistance | None = None

    def stands(self, part: Part) -> bool:
        """Return whether the part is the one that was noted, where it was noted."""
        same = self.part.surface is self.surface
        return same and bool(np.array_equal(self._matrix, _between(part.transform, self.part.transform)))

    def make(self) -> SignedDistance:
        """Build the solid."""
        self.solid = SignedDistance(self._mapped(self._seen), self.surface.faces)
        return self.solid

    def catch_up(self) -> None:
        """Take along what was moved."""
        now = self.surface.vertices
        rows = np.flatnonzero((now != self._seen).any(axis=1)).astype(np.int32)
        if len(rows) and self.solid is not None:
            self._seen[rows] = now[rows]
            self.solid.follow(rows, self._mapped(now[rows]))

    def _mapped(self, vertices: Float32) -> Float32:
        return (vertices.astype(np.float64) @ self._matrix[:3, :3].T + self._shift).astype(np.float32)


class Surroundings:
    """What a brush on one part keeps contact with.

    Parameters
    ----------
    document : Document
    part : Part
        That will be sculpted.
    against : sequence of Part or None
        Other parts that count; all that are shown if None.
    placed : sequence of ndarray (4, 4) or None
        Where each of them stands in file coordinates of `part`; as the transforms of both say if None.
    """

    def __init__(
        self,
        document: Document,
        part: Part,
        against: Sequence[Part] | None = None,
        placed: Sequence[Float64] | None = None,
    ) -> None:
        self._document, self._all = document, against is None
        self.part = part
        self.surface: Surface = part.surface
        labels = part.surface.labels
        self._labels: NDArray[np.integer] | None = None if labels is None else labels.copy()
        self._original = original_positions(part).copy()
        others = others_of(document, part) if against is None else tuple(against)
        matrices = [None] * len(others) if placed is None else list(placed)
        self._others = [_Other(other, part, matrix) for other, matrix in zip(others, matrices, strict=True)]
        self.contact: Contact | None = None

    @property
    def others(self) -> tuple[Part, ...]:
        """The other parts that count."""
        return tuple(other.part for other in self._others)

    def make(self) -> Contact:
        """Build the solids; on any thread."""
        solids = [other.make() for other in self._others]
        crowns = _crowns(self._original, self.surface.faces, self._labels)
        self.contact = Contact(self.surface.vertices, self._labels, crowns, solids)
        return self.contact

    def fits(self) -> bool:
        """Return whether all this is still what stands around the part, but for where its vertices are."""
        labels = self.part.surface.labels
        if self.part.surface is not self.surface or (labels is None) != (self._labels is None):
            return False
        if labels is not None and self._labels is not None and not np.array_equal(labels, self._labels):
            return False
        if self._all and others_of(self._document, self.part) != self.others:
            return False
        return all(other.stands(self.part) for other in self._others)

    def catch_up(self) -> Contact:
        """Return the contact, with everything where it is now."""
        contact = self.contact or self.make()
        contact.catch_up()
        for other in self._others:
            other.catch_up()
        return contact


def _crowns(vertices: Float32, faces: Int32, labels: NDArray[np.integer] | None) -> dict[int, Crown]:
    """Return every tooth of a part by its label, closed, and what is none as it is under 0."""
    corners = np.zeros(faces.shape, np.int16) if labels is None else labels[faces]
    whole = (corners[:, 0] == corners[:, 1]) & (corners[:, 1] == corners[:, 2]) & (corners[:, 0] >= 0)
    local = np.full(len(vertices), -1, np.int32)
    found = {}
    for label in np.unique(corners[whole, 0]).tolist():
        patch = faces[whole & (corners[:, 0] == label)]
        rows = np.unique(patch).astype(np.int32)
        local[rows] = np.arange(len(rows), dtype=np.int32)
        own = np.ascontiguousarray(vertices[rows])
        found[int(label)] = Crown(rows, SignedDistance(own, closed(own, local[patch]) if label else local[patch]))
    return found
