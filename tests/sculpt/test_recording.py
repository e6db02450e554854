"""A recording says the same strokes again, bit for bit, and a broken one is refused in words."""

import dataclasses
import json
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neodent_viewer.mesh.shapes import sphere
from neodent_viewer.mesh.surface import Surface
from neodent_viewer.sculpt.alpha import Alpha
from neodent_viewer.sculpt.brushes import BRUSHES
from neodent_viewer.sculpt.recorded import Identity, LayerState, Recording, StrokeFileError
from neodent_viewer.sculpt.recording import dumps, load, loads, replay, save
from neodent_viewer.sculpt.stroke import BrushSettings, SculptMesh, Stroke


def ball(origin=(0.0, 0.0, 0.0)):
    made = sphere(4)
    return Surface(made.vertices, made.faces, origin=np.array(origin))


def mesh_of(surface):
    return SculptMesh(surface.vertices.copy(), surface.faces)


SETTINGS = {
    "plain": {},
    "mirrored": {"symmetry": True, "mirror_plane": (1.0, 0.1, 0.0, 0.25), "radial": 2},
    "stamped": {"alpha": Alpha(np.linspace(0, 1, 12, dtype=np.float32).reshape(3, 4), "ramp", 0.3)},
    "curved": {"falloff": "custom", "curve": ((0.0, 1.0), (0.3, 0.9), (1.0, 0.1)), "accumulate": False},
    "airbrush": {"rate": 40.0, "stabiliser": 0.2, "pressure_radius": True, "locked_labels": frozenset({11, 0})},
}


def sculpt(surface, settings):
    """Make one stroke of each brush as a window does; return the mesh and the recording."""
    mesh, recording = mesh_of(surface), Recording()
    part = recording.part(Identity.of(surface, file="/home/somebody/ball.ply", name="ball"))
    rng = np.random.default_rng(1)
    for name, brush in BRUSHES.items():
        stroke = Stroke(mesh, name, BrushSettings(3.0, brush.strength, **settings))
        for step in range(4):
            place = mesh.bvh.closest(rng.normal(size=3) * [1, 1, 0.2] + [0, 0, 9])[2]
            stroke.move_to(place, place, rng.uniform(), tilt=(3.5, -1.25), time=0.1 * step + 1 / 3)
        stroke.hold(0.7)
        stroke.lift()
        stroke.dab(rng.normal(size=3) / 10 + [0, 0, 10])
        recording.add(part, stroke)
    return mesh, recording


@pytest.mark.parametrize("options", SETTINGS)
def test_a_replay_is_bit_identical(options, tmp_path):
    surface = ball((12.3, 0.1, -4.0))
    made, recording = sculpt(surface, SETTINGS[options])
    save(recording, tmp_path / "s.json")
    again, read = mesh_of(surface), load(tmp_path / "s.json")
    for stroke in read.strokes:
        replay(again, stroke, np.array(read.parts[stroke.part].origin) - surface.origin)
    for name in ("position", "mask", "colour", "zone"):
        assert np.array_equal(again.array(name), made.array(name))
    assert not np.array_equal(made.vertices, surface.vertices)
    assert "somebody" not in dumps(recording)


def test_a_recording_reads_back_as_it_was_written():
    for options in SETTINGS.values():
        _, recording = sculpt(ball(), options)
        assert dumps(loads(dumps(recording))) == dumps(recording)


def test_the_tree_a_surface_got_on_the_way_makes_no_difference():
    surface = ball()
    made, recording = sculpt(surface, {})
    again = mesh_of(surface)
    for stroke in recording.strokes:
        arrays = again.arrays()
        again = SculptMesh(
            again.vertices, again.faces, None, arrays.get("mask"), arrays.get("colour"), arrays.get("zone")
        )
        replay(again, stroke)
    assert np.array_equal(again.vertices, made.vertices)


def test_a_surface_with_another_origin_gets_the_same_form():
    _, recording = sculpt(ball(), {"symmetry": True, "mirror_plane": (1.0, 0.1, 0.0, 0.25)})
    away = np.array([2.0, -1.0, 4.0])
    moved = Surface(ball().vertices - away.astype(np.float32), ball().faces, origin=away)
    again = mesh_of(moved)
    for stroke in recording.strokes[:3]:
        replay(again, stroke, np.array(recording.parts[0].origin) - moved.origin)
    few = mesh_of(ball())
    for stroke in recording.strokes[:3]:
        replay(few, stroke)
    assert np.abs(again.vertices + away - few.vertices).max() < 1e-4


