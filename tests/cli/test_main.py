"""The door of the command line: every word is answered."""

import subprocess
import sys

import pytest

from neodent_viewer.cli import main as door


def neodent(*words):
    command = [sys.executable, "-m", "neodent_viewer", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def test_help_names_every_command():
    told = neodent("--help")
    assert told.returncode == 0
    assert all(name in told.stdout for name in door.COMMANDS)


@pytest.mark.parametrize("name", door.COMMANDS)
def test_every_command_explains_itself(name):
    told = neodent(name, "--help")
    assert told.returncode == 0, told.stderr
    assert "usage: neodent" in told.stdout


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["render", "-o", "x.gif"], "picture is written as"),
        (["render", "-o", "x.mp4", "--size", "12"], "WIDTHxHEIGHT"),
        (["render", "-o", "x.mp4", "--size", "641x361"], "even width"),
        (["render", "-o", "x.png", "--look", "no such"], "There is no look"),
        (["render", "-o", "x.png", "--view", "behind"], "There is no view"),
        (["render", "-o", "x.png", "--seconds", "2"], "makes a clip"),
        (["render", "-o", "x.png", "--at", "nan"], "Times lie between"),
        (["render", "-o", "x.png", "--at", "inf"], "Times lie between"),
        (["render", "-o", "x.jpg", "--transparent"], "written as .png"),
        (["render", "-o", "no/such/folder/x.png"], "folder to write to does not exist"),
        (["render", "no_such.stl", "-o", "x.png"], "no_such.stl"),
        (["render", "-o", "x.png", "--feed", "carrier pigeon"], "carrier pigeon"),
        (["bench", "no such"], "Cannot measure"),
        (["info", "no_such.ply"], "no_such.ply"),
    ],
)
def test_bad_words_get_one_sentence(words, part):
    told = neodent(*words)
    assert told.returncode == 2
    assert part in told.stderr
    assert "Traceback" not in told.stderr


def test_a_reader_that_stops_reading_is_no_error():
    words = [sys.executable, "-m", "neodent_viewer", "demo", "--help"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        told = process.stderr.read()
    assert told == b""


def test_the_first_picture_anybody_asks_for_shows_a_living_field(tmp_path):
    from PIL import Image

    pictures = {}
    for name, more in {"default": [], "at 1 s": ["--at", "1"], "at 0 s": ["--at", "0"]}.items():
        told = neodent("render", "-o", str(tmp_path / "x.png"), "--size", "320x180", "--look", "field", *more)
        assert told.returncode == 0, told.stderr
        assert "withholds" not in told.stderr
        pictures[name] = Image.open(tmp_path / "x.png").convert("RGB").tobytes()
    assert pictures["default"] == pictures["at 1 s"] != pictures["at 0 s"]
