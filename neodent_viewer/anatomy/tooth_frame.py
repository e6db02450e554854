"""The frame of one tooth in a labelled jaw, and what a hand does to the tooth in it.

Axes are those of the clinic: **mesial** along the arch towards the midline, **buccal** (facial) out of the mouth, **long**
from the neck to the biting edge. The origin is the middle of the neck, so that a tooth tips and turns where the gum holds it.
They are directions, not a handed system: on one side of the mouth the frame is the mirror image of that on the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neodent_viewer.anatomy import teeth
from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.mesh.surface import Float32, Float64, Int32

#: open area of a crown over its whole area, above which its opening tells where its neck is
_OPEN = 0.06
#: degrees that a principal axis may lie off the biting direction and still be taken for the long axis
_NEAR = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class ToothFrame:
    """Where a tooth stands and which way it looks.

    Attributes
    ----------
    origin : ndarray (3,) float64
        Middle of the neck, in the frame of the vertices, mm.
    axes : ndarray (3, 3) float64
        Rows: mesial, buccal and long axis, orthonormal; left-handed on one side of the mouth.
    centre : ndarray (3,) float64
        Middle of the crown's surface: where handles are held.
    size : float
        mm from the neck to the biting edge.
    """

    origin: Float64
    axes: Float64
    centre: Float64
    size: float

    def mapped(self, matrix: Float64) -> ToothFrame:
        """Return the frame after the tooth was moved by a similarity (4, 4)."""
        linear = matrix[:3, :3]
        scale = float(np.cbrt(abs(np.linalg.det(linear))))
        return ToothFrame(
            linear @ self.origin + matrix[:3, 3],
            self.axes @ (linear / scale).T,
            linear @ self.centre + matrix[:3, 3],
            self.size * scale,
        )


@dataclass(frozen=True, slots=True)
class Pose:
    """How far a tooth was taken from where its frame found it.

    Attributes
    ----------
    move : tuple of 3 float
        mm to mesial, buccal and occlusal (out of the gum).
    rotate : float
        Degrees about the long axis; positive turns the mesial side to the cheek or lip.
    tip : float
        Degrees the biting edge leans mesially.
    torque : float
        Degrees the biting edge leans buccally.
    scale : float
        Size about the neck; 1 as it was.
    """

    move: tuple[float, float, float] = (0.0, 0.0, 0.0)
    rotate: float = 0.0
    tip: float = 0.0
    torque: float = 0.0
    scale: float = field(default=1.0)

    def matrix(self, frame: ToothFrame) -> Float64:
        """Return the similarity (4, 4) in the frame of the vertices: scaled, torqued, tipped, rotated, then moved."""
        mesial, buccal, long = frame.axes
        turn = (
            _turn(np.cross(mesial, buccal), self.rotate)
            @ _turn(np.cross(long, mesial), self.tip)
            @ _turn(np.cross(long, buccal), self.torque)
        )
        matrix = np.eye(4)
        matrix[:3, :3] = turn * self.scale
        matrix[:3, 3] = frame.origin - matrix[:3, :3] @ frame.origin + np.array(self.move) @ frame.axes
        return matrix

    def between(self, other: Pose, share: float) -> Pose:
        """Return the pose at `share` of the way from this one to another."""

        def mix(one: float, two: float) -> float:
            return one + (two - one) * share

        x, y, z = (mix(one, two) for one, two in zip(self.move, other.move, strict=True))
        return Pose(
            (x, y, z),
            mix(self.rotate, other.rotate),
            mix(self.tip, other.tip),
            mix(self.torque, other.torque),
            mix(self.scale, other.scale),
        )


def _turn(axis: Float64, degrees: float) -> Float64:
    """Return the rotation (3, 3) about a unit axis (Rodrigues)."""
    x, y, z = axis
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    angle = np.radians(degrees)
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1.0 - np.cos(angle)) * cross @ cross)


def tooth_frame(vertices: Float32, faces: Int32, labels: NDArray[np.int16], label: int, jaw: str = "") -> ToothFrame:
    """Return the frame of the tooth labelled `label`.

    The long axis stands on the opening of the crown's patch, where there is one; of crowns without gum it is the principal
    axis of the crown nearest to the normal of the arch. The mesial axis runs from the distal to the mesial neighbour, or
    along the arch where one is missing.

    Parameters
    ----------
    vertices : ndarray (n, 3) float32
        mm.
    faces : ndarray (m, 3) int32
    labels : ndarray (n,) int16
        FDI numbers, 0 = gingiva.
    label : int
    jaw : str
        ``"upper"``, ``"lower"`` or empty: then the number tells.

    Raises
    ------
    ArgumentError
        The tooth is not there, or has no surface to speak of.
    """
    corners = labels[faces]
    patch = faces[(corners == label).all(axis=1)]
    if len(patch) < 4:
        raise ArgumentError(
            f"There is too little surface labelled {label} to be a tooth ({len(patch)} triangles).",
            kind="argument",
            where=f"label {label}",
            remedy="Choose another label, or grow the tooth anew.",
        )
    crowns = middles_of_teeth(vertices, labels)
    arch = _occlusal(vertices, faces[(corners > 0).all(axis=1)], crowns, jaw or jaw_of(label))
    middles, areas, normals = _parts_of(vertices, patch)
    centre = np.asarray((middles * areas[:, None]).sum(axis=0) / areas.sum())
    long = _long_axis(middles - centre, areas, normals, arch)
    outward = _outward(label, centre, long, vertices, crowns)
    mesial = _mesial(label, centre, long, outward, crowns)
    buccal = np.cross(long, mesial)
    buccal *= 1.0 if buccal @ outward >= 0.0 else -1.0
    heights = (vertices[np.unique(patch)] - centre) @ long
    neck = float(np.percentile(heights, 4.0))
    return ToothFrame(centre + neck * long, np.stack([mesial, buccal, long]), centre, float(heights.max()) - neck)


def jaw_of(label: int) -> str:
    """Return the jaw an FDI number belongs to, empty for other numbers."""
    return teeth.jaw(label) if teeth.is_fdi(label) else ""


def _parts_of(vertices: Float32, faces: Int32) -> tuple[Float64, Float64, Float64]:
    """Return middles (m, 3), areas (m,) and area vectors (m, 3) of faces."""
    a, b, c = (vertices[faces[:, k]].astype(np.float64) for k in range(3))
    normals = np.cross(b - a, c - a) / 2.0
    return (a + b + c) / 3.0, np.maximum(np.linalg.norm(normals, axis=1), 1e-12), normals


def middles_of_teeth(vertices: Float32, labels: NDArray[np.int16]) -> dict[int, Float64]:
    """Return the mean vertex (3,) of each tooth by its label."""
    marked = np.flatnonzero(labels > 0)
    found, row = np.unique(labels[marked], return_inverse=True)
    counts = np.bincount(row, minlength=len(found))
    sums = np.stack([np.bincount(row, vertices[marked, axis], len(found)) for axis in range(3)], axis=1)
    return {int(label): sums[k] / counts[k] for k, label in enumerate(found)}


def _occlusal(vertices: Float32, crown_faces: Int32, crowns: dict[int, Float64], jaw: str) -> Float64:
    """Return the direction (3,) in which the crowns of an arch grow.

    What is cut off from the gum is open towards it, and the area vectors of an open surface add up to that of its opening.
    """
    _, areas, normals = _parts_of(vertices, crown_faces)
    opening = normals.sum(axis=0)
    up = np.array([0.0, -1.0 if jaw == "upper" else 1.0, 0.0])
    if np.linalg.norm(opening) > _OPEN * areas.sum():
        return _unit(opening)
    if len(crowns) < 3:
        return up
    places = np.stack(list(crowns.values()))
    _, _, rows = np.linalg.svd(places - places.mean(axis=0))
    return np.asarray(rows[2] if rows[2] @ up >= 0.0 else -rows[2], np.float64)


def _long_axis(offsets: Float64, areas: Float64, normals: Float64, arch: Float64) -> Float64:
    """Return the long axis (3,) of a crown from its faces (m, 3) about its middle, and the direction of its arch."""
    opening = normals.sum(axis=0)
    if np.linalg.norm(opening) > _OPEN * areas.sum() and opening @ arch > 0.5 * np.linalg.norm(opening):
        return _unit(opening)
    _, axes = np.linalg.eigh((offsets * areas[:, None]).T @ offsets)
    along = axes.T @ arch
    best = int(np.argmax(np.abs(along)))
    if abs(along[best]) < np.cos(np.radians(_NEAR)):
        return arch
    return np.asarray(axes[:, best] * np.sign(along[best]))


def _outward(label: int, centre: Float64, long: Float64, vertices: Float32, crowns: dict[int, Float64]) -> Float64:
    """Return a direction (3,) across the long axis that leads out of the mouth."""
    middle = np.mean(list(crowns.values()), axis=0) if len(crowns) > 2 else vertices.mean(axis=0, dtype=np.float64)
    away = centre - middle
    away -= (away @ long) * long
    if np.linalg.norm(away) > 2.0:
        return _unit(away)
    front = np.array([_side(label, centre), 0.0, 1.0])  # a tooth alone: to the side and to the front
    return _unit(front - (front @ long) * long)


def _side(label: int, centre: Float64) -> float:
    return float(teeth.side(label)) if teeth.is_fdi(label) else float(np.sign(centre[0]) or 1.0)


def _mesial(label: int, centre: Float64, long: Float64, outward: Float64, crowns: dict[int, Float64]) -> Float64:
    """Return the unit direction (3,) along the arch towards the midline, across the long axis."""
    beside = teeth.neighbours(label) if teeth.is_fdi(label) else ()
    ahead = crowns.get(beside[0]) if beside else None
    behind = crowns.get(beside[1]) if len(beside) > 1 else None
    if ahead is None and behind is None:
        along = np.cross(long, outward)
        forward = np.array([-_side(label, centre), 0.0, 1.0])
        return _unit(along * (1.0 if along @ forward >= 0.0 else -1.0))
    way = (centre if ahead is None else ahead) - (centre if behind is None else behind)
    return _unit(way - (way @ long) * long)


def _unit(vector: ArrayLike) -> Float64:
    values = np.asarray(vector, np.float64)
    return np.asarray(values / max(float(np.linalg.norm(values)), 1e-12))
