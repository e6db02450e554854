"""The tick: what reaches a Moment, what consent keeps from it, and how faults become energy, envelopes and inputs."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from neodent_viewer.core.clock import ManualClock
from neodent_viewer.document.anchor import Anchor
from neodent_viewer.document.document import Document
from neodent_viewer.document.look import Look
from neodent_viewer.document.probe import Probe
from neodent_viewer.glitch import envelope
from neodent_viewer.glitch.rules import Rule
from neodent_viewer.live import intake
from neodent_viewer.live.live import Live
from neodent_viewer.sensors.channel import channel
from neodent_viewer.sensors.sample import block
from neodent_viewer.sensors.source import SourceStatus
from neodent_viewer.sensors.sources.injection import Injected, SimulatedChannel
from neodent_viewer.sensors.sources.simulated import SimulatedSource
from neodent_viewer.trust.consent import SIMULATED_CHANNELS

NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)
YEAR = timedelta(days=365)
TEETH = (16, 11, 21, 36)


class Script:
    """A source that sends what it is given, when it is due."""

    simulated = False

    def __init__(self, *blocks):
        self.blocks, self.closed = list(blocks), 0

    def start(self, clock):
        pass

    def read(self, until):
        due = [b for b in self.blocks if b.arrival[-1] <= until]
        self.blocks = [b for b in self.blocks if b.arrival[-1] > until]
        return due

    def status(self):
        return SourceStatus("Script", problem="the script is silly" if not self.blocks else "")

    def close(self):
        self.closed += 1


def probe(tooth, *quantities):
    name = f"t{tooth}"
    anchor = Anchor("upper", 1, 0, (1.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    return Probe(f"probe-{name}", name, anchor, tooth, tuple(channel(name, q) for q in quantities or ("temperature",)))


@pytest.fixture
def document():
    document = Document()
    for tooth in TEETH:
        document.set(("probes", f"probe-t{tooth}"), probe(tooth, "temperature", "ph"))
    return document


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def live(document, clock):
    live = Live(document, clock, wall=lambda: NOON)
    yield live
    live.close()


def allow(live, *channels, purposes=("view",), until=NOON + YEAR):
    live.grant(channels or ("*",), purposes, until, "Ada")


def simulate(live, *faults, seed=3):
    channels = [SimulatedChannel(c, p.tooth) for p in live.document.probes.values() for c in p.channels]
    live.add_source(SimulatedSource(channels, seed, faults=list(faults)))


def run(live, clock, until, step=1 / 60):
    moments = []
    while clock.now() < until - 1e-9:
        moments.append(live.tick(clock.advance(step)))
    return moments


def slot(moment, key):
    return moment.channels.index(key)


def test_rows_stand_probe_by_probe_and_channel_by_channel(live):
    moment = live.tick()
    assert moment.channels == tuple(f"t{tooth}/{q}" for tooth in TEETH for q in ("temperature", "ph"))
    assert moment.probes == tuple(f"probe-t{tooth}" for tooth in TEETH for _ in range(2))
    for name in ("values", "flags", "quality", "energy", "noise", "form", "onset", "withheld"):
        assert getattr(moment, name).shape == (8,), name
    assert live.tick().channels is moment.channels, "readers may compare by identity"


def test_before_anything_came_there_is_no_value_and_no_fault(live):
    allow(live)
    moment = live.tick(5.0)
    assert np.isnan(moment.values).all()
    assert (moment.flags == 9).all()
    assert not moment.withheld.any()
    assert not moment.energy.any() and not moment.noise.any() and not moment.form.any()
    assert np.isneginf(moment.onset).all()


def test_the_latest_value_by_its_own_time_counts(live):
    allow(live)
    live.add_source(Script(block("t11/ph", [0.0, 1.0, 0.5], [7.0, 7.3, 7.1], [1.0, 1.0, 1.0])))
    moment = live.tick(1.0)
    assert moment.values[slot(moment, "t11/ph")] == 7.3
    assert moment.quality[slot(moment, "t11/ph")] == 1.0


def test_of_samples_of_one_instant_the_last_counts(live):
    allow(live)
    live.add_source(Script(block("t11/ph", [1.0, 1.0], [7.0, 7.3])))
    moment = live.tick(1.0)
    assert moment.values[slot(moment, "t11/ph")] == 7.3


def test_ticks_do_not_change_what_is_found(document):
    """The same feed, looked at 60 times a second and once a second: the same faults, the same last values."""
    found = []
    for step in (1 / 60, 1.0):
        clock = ManualClock()
        live = Live(document, clock, wall=lambda: NOON)
        allow(live)
        simulate(live, Injected("spike", "t11/temperature", 4.0, 3.0), Injected("gap", "t21/temperature", 8.0, 4.0))
        run(live, clock, 20.0, step)
        last = live.tick(20.0)
        found.append((last.values.tolist(), [live.faults(key) for key in last.channels]))
        live.close()
    assert found[0] == found[1]


# -- consent -----------------------------------------------------------------------------------------------------------


def test_nothing_passes_without_consent(live, clock):
    simulate(live, Injected("out_of_range", "t11/temperature", 1.0, 2.0))
    live.document.set(("look",), Look(rules=(Rule("any", "rgb_split", "amount", attack=0.0),)))
    for moment in run(live, clock, 3.0):
        assert np.isnan(moment.values).all()
        assert moment.withheld.all()
        assert (moment.flags == 9).all()
        assert not moment.quality.any() and not moment.energy.any()
        assert not moment.noise.any() and not moment.form.any()
        assert set(moment.kinds) == {""}
        assert moment.inputs == {("rgb_split", "amount"): 0.0}, "a rule cannot tell either"
    assert live.series("t11/temperature")[0].size == 0
    assert live.faults("t11/temperature") == ()
    assert all("Nobody has allowed" in status.withheld for status in live.status().channels)


def test_consent_for_simulations_counts_before_they_have_said_anything_and_for_nobody_else(document, clock):
    live = Live(document, clock, wall=lambda: NOON)
    live.grant([SIMULATED_CHANNELS], ["view"], NOON + YEAR, "Nobody")
    assert live.tick().withheld.all()  # nobody speaks: nothing says that it is not somebody's mouth
    live.add_source(SimulatedSource([SimulatedChannel(channel("t16", "temperature"), 16)], seed=1), "sim")
    moment = live.tick()
    assert not moment.withheld.any() and not np.isfinite(moment.values).any()
    assert all(one.simulated and not one.withheld for one in live.status().channels)
    live.add_source(Script(), "other")  # now it may be a person's that speaks first
    assert live.tick().withheld.all()


def test_consent_counts_per_channel_and_purpose(live, clock):
    simulate(live)
    allow(live, "t11/ph", purposes=("view",))
    moment = run(live, clock, 2.0)[-1]
    shown = np.isfinite(moment.values)
    assert [key for key, s in zip(moment.channels, shown, strict=True) if s] == ["t11/ph"]
    np.testing.assert_array_equal(moment.withheld, ~shown)
    assert live.moment_for("perform", clock.now()).withheld.all()
    assert live.moment_for("view", clock.now()) is moment
    assert (moment.purpose, live.moment_for("record", clock.now()).purpose) == ("view", "record")
    live.purpose = "perform"
    assert live.tick().withheld.all()


def test_withdrawing_takes_effect_on_the_next_tick_and_giving_again_too(live, clock):
    simulate(live, Injected("out_of_range", "t11/temperature", 1.0, 5.0))
    allow(live)
    before = run(live, clock, 3.0)[-1]
    i = slot(before, "t11/temperature")
    assert np.isfinite(before.values[i]) and before.energy[i] == 1.0
    live.withdraw()
    after = live.tick()
    assert np.isnan(after.values).all() and after.withheld.all() and not after.energy.any()
    assert live.series("t11/temperature")[0].size == 0
    assert "withdrawn" in live.status().channels[0].withheld
    allow(live)
    assert live.tick().values[i] == before.values[i]


def test_withdrawing_by_the_document_counts_too(live, document):
    live.add_source(Script(block("t11/ph", [0.0], [7.0])))
    allow(live)
    assert np.isfinite(live.tick(1.0).values).sum() == 1
    document.set(("settings", "consent"), None)
    assert not np.isfinite(live.tick(1.0).values).any()


def test_consent_ends_by_the_clock_on_the_wall(document, clock):
    today = [NOON]
    live = Live(document, clock, wall=lambda: today[0])
    allow(live, until=NOON + timedelta(seconds=1))
    live.add_source(Script(block("t11/ph", [0.0], [7.0])))
    assert not live.tick(0.0).withheld.any()
    today[0] += timedelta(seconds=1)
    assert live.tick(0.1).withheld.all()
    live.close()


def test_a_malformed_record_shows_nothing_and_is_said(document, clock):
    document.settings["consent"] = [{"channel": "*", "purpose": "view", "until": "for ever", "by": "Ada"}]
    live = Live(document, clock, wall=lambda: NOON)
    assert live.tick().withheld.all()
    assert any("no date" in problem for problem in live.status().problems)
    live.close()


# -- faults to light ---------------------------------------------------------------------------------------------------


def test_a_fault_lights_its_own_probe_in_all_its_rows_and_no_other(live, clock):
    allow(live)
    simulate(live, Injected("out_of_range", "t11/temperature", 2.0, 2.0))
    moment = run(live, clock, 3.0)[-1]
    struck = np.array([p == "probe-t11" for p in moment.probes])
    np.testing.assert_array_equal(moment.energy, struck.astype(np.float32))
    assert {k for k, s in zip(moment.kinds, struck, strict=True) if s} == {"out_of_range"}
    assert {k for k, s in zip(moment.kinds, struck, strict=True) if not s} == {""}
    assert np.isfinite(moment.onset[struck]).all() and np.isneginf(moment.onset[~struck]).all()
    assert moment.quality[slot(moment, "t11/temperature")] == 0.0
    assert moment.quality[slot(moment, "t11/ph")] == 1.0, "the other sensor in the same place is well"
    assert np.isfinite(moment.values[slot(moment, "t11/temperature")]), "the measured value stays what it is"


def test_noise_falls_as_form_grows_and_then_nothing_is_left(live, clock):
    allow(live)
    simulate(live, Injected("out_of_range", "t11/temperature", 2.0, 2.0))
    moments = run(live, clock, 14.0)
    i = slot(moments[0], "t11/temperature")
    onset = next(m.onset[i] for m in moments if np.isfinite(m.onset[i]))
    assert 2.0 <= onset <= 2.3
    lit = [m for m in moments if m.noise[i] > 0]
    assert lit[0].noise[i] > 0.9
    assert (np.diff([m.noise[i] for m in lit]) <= 0).all()
    for m in moments:
        age = m.now - onset
        assert m.noise[i] == pytest.approx(float(envelope.noise(age)) if age >= 0 else 0.0, abs=1e-6)
        assert m.form[i] == pytest.approx(float(envelope.form(age)) if age >= 0 else 0.0, abs=1e-6)
    clean = [m for m in moments if m.now > onset + envelope.CLEAN_AFTER]
    assert clean and not any(m.energy.any() or m.noise.any() or m.form.any() for m in clean)


def test_energy_stays_while_a_fault_lasts_and_then_falls_without_a_step(live, clock):
    allow(live)
    simulate(live, Injected("gap", "t11/temperature", 2.0, 10.0))
    moments = run(live, clock, 20.0)
    i = slot(moments[0], "t11/temperature")
    energy = np.array([m.energy[i] for m in moments])
    now = np.array([m.now for m in moments])
    assert (energy[(now > 3.0) & (now < 12.0)] == 1.0).all()
    assert energy[-1] == 0.0
    falling = energy[now > 12.0]
    assert (np.diff(falling) <= 1e-6).all() and np.abs(np.diff(falling)).max() < 0.03


def test_a_gap_is_shown_while_it_lasts(live, clock):
    allow(live)
    simulate(live, Injected("gap", "t11/temperature", 2.0, 4.0))
    moments = run(live, clock, 8.0)
    i = slot(moments[0], "t11/temperature")
    during = next(m for m in moments if m.now > 4.0)
    assert (during.flags[i], during.quality[i], during.kinds[i]) == (9, 0.0, "gap")
    assert moments[-1].flags[i] == 1


def test_rules_hear_faults_of_their_kind_and_come_to_rest(live, clock):
    rules = (
        Rule("spike", "scan_tear", "amount", attack=0.0, hold=0.5, release=0.5),
        Rule("gap", "rgb_split", "amount", low=0.1, high=0.9, attack=0.0),
    )
    live.document.set(("look",), Look(rules=rules))
    allow(live)
    simulate(live, Injected("spike", "t21/temperature", 2.0, 0.5))
    moments = run(live, clock, 10.0)
    heard = [m.inputs["scan_tear", "amount"] for m in moments]
    assert max(heard) > 0.7
    assert heard[0] == heard[-1] == 0.0
    assert {m.inputs["rgb_split", "amount"] for m in moments} == {0.1}


# -- the rest ----------------------------------------------------------------------------------------------------------


def test_probes_may_come_and_go_while_it_runs(live, document, clock):
    allow(live)
    simulate(live)
    run(live, clock, 1.0)
    document.set(("probes", "probe-t46"), probe(46, "force"))
    document.set(("probes", "probe-t16"), None)
    moment = live.tick(clock.advance(0.1))
    assert "t46/force" in moment.channels
    assert not any(key.startswith("t16/") for key in moment.channels)
    assert "t16/ph" in live.status().unmapped


def test_channels_without_a_probe_are_heard_and_listed_and_nonsense_is_refused(live):
    live.add_source(Script(block("t48/ph", [0.0], [7.0]), block("t48/mood", [0.0, 0.1], [1.0, 2.0])))
    live.tick(1.0)
    status = live.status()
    assert set(status.unmapped) == {"t48/ph", "t48/mood"}
    assert any("t48/mood" in problem and "2 samples" in problem for problem in status.problems)


def test_made_up_channels_keep_none_out_that_a_probe_listens_to_and_make_room_when_silent(live, document):
    flood = [block(f"flood{i}/ph", [0.1], [7.0]) for i in range(intake.MOST_CHANNELS + 20)]
    live.add_source(Script(*flood, block("t48/ph", [20.0], [7.0])))
    live.tick(1.0)
    status = live.status()
    assert len(status.unmapped) == intake.MOST_CHANNELS + 20 and sum("refused" in one for one in status.problems) == 20
    document.set(("probes", "probe-t47"), probe(47, "ph"))
    live.add_source(Script(block("t47/ph", [2.0], [7.0])))
    allow(live)
    assert "t47/ph" in live.tick(2.0).channels and len(live.series("t47/ph")[0]) == 1
    live.tick(20.0)
    assert "t48/ph" in live.status().unmapped and live.heard("t48/ph") is not None
    gone = [key for key in (f"flood{i}/ph" for i in range(intake.MOST_CHANNELS)) if live.heard(key) is None]
    assert len(gone) == 1, "one that was silent made room"


def test_a_channel_faster_than_usual_is_kept_for_as_long_as_it_is_plotted(live):
    allow(live)
    times = np.arange(0.0, 120.0, 1 / 160)
    live.add_source(Script(*(block("t11/temperature", t, 35.0 + np.sin(t)) for t in np.split(times, 1200))))
    for now in np.arange(0.1, 120.1, 0.1):
        live.tick(float(now))
    kept = live.series("t11/temperature", 200.0)[0]
    assert kept[-1] - kept[0] > 100.0 and live.heard("t11/temperature").history().samples == len(times)


def test_series_are_the_last_seconds_with_their_flags(live, clock):
    allow(live)
    simulate(live, Injected("out_of_range", "t11/temperature", 8.0, 1.0))
    run(live, clock, 20.0)
    times, values, flags = live.series("t11/temperature", 5.0)
    assert 15.0 <= times[0] < 15.3 and 19.7 < times[-1] <= 20.0
    assert len(times) == len(values) == len(flags) == 20
    assert set(flags) == {1}
    times, _, flags = live.series("t11/temperature", 15.0)
    assert ((times >= 8.0) & (times < 9.0) == (flags == 4)).all()
    assert live.series("nobody/ph")[0].size == 0


def test_status_says_it_in_one_line_and_in_full(live, clock):
    assert str(live.status()) == "No feed"
    allow(live)
    simulate(live, Injected("gap", "t11/temperature", 1.0, 5.0))
    run(live, clock, 4.0)
    status = live.status()
    assert str(status) == "Simulated mouth · 8 channels · 1 at fault"
    assert "Ada" in status.consent
    (faulty,) = [c for c in status.channels if c.fault]
    assert (faulty.key, faulty.tooth, faulty.fault, faulty.flag) == ("t11/temperature", 11, "gap", 9)
    assert faulty.age > 2.0 and faulty.samples > 0


def test_a_feed_that_is_switched_off_is_no_fault_and_leaves_nothing_behind(live, clock):
    allow(live)
    simulate(live)
    run(live, clock, 3.0)
    live.remove_sources()
    moment = run(live, clock, 9.0)[-1]
    assert np.isnan(moment.values).all() and not moment.energy.any()
    assert live.series("t11/ph")[0].size == 0
    assert live.moment_for("view", clock.now()) is moment


def test_closing_closes_sources_and_leaves_the_document(live, document):
    source = Script()
    live.add_source(source)
    live.tick(0.5)
    assert "the script is silly" in live.status().problems
    live.close()
    live.close()
    assert source.closed == 1
    document.set(("probes", "probe-t48"), probe(48))
    assert "t48/temperature" not in live.tick(1.0).channels, "it no longer listens, and nothing breaks"
