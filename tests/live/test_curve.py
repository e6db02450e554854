"""What a plot shows of a channel: lines only where samples were, holes by its own cadence, and where it was calibrated."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from neodent_viewer.core.clock import ManualClock
from neodent_viewer.document.anchor import Anchor
from neodent_viewer.document.calibrations import calibration_edit
from neodent_viewer.document.document import Document
from neodent_viewer.document.history import History
from neodent_viewer.document.probe import Probe
from neodent_viewer.live.curve import Hole, broken, curve
from neodent_viewer.live.foresight import whole
from neodent_viewer.live.live import Live, past_of
from neodent_viewer.sensors.calibration import AS_SENT, Calibration
from neodent_viewer.sensors.channel import QUANTITIES, channel
from neodent_viewer.sensors.checks.gap import Gap
from neodent_viewer.sensors.fault import FaultKind
from neodent_viewer.sensors.quality import ChannelQuality
from neodent_viewer.sensors.sample import block
from neodent_viewer.sensors.source import SourceStatus
from neodent_viewer.sensors.sources.replay import Replay
from neodent_viewer.sensors.track import track

NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)
KEY = "t11/ph"


class Script:
    """A source that sends what it is given, when it is due."""

    simulated = False

    def __init__(self):
        self.times, self.values = np.zeros(0), np.zeros(0)

    def start(self, clock):
        pass

    def read(self, until):
        due = self.times <= until
        found = [block(KEY, self.times[due], self.values[due])] if due.any() else []
        self.times, self.values = self.times[~due], self.values[~due]
        return found

    def status(self):
        return SourceStatus("Script", running=True)

    def close(self):
        pass


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def live(clock):
    document = Document()
    anchor = Anchor("upper", 1, 0, (1.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    document.set(("probes", "p"), Probe("p", "t11", anchor, 11, (channel("t11", "ph"),)))
    live = Live(document, clock, wall=lambda: NOON)
    live.grant(["*"], ["view"], NOON + timedelta(days=1), "Ada")
    yield live
    live.close()


def play(live, clock, times, until, step=0.25):
    """Send samples of a swaying pH at some times and let the clock run."""
    source = Script()
    source.times, source.values = np.asarray(times, float), 7.0 + 0.2 * np.sin(np.asarray(times, float))
    live.add_source(source)
    while clock.now() < until - 1e-9:
        live.tick(clock.advance(step))


def drawn(shown):
    """Return the pairs of times (m, 2) between which a line is drawn."""
    both = np.isfinite(shown.values[:-1]) & np.isfinite(shown.values[1:])
    return np.stack([shown.times[:-1][both], shown.times[1:][both]], axis=1)


@pytest.mark.parametrize("columns", [0, 60, 300])
def test_no_line_is_drawn_where_no_sample_was(live, clock, columns):
    times = np.arange(0.5, 90.0)
    spoken = (times < 30) | (times > 40)
    play(live, clock, times[spoken], 90.0)
    shown = curve(live, KEY, 0.0, 90.0, columns)
    assert shown.holes == (Hole(29.5, 40.5),)
    lines = drawn(shown)
    assert len(lines) > 50
    assert not ((lines[:, 0] < 35.0) & (lines[:, 1] > 35.0)).any()
    assert (lines[:, 0] < 29.0).any() and (lines[:, 1] > 41.0).any(), "the rest is still joined"
    middles = lines.mean(axis=1)
    width = 90.0 / columns if columns else 0.0
    assert not ((middles > 29.5 + width) & (middles < 40.5 - width)).any()


def test_what_is_a_hole_follows_the_channels_own_cadence(live, clock):
    slow = np.arange(1.0, 95.0, 5.0)  # nominally one a second
    play(live, clock, slow, 96.0)
    assert curve(live, KEY, 20.0, 96.0).holes == ()
    assert len(drawn(curve(live, KEY, 20.0, 96.0))) == np.count_nonzero(slow > 20) - 1


def test_a_threshold_that_was_changed_counts(live, clock):
    times = np.arange(0.5, 60.0)
    times = times[(times < 30) | (times > 34)]
    live.document.set(("settings", "thresholds"), {"ph": {"gap": 10.0}})
    play(live, clock, times, 60.0)
    assert curve(live, KEY, 0.0, 60.0).holes == ()
    live.document.set(("settings", "thresholds"), {"ph": {"gap": 2.5}})
    assert [hole[:2] for hole in curve(live, KEY, 0.0, 60.0).holes] == [(29.5, 34.5)]


def test_a_hole_that_reaches_into_view_from_before_is_seen(live, clock):
    times = np.arange(0.5, 90.0)
    play(live, clock, times[(times < 30) | (times > 60)], 90.0)
    assert curve(live, KEY, 45.0, 90.0).holes == (Hole(29.5, 60.5),)
    assert curve(live, KEY, 40.0, 50.0).holes == (Hole(29.5, 60.5),), "nothing but hole is in view"
    assert curve(live, KEY, 62.0, 90.0).holes == ()


@pytest.mark.parametrize("columns", [0, 200])
def test_silence_lasts_up_to_now_and_ends_with_the_next_sample(live, clock, columns):
    play(live, clock, [*np.arange(0.5, 30.0), *np.arange(50.0, 60.0)], 45.0)
    assert curve(live, KEY, 0.0, 45.0, columns).holes == (Hole(29.5, 45.0, lasting=True),)
    while clock.now() < 56.0:
        live.tick(clock.advance(0.25))
    assert curve(live, KEY, 0.0, 56.0, columns).holes == (Hole(29.5, 50.0),)


def test_a_sensor_that_says_it_has_nothing_to_say_leaves_a_hole(live, clock):
    source = Script()
    source.times = np.arange(0.5, 60.0)
    source.values = 7.0 + 0.2 * np.sin(source.times)
    source.values[30:33] = np.nan
    source.values[55:] = np.nan
    live.add_source(source)
    while clock.now() < 59.75:
        live.tick(clock.advance(0.25))
    shown = curve(live, KEY, 0.0, 60.0)
    assert [hole[:2] for hole in shown.holes] == [(29.5, 33.5), (54.5, 59.75)] and shown.holes[1].lasting


def test_hours_beyond_what_is_kept_sample_by_sample_show_their_holes(live, clock, monkeypatch):
    monkeypatch.setattr("neodent_viewer.live.intake.LEAVES", 256)
    live.remove_sources()  # histories begin anew
    times = np.arange(0.5, 3000.0)
    quiet = [(700.0, 820.0), (1500.0, 1506.0), (2500.0, 2504.0)]
    spoken = np.all([(times < a) | (times > b) for a, b in quiet], axis=0)
    play(live, clock, times[spoken], 3000.0, 5.0)
    past, _ = past_of(live, KEY)
    assert past.detail > 4
    holes = curve(live, KEY, 0.0, 3000.0, 300).holes
    for a, b in quiet:
        assert any(hole.start <= a + past.detail and hole.end >= b - past.detail for hole in holes), (a, b, holes)
    assert len(holes) == len(quiet)


def test_nothing_of_a_withheld_channel_is_shown_not_even_a_hole(live, clock):
    times = np.arange(0.5, 60.0)
    play(live, clock, times[(times < 30) | (times > 40)], 60.0)
    live.withdraw(KEY)
    for columns in (0, 100):
        shown = curve(live, KEY, 0.0, 60.0, columns)
        assert not len(shown.times) and shown.holes == () and shown.steps == ()


def test_holes_are_the_gaps_that_are_found():
    """A plot and the gap test agree on every step, on series of many cadences."""
    rng = np.random.default_rng(5)
    for rate in (0.2, 1.0, 4.0):
        period = min(1.0, 1.0 / rate)
        steps = rng.choice([1.0, 1.05, 2.2, 2.6, 8.0], 400, p=[0.7, 0.2, 0.04, 0.03, 0.03]) / rate
        times = np.cumsum(steps)
        marks = Gap(period, 2.5).sweep(times, np.zeros(400), times).marks
        found = Gap(period, 2.5).holes(times, np.zeros(400))
        expected = [(a - period, b) for a, b in zip(marks.onset, marks.end, strict=True) if b > times[9]]
        assert len(expected) > 10
        np.testing.assert_allclose([row for row in found.tolist() if row[1] > times[9]], expected)


def test_cuts_lie_between_samples_only():
    times, values, flags = np.arange(4.0), np.ones(4), np.ones(4, np.uint8)
    assert len(broken(times, values, flags, np.array([-1.0, 3.0, 9.0]))[0]) == 4
    found = broken(times, values, flags, np.array([0.5, 2.0]))
    np.testing.assert_array_equal(np.isnan(found[1]), [False, True, False, False, True, False])


def test_a_calibration_is_marked_where_its_first_sample_differs(live, clock):
    history = History(live.document)
    play(live, clock, np.arange(0.5, 60.0), 20.0)
    off = Calibration(1.0, 0.12, ((7.0, 7.12),), NOON.isoformat(), "Ada")
    history.do(calibration_edit(live.document, KEY, off))
    while clock.now() < 40.0:
        live.tick(clock.advance(0.25))
    history.undo()
    while clock.now() < 60.0:
        live.tick(clock.advance(0.25))
    shown = curve(live, KEY, 0.0, 60.0)
    assert [(step.time, step.before, step.after) for step in shown.steps] == [
        (19.5, AS_SENT, off),
        (39.5, off, AS_SENT),
    ]
    finite = np.isfinite(shown.values)
    change = shown.values[finite] - (7.0 + 0.2 * np.sin(shown.times[finite]))
    moved = shown.times[finite][np.abs(change) > 1e-9]
    assert (moved.min(), moved.max()) == (20.5, 39.5) and change.max() == pytest.approx(0.12)
    lines = drawn(shown)
    for step in shown.steps:
        assert not ((lines[:, 0] <= step.time) & (lines[:, 1] > step.time)).any(), "no line leads over it"
    assert curve(live, KEY, 25.0, 35.0).steps == ()


def test_a_calibration_of_before_anything_was_heard_is_no_step(live, clock):
    live.document.history = History(live.document)
    live.document.history.do(calibration_edit(live.document, KEY, Calibration(1.0, 0.5)))
    play(live, clock, np.arange(0.5, 30.0), 30.0)
    assert curve(live, KEY, 0.0, 30.0).steps == ()


def recorded():
    """Return a track of two minutes that was calibrated after one."""
    times = np.arange(0.5, 120.0)
    made = track(KEY, times, 7.0 + 0.1 * np.sin(times))
    return replace(made, calibrations=((60.0, Calibration(1.0, -0.4)),))


def test_a_recording_shows_its_own_calibration(live, clock):
    live.add_source(Replay([recorded()], start=0.0))
    while clock.now() < 119.0:
        live.tick(clock.advance(0.5))
    (step,) = curve(live, KEY, 0.0, 119.0).steps
    assert (step.time, step.after.offset) == (59.5, -0.4)


def test_what_is_known_ahead_of_a_recording_is_calibrated_like_what_is_heard():
    made = recorded()
    low, high = whole(made).columns(0.0, 120.0, 2)
    assert low[1] == pytest.approx(6.5, abs=0.01) and high[1] == pytest.approx(6.7, abs=0.01)
    assert low[0] == pytest.approx(6.9, abs=0.01)


def test_gaps_in_the_fault_list_and_holes_in_the_plot_tell_the_same():
    times = np.arange(0.5, 60.0)
    times = times[(times < 20) | (times > 26)]
    quality = ChannelQuality(channel("t11", "ph"))
    quality.update(block(KEY, times, 7.0 + 0.2 * np.sin(times)))
    (gap,) = (fault for fault in quality.log.all() if fault.kind is FaultKind.GAP)
    ((start, end),) = quality.gap.holes(times, np.zeros(len(times)))
    assert (gap.onset, gap.end) == (start + 1.0 / QUANTITIES["ph"].rate, end)
