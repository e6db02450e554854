"""Thinned triangles: few enough, over the same vertices, and the same shape from afar."""

import numpy as np
import pytest

from neodent_viewer.mesh.proxy import proxy_faces


def waves(n):
    x, z = np.meshgrid(np.linspace(0, 40, n), np.linspace(0, 40, n), indexing="ij")
    vertices = np.stack([x, 2 * np.sin(x / 3) * np.cos(z / 4), z], axis=-1).reshape(-1, 3).astype(np.float32)
    a = (np.arange(n - 1)[:, None] * n + np.arange(n - 1)).ravel()
    faces = np.concatenate([np.stack([a, a + 1, a + n + 1], 1), np.stack([a, a + n + 1, a + n], 1)])
    return vertices, faces.astype(np.int32)


def area(vertices, faces):
    a, b, c = (vertices[faces[:, k]].astype(float) for k in range(3))
    return np.cross(b - a, c - a) / 2


@pytest.mark.parametrize("target", [500, 4000])
def test_few_triangles_keep_area_direction_and_extent(target):
    vertices, faces = waves(150)
    few = proxy_faces(vertices, faces, target)
    assert 0.4 * target < len(few) <= target
    assert few.dtype == np.int32
    assert few.min() >= 0
    assert few.max() < len(vertices)
    assert (few[:, 0] != few[:, 1]).all()
    before, after = area(vertices, faces), area(vertices, few)
    assert np.linalg.norm(after, axis=1).sum() == pytest.approx(np.linalg.norm(before, axis=1).sum(), rel=0.12)
    assert after.sum(axis=0) == pytest.approx(before.sum(axis=0), abs=0.12 * np.abs(before.sum(axis=0)).max())
    used = vertices[np.unique(few)]
    assert used.min(axis=0) == pytest.approx(vertices.min(axis=0), abs=40 / np.sqrt(target) * 2)
    assert used.max(axis=0) == pytest.approx(vertices.max(axis=0), abs=40 / np.sqrt(target) * 2)


def test_small_surfaces_come_back_as_they_are():
    vertices, faces = waves(20)
    assert proxy_faces(vertices, faces) is faces


def test_the_same_surface_is_thinned_the_same_way():
    vertices, faces = waves(80)
    assert (proxy_faces(vertices, faces, 900) == proxy_faces(vertices, faces, 900)).all()
