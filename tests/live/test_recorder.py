"""Recording: what is allowed comes back bit for bit, what is not leaves no trace, a killed program loses a second."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from neodent_viewer.cli.main import main
from neodent_viewer.core.clock import ManualClock
from neodent_viewer.core.errors import RecordingError
from neodent_viewer.document.anchor import Anchor
from neodent_viewer.document.document import Document
from neodent_viewer.document.probe import Probe
from neodent_viewer.files.recording_read import read_recording
from neodent_viewer.files.recordings import Origin, RecordingWriter
from neodent_viewer.live.live import Live
from neodent_viewer.live.recorder import Recorder
from neodent_viewer.sensors.channel import channel
from neodent_viewer.sensors.sample import block
from neodent_viewer.sensors.source import SourceStatus
from neodent_viewer.sensors.sources.injection import Injected, SimulatedChannel
from neodent_viewer.sensors.sources.simulated import SimulatedSource

ROOT = Path(__file__).resolve().parents[2]
NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)
KEYS = ("t11/temperature", "t21/temperature", "t11/ph")


class Script:
    """Sends the blocks it is given when they are due."""

    simulated = False

    def __init__(self, *blocks):
        self.blocks = list(blocks)

    def start(self, clock):
        pass

    def read(self, until):
        due = [b for b in self.blocks if b.arrival[-1] <= until]
        self.blocks = [b for b in self.blocks if b.arrival[-1] > until]
        return due

    def status(self):
        return SourceStatus("Script")

    def close(self):
        pass


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def wall():
    return [NOON]


@pytest.fixture
def live(clock, wall):
    document = Document()
    for tooth, quantities in ((11, ("temperature", "ph")), (21, ("temperature",))):
        anchor = Anchor("upper", 1, 0, (1.0, 0.0, 0.0), (0.0, 0.0, 0.0))
        channels = tuple(channel(f"t{tooth}", q) for q in quantities)
        document.set(("probes", f"p{tooth}"), Probe(f"p{tooth}", f"t{tooth}", anchor, tooth, channels))
    live = Live(document, clock, wall=lambda: wall[0])
    yield live
    live.close()


def allow(live, *keys, until=NOON + timedelta(days=1)):
    live.grant(keys or ("*",), ("record",), until, "Ada")


def simulate(live, seed=3):
    sensors = [SimulatedChannel(c, p.tooth) for p in live.document.probes.values() for c in p.channels]
    faults = [
        Injected("spike", "t11/temperature", 3.0, 1.0),
        Injected("late", "t21/temperature", 5.0, 2.0),
        Injected("gap", "t11/ph", 4.0, 4.0),
    ]
    live.add_source(SimulatedSource(sensors, seed, faults=faults))


def run(live, clock, until, step=1 / 30):
    while clock.now() < until - 1e-9:
        live.tick(clock.advance(step))


def tracks(path):
    return {track.channel: track for track in read_recording(path).tracks}


def test_nobody_takes_the_file_away_while_it_is_recorded(live, clock, tmp_path, capsys):
    allow(live)
    simulate(live)
    recorder = Recorder(live, tmp_path / "a.mcap", every=0.0)
    run(live, clock, 4.0)
    path = str(recorder.path)
    (tmp_path / "b.csv").write_text("time,t11/ph\n0,7\n")
    for words in (["erase", path, "--channel", "t11/ph"], ["import", str(tmp_path / "b.csv"), "-o", path]):
        assert main(["recording", *words]) == 2
        assert "End the recording first" in capsys.readouterr().err
    run(live, clock, 8.0)
    recorder.close()
    assert tracks(recorder.path)["t11/temperature"].read[-1] > 7.0
    assert main(["recording", "erase", path, "--channel", "t11/ph"]) == 0
    assert "t11/ph" not in tracks(recorder.path)


def test_what_was_heard_comes_back_bit_for_bit(live, clock, tmp_path):
    allow(live)
    simulate(live)
    recorder = Recorder(live, tmp_path / "a.mcap")
    run(live, clock, 12.0)
    kept = {key: live._intakes.channels[key] for key in KEYS}
    rings = {key: kept[key].ring.tail() for key in KEYS}
    recorder.close()
    found = tracks(recorder.path)
    assert set(found) == set(KEYS)
    for key, (times, values, flags) in rings.items():
        assert found[key].times.tobytes() == times.tobytes()
        assert found[key].values.tobytes() == values.tobytes()
        assert (found[key].flags == flags).all(), "flags that turned out worse later are worse in the file too"
        assert found[key].simulated
    late = found["t21/temperature"]
    assert (late.arrival - late.times).max() > 0.5
    assert (late.read >= late.arrival).all() and (np.diff(late.read) >= 0).all()
    assert (found["t11/temperature"].flags >= 3).any()
    status = recorder.status()
    assert status.samples == sum(map(len, found.values())) and not status.withheld and not status.problem
    assert read_recording(recorder.path).complete


def test_the_times_of_senders_and_their_missing_values_are_kept(live, clock, tmp_path):
    allow(live)
    sent = block("t11/ph", [0.1, 0.2], [7.0, np.nan], [0.3, 0.4])
    object.__setattr__(sent, "raw", np.array([1.7e9, np.nan]))
    live.add_source(Script(sent, block("t11/ph", [1.0], [7.1])))
    recorder = Recorder(live, tmp_path / "a.mcap")
    run(live, clock, 2.0)
    recorder.close()
    track = tracks(recorder.path)["t11/ph"]
    assert track.told.tobytes() == np.array([1.7e9, np.nan, np.nan]).tobytes()
    assert np.isnan(track.values[1]) and track.arrival.tolist() == [0.3, 0.4, 1.0]
    assert not track.simulated


def test_what_is_not_allowed_is_not_in_the_file(live, clock, tmp_path):
    live.grant(["*"], ["view", "perform"], NOON + timedelta(days=1), "Ada")
    allow(live, "t11/ph")
    simulate(live)
    recorder = Recorder(live, tmp_path / "a.mcap")
    run(live, clock, 4.0)
    recorder.close()
    assert set(tracks(recorder.path)) == {"t11/ph"}, "to be shown is not to be recorded"
    assert b"temperature" not in recorder.path.read_bytes()
    assert recorder.status().withheld > 20


def test_withdrawing_stops_a_channel_at_once_what_was_waiting_included(live, clock, tmp_path):
    allow(live, *KEYS)
    simulate(live)
    recorder = Recorder(live, tmp_path / "a.mcap", every=1.0)
    run(live, clock, 5.0)
    flushed = recorder._flushed
    run(live, clock, flushed + 0.6)
    live.withdraw("t11/temperature", "record")
    run(live, clock, 9.0)
    recorder.close()
    found = tracks(recorder.path)
    assert found["t11/temperature"].read.max() <= flushed
    assert found["t21/temperature"].read.max() > 8.0


def test_expiry_stops_it_by_the_clock_and_a_new_consent_goes_on(live, clock, wall, tmp_path):
    allow(live, until=NOON + timedelta(seconds=3))
    simulate(live)
    recorder = Recorder(live, tmp_path / "a.mcap", every=0.0)
    for stop in (2.0, 5.0, 8.0):
        if stop == 8.0:
            allow(live)
        wall[0] = NOON + timedelta(seconds=4 if stop == 5.0 else 0)
        run(live, clock, stop)
    recorder.close()
    read = tracks(recorder.path)["t21/temperature"].read
    assert not ((read > 2.01) & (read < 5.01)).any() and (read < 2.01).any() and (read > 5.01).any()
    number = tracks(recorder.path)["t21/temperature"].number
    assert (np.diff(number) > 1).sum() == 1, "numbers say where some were left out"


def test_switching_the_feed_ends_the_recording(live, clock, tmp_path):
    allow(live)
    simulate(live)
    recorder = Recorder(live, tmp_path / "a.mcap")
    run(live, clock, 1.2)
    live.remove_sources()
    assert not recorder.running and not live.taps
    assert read_recording(recorder.path).complete
    recorder.close()


def test_a_file_is_never_written_over(live, tmp_path):
    (tmp_path / "a.mcap").write_bytes(b"mine")
    with pytest.raises(RecordingError) as caught:
        Recorder(live, tmp_path / "a.mcap")
    assert caught.value.kind == "busy" and not live.taps
    with pytest.raises(RecordingError) as caught:
        Recorder(live, tmp_path / "nowhere" / "a.mcap")
    assert caught.value.kind == "write"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is full")
def test_a_full_disk_ends_the_recording_in_words(live, clock, tmp_path):
    allow(live)
    simulate(live)
    recorder = Recorder(live, tmp_path / "a.mcap")
    recorder._writer.close()
    recorder._writer = RecordingWriter(Path("/dev/full"), Origin(), replace=True)
    run(live, clock, 3.0)
    assert not recorder.running and not live.taps
    assert "No space left" in recorder.status().problem and "make room" in recorder.status().problem


#: forks ten programs that record a simulation of four fast channels in real time; each tells its number, pid and ticks
PROGRAM = """
import os, sys, time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from neodent_viewer.core.clock import MonotonicClock
from neodent_viewer.document.document import Document
from neodent_viewer.live.live import Live
from neodent_viewer.live.recorder import Recorder
from neodent_viewer.sensors.channel import channel
from neodent_viewer.sensors.sources.injection import SimulatedChannel
from neodent_viewer.sensors.sources.simulated import SimulatedSource
for i in range(10):
    if os.fork():
        continue
    live = Live(Document(), MonotonicClock())
    live.grant(["*"], ["record"], datetime.now(UTC) + timedelta(days=1), "Ada")
    live.add_source(SimulatedSource([SimulatedChannel(channel(f"t{t}", "force"), t) for t in (16, 26, 36, 46)], 1, faults=[]))
    recorder = Recorder(live, Path(sys.argv[1]) / f"{i}.mcap")
    while True:
        now = live.clock.now()
        live.tick(now)
        os.write(1, f"{i} {os.getpid()} {now}\\n".encode())
        time.sleep(0.02)
for i in range(10):
    os.wait()
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
def test_kill_9_leaves_what_was_written_up_to_a_second_before(tmp_path):
    last = {}
    command = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as programs:
        killed = set()
        for line in programs.stdout:
            number, pid, now = line.split()
            last[int(number)] = float(now)
            # another moment of the half second between flushes each round
            if pid not in killed and float(now) > 0.8 + 0.06 * int(number):
                os.kill(int(pid), signal.SIGKILL)
                killed.add(pid)
    assert programs.returncode == 0 and len(killed) == 10
    for number, heard in last.items():
        recording = read_recording(tmp_path / f"{number}.mcap")
        assert not recording.complete, "or it was not cut off, and the test shows nothing"
        assert len(recording.tracks) == 4
        for track in recording.tracks:
            assert track.read.max() > heard - 1.0
            assert (np.diff(track.number) == 1).all()
            assert np.allclose(np.diff(track.times), 1 / 50)
