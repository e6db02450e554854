"""Looking ahead changes nothing of what is shown: a leap to a kept state ends where one from the beginning does."""

import subprocess
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from neodent_viewer.core.apart import ApartError, apart
from neodent_viewer.core.clock import ManualClock
from neodent_viewer.core.errors import RecordingError
from neodent_viewer.document.anchor import Anchor
from neodent_viewer.document.document import Document
from neodent_viewer.document.probe import Probe
from neodent_viewer.files.recording_apart import read
from neodent_viewer.files.recordings import Origin, Recording
from neodent_viewer.live import basis
from neodent_viewer.live.basis import basis_of
from neodent_viewer.live.findings import Findings
from neodent_viewer.live.foresight import Foresight, State, look_ahead
from neodent_viewer.live.live import Live
from neodent_viewer.live.replaying import faults_of, known_faults, next_fault, replay_of
from neodent_viewer.sensors.calibration import Calibration
from neodent_viewer.sensors.channel import channel
from neodent_viewer.sensors.fault import Fault, FaultKind
from neodent_viewer.sensors.track import track

NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)
LENGTH = 600.0
TEETH = (11, 21, 16, 26)


def a_recording(seed=3):
    """Four teeth, two quantities, with gaps, spikes, stuck stretches, values out of range and late samples."""
    rng = np.random.default_rng(seed)
    tracks = []
    for tooth in TEETH:
        for quantity, rate, mean, noise in (("temperature", 4.0, 34.5, 0.03), ("ph", 1.0, 7.0, 0.01)):
            times = np.arange(0.0, LENGTH, 1.0 / rate)
            values = mean + noise * rng.standard_normal(len(times)) + 0.3 * np.sin(times / 90 + tooth)
            for start in rng.uniform(20, LENGTH - 40, 4):
                inside = (times > start) & (times < start + 12)
                values[inside] = [values[inside][0], 75.0, values[inside][0] + 40 * noise][rng.integers(3)]
            kept = ~((times > (gap := rng.uniform(50, 500))) & (times < gap + 9))
            times, values = times[kept], values[kept]
            arrival = times + 0.01 + 3.0 * (rng.random(len(times)) < 0.01)
            order = np.argsort(arrival, kind="stable")
            times, values, arrival = times[order], values[order], arrival[order]
            tracks.append(track(f"t{tooth}/{quantity}", times, values, arrival, read=np.ceil(arrival * 30) / 30))
    return Recording(tuple(tracks), Origin(start=0.0, epoch=NOON.timestamp(), midnight=-43200.0))


def a_live(recording, clock=None):
    document = Document()
    for tooth in TEETH:
        anchor = Anchor("upper", 1, 0, (1.0, 0.0, 0.0), (0.0, 0.0, 0.0))
        channels = tuple(channel(f"t{tooth}", q) for q in ("temperature", "ph"))
        document.set(("probes", f"p{tooth}"), Probe(f"p{tooth}", f"t{tooth}", anchor, tooth, channels))
    live = Live(document, clock or ManualClock(), wall=lambda: NOON)
    live.grant(["*"], ["view", "record"], NOON + timedelta(days=400), "Ada")
    live.add_source(replay_of(recording, a_live.path))
    live.replay.playing = False
    return live


class _Path:
    name = "a.mcap"


a_live.path = _Path()


def same(a, b):
    for field in fields(a):
        one, other = getattr(a, field.name), getattr(b, field.name)
        if isinstance(one, np.ndarray):
            assert one.tobytes() == other.tobytes(), field.name
        else:
            assert one == other, field.name


@pytest.fixture(scope="module")
def recording():
    return a_recording()


@pytest.fixture(scope="module")
def looked(recording):
    """A live side that has looked ahead to the end."""
    live = a_live(recording)
    live.foresight = Foresight(live.replay, basis_of(live, live.replay))
    told = []
    live.foresight.look(live.document.settings.get("thresholds"), lambda: False, told.append)
    assert told == sorted(told) and told[-1] == 1.0 and live.foresight.complete
    yield live
    live.foresight.close()
    live.close()


@pytest.fixture
def ahead(recording, looked):
    live = a_live(recording)
    live.foresight = Foresight.__new__(Foresight)
    live.foresight.__dict__.update(looked.foresight.__dict__, replay=live.replay)
    yield live
    live.close()


def shown(live, position):
    live.replay.seek(position)
    moment = live.tick()
    series = [live.series(c) for c in moment.channels]
    return moment, series, [live.faults(c) for c in moment.channels]


