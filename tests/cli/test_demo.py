"""``neodent demo``: makes a smile that reads back, measures it, and ships one that keeps every limit."""

import json

import numpy as np
import pytest

from neodent_viewer.anatomy.generator import generate
from neodent_viewer.anatomy.parameters import SmileParameters
from neodent_viewer.cli.main import main
from neodent_viewer.core.paths import assets_dir
from neodent_viewer.files import read_surfaces


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("smile") / "new"
    words = ["--param", "overbite=3", "overjet=2.5", "--param", "asymmetry=0.5", "--seed", "4", "--step", "0.6"]
    assert main(["demo", "smile", "-o", str(folder), *words]) == 0
    return folder


def test_a_made_smile_reads_back_with_its_labels(folder):
    assert sorted(path.name for path in folder.iterdir()) == [
        "lower.json", "lower.ply", "smile.json", "upper.json", "upper.ply",
    ]  # fmt: skip
    for jaw, quadrants in (("upper", {0, 1, 2}), ("lower", {0, 3, 4})):
        (surface,) = read_surfaces(folder / f"{jaw}.ply")
        assert set(np.unique(surface.labels // 10)) == quadrants
        plain = json.loads((folder / f"{jaw}.json").read_text())
        assert plain["jaw"] == jaw
        assert len(plain["labels"]) == len(plain["instances"]) == surface.report.file_vertices


def test_the_recipe_tells_what_was_asked(folder):
    plain = json.loads((folder / "smile.json").read_text())
    assert (plain["seed"], plain["step"]) == (4, 0.6)
    assert (plain["params"]["overbite"], plain["params"]["asymmetry"], plain["params"]["spee"]) == (3.0, 0.5, 1.01)


def test_measuring_speaks_json_and_says_by_its_status_whether_all_is_well(folder, capsys):
    status = main(["demo", "measure", str(folder), "--json"])
    plain = json.loads(capsys.readouterr().out)
    assert status == (0 if plain["ok"] else 1)
    found = {entry["name"]: entry for entry in plain["measures"]}
    assert plain["ok"] == all(entry["ok"] for entry in found.values())
    assert found["overbite"]["value"] == pytest.approx(3.0, abs=0.35)
    assert found["11 mesiodistal"]["unit"] == "mm"
    assert main(["demo", "measure", str(folder)]) == status
    assert "penetration between jaws" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [["--param", "overbite=40"], ["--param", "teeth=3"], ["--seed", "-1"], ["--step", "5"]],
)
def test_what_cannot_be_made_is_told_in_a_sentence(tmp_path, capsys, words):
    assert main(["demo", "smile", "-o", str(tmp_path), *words]) == 2
    assert "neodent demo:" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_told(tmp_path, capsys):
    (tmp_path / "file").write_text("in the way")
    assert main(["demo", "smile", "-o", str(tmp_path / "file"), "--step", "1"]) == 2
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("recipe", [None, "", "{}", '{"params": [], "seed": 1, "step": 1}'])
def test_a_folder_without_a_usable_recipe_is_told(tmp_path, capsys, recipe):
    if recipe is not None:
        (tmp_path / "smile.json").write_text(recipe)
    assert main(["demo", "measure", str(tmp_path)]) == 2
    assert "demo smile -o" in capsys.readouterr().err


def test_the_shipped_smile_keeps_every_limit(capsys):
    status = main(["demo", "measure", "--json"])
    plain = json.loads(capsys.readouterr().out)
    assert [entry for entry in plain["measures"] if not entry["ok"]] == []
    assert status == 0


def test_assets_stay_small():
    assert sum(path.stat().st_size for path in assets_dir().rglob("*") if path.is_file()) < 15e6


@pytest.mark.slow
def test_the_shipped_smile_is_the_one_the_generator_makes():
    recipe = json.loads((assets_dir() / "demo" / "smile.json").read_text())
    made = generate(SmileParameters(**recipe["params"]), recipe["seed"], recipe["step"])
    for jaw, surface in zip(("upper", "lower"), made, strict=True):
        (shipped,) = read_surfaces(assets_dir() / "demo" / f"{jaw}.ply")
        assert len(shipped.vertices) == pytest.approx(len(surface.vertices), rel=0.002)
        assert np.abs(shipped.bounds() - surface.bounds()).max() < 0.02
        assert abs(int((shipped.labels == 0).sum()) - int((surface.labels == 0).sum())) < 0.002 * len(surface.vertices)
