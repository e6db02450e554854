"""``neodent sculpt``: what the window would have made, made without one."""

import itertools
import json
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from neodent_viewer.core.paths import assets_dir
from neodent_viewer.files.project import load_project
from neodent_viewer.files.surfaces import read_surfaces
from neodent_viewer.sculpt import masking
from neodent_viewer.sculpt.recorded import Identity, Recording
from neodent_viewer.sculpt.recording import dumps
from neodent_viewer.sculpt.stroke import BrushSettings, SculptMesh, Stroke

UPPER = assets_dir() / "demo" / "upper.ply"


def neodent(*words):
    command = [sys.executable, "-m", "neodent_viewer", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def made():
    surface = read_surfaces(UPPER)[0]
    recording = Recording()
    part = recording.part(Identity.of(surface, file=str(UPPER), name=surface.name, jaw=surface.report.jaw))
    mesh = SculptMesh(surface.vertices.copy(), surface.faces, surface.labels)
    tooth = np.flatnonzero(surface.labels == 11)
    front = surface.vertices[tooth[np.argmax(surface.vertices[tooth, 2])]].astype(np.float64)
    for name, strength in (("draw", 0.1), ("smooth", 0.5), ("grab", 1.0), ("mask", 0.5)):
        stroke = Stroke(mesh, name, BrushSettings(1.5, strength, lock_to_label=True))
        stroke.move_to(front, [0, 0, 1])
        stroke.move_to(front + np.array([1, 0.2, 0.4]), [0, 0, 1])
        recording.add(part, stroke)
    masking.act(mesh, "blur")
    recording.add_action(part, "blur")
    return surface, mesh, recording


def test_a_replay_writes_what_the_strokes_made(made, tmp_path):
    surface, mesh, recording = made
    (tmp_path / "s.json").write_text(dumps(recording))
    told = neodent("sculpt", UPPER, "--strokes", tmp_path / "s.json", "-o", tmp_path / "out.ply", "--report")
    assert told.returncode == 0, told.stderr
    assert not told.stderr
    again = read_surfaces(tmp_path / "out.ply")[0]
    wanted = surface.in_file_order(mesh.vertices).astype(np.float64) + surface.origin
    assert np.array_equal(again.in_file_order(again.vertices).astype(np.float64) + again.origin, wanted)
    assert "stroke 1: Draw on" in told.stdout
    assert "mm³" in told.stdout and "vertices of mask written" in told.stdout
    assert (mesh.vertices != surface.vertices).any()
    assert np.array_equal(mesh.vertices[surface.labels != 11], surface.vertices[surface.labels != 11])


def test_a_project_keeps_every_stroke_to_be_undone(made, tmp_path):
    surface, mesh, recording = made
    (tmp_path / "s.json").write_text(dumps(recording))
    told = neodent("sculpt", UPPER, "--strokes", tmp_path / "s.json", "-o", tmp_path / "out.neodent")
    assert told.returncode == 0, told.stderr
    loaded = load_project(tmp_path / "out.neodent")
    (part,) = loaded.document.parts.values()
    assert np.array_equal(part.surface.vertices, mesh.vertices)
    assert np.array_equal(part.surface.arrays["mask"], mesh.mask)
    assert len(loaded.done) == 5
    for edit in reversed(loaded.done):
        edit.undo(loaded.document)
    assert np.array_equal(part.surface.vertices, surface.vertices)
    assert not part.surface.arrays["mask"].any()


def test_another_surface_is_told_of(made, tmp_path):
    (tmp_path / "s.json").write_text(dumps(made[2]))
    lower = assets_dir() / "demo" / "lower.ply"
    told = neodent("sculpt", lower, "--strokes", tmp_path / "s.json", "-o", tmp_path / "out.ply")
    assert told.returncode == 0, told.stderr
    assert "other triangles" in told.stderr


@pytest.mark.parametrize("what", ["no file", "no json", "nan", "no mesh", "picture"])
def test_bad_input_is_answered_in_words(made, what, tmp_path):
    strokes, mesh, out = tmp_path / "s.json", UPPER, tmp_path / "out.ply"
    plain = json.loads(dumps(made[2]))
    if what == "nan":
        plain["strokes"][0]["calls"][0]["position"][1] = float("nan")
    if what != "no file":
        strokes.write_text("nonsense" if what == "no json" else json.dumps(plain))
    if what == "no mesh":
        mesh = strokes
    if what == "picture":
        out = tmp_path / "out.png"
    told = neodent("sculpt", mesh, "--strokes", strokes, "-o", out)
    assert told.returncode == 2
    assert told.stderr.startswith("neodent sculpt: ")
    assert "Traceback" not in told.stderr
    assert not out.exists()


def test_the_strokes_that_come_with_the_demo_smile_change_two_teeth_and_are_drawn(tmp_path):
    """Twenty strokes on 11 and 21, recorded in the window: what the README shows."""
    strokes, pictures = assets_dir() / "demo" / "strokes.json", tmp_path / "pictures"
    told = neodent(
        *("sculpt", UPPER, "--strokes", strokes, "-o", tmp_path / "out.ply", "--report", "--pictures", pictures)
    )
    assert told.returncode == 0, told.stderr
    assert not told.stderr, "the demo smile is the one they were recorded on"
    assert sum(line.startswith("stroke ") for line in told.stdout.splitlines()) == 20
    before, after = read_surfaces(UPPER)[0], read_surfaces(tmp_path / "out.ply")[0]
    moved = np.linalg.norm(after.in_file_order(after.vertices) - before.in_file_order(before.vertices), axis=1)
    labels = before.in_file_order(before.labels)
    assert not moved[~np.isin(labels, (11, 21))].any()
    assert all(0.3 < moved[labels == tooth].max() < 2.0 for tooth in (11, 21))
    drawn = [np.asarray(Image.open(pictures / f"{name}.png")).astype(int) for name in ("before", "after", "deviation")]
    assert all(picture.shape[:2] == (720, 1280) for picture in drawn)
    differ = [(np.abs(a - b).max(axis=2) > 12).mean() for a, b in itertools.pairwise(drawn)]
    assert 0.01 < differ[0] < 0.3, "two teeth of the picture look another way"
    assert differ[1] > 0.05, "the map colours what was moved"


def test_nothing_moved_makes_no_picture(tmp_path):
    (tmp_path / "s.json").write_text(dumps(Recording()))
    told = neodent(
        *("sculpt", UPPER, "--strokes", tmp_path / "s.json", "-o", tmp_path / "o.stl", "--pictures", tmp_path / "p")
    )
    assert told.returncode == 0, told.stderr
    assert "nothing was moved" in told.stdout
    assert not (tmp_path / "p").exists()
