"""Surfaces to trimesh and back."""

import numpy as np
import pytest

from neodent_viewer.mesh.interop import from_trimesh, to_trimesh
from neodent_viewer.mesh.shapes import sphere
from neodent_viewer.mesh.surface import Surface


@pytest.mark.parametrize("origin", [(0.0, 0.0, 0.0), (5000.0, -3.0, 120.0)])
def test_round_trip_keeps_order_places_and_colours(origin):
    ball = sphere(3)
    colours = np.random.default_rng(0).integers(0, 256, (len(ball.vertices), 4)).astype(np.uint8)
    surface = Surface(ball.vertices, ball.faces, origin=np.array(origin), arrays={"colour": colours})
    mesh = to_trimesh(surface)
    assert mesh.is_watertight
    assert mesh.volume == pytest.approx(4 / 3 * np.pi * 1000, rel=0.05)
    back = from_trimesh(mesh, name="ball")
    assert back.name == "ball"
    assert np.array_equal(back.faces, surface.faces)
    assert np.allclose(back.vertices + back.origin, surface.vertices + surface.origin, atol=1e-6)
    assert np.array_equal(back.arrays["colour"], colours)


def test_repeated_vertices_stay_and_no_colour_is_invented():
    vertices = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 0]], np.float32)
    back = from_trimesh(to_trimesh(Surface(vertices, np.array([[0, 1, 2], [3, 2, 1]], np.int32))))
    assert len(back.vertices) == 4
    assert back.arrays == {}


def test_far_from_zero_float32_stays_exact():
    mesh = to_trimesh(Surface(sphere(2).vertices, sphere(2).faces))
    mesh.apply_translation([1e5, 0, 0])
    back = from_trimesh(mesh)
    assert np.abs(back.vertices + back.origin - mesh.vertices).max() < 1e-6
