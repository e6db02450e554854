"""Each brush does what its sentence says, leaves alone what it must, and stands any surface."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neodent_viewer.core.paths import assets_dir
from neodent_viewer.files.surfaces import read_surfaces
from neodent_viewer.mesh.bvh import Bvh
from neodent_viewer.mesh.normals import vertex_normals
from neodent_viewer.mesh.shapes import plane, soup, sphere
from neodent_viewer.mesh.weld import weld_soup
from neodent_viewer.sculpt.alpha import Alpha
from neodent_viewer.sculpt.brushes import BRUSHES
from neodent_viewer.sculpt.falloff import falloff
from neodent_viewer.sculpt.stroke import BrushSettings, SculptMesh, Stroke

MOVERS = [name for name, brush in BRUSHES.items() if brush.array == "position"]
DABBED = [name for name in MOVERS if not BRUSHES[name].dragged]
DRAGGED = [name for name in MOVERS if BRUSHES[name].dragged]
PLACED = ["grab", "elastic", "twist", "scale"]  # where the way does not matter


def sheet(cells=40, side=10.0):
    flat = plane(cells, side)
    return SculptMesh(flat.vertices, flat.faces)


def wavy(cells=40):
    mesh = sheet(cells)
    mesh.vertices[:, 2] = 0.2 * np.sin(2 * mesh.vertices[:, 0]) + 0.1 * np.cos(3 * mesh.vertices[:, 1])
    mesh.follow(np.arange(len(mesh.vertices), dtype=np.int32))
    return mesh


def ball(subdivisions=4):
    welded = weld_soup(soup(sphere(subdivisions)))
    return SculptMesh(welded.vertices, welded.faces)


def use(mesh, name, options, way=((0, 0, 0), (1.0, 0.4, 0.3))):
    stroke = Stroke(mesh, name, options)
    for place in way:
        stroke.move_to(place, [0, 0, 1])
    return stroke


def volume(vertices, faces):
    a, b, c = (vertices[faces[:, k]].astype(np.float64) for k in range(3))
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6)


def away_from(mesh, center=(0, 0, 0)):
    return np.linalg.norm(mesh.vertices - np.float32(center), axis=1)


def off_plane(points):
    """Return the least spread (mm) of points (k, 3) in any direction."""
    return np.linalg.svd(points.astype(np.float64) - points.mean(axis=0), compute_uv=False)[-1] / np.sqrt(len(points))


# -- every brush ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BRUSHES)
def test_every_brush_does_something_within_its_radius(name):
    mesh = wavy()
    stroke = use(mesh, name, BrushSettings(2.0, BRUSHES[name].strength))
    ids, before, after = stroke.finish()
    assert (before != after).any()
    reach = 2.0 * BRUSHES[name].reach + (1.2 if not BRUSHES[name].dragged else 0)
    assert away_from(wavy())[ids].max() <= reach + 1e-3


@pytest.mark.parametrize("name", BRUSHES)
@pytest.mark.parametrize("symmetry", [False, True])
def test_locked_labels_are_bit_identical_and_masks_respected(name, symmetry):
    mesh = wavy()
    labels = np.where(mesh.vertices[:, 0] > 0, 11, 21).astype(np.int16)
    shut = np.float32(mesh.vertices[:, 1] > 0.5)
    mesh = SculptMesh(mesh.vertices, mesh.faces, labels, shut.copy())
    rows = mesh.array(BRUSHES[name].array)
    before = rows.copy()
    use(mesh, name, BrushSettings(3.0, 0.3, symmetry=symmetry, locked_labels=frozenset({21})))
    closed = labels == 21 if name == "mask" else (labels == 21) | (shut == 1)
    assert np.array_equal(rows[closed], before[closed])
    assert (rows[~closed] != before[~closed]).any()


@pytest.mark.parametrize("name", DABBED)
def test_half_a_mask_halves_a_dab(name):
    whole, half = wavy(), wavy()
    half = SculptMesh(half.vertices, half.faces, mask=np.full(len(half.vertices), 0.5, np.float32))
    start = whole.vertices.copy()
    for mesh in (whole, half):
        Stroke(mesh, name, BrushSettings(2.0, 0.05)).dab([0, 0, 0], [0, 0, 1])
    one, two = np.abs(whole.vertices - start).max(), np.abs(half.vertices - start).max()
    assert 0.2 * one < two < 0.8 * one


@pytest.mark.parametrize("name", BRUSHES)
@pytest.mark.parametrize("kind", ["triangle", "no area", "no faces", "nothing", "doubled", "ball"])
def test_every_brush_stands_a_surface_that_is_none(name, kind):
    corners = np.float32([[0, 0, 0], [1, 0, 0], [0, 1, 0]])
    vertices, faces = {
        "triangle": (corners, [[0, 1, 2]]),
        "no area": (np.zeros((3, 3), np.float32), [[0, 1, 2], [0, 0, 1]]),
        "no faces": (corners, np.zeros((0, 3))),
        "nothing": (np.zeros((0, 3), np.float32), np.zeros((0, 3))),
        "doubled": (corners, [[0, 1, 2], [0, 1, 2], [2, 1, 0]]),
        "ball": (sphere(1).vertices.copy(), sphere(1).faces),
    }[kind]
    mesh = SculptMesh(vertices, np.array(faces, np.int32))
    before = vertices.copy()
    options = {"symmetry": True, "radial": 3, "accumulate": False, "boundary_rings": 2, "cavity": 0.5}
    options |= {"lock_to_label": True, "alpha": Alpha(np.ones((2, 2), np.float32)), "pressure_radius": True}
    for more in ({}, options):
        stroke = use(mesh, name, BrushSettings(2.0, 0.3, **more))
        stroke.dab([0.2, 0.2, 0.0])
        assert np.isfinite(vertices).all()
        stroke.cancel()
    assert np.array_equal(vertices, before)


@pytest.mark.parametrize("name", BRUSHES)
def test_what_is_not_finite_is_refused_and_changes_nothing(name):
    mesh = sheet(8)
    stroke = Stroke(mesh, name, BrushSettings(2.0))
    before = mesh.vertices.copy()
    for bad in ([np.nan, 0, 0], [np.inf, 0, 0], [0, 0, 1e30]):
        with pytest.raises(ValueError, match="finite place"):
            stroke.move_to(bad)
        with pytest.raises(ValueError, match="finite place"):
            stroke.dab(bad)
    with pytest.raises(ValueError, match="normal"):
        stroke.move_to([0, 0, 0], [np.nan, 0, 0])
    with pytest.raises(ValueError, match="pressure"):
        stroke.move_to([0, 0, 0], pressure=np.nan)
    assert np.array_equal(mesh.vertices, before)
    assert not stroke.calls


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.floats(-8, 8), st.floats(-8, 8)), min_size=2, max_size=4), st.sampled_from(MOVERS))
def test_symmetric_strokes_on_a_symmetric_surface_stay_symmetric(places, name):
    mesh = ball(4)
    tree = Bvh(mesh.vertices.copy(), mesh.faces)
    pairs = np.array([tree.vertices_in_sphere(v * [-1, 1, 1], 1e-4)[0] for v in mesh.vertices])
    stroke = Stroke(mesh, name, BrushSettings(4.0, BRUSHES[name].strength, symmetry=True))
    for x, y in places:
        stroke.move_to(mesh.bvh.closest([x, y, 8])[2])
    assert np.abs(mesh.vertices[pairs] - mesh.vertices * [-1, 1, 1]).max() < 1e-4


@pytest.mark.parametrize("name", DABBED)
def test_a_stroke_is_the_same_at_any_rate_of_the_pointer(name):
    results = []
    for stops in (1, 7, 40):
        mesh = wavy()
        way = [(-2 + 4 * s / stops, 0.3 * s / stops, 0.0) for s in range(stops + 1)]
        stroke = Stroke(mesh, name, BrushSettings(1.5, 0.02))
        for s, place in enumerate(way):
            stroke.move_to(place, pressure=0.2 + 0.8 * s / stops)
        results.append(mesh.vertices.copy())
    assert max(np.abs(r - results[0]).max() for r in results) < 1e-4


# -- those that drag --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PLACED)
def test_a_drag_and_its_reverse_end_where_they_began(name):
    mesh = wavy()
    before = mesh.vertices.copy()
    stroke = use(mesh, name, BrushSettings(2.0, 1.0), [(0, 0, 0), (1, 0.5, 0.7), (-2, 1, 3)])
    assert np.abs(mesh.vertices - before).max() > 0.1
    stroke.move_to([0, 0, 0])
    assert np.abs(mesh.vertices - before).max() < 1e-4


def test_grab_takes_its_place_along_by_the_falloff():
    mesh = sheet(80)
    before = mesh.vertices.copy()
    use(mesh, "grab", BrushSettings(2.0, 1.0), [(0, 0, 0), (5, 5, 5), (0.3, 0.2, 1.0)])
    weights = falloff("smooth", away_from(sheet(80)), 2.0)
    assert np.abs(mesh.vertices - before - weights[:, None] * np.float32([0.3, 0.2, 1.0])).max() < 1e-5


def test_grab_leaves_a_neighbour_it_does_not_hang_together_with():
    flat = plane(20)
    two = np.concatenate([flat.vertices, flat.vertices + np.float32([0, 0, 0.3])])
    mesh = SculptMesh(two, np.concatenate([flat.faces, flat.faces + len(flat.vertices)]))
    use(mesh, "grab", BrushSettings(2.0, 1.0), [(0, 0, 0), (0, 0, -1)])
    assert mesh.vertices[: len(flat.vertices), 2].min() == pytest.approx(-1)
    assert (mesh.vertices[len(flat.vertices) :, 2] == np.float32(0.3)).all()


def test_a_snake_hook_draws_a_strand_longer_than_its_radius():
    mesh = sheet(80)
    use(mesh, "snake_hook", BrushSettings(1.5, 1.0), [(0, 0, 0), (0, 0, 2), (0, 1, 4)])
    assert mesh.vertices[:, 2].max() > 3.5
    assert np.isfinite(mesh.vertices).all()


def test_a_snake_hook_is_the_same_at_any_rate_of_the_pointer():
    results = []
    for stops in (1, 3, 40):
        mesh = sheet(40)
        use(
            mesh,
            "snake_hook",
            BrushSettings(1.5, 1.0),
            [np.array([0.1, 0, 2.04]) * s / stops for s in range(stops + 1)],
        )
        results.append(mesh.vertices.copy())
    assert max(np.abs(r - results[0]).max() for r in results) < 1e-4


def kelvinlet(r, force, eps, poisson):
    """De Goes & James 2017, equation 6, with a = 1 and b = a / (4 (1 - nu))."""
    b = 1 / (4 * (1 - poisson))
    re = np.sqrt(r @ r + eps * eps)
    return ((1 - b) / re * np.eye(3) + b / re**3 * np.outer(r, r) + 0.5 * eps**2 / re**3 * np.eye(3)) @ force


def test_elastic_deform_matches_the_closed_form():
    from neodent_viewer.sculpt.brushes.elastic import FADE, POISSON

    mesh = wavy(24)
    base, force, radius = mesh.vertices.copy(), np.array([0.3, -0.2, 0.8]), 1.2
    use(mesh, "elastic", BrushSettings(radius, 1.0), [(0, 0, 0), tuple(force)])
    scales = radius * np.array([1, 1.1, 1.21])
    e = scales**2
    shares = [1, -(e[2] - e[0]) / (e[2] - e[1]), (e[1] - e[0]) / (e[2] - e[1])]
    want = [sum(s * kelvinlet(p, force, eps, POISSON) for s, eps in zip(shares, scales, strict=True)) for p in base]
    tip = sum(s * kelvinlet(np.zeros(3), force, eps, POISSON) for s, eps in zip(shares, scales, strict=True))
    want = np.array(want) * np.linalg.norm(force) / np.linalg.norm(tip)
    inside = np.linalg.norm(base, axis=1) < FADE[0] * radius
    assert np.abs((mesh.vertices - base)[inside] - want[inside]).max() < 2e-6
    assert np.linalg.norm(want[~inside], axis=1).max() < 3e-3 * np.linalg.norm(force)  # what the fade takes away


def test_elastic_deform_in_a_mirror_moves_its_place_in_full():
    mesh = sheet(60)
    mesh.follow(np.arange(len(mesh.vertices), dtype=np.int32))
    use(mesh, "elastic", BrushSettings(0.8, 1.0, symmetry=True), [(3, 0, 0), (3, 0, 1)])
    assert mesh.vertices[np.argmin(away_from(sheet(60), (3, 0, 0))), 2] == pytest.approx(1, abs=2e-3)
    assert mesh.vertices[np.argmin(away_from(sheet(60), (-3, 0, 0))), 2] == pytest.approx(1, abs=2e-3)


def test_twist_turns_clockwise_seen_from_outside_and_keeps_distances():
    mesh = sheet(80)
    before = mesh.vertices.copy()
    use(mesh, "twist", BrushSettings(2.0, 1.0, falloff="constant"), [(0, 0, 0), (1.0, 0, 0)])
    inside = away_from(sheet(80)) < 1.9
    angle = -0.5  # half a radius to the right
    turned = before[:, :2] @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    assert np.abs(mesh.vertices[inside, :2] - turned[inside]).max() < 1e-5


def test_scale_grows_to_the_right_and_shrinks_to_the_left():
    for to, factor in ((1.0, np.exp(0.5)), (-1.0, np.exp(-0.5))):
        mesh = sheet(40)
        before = mesh.vertices.copy()
        use(mesh, "scale", BrushSettings(2.0, 1.0, falloff="constant"), [(0, 0, 0), (to, 0, 0)])
        inside = away_from(sheet(40)) < 1.9
        assert np.abs(mesh.vertices[inside] - before[inside] * np.float32(factor)).max() < 1e-5


# -- those that dab ---------------------------------------------------------------------------------------------------


def test_draw_sharp_is_narrower_than_draw_and_digs():
    one, two = sheet(80), sheet(80)
    Stroke(one, "draw", BrushSettings(2.0, 0.3)).dab([0, 0, 0])
    Stroke(two, "draw_sharp", BrushSettings(2.0, 0.3)).dab([0, 0, 0])
    weights = falloff("smooth", away_from(sheet(80)), 2.0)
    assert np.abs(two.vertices[:, 2] + 0.3 * weights**2).max() < 1e-5
    assert np.abs(one.vertices[:, 2]).sum() > 1.3 * np.abs(two.vertices[:, 2]).sum()


def test_inflate_follows_each_vertex_normal():
    mesh = ball(4)
    before, normals = mesh.vertices.copy(), vertex_normals(mesh.vertices, mesh.faces)
    Stroke(mesh, "inflate", BrushSettings(30.0, 0.5, falloff="constant")).dab([0, 0, 10])
    assert np.abs(mesh.vertices - before - 0.5 * normals).max() < 1e-5


def test_clay_raises_a_plane_as_draw_does_and_fills_a_pit_first():
    mesh = sheet(80)
    Stroke(mesh, "clay", BrushSettings(2.0, 0.1)).dab([0, 0, 0])
    assert np.abs(mesh.vertices[:, 2] - 0.1 * falloff("smooth", away_from(sheet(80)), 2.0)).max() < 1e-5
    mesh = sheet(80)
    pit = away_from(mesh) < 0.3
    mesh.vertices[pit, 2] = -0.2
    mesh.follow(np.arange(len(mesh.vertices), dtype=np.int32))
    before = mesh.vertices.copy()
    Stroke(mesh, "clay", BrushSettings(2.0, 0.1, falloff="constant")).dab([0, 0, 0])
    risen = (mesh.vertices - before)[:, 2]
    assert risen[pit].min() > 1.5 * risen[~pit].max()


@pytest.mark.parametrize(
    ("name", "low", "high"), [("flatten", True, True), ("scrape", False, True), ("fill", True, False)]
)
def test_flatten_scrape_and_fill_move_what_lies_on_their_side(name, low, high):
    mesh = wavy(80)
    before = mesh.vertices.copy()
    Stroke(mesh, name, BrushSettings(3.0, 1.0, falloff="constant")).dab([0, 0, 0], [0, 0, 1])
    moved = (mesh.vertices - before)[:, 2]
    assert (moved.max() > 0.05) == low
    assert (moved.min() < -0.05) == high
    other = wavy(80)
    inverse = {"scrape": "fill", "fill": "scrape"}.get(name)
    if inverse:
        Stroke(other, inverse, BrushSettings(3.0, 1.0, True, falloff="constant")).dab([0, 0, 0], [0, 0, 1])
        assert np.array_equal(other.vertices, mesh.vertices)
    else:
        inside = away_from(sheet(80)) < 2.5
        assert off_plane(mesh.vertices[inside]) < 0.02 * off_plane(before[inside])


def test_pinch_draws_together_and_inverted_spreads_without_lifting():
    for invert in (False, True):
        mesh = sheet(80)
        before = away_from(mesh)
        Stroke(mesh, "pinch", BrushSettings(2.0, 0.3, invert)).dab([0, 0, 0])
        inside = (before < 1.9) & (before > 0.1)
        assert ((away_from(mesh) > before)[inside]).mean() == (1.0 if invert else 0.0)
        assert (mesh.vertices[:, 2] == 0).all()


def test_crease_digs_and_draws_its_sides_to_the_line():
    mesh = sheet(80)
    use(mesh, "crease", BrushSettings(1.0, 0.05), [(-3, 0, 0), (3, 0, 0)])
    flat = sheet(80).vertices
    assert mesh.vertices[:, 2].min() < -0.1
    middle = (np.abs(flat[:, 0]) < 2) & (np.abs(flat[:, 1]) > 0.1) & (np.abs(flat[:, 1]) < 0.6)
    assert (np.abs(mesh.vertices[middle, 1]) < np.abs(flat[middle, 1])).all()
    assert np.abs(mesh.vertices[middle, 0] - flat[middle, 0]).max() < 0.2


def test_polish_leaves_less_relief_than_it_found():
    mesh = wavy(60)
    before = mesh.vertices.copy()
    for _ in range(8):
        Stroke(mesh, "polish", BrushSettings(3.0, 0.5)).dab([0, 0, 0], [0, 0, 1])
    inside = away_from(sheet(60)) < 1.2
    assert mesh.vertices[inside, 2].std() < 0.5 * before[inside, 2].std()


def test_relax_evens_triangles_and_keeps_the_form():
    mesh, rng = ball(4), np.random.default_rng(0)
    mesh.vertices += rng.normal(scale=0.05, size=mesh.vertices.shape).astype(np.float32)
    mesh.vertices *= 10 / np.linalg.norm(mesh.vertices, axis=1, keepdims=True)
    mesh.follow(np.arange(len(mesh.vertices), dtype=np.int32))

    def unevenness():
        edges = mesh.vertices[mesh.faces] - mesh.vertices[np.roll(mesh.faces, 1, axis=1)]
        return np.linalg.norm(edges, axis=2).std()

    before = unevenness()
    for _ in range(10):
        Stroke(mesh, "relax", BrushSettings(40.0, 0.5, falloff="constant")).dab([0, 0, 10])
    assert unevenness() < 0.85 * before
    assert np.abs(np.linalg.norm(mesh.vertices, axis=1) - 10).max() < 0.05


def test_height_is_capped_however_often_the_brush_passes():
    mesh = sheet(80)
    stroke = Stroke(mesh, "height", BrushSettings(1.0, 0.2))
    for _ in range(4):
        stroke.move_to([-2, 0, 0])
        stroke.move_to([2, 0, 0])
    line = (np.abs(mesh.vertices[:, 1]) < 1e-6) & (np.abs(mesh.vertices[:, 0]) < 1.9)
    assert mesh.vertices[:, 2].max() == pytest.approx(0.2, abs=1e-4)
    assert mesh.vertices[line, 2].min() > 0.19


@pytest.fixture(scope="module")
def smile():
    return [read_surfaces(assets_dir() / "demo" / f"{jaw}.ply")[0] for jaw in ("upper", "lower")]


def test_twenty_smoothing_passes_over_the_demo_smile_keep_its_volume(smile):
    for jaw in smile:
        mesh = SculptMesh(jaw.vertices.copy(), jaw.faces)
        before, start = volume(mesh.vertices, mesh.faces), mesh.vertices.copy()
        for _ in range(20):
            Stroke(mesh, "smooth", BrushSettings(500.0, 1.0, falloff="constant")).dab([0, 0, 0])
        assert abs(volume(mesh.vertices, mesh.faces) / before - 1) < 0.005
        assert np.linalg.norm(mesh.vertices - start, axis=1).max() > 0.01


# -- those that write values ------------------------------------------------------------------------------------------


def test_a_mask_rises_by_strength_times_falloff_and_inverted_falls():
    mesh = sheet(40)
    weights = falloff("smooth", away_from(mesh), 2.0)
    Stroke(mesh, "mask", BrushSettings(2.0, 0.6)).dab([0, 0, 0])
    assert np.abs(mesh.mask - 0.6 * weights).max() < 1e-6
    Stroke(mesh, "mask", BrushSettings(2.0, 1.0, invert=True)).dab([0, 0, 0])
    assert (mesh.mask == 0).all()


def test_paint_and_zone_write_their_arrays_and_nothing_else():
    mesh = sheet(40)
    before = mesh.vertices.copy()
    red = (255, 0, 0, 255)
    Stroke(mesh, "paint", BrushSettings(2.0, 1.0, falloff="constant", colour=red)).dab([0, 0, 0])
    stroke = Stroke(mesh, "zone", BrushSettings(2.0, 1.0, zone=7))
    stroke.dab([0, 0, 0])
    inside = away_from(mesh) < 1.99
    assert (mesh.array("colour")[inside] == red).all()
    assert (mesh.array("colour")[away_from(mesh) > 2.01] == 255).all()
    assert (mesh.array("zone")[inside] == 7).all()
    assert mesh.array("zone")[away_from(mesh) > 2.01].max() == 0
    assert np.array_equal(mesh.vertices, before)
    ids, old, new = stroke.finish()
    assert old.dtype == new.dtype == np.int16 and set(new) == {7} and len(ids) == len(old)
