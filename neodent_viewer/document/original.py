"""How a part looked when it came: what comparisons with the original compare with.

Positions as loaded, or as the last change of topology made them. They are kept from the moment just before the first edit
of a position; a part that was never edited is its own original. A stroke is drawn before it becomes an edit: whoever wants
to compare during the very first one calls `remember_original` at the press.
"""

from __future__ import annotations

from neodent_viewer.document.composing import remember_original
from neodent_viewer.document.part import POSITION, Part
from neodent_viewer.mesh.surface import Float32, Int32

__all__ = ["is_original", "original_positions", "remember_before", "remember_original"]


def original_positions(part: Part) -> Float32:
    """Return the part's positions (n, 3) float32 as they came, mm relative to ``surface.origin``; not to be written."""
    return part.surface.vertices if part.original is None else part.original


def is_original(part: Part) -> bool:
    """Return whether no position was edited yet: nothing to compare."""
    return part.original is None


def remember_before(part: Part, array: str, indices: Int32, before: Float32) -> None:
    """Keep the original of a part of which `indices` (k,) were moved already and were `before` (k, 3)."""
    if array == POSITION and part.original is None:
        original = part.surface.vertices.copy()
        original[indices] = before
        part.original = original