def test_a_scrub_shows_what_judging_from_the_beginning_shows(recording, ahead):
    plain = a_live(recording)
    rng = np.random.default_rng(1)
    drag = np.concatenate(
        [rng.uniform(0, LENGTH, 12), np.linspace(100, 300, 15), np.linspace(500, 350, 15), [0.0, LENGTH]]
    )
    faulty = 0
    for position in drag.tolist():
        plain._forget()
        plain.replay.again()
        one, other = shown(plain, position), shown(ahead, position)
        same(one[0], other[0])
        assert repr(one[1]) == repr(other[1]) and one[2] == other[2]
        assert not ahead.guessing
        faulty += bool(one[0].energy.any())
    assert faulty > 5, "or there was nothing to see"
    plain.close()


def test_a_leap_shows_what_playing_there_shows_whatever_the_ticks(recording, ahead):
    """The probes of a quantity are held against each other every ten seconds: no leap may fall between them otherwise."""
    played = a_live(recording)
    played.replay.playing = True
    flagged = 0
    while played.clock.now() < 560.0:
        played.tick(played.clock.advance(0.37))
        if played.clock.now() % 9.0 < 0.37:
            position = played.replay.here()
            one, other = shown(played, position), shown(ahead, position)
            same(one[0], other[0])
            assert repr(one[1]) == repr(other[1]) and one[2] == other[2]
            flagged += any(fault.kind.value == "disagrees" for faults in one[2] for fault in faults)
    assert flagged > 5, "or no probes were held against each other"
    played.close()


def test_playing_on_from_a_kept_state_is_playing(recording, ahead):
    plain, clock = a_live(recording), ahead.clock
    for live in (plain, ahead):
        live.replay.seek(333.3)
        live.tick()
        live.replay.playing = True
    for _ in range(90):
        now = clock.advance(0.31)
        plain.clock.set(now)
        same(plain.tick(), ahead.tick())
    plain.close()


def test_no_leap_reads_more_than_lies_between_two_states(ahead, monkeypatch):
    handed = []
    take = type(ahead._intakes).take

    def counted(self, block, **told):
        handed.append(len(block))
        return take(self, block, **told)

    monkeypatch.setattr(type(ahead._intakes), "take", counted)
    for position in (580.0, 30.0, 300.0, 299.0):
        handed.clear()
        shown(ahead, position)
        assert sum(handed) <= 20.0 * 5.0 * len(TEETH) + 40, position


def test_its_faults_are_those_of_the_recording(recording, ahead):
    plain = a_live(recording)
    assert known_faults(ahead) == faults_of(plain, plain.replay) and len(known_faults(ahead)) > 20
    ahead.replay.seek(0.0)
    plain.replay.seek(0.0)
    for _ in range(4):
        assert next_fault(ahead) == next_fault(plain)
        assert ahead.replay.here() == plain.replay.here()
    ahead.withdraw("t11/ph")
    assert "t11/ph" not in {key for key, _ in known_faults(ahead)}
    plain.close()


@pytest.mark.parametrize("change", ["consent", "thresholds", "probes"])
def test_what_it_knows_does_not_count_once_its_basis_has_changed(recording, ahead, change):
    plain = a_live(recording)
    for live in (plain, ahead):
        if change == "consent":
            live.withdraw("t11/temperature", "view")
        elif change == "thresholds":
            live.document.set(("settings", "thresholds"), {"temperature": {"user": [34.0, 35.0]}})
        else:
            live.document.set(("probes", "p11"), None)
    for position in (400.0, 120.0):
        plain._forget()
        plain.replay.again()
        one, other = shown(plain, position), shown(ahead, position)
        same(one[0], other[0])
    plain.close()


def test_until_it_knows_a_place_it_guesses_and_says_so(recording, looked, monkeypatch):
    monkeypatch.setattr(basis, "MOST_AT_ONCE", 200)
    live, plain = a_live(recording), a_live(recording)
    live.foresight = Foresight(live.replay, basis_of(live, live.replay))
    live.replay.seek(500.0)
    moment = live.tick()
    assert live.guessing and np.isfinite(moment.values).any()
    look_ahead(
        lambda said: live.foresight.keep(said) if isinstance(said, State) else None,
        live.replay.tracks,
        live.replay.begin,
        live.foresight.basis,
        None,
    )
    assert live.foresight.reaches(500.0)
    live.replay.again()
    plain.replay.seek(500.0)
    same(live.tick(), plain.tick())
    assert not live.guessing
    live.foresight.close()
    live.close()
    plain.close()


