"""A first start does not wait for the compiler, and finds the compiled kernels on the second."""

import os
import subprocess
import sys

ASK = """
import sys
import numpy as np
from neodent_viewer.mesh.compiled import kernels
from neodent_viewer.mesh.weld import weld_soup
corners = np.random.default_rng(3).integers(0, 9, (300, 3, 3)).astype(np.float32)
welded = weld_soup(corners)
told = hash(welded.vertices.tobytes() + welded.faces.tobytes())
print(kernels("welding") is not None, "numba" in sys.modules, told)
"""


def ask(code, home):
    env = {k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"} | {
        "NEODENT_HOME": str(home),
        "PYTHONHASHSEED": "0",
    }
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_a_cold_cache_is_not_waited_for_and_gives_the_same_surface(tmp_path):
    cold = ask(ASK, tmp_path / "cold")
    assert cold[:2] == ["False", "False"]
    warm_home = tmp_path / "warm"
    folder = warm_home / "cache" / "numba" / "kernels_1"
    folder.mkdir(parents=True)
    for name in ("welding", "sorting"):
        (folder / f"{name}.any-1.py3.nbi").touch()  # as an earlier run leaves them
    warm = ask(ASK, warm_home)
    assert warm[:2] == ["True", "True"]
    assert warm[2] == cold[2]
