"""The line around the tooth whose channel is meant."""

import numpy as np

from neodent_viewer.app.tools.lit import margin_lines
from neodent_viewer.mesh.surface import Surface


def grid(n=20):
    x, y = np.meshgrid(np.arange(n + 1.0), np.arange(n + 1.0), indexing="ij")
    vertices = np.stack([x, y, 0 * x], axis=-1).reshape(-1, 3).astype(np.float32)
    a = (np.arange(n)[:, None] * (n + 1) + np.arange(n)).reshape(-1)
    faces = np.concatenate([np.stack([a, a + n + 1, a + 1], 1), np.stack([a + 1, a + n + 1, a + n + 2], 1)])
    return vertices, faces.astype(np.int32)


def labelled(inside):
    vertices, faces = grid()
    labels = np.where(inside(vertices), 11, 0).astype(np.int16)
    return Surface(vertices, faces, arrays={"labels": labels})


def test_a_tooth_has_one_closed_line_on_its_border():
    surface = labelled(lambda v: np.linalg.norm(v[:, :2] - 10, axis=1) < 5.2)
    (line,) = margin_lines(surface, 11)
    assert np.array_equal(line[0], line[-1]) and len(np.unique(line[:-1], axis=0)) == len(line) - 1
    away = np.linalg.norm(line[:, :2] - 10, axis=1)
    assert away.min() > 4.0 and away.max() < 6.5
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    assert steps.max() < 1.5, "neighbours in the line are neighbours on the surface"


def test_a_tooth_at_the_rim_has_an_open_line_and_two_islands_have_two():
    (line,) = margin_lines(labelled(lambda v: v[:, 0] < 3.5), 11)
    assert not np.array_equal(line[0], line[-1]) and np.allclose(line[:, 0], 3.5, atol=0.01)
    two = labelled(lambda v: np.minimum(np.hypot(v[:, 0] - 5, v[:, 1] - 5), np.hypot(v[:, 0] - 15, v[:, 1] - 15)) < 3)
    assert len(margin_lines(two, 11)) == 2


def test_no_label_no_line():
    assert margin_lines(labelled(lambda v: v[:, 0] < 3.5), 21) == []
    vertices, faces = grid(3)
    assert margin_lines(Surface(vertices, faces), 11) == []
