"""The floors of the house hold, and an import loads no more than it may."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

#: module -> what importing it must not load
MUST_NOT_LOAD = {
    "neodent_viewer.cli.main": ["numpy", "PySide6", "vispy", "trimesh", "numba", "scipy"],
    "neodent_viewer.mesh.surface": ["numba", "trimesh", "scipy", "PySide6", "vispy"],
    "neodent_viewer.mesh.weld": ["numba", "trimesh", "PySide6", "vispy"],
    "neodent_viewer.document.document": ["PySide6", "vispy", "trimesh", "numba", "scipy"],
    "neodent_viewer.files.stl": ["trimesh", "numba", "PySide6", "vispy"],
    "neodent_viewer.files.ply": ["trimesh", "numba", "PySide6", "vispy"],
    "neodent_viewer.render.engine": ["PySide6", "vispy.app", "vispy.scene", "trimesh", "numba", "scipy", "PIL", "cmap"],
    "neodent_viewer.live.live": ["PySide6", "vispy", "trimesh", "numba", "pythonosc"],
    "neodent_viewer.jobs.clip": ["PySide6", "vispy.app", "vispy.scene", "trimesh"],
    "neodent_viewer.app.compose": ["trimesh", "numba", "scipy", "pyqtgraph", "superqt", "vispy.app", "vispy.scene"],
}


@pytest.mark.parametrize("module", MUST_NOT_LOAD)
def test_what_an_import_loads(module):
    code = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert not loaded.intersection(MUST_NOT_LOAD[module])


def test_import_contracts_are_kept():
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], capture_output=True, text=True, timeout=120, cwd=ROOT)
    assert done.returncode == 0, done.stdout
