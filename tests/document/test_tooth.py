"""A tooth of a document: one edit a move, numbers that undo, locks that hold to the bit, refusals in words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from neodent_viewer.anatomy.tooth_frame import Pose
from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.document import tooth
from neodent_viewer.document.document import Document
from neodent_viewer.document.history import History
from neodent_viewer.document.layers import add_edit
from neodent_viewer.document.part import Part
from neodent_viewer.document.tooth import ToothGrip
from neodent_viewer.files.project import load_project, save_project
from neodent_viewer.mesh.surface import Surface


def jaw(gap: float = 0.4, step: float = 0.2) -> Part:
    """A small lower jaw: three round crowns in a row on a flat gum, labelled 41, 31, 32 from the patient's right."""
    wide = np.arange(-9.0, 9.0 + step, step)
    x, z = np.meshgrid(wide, np.arange(-5.0, 5.0 + step, step), indexing="ij")
    y, labels = np.zeros_like(x), np.zeros(x.shape, np.int16)
    for place, label in ((-4.0 - gap, 41), (0.0, 31), (4.0 + gap, 32)):
        away = np.hypot(x - place, z) / 2.0
        y += 3.0 * np.sqrt(np.maximum(0.0, 1.0 - away**2))
        labels[away < 1.0] = label
    n, m = x.shape
    corner = np.arange(n * m, dtype=np.int32).reshape(n, m)
    a, b, c, d = corner[:-1, :-1].ravel(), corner[1:, :-1].ravel(), corner[1:, 1:].ravel(), corner[:-1, 1:].ravel()
    faces = np.concatenate([np.stack([a, c, b], axis=1), np.stack([a, d, c], axis=1)])
    vertices = np.stack([x, y, z], axis=-1).reshape(-1, 3).astype(np.float32)
    return Part("jaw", "Lower", Surface(vertices, faces, arrays={"labels": labels.ravel()}), jaw="lower")


@pytest.fixture
def document() -> Document:
    made = Document()
    part = jaw()
    made.set(("parts", part.id), part)
    return made


def _move(document: Document, history: History, held: ToothGrip, pose: Pose, start: Pose | None = None) -> None:
    part = document.parts[held.part]
    history.do(tooth.pose_edit(part, held, part.surface.vertices[held.rows], pose, started=start))


def test_a_move_is_rigid_one_edit_and_leaves_the_rest_bit_identical(document: Document) -> None:
    history, part = History(document), document.parts["jaw"]
    before, labels = part.surface.vertices.copy(), part.surface.arrays["labels"]
    held = tooth.grip(document, "jaw", 31)
    pose = Pose((0.1, 0.6, 0.3), rotate=4.0, tip=-3.0, torque=5.0)
    _move(document, history, held, pose)
    after, crown = part.surface.vertices, labels == 31
    matrix = pose.matrix(held.frame)
    wanted = before[crown].astype(np.float64) @ matrix[:3, :3].T + matrix[:3, 3]
    assert np.abs(after[crown] - wanted).max() < 1e-4
    apart = np.linalg.norm(after[crown][:, None].astype(np.float64) - after[crown][None, ::7], axis=2)
    was = np.linalg.norm(before[crown][:, None].astype(np.float64) - before[crown][None, ::7], axis=2)
    assert np.abs(apart - was).max() < 1e-4
    others = np.isin(labels, [41, 32])
    assert after[others].tobytes() == before[others].tobytes()
    assert (after[labels == 0] != before[labels == 0]).any()
    assert len(history.done()) == 1
    history.undo()
    assert part.surface.vertices.tobytes() == before.tobytes() and tooth.stand_of(document, "jaw", 31) is None
    history.redo()
    stand = tooth.stand_of(document, "jaw", 31)
    assert stand is not None and stand.pose == pose


