"""A recording is calibrated anew from the window: the console leads there, the file keeps what counted before."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from neodent_viewer.app.actions import calibration, recording_calibration
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.panels.console import choose_channel
from neodent_viewer.app.panels.sensors import SETUP
from neodent_viewer.app.recalibration_dialog import RecalibrationDialog
from neodent_viewer.app.window import MainWindow
from neodent_viewer.core.clock import ManualClock
from neodent_viewer.core.errors import ArgumentError, RecordingError
from neodent_viewer.document.calibrations import CALIBRATIONS
from neodent_viewer.files.recording_formats import read_any, write_any
from neodent_viewer.files.recordings import Origin, Recording
from neodent_viewer.live.recalibrating import Act, recalibrate_file
from neodent_viewer.live.replaying import replay_of
from neodent_viewer.sensors.calibration import Calibration
from neodent_viewer.sensors.track import Track, track

KEY = "t11/temperature"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Two minutes of a thermometer and of pH, begun at 100 s; the thermometer calibrated from 130 s on."""
    times = 100.0 + np.arange(0.0, 120.0, 0.25)
    warm = track(KEY, times, 36.0 + 0.2 * np.sin(times), unit="°C")
    warm = replace(warm, calibrations=((130.0, Calibration(1.0, -1.0, (), "2030-05-01T12:00:00+00:00", "Ada")),))
    acid = track("t12/ph", times, 7.0 + 0.1 * np.sin(times), unit="pH")
    write_any(Recording((warm, acid), Origin(100.0, 1.9e9)), tmp_path / "mouth.mcap")
    return tmp_path / "mouth.mcap"


@pytest.fixture
def panel(window: MainWindow, context: AppContext, clock: ManualClock, path: Path) -> Any:
    """The console's set-up page while the recording plays, 40 s into it."""
    context.live.add_source(replay_of(read_any(path), path))
    assert context.live.replay is not None
    context.live.replay.seek(140.0)
    context.ticker.moment = context.live.tick(clock.advance(0.2))  # type: ignore[misc]
    panel: Any = window.show_panel("sensors")
    panel.update_view()
    choose_channel(context, KEY)
    panel.show_page(SETUP)
    panel.update_view()
    return panel


def dialog() -> RecalibrationDialog:
    (found,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, RecalibrationDialog) and w.isVisible())
    return found


def ok(box: RecalibrationDialog) -> Any:
    return box.buttons.buttons()[0]


def warm(path: Path) -> Track:
    return read_any(path).tracks[0]


def heard(context: AppContext) -> str:
    return "\n".join(message.text for message in context.shell.heard())


def test_the_console_tells_what_counts_in_the_recording_and_leads_to_its_calibration(
    panel: Any, context: AppContext, path: Path
) -> None:
    setup = panel.setup
    context.document.set(("settings", CALIBRATIONS), {KEY: [Calibration(1.3, 0.0).to_json()]})
    panel.update_view()
    assert setup.formula.text() == "Value = 1 × raw − 1 °C (here in the recording)", "not the project's"
    assert "from 30.0 s on (Ada" in setup.history.text() and not setup.plain.isVisibleTo(setup)
    assert setup.calibrate.text() == "Calibrate Recording…"
    setup.calibrate.click()
    box = dialog()
    assert box.channel.currentText() == KEY and "1 × raw − 1 °C from 30.0 s on" in box.now.text()
    assert (box.gain.value(), box.offset.value()) == (1.0, -1.0) and "°C" in box.offset.suffix()
    box.start.setValue(60.0)
    assert "taken for that already" in box.outcome.text() and not ok(box).isEnabled()
    box.offset.setValue(2.5)
    box.end.setValue(70.0)
    assert (
        "40 of 480 samples" in box.outcome.text().replace("\N{THIN SPACE}", "")
        and "1 × raw + 2.5 °C" in box.outcome.text()
    )
    box.by.setText("Bo")
    before = warm(path)
    ok(box).click()
    after = warm(path)
    assert after.values.tobytes() == before.values.tobytes()
    inside = (after.read >= 160.0) & (after.read < 170.0)
    assert (after.meant()[inside] == after.values[inside] + 2.5).all()
    assert (after.meant()[~inside] == before.meant()[~inside]).all()
    (act,) = after.recalibrated
    assert (act.by, act.before) == ("Bo", before.calibrations) and context.preferences.get("technician", "") == "Bo"
    assert context.requests.told[-1] == ("feed", f"replay:{path}")  # type: ignore[attr-defined]
    assert "40 samples of t11/temperature mean something else now" in heard(context)


