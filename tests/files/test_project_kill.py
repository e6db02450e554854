"""A program killed in the middle of saving leaves the old project or the new one, whole, thirty times over."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from neodent_viewer.document.document import Document
from neodent_viewer.document.part import Part
from neodent_viewer.files.project import load_project, save_project
from neodent_viewer.mesh.surface import Surface

ROOT = Path(__file__).resolve().parents[2]

#: saves version after version of a project for ever, telling the number of each before and after
SAVER = """
import sys
import numpy as np
from neodent_viewer.files.project import load_project, save_project
path = sys.argv[1]
document = load_project(path).document
(part,) = document.parts.values()
number = document.settings["number"]
print("ready", flush=True)
while True:
    number += 1
    document.settings["number"] = number
    part.surface.vertices[:] = np.random.default_rng(number).random(part.surface.vertices.shape, np.float32)
    print("begin", number, flush=True)
    save_project(document, None, path)
    print("end", number, flush=True)
"""


def contents(number, count):
    return np.random.default_rng(number).random((count, 3), np.float32)


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kill -9")
def test_kill_in_mid_save_leaves_the_old_project_or_the_new(tmp_path):
    path = tmp_path / "smile.neodent"
    document, count = Document(), 60_000
    faces = np.arange(count, dtype=np.int32).reshape(-1, 3)
    part = Part.from_surface(Surface(contents(0, count), faces))
    document.parts[part.id] = part
    document.settings["number"] = 0
    save_project(document, None, path)
    dice, in_the_middle, number = random.Random(11), 0, 0
    for _ in range(30):
        told = _save_until_killed(path, dice.uniform(0.0, 0.25))
        began, ended = (max([number, *(n for word, n in told if word == kind)]) for kind in ("begin", "end"))
        in_the_middle += began != ended
        found = load_project(path).document
        number = found.settings["number"]
        assert number in {began, ended}
        (back,) = found.parts.values()
        assert (back.surface.vertices == contents(number, count)).all()
    assert in_the_middle >= 10  # or the test shows nothing
    save_project(document, None, path)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]  # what the killed ones left behind is gone


def _save_until_killed(path, seconds):
    """Run the saver, kill it some time after it is ready, and return what it told: (word, number) pairs."""
    command = [sys.executable, "-c", SAVER, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout.readline() == "ready\n"
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        lines = [line.split() for line in process.stdout.read().splitlines()]
    return [(words[0], int(words[1])) for words in lines if len(words) == 2]
