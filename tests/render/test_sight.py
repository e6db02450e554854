"""Leaving out what is hidden changes nothing that is seen: pictures are the same to the bit, and what is told hidden is."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neodent_viewer.document.document import Document
from neodent_viewer.document.look import Look, Shading
from neodent_viewer.document.moment import Moment
from neodent_viewer.document.part import Part
from neodent_viewer.jobs.big_mesh import big_surface
from neodent_viewer.mesh.clusters import CLUSTER, Clusters, clusters
from neodent_viewer.mesh.order import reorder
from neodent_viewer.mesh.surface import Surface
from neodent_viewer.render import halves
from neodent_viewer.render.adaptors.fewer import Fewer
from neodent_viewer.render.sight import farthest, hidden
from neodent_viewer.render.views import Camera, fit

SIZE = (413, 301)  # not a multiple of anything


def clip_of(points, modelview, projection):
    clip = np.concatenate([points, np.ones((len(points), 1))], axis=1) @ (projection @ modelview).T
    return clip[:, :3] / clip[:, 3:], clip[:, 3]


@settings(max_examples=60)
@given(
    st.integers(0, 2**32 - 1),
    st.booleans(),
    st.sampled_from([(1, 1, 1), (-1, 1, 1), (0.4, 0.4, 0.4), (1.5, 0.5, 1.0)]),
    st.tuples(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5)),
    st.floats(8.0, 300.0),
)
def test_no_point_of_what_is_told_hidden_would_be_drawn(seed, orthographic, scale, jitter, distance):
    rng = np.random.default_rng(seed)
    centres = rng.uniform(-20, 20, (60, 3)).astype(np.float32)
    radii = rng.uniform(0.1, 6.0, 60).astype(np.float32)
    found = Clusters(centres, radii, np.zeros_like(centres))
    camera = Camera(yaw=float(rng.uniform(-180, 180)), pitch=float(rng.uniform(-90, 90)), distance=distance)
    camera = replace(camera, orthographic=orthographic)
    modelview = camera.view() @ np.diag([*scale, 1.0])
    projection = camera.projection(SIZE, [[-30] * 3, [30] * 3], jitter)
    depth = np.where(rng.random((SIZE[1], SIZE[0])) < 1e-4, 1.0, 0.0).astype(np.float32)
    depth += rng.uniform(0.0, 0.9) * (depth < 1)
    told = hidden(found, modelview, projection, SIZE, farthest(depth))
    on_ball = rng.normal(size=(400, 3))
    on_ball /= np.linalg.norm(on_ball, axis=1, keepdims=True)
    for centre, radius in zip(centres[told], radii[told], strict=True):
        ndc, w = clip_of(centre + on_ball * radius, modelview, projection)
        seen = (np.abs(ndc) < 1).all(axis=1) & (w > 0)
        x, y = ((ndc[seen, :2] + 1) / 2 * SIZE).astype(int).T
        assert ((ndc[seen, 2] + 1) / 2 > depth[y, x]).all()


def test_farthest_is_the_maximum_of_each_cell():
    depth = np.random.default_rng(0).random((21, 37), np.float32)
    levels = farthest(depth)
    assert levels[0].shape == (3, 5)
    assert levels[0][2, 4] == depth[16:, 32:].max()
    assert levels[1][0, 1] == depth[:16, 16:32].max()
    assert levels[-1].shape == (1, 1)
    assert levels[-1][0, 0] == depth.max()


def test_clusters_hold_their_corners_and_face_outwards():
    surface = big_surface(5_000)
    found = clusters(surface.vertices, surface.faces)
    assert len(found.radii) == -(-len(surface.faces) // CLUSTER)
    for k, (centre, radius) in enumerate(zip(found.centres, found.radii, strict=True)):
        corners = surface.vertices[surface.faces[k * CLUSTER : (k + 1) * CLUSTER]].reshape(-1, 3)
        assert np.linalg.norm(corners - centre, axis=1).max() <= radius
    assert ((found.facing * found.centres).sum(axis=1) > 0).all()
    assert (np.linalg.norm(found.facing, axis=1) <= 1.001).all()


@pytest.fixture
def scene():
    """Three balls, one behind the other: one with an open top, so that its inside is seen, one mirrored."""
    document = Document()
    ball = big_surface(40_000)
    open_ = reorder(Surface(ball.vertices, ball.faces[(ball.vertices[ball.faces][:, :, 1] < 15).all(axis=1)]))
    for name, surface, at, side in (
        ("open", open_, (0, 0, 0), 1.0),
        ("b", ball, (30, 5, -50), 1.0),
        ("c", ball, (-20, 0, -70), -1.0),
    ):
        part = Part(name, name, Surface(surface.vertices.copy(), surface.faces))
        part.transform = np.diag([side, 1.0, 1.0, 1.0])
        part.transform[:3, 3] = at
        document.set(("parts", name), part)
    document.set(("look",), Look(shading=Shading.CLINICAL, scale_bar=False))
    return document


def picture(engine, camera, quality="full"):
    engine.frame("editor", camera, Moment(), SIZE, quality=quality)
    return engine.read("editor")


def assert_alike(one, other):
    """The same but where two triangles are equally far, on edges they share: there the first one drawn is seen."""
    differ = np.abs(one.astype(int) - other.astype(int)).max(axis=2)
    assert (differ > 2).mean() < 1e-3


@pytest.mark.parametrize("shading", [Shading.CLINICAL, Shading.SCULPT])
def test_the_picture_is_that_of_all_triangles(scene, make_engine, monkeypatch, shading):
    scene.set(("look",), Look(shading=shading, scale_bar=False))
    monkeypatch.setattr(halves, "_LARGE", 10**9)
    whole = make_engine(scene)
    cameras = [fit(scene.sample_points(), SIZE, yaw=yaw, pitch=pitch) for yaw, pitch in ((0, 0), (25, 60), (180, -20))]
    cameras += [
        replace(cameras[1], orthographic=True),
        replace(cameras[0], distance=60.0),
        replace(cameras[1], distance=33.0),
    ]
    wanted = [picture(whole, camera) for camera in cameras]
    monkeypatch.setattr(halves, "_LARGE", 0)
    split = make_engine(scene)
    counts = {0: 0, 1: 0}
    of_clusters = Fewer.of_clusters

    def watched(self, chosen, slot):
        counts[slot] += int(chosen.sum())
        return of_clusters(self, chosen, slot)

    monkeypatch.setattr(Fewer, "of_clusters", watched)
    culled = [picture(split, camera) for camera in cameras]
    counted = dict(counts)
    monkeypatch.setattr(halves, "hidden", lambda found, *_: np.zeros(len(found.radii), np.bool_))
    all_drawn = make_engine(scene)
    for camera, before, now in zip(cameras, wanted, culled, strict=True):
        assert_alike(now, before)
        np.testing.assert_array_equal(now, picture(all_drawn, camera))
    total = len(cameras) * sum(len(part.fewer.clusters.radii) for part in split._document.parts.values())
    assert min(counted.values()) > 0
    assert counted[0] + counted[1] < 0.9 * total  # or nothing was left out


def test_a_surface_that_moved_is_seen_where_it_is(scene, make_engine, monkeypatch):
    monkeypatch.setattr(halves, "_LARGE", 0)
    engine = make_engine(scene)
    camera = fit(scene.sample_points(), SIZE, yaw=0, pitch=0)
    before = picture(engine, camera)
    part = scene.parts["b"]
    moved = np.flatnonzero(part.surface.vertices[:, 2] < -20).astype(np.int32)  # hidden: on its far side
    scene.write_vertices("b", "position", moved, part.surface.vertices[moved] + np.float32([0, 60, 0]))
    after = picture(engine, camera)
    monkeypatch.setattr(halves, "_LARGE", 10**9)
    assert_alike(after, picture(make_engine(scene), camera))
    assert (after != before).any()