def test_nobody_waits_while_what_was_known_no_longer_counts(ahead, monkeypatch):
    monkeypatch.setattr(basis, "MOST_AT_ONCE", 200)
    shown(ahead, 300.0)
    ahead.document.set(("settings", "thresholds"), {"temperature": {"user": [34.0, 35.0]}})
    before = ahead.status().sources[0].received
    moment, _ = shown(ahead, 500.0)[:2]
    assert ahead.guessing and np.isfinite(moment.values).any()
    assert ahead.status().sources[0].received - before <= 200, "not all of it from the beginning"


def test_history_ends_where_the_playhead_is(ahead):
    ahead.replay.seek(300.0)
    ahead.tick()
    low, high = ahead.history("t11/temperature", 0.0, LENGTH, 60)
    assert np.isfinite(low[:25]).all() and np.isnan(low[31:]).all() and (low[:25] <= high[:25]).all()


def test_history_ahead_tells_values_as_they_were_taken(recording):
    halfway = ((LENGTH / 2, Calibration(1.0, -20.0)),)
    live = a_live(replace(recording, tracks=tuple(replace(one, calibrations=halfway) for one in recording.tracks)))
    live.foresight = Foresight(live.replay, basis_of(live, live.replay))
    live.replay.seek(LENGTH)
    live.tick()
    ahead = live.history("t11/temperature", 0.0, LENGTH, 60)
    live.foresight.close()
    live.foresight = None
    heard = live.history("t11/temperature", 0.0, LENGTH, 60)
    for one, other in zip(ahead, heard, strict=True):
        assert np.allclose(one[1:59], other[1:59], equal_nan=True)
    assert np.nanmedian(ahead[0][:30]) > 30 and np.nanmedian(ahead[0][31:]) < 20
    live.close()


def test_looking_ahead_can_be_ended(recording):
    live = a_live(recording)
    foresight = Foresight(live.replay, basis_of(live, live.replay))
    seen = []

    def cancelled():
        return len(seen) >= 3

    foresight.look(None, cancelled, seen.append)
    assert not foresight.complete and len(seen) == 3
    foresight.close()
    live.close()


def test_a_recording_is_read_in_a_process_of_its_own(tmp_path, recording):
    from neodent_viewer.files.recording_formats import write_any

    path = tmp_path / "a.mcap"
    write_any(recording, path)
    *told, found = list(apart(read, path))
    assert told == sorted(told) and all(0.0 <= share <= 1.0 for share in told)
    assert found.samples == recording.samples and found.identity == recording.identity
    with pytest.raises(RecordingError) as error:
        list(apart(read, tmp_path / "b.mcap"))
    assert error.value.kind == "missing"


def test_a_process_that_dies_is_told(recording, looked, monkeypatch):
    started = []

    class Popen(subprocess.Popen):
        def __init__(self, *words, **told):
            super().__init__(*words, **told)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Popen)
    found = apart(look_ahead, recording.tracks, 0.0, looked.foresight.basis, None)
    next(found)
    started[0].kill()
    with pytest.raises(ApartError):
        list(found)


def test_a_sensor_that_chatters_for_hours_has_all_its_faults_known():
    """Of each kind a channel remembers 128: what it forgets was told before."""
    times = np.arange(0.0, 3600.0, 0.25)
    values = 34.5 + 0.02 * np.sin(times)
    values[20::16] = 75.0  # every 4 s, for longer than it is remembered
    live = a_live(Recording((track("t11/temperature", times, values),), Origin(start=0.0)))
    foresight = live.foresight = Foresight(live.replay, basis_of(live, live.replay))
    foresight.look(live.document.settings.get("thresholds"), lambda: False, lambda share: None)
    wrong = [fault for _, fault in known_faults(live) if fault.kind.value == "out_of_range"]
    assert [fault.onset for fault in wrong] == times[20::16].tolist()
    assert known_faults(live) is not None and foresight.faults is foresight.faults, "sorted once"
    live.foresight = None
    assert [fault for _, fault in faults_of(live, live.replay) if fault.kind.value == "out_of_range"] == wrong
    foresight.close()
    live.close()


def test_what_is_found_while_somebody_asks_is_not_lost():
    findings, fault = Findings(), Fault(FaultKind.SPIKE, 7.0, 7.0, 7.0, 1.0)
    findings.take({("a/ph", "spike"): (fault,)})
    seen = findings._found

    class Found(dict):
        def items(self):
            told = tuple(seen.items())
            findings._found = seen
            findings.take({("b/ph", "spike"): (fault,)})  # by the other thread, in the middle
            return told

    findings._found = Found(seen)
    assert [key for key, _ in findings.ordered] == ["a/ph"]
    assert [key for key, _ in findings.ordered] == ["a/ph", "b/ph"]
