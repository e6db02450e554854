"""Static attributes against shapes whose answer is known, and against slow references."""

import numpy as np
import pytest

from neodent_viewer.mesh.appearance import (
    THICK,
    appearance,
    crown_height,
    curvature,
    directions,
    neighbour_mean,
    occlusion,
    smooth,
    thickness,
)
from neodent_viewer.mesh.normals import vertex_normals


def sphere(radius=5.0, rings=40, top=1.0):
    up, round_ = (
        np.linspace(0.02, np.pi * top - 0.02 * (top == 1.0), rings),
        np.linspace(0, 2 * np.pi, 2 * rings, endpoint=False),
    )
    u, r = np.meshgrid(up, round_, indexing="ij")
    places = np.stack([np.sin(u) * np.sin(r), -np.cos(u), np.sin(u) * np.cos(r)], axis=-1).reshape(-1, 3) * radius
    k, width = np.arange((rings - 1) * 2 * rings), 2 * rings
    right = k // width * width + (k + 1) % width
    faces = np.concatenate([np.stack([k, right, right + width], 1), np.stack([k, right + width, k + width], 1)])
    return places.astype(np.float32), faces.astype(np.int32)


def grid(n=30, size=10.0, height=lambda x, z: 0 * x):
    x, z = np.meshgrid(np.linspace(0, size, n), np.linspace(0, size, n), indexing="ij")
    vertices = np.stack([x, height(x, z), z], axis=-1).reshape(-1, 3).astype(np.float32)
    a = (np.arange(n - 1)[:, None] * n + np.arange(n - 1)).ravel()
    faces = np.concatenate([np.stack([a, a + 1, a + n + 1], 1), np.stack([a, a + n + 1, a + n], 1)])
    return vertices, faces.astype(np.int32)


def test_the_mean_of_neighbours_is_what_it_says():
    vertices, faces = grid(6)
    mean = neighbour_mean(faces, len(vertices))
    values = np.random.default_rng(0).random(len(vertices))
    got = np.asarray(mean @ values)
    for v in range(len(vertices)):
        near = sorted({int(w) for face in faces if v in face for w in face} - {v})
        assert got[v] == pytest.approx(values[near].mean(), rel=1e-5)


def test_smoothing_keeps_constants_and_vertices_without_faces():
    vertices, faces = grid(6)
    alone = np.vstack([vertices, [[50, 50, 50]]]).astype(np.float32)
    values = np.full(len(alone), 3.0)
    values[-1] = 7.0
    assert smooth(neighbour_mean(faces, len(alone)), values, 5, 0.5) == pytest.approx(values)


@pytest.mark.parametrize("radius", [3.0, 8.0])
def test_a_ball_bends_by_its_radius(radius):
    vertices, faces = sphere(radius)
    bend = curvature(vertices, vertex_normals(vertices, faces), neighbour_mean(faces, len(vertices)), 1, 2)
    middle = np.abs(vertices[:, 1]) < radius * 0.5
    assert np.median(bend[middle]) == pytest.approx(-1 / radius, rel=0.2)
    hollow = curvature(vertices, -vertex_normals(vertices, faces), neighbour_mean(faces, len(vertices)), 1, 2)
    assert hollow == pytest.approx(-bend, abs=1e-5)


def test_a_groove_is_hollow_and_its_banks_are_not():
    vertices, faces = grid(60, height=lambda x, z: -np.exp(-((x - 5) ** 2) / 0.3))
    normals = vertex_normals(vertices, faces)
    normals *= np.sign(normals[:, 1].mean())
    bend = curvature(vertices, normals, neighbour_mean(faces, len(vertices)), 1, 2)
    x, z = vertices[:, 0], vertices[:, 2]
    inside = (z > 2) & (z < 8)
    assert bend[inside & (np.abs(x - 5) < 0.1)].min() > 0.3
    assert bend[inside & (np.abs(np.abs(x - 5) - 1) < 0.1)].max() < 0.0


def test_thickness_of_a_ball_is_its_diameter_and_of_a_plate_its_gap():
    vertices, faces = sphere(1.5, rings=50)
    assert np.median(thickness(vertices, vertex_normals(vertices, faces))) == pytest.approx(3.0, rel=0.1)
    flat, _ = grid(60)
    plate = np.concatenate([flat, flat - np.float32([0, 2.0, 0])])
    normals = np.zeros_like(plate)
    normals[: len(flat), 1], normals[len(flat) :, 1] = 1, -1
    middle = np.flatnonzero((np.abs(flat[:, 0] - 5) < 2) & (np.abs(flat[:, 2] - 5) < 2))
    assert np.median(thickness(plate, normals)[middle]) == pytest.approx(2.0, rel=0.1)
    assert thickness(flat, normals[: len(flat)]).min() > THICK * 0.9  # nothing lies opposite


