"""Crossing to another topology: arrays by their rule, anchors by the nearest point, and what is lost is said."""

import numpy as np
import pytest

from neodent_viewer.document.anchor import anchor_at, local_position
from neodent_viewer.document.part import CROSSINGS, Crossing, Part
from neodent_viewer.document.transfer import transfer, transfer_anchors
from neodent_viewer.mesh.shapes import plane, sphere
from neodent_viewer.mesh.surface import Surface


def painted(subdivisions):
    ball = sphere(subdivisions)
    ball.arrays["labels"] = np.where(ball.vertices[:, 0] > 0, 11, 21).astype(np.int16)
    shade = np.clip(ball.vertices[:, 2] * 12 + 128, 0, 255)
    ball.arrays["colour"] = np.stack([shade] * 4, axis=1).astype(np.uint8)
    ball.arrays["mask"] = (ball.vertices[:, 1] / 20 + 0.5).astype(np.float32)
    return ball


@pytest.mark.parametrize("subdivisions", [2, 4, 5])
def test_arrays_cross_by_their_rule(subdivisions):
    new, report = transfer(painted(4), sphere(subdivisions))
    far = np.abs(new.vertices[:, 0]) > 0.8
    assert np.array_equal(new.labels[far], np.where(new.vertices[far, 0] > 0, 11, 21))
    assert set(np.unique(new.labels)) == {11, 21}
    assert np.abs(new.arrays["colour"][:, 0] - np.clip(new.vertices[:, 2] * 12 + 128, 0, 255)).max() < 3
    assert np.abs(new.arrays["mask"] - (new.vertices[:, 1] / 20 + 0.5)).max() < 0.01
    assert {n: a.dtype for n, a in new.arrays.items()} == {n: a.dtype for n, a in painted(1).arrays.items()}
    assert report.carried == {n: CROSSINGS[n] for n in ("labels", "colour", "mask")}
    assert report.losses() == []


def test_the_same_surface_carries_everything_exactly():
    old = painted(3)
    new, report = transfer(old, sphere(3))
    for name, values in old.arrays.items():
        assert np.array_equal(new.arrays[name], values)
    assert report.largest_distance < 1e-6


def test_losses_are_said(monkeypatch):
    monkeypatch.setitem(CROSSINGS, "gone", Crossing.DROP)
    old = painted(3)
    old.arrays["gone"] = np.zeros(len(old.vertices), np.float32)
    old.arrays["own"] = np.arange(len(old.vertices))
    far = sphere(3)
    far.vertices[0] *= 2
    new, report = transfer(old, far)
    assert report.dropped == ("gone",)
    assert "gone" not in new.arrays
    assert report.carried["own"] is Crossing.NEAREST
    assert report.far_vertices == 1
    assert len(report.losses()) == 2
    assert "10.00 mm" in report.losses()[1]


def test_what_the_new_surface_has_already_stays():
    new = sphere(1)
    new.arrays["labels"] = np.full(len(new.vertices), 48, np.int16)
    carried, _ = transfer(painted(2), new)
    assert (carried.labels == 48).all()
    assert "mask" in carried.arrays


def test_from_nothing_nothing_crosses():
    points = Surface(np.zeros((2, 3)), np.zeros((0, 3), np.int32), arrays={"labels": np.zeros(2, np.int16)})
    new, report = transfer(points, sphere(1))
    assert new.arrays == {}
    assert report.dropped == ("labels",)


def test_anchors_cross_to_the_nearest_point_between_origins():
    old, new = Part.from_surface(plane(4)), plane(7)
    new.origin = np.array([0.0, 0, 1])
    new.vertices -= np.float32([0, 0, 1])
    anchors = [anchor_at(old, face, np.array([0.2, 0.3, 0.5])) for face in (0, 9, 30)]
    carried, moved = transfer_anchors(anchors, old.surface, new, version=5)
    after = Part("p", "p", new, topology_version=5)
    for anchor, was, gap in zip(carried, anchors, moved, strict=True):
        assert anchor.topology_version == 5
        assert np.allclose(local_position(anchor, after) + new.origin, local_position(was, old), atol=1e-6)
        assert gap == pytest.approx(0, abs=1e-6)
