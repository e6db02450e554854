"""``neodent sculpt``: what the window would have made, made without one."""

import json
import subprocess
import sys

import numpy as np
import pytest

from neodent_viewer.core.paths import assets_dir
from neodent_viewer.files.project import load_project
from neodent_viewer.files.surfaces import read_surfaces
from neodent_viewer.sculpt import masking
from neodent_viewer.sculpt.recording import Identity, Recording, dumps
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
