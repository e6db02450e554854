"""Edits that memory has no room for: undo reaches them on disk, bit for bit, and their files go away."""

import numpy as np
import pytest

from neodent_viewer.core.errors import NeodentError
from neodent_viewer.document import layers
from neodent_viewer.document.anchor import anchor_at
from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import set_value
from neodent_viewer.document.history import History
from neodent_viewer.document.original import original_positions
from neodent_viewer.document.part import BASE, Part
from neodent_viewer.document.probe import Probe
from neodent_viewer.document.spill import Spill, prune
from neodent_viewer.document.topology_edits import plan
from neodent_viewer.mesh.shapes import plane, sphere
from neodent_viewer.sensors.channel import channel


@pytest.fixture
def history(tmp_path):
    """Return a history with room for one edit in memory."""
    history = History(Document(), limit=1, spill=Spill(tmp_path))
    yield history
    history.close()
    assert not list(tmp_path.iterdir())


def bits(document):
    out = []
    for key, part in document.parts.items():
        positions = [
            None if a is None else a.tobytes() for a in (part.surface.vertices, part.base, original_positions(part))
        ]
        kept = [(x.id, x.strength, x.deltas.tobytes()) for x in part.layers]
        out.append(
            (key, part.name, part.topology_version, part.surface.faces.tobytes(), positions, kept, len(part.below))
        )
    return out, dict(document.probes), dict(document.settings)


def stroke(history, part, layer_id, seed):
    rows = np.sort(np.random.default_rng(seed).choice(len(part.surface.vertices), 9, replace=False)).astype(np.int32)
    before = part.surface.vertices[rows]
    history.do(layers.stroke_edit(part, layer_id, rows, before, before + np.float32(0.1)))


def work(history):
    """Do some of everything; yield after each step."""
    document = history.document
    part = Part("part", "ball", sphere(2))
    history.do(set_value(document, ("parts", "part"), part, "Open"))
    yield
    document.set(("probes", "p"), Probe("p", "T", anchor_at(part, 3, np.full(3, 1 / 3)), 11, (channel("c", "ph"),)))
    stroke(history, part, BASE, 0)
    yield
    history.do(layers.add_edit(part))
    yield
    stroke(history, part, part.layers[0].id, 1)
    yield
    history.do(plan(document, "part", "up").edit)
    yield
    stroke(history, part, part.layers[0].id, 2)
    yield
    history.do(plan(document, "part", "decimate", {"faces": 100}).edit)
    yield
    with history.group("Twice"):
        history.do(plan(document, "part", "cut", {"at": -3.0}).edit)
        stroke(history, part, BASE, 3)
        history.do(plan(document, "part", "isotropic", {"edge": 2.0}).edit)
    yield
    other = Part("other", "sheet", plane(3))
    history.do(set_value(document, ("parts", "other"), other, "Open"))
    yield
    stroke(history, other, BASE, 4)
    yield
    history.do(set_value(document, ("parts", "other"), None, "Remove"))
    yield
    history.do(set_value(document, ("settings", "feed"), "sim", "Feed"))
    yield


def test_undo_and_redo_through_the_disk_are_bit_for_bit(history):
    states = [bits(history.document)]
    states += [bits(history.document) for _ in work(history)]
    assert len(history.done()) == 1 and len(history.spill) == len(states) - 2
    for _ in range(2):  # what came back once goes on being good
        for state in states[-2::-1]:
            probes = dict(history.document.probes)  # placed without an edit, so they stay
            assert history.undo() is not None
            assert bits(history.document)[0] == state[0] and bits(history.document)[2] == state[2]
            assert len(history.undone()) <= 2 and len(history.done()) <= 2
        assert history.undo() is None and len(history.spill) == 0 and probes
        for state in states[1:]:
            assert history.redo() is not None
            assert bits(history.document)[0] == state[0]
        assert history.redo() is None


def test_a_new_step_forgets_what_was_undone_on_disk_too(history):
    for value in range(6):
        history.do(set_value(history.document, ("settings", "x"), value, "Set"))
    for _ in range(4):
        history.undo()
    history.do(set_value(history.document, ("settings", "x"), 9, "Set"))
    assert history.redo() is None
    assert [history.undo() is not None for _ in range(4)] == [True, True, True, False]
    assert history.document.settings == {}


def test_what_is_unsaved_is_never_called_saved(history):
    document = history.document
    for value in range(4):
        history.do(set_value(document, ("settings", "x"), value, "Set"))
        if value == 1:
            history.mark_saved()
    assert history.unsaved()
    while history.undo():
        assert history.unsaved() or document.settings == {"x": 1}
    assert document.settings == {} and history.unsaved()


def test_the_disk_is_bounded_too(history):
    history.spill.limit = 0
    for value in range(5):
        history.do(set_value(history.document, ("settings", "x"), value, "Set"))
        for _, written in history.spill._kept:
            written.result()
    count = 0
    while history.undo():
        count += 1
    assert count < 5 and history.spill.lost and history.unsaved()


def test_a_file_that_was_spoilt_ends_undo_in_words(history):
    for value in range(4):
        history.do(set_value(history.document, ("settings", "x"), value, "Set"))
    path, written = history.spill._kept[-1]
    written.result()
    path.write_bytes(b"nonsense")
    with pytest.raises(NeodentError, match="no longer be undone") as caught:
        history.undo()
    assert caught.value.kind == "spill" and caught.value.remedy
    assert history.document.settings == {"x": 2} and history.undo() is None
    assert history.redo() is not None and history.document.settings == {"x": 3}


def test_a_new_document_leaves_nothing_on_disk(history, tmp_path):
    for value in range(4):
        history.do(set_value(history.document, ("settings", "x"), value, "Set"))
    history.clear()
    assert len(history.spill) == 0
    assert {path.name for path in tmp_path.glob("run-*/*")} == {"in-use"}


def test_leftovers_of_a_killed_run_go_and_those_of_a_living_one_stay(history, tmp_path):
    for value in range(3):
        history.do(set_value(history.document, ("settings", "x"), value, "Set"))
    (living,) = tmp_path.glob("run-*")
    dead = tmp_path / "run-dead"
    dead.mkdir()
    (dead / "in-use").touch()
    (dead / "00000000").write_bytes(b"old")
    prune(tmp_path)
    assert living.exists() and not dead.exists()
