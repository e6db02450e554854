"""The smile as two labelled meshes: sound, oriented, reproducible, and measured by something that can fail."""

from dataclasses import replace

import numpy as np
import pytest
from skimage.measure import marching_cubes

from neodent_viewer.anatomy import teeth
from neodent_viewer.anatomy.generator import from_setting
from neodent_viewer.anatomy.measure import Measure, measure, signed_distances
from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.mesh.normals import vertex_normals
from neodent_viewer.mesh.surface import Surface
from neodent_viewer.mesh.topology import statistics


def values(found):
    return {entry.name: entry for entry in found}


def copy(surface):
    return replace(surface, vertices=surface.vertices.copy(), arrays={"labels": surface.labels.copy()})


def test_both_jaws_are_one_clean_labelled_piece(surfaces):
    for surface, wanted in zip(surfaces, (teeth.UPPER, teeth.LOWER), strict=True):
        found = statistics(surface.faces, len(surface.vertices))
        assert (found.components, found.non_manifold_edges, found.flipped_edges, found.unused_vertices) == (1, 0, 0, 0)
        assert surface.labels.dtype == np.int16
        assert set(np.unique(surface.labels)) == {0, *wanted}
        assert np.isfinite(surface.vertices).all()
        sides = surface.vertices[surface.faces]
        area = np.linalg.norm(np.cross(sides[:, 1] - sides[:, 0], sides[:, 2] - sides[:, 0]), axis=1)
        assert area.min() > 0


def test_teeth_stand_where_their_numbers_say(surfaces):
    upper, lower = surfaces
    assert upper.vertices[upper.labels > 0, 1].mean() > lower.vertices[lower.labels > 0, 1].mean()
    for surface in surfaces:
        for fdi in np.unique(surface.labels)[1:]:
            middle = surface.vertices[surface.labels == fdi].mean(axis=0)
            assert np.sign(middle[0]) == teeth.side(int(fdi))
        front, back = (surface.vertices[surface.labels % 10 == place, 2].mean() for place in (1, 7))
        assert front > back + 25


def test_enamel_lies_on_the_crowns_and_faces_outwards(setting, surfaces):
    placed = setting.teeth()
    for surface in surfaces:
        normals = vertex_normals(surface.vertices, surface.faces)
        for fdi in np.unique(surface.labels)[1:]:
            own = surface.labels == fdi
            points = surface.vertices[own].astype(np.float64)
            tooth = placed[int(fdi)]
            assert np.median(np.abs(tooth.field(points))) < 0.08
            outwards = tooth.field(points + 0.3 * normals[own]) > tooth.field(points - 0.3 * normals[own])
            assert outwards.mean() > 0.97


def test_the_same_setting_casts_the_same_mesh_bit_for_bit(setting, surfaces):
    for one, other in zip(surfaces, from_setting(setting, 0.6), strict=True):
        assert np.array_equal(one.vertices, other.vertices)
        assert np.array_equal(one.faces, other.faces)
        assert np.array_equal(one.labels, other.labels)


def test_the_coarse_smile_keeps_all_that_a_grid_does_not_blunt(setting, surfaces):
    found = measure(setting, *surfaces)
    blunt = ("mesiodistal", "overbite", "overjet", "central width/height")
    assert [entry for entry in found if not entry.ok and not entry.name.endswith(blunt)] == []
    assert abs(values(found)["overbite"].value - setting.params.overbite) < 0.35
    assert len(found) > 90


def test_jaws_pushed_together_are_seen_to_collide(setting, surfaces):
    upper, lower = surfaces
    raised = copy(lower)
    raised.vertices[:, 1] += 0.25
    found = values(measure(setting, upper, raised))
    assert not found["penetration between jaws"].ok
    assert found["penetration between jaws"].value == pytest.approx(0.25, abs=0.12)
    assert found["overbite"].value == pytest.approx(
        values(measure(setting, *surfaces))["overbite"].value + 0.25, abs=1e-3
    )


def test_broken_meshes_and_labels_are_seen(setting, surfaces):
    upper, lower = surfaces
    worse = copy(upper)
    worse.arrays["labels"][np.argmin(np.abs(worse.vertices[:, 0]) + np.abs(worse.vertices[:, 2] + 5))] = 11
    assert values(measure(setting, worse, lower))["upper patches a label"].value == 2
    torn = replace(copy(upper), faces=np.vstack([upper.faces, upper.faces[:1]]))
    assert values(measure(setting, torn, lower))["upper non-manifold edges"].value == 3
    longer = copy(upper)
    tooth = setting.teeth()[12]
    longer.vertices[longer.labels == 12] += (0.9 * tooth.axes[2]).astype(np.float32)
    found = values(measure(setting, longer, lower))
    assert not found["12 height"].ok
    assert found["11 height"].ok


def test_meshes_that_are_not_this_smile_are_refused(setting, surfaces):
    upper, lower = surfaces
    with pytest.raises(ArgumentError, match="no labels"):
        measure(setting, Surface(upper.vertices, upper.faces), lower)
    moved = copy(lower)
    moved.vertices[:, 0] += 3
    with pytest.raises(ArgumentError, match="recipe"):
        measure(setting, upper, moved)


@pytest.mark.parametrize(
    ("low", "high", "value", "ok"), [(None, None, 9, True), (0, 1, 1, True), (0, 1, 1.01, False), (0, None, -1, False)]
)
def test_a_measure_keeps_its_limits(low, high, value, ok):
    assert Measure("x", value, low, high).ok is ok


def ball(radius, x):
    axis = np.arange(-4, 4.01, 0.25)
    field = np.linalg.norm(np.stack(np.meshgrid(axis, axis, axis, indexing="ij")), axis=0) - radius
    vertices, faces, _, _ = marching_cubes(field, 0.0, spacing=(0.25,) * 3)
    labels = np.full(len(vertices), 11, np.int16)
    return Surface(vertices - 4 + [x, 0, 0], faces, arrays={"labels": labels})


@pytest.mark.parametrize("overlap", [-0.4, 0.0, 0.3])
def test_signed_distance_between_two_balls_is_the_one_of_geometry(overlap):
    one, other = ball(3.0, 0.0), ball(2.0, 5.0 - overlap)
    found = signed_distances(one, other)
    exact = np.linalg.norm(one.vertices - [5.0 - overlap, 0, 0], axis=1) - 2.0
    near = found < 9
    assert near[exact < 0.6].all()
    assert np.abs(found[near] - exact[near]).max() < 0.03
    assert found.min() == pytest.approx(-overlap, abs=0.04)