def test_two_moves_add_up_and_the_way_back_ends_where_it_began(document: Document) -> None:
    history, part = History(document), document.parts["jaw"]
    before = part.surface.vertices.copy()
    _move(document, history, tooth.grip(document, "jaw", 31), Pose((0.0, 0.5, 0.0), tip=3.0))
    again = tooth.grip(document, "jaw", 31)
    assert again.held == Pose((0.0, 0.5, 0.0), tip=3.0)
    assert again.positions(again.held).tobytes() == again.start.tobytes()
    _move(document, history, again, Pose(), again.held)
    crown = part.surface.arrays["labels"] == 31
    assert np.abs(part.surface.vertices - before)[crown].max() < 1e-5
    assert tooth.stand_of(document, "jaw", 31) is None


def test_counting_from_here_sets_numbers_to_zero_and_undo_brings_them_back(document: Document) -> None:
    history = History(document)
    held, pose = tooth.grip(document, "jaw", 31), Pose((0.0, 0.4, 0.0), rotate=6.0)
    _move(document, history, held, pose)
    history.do(tooth.forget_edit(held, pose))
    assert tooth.pose_of(document, held) is None
    fresh = tooth.grip(document, "jaw", 31)
    assert fresh.held == Pose() and np.allclose(fresh.frame.origin - held.frame.origin, 0.4 * held.frame.axes[1])
    history.undo()
    assert tooth.pose_of(document, held) == pose


def test_keep_contact_stops_at_the_neighbour_on_both_sides(document: Document) -> None:
    held = tooth.grip(document, "jaw", 31)
    assert {pair.other.name for pair in held.contact.pairs} == {"41", "32"}
    for way in (2.0, -2.0):
        pose = held.clear(Pose(), Pose((way, 0.0, 0.0)))
        assert 0.4 <= abs(pose.move[0]) < 0.9  # the crowns end where their triangles do
        assert max(held.depths(pose).values(), default=0.0) <= 0.02
    assert held.clear(Pose(), Pose((0.0, 0.0, 1.0))) == Pose((0.0, 0.0, 1.0))


def test_the_antagonist_of_another_part_is_in_the_way_wherever_its_part_was_put(document: Document) -> None:
    other = jaw()
    other.id, other.name, other.jaw = "upper", "Upper", "upper"
    other.surface.arrays["labels"][other.surface.arrays["labels"] > 0] -= 20
    other.transform = np.diag([1.0, -1.0, -1.0, 1.0])  # turned over: still facing outwards
    other.transform[1, 3] = 6.5
    document.set(("parts", "upper"), other)
    held = tooth.grip(document, "jaw", 31)
    pose = held.clear(Pose(), Pose((0.0, 0.0, 2.0)))
    assert pose.move[2] == pytest.approx(0.5, abs=0.05)
    other.surface.arrays.pop("labels")
    bare = tooth.grip(document, "jaw", 31)
    assert bare.clear(Pose(), Pose((0.0, 0.0, 2.0))).move[2] == pytest.approx(0.5, abs=0.05)


def test_what_is_locked_does_not_change_by_one_bit(document: Document) -> None:
    history, part = History(document), document.parts["jaw"]
    history.do(tooth.lock_edit(part, frozenset({0, 41})))
    assert history.done()[-1].title == "Lock gingiva, 41"
    before, labels = part.surface.vertices.copy(), part.surface.arrays["labels"]
    _move(document, history, tooth.grip(document, "jaw", 31), Pose((0.0, 1.0, 0.5)))
    kept = np.isin(labels, [0, 41, 32])
    assert part.surface.vertices[kept].tobytes() == before[kept].tobytes()
    with pytest.raises(ArgumentError, match="locked"):
        tooth.grip(document, "jaw", 41)
    history.undo()
    history.undo()
    assert part.locked == frozenset()


def test_locks_and_numbers_cross_a_project_file(document: Document, tmp_path: Path) -> None:
    history, part = History(document), document.parts["jaw"]
    _move(document, history, tooth.grip(document, "jaw", 31), Pose((0.0, 0.5, 0.0)))
    history.do(tooth.lock_edit(part, frozenset({0, 32})))
    save_project(document, history, tmp_path / "a.neodent")
    loaded = load_project(tmp_path / "a.neodent")
    again = loaded.document.parts["jaw"]
    assert again.locked == frozenset({0, 32})
    stand = tooth.stand_of(loaded.document, "jaw", 31)
    assert stand is not None and stand.pose == Pose((0.0, 0.5, 0.0))
    after = History(loaded.document)
    after.restore(loaded.done, loaded.undone)
    after.undo()
    assert again.locked == frozenset()
    after.undo()
    assert again.surface.vertices.tobytes() == jaw().surface.vertices.tobytes()


