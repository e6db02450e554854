"""Calibration between what is sent and everything else; recordings stay raw and play as they were seen."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from neodent_viewer.core.clock import ManualClock
from neodent_viewer.document.anchor import Anchor
from neodent_viewer.document.calibrations import CALIBRATIONS, calibration_edit, calibration_of, history_of
from neodent_viewer.document.document import Document
from neodent_viewer.document.history import History
from neodent_viewer.document.probe import Probe
from neodent_viewer.files.project import load_project, save_project
from neodent_viewer.files.recording_formats import read_any, write_any
from neodent_viewer.live.console import steady
from neodent_viewer.live.live import Live
from neodent_viewer.live.recorder import Recorder
from neodent_viewer.live.replaying import open_replay
from neodent_viewer.sensors.calibration import AS_SENT, Calibration, calibrated
from neodent_viewer.sensors.channel import QUANTITIES, Flag, channel
from neodent_viewer.sensors.sample import block
from neodent_viewer.sensors.source import SourceStatus

NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)
KEY = "t11/temperature"
COLD = Calibration(1.0, -3.0, ((38.0, 35.0),), NOON.isoformat(), "Ada")


class Thermometer:
    """Sends 38 °C and a little, four times a second."""

    simulated = False

    def __init__(self):
        self.sent = 0

    def start(self, clock):
        pass

    def read(self, until):
        first, self.sent = self.sent, max(self.sent, int(until * 4))
        times = np.arange(first, self.sent) / 4
        return [block(KEY, times, 38.0 + 0.2 * np.sin(times))] if len(times) else []

    def status(self):
        return SourceStatus("Thermometer", running=True)

    def close(self):
        pass


@pytest.fixture
def document():
    document = Document()
    anchor = Anchor("upper", 1, 0, (1.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    document.set(("probes", "p"), Probe("p", "t11", anchor, 11, (channel("t11", "temperature"),)))
    return document


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def live(document, clock):
    live = Live(document, clock, wall=lambda: NOON)
    live.grant(["*"], ["view", "record"], NOON + timedelta(days=1), "Ada")
    yield live
    live.close()


def run(live, clock, seconds, into=None):
    end = clock.now() + seconds
    moments = []
    while clock.now() < end - 1e-9:
        moments.append(live.tick(clock.advance(0.125)))
        if into is not None:
            into.append((moments[-1].now, moments[-1].values[0], moments[-1].flags[0], moments[-1].energy[0]))
    return moments[-1]


def test_what_counts_is_calibrated_everywhere_and_undone(live, document, clock):
    history = History(document)
    live.add_source(Thermometer())
    assert run(live, clock, 10.0).values[0] == pytest.approx(38.0, abs=0.3)
    history.do(calibration_edit(document, KEY, COLD))
    moment = run(live, clock, 10.0)
    assert moment.values[0] == pytest.approx(35.0, abs=0.3)
    _, values, _ = live.series(KEY, 9.0)
    assert np.allclose(values, 35.0, atol=0.3)
    low, high = live.history(KEY, clock.now() - 9.0, clock.now(), 1)
    assert low[0] > 34.7 and high[0] < 35.3
    assert live.status().channels[0].value == pytest.approx(35.0, abs=0.3)
    assert not live.faults(KEY), "the step was made by hand: no fault of the sensor"
    history.undo()
    assert run(live, clock, 5.0).values[0] == pytest.approx(38.0, abs=0.3)
    assert not live.faults(KEY) and calibration_of(document, KEY) == AS_SENT
    history.redo()
    assert run(live, clock, 1.0).values[0] == pytest.approx(35.0, abs=0.3)


def test_thresholds_judge_calibrated_values(live, document, clock):
    live.add_source(Thermometer())
    document.set(("settings", CALIBRATIONS), {KEY: [Calibration(1.6, 0.0).to_json()]})
    assert run(live, clock, 5.0).flags[0] >= Flag.SUSPECT, "60.8 °C is nothing a mouth has"


def test_a_reading_is_raw_whatever_counts(live, document, clock):
    live.add_source(Thermometer())
    run(live, clock, 10.0)
    first = steady(live, KEY)
    assert first.raw == pytest.approx(38.0, abs=0.25) and 0 < first.spread < 0.4 and first.count >= 10
    document.set(("settings", CALIBRATIONS), {KEY: [COLD.to_json()]})
    run(live, clock, 4.0)
    assert steady(live, KEY).raw == pytest.approx(38.0, abs=0.25)
    made = calibrated(QUANTITIES["temperature"], [(steady(live, KEY).raw, 36.0)], COLD, at=NOON, by="Ada")
    document.set(("settings", CALIBRATIONS), {KEY: [COLD.to_json(), made.to_json()]})
    assert run(live, clock, 1.0).values[0] == pytest.approx(36.0, abs=0.3)
    live.withdraw(KEY)
    assert steady(live, KEY) is None


def test_the_history_is_kept_in_the_project(document, tmp_path):
    history = History(document)
    history.do(calibration_edit(document, KEY, COLD))
    second = Calibration(1.1, -4.0, ((20.0, 18.0), (40.0, 40.0)), NOON.isoformat(), "Bo")
    history.do(calibration_edit(document, KEY, second))
    save_project(document, history, tmp_path / "a.neodent")
    loaded = load_project(tmp_path / "a.neodent")
    assert history_of(loaded.document, KEY) == (COLD, second)
    again = History(loaded.document)
    again.restore(loaded.done, loaded.undone)
    again.undo()
    assert history_of(loaded.document, KEY) == (COLD,)


def test_damaged_records_bend_nothing(live, document, clock):
    live.add_source(Thermometer())
    for wrong in ("x", [1], {KEY: "x"}, {KEY: [{"gain": 1e9, "offset": 0.0}]}, {KEY: [None]}):
        document.set(("settings", CALIBRATIONS), wrong)
        assert run(live, clock, 0.5).values[0] == pytest.approx(38.0, abs=0.3)


@pytest.mark.parametrize("suffix", ["", ".mcap", ".csv", ".xdf", ".parquet"])
def test_a_recording_stays_raw_and_plays_as_it_was_seen(live, document, clock, tmp_path, suffix):
    live.add_source(Thermometer())
    run(live, clock, 3.0)
    path = tmp_path / "a.mcap"
    recorder = Recorder(live, path)
    seen = []
    run(live, clock, 5.0, seen)
    document.set(("settings", CALIBRATIONS), {KEY: [COLD.to_json()]})
    run(live, clock, 5.0, seen)
    document.set(("settings", CALIBRATIONS), None)
    run(live, clock, 5.0, seen)
    recorder.close()
    before = read_any(path)
    if suffix:  # out, and in again
        write_any(before, tmp_path / f"b{suffix}")
        write_any(read_any(tmp_path / f"b{suffix}"), tmp_path / "c.mcap")
        path = tmp_path / "c.mcap"
    again = read_any(path)
    (track,) = again.tracks
    assert again.identity == before.identity and again.origin.midnight == live.midnight
    assert np.allclose(track.values, 38.0, atol=0.21), "raw"
    assert [c.offset for _, c in track.calibrations] == [-3.0, 0.0]
    assert track.calibrations[0][1] == COLD, "with when it was found, by whom, and by what readings"
    live.remove_sources()
    document.set(("settings", CALIBRATIONS), {KEY: [Calibration(1.3, 0.0).to_json()]})  # of today: not of the recording
    live.add_source(open_replay(str(path), document, 0))
    again = []
    run(live, clock, 14.9, again)
    told = {now: rest for now, *rest in seen}
    close = [(rest, told[now]) for now, *rest in again if now in told]
    assert len(close) > 100 and all(a == b for a, b in close[1:]), "to the bit, from the first sample on"
    assert {round(b[0]) for _, b in close} == {38, 35}
