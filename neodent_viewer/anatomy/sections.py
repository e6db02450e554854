"""A tooth's cross-sections from root to tip: how far it reaches mesially, distally, facially and lingually at each height.

Tooth frame: u mesial, v facial, w towards the tip, in mm; w = 0 at the cemento-enamel junction (CEJ).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

from neodent_viewer.anatomy.blend import Array
from neodent_viewer.anatomy.forms import AnteriorForm, PosteriorForm
from neodent_viewer.anatomy.teeth import CrownSize
from neodent_viewer.mesh.surface import Float64

LOWEST, HIGHEST, STEP = -14.0, 14.0, 0.1
#: heights at which sections are stored, mm
HEIGHTS: Float64 = np.arange(LOWEST, HIGHEST, STEP)

Knots = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Sections:
    """Superellipse sections at `HEIGHTS`.

    Attributes
    ----------
    table : ndarray (6, len(HEIGHTS)) float64
        Mesial half-width, distal half-width, facial and lingual reach (v) in mm; facial and lingual exponent.
    """

    table: Float64

    def at(self, w: Array) -> Float64:
        """Return the six rows (6, n) at heights `w` (n,) mm."""
        place = np.clip((w - LOWEST) / STEP, 0, len(HEIGHTS) - 1.001)
        index = place.astype(np.intp)
        share = place - index
        return np.asarray(self.table[:, index] * (1 - share) + self.table[:, index + 1] * share)


def _curve(knots: Knots, height: float) -> Float64:
    """Return a monotone piecewise-cubic curve through (w / H, value) knots, held constant beyond them."""
    x, y = np.array(sorted(knots)).T
    return np.asarray(PchipInterpolator(x, y)(np.clip(HEIGHTS / height, x[0], x[-1])))


def _half_width(neck: float, full: float, contact: float, shoulder: float, bulge: float, height: float) -> Float64:
    """Return mesial or distal half-widths: tapering root, neck, contact height, and in again towards the tip."""
    root = [(-1.7, neck * 0.45), (-0.8, neck * 0.80), (-0.25, neck * 0.97), (0.0, neck)]
    crown = [(contact * 0.5, neck + (full - neck) * bulge), (contact, full), (1.12, full * shoulder)]
    return _curve(root + crown, height)


def anterior_sections(form: AnteriorForm, size: CrownSize) -> Sections:
    """Return the sections of an incisor or canine of `size` (mm)."""
    high, half, deep = size.height, size.mesiodistal / 2, size.faciolingual / 2
    neck_u, neck_v = form.neck[0] * half, form.neck[1] * deep
    rows = [_half_width(neck_u, half, form.contact[i], form.shoulder[i], form.bulge[i], high) for i in (0, 1)]
    rows += [_labial_profile(form, size, neck_v), _lingual_profile(form, size, neck_v)]
    a, b = form.facial_power
    rows.append(_curve([(-1.0, 2.0), (0.0, a), (0.5, (a + b) / 2), (1.0, b)], high))
    a, b = form.lingual_power
    rows.append(_curve([(-1.0, 2.0), (0.0, a), (0.3, a), (1.0, b)], high))
    return Sections(np.stack(rows))


def _labial_profile(form: AnteriorForm, size: CrownSize, neck: float) -> Float64:
    """Straight from the cervical bulge, bending lingually towards the edge."""
    deep, edge = size.faciolingual / 2, form.edge * size.faciolingual
    thick = form.thickness * size.faciolingual
    top = edge + thick / 2

    def bend(t: float) -> float:
        return float(deep + (top - deep) * ((t - 0.28) / 0.72) ** form.labial_bend)

    knots = [(-1.7, neck * 0.45), (-0.8, neck * 0.8), (0.0, neck), (0.14, deep - 0.06), (0.28, deep)]
    knots += [(t, bend(t)) for t in (0.45, 0.62, 0.8)] + [(1.0, top), (1.12, edge + thick * 0.3)]
    return _curve(knots, size.height)


def _lingual_profile(form: AnteriorForm, size: CrownSize, neck: float) -> Float64:
    """Cingulum, then a straight line to the edge that sags by the concavity."""
    depth, c = size.faciolingual, form.cingulum
    edge, thick = form.edge * depth, form.thickness * depth
    low, high = -0.47 * depth, edge - thick * 0.45

    def sag(t: float) -> float:
        share = (t - c) / (1 - c)
        return low + (high - low) * share + form.concavity * depth * float(np.sin(np.pi * share**0.8))

    knots = [(-1.7, -neck * 0.35), (-0.8, -neck * 0.8), (0.0, -neck), (c * 0.55, -depth / 2 + 0.02), (c, low)]
    knots += [(t, sag(t)) for t in (c + 0.12, c + 0.25, c + 0.4, 0.8)] + [(1.0, high), (1.12, edge - thick * 0.15)]
    return _curve(knots, size.height)


def posterior_sections(form: PosteriorForm, size: CrownSize, upper: bool) -> Sections:
    """Return the sections of a premolar or molar of `size` (mm).

    Upper crowns are widest low on both sides; lower ones lean lingually: low facially, high lingually.
    """
    high, half, deep = size.height, size.mesiodistal / 2, size.faciolingual / 2
    neck_u, neck_v = form.neck[0] * half, form.neck[1] * deep
    rows = [_half_width(neck_u, half, form.contact[i], form.shoulder[i] * 0.97, 0.66, high) for i in (0, 1)]
    f, g = form.facial_top, form.lingual_top
    if upper:
        facial = [(0.28, 1.0), (0.55, 0.97), (0.85, 0.47 + 0.53 * f), (1.1, f)]
        lingual = [(0.45, 1.0), (0.70, 0.96), (0.90, 0.50 + 0.50 * g), (1.1, g)]
        neck_lingual = neck_v
    else:
        facial = [(0.25, 1.0), (0.50, 0.96), (0.80, 0.45 + 0.55 * f), (1.1, f)]
        lingual = [(0.55, 1.0), (0.80, 0.55 + 0.48 * g), (1.1, g)]
        neck_lingual = neck_v * 0.94
    for sign, neck, outer in ((1, neck_v, facial), (-1, neck_lingual, lingual)):
        root = [(-1.7, neck_v * 0.4), (-0.8, neck_v * 0.8), (0.0, neck)]
        rows.append(sign * _curve(root + [(t, share * deep) for t, share in outer], high))
    rows.append(_curve([(-1.0, 2.0), (0.0, 2.3), (0.6, form.facial_power), (1.0, form.facial_power)], high))
    rows.append(_curve([(-1.0, 2.0), (0.0, 2.2), (0.6, form.lingual_power), (1.0, form.lingual_power)], high))
    return Sections(np.stack(rows))
