"""What a dentist measures between and along placed teeth: overbite, overjet, curve of Spee, frontal widths, the arch.

All functions take placed crowns (`arch.Tooth`) and return mm; they read the crowns' surface points in the world, so they
know nothing of what was asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from neodent_viewer.anatomy import teeth
from neodent_viewer.anatomy.arch import Tooth, up_axis
from neodent_viewer.anatomy.forms import PosteriorForm
from neodent_viewer.mesh.surface import Float64

#: mm above the very edge within which the labial side of an incisal edge is looked for
EDGE_BAND = 0.5


def by_number(placed: Iterable[Tooth]) -> dict[int, Tooth]:
    """Return the teeth by FDI number."""
    return {tooth.fdi: tooth for tooth in placed}


def incisal_edge(tooth: Tooth) -> tuple[float, float]:
    """Return y of the incisal edge and z of its labial side, mm.

    The edge is the crown's farthest point along y in its middle half; its labial side the foremost point within
    `EDGE_BAND` of it.
    """
    crown = tooth.crown
    middle = np.abs(crown.shell[:, 0]) < 0.25 * crown.size.mesiodistal
    points, up = tooth.to_world(crown.shell[middle]), up_axis(crown.jaw)[1]
    height = points[:, 1] * up
    near = height > height.max() - EDGE_BAND
    return float(height.max() * up), float(points[near, 2].max())


def _pairs(placed: Mapping[int, Tooth]) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    return [(incisal_edge(placed[u]), incisal_edge(placed[low])) for u, low in ((11, 41), (21, 31))]


def overbite(placed: Mapping[int, Tooth]) -> float:
    """Return how far the upper central incisors overlap the lower ones vertically, mean of both sides."""
    return float(np.mean([lower[0] - upper[0] for upper, lower in _pairs(placed)]))


def overjet(placed: Mapping[int, Tooth]) -> float:
    """Return the horizontal step from the labial side of the lower to that of the upper central edges, mean of both."""
    return float(np.mean([upper[1] - lower[1] for upper, lower in _pairs(placed)]))


def frontal_width(tooth: Tooth) -> float:
    """Return the width seen from the front: between mesial and distal contact areas, along x."""
    points = tooth.crown.shell
    ends = tooth.to_world(points[[points[:, 0].argmax(), points[:, 0].argmin()]])
    return float(abs(ends[0, 0] - ends[1, 0]))


def facial_cusps(tooth: Tooth) -> Float64:
    """Return the tips of a back tooth's facial cusps (k, 3) in the world, or a front tooth's highest point.

    Each is the crown's highest point within 1.2 mm of where its form puts the cusp.
    """
    crown, up = tooth.crown, up_axis(tooth.crown.jaw)[1]
    form = crown.form
    world = tooth.shell()
    if not isinstance(form, PosteriorForm):
        return world[[np.argmax(world[:, 1] * up)]]
    tips = []
    for u, v, _ in form.cusps.values():
        if v <= 0:
            continue
        away = np.hypot(crown.shell[:, 0] - u * crown.size.mesiodistal, crown.shell[:, 1] - v * crown.size.faciolingual)
        near = np.flatnonzero((away < 1.2) & (crown.shell[:, 2] > 0.4 * crown.size.height))
        tips.append(world[near[np.argmax(world[near, 1] * up)]])
    return np.array(tips)


def spee(placed: Mapping[int, Tooth]) -> float:
    """Return the depth of the lower curve of Spee, mean of both sides.

    Largest drop, seen from the side, of a facial cusp of the premolars and the first molar below the line from the
    central incisor's edge to the distofacial cusp of the second molar.
    """
    return float(np.mean([_spee_of_side(placed, quadrant) for quadrant in (30, 40)]))


def _spee_of_side(placed: Mapping[int, Tooth], quadrant: int) -> float:
    start = facial_cusps(placed[quadrant + 1])[0]
    end = min(facial_cusps(placed[quadrant + 7]), key=lambda tip: float(tip[2]))
    tips = np.concatenate([facial_cusps(placed[quadrant + place]) for place in (4, 5, 6)])
    line = start[1] + (end[1] - start[1]) * (tips[:, 2] - start[2]) / (end[2] - start[2])
    return float(max((line - tips[:, 1]).max(), 0.0))


def arch_width(placed: Mapping[int, Tooth]) -> float:
    """Return the distance along x between the outermost points of the upper first molars."""
    return float(placed[26].shell()[:, 0].max() - placed[16].shell()[:, 0].min())


def arch_depth(placed: Mapping[int, Tooth]) -> float:
    """Return the distance along z from the foremost point of the upper centrals to the outermost ones of the molars."""
    front = np.mean([placed[fdi].shell()[:, 2].max() for fdi in (11, 21)])
    back = [placed[fdi].shell() for fdi in (16, 26)]
    return float(front - np.mean([points[np.argmax(np.abs(points[:, 0])), 2] for points in back]))


def imbalance(placed: Mapping[int, Tooth]) -> float:
    """Return the mean distance between each tooth's CEJ centre and the mirror image of its partner's, mm."""
    away = [
        np.linalg.norm(tooth.origin - placed[teeth.mirrored(fdi)].origin * [-1, 1, 1])
        for fdi, tooth in placed.items()
        if teeth.side(fdi) > 0
    ]
    return float(np.mean(away))


def clearance(a: Tooth, b: Tooth) -> float:
    """Return the smallest distance between two crowns in mm, negative where they run into each other.

    Crown above the CEJ against crown, each one's surface points in the other's field.
    """
    return min(float(one.field(_crown_points(other, one)).min(initial=9.0)) for one, other in ((a, b), (b, a)))


def _crown_points(tooth: Tooth, other: Tooth) -> Float64:
    """Return surface points of `tooth` above the CEJ that lie in the neighbourhood of `other`'s crown."""
    points = tooth.to_world(tooth.crown.shell[tooth.crown.shell[:, 2] > 0.5])
    local = np.abs(other.to_tooth(points))
    size = other.crown.size
    near = (local[:, 0] < size.mesiodistal / 2 + 1.5) & (local[:, 1] < size.faciolingual / 2 + 1.5)
    return points[near & (local[:, 2] < size.height + 3)]
