"""The gum: a sleeve around each root cut by a scalloped margin, a ridge under the teeth, the palate, and skin texture.

Everything is a signed field in mm on the jaw's grid, negative inside, joined smoothly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.ndimage import gaussian_filter
from scipy.spatial import cKDTree

from neodent_viewer.anatomy.arch import Tooth
from neodent_viewer.anatomy.blend import Array, bump, ramp, smooth_max, smooth_min
from neodent_viewer.anatomy.crown import Terms
from neodent_viewer.anatomy.setup import SETUP
from neodent_viewer.anatomy.teeth import Jaw, is_anterior
from neodent_viewer.anatomy.volume import FAR, Grid
from neodent_viewer.mesh.surface import Float32, Float64

#: how smoothly neighbouring sleeves, ridge and palate run into each other, mm
SLEEVES, RIDGE, PALATE = 2.7, 2.8, 2.5
#: mm the ridge line runs below the CEJ
ROOT_LINE = 4.0
#: height of the palate's vault above the edge of its slope, mm
VAULT = 4.2


def margin(tooth: Tooth, terms: Terms) -> Array:
    """Return the height w of the gum margin (n,) in mm at points with these section coordinates.

    Low in the middle of the facial and lingual side, rising to the papillae; in front teeth lowest a little distally.
    """
    stand = SETUP[tooth.crown.jaw, tooth.crown.position]
    scale = tooth.crown.size.height
    zenith = 0.10 if is_anterior(tooth.fdi) and tooth.crown.jaw == "upper" else 0.0
    mesial = terms.mesial + zenith * np.clip(terms.facial, 0, 1)
    round_it = np.arctan2(np.abs(mesial), np.abs(terms.facial) + 1e-6) / (np.pi / 2)
    middle = np.where(terms.facial > 0, stand.facial_margin, stand.lingual_margin)
    return np.asarray(middle + (stand.papilla * scale - middle) * round_it**2.3)


def sleeve(tooth: Tooth, terms: Terms, w: Array) -> Array:
    """Return the field (n,) of the gum around one root, thickening below the margin and towards the papillae."""
    edge = margin(tooth, terms)
    below = np.maximum(edge - w, 0)
    proximal = np.abs(terms.mesial) / np.sqrt(terms.mesial**2 + terms.facial**2 + 1e-6)
    thick = 0.28 + 1.15 * (1 - np.exp(-below / 2.4)) + 1.05 * proximal**4 * (1 - np.exp(-below / 0.9))
    return smooth_max(terms.side - thick, (w - edge) * 0.85, 0.7)


@dataclass(frozen=True, slots=True, eq=False)
class ArchMap:
    """Where each column of the grid lies with respect to the line of the roots.

    Attributes
    ----------
    distance : ndarray (nx, nz) float64
        mm from the line, seen from above.
    inside : ndarray (nx, nz) bool
        On the tongue's side.
    level : ndarray (nx, nz) float64
        y of the line, smoothed, mm.
    half : ndarray (nx, nz) float64
        Half-width of the ridge there, mm.
    along : ndarray (nx, nz) float64
        Place along the line from its middle, mm, the patient's left positive.
    border : ndarray (nx, nz) float64
        y of the line, evened out to a plain bow, mm: what the trimmed edge runs parallel to.
    back : float
        z of the line's ends, mm.
    """

    distance: Float64
    inside: Array
    level: Float64
    half: Float64
    along: Float64
    border: Float64
    back: float


def arch_map(grid: Grid, placed: list[Tooth]) -> ArchMap:
    """Map the grid's columns onto the line of the roots, `ROOT_LINE` mm below the CEJs."""
    root = np.array([tooth.origin - tooth.axes[2] * ROOT_LINE for tooth in placed])
    half = np.array([tooth.crown.size.faciolingual / 2 for tooth in placed])
    root = np.vstack([root[0] + (root[0] - root[1]) * 0.6, root, root[-1] + (root[-1] - root[-2]) * 0.6])
    half = np.concatenate([[half[0] * 0.72], half, [half[-1] * 0.72]])
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(root, axis=0), axis=1))])
    at = np.arange(0, length[-1], 0.25)
    line = np.asarray(CubicSpline(length, root)(at))
    x, z = np.meshgrid(grid.axis(0), grid.axis(2), indexing="ij")
    columns = np.stack([x, z], axis=-1)
    found = cKDTree(line[:, [0, 2]]).query(columns.reshape(-1, 2))
    distance, nearest = (np.asarray(part).reshape(x.shape) for part in found)
    along = np.gradient(line[:, [0, 2]], axis=0)[nearest]
    away = columns - line[:, [0, 2]][nearest]
    # the line runs from the patient's right to left, so the tongue lies on its right-hand side
    inside = away[..., 0] * along[..., 1] - away[..., 1] * along[..., 0] > 0
    blur = 1.5 / grid.step
    level = gaussian_filter(line[:, 1][nearest], blur)
    width = gaussian_filter(np.interp(at, length, half)[nearest] + 1.2, blur)
    place = at - length[-1] / 2
    bow = np.polynomial.Polynomial.fit(place, line[:, 1], 2)(place)
    return ArchMap(distance, inside, level, width, place[nearest], bow[nearest], float(line[:, 2].min()))


