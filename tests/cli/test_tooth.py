"""``neodent tooth`` from the command line: what it writes, what it reports, what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from neodent_viewer.cli.main import main
from neodent_viewer.core.paths import assets_dir
from neodent_viewer.document.history import History
from neodent_viewer.document.layers import visible_edit
from neodent_viewer.files.project import load_project, save_project
from neodent_viewer.files.surfaces import read_surfaces

UPPER, LOWER = (assets_dir() / "demo" / f"{jaw}.ply" for jaw in ("upper", "lower"))


def test_a_tooth_moves_with_its_gum_and_nothing_else_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "moved.ply"
    words = ["tooth", str(UPPER), str(LOWER), "--label", "21", "--slide", "0,0.6,0", "--torque", "4", "--keep-contact"]
    assert main([*words, "-o", str(out), "--report"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["pose"]["buccal_mm"] == pytest.approx(0.6) and not report["stopped"]
    assert max(report["penetration_mm"].values(), default=0.0) <= 0.02
    before, after = read_surfaces(UPPER)[0], read_surfaces(out)[0]
    old, new = (s.in_file_order(s.vertices) for s in (before, after))
    labels = before.in_file_order(before.arrays["labels"])
    assert np.array_equal(labels, after.in_file_order(after.arrays["labels"]))
    moved = (old != new).any(axis=1)
    assert set(np.unique(labels[moved])) == {0, 21} and moved[labels == 21].all()


def test_keep_contact_stops_a_tooth_that_is_driven_into_its_neighbour(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["tooth", str(UPPER), "--label", "22", "--slide", "1,0,0", "-o", str(tmp_path / "a.stl"), "--report"]
    assert main([*words, "--keep-contact"]) == 0
    held = json.loads(capsys.readouterr().out)
    assert held["stopped"] and max(held["penetration_mm"].values(), default=0.0) <= 0.02
    assert main(words) == 0
    free = json.loads(capsys.readouterr().out)
    assert not free["stopped"] and free["penetration_mm"]["21"] > 0.5


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--label", "38"], "No part has a tooth 38"),
        (["--label", "21", "--move", "90,0,0"], "leave the mouth"),
        (["--label", "21", "--scale", "0"], "leave the mouth"),
        (["--label", "21", "--tip", "nan"], "leave the mouth"),
        (["--label", "21", "--part", "nobody"], "no part called"),
        (["--label", "0"], "gingiva"),
    ],
)
def test_what_cannot_be_is_said_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert main(["tooth", str(UPPER), *words, "-o", str(tmp_path / "a.ply")]) == 2
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_move_on_a_layer_leaves_the_base_and_is_a_morph_target(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["tooth", str(UPPER), "--label", "21", "--slide", "0,0.6,0"]
    assert main([*words, "-o", str(tmp_path / "base.neodent")]) == 0
    assert main([*words, "--layer", "Wider", "-o", str(tmp_path / "a.neodent"), "--report"]) == 0
    told = capsys.readouterr().out
    assert json.loads(told[told.index("{") :])["layer"] == "Wider"
    (plain,) = load_project(tmp_path / "base.neodent").document.parts.values()
    loaded = load_project(tmp_path / "a.neodent")
    (part,) = loaded.document.parts.values()
    (layer,) = part.layers
    original = read_surfaces(UPPER)[0].vertices
    assert layer.name == "Wider" and part.base is not None and np.array_equal(part.base, original)
    assert np.abs(part.surface.vertices - plain.surface.vertices).max() < 1e-5
    assert {int(label) for label in np.unique(part.surface.arrays["labels"][layer.indices])} == {0, 21}
    assert len(loaded.done) == 1
    loaded.done[0].undo(loaded.document)
    assert not part.layers and np.array_equal(part.surface.vertices, original)
    assert (
        main(["tooth", str(tmp_path / "a.neodent"), *words[2:], "--layer", "Wider", "-o", str(tmp_path / "b.glb")]) == 0
    )
    scene = json.loads((tmp_path / "b.glb").read_bytes()[20:].split(b"\x00")[0].rsplit(b"}", 1)[0] + b"}")
    assert scene["meshes"][0]["extras"]["targetNames"] == ["Wider"] and scene["meshes"][0]["weights"] == [1.0]
    (again,) = load_project(tmp_path / "a.neodent").document.parts.values()
    assert len(again.layers) == 1


def test_a_move_on_a_hidden_layer_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["tooth", str(UPPER), "--label", "21", "--slide", "0,0.3,0", "--layer", "Wider"]
    assert main([*words, "-o", str(tmp_path / "a.neodent")]) == 0
    loaded = load_project(tmp_path / "a.neodent")
    (part,) = loaded.document.parts.values()
    history = History(loaded.document)
    history.do(visible_edit(part, part.layers[0].id, False))
    save_project(loaded.document, history, tmp_path / "hidden.neodent")
    assert main(["tooth", str(tmp_path / "hidden.neodent"), *words[2:], "-o", str(tmp_path / "b.ply")]) == 2
    assert "Wider is hidden" in capsys.readouterr().err
