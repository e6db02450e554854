"""The look in use as the GPU needs it: which shading, which quantity over which range, the colour map as a texture."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from neodent_viewer.document.look import Look
from neodent_viewer.render.adaptors.part import linear
from neodent_viewer.render.work import Work
from neodent_viewer.sensors.channel import QUANTITIES, Quantity


class LookAdaptor:
    """GPU side of the look.

    Attributes
    ----------
    look : Look
    colours : ndarray (256, 4) uint8
        The colour map, low to high.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self.look = Look()
        grey = np.linspace(40, 220, 256).astype(np.uint8)
        self.colours: NDArray[np.uint8] = np.stack([grey, grey, grey, np.full(256, 255, np.uint8)], axis=1)
        self._texture: Any = gloo.Texture2D(
            as_light(self.colours), internalformat="rgba16f", interpolation="linear", wrapping="clamp_to_edge"
        )
        self._loaded = ""

    @property
    def quantity(self) -> Quantity:
        """What the field shows; temperature where the look names something the house does not know."""
        return QUANTITIES.get(self.look.quantity, QUANTITIES["temperature"])

    @property
    def span(self) -> tuple[float, float]:
        """Ends of the colour map in the quantity's unit; never empty."""
        low = self.quantity.show_low if self.look.low is None else self.look.low
        high = self.quantity.show_high if self.look.high is None else self.look.high
        return low, high if high > low else low + 1e-6

    def set(self, look: Look) -> None:
        """Take a look."""
        self.look = look

    def texture(self) -> Any:
        """Return the colour map's texture; asks for the map when a field is first shown."""
        name = self.look.colormap or self.quantity.colormap
        if name != self._loaded:
            self._loaded = name
            self._work(lambda: load(name), self._take)
        return self._texture

    def _take(self, colours: NDArray[np.uint8]) -> None:
        self.colours = colours
        self._texture.set_data(as_light(colours))

    def delete(self) -> None:
        """Give the GPU memory back."""
        self._texture.delete()


def as_light(colours: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return colours (256, 4) as a picture of one row (1, 256, 4) of linear light: shaders need not take powers."""
    return linear(np.ascontiguousarray(colours))[None]


def load(name: str) -> NDArray[np.uint8]:
    """Return a colour map (256, 4) uint8; raises ValueError for a name that nobody knows."""
    from neodent_viewer.fields.colormap import lut

    return np.ascontiguousarray(lut(name), np.uint8)
