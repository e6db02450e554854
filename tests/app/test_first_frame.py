"""``neodent open FILE --first-frame`` as a process of its own, and what it may load before the first picture."""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from neodent_viewer.cli.open import add_arguments, wish
from neodent_viewer.core.errors import NeodentError
from neodent_viewer.jobs.big_mesh import write_big_stl

#: too heavy, or needless, before the first picture
LATER = (
    "numba", "trimesh", "scipy", "pyqtgraph", "skimage", "app_model", "qtawesome", "superqt", "OpenGL", "av",
    "sqlite3", "vispy.app", "vispy.scene", "pydantic", "neodent_viewer.app.menus", "neodent_viewer.app.palette",
)  # fmt: skip

_SEEN = """
import os, sys
leave = os._exit
def tell(status):
    print("MODULES", *sys.modules, flush=True)
    leave(status)
os._exit = tell
from neodent_viewer.cli.main import main
main(["open", sys.argv[1], "--first-frame"])
"""


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "ball.stl"
    write_big_stl(path, 20_000)
    return path


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *command], capture_output=True, text=True, timeout=120, check=False)


def test_it_prints_one_line_of_figures_and_quits(scan: Path) -> None:
    done = _run("-m", "neodent_viewer", "open", str(scan), "--first-frame")
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.strip().splitlines()
    figures = json.loads(line)
    assert set(figures) == {"first_frame_ms", "rss_mb", "faces", "vertices"}
    assert figures["faces"] == (scan.stat().st_size - 84) // 50
    assert figures["vertices"] is None or figures["vertices"] < figures["faces"]
    assert 50 < figures["first_frame_ms"] < 60_000 and 50 < figures["rss_mb"] < 600


def test_nothing_heavy_is_imported_before_the_first_picture(scan: Path) -> None:
    done = _run("-c", _SEEN, str(scan))
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("MODULES")]
    loaded = set(line.split()[1:])
    assert "PySide6.QtWidgets" in loaded and "vispy.gloo" in loaded
    assert sorted(loaded & set(LATER)) == []


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    done = _run("-m", "neodent_viewer", "open", str(tmp_path / "no.stl"))
    assert done.returncode == 2 and "no.stl" in done.stderr and "Traceback" not in done.stderr


def test_a_file_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "broken.stl"
    path.write_bytes(b"this is no mesh" * 40)
    done = _run("-m", "neodent_viewer", "open", str(path), "--first-frame")
    assert done.returncode == 2 and "broken.stl" in done.stderr and "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["--look", "silly"], "There is no look"),
        (["--feed", "junk"], "There is no feed"),
        (["--feed", "osc:x"], "is not a port"),
        (["--stage", "-1"], "no such display"),
    ],
)
def test_words_that_mean_nothing_open_no_window(scan: Path, words: list[str], part: str) -> None:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    with pytest.raises(NeodentError, match=part):
        wish(parser.parse_args([str(scan), *words]))


def test_no_display_is_a_sentence(scan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    done = _run("-m", "neodent_viewer", "open", str(scan))
    assert done.returncode == 2 and "display" in done.stderr and "Traceback" not in done.stderr


def test_a_termination_closes_the_window_and_asks_nobody(scan: Path, own_home: Path) -> None:
    command = [sys.executable, "-m", "neodent_viewer", "open", str(scan)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        preferences = own_home / "config" / "preferences.json"
        end = time.monotonic() + 60
        while not (preferences.is_file() and scan.name in preferences.read_text()) and time.monotonic() < end:
            time.sleep(0.05)  # the file is the only thing that tells, from outside, that the scan is open
        running.send_signal(signal.SIGTERM)
        said, complained = running.communicate(timeout=60)
    assert running.returncode == 0, complained
    assert "Traceback" not in complained and said == ""
