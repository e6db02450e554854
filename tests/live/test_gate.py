"""What arrived while consent withheld a channel is never shown by a later consent; what was allowed stays."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neodent_viewer.core.clock import ManualClock
from neodent_viewer.document.anchor import Anchor
from neodent_viewer.document.document import Document
from neodent_viewer.document.probe import Probe
from neodent_viewer.live.console import speech, steady, strip, troubles
from neodent_viewer.live.curve import curve
from neodent_viewer.live.live import Live
from neodent_viewer.live.recorder import Recorder
from neodent_viewer.live.replaying import open_replay
from neodent_viewer.live.stretches import uncovered
from neodent_viewer.sensors.channel import channel
from neodent_viewer.sensors.fault import Fault, FaultKind
from neodent_viewer.sensors.sample import block
from neodent_viewer.sensors.source import SourceStatus

NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)
YEAR = timedelta(days=365)
KEY = "t11/temperature"
STEP = 0.25


class Sender:
    """Sends what it is given: (time, value, arrival)."""

    simulated = False

    def __init__(self):
        self.waiting_samples = []

    def start(self, clock):
        pass

    def read(self, until):
        rows, self.waiting_samples = self.waiting_samples, []
        return [block(KEY, *zip(*rows, strict=True))] if rows else []

    def status(self):
        return SourceStatus("Sender")

    def close(self):
        pass


@pytest.fixture
def live():
    document = Document()
    anchor = Anchor("upper", 1, 0, (1.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    document.set(("probes", "p"), Probe("p", "t11", anchor, 11, (channel("t11", "temperature"),)))
    clock = ManualClock()
    live = Live(document, clock, wall=lambda: NOON + timedelta(seconds=clock.now()))
    live.add_source(Sender())
    yield live
    live.close()


def allow(live, *purposes, until=NOON + YEAR):
    live.grant([KEY], purposes or ("view", "perform", "record"), until, "Ada")


def run(live, until, value=lambda t: 35.0 + 0.01 * np.sin(5 * t)):
    """Send four samples a second, and tick; return the Moments."""
    (source,) = live.sources
    moments = []
    while live.clock.now() < until - 1e-9:
        now = live.clock.advance(STEP)
        source.waiting_samples.append((now, value(now), now))
        moments.append(live.tick())
    return moments


def secret(t):
    return 39.0 + 0.01 * np.sin(5 * t)


def test_what_came_while_it_was_withdrawn_stays_dark(live):
    allow(live)
    run(live, 10.0)
    live.withdraw(KEY, "view")
    assert all(moment.withheld.all() for moment in run(live, 20.0, secret))
    allow(live)
    moment = live.tick()
    assert np.isnan(moment.values).all() and not moment.withheld.any() and moment.flags.tolist() == [9]
    assert np.isnan(live.status().channels[0].value)
    run(live, 30.0)
    times, values, _ = live.series(KEY, 60.0)
    assert values.max() < 36.0 and len(times) == 80
    assert ((times <= 10.0) | (times > 20.0)).all()
    for columns in (0, 60):
        shown = curve(live, KEY, 0.0, 30.0, columns)
        assert np.nanmax(shown.values) < 36.0 and np.isfinite(shown.values[[0, -1]]).all() and shown.holes == ()
        broken = shown.times[np.isnan(shown.values)]
        assert len(broken) == 1 and 10.0 <= broken[0] <= 20.5, "no line leads over it"
    low, high = live.history(KEY, 0.0, 30.0, 60)
    assert np.nanmax(high) < 36.0 and np.isnan(low[20:40]).all() and np.isfinite(low[1:20]).all()
    flags = strip(live, KEY, 0.0, 30.0, 30)
    assert (flags[10:20] == 0).all() and (flags[1:10] == 1).all() and (flags[21:] == 1).all()
    assert steady(live, KEY).raw < 36.0
    cadence = speech(live, KEY).cadence
    assert cadence.loss == 0.0 and cadence.rate == pytest.approx(4.0), "what is withheld is not lost"


def test_before_the_first_consent_everything_is_dark(live):
    run(live, 10.0, secret)
    allow(live)
    run(live, 12.0)
    assert live.series(KEY, 60.0)[0].min() > 10.0
    assert np.isnan(live.history(KEY, 0.0, 10.0, 5)[0]).all()
    assert (strip(live, KEY, 0.0, 10.0, 5) == 0).all()


@pytest.mark.parametrize("tried", ["values", "histories"])
def test_a_late_sample_uncovers_nothing(live, tried):
    """It arrives while nobody may see it, and says that it was taken when everybody could; or the other way round."""
    (source,) = live.sources
    allow(live)
    run(live, 10.0)
    live.withdraw(KEY, "view")
    run(live, 14.0)
    source.waiting_samples.append((9.9, 39.0, 14.0))
    live.tick()
    run(live, 20.0)
    source.waiting_samples.append((20.05, 39.0, 20.05))  # it waits while consent is given
    live.clock.advance(0.1)
    allow(live)
    live.tick()
    run(live, 30.0)
    if tried == "values":
        values = live.series(KEY, 60.0)[1]
        assert len(values) > 70 and values.max() < 36.0
    else:
        for columns in (7, 30, 300):
            assert np.nanmax(live.history(KEY, 0.0, 30.0, columns)[1]) < 36.0


def test_a_history_of_little_detail_does_not_smear_it_into_what_may_be_seen(live, monkeypatch):
    monkeypatch.setattr("neodent_viewer.live.intake.LEAVES", 8)
    live._forget()
    allow(live)
    run(live, 50.3)
    live.withdraw(KEY, "view")
    run(live, 60.3, secret)
    allow(live)
    run(live, 120.0)
    assert live.heard(KEY).history().detail > 16
    for columns in (7, 60, 500):
        low, high = live.history(KEY, 0.0, 120.0, columns)
        assert np.nanmax(high) < 36.0 and np.isfinite(low).any()


def test_faults_of_that_stretch_are_not_told_and_one_that_runs_on_is_told_from_its_end(live):
    allow(live)
    run(live, 10.0)
    run(live, 12.0, lambda t: 75.0)
    run(live, 20.0)
    known = live.faults(KEY)
    assert FaultKind.OUT_OF_RANGE in {fault.kind for fault in known}
    live.withdraw(KEY, "view")
    run(live, 25.0)
    run(live, 26.0, lambda t: 75.0)
    run(live, 30.0)
    allow(live)
    run(live, 33.0)
    assert live.faults(KEY) == known and {one.fault for one in troubles(live)} == set(known)
    assert not live.tick().energy.any() and not live.status().channels[0].fault
    live.withdraw(KEY, "view")
    run(live, 35.0, lambda t: 75.0 + np.sin(3 * t))
    allow(live)
    moment = run(live, 36.0, lambda t: 75.0 + np.sin(3 * t))[-1]
    assert moment.kinds == ("out_of_range",) and moment.energy[0] == 1.0 and moment.onset[0] == 35.0
    assert min(fault.onset for fault in live.faults(KEY) if fault not in known) == 35.0


def test_each_purpose_has_a_past_of_its_own(live):
    allow(live)
    run(live, 5.0)
    live.withdraw(KEY, "perform")
    run(live, 10.0, secret)
    seen = live.tick()
    assert seen.values[0] > 38.0
    allow(live, "perform")
    seen, performed = live.tick(), live.moment_for("perform", live.clock.now())
    assert seen.values[0] > 38.0 and np.isnan(performed.values[0]) and not performed.withheld.any()
    assert live.series(KEY, 60.0)[1].max() > 38.0
    live.purpose = "perform"
    assert live.series(KEY, 60.0)[1].max() < 36.0


def test_consent_that_ends_and_begins_by_the_clock_counts_too(live):
    allow(live, until=NOON + timedelta(seconds=10.0))
    run(live, 20.0, lambda t: secret(t) if t > 10.0 else 35.0)
    allow(live)
    run(live, 25.0)
    times, values, _ = live.series(KEY, 60.0)
    assert values.max() < 36.0 and times[times < 15.0].max() <= 10.0


def test_what_is_in_a_recording_was_allowed_to_be_kept_and_is_seen_by_the_consent_of_now(live, tmp_path):
    allow(live)
    recorder = Recorder(live, tmp_path / "a.mcap")
    run(live, 5.0)
    live.withdraw(KEY, "view")
    run(live, 10.0, secret)
    recorder.close()
    live.remove_sources()
    live.add_source(open_replay(str(tmp_path / "a.mcap"), live.document, 0))
    live.clock.advance(8.0)
    live.tick()
    assert not len(live.series(KEY, 60.0)[0])
    allow(live)
    assert live.tick().values[0] > 38.0 and live.series(KEY, 60.0)[1].min() < 36.0


TIMES = st.integers(0, 20).map(float)


@given(st.lists(TIMES, min_size=2, max_size=8, unique=True), TIMES, TIMES, st.integers(0, 5))
def test_what_is_left_of_a_fault_touches_no_stretch(edges, onset, length, delay):
    edges = sorted(edges)
    stretches = list(zip(edges[::2], edges[1::2], strict=False))
    fault = Fault(FaultKind.STUCK, onset, onset + length, onset + delay, 0.5)
    left = uncovered(fault, stretches)
    for piece in left:
        assert onset <= piece.onset <= piece.end <= fault.end
        for start, end in stretches:
            assert not start < piece.detected < end
            assert piece.end <= start or piece.onset >= end or piece.onset > end
    free = [t for t in np.arange(onset, fault.end + 0.5, 0.5) if not any(a < t <= b for a, b in stretches)]
    if not stretches or all(
        (fault.end <= a and not a < fault.detected <= b) or min(onset, fault.detected) > b for a, b in stretches
    ):
        assert left == [fault]
    if left:
        assert free or all(piece.onset == piece.end for piece in left)
