"""Sculpt layers: what is seen is composed, the base is never lost, and every change comes back bit for bit."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.document import layers
from neodent_viewer.document.composing import rescaled
from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import VertexEdit
from neodent_viewer.document.history import History
from neodent_viewer.document.original import is_original, original_positions
from neodent_viewer.document.part import BASE, POSITION, Part
from neodent_viewer.mesh.shapes import plane, sphere


def opened(surface=None):
    document = Document()
    part = Part("part", "sheet", surface or plane(6))
    document.set(("parts", "part"), part)
    return document, part, History(document)


def add(history, part, name=""):
    history.do(layers.add_edit(part, name))
    return part.layers[-1].id


def stroke(history, part, layer_id, rows, move, live=True):
    """Move rows as a brush does: in place first, then as an edit."""
    rows = np.asarray(rows, np.int32)
    before = part.surface.vertices[rows].copy()
    after = (before + np.asarray(move, np.float32)).astype(np.float32)
    if live:
        part.surface.vertices[rows] = after
    history.do(layers.stroke_edit(part, layer_id, rows, before, after))
    return after


def state(part):
    kept = [(x.id, x.name, x.strength, x.visible, x.indices.tobytes(), x.deltas.tobytes()) for x in part.layers]
    base = None if part.base is None else part.base.tobytes()
    return part.surface.vertices.tobytes(), base, kept


def slow(part):
    """Compose by the definition, vertex by vertex."""
    out = []
    for vertex, start in enumerate(part.base if part.base is not None else part.surface.vertices):
        total = start.astype(np.float64)
        for layer in part.layers:
            if layer.visible and vertex in layer.indices:
                total = total + layer.strength * layer.deltas[list(layer.indices).index(vertex)].astype(np.float64)
        out.append(total)
    return np.array(out)


ROWS = st.lists(st.integers(0, 48), min_size=1, max_size=9, unique=True)
ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["stroke", "add", "remove", "strength", "hide", "move", "merge", "rename", "undo", "redo"]),
        st.integers(0, 6), st.floats(0, 1.5), ROWS,
    ),
    max_size=30,
)  # fmt: skip


def act(history, part, what, number, strength, rows):
    """Do one thing to a part; what is refused changes nothing."""
    ids = [BASE, *(layer.id for layer in part.layers)]
    chosen = ids[number % len(ids)]
    makers = {
        "add": lambda: layers.add_edit(part),
        "remove": lambda: layers.remove_edit(part, chosen),
        "strength": lambda: layers.strength_edit(part, chosen, strength),
        "hide": lambda: layers.visible_edit(part, chosen, bool(number % 2)),
        "move": lambda: layers.move_edit(part, chosen, number),
        "merge": lambda: layers.merge_down_edit(part, chosen),
        "rename": lambda: layers.rename_edit(part, chosen, f"n{number}"),
    }
    if what == "undo":
        history.undo()
    elif what == "redo":
        history.redo()
    elif what == "stroke":
        layers.check_stroke(part, chosen)
        stroke(history, part, chosen, rows, [0.1 * number, 0.3, strength])
    else:
        history.do(makers[what]())


@settings(max_examples=60)
@given(ACTIONS)
def test_whatever_is_done_composes_and_comes_back_bit_for_bit(actions):
    _, part, history = opened()
    began, states = state(part), {}
    for action in actions:
        states[len(history.done())] = state(part)
        try:
            act(history, part, *action)
        except ArgumentError as refused:
            assert refused.remedy and state(part) == states[len(history.done())]
        assert np.abs(part.surface.vertices - slow(part)).max() < 1e-5
        assert (part.base is not None) == bool(part.layers)
    ended, count = state(part), len(history.done())
    while history.undo():
        pass
    assert state(part) == began
    for _ in range(count):
        history.redo()
    assert state(part) == ended


def test_a_stroke_on_a_layer_leaves_the_base_and_scales_with_strength():
    _, part, history = opened()
    base = part.surface.vertices.copy()
    layer = add(history, part)
    stroke(history, part, layer, [3, 9], [0, 0, 1])
    assert part.base.tobytes() == base.tobytes()
    history.do(layers.strength_edit(part, layer, 0.5))
    assert part.surface.vertices[3, 2] == 0.5
    stroke(history, part, layer, [3], [0, 0, 1])  # at half strength the same hand must move as far
    assert part.surface.vertices[3, 2] == 1.5
    history.do(layers.strength_edit(part, layer, 9.0))
    assert part.layers[0].strength == 1.5 and part.surface.vertices[3, 2] == 4.5
    history.do(layers.remove_edit(part, layer))
    assert part.surface.vertices.tobytes() == base.tobytes() and part.base is None


def test_a_stroke_on_the_base_under_layers_moves_the_base_alone():
    _, part, history = opened()
    layer = add(history, part)
    stroke(history, part, layer, [3], [0, 0, 2])
    after = stroke(history, part, BASE, [3, 4], [0, 1, 0])
    assert np.allclose(part.surface.vertices[[3, 4]], after)
    assert part.base[3, 2] == 0 and part.base[3, 1] - plane(6).vertices[3, 1] == pytest.approx(1)
    assert layers.deltas_at(part.layers[0], np.array([3], np.int32)).tolist() == [[0, 0, 2]]


def test_hidden_and_powerless_layers_refuse_a_stroke_in_words():
    _, part, history = opened()
    layer = add(history, part, "Cusps")
    rows, one = np.zeros(1, np.int32), np.zeros((1, 3), np.float32)
    history.do(layers.visible_edit(part, layer, False))
    with pytest.raises(ArgumentError, match="Cusps is hidden") as caught:
        layers.stroke_edit(part, layer, rows, one, one + 1)
    assert "Show it" in caught.value.remedy
    history.undo()
    history.do(layers.strength_edit(part, layer, 0))
    with pytest.raises(ArgumentError, match="strength 0"):
        layers.check_stroke(part, layer)
    with pytest.raises(ArgumentError, match="no such sculpt layer"):
        layers.check_stroke(part, "layer-none")
    with pytest.raises(ArgumentError, match="needs a name"):
        layers.rename_edit(part, layer, "  ")


def test_a_paint_on_a_layer_is_refused():
    _, _, history = opened()
    row = np.zeros(1, np.int32)
    with pytest.raises(ArgumentError, match="shapes only"):
        history.do(VertexEdit("part", "layer-1", "labels", row, row, row))


def test_a_slider_tells_only_what_it_moves_and_becomes_one_step():
    document, part, history = opened(sphere(3))
    layer = add(history, part)
    stroke(history, part, layer, [5, 2, 8], [0, 1, 0])
    other = add(history, part)
    stroke(history, part, other, [100, 8], [1, 0, 0])
    before, told = state(part), []
    document.changed.connect(told.append)
    for strength in (0.9, 0.4, 1.3):
        history.preview(layers.strength_edit(part, layer, strength))
    history.settle()
    moves = [change for change in told if change.path[2:] == ("arrays", POSITION)]
    assert len(moves) == 3 and all(change.indices.tolist() == [2, 5, 8] for change in moves)
    assert history.done()[-1].title == "Strength of Layer 1"
    history.undo()
    assert state(part) == before


def test_merging_keeps_the_shape_and_reordering_changes_none():
    _, part, history = opened()
    lower, upper = add(history, part), add(history, part)
    stroke(history, part, lower, [1, 2], [0, 0, 1])
    stroke(history, part, upper, [2, 3], [0, 1, 0])
    history.do(layers.strength_edit(part, lower, 0.7))
    history.do(layers.strength_edit(part, upper, 1.2))
    shape = part.surface.vertices.copy()
    history.do(layers.move_edit(part, upper, 0))
    assert [layer.id for layer in part.layers] == [upper, lower]
    assert np.abs(part.surface.vertices - shape).max() < 1e-6
    history.undo()
    history.do(layers.merge_down_edit(part, upper))
    assert [layer.id for layer in part.layers] == [lower] and part.layers[0].strength == 0.7
    assert np.abs(part.surface.vertices - shape).max() < 1e-6
    with pytest.raises(ArgumentError, match="no layer below"):
        layers.merge_down_edit(part, lower)


def test_edits_know_their_bytes():
    _, part, history = opened()
    layer = add(history, part)
    stroke(history, part, layer, np.arange(40), [0, 0, 1])
    assert history.done()[-1].nbytes() == 40 * (4 + 12 + 12)
    history.do(layers.remove_edit(part, layer))
    assert history.done()[-1].nbytes() >= 40 * 16
    assert part.nbytes() == part.surface.nbytes() + part.original.nbytes


@pytest.mark.parametrize("live", [True, False])
def test_the_original_is_what_was_there_before_the_first_stroke(live):
    _, part, history = opened()
    came = part.surface.vertices.copy()
    assert is_original(part) and original_positions(part) is part.surface.vertices
    stroke(history, part, BASE, [3, 9], [0, 0, 1], live)
    stroke(history, part, add(history, part), [3], [0, 0, 1], live)
    assert original_positions(part).tobytes() == came.tobytes()
    history.undo()
    assert not is_original(part)


def test_an_edit_kept_after_it_was_drawn_still_leaves_the_original():
    _, part, history = opened()
    came, rows = part.surface.vertices.copy(), np.array([4], np.int32)
    part.surface.vertices[4] += 1
    history.keep(VertexEdit("part", BASE, POSITION, rows, came[rows], part.surface.vertices[rows]))
    assert original_positions(part).tobytes() == came.tobytes()


def test_what_would_move_a_locked_tooth_is_refused():
    surface = plane(6)
    surface.arrays["labels"] = np.where(surface.vertices[:, 0] > 0, 11, 0).astype(np.int16)
    document, part, history = opened(surface)
    on_tooth, beside = add(history, part), add(history, part)
    stroke(history, part, on_tooth, np.flatnonzero(surface.labels == 11)[:4], [0, 0, 1])
    stroke(history, part, beside, np.flatnonzero(surface.labels == 0)[:4], [0, 0, 1])
    document.set(("parts", "part", "locked"), frozenset({11}))
    held = part.surface.vertices[surface.labels == 11].tobytes()
    for refused in (
        lambda: layers.strength_edit(part, on_tooth, 0.3),
        lambda: layers.visible_edit(part, on_tooth, False),
        lambda: layers.remove_edit(part, on_tooth),
        lambda: layers.move_edit(part, on_tooth, 1),
        lambda: layers.merge_down_edit(part, beside),
    ):
        with pytest.raises(ArgumentError, match="locked") as caught:
            refused()
        assert "Unlock" in caught.value.remedy
    history.do(layers.strength_edit(part, beside, 0.3))
    history.do(layers.rename_edit(part, on_tooth, "Cusp"))
    history.do(layers.remove_edit(part, beside))
    assert part.surface.vertices[surface.labels == 11].tobytes() == held


def test_a_part_read_in_another_unit_keeps_its_layers():
    _, part, history = opened(sphere(2))
    layer = add(history, part)
    stroke(history, part, layer, [3, 9], [0, 0, 1])
    history.do(layers.strength_edit(part, layer, 0.5))
    before, surface = state(part), part.surface
    larger = replace(surface, vertices=surface.vertices * np.float32(25.4), arrays=dict(surface.arrays))
    other = rescaled(replace(part, surface=larger), 25.4)
    assert np.allclose(other.surface.vertices, part.surface.vertices * 25.4, rtol=1e-6)
    assert np.allclose(other.base, part.base * 25.4, rtol=1e-6)
    assert np.allclose(original_positions(other), original_positions(part) * 25.4, rtol=1e-6)
    assert state(part) == before


def test_moving_and_renaming_a_large_layer_costs_undo_next_to_nothing():
    _, part, history = opened()
    first, _ = add(history, part), add(history, part)
    stroke(history, part, first, np.arange(49), [0, 0, 1])
    assert layers.move_edit(part, first, 1).nbytes() < 400
    assert layers.rename_edit(part, first, "Other").nbytes() < 400
