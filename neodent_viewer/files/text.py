"""Numbers out of text files, quickly, and which word is the first that is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from neodent_viewer.files.raw import mesh_error
from neodent_viewer.mesh.surface import Float64

_SPACE = np.zeros(256, np.bool_)
_SPACE[list(b" \t\n\r\v\f")] = True


def numbers(text: bytes, path: Path, what: str) -> Float64:
    """Return the white-space separated numbers of `text` (n,) float64; raises MeshFileError naming the first wrong word.

    >>> numbers(b"1 2.5 -3e2", Path("x"), "coordinates")
    array([   1. ,    2.5, -300. ])
    """
    count = count_words(text)
    if not count:
        return np.zeros(0)
    try:
        values = np.fromstring(text, np.float64, sep=" ")
    except (DeprecationWarning, ValueError):  # the first only where warnings are errors
        values = np.zeros(0)
    if len(values) != count:  # numpy stops at the first word that is no number, and hardly says so
        raise mesh_error("unreadable", f"Among the {what} stands {_first_wrong(text)}.", path)
    return values


def count_words(text: bytes) -> int:
    r"""Return how many words, separated by white space, are in `text`.

    >>> count_words(b" one two\n\nthree ")
    3
    """
    if not text:
        return 0
    space = _SPACE[np.frombuffer(text, np.uint8)]
    return int(np.count_nonzero(space[:-1] & ~space[1:])) + int(not space[0])


def _first_wrong(text: bytes) -> str:
    for word in text.split():
        try:
            float(word)
        except ValueError:
            return repr(word[:40].decode("latin1"))
    return "something that is not a number"
