"""What stands on a crown's bare outline: the height map of its chewing surface or edge, and the relief of its sides.

Maps are sampled every 0.1 mm: `top` over (u, v), the side reliefs over (u, w), in the tooth frame of `sections`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.ndimage import gaussian_filter

from neodent_viewer.anatomy.blend import Array, along_segment, bump, ramp, smooth_max
from neodent_viewer.anatomy.forms import AnteriorForm, PosteriorForm
from neodent_viewer.anatomy.forms.posterior import Point
from neodent_viewer.anatomy.sections import HEIGHTS
from neodent_viewer.anatomy.teeth import CrownSize
from neodent_viewer.mesh.surface import Float64

REACH, STEP = 9.0, 0.1
#: sample positions of u and v, mm
ACROSS: Float64 = np.arange(-REACH, REACH + 1e-9, STEP)


@dataclass(frozen=True, slots=True)
class Relief:
    """Maps of one crown.

    Attributes
    ----------
    top : ndarray (len(ACROSS), len(ACROSS)) float64
        Height w of the chewing surface over (u, v), mm.
    slant : ndarray, same shape
        Length of the gradient of ``w - top``: divides it into a distance.
    facial, lingual : ndarray (len(ACROSS), len(HEIGHTS)) float64
        What is cut away from (positive) or added to (negative) that side at (u, w), mm.
    """

    top: Float64
    slant: Float64
    facial: Float64
    lingual: Float64


def _finish(top: Array, facial: Array, lingual: Array) -> Relief:
    du, dv = np.gradient(top, STEP)
    return Relief(top, np.sqrt(1 + np.minimum(du**2 + dv**2, 4.0)), facial, lingual)


def anterior_relief(form: AnteriorForm, size: CrownSize) -> Relief:
    """Return the relief of an incisor or canine of `size` (mm)."""
    u, v = np.meshgrid(ACROSS, ACROSS, indexing="ij")
    top = _canine_edge(form, size, u, v) if form.tip is not None else _incisor_edge(form, size, u, v)
    u, w = np.meshgrid(ACROSS, HEIGHTS, indexing="ij")
    x, t = u / size.mesiodistal, w / size.height
    middle = 0.5 * (form.cingulum + 0.95)
    lingual = form.fossa * np.exp(-((np.abs(x) / 0.29) ** 2.4) - ((t - middle) / 0.24) ** 2)
    lingual -= 0.25 * form.marginal_ridge * bump(np.abs(x) - 0.36, 0.07) * bump(t - 0.62, 0.25)
    facial = form.lobes * (bump(x - 0.17, 0.07) + bump(x + 0.17, 0.07)) * bump(t - 0.80, 0.22)
    if form.tip is not None:
        crest = form.ridge * bump(x - form.tip, 0.19) * ramp(t, 0.15, 0.45)
        facial, lingual = facial - crest, lingual - 0.9 * crest
    return _finish(top, facial, lingual)


def _canine_edge(form: AnteriorForm, size: CrownSize, u: Array, v: Array) -> Array:
    """Return the height of a rounded tip with two slopes."""
    assert form.tip is not None
    x, rounding = u - form.tip * size.mesiodistal, 0.75
    slope = np.where(x > 0, form.slope[0], form.slope[1] * 0.95)
    top = size.height - slope * (np.hypot(x, rounding) - rounding)
    beside = v - (form.edge - form.bevel * 0.1) * size.faciolingual
    return np.asarray(top - 0.42 * (np.hypot(beside, 0.6) - 0.6))


def _incisor_edge(form: AnteriorForm, size: CrownSize, u: Array, v: Array) -> Array:
    """Return the height of an edge a little lower distally, with rounded corners, faint mamelons and a bevel."""
    half, edge = size.mesiodistal / 2, form.edge * size.faciolingual
    thick = form.thickness * size.faciolingual
    top = size.height - 0.012 * u**2 - np.where(u < 0, 0.05 * np.abs(u), 0)
    for sign, corner, shoulder in ((1, form.corner[0], form.shoulder[0]), (-1, form.corner[1], form.shoulder[1])):
        beyond = np.maximum(sign * u - (half * shoulder - corner), 0) / corner
        top -= corner * 0.62 * beyond**2.2
    top += form.mamelons * np.cos(2 * np.pi * u / (size.mesiodistal * 0.33)) * (np.abs(u) < 0.45 * size.mesiodistal)
    fall = edge + thick * 0.3 - v if form.bevel > 0 else v - edge + thick * 0.3
    return np.asarray(top - abs(form.bevel) * fall)


def posterior_relief(form: PosteriorForm, size: CrownSize, shifts: dict[Point, Float64]) -> Relief:
    """Return the relief of a premolar or molar of `size` (mm).

    Parameters
    ----------
    shifts : dict of Point to ndarray (3,)
        Individual displacement of each named or drawn point in mm (u, v, w); points not in it stay.
    """
    u, v = np.meshgrid(ACROSS, ACROSS, indexing="ij")
    scale = np.array([size.mesiodistal, size.faciolingual, 1.0])
    named = {**form.cusps, **form.rim}

    def place(point: str | Point) -> Float64:
        at = named[point] if isinstance(point, str) else point
        return np.asarray(np.array(at) * scale + shifts.get(at, 0.0))

    top: Array = np.full_like(u, -6.0)
    for line in form.ridges:
        ends = [place(point) for point in line]
        for a, b in pairwise(ends):
            top = smooth_max(top, _tent(u, v, a, b, form.fall), 0.32)
    for cut in form.grooves:
        top = top - form.groove_depth * _carve(u, v, [np.array(p) * scale for p in cut.points])
    for pit in form.pits:
        middle = np.array(pit.at) * scale[:2]
        top = top - pit.depth * bump(np.hypot(u - middle[0], v - middle[1]), 0.55)
    top = gaussian_filter(top - top.max() + size.height, 0.8)
    return _finish(top, *_furrows(form, size))


def _tent(u: Array, v: Array, a: Float64, b: Float64, fall: float) -> Array:
    """Return the height of a crest from `a` to `b`, falling off to both sides with a rounded back."""
    distance, along = along_segment(u, v, a, b)
    rounding = 0.55
    return np.asarray(a[2] + (b[2] - a[2]) * along - fall * (np.hypot(distance, rounding) - rounding))


def _carve(u: Array, v: Array, points: list[Float64]) -> Array:
    """Return the depth (0 to about 1.3) of a groove along `points` (u, v, share): a narrow cut in a wide shallow one."""
    depth = np.zeros_like(u)
    for a, b in pairwise(points):
        distance, along = along_segment(u, v, a, b)
        share = a[2] + (b[2] - a[2]) * along
        depth = np.maximum(depth, share * (bump(distance, 0.30) + 0.33 * bump(distance, 0.70)))
    return depth


def _furrows(form: PosteriorForm, size: CrownSize) -> tuple[Array, Array]:
    u, w = np.meshgrid(ACROSS, HEIGHTS, indexing="ij")
    sides = {True: np.zeros_like(u), False: np.zeros_like(u)}
    for furrow in form.furrows:
        across = bump(u - furrow.at * size.mesiodistal, furrow.width * 1.25)
        sides[furrow.facial] += furrow.depth * across * ramp(w / size.height, 0.25, 0.60)
    return sides[True], sides[False]