def test_a_move_goes_to_the_sculpt_layer_that_is_named(document: Document) -> None:
    history, part = History(document), document.parts["jaw"]
    history.do(add_edit(part, "Bleach"))
    before, held = part.surface.vertices.copy(), tooth.grip(document, "jaw", 31)
    layer = part.layers[0].id
    history.do(tooth.pose_edit(part, held, before[held.rows], Pose((0.0, 0.5, 0.0)), layer=layer))
    assert len(part.layers[0].indices) and part.base is not None
    assert np.array_equal(part.base, before) and (part.surface.vertices != before).any()


@pytest.mark.parametrize(
    ("label", "words"), [(0, "gingiva"), (-3, "gingiva"), (99, "no tooth 99"), (11, "no tooth 11")]
)
def test_bad_labels_are_answered_in_words(document: Document, label: int, words: str) -> None:
    with pytest.raises(ArgumentError, match=words):
        tooth.grip(document, "jaw", label)


def test_no_labels_two_parts_previews_and_single_triangles_are_answered_in_words(document: Document) -> None:
    with pytest.raises(ArgumentError, match="No part has a tooth 17"):
        tooth.part_with(document, 17)
    twin = jaw()
    twin.id, twin.name = "twin", "Copy"
    document.set(("parts", "twin"), twin)
    with pytest.raises(ArgumentError, match="on 2 parts: Lower and Copy"):
        tooth.part_with(document, 31)
    assert tooth.part_with(document, 31, "twin") is twin
    with pytest.raises(ArgumentError, match="no such part"):
        tooth.part_with(document, 31, "gone")
    twin.preview = True
    with pytest.raises(ArgumentError, match="still being read"):
        tooth.grip(document, "twin", 31)
    twin.preview = False
    twin.surface.arrays.pop("labels")
    with pytest.raises(ArgumentError, match="has no labels"):
        tooth.grip(document, "twin", 31)
    corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32)
    speck = Surface(corners, np.array([[0, 1, 2]], np.int32), arrays={"labels": np.full(3, 21, np.int16)})
    document.set(("parts", "speck"), Part("speck", "Speck", speck))
    with pytest.raises(ArgumentError, match="too little surface"):
        tooth.grip(document, "speck", 21)


def test_marking_writes_labels_keeps_locked_ones_and_says_what_it_refuses(document: Document) -> None:
    history, part = History(document), document.parts["jaw"]
    labels = part.surface.arrays["labels"]
    before = labels.copy()
    history.do(tooth.lock_edit(part, frozenset({32})))
    rows = np.flatnonzero(np.isin(before, [31, 32])).astype(np.int32)
    history.do(tooth.marking_edit(part, rows, 33))
    assert (labels[before == 31] == 33).all() and (labels[before == 32] == 32).all()
    history.do(tooth.marking_edit(part, rows[:40], 33))
    assert (labels == 33).sum() == np.isin(before[rows[:40]], [31]).sum() and (labels[before == 31] == 0).any()
    history.undo()
    history.undo()
    assert np.array_equal(labels, before)
    for label, some, words in ((19, rows, "no FDI"), (32, rows, "locked"), (33, rows[:0], "Nothing is marked")):
        with pytest.raises(ArgumentError, match=words):
            tooth.marking_edit(part, some, label)


@pytest.mark.parametrize(
    "kept", [7, {}, {"axes": [1]}, {"axes": "x", "origin": [], "centre": [], "pose": [], "size": 0}]
)
def test_numbers_that_make_no_sense_are_not_believed(document: Document, kept: object) -> None:
    document.set(("settings", "tooth jaw 31"), kept)
    assert tooth.stand_of(document, "jaw", 31) is None
    assert tooth.grip(document, "jaw", 31).held == Pose()
