"""Arrays as blobs: named by content, bytes shuffled so that like stands by like, then deflated at the quickest level."""

from __future__ import annotations

import hashlib
import json
import math
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: kinds of arrays a document holds; anything else in a file is damage or mischief
KINDS = frozenset("biuf")


def content_name(values: NDArray[Any]) -> str:
    """Return a name that equal arrays (type, shape, bytes) share and no others do: BLAKE2b over all three."""
    values = np.ascontiguousarray(values)
    digest = hashlib.blake2b(f"{values.dtype.str}{values.shape}".encode(), digest_size=20)
    digest.update(values.reshape(-1).view(np.uint8).data if values.size else b"")
    return digest.hexdigest()


def pack(values: NDArray[Any]) -> tuple[str, str, bytes]:
    """Return numpy type, shape as JSON, and bytes of an array."""
    values = np.ascontiguousarray(values)
    grid = values.reshape(-1).view(np.uint8).reshape(values.size, values.dtype.itemsize)
    return values.dtype.str, json.dumps(values.shape), zlib.compress(np.ascontiguousarray(grid.T).data, 1)


def unpack(name: str, dtype: str, shape: str, data: bytes) -> NDArray[Any]:
    """Return the array that was packed; raises ValueError or zlib.error if the bytes are not those that `name` names."""
    kind, sizes = np.dtype(dtype), json.loads(shape)
    if kind.kind not in KINDS or not all(isinstance(n, int) and n >= 0 for n in sizes):
        raise ValueError(f"an array of type {dtype} and shape {shape}")
    length = math.prod(sizes) * kind.itemsize
    stream = zlib.decompressobj()
    plain = stream.decompress(
        data, length + 1
    )  # never more than the shape asks for: a small blob may unfold to anything
    if len(plain) != length:
        raise ValueError(f"{len(plain)} bytes for a shape of {length}")
    grid = np.frombuffer(plain, np.uint8).reshape(kind.itemsize, math.prod(sizes))
    values: NDArray[Any] = (
        np.array(grid.T, order="C").reshape(-1).view(kind).reshape(sizes)
    )  # a copy: it will be sculpted
    if content_name(values) != name:
        raise ValueError("an array's bytes were changed")
    return values
