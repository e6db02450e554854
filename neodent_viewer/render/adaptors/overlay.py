"""Overlays on the GPU: values as vertex attributes, colour maps as textures that parts share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from neodent_viewer.document.overlay import Overlay
from neodent_viewer.render.adaptors.look import as_light, load
from neodent_viewer.render.work import Work


class OverlayAdaptor:
    """Colour maps of overlays, each loaded once behind the picture."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._textures: dict[str, Any] = {}
        self._colours: dict[str, NDArray[np.uint8]] = {}
        self._asked: set[str] = set()

    def texture(self, overlay: Overlay) -> Any | None:
        """Return the colour map's texture, None while it is being loaded."""
        name = overlay.colormap
        if name not in self._asked:
            self._asked.add(name)
            self._work(lambda: load(name), lambda colours: self._take(name, colours))
        return self._textures.get(name)

    def colours(self, overlay: Overlay) -> NDArray[np.uint8] | None:
        """Return the colour map (256, 4) uint8, None while it is being loaded."""
        return self._colours.get(overlay.colormap)

    def _take(self, name: str, colours: NDArray[np.uint8]) -> None:
        self._colours[name] = colours
        self._textures[name] = gloo.Texture2D(
            as_light(colours), internalformat="rgba16f", interpolation="linear", wrapping="clamp_to_edge"
        )

    def delete(self) -> None:
        """Give the GPU memory back."""
        for texture in self._textures.values():
            texture.delete()
        self._textures.clear()
        self._asked.clear()
