"""When frames are due, on a clock moved by hand."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neodent_viewer.app.compose import shows_feed
from neodent_viewer.app.pacing import HAND_PERIOD, HEAVY, IDLE_PERIOD, LIVE_SHARE, REST, Costs, Pace, live_period
from neodent_viewer.document.document import Document
from neodent_viewer.document.look import Look, Shading


def _run(
    pace: Pace, until: float, cost: float, *, live: bool = False, moves: tuple[float, ...] = ()
) -> list[tuple[float, str]]:
    """Play the frame clock: return (time, quality) of each frame that would be drawn."""
    now, drawn, left = 0.0, [], list(moves)
    while now < until:
        while left and left[0] <= now:
            pace.note_motion(left.pop(0))
        if pace.wants_frame(now, live=live):
            quality = pace.quality(now, stroke=False, live=live)
            spent = cost if quality == "full" else min(cost, 0.01)
            drawn.append((now, quality))
            pace.note_frame(now, quality, live=live)
            pace.note_cost(now, now + spent, quality)
            now += spent
        now += max(1e-3, pace.delay(now, live=live))
        if left:
            now = min(now, max(left[0], now if now < left[0] else left[0]))
    return drawn


def test_nothing_changes_nothing_is_drawn() -> None:
    pace = Pace(dirty=True)
    assert [quality for _, quality in _run(pace, 5.0, 0.02)] == ["full"]
    assert pace.delay(5.0, live=False) == IDLE_PERIOD


@given(cost=st.floats(0.001, 0.14), moves=st.lists(st.floats(0.0, 1.0), min_size=1, max_size=40))
def test_the_full_picture_stands_a_quarter_second_after_rest(cost: float, moves: list[float]) -> None:
    moves.sort()
    frames = _run(Pace(), 3.0, cost, moves=tuple(moves))
    time, quality = frames[-1]
    assert quality == "full"
    assert time + cost <= moves[-1] + 0.25 + 0.01
    assert [q for t, q in frames if t > time] == []


def test_while_a_hand_moves_pictures_are_light_and_quick() -> None:
    moves = tuple(k * 0.01 for k in range(100))
    frames = _run(Pace(), 0.99, 0.1, moves=moves)
    assert {quality for _, quality in frames} == {"moving"}
    gaps = [b - a for (a, _), (b, _) in itertools.pairwise(frames)]
    assert max(gaps) <= HAND_PERIOD + 0.02


@pytest.mark.parametrize(("cost", "rate"), [(0.005, 60), (0.022, 30), (0.028, 30), (0.09, 6.75)])
def test_a_feed_has_as_many_pictures_as_can_be_held_evenly(cost: float, rate: float) -> None:
    frames = _run(Pace(), 4.0, cost, live=True)
    assert len(frames) == pytest.approx(4.0 * rate, rel=0.1)


@given(cost=st.floats(0.0, 1.0), more=st.floats(0.0, 0.01))
def test_what_costs_more_comes_less_often_and_leaves_time_for_the_window(cost: float, more: float) -> None:
    assert live_period(cost) <= live_period(cost + more) <= live_period(cost) + 2.0 * more + 1e-9
    assert cost <= 0.85 * live_period(cost) + 1e-9
    if cost >= HEAVY:
        assert cost == pytest.approx(LIVE_SHARE * live_period(cost))


def test_a_heavy_scene_under_a_feed_stays_light_and_leaves_time_for_the_window() -> None:
    frames = _run(Pace(dirty=True), 20.0, HEAVY * 2, live=True)
    light = [quality != "full" for _, quality in frames]
    assert sum(light) > 0.95 * len(light), "the full picture is tried again, ever more rarely"
    tries = [time for time, quality in frames if quality == "full" and time > 1.0]
    assert 1 <= len(tries) <= 4


def test_one_slow_frame_does_not_cost_the_full_picture() -> None:
    """The first frame compiles shaders, and now and then another program is busy."""
    pace = Pace()
    for k in range(20):
        pace.note_cost(k * 0.1, k * 0.1 + (0.4 if k == 0 else 0.25 if k == 9 else 0.03), "full")
        assert pace.quality(k * 0.1 + 0.09, stroke=False, live=True) == "full"


def test_another_look_is_judged_anew() -> None:
    pace = Pace()
    for k in range(4):
        pace.note_cost(k * 0.5, k * 0.5 + 0.4, "full")
    assert pace.quality(2.0, stroke=False, live=True) != "full"
    pace.costs.forget()
    assert pace.quality(2.0, stroke=False, live=True) == "full"


def test_costly_light_frames_come_less_often() -> None:
    pace = Pace()
    for k in range(50):
        pace.note_frame(k * 0.2, "moving", live=True)
        pace.note_cost(k * 0.2, k * 0.2 + 0.06, "moving")
    assert pace.delay(49 * 0.2 + 0.06, live=True) >= 0.03


def test_a_stroke_shows_what_it_makes() -> None:
    pace = Pace(moved=0.0)
    assert pace.quality(0.01, stroke=True, live=False) == "stroke"
    assert pace.quality(0.01, stroke=False, live=False) == "moving"
    assert pace.quality(REST + 0.01, stroke=False, live=False) == "full"


def test_where_the_full_picture_is_quick_a_moving_camera_shows_it() -> None:
    pace = Pace(moved=0.0)
    for spent, shown in ((0.012, "full"), (0.2, "moving")):
        pace.costs.forget()
        for _ in range(3):
            pace.costs.note("full", spent, 0.0)
        assert pace.quality(0.01, stroke=False, live=False) == shown


def test_between_full_and_much_thinned_there_is_a_middle() -> None:
    costs = Costs()
    for _ in range(4):
        costs.note("full", 0.15, 0.0)
    assert costs.best(0.1) == "brisk"
    for _ in range(4):
        costs.note("brisk", 0.15, 0.0)
    assert costs.best(0.1) == "moving"


def test_a_heavy_field_is_never_shown_without_its_field():
    costs = Costs()
    for _ in range(4):
        costs.note("full", 0.5, 0.0)
        costs.note("moving", 0.4, 0.0)
    assert "shading" not in {costs.best(now / 4) for now in range(200)}


def test_a_look_that_shows_nothing_of_a_feed_rests():
    document = Document()
    document.set(("look",), Look(shading=Shading.CLINICAL, glitch=0.0, harmonise=0.0))
    assert not shows_feed(document)
    document.set(("look",), Look(shading=Shading.FIELD, glitch=0.0, harmonise=0.0))
    assert shows_feed(document)


@pytest.mark.parametrize(("cost", "expected"), [(0.004, "shading"), (0.09, "stroke")])
def test_under_a_hand_every_triangle_is_drawn_where_that_is_quick(cost, expected):
    costs = Costs()
    assert costs.under_a_hand() == "stroke"
    for k in range(3):
        costs.note("shading", cost, k)
        costs.note("full", 0.2, k)
    assert costs.under_a_hand() == expected
