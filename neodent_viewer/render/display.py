"""How one view shows the surfaces, whatever the document's look says: matcaps, facets, wire, the original, a ghost of it.

A display belongs to a view, as its camera does: it is no edit, no project keeps it, and the audience never sees it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from neodent_viewer.document.look import Shading

#: materials that a normal alone lights: name -> what the panel says; the number a shader knows one by is its place, from 1
MATCAPS: dict[str, str] = {
    "clay": "Clay",
    "wax": "Red wax",
    "stone": "Dental stone",
    "porcelain": "Porcelain",
    "zebra": "Zebra stripes",
}
#: ways to shade: name -> what the panel says
SURFACES: dict[str, str] = {
    "look": "As the look",
    "smooth": "Plain",
    "matcap": "Matcap",
    "flat": "Flat",
    "xray": "X-ray",
}


@dataclass(frozen=True, slots=True)
class Display:
    """One way to see.

    Attributes
    ----------
    surface : str
        A name of `SURFACES`; all but ``"look"`` are plain, quick and without effects.
    matcap : str
        A name of `MATCAPS`, for ``surface == "matcap"``.
    wire : bool
        The edges of all triangles over the surface.
    original : bool
        Parts as they came, before they were sculpted.
    ghost : bool
        The original as a thin film where it stands out of what it has become.
    marks : bool
        Masks and zones.
    colours : bool
        Scanned and painted colours, in the clinical look and on plain surfaces.
    """

    surface: str = "look"
    matcap: str = "clay"
    wire: bool = False
    original: bool = False
    ghost: bool = False
    marks: bool = False
    colours: bool = True

    def shading(self, look: Shading) -> Shading:
        """Return the shading to draw with where the look wants `look`."""
        return look if self.surface == "look" else Shading.SCULPT

    def defines(self) -> tuple[str, ...]:
        """Return what the sculpt shader must be told."""
        if self.surface == "matcap":
            return (f"MATCAP {list(MATCAPS).index(self.matcap) + 1}",)
        return ("SEE_THROUGH",) if self.surface == "xray" else ()

    @property
    def plain(self) -> bool:
        """Whether an audience would see the same picture of a document without masks and zones."""
        return replace(self, marks=False) == PLAIN

    @property
    def whole(self) -> bool:
        """Whether every triangle must be drawn, even while the camera moves: facets and edges are what is looked at."""
        return self.surface == "flat" or self.wire


#: what the audience sees
PLAIN = Display()
