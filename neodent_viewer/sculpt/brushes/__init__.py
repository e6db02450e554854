"""One brush, one file. To add one: write its function in a file here, and one line in the table.

=========  ============================================================  ===================================================
kind       function of the module                                        what the stroke does with it
=========  ============================================================  ===================================================
dab        ``displace(dab: Dab) -> (k, 3) float32``                      adds it, dab by dab along the surface
drag       ``displace(pull: Pull) -> (k, 3) float32``                    adds it to where the held vertices were at the press
hook       ``displace(pull: Pull) -> (k, 3) float32``                    adds it step by step; weights follow the hand
value      ``blend(dab: Dab, rows: (k, ...)) -> (k, ...)``               writes it to the brush's array, dab by dab
=========  ============================================================  ===================================================

A brush sees arrays only (`Dab`, `Pull`) and writes nothing; locks, masks, symmetry, undo, normals and tree are the stroke's.
Loops over vertices go to ``sculpt/kernels`` and into ``kernels/warm.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from numpy.typing import NDArray

from neodent_viewer.mesh.surface import Float32
from neodent_viewer.sculpt.dab import Dab, Pull

POSITION = "position"


@dataclass(frozen=True, slots=True)
class Brush:
    """One row of the table.

    Attributes
    ----------
    module : str
        File beside this one.
    title : str
        What the tool shelf shows.
    key : str
        Its key in the sculpt workspace; empty for none.
    unit : str
        Unit of strength: ``"mm"`` a dab, or ``""`` for a share 0..1.
    strength : float
        What a new tool starts with.
    icon : str
        qtawesome name.
    hint : str
        One sentence.
    kind : str
        ``"dab"``, ``"drag"``, ``"hook"`` or ``"value"``, see the table above.
    array : str
        What it writes: ``"position"`` or a per-vertex array (``"mask"``, ``"colour"``, ``"zone"``).
    invertible : bool
        Whether Ctrl turns it round.
    capped : bool
        Never adds up within a stroke, whatever `BrushSettings.accumulate` says.
    from_press : bool
        Works along the normals the surface had when the stroke first touched it.
    connected : bool
        Of a drag: only vertices connected within the radius to where it took hold.
    reach : float
        How far the brush acts, in radii.
    """

    module: str
    title: str
    key: str
    unit: str
    strength: float
    icon: str
    hint: str
    kind: str = "dab"
    array: str = POSITION
    invertible: bool = True
    capped: bool = False
    from_press: bool = False
    connected: bool = True
    reach: float = 1.0

    @property
    def dragged(self) -> bool:
        """Whether it takes hold at the press and follows the hand off the surface."""
        return self.kind in {"drag", "hook"}

    def displace(self, touch: Dab | Pull) -> Float32:
        """Return displacements (k, 3) float32 in mm for the vertices of a dab or of a hold."""
        moved: Float32 = import_module(f"{__name__}.{self.module}").displace(touch)
        return moved

    def blend(self, dab: Dab, rows: NDArray[Any]) -> NDArray[Any]:
        """Return new values (k, ...) for the rows of a dab, in their dtype."""
        new: NDArray[Any] = import_module(f"{__name__}.{self.module}").blend(dab, rows)
        return new


_DRAW = "Raise the surface under the brush."
_SMOOTH = "Even the surface out; its volume stays."
_INFLATE = "Swell: every place moves along its own normal."
_GRAB = "Take hold of the surface and pull it along; only what hangs together under the brush comes with it."
_MASK = "Protect the surface from every brush."

#: name -> brush, in shelf order; one line a brush
BRUSHES: dict[str, Brush] = {
    "draw": Brush("draw", "Draw", "V", "mm", 0.05, "mdi6.brush", _DRAW),
    "inflate": Brush("inflate", "Inflate", "I", "mm", 0.04, "mdi6.arrow-expand-all", _INFLATE),
    "smooth": Brush("smooth", "Smooth", "S", "", 0.5, "mdi6.blur", _SMOOTH, invertible=False),
    "grab": Brush("grab", "Grab", "G", "", 1.0, "mdi6.hand-back-right", _GRAB, "drag", invertible=False),
    "mask": Brush("mask", "Mask", "M", "", 0.5, "mdi6.shield-half-full", _MASK, "value", "mask"),
}
