"""Warming reaches every kernel, in the very form that the house calls it in; nothing of it loads with the floor itself."""

import subprocess
import sys
from importlib import import_module

import numpy as np

from neodent_viewer.mesh.bvh import Bvh
from neodent_viewer.mesh.geodesic import Geodesics
from neodent_viewer.mesh.kernels import warm
from neodent_viewer.mesh.normals import Normals
from neodent_viewer.mesh.shapes import soup, sphere
from neodent_viewer.mesh.topology import vertex_neighbours
from neodent_viewer.mesh.weld import weld_soup

MODULES = ("boxes", "fronts", "rays", "rings", "shading", "sorting", "strips", "welding")


def signatures():
    kernels = {}
    for name in MODULES:
        module = import_module(f"neodent_viewer.mesh.kernels.{name}")
        kernels |= {
            (name, key): len(value.signatures) for key, value in vars(module).items() if hasattr(value, "signatures")
        }
    return kernels


def use_everything():
    ball = weld_soup(soup(sphere(2)))
    tree, normals, ways = (
        Bvh(ball.vertices, ball.faces),
        Normals(ball.vertices, ball.faces),
        Geodesics(ball.vertices, ball.faces),
    )
    tree.intersect([0, 0, 0], [0, 0, 1])
    tree.intersect_many([[0, 0, 0]], [[0, 0, 1]])
    tree.closest([0, 0, 0])
    tree.closest_many([[0, 0, 0]])
    touched = tree.vertices_in_sphere([0, 0, 10], 3)
    tree.refit(touched)
    normals.update(touched)
    vertex_neighbours(ball.faces, len(ball.vertices))
    ways.distances([0], 5.0)
    ways.nearest_sources([0, 1], 2)
    ways.path((0, [1, 0, 0]), (len(ball.faces) - 1, [0, 0.5, 0.5]))


def test_after_warming_nothing_is_left_to_compile():
    thread = warm.warm()
    thread.join()
    ready = signatures()
    assert sum(ready.values()) >= 15
    use_everything()
    assert signatures() == ready


def test_the_mesh_floor_imports_without_numba_scipy_or_trimesh():
    floor = [
        "arrays",
        "bvh",
        "geodesic",
        "interop",
        "normals",
        "order",
        "shapes",
        "strip",
        "surface",
        "topology",
        "weld",
    ]
    code = f"import sys; {'; '.join(f'import neodent_viewer.mesh.{name}' for name in floor)}"
    code += "; print([m for m in ('numba', 'scipy', 'trimesh') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_reading_needs_no_writeable_arrays():
    ball = sphere(1)
    ball.vertices.setflags(write=False)
    ball.faces.setflags(write=False)
    assert Bvh(ball.vertices, ball.faces).intersect([0, 0, 0], [0, 0, 1]) is not None
    assert np.isfinite(Geodesics(ball.vertices, ball.faces).distances([0])).all()
