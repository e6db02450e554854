"""What a dab touches goes up in a few ranges, and the picture is the one a fresh engine would draw."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from neodent_viewer.document.look import Look, Shading
from neodent_viewer.document.moment import Moment
from neodent_viewer.render.adaptors.part import merge_ranges
from neodent_viewer.render.views import Camera

SIZE = (160, 100)
CAMERA = Camera(distance=120)


@given(st.lists(st.integers(0, 5000), max_size=200), st.integers(0, 300))
def test_merged_ranges_cover_every_index_and_bridge_small_gaps_only(indices, gap):
    touched = np.array(indices, np.int64)
    ranges = merge_ranges(touched, gap)
    covered = np.concatenate([np.arange(a, b) for a, b in ranges]) if len(ranges) else np.zeros(0)
    assert set(touched) <= set(covered)
    for a, b in ranges:
        assert a in touched
        assert b - 1 in touched
        inside = np.unique(touched[(touched >= a) & (touched < b)])
        assert (np.diff(inside) - 1 <= gap).all()
    for (_, end), (start, _) in pairwise(ranges):
        assert start - end > gap


def draw(engine):
    engine.frame(
        "editor", CAMERA, Moment(), SIZE, transparent=True
    )  # the table moves with the next part, not with a dab
    return engine.read("editor").astype(int)


def dab(document, centre, push):
    vertices = document.parts["ball"].surface.vertices
    away = np.linalg.norm(vertices - centre, axis=1)
    touched = np.flatnonzero(away < 6).astype(np.int32)
    moved = vertices[touched] * (1 + push * (1 - away[touched, None] / 6))
    document.write_vertices("ball", "position", touched, moved.astype(np.float32))
    return touched


def test_dabs_reach_the_picture_with_their_normals(make_engine, document):
    engine = make_engine(document)
    before = draw(engine)
    dab(document, (0, 0, 10), 0.25)
    first = draw(engine)
    dab(document, (4, 0, 9), 0.25)  # from the second on, normals follow ring by ring
    dab(document, (-5, 3, 8), -0.2)
    live = draw(engine)
    fresh = draw(make_engine(document))
    assert np.abs(first - before).max() > 10
    assert np.abs(live - first).max() > 10
    assert np.abs(live - fresh).max() <= 2


def test_undo_brings_the_picture_back(engine, document):
    before = draw(engine)
    vertices = document.parts["ball"].surface.vertices
    kept = vertices.copy()
    touched = dab(document, (0, 0, 10), 0.3)
    assert np.abs(draw(engine) - before).max() > 10
    document.write_vertices("ball", "position", touched, kept[touched])
    assert np.abs(draw(engine) - before).max() <= 1


def test_a_stroke_beyond_the_box_is_not_cut_off(engine, document):
    draw(engine)
    vertices = document.parts["ball"].surface.vertices
    touched = np.flatnonzero(vertices[:, 2] > 8).astype(np.int32)
    document.write_vertices("ball", "position", touched, vertices[touched] * np.float32(6.0))
    engine.frame("editor", CAMERA, Moment(), SIZE, transparent=True)
    x, y, depth = CAMERA.project(vertices[touched[0]], SIZE)
    near, _ = CAMERA.depth_range(engine._document.bounds())
    assert near < depth
    assert engine.read("editor")[int(np.clip(y, 0, 99)), int(np.clip(x, 0, 159)), 3] == 255


def test_dabs_while_normals_are_being_made_are_not_forgotten(make_engine, document):
    waiting = []
    engine = make_engine(document, lambda work, then: waiting.append((work, then)))

    def settle():
        while waiting:
            work, then = waiting.pop(0)
            then(work())

    draw(engine)
    settle()
    draw(engine)
    dab(document, (0, 0, 10), 0.25)
    draw(engine)
    held = [(work(), then) for work, then in waiting]  # made now, delivered only after another dab
    waiting.clear()
    dab(document, (5, 0, 8), 0.25)
    draw(engine)
    for result, then in held:
        then(result)
    draw(engine)
    settle()
    assert np.abs(draw(engine) - draw(make_engine(document))).max() <= 2


def test_new_labels_are_seen(make_engine, make_ball, document):
    document.set(("parts", "ball"), make_ball(labels=11))
    document.set(("look",), Look(shading=Shading.CLINICAL, scale_bar=False))
    engine = make_engine(document)
    enamel = draw(engine)[50, 80]
    count = len(document.parts["ball"].surface.vertices)
    half = np.flatnonzero(document.parts["ball"].surface.vertices[:, 1] < 5).astype(np.int32)
    document.write_vertices("ball", "labels", half, np.zeros(len(half), np.int16))
    gum = draw(engine)[50, 80]
    assert 0 < len(half) < count
    assert gum[0] - gum[1] > enamel[0] - enamel[1] + 20  # redder