def test_vertices_in_another_order_get_the_same_form():
    surface = ball()
    order = np.random.default_rng(3).permutation(len(surface.vertices))
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order))
    mixed = Surface(surface.vertices[order], rank[surface.faces])
    made, recording = sculpt(surface, {})
    again = mesh_of(mixed)
    for stroke in recording.strokes:
        replay(again, stroke)
    assert np.abs(again.vertices[rank] - made.vertices).max() < 1e-4


#: one stroke of two calls
ONE = """{"format": "neodent strokes", "version": 1, "parts": [{"file": "", "name": "", "jaw": "", "vertices": 3, "faces": 1,
"topology": "", "positions": "", "origin": [0, 0, 0]}], "strokes": [{"part": 0, "brush": "draw", "settings": {"radius": 2.0,
"alpha": null, "curve": [[0, 1], [1, 0]], "locked_labels": [11], "mirror_plane": null, "colour": [0, 0, 0, 255]}, "calls":
[{"kind": "move", "position": [0, 0, 0]}, {"kind": "hold", "time": 1}]}]}"""


def good():
    return json.loads(dumps(sculpt(ball(), {})[1]))


BAD = {
    "strokes[0].brush": (lambda d: d["strokes"][0].update(brush="chisel"), "no brush"),
    "strokes[1].part": (lambda d: d["strokes"][1].update(part=5), "of 1 parts"),
    "strokes[0].settings.sparkle": (lambda d: d["strokes"][0]["settings"].update(sparkle=1), "no setting"),
    "strokes[0].settings": (lambda d: d["strokes"][0]["settings"].update(radius=-1.0), "radius"),
    "strokes[0].settings.radius": (lambda d: d["strokes"][0]["settings"].update(radius="3"), "not a number"),
    "strokes[0].settings.curve[0][1]": (
        lambda d: d["strokes"][0]["settings"].update(curve=[[0, "x"], [1, 0]]),
        "number",
    ),
    "strokes[0].calls[0].position": (lambda d: d["strokes"][0]["calls"][0].update(position=[1, 2]), "2 numbers"),
    "strokes[0].calls[1].kind": (lambda d: d["strokes"][0]["calls"][1].update(kind="jump"), "there are move"),
    "strokes[0].calls": (lambda d: d["strokes"][0].update(calls=7), "not a list"),
    "parts[0].origin": (lambda d: d["parts"][0].pop("origin"), "missing"),
    "strokes[2].action": (lambda d: d["strokes"][2].update(action="melt"), "there are clear"),
    "strokes": (lambda d: d.pop("strokes"), "missing"),
}


@pytest.mark.parametrize("where", BAD)
def test_a_damaged_recording_is_refused_with_the_place(where):
    plain = good()
    change, words = BAD[where]
    change(plain)
    with pytest.raises(StrokeFileError) as caught:
        loads(json.dumps(plain), "s.json")
    assert where in caught.value.what
    assert words in caught.value.what
    assert caught.value.where == "s.json"
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "not_strokes"),
        ("[1]", "not_strokes"),
        ("{}", "not_strokes"),
        ("[" * 100000, "not_strokes"),
        ('{"format": "neodent strokes", "version": 3}', "newer"),
        ('{"format": "neodent strokes", "version": 1, "parts": [1], "strokes": []}', "damaged"),
    ],
)
def test_what_is_no_recording_is_refused(text, kind):
    with pytest.raises(StrokeFileError) as caught:
        loads(text)
    assert caught.value.kind == kind


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=3), lambda c: st.lists(c, max_size=3), max_leaves=4
    )
)
def test_nothing_in_a_recording_ends_in_a_traceback(junk):
    plain = json.loads(ONE)
    stroke = plain["strokes"][0]
    for holder, name in [(stroke, n) for n in stroke] + [(stroke["settings"], n) for n in stroke["settings"]]:
        kept, holder[name] = holder[name], junk
        with suppress(StrokeFileError):
            loads(json.dumps(plain))
        holder[name] = kept
    assert loads(json.dumps(plain)).strokes


def test_layers_are_written_and_a_place_that_is_none_is_refused():
    _, recording = sculpt(ball(), {})
    states = (LayerState("below", 0.37, True), LayerState("above", 1.5, False))
    recording.strokes = [
        dataclasses.replace(recording.strokes[0], layers=states, layer=1),
        dataclasses.replace(recording.strokes[1], layers=states),
    ]
    read = loads(dumps(recording)).strokes
    assert [(stroke.layers, stroke.layer) for stroke in read] == [(states, 1), (states, -1)]
    with pytest.raises(StrokeFileError, match="of 2 layers"):
        loads(dumps(recording).replace('"layer": 1', '"layer": 2'))


def test_a_recording_of_the_first_version_is_on_the_base():
    (stroke,) = loads(ONE).strokes
    assert stroke.layers == () and stroke.layer == -1
