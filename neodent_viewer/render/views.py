"""Where one looks from: a camera of plain numbers, free of OpenGL.

World and camera are in mm, y up. Yaw 0, pitch 0 looks at the front of the teeth from +z; the patient's right is on the left.
Pixels count from the top left corner; the middle of the first pixel is (0.5, 0.5).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

Float64 = NDArray[np.float64]
Size = tuple[int, int]

#: name -> yaw, pitch in degrees. Upper and lower look onto the biting surfaces of that jaw.
PRESETS: dict[str, tuple[float, float]] = {
    "front": (0.0, 0.0),
    "back": (180.0, 0.0),
    "right": (90.0, 0.0),
    "left": (-90.0, 0.0),
    "upper": (0.0, -90.0),
    "lower": (0.0, 90.0),
    "three_quarter": (-24.0, 9.0),
}


#: mm; no scan reaches so far
_FAR_BACK = 1000.0


def _rotation(yaw: float, pitch: float) -> Float64:
    """Return the world-to-camera rotation (3, 3)."""
    y, p = np.radians([yaw, pitch])
    about_y = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    return np.asarray(about_x @ about_y)


def box_corners(bounds: ArrayLike) -> Float64:
    """Return the eight corners (8, 3) of a box given as (2, 3)."""
    low, high = np.asarray(bounds, np.float64)
    return np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera that turns about a target.

    Attributes
    ----------
    target : tuple of 3 float
        What it looks at, world mm.
    yaw, pitch : float
        Degrees; positive yaw looks from the patient's right, positive pitch from above.
    distance : float
        From the target, mm; when orthographic it only says how much is seen.
    fov : float
        Vertical opening in degrees.
    orthographic : bool
        Parallel projection that shows the target plane as large as the perspective one does.
    """

    target: tuple[float, float, float] = (0.0, 0.0, 0.0)
    yaw: float = PRESETS["three_quarter"][0]
    pitch: float = PRESETS["three_quarter"][1]
    distance: float = 250.0
    fov: float = 20.0
    orthographic: bool = False

    @property
    def standoff(self) -> float:
        """How far from the target the eye is, mm: parallel rays may start anywhere, so they start before everything."""
        return max(self.distance, _FAR_BACK) if self.orthographic else self.distance

    # -- matrices ------------------------------------------------------------------------------------------------

    def rotation(self) -> Float64:
        """Return the world-to-camera rotation (3, 3)."""
        return _rotation(self.yaw, self.pitch)

    def view(self) -> Float64:
        """Return the world-to-camera matrix (4, 4), row-major, for column vectors."""
        rotation = self.rotation()
        matrix = np.eye(4)
        matrix[:3, :3] = rotation
        matrix[:3, 3] = -rotation @ np.asarray(self.target) - [0.0, 0.0, self.standoff]
        return matrix

    def position(self) -> Float64:
        """Return where the camera is (3,), world mm."""
        return np.asarray(np.asarray(self.target) + self.rotation()[2] * self.standoff)

    def half_height(self) -> float:
        """Return half the height of the picture in mm at the target."""
        return float(self.distance * np.tan(np.radians(self.fov / 2)))

    def depth_range(self, bounds: ArrayLike) -> tuple[float, float]:
        """Return near and far in mm, fitted to a box (2, 3): touching crowns fight when far is far away."""
        depth = -(box_corners(bounds) @ self.view()[2, :3] + self.view()[2, 3])
        far = max(float(depth.max()) * 1.03 + 1.0, 2.0)
        near = float(depth.min()) - abs(float(depth.min())) * 0.03 - 1.0
        return (near if self.orthographic else max(near, far * 1e-3, 0.5)), far

    def projection(self, size: Size, bounds: ArrayLike, jitter: tuple[float, float] = (0.0, 0.0)) -> Float64:
        """Return the projection matrix (4, 4), row-major.

        Parameters
        ----------
        size : (width, height) in pixels
        bounds : (2, 3) world box in mm that must lie between near and far
        jitter : (x, y) shift of the picture in pixels, for accumulated antialiasing
        """
        near, far = self.depth_range(bounds)
        width, height = size
        depth = far - near
        shift_x, shift_y = 2.0 * jitter[0] / width, 2.0 * jitter[1] / height
        if self.orthographic:
            half = self.half_height()
            x, y = height / (half * width), 1.0 / half
            rows = [[x, 0, 0, shift_x], [0, y, 0, shift_y], [0, 0, -2 / depth, -(far + near) / depth], [0, 0, 0, 1]]
        else:
            tangent = np.tan(np.radians(self.fov / 2))
            x, y = height / (tangent * width), 1.0 / tangent
            z, w = -(far + near) / depth, -2 * far * near / depth
            rows = [[x, 0, -shift_x, 0], [0, y, -shift_y, 0], [0, 0, z, w], [0, 0, -1, 0]]
        return np.array(rows, np.float64)

    # -- between world and picture -------------------------------------------------------------------------------

    def project(self, points: ArrayLike, size: Size) -> Float64:
        """Return x, y in pixels and depth in mm (..., 3) of world points (..., 3)."""
        seen = np.asarray(points, np.float64) @ self.view()[:3, :3].T + self.view()[:3, 3]
        depth = -seen[..., 2]
        scale = size[1] / 2 / self.half_height() * (1.0 if self.orthographic else self.distance / depth)
        return np.stack([size[0] / 2 + seen[..., 0] * scale, size[1] / 2 - seen[..., 1] * scale, depth], axis=-1)

    def ray(self, x: float, y: float, size: Size) -> tuple[Float64, Float64]:
        """Return origin (3,) and unit direction (3,) in world mm of the ray through pixel position (x, y)."""
        half = self.half_height()
        across, up = (x - size[0] / 2) * 2 * half / size[1], (size[1] / 2 - y) * 2 * half / size[1]
        rotation = self.rotation()
        on_target_plane = np.asarray(self.target) + across * rotation[0] + up * rotation[1]
        if self.orthographic:
            return on_target_plane + rotation[2] * self.standoff, -rotation[2]
        direction = on_target_plane - self.position()
        return self.position(), direction / np.linalg.norm(direction)

    def mm_per_pixel(self, size: Size) -> float:
        """Return the length of one pixel in mm at the target's depth."""
        return 2.0 * self.half_height() / size[1]

    # -- moving: each returns a new camera -----------------------------------------------------------------------

    def orbit(self, dx: float, dy: float, pivot: ArrayLike | None = None) -> Camera:
        """Turn by `dx` degrees about the vertical and `dy` about the horizontal; `pivot` (3,) stays put in the picture."""
        pitch = float(np.clip(self.pitch + dy, -90.0, 90.0))
        yaw = (self.yaw + dx + 180.0) % 360.0 - 180.0
        if pivot is None:
            return replace(self, yaw=yaw, pitch=pitch)
        fixed = np.asarray(pivot, np.float64)
        target = fixed - _rotation(yaw, pitch).T @ self.rotation() @ (fixed - np.asarray(self.target))
        return replace(self, target=_triple(target), yaw=yaw, pitch=pitch)

    def pan(self, dx: float, dy: float, size: Size) -> Camera:
        """Move the picture by `dx` pixels to the right and `dy` down, true at the target's depth."""
        rotation, step = self.rotation(), self.mm_per_pixel(size)
        return replace(self, target=_triple(np.asarray(self.target) - (dx * rotation[0] - dy * rotation[1]) * step))

    def zoom(self, factor: float, x: float, y: float, size: Size, point: ArrayLike | None = None) -> Camera:
        """Come `factor` times closer (> 1 enlarges); what is at pixel (x, y) stays there.

        `point` (3,) is the surface point under the cursor; without one the target plane stands in.
        """
        if point is None:
            origin, direction = self.ray(x, y, size)
            forward = -self.rotation()[2]
            point = origin + direction * (self.standoff / float(direction @ forward))
        fixed = np.asarray(point, np.float64)
        distance = float(np.clip(self.distance / factor, 1.0, 1e5))
        target = fixed + (np.asarray(self.target) - fixed) * (distance / self.distance)
        return replace(self, target=_triple(target), distance=distance)

    def look(self, preset: str) -> Camera:
        """Turn to one of `PRESETS` about the same target; KeyError for an unknown name."""
        yaw, pitch = PRESETS[preset]
        return replace(self, yaw=yaw, pitch=pitch)

    # -- as plain numbers ----------------------------------------------------------------------------------------

    def to_tuple(self) -> tuple[float, ...]:
        """Return eight floats that `from_tuple` understands: for findings and project files."""
        return (*self.target, self.yaw, self.pitch, self.distance, self.fov, float(self.orthographic))

    @classmethod
    def from_tuple(cls, values: tuple[float, ...]) -> Camera:
        """Return the camera that `to_tuple` described."""
        x, y, z, yaw, pitch, distance, fov, orthographic = values
        return cls((x, y, z), yaw, pitch, distance, fov, bool(orthographic))


