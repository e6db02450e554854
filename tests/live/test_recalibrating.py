"""Recordings calibrated anew: flags as a live side judges them, raw values and all other flags as they were."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from neodent_viewer.cli.main import main
from neodent_viewer.core.apart import apart
from neodent_viewer.core.clock import ManualClock
from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.document.anchor import Anchor
from neodent_viewer.document.calibrations import CALIBRATIONS
from neodent_viewer.document.document import Document
from neodent_viewer.document.history import History
from neodent_viewer.document.probe import Probe
from neodent_viewer.files.project import save_project
from neodent_viewer.files.recording_formats import read_any, write_any
from neodent_viewer.live import recalibrating
from neodent_viewer.live.live import Live
from neodent_viewer.live.recalibrating import Act, judged_flags, recalibrate_file, recalibrated
from neodent_viewer.live.recorder import Recorder
from neodent_viewer.live.replaying import replay_of
from neodent_viewer.sensors.calibration import Calibration
from neodent_viewer.sensors.channel import Flag, channel
from neodent_viewer.sensors.sources.injection import Injected, SimulatedChannel
from neodent_viewer.sensors.sources.simulated import SimulatedSource

NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)
KEYS = ("t11/temperature", "t11/ph", "t21/temperature", "t21/ph")
WARM = "t11/temperature"
COLD = Calibration(1.0, -3.0, ((38.0, 35.0),), NOON.isoformat(), "Ada")


def a_document():
    document = Document()
    for tooth in (11, 21):
        anchor = Anchor("upper", 1, 0, (1.0, 0.0, 0.0), (0.0, 0.0, 0.0))
        channels = tuple(channel(f"t{tooth}", q) for q in ("temperature", "ph"))
        document.set(("probes", f"p{tooth}"), Probe(f"p{tooth}", f"t{tooth}", anchor, tooth, channels))
    return document


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A minute of four channels with faults; the thermometer of tooth 11 calibrated after 20 s."""
    document, clock = a_document(), ManualClock()
    live = Live(document, clock, wall=lambda: NOON)
    live.grant(["*"], ["view", "record"], NOON + timedelta(days=1), "Ada")
    sensors = [SimulatedChannel(c, p.tooth) for p in document.probes.values() for c in p.channels]
    faults = [
        Injected("spike", WARM, 31.0, 1.0),
        Injected("late", "t21/temperature", 25.0, 2.0),
        Injected("gap", "t11/ph", 14.0, 8.0),
    ]
    live.add_source(SimulatedSource(sensors, 3, faults=faults))
    recorder = Recorder(live, tmp_path_factory.mktemp("recorded") / "a.mcap")
    while clock.now() < 60.0:
        live.tick(clock.advance(1 / 30))
        if clock.now() > 20.0 and CALIBRATIONS not in document.settings:
            document.set(("settings", CALIBRATIONS), {WARM: [COLD.to_json()]})
    recorder.close()
    live.close()
    return recorder.path


def warm_of(path):
    return next(one for one in read_any(path).tracks if one.channel == WARM)


@pytest.mark.parametrize("at_once", [7, 1_000_000])
def test_flags_are_judged_as_they_were_while_recording(path, monkeypatch, at_once):
    monkeypatch.setattr(recalibrating, "_AT_ONCE", at_once)
    recording = read_any(path)
    found = judged_flags(recording, KEYS)
    for one in recording.tracks:
        assert found[one.channel].tolist() == one.flags.tolist(), one.channel
    assert any((one.flags >= Flag.SUSPECT).any() for one in recording.tracks)


def test_only_what_means_something_else_is_judged_anew(path):
    before = read_any(path)
    hot = Calibration(1.9, 0.0)
    after, counts = recalibrated(before, Act({WARM: hot}, NOON, 40.0, 50.0))
    for one, other in zip(before.tracks, after.tracks, strict=True):
        assert one.values.tobytes() == other.values.tobytes()
        inside = (one.read >= 40.0) & (one.read < 50.0) & (one.channel == WARM)
        assert (one.flags == other.flags)[~inside].all()
        if one.channel == WARM:
            assert counts == {WARM: inside.sum()} and inside.sum() > 20
            assert (other.flags[inside] >= Flag.SUSPECT).mean() > 0.9, "65 °C is nothing a mouth has"
            assert [step[1] for step in other.calibrations] == [COLD, hot, COLD]
    back, _ = recalibrated(after, Act({WARM: None}, NOON))
    for one, other in zip(before.tracks, back.tracks, strict=True):
        assert (one.calibrations, one.recalibrated) == (other.calibrations, other.recalibrated)
        assert one.flags.tolist() == other.flags.tolist(), "and so are the flags"


