"""Warming the brushes leaves nothing to compile for the first stroke; the floor itself loads without numba."""

import subprocess
import sys
from importlib import import_module
from itertools import product
from pathlib import Path

import numpy as np

from neodent_viewer.mesh.shapes import soup, sphere
from neodent_viewer.mesh.weld import weld_soup
from neodent_viewer.sculpt import kernels, masking
from neodent_viewer.sculpt.alpha import Alpha
from neodent_viewer.sculpt.brushes import BRUSHES
from neodent_viewer.sculpt.kernels import warm
from neodent_viewer.sculpt.stroke import BrushSettings, SculptMesh, Stroke

KERNELS = sorted(
    path.stem for path in Path(kernels.__file__).parent.glob("*.py") if path.stem not in {"__init__", "warm"}
)
MODULES = [f"neodent_viewer.sculpt.kernels.{name}" for name in KERNELS] + [
    f"neodent_viewer.mesh.kernels.{name}" for name in ("boxes", "rays", "rings", "shading", "sorting", "welding")
]
EVERYTHING = {
    "symmetry": True, "radial": 2, "alpha": Alpha(np.ones((3, 3))), "accumulate": False, "cavity": 0.5, "boundary_rings": 2,
    "lock_to_label": True, "locked_labels": frozenset({11}), "front_only": True, "falloff": "custom", "stabiliser": 0.1,
    "pressure_radius": True, "mirror_plane": (1, 0, 0, 0), "strength": 1, "radius": 3, "normal_radius": 1,
}  # fmt: skip


def signatures():
    modules = [import_module(name) for name in MODULES]
    return {
        (m.__name__, key): len(value.signatures)
        for m in modules
        for key, value in vars(m).items()
        if hasattr(value, "signatures")
    }


def test_after_warming_the_first_stroke_compiles_nothing():
    warm.warm().join()
    ready = signatures()
    welded = weld_soup(soup(sphere(2)))
    labels = np.arange(len(welded.vertices)) % 3
    mesh = SculptMesh(welded.vertices, welded.faces, labels)
    masking.blurred(mesh)
    for brush, options in product(BRUSHES, ({"radius": 3.0, "symmetry": True}, EVERYTHING)):
        stroke = Stroke(mesh, brush, BrushSettings(**options))
        stroke.move_to([0, 0, 10], [0, 0, 1])
        stroke.move_to([0, 3, 9])
        stroke.cancel()
    assert signatures() == ready


def test_the_sculpt_floor_imports_without_numba():
    code = "import sys, neodent_viewer.sculpt.stroke"
    code += "".join(f", neodent_viewer.sculpt.brushes.{brush.module}" for brush in BRUSHES.values())
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; print('numba' in sys.modules)"], capture_output=True, text=True
    )
    assert done.stdout.strip() == "False"
