"""Vertex buffers by name: made, rewritten whole or in ranges, given to programs, given back."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

#: vertices between two touched ranges that are cheaper to upload than to skip
GAP = 256


def merge_ranges(indices: NDArray[Any], gap: int = GAP) -> NDArray[np.int64]:
    """Return half-open ranges (k, 2) that cover vertex `indices`, joined where `gap` or fewer vertices lie between.

    >>> merge_ranges(np.array([5, 1, 2, 900, 258]), gap=256).tolist()
    [[1, 259], [900, 901]]
    """
    if not len(indices):
        return np.zeros((0, 2), np.int64)
    ordered = np.unique(indices).astype(np.int64)
    cuts = np.flatnonzero(np.diff(ordered) > gap + 1)
    starts = ordered[np.concatenate([[0], cuts + 1])]
    ends = ordered[np.concatenate([cuts, [len(ordered) - 1]])] + 1
    return np.stack([starts, ends], axis=1)


class Rows(dict[str, Any]):
    """``gloo.VertexBuffer`` by the name of what they hold, float32."""

    def put(self, name: str, values: NDArray[Any]) -> None:
        """Hold values (n, k) under a name, in place of what it held."""
        data = np.ascontiguousarray(values, np.float32)
        if name in self:
            self[name].set_data(data)
        else:
            self[name] = gloo.VertexBuffer(data)

    def send(self, name: str, values: NDArray[Any], indices: NDArray[Any]) -> None:
        """Rewrite rows `indices` (k,) from values (n, ...), and those that lie close between."""
        for start, end in merge_ranges(indices).tolist():
            self[name].set_subdata(values[start:end], start)

    def drop(self, name: str) -> None:
        """Give one back; nothing if there is none."""
        gone = self.pop(name, None)
        if gone is not None:
            gone.delete()

    def free(self) -> None:
        """Give all back."""
        for name in list(self):
            self.drop(name)

    def bind(self, program: Any) -> None:
        """Give a program the attributes it declares.

        gloo finds attributes in the text, in branches the preprocessor drops too, and compares the sizes of all it was ever
        given: what was drawn before has and this has not must go.
        """
        for name in [n for n in program._user_variables if n.startswith("a_") and n not in self]:
            del program._user_variables[name]
        for name, buffer in self.items():
            if name in program:
                program[name] = buffer