@pytest.mark.parametrize("suffix", [".mcap", ".csv", ".xdf", ".parquet"])
def test_what_it_means_now_plays_and_goes_out_and_in_again(path, tmp_path, suffix):
    *told, counts = apart(recalibrate_file, path, tmp_path / "b.mcap", Act({WARM: Calibration(1.0, 5.0)}, NOON, 30.0))
    assert counts[WARM] > 50 and all(isinstance(share, float) for share in told)
    write_any(read_any(tmp_path / "b.mcap"), tmp_path / f"c{suffix}")
    shown = []
    for name in ("b.mcap", f"c{suffix}"):
        live = Live(a_document(), ManualClock(), wall=lambda: NOON)
        live.grant(["*"], ["view"], NOON + timedelta(days=1), "Ada")
        live.add_source(replay_of(read_any(tmp_path / name), tmp_path / name))
        live.replay.playing = False
        moments = []
        for position in np.arange(0.0, 60.0, 0.25).tolist():
            live.replay._go(position)
            moment = live.tick()
            moments.append((moment.now, moment.values.tolist(), moment.flags.tolist(), moment.energy.tolist()))
        shown.append(repr(moments))
        live.close()
    assert shown[0] == shown[1], "values, flags and faults to the bit"


def test_a_channel_that_is_not_there_is_named_with_those_that_are(path):
    with pytest.raises(ArgumentError) as caught:
        recalibrated(read_any(path), Act({"t99/ph": COLD}, NOON))
    assert WARM in caught.value.remedy
    with pytest.raises(ArgumentError):
        recalibrated(read_any(path), Act({WARM: COLD}, NOON, 500.0))


# -- the command -------------------------------------------------------------------------------------------------------


def test_the_command_calibrates_tells_and_takes_back(path, tmp_path, capsys):
    out, back = tmp_path / "b.mcap", tmp_path / "c.mcap"
    words = ["recording", "calibrate", str(path), "-o", str(out), "--channel", WARM, "--offset", "-1.5"]
    assert main([*words, "--from", "30", "--to", "40", "--by", "Bo"]) == 0
    told = capsys.readouterr().out
    assert "1 × raw − 1.5 °C; raw values are as they were" in told and "the usual thresholds" in told
    assert main(["recording", "info", str(out)]) == 0
    told = capsys.readouterr().out
    assert (
        "1 × raw − 3 °C from 40.0 s on (Ada, " in told and "by Bo from 30.0 s to 40.0 s; before: 1 × raw − 3 °C" in told
    )
    assert main(["recording", "info", str(out), "--json"]) == 0
    (warm,) = (c for c in json.loads(capsys.readouterr().out)["channels"] if c["channel"] == WARM)
    assert [step["offset"] for step in warm["calibrations"]] == [-3.0, -1.5, -3.0]
    assert main(["recording", "calibrate", str(out), "-o", str(back), "--channel", WARM, "--undo"]) == 0
    assert warm_of(back).calibrations == warm_of(path).calibrations and not warm_of(back).recalibrated
    assert "as before" in capsys.readouterr().out


def test_the_command_takes_a_projects_calibration_and_thresholds(path, tmp_path, capsys):
    document = a_document()
    document.set(("settings", CALIBRATIONS), {"t11/ph": [Calibration(1.0, 0.2, (), "", "Cy").to_json()], "t77/ph": []})
    save_project(document, History(document), tmp_path / "a.neodent")
    out, project = tmp_path / "b.mcap", str(tmp_path / "a.neodent")
    assert main(["recording", "calibrate", str(path), "-o", str(out), "--project", project]) == 0
    assert "the project's thresholds" in capsys.readouterr().out
    by_key = {one.channel: one for one in read_any(out).tracks}
    assert by_key["t11/ph"].calibrations[0][1].by == "Cy" and by_key[WARM].recalibrated == ()
    words = ["recording", "calibrate", str(path), "-o", str(out), "--project", project, "--channel", WARM]
    assert main(words) == 2 and f"no {WARM}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ([], "one way"),
        (["--offset", "1"], "which channel"),
        (["--undo", "--offset", "1", "--channel", WARM], "one way"),
        (["--undo", "--channel", WARM], "nothing to take back"),
        (["--gain", "9", "--channel", WARM], "9 is no gain"),
        (["--offset", "1", "--channel", "t99/ph"], "Choose one of: t11/ph"),
        (["--offset", "1", "--channel", WARM, "--from", "90"], "No sample"),
        (["--offset", "-3", "--channel", WARM, "--from", "30"], "taken for that already"),
        (["--offset", "1", "--channel", WARM, "-o", "x.csv"], "kept as MCAP"),
    ],
)
def test_words_that_make_no_sense_are_answered(path, tmp_path, capsys, words, part):
    assert main(["recording", "calibrate", str(path), "-o", str(tmp_path / "b.mcap"), *words]) == 2
    assert part in capsys.readouterr().err and not (tmp_path / "b.mcap").exists()


def test_a_recording_may_be_written_over_since_nothing_is_lost(path, tmp_path):
    own = tmp_path / "own.mcap"
    write_any(read_any(path), own)
    for offset in ("1", "2"):
        assert main(["recording", "calibrate", str(own), "-o", str(own), "--channel", WARM, "--offset", offset]) == 0
    one = warm_of(own)
    assert [act.calibration.offset for act in one.recalibrated] == [1.0, 2.0]
    assert one.values.tobytes() == warm_of(path).values.tobytes()
