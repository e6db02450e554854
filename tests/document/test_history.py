"""Undo and redo: bit for bit, bounded by bytes, and sure of what is unsaved, whatever order things come in."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.core.signals import EmitLoopError, root_cause
from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import TopologyEdit, ValueEdit, VertexEdit, set_value
from neodent_viewer.document.finding import Finding
from neodent_viewer.document.history import History
from neodent_viewer.document.part import BASE, POSITION, Part
from neodent_viewer.mesh.shapes import plane, sphere

LABELS = np.int16


def opened():
    document = Document()
    surface = plane(3)
    surface.arrays["labels"] = np.zeros(len(surface.vertices), LABELS)
    part = Part("part", "sheet", surface)
    document.set(("parts", "part"), part)
    return document, History(document)


def picture(document):
    """Return everything a document holds, comparable to the last bit."""
    parts = {
        key: (p.name, p.visible, p.transform.tobytes(), p.topology_version, p.surface.vertices.tobytes(),
              p.surface.faces.tobytes(), {n: a.tobytes() for n, a in p.surface.arrays.items()})
        for key, p in document.parts.items()
    }  # fmt: skip
    return parts, dict(document.findings), dict(document.settings), document.look


@st.composite
def some_edit(draw):
    """Return a recipe: a function that makes an edit for the document as it is then."""
    kind, seed = (
        draw(st.sampled_from(["stroke", "paint", "name", "move", "hide", "note", "look", "setting", "remesh"])),
        draw(st.integers(0, 99)),
    )

    def make(document):
        part, rng = document.parts["part"], np.random.default_rng(seed)
        count = len(part.surface.vertices)
        ids = np.sort(rng.choice(count, 3, replace=False)).astype(np.int32)
        if kind == "stroke":
            after = rng.normal(size=(3, 3)).astype(np.float32)
            return VertexEdit("part", BASE, POSITION, ids, part.surface.vertices[ids], after)
        if kind == "paint":
            before = part.surface.arrays["labels"][ids]
            return VertexEdit("part", BASE, "labels", ids, before, rng.integers(0, 48, 3).astype(LABELS))
        if kind == "remesh":
            new = sphere(seed % 2)
            new.arrays["labels"] = np.full(len(new.vertices), seed, LABELS)
            return TopologyEdit("part", part.surface, new, version=part.topology_version)
        places = {
            "name": (("parts", "part", "name"), f"n{seed}"),
            "move": (("parts", "part", "transform"), np.diag([1, 1, 1, 1.0]) + rng.normal(size=(4, 4))),
            "hide": (("parts", "part", "visible"), bool(seed % 2)),
            "note": (("findings", f"f{seed % 3}"), None if seed % 4 == 0 else Finding(f"f{seed % 3}", str(seed))),
            "look": (("look",), replace(document.look, glitch=seed / 100)),
            "setting": (("settings", "feed"), None if seed % 4 == 0 else str(seed)),
        }
        return set_value(document, *places[kind], "Change")

    return make


ACTIONS = st.lists(st.one_of(some_edit(), st.sampled_from(["undo", "redo", "save"])), max_size=25)


@settings(deadline=None, max_examples=80)
@given(ACTIONS)
def test_undo_and_redo_restore_bit_for_bit_and_unsaved_is_true(actions):
    document, history = opened()
    states, at, saved = [picture(document)], 0, 0
    for action in actions:
        if action == "undo":
            assert (history.undo() is None) == (at == 0)
            at = max(at - 1, 0)
        elif action == "redo":
            assert (history.redo() is None) == (at == len(states) - 1)
            at = min(at + 1, len(states) - 1)
        elif action == "save":
            history.mark_saved()
            saved = at
        else:
            history.do(action(document))
            saved = saved if saved is not None and saved <= at else None
            states[at + 1 :] = [picture(document)]
            at += 1
        assert picture(document) == states[at]
        assert history.unsaved() == (at != saved)
        assert len(history.done()) == at
        assert len(history.undone()) == len(states) - 1 - at
        assert history.nbytes() == sum(e.nbytes() for e in (*history.done(), *history.undone()))
    while history.undo():
        pass
    assert picture(document) == states[0]


@settings(deadline=None, max_examples=80)
@given(ACTIONS, st.integers(0, 3000))
def test_bounded_by_bytes_and_never_wrongly_saved(actions, limit):
    document, history = opened()
    history.limit = limit
    on_disk = picture(document)
    for action in actions:
        if action == "undo":
            history.undo()
        elif action == "redo":
            history.redo()
        elif action == "save":
            history.mark_saved()
            on_disk = picture(document)
        else:
            before = history.done()
            history.do(action(document))
            assert history.nbytes() <= max(limit, history.done()[-1].nbytes())
            assert history.done() == (*before, history.done()[-1])[-len(history.done()) :]
        if not history.unsaved():
            assert picture(document) == on_disk


def test_a_save_that_took_a_while_counts_as_of_its_start():
    document, history = opened()
    history.do(set_value(document, ("settings", "a"), 1, "One"))
    start = history.done()
    history.do(set_value(document, ("settings", "a"), 2, "Two"))
    history.mark_saved(start)
    assert history.unsaved()
    history.undo()
    assert not history.unsaved()


def test_a_restored_history_can_be_undone_and_counts_as_saved():
    document, history = opened()
    for value in (1, 2, 3):
        history.do(set_value(document, ("settings", "a"), value, "Set"))
    history.undo()
    fresh = History(document)
    fresh.restore(history.done(), history.undone())
    assert not fresh.unsaved()
    assert fresh.redo().after == 3
    assert [fresh.undo().after for _ in range(3)] == [3, 2, 1]
    assert document.settings == {}


def test_everyone_is_told_once_an_action():
    document, history = opened()
    told, changes = [], []
    history.changed.connect(lambda: told.append(len(history.done())))
    document.changed.connect(changes.append)
    history.do(set_value(document, ("parts", "part", "name"), "new", "Rename"))
    history.undo()
    history.redo()
    assert told == [1, 0, 1]
    assert [change.path for change in changes] == [("parts", "part", "name")] * 3


def test_a_stroke_drawn_live_is_kept_without_being_drawn_again():
    document, history = opened()
    changes = []
    document.changed.connect(changes.append)
    history.keep(ValueEdit(("settings", "a"), None, 1))
    assert (changes, document.settings) == ([], {})


def test_layers_refuse_with_a_sentence_and_nothing_is_kept():
    _, history = opened()
    ids, rows = np.zeros(1, np.int32), np.zeros((1, 3), np.float32)
    with pytest.raises(ArgumentError) as caught:
        history.do(VertexEdit("part", "layer-1", POSITION, ids, rows, rows))
    assert "base layer" in caught.value.remedy
    assert history.done() == ()


def test_a_vertex_edit_names_what_it_touched():
    document, history = opened()
    changes, ids = [], np.array([2, 5], np.int32)
    document.changed.connect(changes.append)
    before = document.parts["part"].surface.vertices[ids]
    history.do(VertexEdit("part", BASE, POSITION, ids, before, before + 1))
    assert changes[0].path == ("parts", "part", "arrays", POSITION)
    assert changes[0].indices.tolist() == [2, 5]


def look_edit(document, title="Glitch", **values):
    return ValueEdit(("look",), document.look, replace(document.look, **values), title)


def test_undo_in_mid_preview_takes_the_whole_preview_back_and_leaves_no_step_behind():
    document, history = opened()
    untouched = document.look
    for value in (0.9, 0.6, 0.3):
        history.preview(look_edit(document, glitch=value))
    assert not history.done() and document.look.glitch == 0.3
    assert history.undo() is not None and document.look == untouched
    history.settle()
    assert not history.done() and history.redo() is not None and document.look.glitch == 0.3


def test_another_edit_in_mid_preview_keeps_both_and_each_is_taken_back_alone():
    document, history = opened()
    untouched = document.look
    history.preview(look_edit(document, glitch=0.5))
    history.do(look_edit(document, "Legend", legend=not untouched.legend))
    assert [edit.title for edit in history.done()] == ["Glitch", "Legend"]
    history.undo()
    assert document.look == replace(untouched, glitch=0.5)
    history.undo()
    assert document.look == untouched


def test_a_preview_of_a_document_that_was_closed_is_forgotten():
    document, history = opened()
    history.preview(look_edit(document, glitch=0.5))
    history.clear()
    history.settle()
    assert not history.done() and not history.unsaved()


def test_a_group_is_one_step_whatever_is_in_it():
    document, history = opened()
    told = []
    before = picture(document)
    history.changed.connect(lambda: told.append(1))
    with history.group("Both"):
        history.do(set_value(document, ("parts", "part", "name"), "a", "Name"))
        with history.group("Inner"):
            history.do(set_value(document, ("parts", "part", "name"), "b", "Name"))
        history.do(set_value(document, ("parts", "part", "visible"), False, "Hide"))
    after = picture(document)
    assert [edit.title for edit in history.done()] == ["Both"] and len(told) == 1
    assert history.nbytes() == history.done()[0].nbytes() > 0
    history.undo()
    assert picture(document) == before
    history.redo()
    assert picture(document) == after


def test_a_group_that_breaks_off_can_still_be_undone():
    document, history = opened()
    before = picture(document)
    with pytest.raises(RuntimeError), history.group("Both"):
        for name in "ab":
            history.do(set_value(document, ("parts", "part", "name"), name, "Name"))
        raise RuntimeError
    assert len(history.done()) == 1
    history.undo()
    assert picture(document) == before and not history.unsaved()


def test_an_empty_group_is_no_step():
    _, history = opened()
    with history.group("Nothing"):
        pass
    assert not history.done() and not history.unsaved()


def test_what_is_no_edit_wants_saving_all_the_same():
    history = History(Document())
    history.note_outside()
    assert history.unsaved()
    assert history.undo() is None
    history.mark_saved()
    assert not history.unsaved()


def test_a_listener_that_fails_leaves_a_way_back():
    document = Document()
    history = History(document)

    def broken(_):
        raise RuntimeError("a view broke")

    document.changed.connect(broken)
    with pytest.raises(EmitLoopError) as caught:
        history.do(set_value(document, ("settings", "x"), 1, "Set"))
    assert str(root_cause(caught.value)) == "a view broke"
    document.changed.disconnect(broken)
    assert document.settings == {"x": 1}
    history.undo()
    assert document.settings == {}
