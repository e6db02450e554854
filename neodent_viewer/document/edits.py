"""One reversible change of the document. An edit knows how to do and undo itself, what it costs, and what to call it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.document.document import Document, Path
from neodent_viewer.document.part import BASE, Part
from neodent_viewer.mesh.surface import Int32, Surface


@dataclass(frozen=True, slots=True, eq=False)
class VertexEdit:
    """Rows of one per-vertex array of one part: a stroke, paint, a mask.

    Attributes
    ----------
    part, layer, array : str
        Part id, sculpt layer id (``"base"`` for the surface itself), array name (``"position"`` for geometry).
    indices : ndarray (k,) int32
    before, after : ndarray (k, ...)
        Values of the touched rows.
    """

    part: str
    layer: str
    array: str
    indices: Int32
    before: NDArray[Any]
    after: NDArray[Any]
    title: str = "Stroke"

    def do(self, document: Document) -> None:
        """Write the new rows."""
        self._write(document, self.after)

    def undo(self, document: Document) -> None:
        """Write the old rows back, bit for bit."""
        self._write(document, self.before)

    def _write(self, document: Document, values: NDArray[Any]) -> None:
        if self.layer != BASE:
            raise ArgumentError(
                "This stroke belongs to a sculpt layer, and layers cannot be edited yet.",
                kind="argument",
                where=f"{self.part}/{self.layer}",
                remedy="Sculpt on the base layer.",
            )
        document.write_vertices(self.part, self.array, self.indices, values)

    def nbytes(self) -> int:
        """Return the bytes this edit keeps alive."""
        return self.indices.nbytes + self.before.nbytes + self.after.nbytes


@dataclass(frozen=True, slots=True, eq=False)
class ValueEdit:
    """One value at one path; None stands for "not there", so adding and removing are ValueEdits too."""

    path: Path
    before: Any
    after: Any
    title: str = "Change"

    def do(self, document: Document) -> None:
        """Set the new value."""
        document.set(self.path, self.after)

    def undo(self, document: Document) -> None:
        """Set the old value again."""
        document.set(self.path, self.before)

    def nbytes(self) -> int:
        """Return the bytes this edit keeps alive."""
        return sum(_size(value) for value in (self.before, self.after))


@dataclass(frozen=True, slots=True, eq=False)
class TopologyEdit:
    """A part's surface before and after a change of faces or vertex order.

    With `version`, the topology version of `old`, undoing brings that version back too, so that anchors which were placed
    before stand on their faces again.
    """

    part: str
    old: Surface
    new: Surface
    title: str = "Remesh"
    version: int | None = None

    def do(self, document: Document) -> None:
        """Show the new surface."""
        self._show(document, self.new, 1)

    def undo(self, document: Document) -> None:
        """Show the old surface again."""
        self._show(document, self.old, 0)

    def _show(self, document: Document, surface: Surface, step: int) -> None:
        if self.version is not None:
            document.parts[self.part].topology_version = self.version + step - 1  # setting the surface adds one
        document.set(("parts", self.part, "surface"), surface)

    def nbytes(self) -> int:
        """Return the bytes this edit keeps alive."""
        return self.old.nbytes() + self.new.nbytes()


@dataclass(frozen=True, slots=True, eq=False)
class EditGroup:
    """Several edits that a person asked for at once: one step for undo.

    Attributes
    ----------
    edits : tuple of Edit
        In the order they were carried out; undone from the last to the first.
    """

    edits: tuple[VertexEdit | ValueEdit | TopologyEdit | EditGroup, ...]
    title: str = "Change"

    def do(self, document: Document) -> None:
        """Carry all of them out."""
        for edit in self.edits:
            edit.do(document)

    def undo(self, document: Document) -> None:
        """Take all of them back."""
        for edit in reversed(self.edits):
            edit.undo(document)

    def nbytes(self) -> int:
        """Return the bytes all of them keep alive."""
        return sum(edit.nbytes() for edit in self.edits)


Edit = VertexEdit | ValueEdit | TopologyEdit | EditGroup


def set_value(document: Document, path: Path, after: Any, title: str) -> ValueEdit:
    """Return the edit that takes `path` from what it is now to `after`."""
    return ValueEdit(path, document.get(path), after, title)


def _size(value: Any) -> int:
    if isinstance(value, Part):
        return value.nbytes()
    return int(value.nbytes) if isinstance(value, np.ndarray) else sys.getsizeof(value)
