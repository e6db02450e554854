"""The narrator: where the camera goes and what is said, whatever the speed, and never against a hand or without consent."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neodent_viewer.document.chapter import Chapter, Placed, kept_back
from neodent_viewer.document.moment import Moment
from neodent_viewer.render.narrator import EASE, FADE, Narrator, between
from neodent_viewer.render.views import Camera

HERE = Camera((1.0, 2.0, 3.0), -24.0, 9.0, 250.0, 20.0)
THERE = Camera((-5.0, 0.0, 8.0), 60.0, -30.0, 80.0, 25.0)
STEP = 0.05
angles = st.floats(-180, 179.9)


def a_chapter(key="a", start=10.0, end=20.0, view=THERE, **told):
    view = view.to_tuple() if view is not None else ()
    return Placed(start, end, Chapter(key, start, end, "Night", "It began.", view, **told))


def moment(*channels, withheld=(), purpose="view"):
    return Moment(
        channels=channels, purpose=purpose, withheld=np.array([key in withheld for key in channels], np.bool_)
    )


def run(narrator, placed, times, at, camera=HERE, **told):
    seen = []
    for now in times:
        camera = narrator.tick(now, placed, at(now), camera, **told)
        seen.append(camera)
    return seen


@given(angles, angles, st.floats(-90, 90), st.floats(-90, 90), st.floats(0, 1))
def test_the_way_is_the_shorter_one_and_level(yaw, other, pitch, tilt, u):
    start, end = replace(HERE, yaw=yaw, pitch=pitch), replace(THERE, yaw=other, pitch=tilt)
    middle = between(start, end, u)
    apart = abs((other - yaw + 180) % 360 - 180)
    assert abs((middle.yaw - yaw + 180) % 360 - 180) <= apart + 1e-6
    assert min(pitch, tilt) - 1e-9 <= middle.pitch <= max(pitch, tilt) + 1e-9
    assert end.distance - 1e-9 <= middle.distance <= start.distance + 1e-9
    assert np.isclose(middle.rotation()[0, 1], 0.0), "the horizon stays level"
    assert between(start, end, 0.0) is start and between(start, end, 1.0) is end


def test_coming_into_a_chapter_the_camera_eases_to_its_view():
    narrator = Narrator()
    times = np.arange(0, 4, STEP).tolist()
    seen = run(narrator, [a_chapter()], times, lambda now: 9.0 + now)
    moved = [k for k, camera in enumerate(seen) if camera != HERE]
    arrived = next(k for k, camera in enumerate(seen) if camera == THERE)
    assert times[moved[0]] == pytest.approx(1.0, abs=2.5 * STEP)
    assert times[arrived] - 1.0 == pytest.approx(EASE, abs=1.5 * STEP)
    distances = [camera.distance for camera in seen[moved[0] : arrived]]
    assert distances == sorted(distances, reverse=True)
    assert set(seen[arrived:]) == {THERE} and not narrator.moving


@pytest.mark.parametrize("speed", [0.1, 16.0, -3.0])
def test_the_speed_of_what_plays_is_not_that_of_the_camera(speed):
    placed = [a_chapter(start=-1000.0, end=1000.0)]
    plain = run(Narrator(), placed, np.arange(0, 1, STEP).tolist(), lambda now: now)
    other = run(Narrator(), placed, np.arange(0, 1, STEP).tolist(), lambda now: 500 + speed * now)
    assert plain == other


def test_a_hand_has_the_camera_until_the_next_chapter():
    placed = [a_chapter(), a_chapter("b", 20.0, 30.0, replace(THERE, yaw=0.0))]
    narrator = Narrator()
    narrator.tick(0.0, placed, 5.0, HERE)
    going = narrator.tick(0.3, placed, 10.1, HERE)
    going = narrator.tick(0.6, placed, 10.4, going)
    assert going not in (HERE, THERE)
    turned = going.orbit(7.0, 0.0)
    assert narrator.tick(0.7, placed, 10.5, turned) == turned, "somebody has turned it since"
    assert narrator.tick(1.5, placed, 11.3, turned) == turned
    assert narrator.tick(3.0, placed, 20.1, turned, free=False) == turned, "a hand is on it as the next begins"
    assert narrator.tick(3.5, placed, 20.6, turned) == turned
    narrator.tick(4.0, placed, 50.0, turned)
    narrator.tick(4.1, placed, 12.0, turned)
    assert narrator.tick(5.5, placed, 13.0, turned) == THERE


def test_a_chapter_without_a_view_leaves_the_camera():
    seen = run(Narrator(), [a_chapter(view=None)], np.arange(0, 3, STEP).tolist(), lambda now: 9.5 + now)
    assert set(seen) == {HERE}


def test_a_clip_begins_at_its_first_chapter():
    narrator = Narrator(cut=True)
    assert narrator.tick(0.0, [a_chapter()], 12.0, HERE) == THERE
    (said,) = narrator.captions(moment())
    assert said.strength == 1.0 and not narrator.fading


def test_captions_come_and_go_smoothly():
    narrator = Narrator()
    strengths = []
    for k in range(round(14 / STEP)):
        narrator.tick(k * STEP, [a_chapter()], 8.0 + k * STEP, HERE)
        strengths.append(sum(one.strength for one in narrator.captions(moment())))
    change = np.abs(np.diff(strengths))
    assert max(strengths) == 1.0 and strengths[0] == strengths[-1] == 0.0
    assert change.max() < 2.5 * STEP / FADE
    shown = [8.0 + k * STEP for k, strength in enumerate(strengths) if strength > 0]
    assert shown[0] == pytest.approx(10.0, abs=2 * STEP)
    assert shown[-1] == pytest.approx(20.0 + FADE, abs=3 * STEP)


def test_captions_can_be_switched_off_and_an_empty_one_is_none():
    narrator = Narrator()
    run(narrator, [a_chapter()], [0.0, 1.0, 2.0], lambda now: 12.0)
    assert narrator.captions(moment())
    run(narrator, [a_chapter()], [3.0, 4.0], lambda now: 12.0, speaking=False)
    assert not narrator.captions(moment())
    quiet = Placed(0.0, 9.0, Chapter("q", 0.0, 9.0))
    run(narrator, [quiet], [5.0, 6.0, 7.0], lambda now: 2.0)
    assert not narrator.captions(moment())


def test_what_consent_keeps_back_is_not_said():
    narrator = Narrator()
    run(narrator, [a_chapter()], [0.0, 1.0, 2.0], lambda now: 12.0)
    assert narrator.captions(moment("t11/ph", "t11/temperature"))
    assert not narrator.captions(moment("t11/ph", "t11/temperature", withheld=("t11/ph",), purpose="perform"))
    speaks = a_chapter(channels=("t11/temperature",)).chapter
    assert kept_back(speaks, moment("t11/ph", "t11/temperature", withheld=("t11/ph",))) == ()
    assert kept_back(speaks, moment("t11/ph")) == ("t11/temperature",), "nobody has consented to what is not there"
    assert kept_back(a_chapter().chapter, moment("t11/ph", withheld=("t11/ph",))) == ("t11/ph",)


def test_the_same_ticks_give_the_same_bits():
    placed = [a_chapter(), a_chapter("b", 14.0, 30.0, HERE)]
    times = (np.arange(200) / 30).tolist()
    one, other = (run(Narrator(), placed, times, lambda now: 9 + math.sin(now) * 8) for _ in range(2))
    assert [c.to_tuple() for c in one] == [c.to_tuple() for c in other]
