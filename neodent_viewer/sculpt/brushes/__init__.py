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
from functools import cache
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
        moved: Float32 = _file(self.module).displace(touch)
        return moved

    def blend(self, dab: Dab, rows: NDArray[Any]) -> NDArray[Any]:
        """Return new values (k, ...) for the rows of a dab, in their dtype."""
        new: NDArray[Any] = _file(self.module).blend(dab, rows)
        return new


@cache
def _file(name: str) -> Any:
    return import_module(f"{__name__}.{name}")


_HINTS = {
    "draw": "Raise the surface under the brush.",
    "draw_sharp": "Cut a groove with a narrow floor.",
    "clay": "Lay on flat strips; what is low fills first.",
    "inflate": "Swell: every place moves along its own normal.",
    "height": "Lay on a layer of even thickness, however often you pass.",
    "smooth": "Even the surface out; its volume stays.",
    "relax": "Even out the triangles; the form stays.",
    "flatten": "Draw everything to the mean plane.",
    "scrape": "Take off what stands above the mean plane.",
    "fill": "Bring up what lies below the mean plane.",
    "polish": "Take off what stands out and even out the rest.",
    "crease": "Cut a line and draw its sides together.",
    "pinch": "Draw the surface together.",
    "grab": "Take hold and pull; only what hangs together under the brush comes along.",
    "snake_hook": "Draw a strand out of the surface.",
    "elastic": "Pull as if the surface were rubber: all around gives way.",
    "twist": "Turn what is under the brush: drag to the right for clockwise.",
    "scale": "Drag to the right to swell what is under the brush, to the left to shrink it.",
    "mask": "Protect the surface from every other brush.",
    "paint": "Lay colour on the surface.",
    "zone": "Mark a zone.",
}


def _row(
    name: str, title: str, key: str, unit: str, strength: float, icon: str, kind: str = "dab", **more: Any
) -> Brush:
    """Return one row; the file has the brush's name, the sentence stands above."""
    return Brush(name, title, key, unit, strength, f"mdi6.{icon}", _HINTS[name], kind, **more)


_ROWS = (
    _row("draw", "Draw", "V", "mm", 0.05, "brush"),
    _row("draw_sharp", "Draw Sharp", "Shift+V", "mm", 0.05, "fountain-pen-tip", from_press=True),
    _row("clay", "Clay", "C", "mm", 0.05, "layers-plus"),
    _row("inflate", "Inflate", "I", "mm", 0.04, "arrow-expand-all"),
    _row("height", "Height", "H", "mm", 0.2, "stairs-up", from_press=True, capped=True),
    _row("smooth", "Smooth", "S", "", 1.0, "blur", invertible=False),
    _row("relax", "Relax", "R", "", 0.5, "grid", invertible=False),
    _row("flatten", "Flatten", "Shift+T", "", 0.5, "arrow-collapse-down"),
    _row("scrape", "Scrape", "", "", 0.5, "arrow-collapse-up"),
    _row("fill", "Fill", "", "", 0.5, "format-color-fill"),
    _row("polish", "Polish", "", "", 0.5, "diamond-stone", invertible=False),
    _row("crease", "Crease", "Shift+C", "mm", 0.05, "chevron-double-down"),
    _row("pinch", "Pinch", "P", "", 0.3, "arrow-collapse-horizontal"),
    _row("grab", "Grab", "G", "", 1.0, "hand-back-right", "drag", invertible=False),
    _row("snake_hook", "Snake Hook", "K", "", 1.0, "hook", "hook", invertible=False),
    _row(
        "elastic", "Elastic Deform", "E", "", 1.0, "gesture-swipe", "drag", invertible=False, connected=False, reach=5.0
    ),
    _row("twist", "Twist", "W", "", 1.0, "rotate-right", "drag"),
    _row("scale", "Scale", "", "", 1.0, "resize", "drag"),
    _row("mask", "Mask", "M", "", 0.5, "shield-half-full", "value", array="mask"),
    _row("paint", "Paint", "B", "", 0.5, "palette", "value", array="colour"),
    _row("zone", "Zone", "Z", "", 1.0, "map-outline", "value", array="zone"),
)

#: name -> brush, in shelf order; one line a brush
BRUSHES: dict[str, Brush] = {brush.module: brush for brush in _ROWS}