def ridge(grid: Grid, arch: ArchMap, jaw: Jaw) -> Float32:
    """Return the field of the jaw's ridge, swept along the line of the roots and flaring towards its base."""
    sign = 1 if jaw == "upper" else -1
    depth = (grid.axis(1)[None, :, None] - arch.level[:, None, :]) * sign
    flare = np.where(arch.inside, 0.42 if jaw == "upper" else 0.10, 0.10)[:, None, :]
    reach = arch.half[:, None, :] + flare * np.maximum(depth, 0)
    crest = 5.0
    level = ((arch.distance[:, None, :] / reach) ** 2.8 + np.abs(np.minimum(depth - 1.4, 0) / crest) ** 2.8) ** (
        1 / 2.8
    )
    return np.asarray(np.minimum((level - 1) * np.minimum(reach, crest), FAR), np.float32)


def palate(grid: Grid, arch: ArchMap) -> Float32:
    """Return the field of the palate: a vault inside the upper arch with rugae behind the incisors and a midline raphe."""
    x, z = np.meshgrid(grid.axis(0), grid.axis(2), indexing="ij")
    inward = np.where(arch.inside, arch.distance, 0)
    vault = arch.level - 1.6 + VAULT * (1 - np.exp(-((np.maximum(inward - 3.2, 0) / 7.0) ** 1.6)))
    wave = np.sin((np.abs(x) * 0.25 + z) * 2 * np.pi / 4.2 + np.sin(x * 0.9) * 0.6)
    rugae = 0.28 * wave * bump(z - 4.0, 7.0) * ramp(np.abs(x), 0, 3) * ramp(inward, 3, 6)
    raphe = 0.24 * bump(x, 1.0) * ramp(inward, 4, 7)
    field = (vault[:, None, :] - grid.axis(1)[None, :, None]) * 0.8
    field = smooth_max(field, (arch.back - 5.0 - z)[:, None, :], 2.0) - (rugae + raphe)[:, None, :]
    within = arch.inside | (arch.distance < 2)
    return np.minimum(np.where(within[:, None, :], field, FAR), FAR).astype(np.float32)


def finish(grid: Grid, sleeves: Float32, teeth: Float32, arch: ArchMap, jaw: Jaw, seed: int) -> Float32:
    """Return the whole gum: sleeves, ridge and palate joined, calmed away from the teeth, with the skin's unevenness."""
    gum = smooth_min(sleeves, ridge(grid, arch, jaw), RIDGE)
    calm = np.clip((teeth - 0.7) / 1.3, 0, 1)
    gum = gum + calm * (gaussian_filter(gum, 1.4 / grid.step) - gum)
    if jaw == "upper":
        gum = smooth_min(gum, palate(grid, arch), PALATE)
    rng = np.random.default_rng([seed, 17 if jaw == "upper" else 47])
    for size, height in ((1.6, 0.10), (0.5, 0.018)):
        noise = gaussian_filter(rng.standard_normal(grid.shape).astype(np.float32), size / grid.step)
        gum = gum + height * noise / noise.std()
    return gum.astype(np.float32)


def trim(arch: ArchMap, jaw: Jaw, points: Float64, columns: Float64) -> Float64:
    """Return how far (n,) mm points lie beyond the edge where the model is trimmed, negative on the kept part.

    The edge runs in the fold of the cheek with notches at the frena, along the floor of the mouth, and across the palate
    behind the last molars.

    Parameters
    ----------
    points : ndarray (n, 3)
        World positions, mm.
    columns : ndarray (2, n)
        Their fractional column indices in the arch map.
    """
    i, k = (np.clip(np.rint(part).astype(int), 0, n - 1) for part, n in zip(columns, arch.distance.shape, strict=True))
    sign = 1 if jaw == "upper" else -1
    depth = (points[:, 1] - arch.border[i, k]) * sign + ROOT_LINE
    along, inside = arch.along[i, k], arch.inside[i, k]
    frena = 0.35 * bump(along, 1.8) + 0.25 * bump(np.abs(along) - 24.0, 2.5)
    if jaw == "lower":
        return np.asarray(depth - 6.0 + np.where(inside, 0, frena))
    fold = depth - 6.8 + frena
    return np.asarray(np.maximum(np.where(inside, -1.0, fold), arch.back - 1.5 - points[:, 2]))
