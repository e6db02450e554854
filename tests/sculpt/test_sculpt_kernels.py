"""Warming the brushes leaves nothing to compile for the first stroke; the floor itself loads without numba."""

import subprocess
import sys
from importlib import import_module

from neodent_viewer.mesh.shapes import soup, sphere
from neodent_viewer.mesh.weld import weld_soup
from neodent_viewer.sculpt.brushes import BRUSHES
from neodent_viewer.sculpt.kernels import warm
from neodent_viewer.sculpt.stroke import BrushSettings, SculptMesh, Stroke

MODULES = [f"neodent_viewer.sculpt.kernels.{name}" for name in ("influence", "relax")] + [
    f"neodent_viewer.mesh.kernels.{name}" for name in ("boxes", "rays", "rings", "shading", "sorting", "welding")
]


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
    mesh = SculptMesh(welded.vertices, welded.faces)
    for brush in BRUSHES:
        stroke = Stroke(mesh, brush, BrushSettings(3.0, symmetry=True))
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
