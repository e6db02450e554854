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


@pytest.fixture(scope="module")
def elsewhere(wheel, tmp_path_factory):
    """An empty environment with nothing but the wheel in it; libraries come by path, the checkout is not on it."""
    home = tmp_path_factory.mktemp("elsewhere")
    venv.create(home / "venv", with_pip=False)
    python = home / "venv" / "bin" / "python"
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        str(wheel),
    ]
    done = subprocess.run(pip, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    site = next((home / "venv" / "lib").glob("python*/site-packages"))
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home, site


@pytest.mark.slow
@pytest.mark.wheel
def test_an_empty_environment_elsewhere_runs_it(elsewhere):
    home, site = elsewhere
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "NEODENT"))} | {"HOME": str(home)}
    scripts = home / "venv" / "bin"

    def run(*words):
        done = subprocess.run([*map(str, words)], capture_output=True, text=True, timeout=240, cwd=home, env=env)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert str(site) in run(scripts / "python", "-c", "import neodent_viewer; print(neodent_viewer.__file__)")
    upper = site / "neodent_viewer/_data/assets/demo/upper.ply"
    told = json.loads(run(scripts / "neodent", "info", upper, "--json"))
    assert told["parts"][0]["vertices"] > 10_000
    run(scripts / "neodent", "render", upper, "-o", home / "upper.png", "--size", "320x180")
    assert (home / "upper.png").stat().st_size > 2_000
