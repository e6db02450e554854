"""What every step of one frame needs to know: camera matrices, size, quality, time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.render.display import PLAIN, Display
from neodent_viewer.render.views import Camera

Size = tuple[int, int]
Float64 = NDArray[np.float64]
Quality = Literal["full", "brisk", "moving", "shading", "stroke", "still"]
Purpose = Literal["view", "perform", "record"]

#: shader time starts over after this many seconds: float32 keeps 0.5 ms
_WRAP = 4096.0


@dataclass(frozen=True, slots=True, eq=False)
class FrameInfo:
    """One frame of one view.

    Attributes
    ----------
    camera : Camera
    size : (width, height) in device pixels
    bounds : ndarray (2, 3), world mm
    quality : str
    scale : float
        Device pixels a logical pixel.
    transparent : bool
    now : float
        Seconds on the program's clock.
    view, projection : ndarray (4, 4)
    sample : int
        Which of the pictures that a still is the mean of.
    display : Display
        How this view shows surfaces.
    """

    camera: Camera
    size: Size
    bounds: Float64
    quality: Quality
    scale: float
    transparent: bool
    now: float
    view: Float64
    projection: Float64
    sample: int = 0
    display: Display = PLAIN

    @classmethod
    def of(
        cls, camera: Camera, size: Size, bounds: Float64, quality: Quality, scale: float, transparent: bool, now: float
    ) -> FrameInfo:
        """Return the frame with its matrices."""
        matrices = camera.view(), camera.projection(size, bounds)
        return cls(camera, size, bounds, quality, scale, transparent, now, *matrices)

    def shifted(self, sample: int, shift: tuple[float, float]) -> FrameInfo:
        """Return the frame with its picture shifted by parts of a pixel."""
        projection = self.camera.projection(self.size, self.bounds, shift)
        return replace(self, projection=projection, sample=sample)

    @property
    def finished(self) -> bool:
        """Whether the picture is to be as good as it gets: at rest, or a still."""
        return self.quality in ("full", "still")

    @property
    def time(self) -> float:
        """Seconds for shaders."""
        return self.now % _WRAP

    @property
    def tangent(self) -> tuple[float, float]:
        """Tangents of half the opening across and up; half the picture in mm when orthographic."""
        half = self.camera.half_height() / (1.0 if self.camera.orthographic else self.camera.distance)
        return half * self.size[0] / self.size[1], half

    @property
    def parallel(self) -> float:
        """1 when orthographic, else 0, as shaders take it."""
        return float(self.camera.orthographic)


def gl_matrix(matrix: NDArray[Any]) -> NDArray[np.float32]:
    """Return a row-major matrix as OpenGL takes it."""
    return np.ascontiguousarray(matrix.T, np.float32)
