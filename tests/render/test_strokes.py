"""What a dab touches goes up in a few ranges, and the picture is the one a fresh engine would draw."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neodent_viewer.document.look import Look, Shading
from neodent_viewer.document.moment import Moment
from neodent_viewer.mesh.following import Following
from neodent_viewer.mesh.weld import weld
from neodent_viewer.render.adaptors.rows import Rows, merge_ranges
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


@pytest.mark.parametrize("ordered", [True, False])
def test_what_somebody_follows_reaches_the_picture_too(make_engine, document, ordered):
    part = document.parts["ball"]
    if ordered:
        part.surface = weld(part.surface)
    following = part.following = Following(part.surface.vertices, part.surface.faces)
    assert following.bvh.in_order == ordered
    document.changed.connect(lambda change: following.follow(change.indices))
    engine = make_engine(document)
    draw(engine)
    for place, push in (((0, 0, 10), 0.25), ((4, 0, 9), 0.25), ((-5, 3, 8), -0.2)):
        dab(document, place, push)
        live = draw(engine)
        assert np.abs(live - draw(make_engine(document))).max() <= 2
    part.following = None  # nobody does any more: the next dab is followed as ever
    dab(document, (0, 7, 7), 0.2)
    assert np.abs(draw(engine) - live).max() > 10
    dab(document, (0, -7, 7), 0.2)
    assert np.abs(draw(engine) - draw(make_engine(document))).max() <= 2


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


# -- what is worked out over the shape ---------------------------------------------------------------------------


class Later:
    """Work behind the picture that is done when the test says."""

    def __init__(self):
        self.waiting, self.done = [], 0

    def __call__(self, work, then):
        self.waiting.append((work, then))

    def settle(self):
        while self.waiting:
            work, then = self.waiting.pop(0)
            then(work())
            self.done += 1


@pytest.fixture
def probed(document, probe_at):
    probe_at(document, "ball", (0, 0, 10), "a")
    probe_at(document, "ball", (0, 10, 0), "b")
    document.set(("look",), Look(shading=Shading.FIELD, legend=False, scale_bar=False))
    return document


def frame(engine, now):
    engine.frame("editor", CAMERA, Moment(now=now), SIZE)


def attributes(engine):
    """What the adaptors gave the GPU for the ball: of vertices and of probes."""
    state = engine._document
    return {name: state.parts["ball"]._rows.sent[name] for name in ("a_shape", "a_reach", "a_field", "a_fault")} | {
        "place": state.probes.values[2:4].copy()
    }


@pytest.fixture(autouse=True)
def _remember_what_is_sent(monkeypatch):
    put = Rows.put

    def remembering(self, name, values):
        self.__dict__.setdefault("sent", {})[name] = np.array(values)
        put(self, name, values)

    monkeypatch.setattr(Rows, "put", remembering)


def same(a, b):
    return {name: bool(np.allclose(a[name], b[name], atol=1e-4)) for name in a}


def test_after_a_stroke_and_its_undo_everything_that_hangs_on_the_shape_is_true_again(make_engine, probed):
    later = Later()
    engine = make_engine(probed, later)
    for now in (0.0, 0.1, 0.2):
        frame(engine, now)
        later.settle()
    before = attributes(engine)
    vertices = probed.parts["ball"].surface.vertices
    kept = vertices.copy()
    for k in range(3):
        touched = dab(probed, (0, 0, 10), 0.3)
        frame(engine, 1.0 + 0.3 * k)  # dabs within a stroke: nothing is worked out yet
        later.settle()
        assert all(same(attributes(engine), before).values())
    for now in (1.9, 2.1):
        frame(engine, now)
        later.settle()
    frame(engine, 2.2)
    later.settle()
    after = attributes(engine)
    fresh = make_engine(probed)
    frame(fresh, 0.0)
    assert all(same(after, attributes(fresh)).values())
    assert not any(same({k: after[k] for k in ("a_shape", "a_reach", "place")}, before).values())
    probed.write_vertices("ball", "position", touched, kept[touched])
    probed.write_vertices("ball", "position", np.arange(len(kept), dtype=np.int32), kept)
    for now in (3.0, 3.5, 3.6):
        frame(engine, now)
        later.settle()
    assert all(same(attributes(engine), before).values())


def test_where_nothing_waits_the_next_picture_is_true_at_once(make_engine, probed):
    engine = make_engine(probed)
    frame(engine, 0.0)
    dab(probed, (0, 0, 10), 0.3)
    frame(engine, 0.0)
    fresh = make_engine(probed)
    frame(fresh, 0.0)
    assert all(same(attributes(engine), attributes(fresh)).values())


def test_a_dab_asks_for_frames_until_it_has_settled_and_not_longer(make_engine, probed):
    later = Later()
    engine = make_engine(probed, later)
    asked = []
    for now in (0.0, 0.1, 0.2):
        frame(engine, now)
        later.settle()
    engine.wants_frame.connect(lambda: asked.append(True))
    frame(engine, 0.3)
    later.settle()
    assert not asked
    dab(probed, (0, 0, 10), 0.3)
    frames = 0
    frame(engine, 1.0)
    later.settle()
    while asked and frames < 100:  # a clock that stands still: frames are counted instead
        asked.clear()
        frames += 1
        frame(engine, 1.0)
        later.settle()
    assert 10 < frames < 60
