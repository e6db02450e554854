"""Blending keeps its bounds; the distance to a segment is the distance to a segment."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from neodent_viewer.anatomy.blend import along_segment, smooth_max, smooth_min

near = st.floats(-5, 5)


@given(near, near, st.floats(0.05, 3))
def test_a_blend_lies_between_the_extreme_and_a_sixth_of_its_width_beyond(a, b, width):
    high, low = float(smooth_max(a, b, width)), float(smooth_min(a, b, width))
    assert max(a, b) - 1e-12 <= high <= max(a, b) + width / 6 + 1e-12
    assert min(a, b) + 1e-12 >= low >= min(a, b) - width / 6 - 1e-12
    assert high == float(smooth_max(b, a, width))
    if abs(a - b) >= width:
        assert (high, low) == (max(a, b), min(a, b))


@given(near, near, near, near, near, near)
def test_distance_to_a_segment_is_the_least_over_its_points(u, v, a, b, c, d):
    distance, along = along_segment(np.array([u]), np.array([v]), np.array([a, b]), np.array([c, d]))
    t = np.append(np.linspace(0, 1, 2001), along[0])
    points = np.hypot(u - a - t * (c - a), v - b - t * (d - b))
    assert abs(distance[0] - points.min()) < 5e-6
