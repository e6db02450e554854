"""Measuring a made smile against what was asked for: crowns, contacts, bite, and the soundness of its meshes.

What can be read from the meshes is: a crown's mesiodistal width is the extent of its labelled patch along the tooth's own
mesial axis, its height reaches from the CEJ (w = 0 of the tooth's frame) to the patch's highest point; overbite, overjet,
curve of Spee and arch are taken on the same patches, penetration between jaws is the depth of one mesh's crowns inside
the other mesh. Contacts between neighbours, and the frontal widths between them, lie hidden inside a joined mesh and are
read from the placed crowns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from neodent_viewer.anatomy import bite, teeth
from neodent_viewer.anatomy.arch import Tooth, gap
from neodent_viewer.anatomy.form_fit import type_sizes
from neodent_viewer.anatomy.parameters import SmileParameters
from neodent_viewer.anatomy.setting import Setting
from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.mesh.surface import Float64, Surface
from neodent_viewer.mesh.topology import edges, statistics

#: mm a labelled patch may lie off its crown on average before the mesh is taken for another smile's
FOREIGN = 0.5
#: mm a point may lie off its crown and still count for the crown's width
FILLET = 0.06


@dataclass(frozen=True, slots=True)
class Measure:
    """One measured value.

    Attributes
    ----------
    name : str
        What was measured, with the tooth or jaw.
    value : float
        In `unit`.
    low, high : float or None
        Limits it must keep; None where it is told only.
    unit : str
        ``"mm"``, or empty for counts and ratios.
    """

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    unit: str = "mm"

    @property
    def ok(self) -> bool:
        """Whether it keeps its limits."""
        return (self.low is None or self.value >= self.low) and (self.high is None or self.value <= self.high)

    def plain(self) -> dict[str, Any]:
        """Return it as plain values for JSON."""
        return {**asdict(self), "value": round(self.value, 4), "ok": self.ok}


def measure(setting: Setting, upper: Surface, lower: Surface) -> list[Measure]:
    """Measure a smile.

    Parameters
    ----------
    setting : Setting
        The set-up it was cast from.
    upper, lower : Surface
        Its meshes with labels, in any vertex order.

    Raises
    ------
    ArgumentError
        A mesh has no labels, or is not cast from this set-up.
    """
    placed = {**_from_mesh(setting.upper, upper), **_from_mesh(setting.lower, lower)}
    return [
        *_crowns(placed, setting.params),
        *_contacts(setting),
        *_jaws(upper, lower),
        *_bite(placed, setting.params),
        *_proportions(placed, setting),
        *_soundness("upper", upper),
        *_soundness("lower", lower),
    ]


def _from_mesh(placed: tuple[Tooth, ...], surface: Surface) -> dict[int, Tooth]:
    """Return the teeth with the points of their labelled patches instead of their crowns' own surface points."""
    labels = surface.labels
    jaw = placed[0].crown.jaw
    if labels is None:
        raise _not_this_smile(f"The {jaw} mesh has no labels.")
    points = surface.vertices.astype(np.float64) + surface.origin
    found = {}
    for tooth in placed:
        patch = tooth.to_tooth(points[labels == tooth.fdi])
        if not len(patch) or float(np.abs(tooth.crown.field(patch)).mean()) > FOREIGN:
            raise _not_this_smile(f"The {jaw} mesh does not show the {teeth.name(tooth.fdi)} where its recipe puts it.")
        found[tooth.fdi] = replace(tooth, crown=replace(tooth.crown, shell=patch))
    return found


def _not_this_smile(what: str) -> ArgumentError:
    return ArgumentError(what, kind="argument", where="measure", remedy="Make the smile anew with: neodent demo smile.")


def _crowns(placed: Mapping[int, Tooth], params: SmileParameters) -> Iterator[Measure]:
    sizes = type_sizes(params)
    for fdi, tooth in sorted(placed.items()):
        wanted, patch = sizes[tooth.crown.jaw, tooth.crown.position], tooth.crown.shell
        width, height = _width(tooth), float(patch[:, 2].max())
        yield Measure(f"{fdi} mesiodistal", width, wanted.mesiodistal - 0.3, wanted.mesiodistal + 0.3)
        yield Measure(f"{fdi} height", height, wanted.height - 0.5, wanted.height + 0.5)


def _width(tooth: Tooth) -> float:
    """Return the mesiodistal extent of a patch that lies on its crown, mm.

    Where neighbours are fused the patch runs out on a fillet that is neither crown's.
    """
    patch = tooth.crown.shell
    return float(np.ptp(patch[np.abs(tooth.crown.field(patch)) < FILLET, 0]))


def _contacts(setting: Setting) -> Iterator[Measure]:
    """Clearance of neighbours: their crown fields, negative where they run into each other."""
    for jaw in (setting.upper, setting.lower):
        for one, other in pairwise(jaw):
            clear = min(gap(one, other), gap(other, one))
            yield Measure(f"contact {one.fdi}-{other.fdi}", clear, -0.05, 0.1)


