"""Strokes: the profile of a dab, independence of the pointer's rate, locks, symmetry, and that everything can be put back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from neodent_viewer.mesh.bvh import Bvh
from neodent_viewer.mesh.normals import Normals
from neodent_viewer.mesh.shapes import plane, soup, sphere
from neodent_viewer.mesh.weld import weld_soup
from neodent_viewer.sculpt.brushes import BRUSHES
from neodent_viewer.sculpt.falloff import FALLOFFS, falloff
from neodent_viewer.sculpt.path import Path
from neodent_viewer.sculpt.stroke import BrushSettings, SculptMesh, Stroke

MOVERS = [name for name, brush in BRUSHES.items() if brush.array == "position"]
DABBED = [name for name in MOVERS if not BRUSHES[name].dragged]


def sheet(cells=80, side=10.0):
    flat = plane(cells, side)
    return SculptMesh(flat.vertices, flat.faces)


def ball(subdivisions=4):
    welded = weld_soup(soup(sphere(subdivisions)))
    return SculptMesh(welded.vertices, welded.faces)


@pytest.mark.parametrize("name", FALLOFFS)
@pytest.mark.parametrize("invert", [False, True])
def test_a_draw_dab_is_strength_times_falloff(name, invert):
    mesh = sheet()
    before = mesh.vertices.copy()
    touched = Stroke(mesh, "draw", BrushSettings(2.0, 0.3, invert, name)).dab([0.4, -0.2, 0], [0, 0, 1])
    away = np.linalg.norm(before - [0.4, -0.2, 0], axis=1)
    height = (-1 if invert else 1) * 0.3 * falloff(name, away.astype(np.float32), 2.0)
    assert np.abs(mesh.vertices[:, 2] - height).max() < 1e-3
    assert np.array_equal(mesh.vertices[:, :2], before[:, :2])
    assert np.array_equal(touched, np.flatnonzero((mesh.vertices != before).any(axis=1)))


@pytest.mark.parametrize("name", FALLOFFS)
def test_falloffs_fall_from_one_to_nothing(name):
    weights = falloff(name, np.linspace(0, 3, 61, dtype=np.float32), 2.0)
    assert weights[0] == 1
    assert (weights[40:] == 0).all()
    assert (np.diff(weights) <= 1e-6).all()


@settings(deadline=None, max_examples=25)
@given(st.lists(st.floats(0.01, 0.99), max_size=12), st.sampled_from(["draw", "smooth"]))
def test_a_straight_stroke_is_the_same_however_it_is_cut(cuts, brush):
    start, end = np.array([-3.0, 0.1, 0]), np.array([3.0, -0.4, 0])
    results = []
    for stops in ([1.0], [*sorted(cuts), 1.0]):
        mesh = sheet(40)
        mesh.vertices[:, 2] = 0.05 * np.sin(3 * mesh.vertices[:, 0])
        mesh.follow(np.arange(len(mesh.vertices), dtype=np.int32))
        stroke = Stroke(mesh, brush, BrushSettings(1.5, 0.02))
        stroke.move_to(start)
        for stop in stops:
            stroke.move_to(start + (end - start) * stop)
        results.append(mesh.vertices.copy())
    assert np.abs(results[0] - results[1]).max() < 1e-4
    assert np.abs(results[0] - sheet(40).vertices).max() > 1e-3


def test_dabs_stand_at_equal_distances():
    path, places = Path(0.5), []
    for x in (0.0, 0.3, 0.31, 1.9, 2.0, 2.2):
        places += path.to(np.array([x, 0.0, 0.0]), 1.0, None)
    assert np.allclose([stop.place[0] for stop in places], [0, 0.5, 1.0, 1.5, 2.0], atol=1e-6)


def test_a_lifted_brush_draws_no_way_to_where_it_comes_down():
    mesh = sheet()
    stroke = Stroke(mesh, "draw", BrushSettings(0.5, 0.1))
    stroke.move_to([-4, 0, 0])
    stroke.lift()
    stroke.move_to([4, 0, 0])
    assert np.abs(mesh.vertices[np.abs(mesh.vertices[:, 0]) < 3, 2]).max() == 0


def test_locked_labels_and_masks_do_not_change_by_one_bit():
    flat = plane(40)
    labels = np.where(flat.vertices[:, 0] > 0, 11, 21).astype(np.int16)
    mask = np.where(flat.vertices[:, 1] > 1, 1.0, 0.0).astype(np.float32)
    mesh = SculptMesh(flat.vertices, flat.faces, labels, mask)
    before = mesh.vertices.copy()
    for brush in BRUSHES:
        Stroke(mesh, brush, BrushSettings(3.0, 0.2, locked_labels=frozenset({21}))).dab([0, 0, 0])
    shut = (labels == 21) | (mask == 1)
    assert np.array_equal(mesh.vertices[shut], before[shut])
    assert (mesh.vertices[~shut] != before[~shut]).any()


def test_front_only_leaves_the_back_of_a_thin_wall():
    front = plane(20)
    vertices = np.concatenate([front.vertices, front.vertices - np.float32([0, 0, 0.2])])
    faces = np.concatenate([front.faces, front.faces[:, ::-1] + len(front.vertices)])
    mesh = SculptMesh(vertices, faces)
    Stroke(mesh, "draw", BrushSettings(2.0, 0.1, front_only=True)).dab([0, 0, 0], [0, 0, 1])
    assert mesh.vertices[: len(front.vertices), 2].max() == pytest.approx(0.1, abs=1e-6)
    assert (mesh.vertices[len(front.vertices) :, 2] == np.float32(-0.2)).all()


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.floats(-8, 8), st.floats(-8, 8)), min_size=1, max_size=5), st.sampled_from(DABBED))
def test_symmetric_strokes_on_a_symmetric_surface_stay_symmetric(places, brush):
    mesh = ball(4)
    partner = Bvh(mesh.vertices, mesh.faces)
    pairs = np.array([partner.vertices_in_sphere(v * [-1, 1, 1], 1e-4)[0] for v in mesh.vertices])
    stroke = Stroke(mesh, brush, BrushSettings(4.0, 0.1, symmetry=True))
    for x, y in places:
        stroke.move_to(mesh.bvh.closest([x, y, 8])[2])
    assert np.abs(mesh.vertices[pairs] - mesh.vertices * [-1, 1, 1]).max() < 1e-4
    assert len(stroke.finish()[0])


def test_a_dab_on_the_plane_of_symmetry_is_one_dab():
    one, two = sheet(), sheet()
    Stroke(one, "draw", BrushSettings(2.0, 0.3)).dab([0, 1, 0])
    Stroke(two, "draw", BrushSettings(2.0, 0.3, symmetry=True)).dab([0, 1, 0])
    assert np.allclose(one.vertices, two.vertices, atol=1e-6)


def test_smooth_flattens_noise_and_leaves_a_flat_sheet_and_its_rim():
    mesh, rng = sheet(40), np.random.default_rng(0)
    flat = mesh.vertices.copy()
    Stroke(mesh, "smooth", BrushSettings(9.0, 1.0)).dab([0, 0, 0])
    assert np.abs(mesh.vertices - flat).max() < 0.2  # the grid may shift within its plane
    assert (mesh.vertices[:, 2] == 0).all()
    rim = mesh.boundary()
    corners = np.abs(flat[:, :2]).min(axis=1) > 4.9
    assert np.abs(np.abs(mesh.vertices[rim & ~corners, :2]).max(axis=1) - 5).max() < 0.2
    mesh.vertices[:, 2] = rng.normal(scale=0.05, size=len(flat))
    rough = mesh.vertices[~rim, 2].std()
    for _ in range(20):
        Stroke(mesh, "smooth", BrushSettings(20.0, 1.0, falloff="constant")).dab([0, 0, 0])
    assert mesh.vertices[~rim, 2].std() < 0.3 * rough


@settings(deadline=None, max_examples=80)
@given(st.data())
def test_any_stroke_on_any_mesh_keeps_its_promises(data):
    n = data.draw(st.integers(0, 20))
    coarse = st.sampled_from([0.0, 1.0, -1.0, 2.0, 0.25]).map(np.float32)
    vertices = data.draw(hnp.arrays(np.float32, (n, 3), elements=coarse))
    count = data.draw(st.integers(0, 25)) if n else 0
    faces = data.draw(hnp.arrays(np.int32, (count, 3), elements=st.integers(0, max(n - 1, 0))))
    mesh, original = SculptMesh(vertices, faces), vertices.copy()
    place = st.tuples(*[st.floats(-2, 2)] * 3)
    radius = data.draw(st.floats(0.1, 2))
    options = {"symmetry": data.draw(st.booleans()), "invert": data.draw(st.booleans())}
    options |= {
        name: data.draw(st.booleans()) for name in ("accumulate", "front_only", "pressure_radius", "lock_to_label")
    }
    options |= {"boundary_rings": data.draw(st.integers(0, 2)), "cavity": data.draw(st.sampled_from([0, 0.5, -1]))}
    options |= {
        "normal_radius": data.draw(st.sampled_from([1, 0.1])),
        "falloff": data.draw(st.sampled_from([*FALLOFFS])),
    }
    name = data.draw(st.sampled_from(list(BRUSHES)))
    stroke = Stroke(mesh, name, BrushSettings(radius, 0.3, spacing=0.5, **options))
    rows = mesh.array(stroke.array)
    untouched = rows.copy()
    reached = np.zeros(n, bool)
    for at in data.draw(st.lists(place, min_size=1, max_size=4)):
        if not (stroke.brush.dragged and reached.any()):
            for x in (1, -1) if options["symmetry"] else (1,):
                far = np.linalg.norm(vertices - np.multiply(at, [x, 1, 1]), axis=1)
                reached |= far <= radius * stroke.brush.reach
        stroke.dab(at, data.draw(st.sampled_from([None, (0, 0, 1)])), data.draw(st.sampled_from([1, 0.3])))
    assert np.isfinite(rows).all()
    assert np.array_equal(rows[~reached], untouched[~reached])
    assert stroke.array == "position" or np.array_equal(vertices, original)
    assert np.array_equal(mesh.normals, Normals(vertices, faces).values)
    ids, before, after = stroke.finish()
    assert (np.diff(ids) > 0).all()
    assert np.array_equal(before, untouched[ids])
    assert np.array_equal(after, rows[ids])
    drawn = rows.copy()
    stroke.cancel()
    assert np.array_equal(rows, untouched)
    assert np.array_equal(mesh.normals, Normals(original, faces).values)
    rows[ids] = after
    assert np.array_equal(rows, drawn)
    assert len(stroke.finish()[0]) == 0


def test_tree_and_normals_follow_a_stroke():
    mesh, rng = ball(4), np.random.default_rng(3)
    stroke = Stroke(mesh, "draw", BrushSettings(3.0, 0.4))
    for _ in range(12):
        stroke.move_to(mesh.bvh.closest(rng.normal(size=3) * 10)[2])
    fresh = Bvh(mesh.vertices, mesh.faces)
    for _ in range(40):
        origin, direction = rng.normal(size=3) * 20, rng.normal(size=3)
        assert mesh.bvh.intersect(origin, direction) is None or np.isclose(
            mesh.bvh.intersect(origin, direction)[1], fresh.intersect(origin, direction)[1], rtol=1e-12
        )
    assert np.array_equal(mesh.normals, Normals(mesh.vertices, mesh.faces).values)


def test_what_cannot_be_sculpted_is_refused():
    flat = plane(2)
    frozen = flat.vertices.copy()
    frozen.setflags(write=False)
    for vertices, faces, words in (
        (frozen, flat.faces, "writeable"),
        (flat.vertices.astype(np.float64), flat.faces, "float32"),
        (np.full_like(flat.vertices, np.nan), flat.faces, "finite"),
        (flat.vertices, flat.faces + 1, "not there"),
    ):
        with pytest.raises(ValueError, match=words):
            SculptMesh(vertices, faces)
    for bad in ({"radius": 0.0}, {"spacing": 0.0}, {"strength": np.nan}, {"falloff": "none"}):
        with pytest.raises(ValueError, match=r"brush|falloff"):
            BrushSettings(**bad)
    with pytest.raises(KeyError):
        Stroke(SculptMesh(flat.vertices, flat.faces), "no such brush", BrushSettings())


def test_a_stroke_beside_the_surface_is_nothing():
    stroke = Stroke(sheet(4), "draw", BrushSettings(1.0))
    assert len(stroke.dab([50, 50, 50])) == 0
    assert [len(a) for a in stroke.finish()] == [0, 0, 0]
    assert len(stroke.cancel()) == 0
