"""Numbers out of text files, quickly, and where the first wrong one is."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np

from neodent_viewer.files.raw import mesh_error
from neodent_viewer.mesh.surface import Float64


def numbers(text: bytes, path: Path, what: str) -> Float64:
    """Return the white-space separated numbers of `text` (n,) float64; raises MeshFileError naming the first wrong word.

    >>> numbers(b"1 2.5 -3e2", Path("x"), "coordinates")
    array([   1. ,    2.5, -300. ])
    """
    if not text.strip():
        return np.zeros(0)
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)  # how numpy says that it stopped at a word
        try:
            return np.fromstring(text, np.float64, sep=" ")
        except (DeprecationWarning, ValueError):
            raise mesh_error("unreadable", f"Among the {what} stands {_first_wrong(text)}.", path) from None


def _first_wrong(text: bytes) -> str:
    for word in text.split():
        try:
            float(word)
        except ValueError:
            return repr(word[:40].decode("latin1"))
    return "something that is not a number"
