"""How a brush fades from its centre to its rim: 1 at the centre, 0 at the rim and beyond.

Each curve is a polynomial in ``s = 1 - (d / r)^2`` or in ``t = d / r``, so that a dab is smooth where it ends.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Curve = Callable[[NDArray[np.float32]], NDArray[np.float32]]


def smooth(t: NDArray[np.float32]) -> NDArray[np.float32]:
    """Quintic smoothstep (Perlin 2002): level with the surface in slope and curvature at centre and rim."""
    s = 1 - t
    return np.asarray(s * s * s * (s * (s * 6 - 15) + 10), np.float32)


def sphere(t: NDArray[np.float32]) -> NDArray[np.float32]:
    """Half a ball: round on top, steep at the rim."""
    return np.asarray(np.sqrt(np.maximum(1 - t * t, 0)), np.float32)


def root(t: NDArray[np.float32]) -> NDArray[np.float32]:
    """Square root: wide."""
    return np.sqrt(1 - t)


def linear(t: NDArray[np.float32]) -> NDArray[np.float32]:
    """Fall evenly: a cone."""
    return 1 - t


def sharp(t: NDArray[np.float32]) -> NDArray[np.float32]:
    """Square: a spike with a soft foot."""
    return np.square(1 - t)


def constant(t: NDArray[np.float32]) -> NDArray[np.float32]:
    """Full strength up to the rim."""
    return np.where(t < 1, np.float32(1), np.float32(0))


#: curves by the name that settings and the tool panel use
FALLOFFS: dict[str, Curve] = {
    "smooth": smooth,
    "sphere": sphere,
    "root": root,
    "linear": linear,
    "sharp": sharp,
    "constant": constant,
}

#: name of the curve that `BrushSettings.curve` draws
CUSTOM = "custom"


def code(name: str) -> int:
    """Return the number by which kernels know a falloff: its place in `FALLOFFS`, or one more for `CUSTOM`."""
    return len(FALLOFFS) if name == CUSTOM else list(FALLOFFS).index(name)


def falloff(name: str, distance: NDArray[np.float32], radius: float) -> NDArray[np.float32]:
    """Return weights (k,) float32, 0..1, for distances (k,) in mm from the centre of a brush of `radius` mm.

    Raises
    ------
    KeyError
        If `name` is not in `FALLOFFS`.

    Examples
    --------
    >>> falloff("linear", np.array([0.0, 0.5, 2.0], np.float32), 1.0).tolist()
    [1.0, 0.5, 0.0]
    """
    t = np.clip(distance / np.float32(radius), 0, 1).astype(np.float32)
    return np.asarray(FALLOFFS[name](t), np.float32)
