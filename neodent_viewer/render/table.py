"""The table under the teeth: where it is, and the soft shadow that what is shown leaves on it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from neodent_viewer.render.adaptors.document import DocumentAdaptor

_CELLS, _SPAN = 128, 160.0
_SAMPLES = 20_000
#: mm between the lowest point and the table
_GAP = 7.0


def shadow(points: NDArray[np.float64], middle: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return a soft shadow (cells, cells) uint8, rows along z, of points (n, 3) seen from straight above."""
    edge = np.linspace(-_SPAN / 2, _SPAN / 2, _CELLS + 1)
    flat = points[:, [2, 0]] - middle[[2, 0]]
    count, _, _ = np.histogram2d(flat[:, 0], flat[:, 1], bins=(edge, edge))
    cover = np.minimum(
        count / max(float(np.percentile(count[count > 0], 50)), 1.0) if (count > 0).any() else count, 1.0
    )
    soft = 0.6 * _blur(cover, 3) + 0.9 * _blur(cover, 9)
    return np.asarray(np.clip(soft, 0.0, 1.0) * 255.0, np.uint8)


def _blur(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Return values under three box filters of odd `width` along both axes: near enough to a Gaussian."""
    width += 1 - width % 2
    for _ in range(3):
        for axis in (0, 1):
            padded = np.pad(values, [(width // 2 + 1, width // 2) if k == axis else (0, 0) for k in (0, 1)])
            total = padded.cumsum(axis=axis)
            ahead, behind = np.split(total, [width], axis=axis)[1], np.split(total, [-width], axis=axis)[0]
            values = (ahead - behind) / width
    return values


class Table:
    """Keeps the shadow until what is shown changes."""

    def __init__(self) -> None:
        self._texture: Any = None
        self._version: tuple[int, int] | None = None
        self._ground = (0.0, 0.0, 0.0)

    def under(self, document: DocumentAdaptor) -> tuple[Any, tuple[float, float, float]]:
        """Return the shadow's texture, and the place of the table: x and z of the middle, y of its top, world mm."""
        version = (id(document), document.shape_version)
        if self._texture is None or version != self._version:
            self._version = version
            self._make(document)
        return self._texture, self._ground

    def _make(self, document: DocumentAdaptor) -> None:
        bounds = document.bounds()
        middle = bounds.mean(axis=0)
        clouds = [np.zeros((0, 3))]
        for part in document.drawn():
            vertices = part.part.surface.vertices
            clouds.append(part.part.to_world(vertices[:: max(1, len(vertices) // _SAMPLES)]))
        cells = shadow(np.concatenate(clouds), middle)
        pixels = np.repeat(cells[..., None], 4, axis=2)
        self._ground = (float(middle[0]), float(bounds[0, 1]) - _GAP, float(middle[2]))
        if self._texture is None:
            self._texture = gloo.Texture2D(pixels, interpolation="linear", wrapping="clamp_to_edge")
        else:
            self._texture.set_data(pixels)

    def delete(self) -> None:
        """Give the GPU memory back."""
        if self._texture is not None:
            self._texture.delete()
            self._texture = None
