"""The wheel carries all the program needs: installed elsewhere, it reads and draws."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(out.glob("*.whl"))


def test_the_wheel_carries_assets_and_shaders(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("assets", "shaders"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file():
                assert f"neodent_viewer/_data/{path.relative_to(ROOT).as_posix()}" in names


@pytest.mark.slow
@pytest.mark.wheel
def test_an_empty_environment_elsewhere_runs_it(wheel, tmp_path):
    venv.create(tmp_path / "venv", with_pip=False)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(tmp_path / "venv")}))
    zipfile.ZipFile(wheel).extractall(site)
    # the libraries come from this environment, by path, after the wheel's own; the checkout itself is not on it
    here = sysconfig.get_path("purelib")
    (site / "libraries.pth").write_text(here + "\n")
    python = tmp_path / "venv" / "bin" / "python"
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "NEODENT"))} | {"HOME": str(tmp_path)}

    def neodent(*words):
        command = [python, "-m", "neodent_viewer", *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=240, cwd=tmp_path, env=env)
        assert done.returncode == 0, done.stderr
        return done.stdout

    where = subprocess.run(
        [python, "-c", "import neodent_viewer; print(neodent_viewer.__file__)"], capture_output=True, text=True, env=env, cwd=tmp_path
    )
    assert str(site) in where.stdout
    upper = site / "neodent_viewer/_data/assets/demo/upper.ply"
    told = json.loads(neodent("info", upper, "--json"))
    assert told["parts"][0]["vertices"] > 10_000
    neodent("render", upper, "-o", tmp_path / "upper.png", "--size", "320x180")
    assert (tmp_path / "upper.png").stat().st_size > 2_000
