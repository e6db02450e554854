"""Anchors stay on their face while it moves, and where they were once it is gone."""

import numpy as np
import pytest

from neodent_viewer.document.anchor import anchor_at, anchor_at_vertex, local_position, world_position
from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import TopologyEdit
from neodent_viewer.document.history import History
from neodent_viewer.document.part import Part
from neodent_viewer.mesh.shapes import plane, sphere


@pytest.fixture
def part():
    return Part.from_surface(sphere(2))


def test_an_anchor_follows_its_face(part):
    anchor = anchor_at(part, 7, np.array([0.5, 0.25, 0.25]))
    placed = local_position(anchor, part)
    assert np.allclose(placed, anchor.position)
    part.surface.vertices[part.surface.faces[7]] += np.float32([0, 0, 2])
    assert np.allclose(local_position(anchor, part), placed + np.array([0, 0, 2]), atol=1e-5)


def test_world_goes_through_origin_and_transform(part):
    anchor = anchor_at_vertex(part, 3)
    part.surface.origin = np.array([100.0, 0, 0])
    part.transform = np.array([[0, -1, 0, 5], [1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1.0]])
    x, y, z = part.surface.vertices[3].astype(float)
    assert np.allclose(world_position(anchor, part), [5 - y, x + 100, z])


def test_an_anchor_on_a_vertex_is_that_vertex(part):
    for vertex in (0, 17, len(part.surface.vertices) - 1):
        assert np.array_equal(local_position(anchor_at_vertex(part, vertex), part), part.surface.vertices[vertex])


def test_a_vertex_without_a_face_holds_no_anchor(part):
    part.surface.faces = part.surface.faces[(part.surface.faces != 4).all(axis=1)]
    with pytest.raises(ValueError, match="no face"):
        anchor_at_vertex(part, 4)


def test_a_lost_face_leaves_the_place_and_undo_brings_it_back(part):
    document = Document()
    document.set(("parts", part.id), part)
    history = History(document)
    anchor = anchor_at(part, 9, np.full(3, 1 / 3))
    placed = local_position(anchor, part)
    history.do(TopologyEdit(part.id, part.surface, plane(2), version=part.topology_version))
    assert np.allclose(local_position(anchor, part), placed)
    history.undo()
    part.surface.vertices += np.float32(1)
    assert np.allclose(local_position(anchor, part), placed + 1, atol=1e-5)
    history.redo()
    assert anchor.topology_version != part.topology_version
