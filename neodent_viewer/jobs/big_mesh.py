"""A closed, bumpy surface of any size, for measuring: no scan of anybody is needed to compare machines."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from neodent_viewer.mesh.surface import Float32, Int32, Surface

_STL = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])


def bumpy_ball(triangles: int) -> tuple[Float32, Int32]:
    """Return vertices (n, 3) float32 in mm and faces (m, 3) int32 of a 60 mm ball with tooth-sized bumps.

    Parameters
    ----------
    triangles : int
        Wanted number; the result comes within a few per cent of it and is watertight.
    """
    rings = max(3, round((1 + np.sqrt(1 + triangles)) / 2))  # 4 r (r - 1) triangles
    columns = 2 * rings
    polar, azimuth = np.meshgrid(
        np.linspace(0, np.pi, rings + 1)[1:-1], np.arange(columns) * 2 * np.pi / columns, indexing="ij"
    )
    radius = 30 + 1.2 * np.sin(7 * azimuth) * np.sin(polar) ** 2 * np.cos(9 * polar) + 0.4 * np.cos(23 * polar)
    ring = np.stack([np.sin(polar) * np.cos(azimuth), np.cos(polar), np.sin(polar) * np.sin(azimuth)], axis=-1)
    poles = np.array([[0, 30.4, 0], [0, -30.4, 0]])
    vertices = np.concatenate([(ring * radius[..., None]).reshape(-1, 3), poles]).astype(np.float32)
    index = np.arange((rings - 1) * columns).reshape(rings - 1, columns)
    a, b = index[:-1], np.roll(index, -1, axis=1)[:-1]
    c, d = index[1:], np.roll(index, -1, axis=1)[1:]
    north, south = len(vertices) - 2, len(vertices) - 1
    first, last = index[0], index[-1]
    caps = [
        np.stack([np.full(columns, north), np.roll(first, -1), first], axis=1),
        np.stack([np.full(columns, south), last, np.roll(last, -1)], axis=1),
    ]
    quads = [np.stack([x.ravel() for x in corners], axis=1) for corners in ((a, b, c), (b, d, c))]
    return vertices, np.concatenate([*quads, *caps]).astype(np.int32)


def big_surface(triangles: int) -> Surface:
    """Return `bumpy_ball` as a surface in spatial order."""
    from neodent_viewer.mesh.order import reorder

    vertices, faces = bumpy_ball(triangles)
    return reorder(Surface(vertices, faces, name=f"ball of {len(faces)} triangles"))


def write_big_stl(path: Path, triangles: int) -> int:
    """Write `bumpy_ball` as a binary STL and return its number of triangles."""
    vertices, faces = bumpy_ball(triangles)
    records = np.zeros(len(faces), _STL)
    records["corners"] = vertices[faces]
    with path.open("wb") as file:
        file.write(b"binary".ljust(80, b" "))
        file.write(np.uint32(len(faces)).tobytes())
        records.tofile(file)
    return len(faces)
