"""What makes one mouth differ from the next, and its left from its right: seeded, bounded, small."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neodent_viewer.anatomy import teeth
from neodent_viewer.anatomy.forms import FORMS, PosteriorForm
from neodent_viewer.anatomy.forms.posterior import Point
from neodent_viewer.anatomy.setup import Stand
from neodent_viewer.anatomy.teeth import CrownSize
from neodent_viewer.mesh.surface import Float64

#: share of the variation both sides have in common, whatever the asymmetry asked
COMMON = 0.6


@dataclass(frozen=True, slots=True)
class Individual:
    """Deviations of one tooth from its type.

    Attributes
    ----------
    size : CrownSize
        Factors: at the default asymmetry widths within 1.1 % of 1, heights 1.3 %, depths 2.1 %.
    torque, tip, rotation : float
        Degrees.
    offset, height : float
        mm facially and towards the tip.
    shifts : dict of Point to ndarray (3,)
        mm each point of the chewing surface is displaced.
    """

    size: CrownSize
    torque: float
    tip: float
    rotation: float
    offset: float
    height: float
    shifts: dict[Point, Float64]

    def sized(self, size: CrownSize) -> CrownSize:
        """Return the individual size of a tooth whose type measures `size` mm."""
        return CrownSize(*(value * factor for value, factor in zip(size, self.size, strict=True)))

    def standing(self, stand: Stand) -> Stand:
        """Return the individual stand of a tooth whose type stands like `stand`."""
        return stand._replace(
            torque=stand.torque + self.torque,
            tip=stand.tip + self.tip,
            rotation=stand.rotation + self.rotation,
            offset=stand.offset + self.offset,
        )


def individual(fdi: int, seed: int, asymmetry: float) -> Individual:
    """Return how this tooth deviates from its type; the same for both sides when `asymmetry` is 0."""
    pair = min(fdi, teeth.mirrored(fdi))
    both, own = np.random.default_rng([seed, pair]), np.random.default_rng([seed, fdi, 1])

    def draw(*sigma: float) -> Float64:
        normal = COMMON * _bounded(both, len(sigma)) + 0.8 * asymmetry * _bounded(own, len(sigma))
        return np.asarray(normal * np.array(sigma))

    size = CrownSize(*(1 + draw(0.006, 0.005, 0.010)))
    torque, tip, rotation, offset, height = (float(x) for x in draw(1.0, 1.2, 1.6, 0.10, 0.06))
    form = FORMS[teeth.jaw(fdi), teeth.position(fdi)]
    shifts: dict[Point, Float64] = {}
    if isinstance(form, PosteriorForm):
        drawn = [point for line in form.ridges for point in line if not isinstance(point, str)]
        for point in (*form.cusps.values(), *form.rim.values(), *drawn):
            shifts.setdefault(point, draw(0.14, 0.14, 0.08))
    return Individual(size, torque, tip, rotation, offset, height, shifts)


def _bounded(rng: np.random.Generator, count: int) -> Float64:
    """Return standard normal numbers, none beyond 1.5: nobody is an outlier."""
    return np.clip(rng.standard_normal(count), -1.5, 1.5)
