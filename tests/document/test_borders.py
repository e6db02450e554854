"""Borders of labels on new faces: vertices slide to where the border lay, crumbs go, and nothing is harmed by it."""

import numpy as np
import pytest

from neodent_viewer.document.borders import patch_counts, patches, slid, without_crumbs
from neodent_viewer.mesh.shapes import plane, sphere


def _halves(places):
    """Labels that meet along a slanted line."""
    return np.where(places[:, 0] + 0.3 * places[:, 1] > 0.13, 11, 21).astype(np.int16)


def _wrong(vertices, faces):
    """Share of random points whose nearest vertex of their face has another label than they."""
    rng = np.random.default_rng(0)
    weights = rng.dirichlet((1, 1, 1), (len(faces), 20))
    places = np.einsum("fij,fjk->fik", weights, vertices[faces].astype(np.float64))
    now = np.take_along_axis(_halves(vertices)[faces], weights.argmax(axis=2), axis=1)
    return (now != _halves(places.reshape(-1, 3)).reshape(now.shape)).mean()


def _flat_normals(vertices, faces):
    a, b, c = (vertices[faces[:, k]].astype(np.float64) for k in range(3))
    normals = np.cross(b - a, c - a)
    return normals / np.linalg.norm(normals, axis=1, keepdims=True)


@pytest.mark.parametrize("surface", [plane(12), sphere(3)], ids=["sheet", "ball"])
def test_vertices_slide_until_the_border_lies_right(surface):
    places = slid(surface.vertices, surface.faces, _halves, frozenset())
    assert _wrong(places, surface.faces) < 0.5 * _wrong(surface.vertices, surface.faces)
    moved = np.linalg.norm(places - surface.vertices, axis=1)
    edge = np.linalg.norm(surface.vertices[surface.faces[:, 0]] - surface.vertices[surface.faces[:, 1]], axis=1).max()
    assert 0 < moved.max() < edge
    far = np.abs(surface.vertices[:, 0] + 0.3 * surface.vertices[:, 1] - 0.13) > 3 * edge
    assert far.any() and not moved[far].any()
    turned = (_flat_normals(places, surface.faces) * _flat_normals(surface.vertices, surface.faces)).sum(axis=1)
    assert turned.min() > 0.5


def test_what_is_locked_and_what_has_one_label_does_not_slide():
    sheet = plane(12)
    places = slid(sheet.vertices, sheet.faces, _halves, frozenset({11}))
    held = _halves(sheet.vertices) == 11
    assert places[held].tobytes() == sheet.vertices[held].tobytes() and (places != sheet.vertices).any()
    same = slid(sheet.vertices, sheet.faces, lambda p: np.zeros(len(p), np.int16), frozenset())
    assert same.tobytes() == sheet.vertices.tobytes()


def test_crumbs_take_the_label_around_them_and_what_was_apart_before_stays():
    sheet = plane(12)
    labels = _halves(sheet.vertices)
    corner = np.flatnonzero((sheet.vertices[:, :2] > 4).all(axis=1))
    labels[corner] = 21
    labels[np.argmin(np.linalg.norm(sheet.vertices - np.float32([-3, -3, 0]), axis=1))] = 11
    before = patch_counts(labels, sheet.faces)
    assert before == {11: 2, 21: 2} and len(np.unique(patches(labels, sheet.faces))) == 4
    assert np.array_equal(without_crumbs(labels, sheet.faces, before), labels)
    tidy = without_crumbs(labels, sheet.faces, {11: 1, 21: 2})
    assert patch_counts(tidy, sheet.faces) == {11: 1, 21: 2} and (tidy[corner] == 21).all()
    assert patch_counts(without_crumbs(labels, sheet.faces, {11: 1, 21: 1}), sheet.faces) == {11: 1, 21: 1}
