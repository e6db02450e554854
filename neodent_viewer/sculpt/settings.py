"""What the hand has set: one frozen record that a stroke is made with, and that a recording stores field by field.

All lengths are in mm in the frame of the vertices; a caller whose part is scaled divides before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neodent_viewer.sculpt.alpha import Alpha
from neodent_viewer.sculpt.curve import STRAIGHT, Points, check
from neodent_viewer.sculpt.falloff import CUSTOM, FALLOFFS

Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class BrushSettings:
    """What the hand has set.

    Attributes
    ----------
    radius : float
        mm, > 0.
    strength : float
        In the unit of the brush (`brushes.Brush.unit`): mm at the centre of a dab for draw, a share 0..1 for smooth.
    invert : bool
        Dig instead of raise.
    falloff : str
        A name of `falloff.FALLOFFS`, or ``"custom"`` for `curve`.
    spacing : float
        Distance between dabs as a share of the radius, > 0.
    symmetry : bool
        Mirror each dab at ``x = mirror_x``, or at `mirror_plane` if there is one.
    mirror_x : float
        mm, in the frame of the vertices: ``-surface.origin[0]`` puts the plane at x = 0 of an untransformed part.
    front_only : bool
        Leave vertices alone that face away from the brush.
    locked_labels : frozenset of int
        FDI labels that do not change by one bit; 0 locks the gingiva.
    curve : tuple of (x, y)
        The ``"custom"`` falloff: x = 0 at the centre, 1 at the rim (`curve.evaluate`); y may end above 0.
    accumulate : bool
        Whether dabs of one stroke add up where they overlap; else a place gets no more than its strongest dab.
    rate : float
        Airbrush: dabs a second while held, instead of dabs along the way; 0 is off. Times come from the caller.
    lock_to_label : bool
        Only the label under the press may change: one tooth at a time. A mirrored dab keeps to the label it lies on.
    boundary_rings : int
        Vertices this many edges or fewer from an open rim fade out, the rim itself does not move; 0 is off.
    cavity : float
        -1..1. Above 0 only hollows are worked (fissures), below 0 only ridges, fully at -1 and 1; 0 is off.
    normal_radius : float
        Share of the radius within which the normal under the brush is averaged, 0 < share <= 1.
    alpha : Alpha or None
        A stamp that multiplies the falloff, turned along the stroke.
    stabiliser : float
        mm; length of the string by which the pointer draws the brush along, 0 is off.
    pressure_radius, pressure_strength : bool
        What the pen's pressure works on, through `pressure_curve`.
    pressure_curve : tuple of (x, y)
        Pressure 0..1 -> share 0..1.
    mirror_plane : (nx, ny, nz, d) or None
        Plane of `symmetry`, ``n . p = d``: a fitted mid-sagittal plane, for one (`midplane.from_labels`).
    radial : int
        Dabs around `radial_axis` through `radial_center`, evenly turned; 1 is off.
    radial_axis, radial_center : (3,) tuple
        mm.
    colour : (r, g, b, a)
        0..255, of the paint brush.
    zone : int
        Of the zone brush, 0..32767; 0 takes zones away.
    keep_contact : bool
        Stop at neighbouring teeth and at other parts (`contact.Contact`, which the stroke must be given).
    """

    radius: float = 3.0
    strength: float = 0.05
    invert: bool = False
    falloff: str = "smooth"
    spacing: float = 0.25
    symmetry: bool = False
    mirror_x: float = 0.0
    front_only: bool = False
    locked_labels: frozenset[int] = frozenset()
    curve: Points = ((0.0, 1.0), (1.0, 0.0))
    accumulate: bool = True
    rate: float = 0.0
    lock_to_label: bool = False
    boundary_rings: int = 0
    cavity: float = 0.0
    normal_radius: float = 1.0
    alpha: Alpha | None = None
    stabiliser: float = 0.0
    pressure_radius: bool = False
    pressure_strength: bool = True
    pressure_curve: Points = STRAIGHT
    mirror_plane: tuple[float, float, float, float] | None = None
    radial: int = 1
    radial_axis: Vector = (0.0, 1.0, 0.0)
    radial_center: Vector = (0.0, 0.0, 0.0)
    colour: tuple[int, int, int, int] = (200, 60, 60, 255)
    zone: int = 1
    keep_contact: bool = False

    def __post_init__(self) -> None:
        if not (0 < self.radius < np.inf and 0 < self.spacing < np.inf and np.isfinite(self.strength)):
            raise ValueError(f"a brush needs a radius and a spacing above zero: {self}")
        if self.falloff not in FALLOFFS and self.falloff != CUSTOM:
            raise ValueError(f"no falloff {self.falloff!r}; there are {', '.join(FALLOFFS)} and {CUSTOM}")
        check(self.curve, "the falloff curve of a brush")
        check(self.pressure_curve, "the pressure curve of a brush")
        self._check_ranges()
        self._check_directions()

    def _check_ranges(self) -> None:
        for name, low, high in (
            ("rate", 0, 1000), ("cavity", -1, 1), ("boundary_rings", 0, 1000), ("stabiliser", 0, 1000),
            ("mirror_x", -1e6, 1e6), ("radial", 1, 64), ("zone", 0, 32767), ("normal_radius", 1e-3, 1),
            ("strength", -1e6, 1e6), ("radius", 1e-6, 1e6), ("spacing", 1e-3, 100),
        ):  # fmt: skip
            value = getattr(self, name)
            if not low <= value <= high:
                raise ValueError(f"{name} of a brush lies in {low}..{high}, not {value}")
        if len(self.colour) != 4 or not all(0 <= value <= 255 for value in self.colour):
            raise ValueError(f"colour of a brush is four numbers 0..255, not {self.colour}")

    def _check_directions(self) -> None:
        directions = [("radial_axis", self.radial_axis, 3)]
        if self.mirror_plane is not None:
            directions.append(("mirror_plane", self.mirror_plane[:3], 3))
            if len(self.mirror_plane) != 4 or not np.isfinite(self.mirror_plane[3]):
                raise ValueError(f"mirror_plane of a brush is (nx, ny, nz, d), not {self.mirror_plane}")
        for name, vector, count in directions:
            if len(vector) != count or not (1e-9 < float(np.linalg.norm(vector)) < np.inf):
                raise ValueError(f"{name} of a brush needs a direction, not {vector}")
        if len(self.radial_center) != 3 or not np.isfinite(self.radial_center).all():
            raise ValueError(f"radial_center of a brush is a place, not {self.radial_center}")
