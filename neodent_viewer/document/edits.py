"""One reversible change of the document. An edit knows how to do and undo itself, what it costs, and what to call it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.document.document import Document, Path
from neodent_viewer.document.part import BASE, POSITION, Part, PartState
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
        Values of the touched rows: a layer's deltas, or the positions under all layers. `layers.stroke_edit` makes them
        from composed positions.
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
        if self.array == POSITION:
            document.write_positions(self.part, self.layer, self.indices, values)
        elif self.layer == BASE:
            document.write_vertices(self.part, self.array, self.indices, values)
        else:
            raise ArgumentError(
                "Sculpt layers hold shapes only.",
                kind="argument",
                where=f"{self.part}/{self.layer}: {self.array}",
                remedy="Paint on the base layer.",
            )

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
        if self.path[0] == "parts" and self.path[2:] == ("layers",):
            kept = {id(layer) for layer in self.before} & {
                id(layer) for layer in self.after
            }  # not this edit's to count
            return 200 + sum(int(x.nbytes()) for x in (*self.before, *self.after) if id(x) not in kept)
        return sum(_size(value) for value in (self.before, self.after))


@dataclass(frozen=True, slots=True, eq=False)
class TopologyEdit:
    """A part's surface before and after a change of faces or vertex order.

    With `version`, the topology version of `old`, undoing brings that version back too, so that anchors which were placed
    before stand on their faces again. `old_state` and `new_state` are what the part keeps beside each surface.
    """

    part: str
    old: Surface
    new: Surface
    title: str = "Remesh"
    version: int | None = None
    old_state: PartState | None = None
    new_state: PartState | None = None

    def do(self, document: Document) -> None:
        """Show the new surface."""
        self._show(document, self.new, self.new_state, 1)

    def undo(self, document: Document) -> None:
        """Show the old surface again."""
        self._show(document, self.old, self.old_state, 0)

    def _show(self, document: Document, surface: Surface, state: PartState | None, step: int) -> None:
        version = None if self.version is None else self.version + step
        document.show_surface(self.part, surface, state, version)

    def nbytes(self) -> int:
        """Return the bytes this edit keeps alive."""
        states = sum(state.nbytes() for state in (self.old_state, self.new_state) if state is not None)
        return self.old.nbytes() + self.new.nbytes() + states


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
