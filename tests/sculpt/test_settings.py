"""What the hand can set: each setting does what it says, and what makes no sense is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neodent_viewer.core.paths import assets_dir
from neodent_viewer.files.surfaces import read_surfaces
from neodent_viewer.mesh.bvh import Bvh
from neodent_viewer.mesh.shapes import plane, soup, sphere
from neodent_viewer.mesh.weld import weld_soup
from neodent_viewer.sculpt import curve, masking
from neodent_viewer.sculpt.alpha import Alpha
from neodent_viewer.sculpt.falloff import falloff
from neodent_viewer.sculpt.midplane import from_form, from_labels
from neodent_viewer.sculpt.path import Path
from neodent_viewer.sculpt.stroke import BrushSettings, SculptMesh, Stroke
from neodent_viewer.sculpt.symmetry import operations, partners, reflection


def sheet(cells=80, side=10.0, labels=None):
    flat = plane(cells, side)
    return SculptMesh(flat.vertices, flat.faces, labels)


def heights(options, name="draw", way=((0, 0, 0),), mesh=None, **more):
    mesh = mesh or sheet()
    stroke = Stroke(mesh, name, options)
    for place in way:
        stroke.move_to(place, [0, 0, 1], **more)
    return mesh.vertices[:, 2].copy()


def away(center=(0, 0, 0)):
    return np.linalg.norm(sheet().vertices - np.float32(center), axis=1)


# -- falloff and pressure ---------------------------------------------------------------------------------------------

POINTS = st.lists(
    st.tuples(st.floats(0.01, 0.99), st.floats(0, 1)), max_size=6, unique_by=lambda p: round(p[0], 3)
).map(lambda inner: ((0.0, 1.0), *sorted(inner), (1.0, 0.0)))


@given(POINTS)
def test_a_curve_goes_through_its_points_and_never_leaves_their_range(points):
    x, y = np.array(points).T
    assert np.abs(curve.evaluate(points, x) - y).max() < 1e-9
    fine = np.linspace(0, 1, 501)
    value = curve.evaluate(points, fine)
    i = np.clip(np.searchsorted(x, fine, side="right") - 1, 0, len(x) - 2)
    assert (value >= np.minimum(y[i], y[i + 1]) - 1e-9).all()
    assert (value <= np.maximum(y[i], y[i + 1]) + 1e-9).all()


def test_a_custom_falloff_shapes_the_dab():
    points = ((0.0, 1.0), (0.4, 0.9), (0.7, 0.2), (1.0, 0.0))
    got = heights(BrushSettings(2.0, 0.3, falloff="custom", curve=points))
    want = np.where(away() <= 2.0, 0.3 * curve.evaluate(points, away() / 2.0), 0)
    assert np.abs(got - want).max() < 1e-4


def test_pressure_drives_strength_or_radius_through_its_curve():
    steep = ((0.0, 0.0), (0.5, 0.8), (1.0, 1.0))
    half = heights(BrushSettings(2.0, 0.3), pressure=0.5)
    assert half.max() == pytest.approx(0.15, abs=1e-6)
    assert heights(BrushSettings(2.0, 0.3, pressure_curve=steep), pressure=0.5).max() == pytest.approx(0.24, abs=1e-4)
    small = heights(BrushSettings(2.0, 0.3, pressure_strength=False, pressure_radius=True), pressure=0.5)
    assert np.abs(small - 0.3 * falloff("smooth", away(), 1.0)).max() < 1e-6
    assert heights(BrushSettings(2.0, 0.3), pressure=0.0).max() == 0
    assert heights(BrushSettings(2.0, 0.3, pressure_radius=True), pressure=0.0).max() == 0


# -- where dabs stand -------------------------------------------------------------------------------------------------


def test_without_accumulate_a_place_gets_its_strongest_dab_only():
    way = [(-2, 0, 0), (2, 0, 0), (-2, 0, 0)]
    once = heights(BrushSettings(1.0, 0.2, accumulate=False, spacing=0.1), way=way)
    line = (np.abs(sheet().vertices[:, 1]) < 1e-6) & (np.abs(sheet().vertices[:, 0]) < 1.9)
    assert once.max() == pytest.approx(0.2, abs=2e-3)
    assert once[line].min() > 0.19
    assert heights(BrushSettings(1.0, 0.2, spacing=0.1), way=way).max() > 1.0
    for brush in ("paint", "mask"):
        mesh = sheet()
        heights(BrushSettings(1.0, 0.5, accumulate=False, colour=(0, 0, 0, 255)), brush, way, mesh)
        top = (255 - mesh.array("colour")[:, 0].min()) / 255 if brush == "paint" else mesh.mask.max()
        assert top == pytest.approx(0.5, abs=0.02)


@given(st.lists(st.floats(0.01, 1.99), max_size=8))
def test_an_airbrush_dabs_by_time_however_often_it_is_told(times):
    stops = []
    for moments in ([2.0], sorted({*times, 2.0})):
        path = Path(0.5, rate=8)
        made = path.to(np.zeros(3), 1.0, 0.0)
        for now in moments:
            made += path.to(np.array([3.0 * now, 0, 0]), 1.0, now)
        stops.append(np.array([stop.place for stop in made]))
    assert stops[0].shape == stops[1].shape == (17, 3)
    assert np.abs(stops[0] - stops[1]).max() < 1e-6


def test_an_airbrush_held_still_goes_on_and_needs_the_time():
    mesh = sheet()
    stroke = Stroke(mesh, "draw", BrushSettings(2.0, 0.01, rate=10))
    stroke.move_to([0, 0, 0], time=1.0)
    stroke.hold(1.55)
    stroke.hold(2.0)
    assert mesh.vertices[:, 2].max() == pytest.approx(0.11, abs=1e-3)
    with pytest.raises(ValueError, match="time"):
        stroke.move_to([1, 0, 0])
    with pytest.raises(ValueError, match="runs on"):
        stroke.hold(1.9)
    with pytest.raises(ValueError, match="more than"):
        stroke.hold(1e6)


def test_a_move_that_asks_for_endless_dabs_is_refused():
    stroke = Stroke(sheet(), "draw", BrushSettings(0.1))
    stroke.move_to([0, 0, 0])
    with pytest.raises(ValueError, match="more than"):
        stroke.move_to([9e5, 0, 0])


def test_a_stabiliser_trails_by_its_string_and_smooths_a_trembling_hand():
    path = Path(0.1, string=1.0)
    stops = path.to(np.zeros(3), 1.0, None)
    assert not path.to(np.array([0.9, 0, 0]), 1.0, None)
    for step in range(200):
        stops += path.to(np.array([0.05 * step, 0.3 * (-1) ** step, 0]), 1.0, None)
    ends = np.array([stop.place for stop in stops])
    assert ends[-1, 0] == pytest.approx(199 * 0.05 - 1, abs=0.2)
    assert np.abs(ends[:, 1]).max() < 0.1


# -- what is left alone -----------------------------------------------------------------------------------------------


def test_locked_to_a_tooth_only_the_label_under_the_press_changes():
    flat = plane(80)
    labels = np.where(flat.vertices[:, 0] > 0.4, 21, np.where(flat.vertices[:, 0] > -0.4, 0, 11)).astype(np.int16)
    for name in ("draw", "grab", "smooth", "paint"):
        mesh = sheet(labels=labels)
        mesh.vertices[:, 2] = 0.1 * np.sin(9 * mesh.vertices[:, 1])
        rows = mesh.array("colour" if name == "paint" else "position")
        before = rows.copy()
        heights(BrushSettings(2.0, 0.5, lock_to_label=True), name, [(1, 0, 0), (-1, 0, 1)], mesh)
        changed = (rows != before).any(axis=1)
        assert changed.any() and set(labels[changed]) == {21}
    mesh = sheet(labels=labels)
    got = heights(BrushSettings(1.0, 0.5, lock_to_label=True, symmetry=True), "draw", [(1, 0, 0)], mesh)
    assert set(labels[got > 0]) == {11, 21}, "the mirrored dab keeps to the tooth it lies on"


def test_an_open_rim_stays_and_fades_in_over_its_rings():
    mesh = sheet(10)
    got = heights(BrushSettings(50.0, 0.5, falloff="constant", boundary_rings=2), mesh=mesh)
    ring = np.rint(5 - np.abs(plane(10).vertices[:, :2]).max(axis=1)).astype(int)
    assert (got[ring == 0] == 0).all()
    assert np.allclose(got[ring == 1], 0.25)
    assert np.allclose(got[ring >= 2], 0.5)


@pytest.mark.parametrize("amount", [1.0, -1.0])
def test_a_cavity_mask_works_in_hollows_or_on_ridges_only(amount):
    mesh = sheet()
    x = mesh.vertices[:, 0]
    mesh.vertices[:, 2] = 0.5 * np.cos(2 * x)
    mesh.follow(np.arange(len(x), dtype=np.int32))
    before = mesh.vertices[:, 2].copy()
    moved = heights(BrushSettings(4.0, 0.2, cavity=amount), mesh=mesh) - before
    hollow, ridge = np.abs(np.abs(x) - np.pi / 2) < 0.1, np.abs(x) < 0.1
    middle = np.abs(mesh.vertices[:, 1]) < 1
    deep, high = moved[hollow & middle].mean(), moved[ridge & middle].mean()
    assert (deep > 2 * high) == (amount > 0)
    assert (high > 2 * deep) == (amount < 0)


def test_a_small_normal_radius_looks_at_the_middle_only():
    mesh = sheet()
    x = mesh.vertices[:, 0]
    mesh.vertices[:, 2] = np.maximum(x - 0.7, 0)  # level where the brush stands, steep beyond
    mesh.follow(np.arange(len(x), dtype=np.int32))
    moved = {}
    for share in (1.0, 0.2):
        own = SculptMesh(mesh.vertices.copy(), mesh.faces)
        Stroke(own, "draw", BrushSettings(2.0, 0.3, normal_radius=share)).dab([0, 0, 0])
        moved[share] = np.abs(own.vertices - mesh.vertices)[:, 0].max()
    assert moved[0.2] < 1e-6 < 0.02 < moved[1.0]


# -- stamps -----------------------------------------------------------------------------------------------------------


def test_a_stamp_lies_along_the_stroke():
    picture = np.zeros((33, 33), np.float32)
    picture[14:19, 20:] = 1  # a bar ahead of the brush
    options = BrushSettings(2.0, 0.1, falloff="constant", alpha=Alpha(picture), spacing=1.0)
    for to in ((3, 0, 0), (0, 3, 0), (-2, 2, 0)):
        mesh = sheet()
        stroke = Stroke(mesh, "draw", options)
        stroke.move_to([0, 0, 0])
        stroke.cancel()
        stroke.move_to(to)
        where = mesh.vertices[mesh.vertices[:, 2] > 0.05, :2].mean(axis=0)
        step = np.array(to[:2]) / np.linalg.norm(to)
        assert where @ step - 2 * (np.linalg.norm(to) // 2) > 0.4, "ahead of where the dab stands"
        assert abs(where @ [-step[1], step[0]]) < 0.1


def test_a_mirrored_stamp_is_mirrored():
    picture = np.zeros((9, 9), np.float32)
    picture[:4, 5:] = 1
    mesh = sheet()
    heights(BrushSettings(1.5, 0.1, alpha=Alpha(picture), symmetry=True), way=[(-2, 0, 0), (-2, 2, 0)], mesh=mesh)
    pairs, far = partners(sheet().vertices, reflection(np.array([1.0, 0, 0]), 0.0))
    assert far.max() < 1e-6
    assert np.abs(mesh.vertices[pairs, 2] - mesh.vertices[:, 2]).max() < 1e-4
    assert mesh.vertices[:, 2].max() > 0.05


# -- symmetry ---------------------------------------------------------------------------------------------------------


def test_any_plane_and_any_number_of_turns_mirror_a_dab():
    options = BrushSettings(
        0.8, 0.2, symmetry=True, mirror_plane=(0.0, 2.0, 0.0, 0.0), radial=4, radial_axis=(0, 0, 2.0)
    )
    got = heights(options, way=[(2.0, 1.0, 0)])
    want = np.zeros_like(got)
    for x, y in ((2, 1), (-1, 2), (-2, -1), (1, -2)):
        for center in ((x, y, 0), (x, -y, 0)):
            want = np.maximum(want, 0.2 * falloff("smooth", away(center), 0.8))
    assert (np.abs(got - want) < 1e-3).mean() > 0.95  # where copies overlap their mean counts, not the larger
    assert len(operations(options)) == 8
    assert got.max() == pytest.approx(0.2, abs=1e-3)


def test_a_radial_stroke_on_a_ball_stays_radial():
    welded = weld_soup(soup(sphere(4)))
    mesh = SculptMesh(welded.vertices, welded.faces)
    tree = Bvh(mesh.vertices.copy(), mesh.faces)
    turned = mesh.vertices[:, [2, 1, 0]] * np.float32([-1, 1, 1])  # a quarter about y: (x, z) -> (-z, x)
    pairs = np.array([tree.vertices_in_sphere(v, 1e-4)[0] for v in turned])
    stroke = Stroke(mesh, "draw", BrushSettings(4.0, 0.2, radial=4))
    for place in ([3, 4, 8], [5, 2, 8], [8, 0, 6]):
        stroke.move_to(mesh.bvh.closest(place)[2])
    assert np.abs(mesh.vertices[pairs] - mesh.vertices[:, [2, 1, 0]] * np.float32([-1, 1, 1])).max() < 1e-4
    assert len(stroke.finish()[0]) > 100


def turn(points, degrees):
    x, y, z = np.radians(degrees)
    one = np.array([[1, 0, 0], [0, np.cos(x), -np.sin(x)], [0, np.sin(x), np.cos(x)]])
    two = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    three = np.array([[np.cos(z), -np.sin(z), 0], [np.sin(z), np.cos(z), 0], [0, 0, 1]])
    rotation = one @ two @ three
    return points @ rotation.T, rotation[:, 0]


@pytest.fixture(scope="module")
def upper():
    return read_surfaces(assets_dir() / "demo" / "upper.ply")[0]


@pytest.mark.parametrize("degrees", [(0, 0, 0), (3, 12, -8), (20, -35, 10)])
def test_the_midplane_of_a_symmetric_arch_is_found_however_it_lies(upper, degrees):
    half = upper.vertices[upper.vertices[:, 0] > 0][::40].astype(np.float64)
    labels = upper.labels[upper.vertices[:, 0] > 0][::40]
    swapped = np.where(
        (labels >= 20) & (labels < 30), labels - 10, np.where((labels >= 10) & (labels < 20), labels + 10, 0)
    )
    whole = np.concatenate([half, half * [-1, 1, 1]])
    points, axis = turn(whole, degrees)
    points += [4.0, -2.0, 7.0]
    for found in (from_form(points), from_labels(points, np.concatenate([labels, swapped]))):
        n = np.array(found[:3])
        assert np.degrees(np.arccos(min(1, abs(n @ axis)))) < 0.2
        assert abs(n @ [4.0, -2.0, 7.0] - found[3]) < 0.05


def test_the_midplane_of_the_demo_smile_is_near_x_0(upper):
    for found in (from_labels(upper.vertices, upper.labels), from_form(upper.vertices)):
        assert abs(found[0]) > 0.99
        assert abs(found[3] / found[0] + upper.origin[0]) < 1.0
    assert from_labels(upper.vertices, np.zeros(len(upper.vertices), np.int16)) is None
    assert from_form(np.zeros((3, 3))) is None


# -- masks as a whole -------------------------------------------------------------------------------------------------


def test_mask_actions_give_new_masks_and_write_nothing():
    flat = plane(20)
    mask = np.where(flat.vertices[:, 0] > 0.1, 1, 0).astype(np.float32)
    mesh = SculptMesh(flat.vertices, flat.faces, np.where(mask > 0, 11, 21).astype(np.int16), mask.copy())
    assert np.array_equal(masking.inverted(mesh), 1 - mask)
    assert not masking.cleared(mesh).any()
    soft = masking.blurred(mesh)
    assert 0 < ((soft > 0) & (soft < 1)).sum() < 0.7 * len(soft)
    assert soft.min() >= 0 and soft.max() <= 1
    own = SculptMesh(flat.vertices, flat.faces, mask=soft)
    hard = masking.sharpened(own, 2)
    assert np.abs(hard - 0.5).sum() > np.abs(soft - 0.5).sum()
    assert np.array_equal(masking.of_labels(mesh, [11]), 1 - mask)
    assert np.array_equal(mesh.mask, mask)
    for name in masking.ACTIONS:
        rows, before, after = masking.act(mesh, name)
        assert np.array_equal(mesh.mask[rows], after) and (before != after).all()
        mesh.mask[rows] = before
    assert np.array_equal(mesh.mask, mask)
    assert set(masking.ACTIONS) == {"clear", "invert", "blur", "sharpen"}


# -- what makes no sense ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "bad",
    [
        {"radius": np.nan}, {"strength": np.inf}, {"rate": -1.0}, {"rate": np.nan}, {"cavity": 2.0}, {"radial": 0},
        {"stabiliser": -1.0}, {"normal_radius": 0.0}, {"mirror_x": np.nan}, {"zone": -1}, {"colour": (1, 2, 3)},
        {"colour": (1, 2, 3, 256)}, {"mirror_plane": (0.0, 0.0, 0.0, 1.0)}, {"mirror_plane": (1.0, 0.0, 0.0, np.nan)},
        {"radial_axis": (0.0, 0.0, 0.0)}, {"radial_center": (0.0, np.nan, 0.0)}, {"curve": ((0, 1),)},
        {"curve": ((0, 1), (0.5, 2), (1, 0))}, {"curve": ((0, 1), (0, 0))}, {"pressure_curve": ((0, np.nan), (1, 1))},
    ],
)  # fmt: skip
def test_settings_that_make_no_sense_are_refused(bad):
    with pytest.raises(ValueError, match=r"brush|falloff|curve"):
        BrushSettings(**bad)


@pytest.mark.parametrize("values", [np.zeros((1, 5)), np.full((3, 3), 2.0), np.full((3, 3), np.nan), np.zeros(4)])
def test_a_stamp_that_is_no_picture_is_refused(values):
    with pytest.raises(ValueError, match="stamp"):
        Alpha(values)


def test_arrays_that_do_not_fit_are_refused():
    flat = plane(4)
    for arrays in ({"mask": np.zeros(3, np.float32)}, {"colour": np.zeros((25, 3), np.uint8)}, {"zone": np.zeros(25)}):
        with pytest.raises(ValueError, match="surface to sculpt"):
            SculptMesh(flat.vertices, flat.faces, **arrays)
    with pytest.raises(ValueError, match="finite"):
        SculptMesh(flat.vertices, flat.faces, mask=np.full(25, np.nan, np.float32))