def test_light_reaches_a_plain_and_hardly_the_bottom_of_a_well():
    flat, faces = grid(50)
    up = np.tile(np.float32([0, 1, 0]), (len(flat), 1))
    assert occlusion(flat, faces, up).min() > 0.84
    well, faces = grid(90, height=lambda x, z: -8.0 * np.exp(-((x - 5) ** 2 + (z - 5) ** 2) / 6.0))
    light = occlusion(well, faces, np.tile(np.float32([0, 1, 0]), (len(well), 1)))
    bottom = well[:, 1] < -7.5
    corner = (well[:, 0] < 1.5) & (well[:, 2] < 1.5)
    assert light[bottom].mean() < 0.45  # the rim stands 64 degrees high: about a fifth is left
    assert light[corner].mean() > 0.85


def test_a_ball_shadows_only_its_own_far_side():
    vertices, faces = sphere()
    light = occlusion(vertices, faces, vertex_normals(vertices, faces))
    assert np.percentile(light, 5) > 0.85


def test_directions_are_even():
    sky = directions(64)
    assert np.linalg.norm(sky, axis=1) == pytest.approx(np.ones(64))
    assert np.abs(sky.mean(axis=0)).max() < 0.02
    assert np.abs(sky.T @ sky / 64 - np.eye(3) / 3).max() < 0.03


@pytest.mark.parametrize("down", [False, True])
def test_crowns_rise_from_their_neck_whichever_way_they_hang(down):
    vertices, faces = sphere(4.0, rings=40)
    labels = np.where(vertices[:, 1] > -1.0, 11, 0).astype(np.int16)
    if down:
        vertices = vertices * np.float32([1, -1, 1])
    height = crown_height(vertices, faces, labels)
    y = vertices[:, 1] * (-1 if down else 1)
    crown = labels == 11
    assert (height[~crown] == 0).all()
    assert height[crown & (y > 3.8)].min() > 0.9
    assert height[crown & (y < -0.7)].max() < 0.15
    assert np.corrcoef(height[crown], y[crown])[0, 1] > 0.99


@pytest.mark.parametrize(("jaw", "tooth", "up"), [("upper", 31, -1), ("lower", 11, 1), ("", 21, -1), ("", 46, 1)])
def test_closed_crowns_bite_as_their_jaw_does(jaw, tooth, up):
    vertices, faces = sphere()
    poles = np.array([[0, -5, 0], [0, 5, 0]], np.float32)
    n, ring = len(vertices), 80
    k = np.arange(ring)
    low = np.stack([(k + 1) % ring, k, np.full(ring, n)], axis=1)
    high = np.stack([n - ring + k, n - ring + (k + 1) % ring, np.full(ring, n + 1)], axis=1)
    closed = np.concatenate([faces, low, high]).astype(np.int32)
    labels = np.full(n + 2, tooth, np.int16)
    height = crown_height(np.concatenate([vertices, poles]), closed, labels, jaw)
    assert np.corrcoef(height[:n], vertices[:, 1] * up)[0, 1] > 0.99


def test_without_labels_everything_else_is_there():
    vertices, faces = sphere(4.0)
    found = appearance(vertices, faces, vertex_normals(vertices, faces))
    assert not found.labelled
    assert not found.gum.any()
    for name in ("gum", "height", "fine", "coarse", "thickness", "occlusion"):
        values = getattr(found, name)
        assert values.dtype == np.float32
        assert values.shape == (len(vertices),)
        assert np.isfinite(values).all()
    again = appearance(vertices, faces, vertex_normals(vertices, faces))
    assert (again.occlusion == found.occlusion).all()


def test_gum_is_smooth_at_the_border_and_whole_inside():
    vertices, faces = sphere(4.0)
    labels = np.where(vertices[:, 1] > 0, 11, 0).astype(np.int16)
    found = appearance(vertices, faces, vertex_normals(vertices, faces), labels)
    assert found.labelled
    assert found.gum[vertices[:, 1] < -2].min() > 0.99
    assert found.gum[vertices[:, 1] > 2].max() < 0.01
    assert 0.2 < found.gum[np.abs(vertices[:, 1]) < 0.2].mean() < 0.8
