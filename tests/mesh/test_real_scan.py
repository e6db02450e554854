"""The mesh floor on crowns of a real mouth, where that data set lies beside the checkout."""

from pathlib import Path

import numpy as np
import pytest

from neodent_viewer.files import read_surfaces
from neodent_viewer.mesh.bvh import Bvh
from neodent_viewer.mesh.geodesic import Geodesics
from neodent_viewer.mesh.shapes import soup
from neodent_viewer.mesh.topology import statistics
from neodent_viewer.mesh.weld import weld_soup

SCAN = Path(__file__).resolve().parents[3] / "shared" / "data" / "sjtu" / "case0_upper.ply"

pytestmark = pytest.mark.skipif(not SCAN.exists(), reason="no real scan here")


@pytest.fixture(scope="module")
def scan():
    (surface,) = read_surfaces(SCAN)
    return surface


def test_a_soup_of_it_welds_to_the_same_topology(scan):
    welded = weld_soup(soup(scan))
    assert len(welded.vertices) == len(np.unique(scan.vertices[np.unique(scan.faces)], axis=0))
    told, again = statistics(scan.faces, len(scan.vertices)), statistics(welded.faces, len(welded.vertices))
    assert told.watertight
    assert (told.components, told.non_manifold_edges) == (again.components, again.non_manifold_edges)


def test_every_vertex_is_seen_from_outside_its_face(scan):
    tree, rng = Bvh(scan.vertices, scan.faces), np.random.default_rng(0)
    chosen = rng.choice(len(scan.faces), 300, replace=False)
    corners = scan.vertices[scan.faces[chosen]].astype(float)
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    middle = corners.mean(axis=1)
    found, distance = tree.intersect_many(middle + 1e-3 * normal, -normal)
    assert (found == chosen).mean() > 0.99
    assert np.allclose(distance[found == chosen], 1e-3, atol=1e-5)
    faces, _, gap = tree.closest_many(middle)
    assert gap.max() < 1e-5
    assert (faces == chosen).mean() > 0.99


def test_paths_over_a_crown_are_no_shorter_than_straight_and_no_longer_than_along_edges(scan):
    ways, rng = Geodesics(scan.vertices, scan.faces), np.random.default_rng(1)
    labels = np.unique(scan.labels[scan.labels > 0])
    for label in rng.choice(labels, 4, replace=False):
        faces = np.flatnonzero((scan.labels[scan.faces] == label).all(axis=1))
        a, b = ((int(f), np.full(3, 1 / 3)) for f in rng.choice(faces, 2, replace=False))
        points, length = ways.path(a, b)
        marched = ways.distances_from(a)[scan.faces[b[0]]].mean()
        assert np.isfinite(length)
        assert length >= np.linalg.norm(ways.position(a) - ways.position(b)) - 1e-4
        assert length == pytest.approx(marched, rel=0.03, abs=0.1)
        assert Bvh(scan.vertices, scan.faces).closest_many(points)[2].max() < 1e-4