def test_it_is_taken_back_in_the_same_box(panel: Any, context: AppContext, path: Path) -> None:
    before = warm(path)
    recording_calibration.calibrate(context, KEY)
    box = dialog()
    box.way.setCurrentIndex(box.way.findText("nothing: as sent"))
    assert not box.form.isRowVisible(box.gain) and "values as sent" in box.outcome.text()
    ok(box).click()
    assert warm(path).meant().tobytes() == before.values.tobytes()
    recording_calibration.calibrate(context, KEY)
    box = dialog()
    assert "calibrated anew on" in box.now.text()
    box.way.setCurrentIndex(box.way.findText("taking back the last change"))
    assert not box.form.isRowVisible(box.start) and "taken for before" in box.outcome.text()
    ok(box).click()
    assert warm(path).calibrations == before.calibrations and not warm(path).recalibrated
    assert warm(path).meant().tobytes() == before.meant().tobytes()


def test_what_counts_in_the_project_and_its_thresholds_are_at_hand(panel: Any, context: AppContext, path: Path) -> None:
    known = Calibration(1.0, 0.75, ((36.0, 36.75),), "2030-06-01T12:00:00+00:00", "Cy")
    context.document.set(("settings", CALIBRATIONS), {KEY: [known.to_json()]})
    context.document.set(("settings", "thresholds"), {KEY: {"band": [36.7, 36.8]}})
    recording_calibration.calibrate(context, KEY)
    box = dialog()
    box.way.setCurrentIndex(1)
    assert "1 × raw + 0.75 °C" in box.way.currentText()
    before = warm(path)
    box.channel.setCurrentIndex(1)
    assert box.way.findText("project", flags=box_contains()) == -1, "of another channel the project says nothing"
    box.channel.setCurrentIndex(0)
    box.way.setCurrentIndex(1)
    ok(box).click()
    assert warm(path).calibrations[-1][1] == known and (warm(path).flags != before.flags).any()


def box_contains() -> Any:
    from PySide6.QtCore import Qt

    return Qt.MatchFlag.MatchContains


def test_the_looped_stretch_is_proposed(panel: Any, context: AppContext, path: Path) -> None:
    assert context.live.replay is not None
    context.live.replay.loop, context.live.replay.span = True, (130.0, 139.0)
    recording_calibration.calibrate(context, KEY)
    box = dialog()
    assert (box.start.value(), box.end.value()) == (30.0, 39.0)
    box.buttons.buttons()[1].click()
    assert not warm(path).recalibrated


def test_what_cannot_be_is_said_in_one_sentence(panel: Any, context: AppContext, path: Path, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError) as caught:
        calibration.calibrate(context, KEY, ((36.0, 36.5),), "Ada")
    assert "Calibrate the recording" in caught.value.sentence()
    context.live.remove_sources()
    write_any(read_any(path), tmp_path / "a.csv")
    context.shell.answers = [[tmp_path / "a.csv"]]  # type: ignore[attr-defined]
    with pytest.raises(ArgumentError) as caught:
        recording_calibration.calibrate(context)
    assert "Import it" in caught.value.sentence()
    context.shell.answers = [[]]  # type: ignore[attr-defined]
    recording_calibration.calibrate(context)


def test_a_file_of_which_parts_cannot_be_read_is_not_written_over(context: AppContext, path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[data.index(b"zstd", data.index(b"zstd") + 4) + 400] ^= 0xFF
    path.write_bytes(data)
    context.shell.answers = [[path]]  # type: ignore[attr-defined]
    recording_calibration.calibrate(context)
    assert context.shell.heard()[-1].level == "error" and "they would be lost" in heard(context)
    said: list[Any] = []
    act = Act({KEY: Calibration(1.0, 0.5)}, context.live.wall())
    with pytest.raises(RecordingError) as caught:
        recalibrate_file(said.append, path, path, act)
    assert caught.value.kind == "damaged" and path.read_bytes() == bytes(data)
    recalibrate_file(said.append, path, path.with_name("other.mcap"), act)
    assert said[-1] == {KEY: 480} and any("left out" in one for one in said if isinstance(one, str))


def test_a_recording_without_samples_is_refused(context: AppContext, tmp_path: Path) -> None:
    write_any(Recording((track(KEY, [], []),)), tmp_path / "empty.mcap")
    context.shell.answers = [[tmp_path / "empty.mcap"]]  # type: ignore[attr-defined]
    recording_calibration.calibrate(context)
    assert "no samples" in heard(context)
