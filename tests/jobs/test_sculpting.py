"""Replaying strokes on documents: whatever the strokes and the surface, a form comes out or words do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neodent_viewer.document.contact import Surroundings
from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import ValueEdit
from neodent_viewer.document.history import History
from neodent_viewer.document.layers import add_edit, strength_edit, stroke_edit
from neodent_viewer.document.part import Part
from neodent_viewer.jobs.sculpting import replay_all, volume
from neodent_viewer.mesh.distance import SignedDistance
from neodent_viewer.mesh.shapes import plane, sphere
from neodent_viewer.mesh.surface import Surface
from neodent_viewer.sculpt.brushes import BRUSHES
from neodent_viewer.sculpt.recorded import Identity, LayerState, Recorded, Recording, StrokeFileError
from neodent_viewer.sculpt.recording import dumps, loads
from neodent_viewer.sculpt.settings import BrushSettings
from neodent_viewer.sculpt.stroke import Call, SculptMesh, Stroke

CORNERS = np.float32([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, -1, 0]])
SURFACES = {
    "triangle": (CORNERS[:3], [[0, 1, 2]]),
    "three on an edge": (CORNERS, [[0, 1, 2], [0, 1, 3], [0, 1, 4]]),
    "doubled and turned": (CORNERS[:3], [[0, 1, 2], [0, 1, 2], [2, 1, 0]]),
    "no area": (CORNERS[:3] * 0, [[0, 1, 2]]),
    "sheet": (plane(6).vertices, plane(6).faces),
}


def document_of(surface, name="it"):
    surface.name = name
    part = Part.from_surface(surface)
    document = Document()
    document.set(("parts", part.id), part)
    return document, History(document), part


def surface_of(kind):
    vertices, faces = SURFACES[kind]
    return Surface(np.array(vertices, np.float32), np.array(faces, np.int32))


def calls():
    number = st.one_of(st.floats(-3, 3), st.sampled_from([0.0, 1e6, -1e6]))
    place = st.tuples(number, number, number)
    normal = st.sampled_from([None, (0.0, 0.0, 1.0), (0.0, 0.0, 0.0), (1e30, 0.0, 0.0)])
    time = st.sampled_from([None, 0.0, 0.5, 1.0, -1.0, 1e9])
    return st.builds(Call, st.sampled_from(["move", "dab", "hold", "lift"]), place, normal, st.floats(0, 2), time=time)


OPTIONS = st.fixed_dictionaries(
    {
        "radius": st.sampled_from([1e-4, 0.5, 2.0, 1e5]),
        "strength": st.sampled_from([0.0, 0.3, -2.0, 1e4]),
        "spacing": st.sampled_from([0.5, 100.0]),
        "rate": st.sampled_from([0.0, 20.0]),
        "symmetry": st.booleans(),
        "radial": st.integers(1, 3),
        "accumulate": st.booleans(),
        "stabiliser": st.sampled_from([0.0, 0.5]),
        "cavity": st.sampled_from([0.0, -1.0]),
    }
)


@settings(deadline=None, max_examples=80)
@given(st.sampled_from(list(SURFACES)), st.sampled_from(list(BRUSHES)), OPTIONS, st.lists(calls(), max_size=4))
def test_any_strokes_on_any_surface_end_in_a_form_or_in_words(kind, brush, options, made):
    document, history, part = document_of(surface_of(kind))
    before = part.surface.vertices.copy()
    recording = Recording(
        [Identity.of(part.surface, name="it")], [Recorded(0, brush, BrushSettings(**options), tuple(made))]
    )
    try:
        (report,) = replay_all(document, history, recording, lambda sentence: None)
    except StrokeFileError as error:
        assert error.where == "strokes[0]" and error.remedy
        return
    assert np.isfinite(part.surface.vertices).all()
    assert np.isfinite(report.deviation) and np.isfinite(report.volume)
    if history.done():
        history.undo()
    assert np.array_equal(part.surface.vertices, before)


def test_a_pen_that_hardly_touches_moves_nothing():
    document, history, part = document_of(surface_of("triangle"))
    before = part.surface.vertices.copy()
    calls = (Call("move", (0.0, 0.0, 0.0), pressure=8e-171),)
    recording = Recording([Identity.of(part.surface)], [Recorded(0, "draw", BrushSettings(2.0, 0.1, radial=2), calls)])
    replay_all(document, history, recording, lambda sentence: None)
    assert np.array_equal(part.surface.vertices, before)


def test_a_report_tells_what_a_stroke_did():
    ball = Surface(sphere(4).vertices.copy(), sphere(4).faces)
    document, history, part = document_of(ball)
    whole = volume(part.surface.vertices, part.surface.faces)
    assert whole == pytest.approx(4 / 3 * np.pi * 1000, rel=0.01)
    options = BrushSettings(30.0, 0.5, falloff="constant")
    recording = Recording(
        [Identity.of(ball, name="it")], [Recorded(0, "inflate", options, (Call("dab", (0, 0, 10.0)),))]
    )
    (report,) = replay_all(document, history, recording, pytest.fail)
    assert report.touched == len(ball.vertices)
    assert report.deviation == pytest.approx(0.5, abs=1e-5)
    assert report.volume == pytest.approx(whole * (1.05**3 - 1), rel=1e-3)
    assert "mm³" in report.line()


def test_what_the_part_has_locked_stays_whatever_was_recorded():
    flat = plane(20)
    labels = np.where(flat.vertices[:, 0] > 0, 11, 21).astype(np.int16)
    document, history, part = document_of(Surface(flat.vertices, flat.faces, arrays={"labels": labels}))
    recording = Recording([Identity.of(part.surface, name="it")])
    recording.strokes.append(Recorded(0, "draw", BrushSettings(2.0, 0.2), (Call("dab", (0, 0, 0)),)))
    history.do(ValueEdit(("parts", part.id, "locked"), part.locked, frozenset({21})))
    replay_all(document, history, recording, pytest.fail)
    assert part.surface.vertices[labels == 11, 2].max() > 0.1
    assert (part.surface.vertices[labels == 21, 2] == 0).all()


def test_strokes_for_a_part_that_is_not_there_are_refused():
    document, history, _ = document_of(surface_of("sheet"))
    other = Part.from_surface(surface_of("triangle"))
    document.set(("parts", other.id), other)
    recording = Recording([Identity("x.stl", "lost", "", 1, 1, "", "", (0.0, 0.0, 0.0))])
    with pytest.raises(StrokeFileError, match="lost"):
        replay_all(document, history, recording, lambda sentence: None)


@pytest.mark.parametrize("strengths", [(0.37,), (1.5,), (0.37, 1.5)])
def test_strokes_on_layers_come_out_the_same_bit_for_bit_though_a_layer_rounds_once_more(strengths):
    def ball():
        return Surface(sphere(5).vertices.copy(), sphere(5).faces)

    _, history, part = document_of(ball())
    mesh = SculptMesh(part.surface.vertices, part.surface.faces)
    recording, rounded = Recording([Identity.of(part.surface, name="it")]), 0
    for number, strength in enumerate(strengths):
        history.do(add_edit(part, f"layer {number}"))
        history.do(strength_edit(part, part.layers[number].id, strength))
    states = tuple(LayerState(layer.name, layer.strength, True) for layer in part.layers)
    for number, brush in enumerate(("grab", "draw", "grab", "smooth", "grab", "inflate")):
        chosen = number % len(strengths)
        stroke = Stroke(mesh, brush, BrushSettings(4.0, 0.3))
        stroke.move_to((0.0, 0.0, 10.0))
        stroke.move_to((1.0 - number / 2, number / 3 - 1.0, 10.0))
        ids, before, after = stroke.finish()
        history.do(stroke_edit(part, part.layers[chosen].id, ids, before, after))
        mesh.follow(ids)
        rounded += int((part.surface.vertices[ids] != after).any(axis=1).sum())
        made = Recorded(0, brush, stroke.settings, tuple(stroke.calls), layers=states, layer=chosen)
        recording.strokes.append(made)
    assert rounded  # else the base would do as well
    other, past, again = document_of(ball())
    replay_all(other, past, recording, pytest.fail)
    assert again.surface.vertices.tobytes() == part.surface.vertices.tobytes()
    for one, two in zip(part.layers, again.layers, strict=True):
        assert one.strength == two.strength and one.deltas.tobytes() == two.deltas.tobytes()


def test_a_layer_that_was_not_there_when_strokes_were_recorded_is_told_of():
    document, history, part = document_of(Surface(plane(20).vertices, plane(20).faces))
    history.do(add_edit(part, "other"))
    rows = np.arange(5, dtype=np.int32)
    here = part.surface.vertices[rows]
    history.do(stroke_edit(part, part.layers[0].id, rows, here, here + np.float32(0.1)))
    recording, told = Recording([Identity.of(part.surface, name="it")]), []
    states = (LayerState("new", 0.5, True),)
    recording.strokes.append(
        Recorded(0, "draw", BrushSettings(2.0, 0.2), (Call("dab", (0, 0, 0)),), layers=states, layer=0)
    )
    replay_all(document, history, recording, told.append)
    assert [layer.name for layer in part.layers] == ["other", "new"] and len(part.layers[1].indices)
    assert "other" in told[0]


def _two_balls():
    """Return a document with a ball to sculpt and another one 0.05 mm over it."""
    document, history, part = document_of(Surface(sphere(4).vertices.copy(), sphere(4).faces))
    other = Part.from_surface(Surface(sphere(4).vertices.copy(), sphere(4).faces, name="other"))
    other.transform[2, 3] = 20.05
    document.set(("parts", other.id), other)
    return document, history, part, other


def _contact_strokes(keep):
    document, _, part, other = _two_balls()
    moved = Identity.of(other.surface, name="other", transform=other.transform)
    recording = Recording([Identity.of(part.surface, name="it"), moved])
    mesh = SculptMesh(part.surface.vertices, part.surface.faces)
    around = Surroundings(document, part)
    for brush in ("draw", "grab", "inflate"):
        stroke = Stroke(mesh, brush, BrushSettings(4.0, 0.1, keep_contact=keep), around.catch_up())
        stroke.move_to((0.0, 0.0, 10.0))
        stroke.move_to((1.0, 0.5, 10.2))
        recording.strokes.append(Recorded(0, brush, stroke.settings, tuple(stroke.calls), against=(1,) if keep else ()))
    return part.surface.vertices, loads(dumps(recording))


def test_strokes_that_keep_contact_come_out_the_same_bit_for_bit():
    made, recording = _contact_strokes(True)
    document, history, part, other = _two_balls()
    reports = replay_all(document, history, recording, pytest.fail)
    assert part.surface.vertices.tobytes() == made.tobytes() and reports[0].touched
    plain, past, again, unmoved = _two_balls()
    unmoved.transform = np.eye(4)  # as a mesh file comes: where it stood is in the recording
    replay_all(plain, past, recording, pytest.fail)
    assert again.surface.vertices.tobytes() == made.tobytes()
    solid = SignedDistance(
        part.to_local(other.to_world(other.surface.vertices)).astype(np.float32), other.surface.faces
    )
    assert solid.at(part.surface.vertices, 0.5).min() > -1e-4
    through, _ = _contact_strokes(False)
    assert solid.at(through, 0.5).min() < -0.02


def test_a_part_that_is_missing_beside_the_strokes_is_told_of():
    _, recording = _contact_strokes(True)
    document, history, _ = document_of(Surface(sphere(4).vertices.copy(), sphere(4).faces))
    told = []
    replay_all(document, history, recording, told.append)
    assert len(told) == 1 and "other, with which the strokes kept contact, is not given" in told[0]
    document, history, _, other = _two_balls()
    other.surface.vertices[0] += 1.0
    told.clear()
    replay_all(document, history, recording, told.append)
    assert len(told) == 1 and "other is not as it was" in told[0]