def _jaws(upper: Surface, lower: Surface) -> Iterator[Measure]:
    """Depth of crowns in the opposing mesh, and how many lower back teeth come within 0.1 mm of it."""
    down, up = signed_distances(lower, upper), signed_distances(upper, lower)
    yield Measure("penetration between jaws", max(0.0, *(-float(d.min(initial=9.0)) for d in (down, up))), None, 0.05)
    labels = _labels(lower)
    back = [fdi for fdi in teeth.LOWER if not teeth.is_anterior(fdi)]
    touching = sum(float(down[labels == fdi].min(initial=9.0)) <= 0.1 for fdi in back)
    yield Measure("lower back teeth within 0.1 mm of the upper", float(touching), unit="of 8")


def _labels(surface: Surface) -> Any:
    return surface.arrays["labels"]


def signed_distances(surface: Surface, other: Surface, reach: float = 1.0) -> Float64:
    """Return the distance (n,) in mm from each enamel vertex of a surface to another surface, negative inside it.

    Gum and vertices farther than `reach` from any vertex of `other` get 9. Inside is told by the other surface's
    direction at its closest point, which holds for open surfaces too.
    """
    from neodent_viewer.mesh.bvh import Bvh
    from neodent_viewer.mesh.normals import vertex_normals

    points = surface.vertices + (surface.origin - other.origin).astype(np.float32)
    distances = np.full(len(points), 9.0)
    near, _ = cKDTree(other.vertices).query(points, distance_upper_bound=reach)
    wanted = np.flatnonzero(np.isfinite(near) & (_labels(surface) > 0))
    if len(wanted):
        places = points[wanted].astype(np.float64)
        tree = Bvh(other.vertices, other.faces)
        faces, weights, away = tree.closest_many(places)
        normals = vertex_normals(other.vertices, other.faces)
        direction = np.einsum("ij,ijk->ik", weights, normals[other.faces[faces]])
        foot = tree.places(faces, weights)
        distances[wanted] = away * np.where(((places - foot) * direction).sum(axis=1) < 0, -1, 1)
    return distances


def _bite(placed: Mapping[int, Tooth], params: SmileParameters) -> Iterator[Measure]:
    for name, of, wanted, play in (
        ("overbite", bite.overbite, params.overbite, 0.2),
        ("overjet", bite.overjet, params.overjet, 0.2),
        ("curve of Spee", bite.spee, params.spee, 0.25),
        ("arch width", bite.arch_width, params.arch_width, 0.6),
    ):
        value = of(placed)
        yield Measure(name, value, wanted - play, wanted + play)
    yield Measure("arch depth", bite.arch_depth(placed))
    yield Measure("left-right imbalance", bite.imbalance(placed))


def _proportions(placed: Mapping[int, Tooth], setting: Setting) -> Iterator[Measure]:
    """Proportions of the upper front, mean of both sides: the central's on the mesh, frontal ones between contacts."""
    crowns, wanted = setting.teeth(), setting.params.central_ratio
    ratio = np.mean([_width(placed[fdi]) / placed[fdi].crown.shell[:, 2].max() for fdi in (11, 21)])
    yield Measure("central width/height", float(ratio), wanted - 0.04, wanted + 0.04, unit="")
    central, lateral, canine = (
        np.mean([bite.frontal_width(crowns[fdi]) for fdi in (10 + place, 20 + place)]) for place in (1, 2, 3)
    )
    yield Measure("frontal lateral/central", float(lateral / central), unit="")
    yield Measure("frontal canine/lateral", float(canine / lateral), unit="")


def _soundness(jaw: str, surface: Surface) -> Iterator[Measure]:
    found = statistics(surface.faces, len(surface.vertices))
    yield Measure(f"{jaw} components", found.components, 1, 1, "")
    yield Measure(f"{jaw} non-manifold edges", found.non_manifold_edges, None, 0, "")
    yield Measure(f"{jaw} flipped edges", found.flipped_edges, None, 0, "")
    wanted = teeth.UPPER if jaw == "upper" else teeth.LOWER
    missing = {0, *wanted} ^ set(np.unique(_labels(surface)).tolist())
    yield Measure(f"{jaw} labels missing or foreign", len(missing), None, 0, "")
    yield Measure(f"{jaw} patches a label", _most_patches(surface), 1, 1, "")


def _most_patches(surface: Surface) -> int:
    """Return the largest number of connected patches that one label has."""
    labels, pairs = _labels(surface), edges(surface.faces)
    most = 0
    for label in np.unique(labels):
        inside = labels == label
        own = pairs[inside[pairs].all(axis=1)]
        patches = statistics(np.column_stack([own, own[:, 1]]), len(labels)).components if len(own) else 0
        alone = int(inside.sum()) - len(np.unique(own))
        most = max(most, patches + alone)
    return most
