"""A camera of plain numbers: what it promises about pixels, rays and places that stay put."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neodent_viewer.render.views import PRESETS, Camera, box_corners, fit

SIZE = (320, 200)
real = st.floats(-40, 40)
places = st.tuples(real, real, real)
cameras = st.builds(
    Camera, places, st.floats(-180, 180), st.floats(-90, 90), st.floats(120, 500), st.floats(5, 60), st.booleans()
)
pixels = st.tuples(st.floats(0, SIZE[0]), st.floats(0, SIZE[1]))


@given(cameras, pixels, st.floats(1, 400))
def test_every_point_of_a_ray_is_seen_where_the_ray_starts(camera, pixel, along):
    origin, direction = camera.ray(*pixel, SIZE)
    assert np.linalg.norm(direction) == pytest.approx(1)
    x, y, depth = camera.project(origin + direction * along, SIZE)
    assert (x, y) == pytest.approx(pixel, abs=1e-5)
    assert depth > 0


@given(cameras, places)
def test_the_matrices_and_project_agree(camera, place):
    bounds = np.array([[-45.0] * 3, [45.0] * 3])
    clip = camera.projection(SIZE, bounds) @ camera.view() @ np.array([*place, 1.0])
    x, y, depth = camera.project(place, SIZE)
    if depth < 1:
        assert not camera.orthographic
        return
    at = clip[:3] / clip[3]
    assert [(at[0] + 1) * SIZE[0] / 2, (1 - at[1]) * SIZE[1] / 2] == pytest.approx([x, y], abs=1e-5)


@given(cameras)
def test_everything_lies_between_near_and_far_and_they_are_tight(camera):
    bounds = np.array([[-30.0, -12, -25], [30.0, 12, 25]])
    near, far = camera.depth_range(bounds)
    depth = -(box_corners(bounds) @ camera.view()[2, :3] + camera.view()[2, 3])
    assert near < far
    assert depth.max() <= far <= depth.max() * 1.04 + 2.1 or far == 2.0
    if depth.min() > 2:
        assert depth.min() * 0.95 - 1.1 <= near <= depth.min()


@given(cameras, st.floats(-90, 90), st.floats(-60, 60), places)
def test_orbiting_keeps_the_pivot_where_it_is_seen(camera, dx, dy, pivot):
    before = camera.project(pivot, SIZE)
    if before[2] < 5:
        return
    turned = camera.orbit(dx, dy, pivot)
    assert turned.project(pivot, SIZE) == pytest.approx(before, abs=1e-4)
    assert -90 <= turned.pitch <= 90
    assert -180 <= turned.yaw <= 180


@given(cameras, pixels, st.floats(0.5, 2), st.floats(20, 110))
def test_zooming_keeps_what_is_under_the_cursor(camera, pixel, factor, along):
    origin, direction = camera.ray(*pixel, SIZE)
    point = origin + direction * along
    closer = camera.zoom(factor, *pixel, SIZE, point)
    assert closer.project(point, SIZE)[:2] == pytest.approx(pixel, abs=1e-4)
    assert closer.distance == pytest.approx(camera.distance / factor)
    assert camera.zoom(factor, *pixel, SIZE).project(camera.zoom(1.0, *pixel, SIZE).target, SIZE).shape == (3,)


@given(cameras, st.floats(-50, 50), st.floats(-50, 50))
def test_panning_moves_the_target_by_as_many_pixels(camera, dx, dy):
    x, y, _ = camera.pan(dx, dy, SIZE).project(camera.target, SIZE)
    assert (x - SIZE[0] / 2, y - SIZE[1] / 2) == pytest.approx((dx, dy), abs=1e-5)


@pytest.mark.parametrize("orthographic", [False, True])
@pytest.mark.parametrize("preset", PRESETS)
def test_fit_frames_the_points_and_not_their_ball(preset, orthographic):
    points = np.random.default_rng(0).normal(size=(4000, 3)) * [30, 6, 20]
    yaw, pitch = PRESETS[preset]
    camera = fit(points, (1280, 720), 0.8, yaw, pitch, orthographic=orthographic)
    seen = camera.project(points, (1280, 720))[:, :2] / [1280, 720]
    assert max(np.ptp(seen, axis=0)) == pytest.approx(0.8, abs=0.01)
    assert (seen.min(axis=0) + seen.max(axis=0)) / 2 == pytest.approx([0.5, 0.5], abs=0.01)


def test_presets_show_what_their_names_say():
    def seen(preset, place):
        return Camera(distance=200).look(preset).project(place, SIZE)

    right, up, front = (-10.0, 0, 0), (0, 10.0, 0), (0, 0, 10.0)
    assert seen("front", right)[0] < SIZE[0] / 2  # the patient's right is on the left
    assert seen("front", up)[1] < SIZE[1] / 2
    assert seen("front", front)[2] < 200
    assert seen("back", right)[0] > SIZE[0] / 2
    assert seen("right", right)[2] < 200
    assert seen("left", right)[2] > 200
    assert seen("upper", up)[2] > 200  # looking up at the upper teeth
    assert seen("lower", up)[2] < 200


@given(cameras)
def test_a_camera_survives_as_plain_numbers(camera):
    assert Camera.from_tuple(camera.to_tuple()) == camera


def test_orthographic_shows_the_target_plane_as_large_as_perspective():
    camera = Camera((1, 2, 3), 20, 10, 200)
    flat = Camera((1, 2, 3), 20, 10, 200, orthographic=True)
    aside = np.asarray(camera.target) + camera.rotation()[0] * 7
    assert flat.project(aside, SIZE)[:2] == pytest.approx(camera.project(aside, SIZE)[:2])
    assert camera.mm_per_pixel(SIZE) * (camera.project(aside, SIZE)[0] - SIZE[0] / 2) == pytest.approx(7)


def test_jitter_shifts_the_picture_by_pixels():
    camera, bounds = Camera(), np.array([[-30.0] * 3, [30.0] * 3])
    for flat in (False, True):
        one = Camera(orthographic=flat)
        at = [one.projection(SIZE, bounds, j) @ camera.view() @ [3, 4, 5, 1] for j in ((0, 0), (0.5, -0.25))]
        moved = (at[1] / at[1][3] - at[0] / at[0][3])[:2] * np.array(SIZE) / 2
        assert moved == pytest.approx([0.5, -0.25], abs=1e-6)
