"""One brush, one file. To add one: write ``displace(dab) -> (k, 3) float32`` in a file here, and one line in the table.

A brush sees a `Dab` (arrays only) and returns how far each of its vertices moves; it writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from neodent_viewer.mesh.surface import Float32
from neodent_viewer.sculpt.dab import Dab


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
        Its key in the sculpt workspace.
    unit : str
        Unit of strength: ``"mm"`` a dab, or ``""`` for a share 0..1.
    strength : float
        What a new tool starts with.
    invertible : bool
        Whether Ctrl turns it round.
    """

    module: str
    title: str
    key: str
    unit: str
    strength: float
    invertible: bool = True

    def displace(self, dab: Dab) -> Float32:
        """Return displacements (k, 3) float32 in mm for the vertices of a dab."""
        module = import_module(f"{__name__}.{self.module}")
        moved: Float32 = module.displace(dab)
        return moved


BRUSHES: dict[str, Brush] = {
    "draw": Brush("draw", "Draw", "V", unit="mm", strength=0.05),
    "smooth": Brush("smooth", "Smooth", "S", unit="", strength=0.5, invertible=False),
}
