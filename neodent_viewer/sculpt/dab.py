"""What a brush is given, as arrays: one touch (`Dab`), or a hold that is being dragged (`Pull`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.surface import Float32, Float64, Int32
from neodent_viewer.mesh.topology import Rows
from neodent_viewer.sculpt.settings import BrushSettings


@dataclass(frozen=True, slots=True, eq=False)
class Dab:
    """One touch of a brush, as arrays.

    Attributes
    ----------
    ids : ndarray (k,) int32
        Vertices under the brush, ascending.
    weights : ndarray (k,) float32
        Falloff times pressure, times what masks, locks and stamp leave free; above 0, up to 1.
    vertices, normals : ndarray (n, 3) float32
        The whole surface, mm; read only by agreement. For a brush with `Brush.from_press` the normals are those the surface
        had when the stroke first touched it.
    neighbours : callable
        Returns one-ring neighbours of all vertices as `Rows`.
    boundary : callable
        Returns (n,) bool: vertices on an open edge.
    slots : ndarray (n,) int32
        Scratch, all -1 before and after.
    center, normal : ndarray (3,) float64
        Where the brush stands, and the mean surface normal under it (unit).
    middle : ndarray (3,) float64
        Mean of the vertices under the brush: with `normal` the plane that flattens.
    direction : ndarray (3,) float64
        Unit direction of the stroke, zero at the press.
    radius : float
        mm.
    strength : float
        In the unit of the brush, negative when inverted.
    settings : BrushSettings
    """

    ids: Int32
    weights: Float32
    vertices: Float32
    normals: Float32
    neighbours: Callable[[], Rows]
    boundary: Callable[[], NDArray[np.bool_]]
    slots: Int32
    center: Float64
    normal: Float64
    middle: Float64
    direction: Float64
    radius: float
    strength: float
    settings: BrushSettings


@dataclass(frozen=True, slots=True, eq=False)
class Pull:
    """A hold on the surface, fixed at the press, and how far it has been dragged.

    Attributes
    ----------
    weights : ndarray (k,) float32
        As in `Dab`.
    base : ndarray (k, 3) float32
        Where the held vertices were at the press, mm.
    center, normal : ndarray (3,) float64
        Where the hand took hold, and the mean surface normal there (unit).
    motion : ndarray (3,) float64
        mm from there to where the hand is now.
    turn : float
        How far the hand has gone to the right as seen from outside with the part's y up, in radii times strength; for brushes
        that turn or scale.
    handed : float
        -1 in a mirrored copy, where turns run the other way; else 1.
    radius, strength : float
        As in `Dab`.
    """

    weights: Float32
    base: Float32
    center: Float64
    normal: Float64
    motion: Float64
    turn: float
    handed: float
    radius: float
    strength: float
