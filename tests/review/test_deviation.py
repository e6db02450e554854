"""Deviation from the original: touched rows only, against a slow reference over everything."""

from __future__ import annotations

import numpy as np

from neodent_viewer.document.original import remember_original
from neodent_viewer.document.part import Part
from neodent_viewer.mesh.distance import signed_volume
from neodent_viewer.mesh.shapes import sphere
from neodent_viewer.review.deviation import Deviation


def _part() -> Part:
    part = Part.from_surface(sphere(4, 8.0))
    remember_original(part)
    return part


def test_rows_that_are_followed_tell_height_and_volume_as_a_look_at_everything_does() -> None:
    part = _part()
    found = Deviation(part)
    vertices, original = part.surface.vertices, part.surface.vertices.copy()
    top, below = (
        np.flatnonzero(vertices[:, 2] > 5).astype(np.int32),
        np.flatnonzero(vertices[:, 2] < -6).astype(np.int32),
    )
    for rows, factor in ((top, 1.05), (below, 0.98), (top, 1.01)):
        vertices[rows] *= np.float32(factor)
        found.follow(rows)
    change = signed_volume(vertices, part.surface.faces) - signed_volume(original, part.surface.faces)
    assert abs(found.volume - change) < 1e-3 * abs(change)
    low, high = found.extremes()
    assert abs(high - 8.0 * (1.05 * 1.01 - 1)) < 5e-3 and abs(low + 0.16) < 5e-3
    assert np.array_equal(found.moved(), np.sort(np.concatenate([top, below])))
    vertices[:] = original
    found.follow(found.moved() if len(found.moved()) else np.concatenate([top, below]))
    assert abs(found.volume) < 1e-6 and found.extremes() == (0.0, 0.0)


def test_exact_distances_go_to_the_nearest_place_and_a_slide_along_the_surface_is_none() -> None:
    part = _part()
    found = Deviation(part)
    vertices = part.surface.vertices
    turn = np.array([[np.cos(0.02), -np.sin(0.02), 0], [np.sin(0.02), np.cos(0.02), 0], [0, 0, 1]])
    vertices[:] = (vertices @ turn.T).astype(np.float32)  # a ball turned is nearly the same ball
    assert np.abs(found.exact()).max() < 0.05
    vertices[:] = found.original * np.float32(0.975)
    assert np.abs(found.exact() + 0.2).max() < 0.03
    assert found.fits(part)
    part.surface.vertices = vertices.copy()
    assert not found.fits(part)
