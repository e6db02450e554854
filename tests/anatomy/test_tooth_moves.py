"""One tooth of the shipped smile: its frame, what moves with it and what does not, contact, growing from a click."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from neodent_viewer.anatomy import recipe
from neodent_viewer.anatomy.arch import Tooth
from neodent_viewer.anatomy.segment import Grower
from neodent_viewer.anatomy.setting import set_up
from neodent_viewer.anatomy.tooth_contact import ToothContact, obstacle
from neodent_viewer.anatomy.tooth_frame import Pose, ToothFrame, tooth_frame
from neodent_viewer.anatomy.tooth_rig import ToothRig, tooth_rig
from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.core.paths import assets_dir
from neodent_viewer.files.surfaces import read_surfaces
from neodent_viewer.mesh.shapes import sphere
from neodent_viewer.mesh.surface import Float64, Surface

SCANS = Path(__file__).parents[3] / "shared" / "data" / "sjtu"
#: moves that no neighbour is in the way of: 1 mm, 10 degrees
MOVES = (
    Pose((0.0, 1.0, 0.0)),
    Pose((0.0, 0.0, 1.0)),
    Pose((0.0, 0.0, -1.0)),
    Pose(torque=10.0),
    Pose(scale=0.9),
)
#: moves into the neighbour
INTO = {
    "slide": (Pose((0.5, 0.0, 0.0)), Pose((-0.5, 0.0, 0.0))),
    "tip": (Pose(tip=5.0), Pose(tip=-5.0)),
    "rotate": (Pose(rotate=10.0), Pose(rotate=-10.0)),
    "scale": (Pose(scale=1.1),),
}


@cache
def _jaw(name: str) -> Surface:
    return read_surfaces(assets_dir() / "demo" / f"{name}.ply")[0]


@cache
def _set_up() -> dict[int, Tooth]:
    made = recipe.read(assets_dir() / "demo")
    return set_up(made.params, made.seed).teeth()


@cache
def _held(jaw: str, label: int) -> tuple[ToothFrame, ToothRig]:
    s = _jaw(jaw)
    assert s.labels is not None
    return tooth_frame(s.vertices, s.faces, s.labels, label), tooth_rig(s.vertices, s.faces, s.labels, label)


def _normals(places: Float64, faces: np.ndarray) -> Float64:
    a, b, c = (places[faces[:, k]] for k in range(3))
    return np.asarray(np.cross(b - a, c - a))


def _mapped(points: Float64, matrix: Float64) -> Float64:
    return points @ matrix[:3, :3].T + matrix[:3, 3]


@pytest.mark.parametrize("jaw", ["upper", "lower"])
def test_frames_are_those_the_smile_was_set_up_with(jaw: str) -> None:
    placed, s = _set_up(), _jaw(jaw)
    assert s.labels is not None
    for label in np.unique(s.labels)[1::2].tolist():
        frame, tooth = tooth_frame(s.vertices, s.faces, s.labels, label), placed[label]
        axes = tooth.axes / np.linalg.norm(tooth.axes, axis=1, keepdims=True)
        off = np.degrees(np.arccos(np.clip((frame.axes * axes).sum(axis=1), -1, 1)))
        assert off.max() < 15.0, (label, off)
        assert np.abs(tooth.to_tooth(frame.origin[None])[0]).max() < 2.6
        assert np.allclose(frame.axes @ frame.axes.T, np.eye(3), atol=1e-9)


@pytest.mark.parametrize("label", [11, 21, 16])
def test_words_of_a_pose_mean_what_they_say(label: int) -> None:
    frame, _ = _held("upper", label)
    edge, mesial = frame.origin + 8.0 * frame.axes[2], frame.origin + 4.0 * frame.axes[0]

    def way(pose: Pose, place: Float64) -> Float64:
        return frame.axes @ (_mapped(place[None], pose.matrix(frame))[0] - place)

    assert way(Pose(tip=10), edge)[0] > 1.3 and way(Pose(torque=10), edge)[1] > 1.3
    assert way(Pose(rotate=10), mesial)[1] > 0.6
    assert np.allclose(way(Pose((1, 2, 3)), edge), [1, 2, 3], atol=1e-9)
    assert way(Pose(scale=1.1), edge)[2] == pytest.approx(0.8)


@pytest.mark.parametrize(("jaw", "label"), [("upper", 21), ("upper", 16), ("lower", 33)])
def test_the_gum_follows_without_folding_and_stands_still_elsewhere(jaw: str, label: int) -> None:
    s, (frame, rig) = _jaw(jaw), _held(jaw, label)
    assert s.labels is not None
    assert set(s.labels[rig.crown]) == {label} and set(s.labels[rig.gum]) == {0}
    places, gum = s.vertices.astype(np.float64), (s.labels[s.faces] == 0).all(axis=1)
    before = _normals(places, s.faces)
    for pose in MOVES:
        matrix, moved = pose.matrix(frame), places.copy()
        moved[rig.crown] = _mapped(places[rig.crown], matrix)
        moved[rig.gum] += rig.gum_offsets(matrix)
        over = (_normals(moved, s.faces) * before).sum(axis=1) < 0
        assert not (over & gum).any(), pose
        step = np.linalg.norm(moved - places, axis=1)
        assert step[rig.gum].max() <= step[rig.crown].max() + 0.05
    pairs = np.concatenate([s.faces[:, :2], s.faces[:, 1:]])
    rim = pairs[np.isin(pairs[:, 0], rig.gum) & np.isin(pairs[:, 1], rig.crown)]
    share = np.zeros(len(places))
    share[rig.gum] = rig.share
    assert share[rim[:, 0]].mean() > 0.6  # next to the crown nearly all, at the end of its reach nothing
    edge = pairs[np.isin(pairs[:, 0], rig.gum) & ~np.isin(pairs[:, 1], rig.moved) & (s.labels[pairs[:, 1]] == 0)]
    assert np.abs(share[edge[:, 0]]).mean() < 0.05


def _roundness(places: Float64, faces: np.ndarray) -> Float64:
    """Return the area of faces over that of an even triangle with sides as long: 1 even, 0 a line."""
    sides = sum(((places[faces[:, k]] - places[faces[:, (k + 1) % 3]]) ** 2).sum(axis=1) for k in range(3))
    return np.asarray(2.0 * np.sqrt(3.0) * np.linalg.norm(_normals(places, faces), axis=1) / sides)


@pytest.mark.parametrize("jaw", ["upper", "lower"])
@pytest.mark.parametrize("move", INTO)
def test_crowns_that_are_one_surface_do_not_fold_when_one_is_moved_into_the_other(jaw: str, move: str) -> None:
    s = _jaw(jaw)
    assert s.labels is not None
    places, thin = s.vertices.astype(np.float64), 0
    over: dict[int, int] = {}
    before = _normals(places, s.faces)
    for label in np.unique(s.labels)[1:].tolist():
        frame, rig = _held(jaw, label)
        for pose in INTO[move]:
            matrix, moved = pose.matrix(frame), places.copy()
            moved[rig.crown] = _mapped(places[rig.crown], matrix)
            moved[np.concatenate([rig.gum, rig.band])] += rig.offsets(matrix)
            normals, turned = _normals(moved, s.faces), before @ matrix[:3, :3].T
            wrong = ((normals * before).sum(axis=1) < 0) & ((normals * turned).sum(axis=1) < 0)
            over[label] = over.get(label, 0) + int(wrong.sum())
            changed = s.faces[np.isin(s.faces, rig.moved).any(axis=1)]
            thin += int((_roundness(moved, changed) < 0.05).sum())
    assert max(over.values()) <= (6 if move == "rotate" else 1), over
    assert sum(over.values()) <= (10 if move == "rotate" else 2) and thin <= 6, (over, thin)


def test_only_the_moved_crown_yields_and_most_of_it_moves_as_one_piece() -> None:
    for jaw, label in (("upper", 21), ("lower", 31), ("lower", 46)):
        s, (_, rig) = _jaw(jaw), _held(jaw, label)
        assert s.labels is not None
        tooth = np.flatnonzero(s.labels == label)
        assert np.array_equal(np.sort(np.concatenate([rig.crown, rig.band])), tooth)
        assert 0.5 * len(tooth) <= len(rig.crown) < len(tooth) and set(s.labels[rig.moved]) == {0, label}
        share = rig.shares[len(rig.gum) :]
        assert -0.05 < share.min() < 0.5 and 0.9 < share.max() < 1.1
        locked = tooth_rig(s.vertices, s.faces, s.labels, label, locked=frozenset({0}))
        assert not len(locked.gum) and np.array_equal(locked.band, rig.band)


def test_a_pose_taken_back_leaves_the_gum_where_it_was() -> None:
    frame, rig = _held("upper", 21)
    assert np.abs(rig.gum_offsets(Pose().matrix(frame))).max() < 1e-9
    once, twice = (rig.gum_offsets(Pose((0, 0.5, 0), tip=4).matrix(frame)) for _ in range(2))
    assert np.array_equal(once, twice)


def test_with_the_gingiva_locked_nothing_follows() -> None:
    s = _jaw("upper")
    assert s.labels is not None
    rig = tooth_rig(s.vertices, s.faces, s.labels, 21, locked=frozenset({0}))
    assert not len(rig.gum) and rig.gum_offsets(np.eye(4)).shape == (0, 3)


def _balls(gap: float) -> tuple[ToothContact, ToothFrame]:
    ball = sphere(4, 4.0)
    beside = ball.vertices + np.array([8.0 + gap, 0, 0], np.float32)
    crown, other = obstacle("1", "a", ball.vertices, ball.faces), obstacle("2", "a", beside, ball.faces)
    return ToothContact.among(crown, [other]), ToothFrame(np.zeros(3), np.eye(3), np.zeros(3), 8.0)


@pytest.mark.parametrize("gap", [0.0, 0.3, 1.7])
def test_a_ball_stops_at_a_ball(gap: float) -> None:
    contact, frame = _balls(gap)
    wanted = Pose((3.0, 0.0, 0.0))
    share = contact.stopped(lambda share: Pose().between(wanted, share).matrix(frame))
    assert 3.0 * share == pytest.approx(gap, abs=0.03)
    deep = contact.depths(Pose().between(wanted, share).matrix(frame))
    assert max(deep.values(), default=0.0) <= 0.02
    assert contact.depths(wanted.matrix(frame))["2"] == pytest.approx(3.0 - gap, abs=0.1)
    assert contact.stopped(lambda share: Pose().between(Pose((-3, 0, 0)), share).matrix(frame)) == 1.0


def test_what_overlaps_from_the_start_may_come_out_but_not_go_deeper() -> None:
    contact, frame = _balls(-0.1)
    assert contact.stopped(lambda share: Pose((-2.0 * share, 0, 0)).matrix(frame)) == 1.0
    assert contact.stopped(lambda share: Pose((2.0 * share, 0, 0)).matrix(frame)) < 0.03
    own, others, depths = contact.near(np.eye(4), 0.5)
    assert np.nanmin(own) == pytest.approx(-depths["2"], abs=0.02) and (others["a"][1] <= 0.5).all()
    assert np.isnan(own).sum() > len(own) / 2


def test_too_little_surface_is_said_in_words() -> None:
    triangle = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32), np.array([[0, 1, 2]], np.int32)
    with pytest.raises(ArgumentError, match="too little surface"):
        Grower(*triangle).grow(0)
    with pytest.raises(ArgumentError, match="too little surface"):
        tooth_frame(*triangle, np.full(3, 21, np.int16), 21)


@pytest.mark.skipif(not SCANS.is_dir(), reason="no real scans here")
def test_real_crowns_without_gum_have_frames_and_keep_contact() -> None:
    s = read_surfaces(SCANS / "case0_upper.ply")[0]
    assert s.labels is not None
    frame = tooth_frame(s.vertices, s.faces, s.labels, 21, "upper")
    assert frame.axes[0][0] < -0.9 and frame.axes[1][2] > 0.9 and frame.axes[2][1] < -0.9
    rig = tooth_rig(s.vertices, s.faces, s.labels, 21)
    assert not len(rig.gum) and len(rig.crown) == 3336
    patches = {label: s.faces[(s.labels[s.faces] == label).all(axis=1)] for label in (11, 21, 22)}
    crowns = {label: obstacle(str(label), "a", s.vertices, patch) for label, patch in patches.items()}
    contact = ToothContact.among(crowns[21], [crowns[11], crowns[22]])
    for way in (1.0, -1.0):
        share = contact.stopped(lambda share, way=way: Pose((way * share, 0, 0)).matrix(frame))  # type: ignore[misc]
        assert 0.0 < share < 0.5
        deep = contact.depths(Pose((way * share, 0, 0)).matrix(frame))
        assert max(deep.values(), default=0.0) <= 0.02
