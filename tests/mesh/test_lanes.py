"""Three coordinates in one register against numpy, bit for bit; what lies beside a row is neither read nor written."""

import numpy as np
import pytest

from neodent_viewer.mesh.kernels import lanes
from neodent_viewer.mesh.kernels.jit import kernel

RNG = np.random.default_rng(5)
A, B = (RNG.normal(size=(40, 3)).astype(np.float32) for _ in range(2))


@kernel
def rows(a, b, sums, products, crosses, lows, highs, dots):
    for i in range(a.shape[0]):
        x, y = lanes.row(a, i), lanes.row(b, np.uint32(i))
        lanes.put(sums, i, x + y)
        lanes.put(products, i, x * lanes.every(np.float32(0.3)) - y)
        lanes.put4(crosses, i, lanes.cross(x, y))
        lanes.put(lows, i, lanes.lesser(x, y))
        lanes.put(highs, i, lanes.greater(x, y))
        dots[i] = lanes.dot(lanes.widened(x), lanes.widened(y))


@kernel
def boxes(low, high, out, place):
    for i in range(low.shape[0]):
        lanes.put_box(out, i, lanes.row(low, i), lanes.row4(high, i))
    place[0] = lanes.lane(lanes.upper(out, 1) - lanes.lower(out, 1), 2)


@kernel
def away(place, out):
    for axis in range(1):
        step = lanes.point(place) - lanes.every(1.0)
        out[axis] = lanes.dot(step, step)


def test_each_lane_is_computed_as_a_number_by_itself_would_be():
    sums, products, lows, highs = (np.full((len(A) + 1, 3), 7, np.float32) for _ in range(4))
    crosses, dots = np.full((len(A) + 1, 4), 7, np.float32), np.zeros(len(A))
    rows(A, B, sums, products, crosses, lows, highs, dots)
    wide_a, wide_b = A.astype(np.float64), B.astype(np.float64)
    expected = {
        "sums": (sums, A + B),
        "products": (products, A * np.float32(0.3) - B),
        "crosses": (crosses[:, :3], np.cross(A, B)),
        "lows": (lows, np.minimum(A, B)),
        "highs": (highs, np.maximum(A, B)),
    }
    for name, (got, wanted) in expected.items():
        assert np.array_equal(got[:-1], wanted), name
        assert (got[-1] == 7).all(), f"{name}: the row behind was written to"
    product = wide_a * wide_b
    assert np.array_equal(dots, product[:, 0] + product[:, 1] + product[:, 2])


def test_boxes_and_places_are_read_as_they_are_written():
    high, out, wide = np.column_stack([B, B[:, :1]]).copy(), np.full((len(A) + 1, 6), 7, np.float32), np.zeros(1)
    boxes(A, high, out, wide)
    assert np.array_equal(out[:-1], np.hstack([A, B]))
    assert (out[-1] == 7).all()
    assert wide[0] == np.float32(B[1, 2] - A[1, 2])
    away(np.array([1.0, 3.0, 0.5]), wide)
    assert wide[0] == 4.25


@pytest.mark.parametrize("first", [0, 1])
def test_of_what_is_no_number_the_second_is_taken(first):
    low, high = np.zeros((1, 3), np.float32), np.zeros((1, 3), np.float32)
    given = [np.full((1, 3), np.nan, np.float32), np.ones((1, 3), np.float32)]
    scratch = [np.zeros((1, k), np.float32) for k in (3, 3, 4)]
    rows(given[first], given[1 - first], *scratch, low, high, np.zeros(1))
    assert np.array_equal(np.isnan(low[0]), [first == 1] * 3)
    assert np.array_equal(np.isnan(high[0]), [first == 1] * 3)