def _triple(values: Float64) -> tuple[float, float, float]:
    x, y, z = (float(v) for v in values)
    return x, y, z


def fit(
    points: ArrayLike,
    size: Size,
    fill: float = 0.82,
    yaw: float = PRESETS["three_quarter"][0],
    pitch: float = PRESETS["three_quarter"][1],
    *,
    fov: float = 20.0,
    orthographic: bool = False,
) -> Camera:
    """Return a camera that frames the projected points, not their bounding sphere.

    Parameters
    ----------
    points : (n, 3) world mm, or (2, 3) the corners of a box
        Some thousand points are plenty; more are thinned.
    size : (width, height) in pixels
    fill : float
        Share of the tighter side that the points take.
    yaw, pitch, fov, orthographic
        As in `Camera`.
    """
    cloud = np.asarray(points, np.float64)
    cloud = box_corners(cloud) if len(cloud) == 2 else cloud[:: max(1, len(cloud) // 5000)]
    tangent = np.tan(np.radians(fov / 2))
    middle = (cloud.min(axis=0) + cloud.max(axis=0)) / 2
    turned = (cloud - middle) @ _rotation(yaw, pitch).T
    half = np.array([tangent * size[0] / size[1], tangent])
    centre, distance = np.zeros(2), 4.0 * max(float(np.ptp(cloud, axis=0).max()), 1.0)
    # a fixed point: the spread in the picture depends on how near the camera is, and the other way round
    for _ in range(24):
        depth = np.full(len(turned), distance) if orthographic else np.maximum(distance - turned[:, 2], distance * 0.05)
        seen = (turned[:, :2] - centre) / depth[:, None] / half
        low, high = seen.min(axis=0), seen.max(axis=0)
        centre = centre + (low + high) / 2 * distance * half
        distance *= max(float((high - low).max()) / 2 / fill, 1e-3)
    target = middle + _rotation(yaw, pitch)[:2].T @ centre
    return Camera(_triple(target), yaw, pitch, float(distance), fov, orthographic)
