"""A crown as a signed field: negative inside enamel, zero on the surface, near distances in mm outside.

Sections give the sides, the relief gives the chewing surface; their smooth maximum is the tooth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.ndimage import map_coordinates
from skimage.measure import marching_cubes

from neodent_viewer.anatomy import relief as maps
from neodent_viewer.anatomy.blend import Array, smooth_max
from neodent_viewer.anatomy.forms import FORMS, AnteriorForm, Form
from neodent_viewer.anatomy.forms.posterior import Point
from neodent_viewer.anatomy.relief import Relief, anterior_relief, posterior_relief
from neodent_viewer.anatomy.sections import LOWEST, STEP, Sections, anterior_sections, posterior_sections
from neodent_viewer.anatomy.teeth import CrownSize, Jaw
from neodent_viewer.mesh.surface import Float64


class Terms(NamedTuple):
    """Field values at n points.

    Attributes
    ----------
    tooth : ndarray (n,)
        Crown and root, mm.
    side : ndarray (n,)
        The sides alone, without the chewing surface: the root continued upwards, mm.
    mesial, facial : ndarray (n,)
        Position in the section: -1 distal or lingual side, +1 mesial or facial side.
    """

    tooth: Array
    side: Array
    mesial: Array
    facial: Array


@dataclass(frozen=True, slots=True)
class Crown:
    """One tooth's shape in its own frame (u mesial, v facial, w towards the tip; w = 0 at the CEJ), mm.

    Attributes
    ----------
    jaw, position : str, int
        Which tooth type.
    size : CrownSize
        Its true size: extents of the zero level between CEJ and tip.
    form : Form
        What it was built from.
    stretch : ndarray (3,) float64
        Frame over build coordinates, near 1: brings mesiodistal width and height exactly to `size`.
    shell : ndarray (k, 3) float64
        Points of the surface from 1 mm below the CEJ up, some 0.35 mm apart, denser at the edges of front teeth; for
        finding contacts.
    """

    jaw: Jaw
    position: int
    size: CrownSize
    form: Form
    sections: Sections
    relief: Relief
    stretch: Float64
    shell: Float64

    def terms(self, points: Array) -> Terms:
        """Return field and section coordinates at `points` (n, 3)."""
        built = np.asarray(points) / self.stretch
        terms = _terms(self.form, self.sections, self.relief, self.size.height, built)
        scale = float(self.stretch.mean())
        return Terms(terms.tooth * scale, terms.side * scale, terms.mesial, terms.facial)

    def field(self, points: Array) -> Array:
        """Return the signed field (n,) in mm at `points` (n, 3)."""
        return self.terms(points).tooth


def build(jaw: Jaw, position: int, size: CrownSize, shifts: dict[Point, Float64] | None = None) -> Crown:
    """Build a crown that measures exactly `size` mesiodistally and in height.

    Parameters
    ----------
    shifts : dict, optional
        Individual displacement of points of the chewing surface; see `posterior_relief`.
    """
    form = FORMS[jaw, position]
    if isinstance(form, AnteriorForm):
        sections, relief = anterior_sections(form, size), anterior_relief(form, size)
    else:
        sections = posterior_sections(form, size, jaw == "upper")
        relief = posterior_relief(form, size, shifts or {})
    shell = _shell(form, sections, relief, size, -1.0, 0.35)
    if isinstance(form, AnteriorForm):
        shell = np.concatenate([shell, _shell(form, sections, relief, size, size.height - 1.2, 0.14)])
    crown = shell[shell[:, 2] > 0]
    width = float(np.ptp(crown[:, 0]))
    stretch = np.array([size.mesiodistal / width, 1.0, size.height / crown[:, 2].max()])
    return Crown(jaw, position, size, form, sections, relief, stretch, shell * stretch)


def _shell(form: Form, sections: Sections, relief: Relief, size: CrownSize, low: float, step: float) -> Float64:
    """Return surface points (k, 3) of the unstretched crown above w = `low` mm, some `step` mm apart."""
    reach_u, reach_v = 0.62 * size.mesiodistal + 0.5, 0.56 * size.faciolingual + 0.5
    axes = [np.arange(-reach, reach + step, step) for reach in (reach_u, reach_v)]
    grid = np.stack(np.meshgrid(*axes, np.arange(low, size.height + 1, step), indexing="ij"), axis=-1)
    values = _terms(form, sections, relief, size.height, grid.reshape(-1, 3)).tooth.reshape(grid.shape[:3])
    points = marching_cubes(values, 0.0, spacing=(step,) * 3)[0]
    return np.asarray(points + grid[0, 0, 0], np.float64)


def _terms(form: Form, sections: Sections, relief: Relief, height: float, points: Array) -> Terms:
    u, v, w = points.T
    side, mesial, facial, sheared = _side(form, sections, height, u, v, w)
    place = np.stack([(sheared + maps.REACH) / maps.STEP, (w - LOWEST) / STEP])
    if isinstance(form, AnteriorForm):
        lingual_share, blend = np.clip(0.3 - facial * 1.2, 0, 1), form.blend
    else:
        lingual_share, blend = np.clip(-facial * 1.6, 0, 1), form.blend
    walls = side + np.clip(facial * 1.6, 0, 1) * map_coordinates(relief.facial, place, order=1, mode="nearest")
    walls = walls + lingual_share * map_coordinates(relief.lingual, place, order=1, mode="nearest")
    place = np.stack([u + maps.REACH, v + maps.REACH]) / maps.STEP
    above = w - map_coordinates(relief.top, place, order=1, mode="nearest")
    above = above / map_coordinates(relief.slant, place, order=1, mode="nearest")
    return Terms(smooth_max(walls, above, blend), side, mesial, facial)


def _side(
    form: Form, sections: Sections, height: float, u: Array, v: Array, w: Array
) -> tuple[Array, Array, Array, Array]:
    """Return the superellipse field of the sides as a first-order distance, section coordinates, and u less the skew."""
    mesial, distal, facial, lingual, facial_power, lingual_power = sections.at(w)
    middle, depth = (facial + lingual) / 2, (facial - lingual) / 2
    across = v - middle
    y = across / depth
    if isinstance(form, AnteriorForm):
        half = np.where(u > 0, mesial, distal)
    else:
        u = u - form.skew * across * np.clip(w / height * 1.5, 0, 1)
        half = np.where(u > 0, mesial, distal) * (1 + (form.lingual_width - 1) * np.clip(0.5 - y / 2, 0, 1.2))
    power = np.where(across > 0, facial_power, lingual_power)
    # exponents below 2 make a crease at u = 0; round it
    soft = 0.4 * np.clip(2 - power, 0, 0.5)
    x = np.maximum((np.hypot(np.abs(u) / half, soft) - soft) / (np.sqrt(1 + soft * soft) - soft), 1e-4)
    size_y = np.maximum(np.abs(y), 1e-4)
    xn, yn = x**power, size_y**power
    level = (xn + yn) ** (1 / power)
    gradient = np.hypot(xn / x / half, yn / size_y / depth) * level / (xn + yn)
    return (level - 1) / np.maximum(gradient, 0.5 / np.maximum(half, depth)), u / half, y, u
