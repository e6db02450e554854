"""Speed of the mesh floor at the size of a dense jaw: run with ``pytest tests/benchmarks/test_mesh_speed.py``.

The ratio to pyvista's reader is asserted where pyvista is importable; other figures are measured and shown. Blender does not
stand beside a dab: its brushes are reached by an operator that wants a drawn viewport, and in the background, as ``bpy`` 4.5
from PyPI runs, a stroke over this sheet ends the process (segmentation fault), so there is no figure to trust.
"""

import time
from statistics import median

import numpy as np
import pytest

from neodent_viewer.files import read_surfaces
from neodent_viewer.jobs.big_mesh import big_surface
from neodent_viewer.mesh.bvh import Bvh
from neodent_viewer.mesh.geodesic import Geodesics
from neodent_viewer.mesh.shapes import plane, soup
from neodent_viewer.mesh.topology import statistics
from neodent_viewer.mesh.weld import weld_soup
from neodent_viewer.sculpt.stroke import BrushSettings, SculptMesh, Stroke

pytestmark = pytest.mark.benchmark_suite

RECORD = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])


def wavy(cells):
    """Return a sheet of 2 cells^2 triangles, 70 mm wide, with bumps."""
    sheet = plane(cells, side=70.0)
    x, y = sheet.vertices[:, 0], sheet.vertices[:, 1]
    sheet.vertices[:, 2] = 4 * np.sin(x / 5) * np.cos(y / 7)
    return sheet


@pytest.fixture(scope="module")
def triangles():
    return soup(wavy(806))


@pytest.fixture(scope="module")
def dense(triangles):
    return weld_soup(triangles)


@pytest.fixture(scope="module")
def scan(tmp_path_factory, triangles):
    path = tmp_path_factory.mktemp("stl") / "dense.stl"
    rows = np.zeros(len(triangles), RECORD)
    rows["corners"] = triangles
    path.write_bytes(b"binary".ljust(80) + np.uint32(len(rows)).tobytes() + rows.tobytes())
    return path


def test_weld_and_order(benchmark, triangles):
    welded = benchmark.pedantic(weld_soup, args=(triangles,), rounds=5, warmup_rounds=1)
    assert len(welded.faces) == len(triangles)


def test_read_weld_and_order(benchmark, scan):
    benchmark.pedantic(read_surfaces, args=(scan,), rounds=5, warmup_rounds=1)


def test_read_weld_and_order_beside_pyvista(scan):
    pyvista = pytest.importorskip("pyvista")
    ours, theirs = [], []
    read_surfaces(scan)
    for _ in range(3):  # in turns, so that both meet the same machine
        for times, read in ((ours, read_surfaces), (theirs, pyvista.read)):
            start = time.perf_counter()
            read(scan)
            times.append(time.perf_counter() - start)
    print(f"ours {median(ours):.3f} s, pyvista {median(theirs):.3f} s, ratio {median(ours) / median(theirs):.3f}")
    assert median(ours) <= 0.3 * median(theirs)


def test_build_a_tree(benchmark, dense):
    benchmark.pedantic(Bvh, args=(dense.vertices, dense.faces), rounds=5, warmup_rounds=1)


def test_make_ready_for_sculpting(benchmark, dense):
    benchmark.pedantic(SculptMesh, args=(dense.vertices.copy(), dense.faces), rounds=5, warmup_rounds=1)


def test_pick(benchmark, dense):
    tree = Bvh(dense.vertices, dense.faces)
    assert benchmark(tree.intersect, [3.0, 4.0, 50.0], [0.01, 0.02, -1.0])


@pytest.mark.parametrize("share", [0.01, 0.05])
@pytest.mark.parametrize("brush", ["draw", "smooth"])
def test_dab(benchmark, dense, brush, share):
    mesh = SculptMesh(dense.vertices.copy(), dense.faces)
    center = mesh.bvh.closest([0, 0, 0])[2]
    away = np.linalg.norm(mesh.vertices - center, axis=1)
    radius = float(np.partition(away, int(share * len(away)))[int(share * len(away))])
    stroke = Stroke(mesh, brush, BrushSettings(radius, 1e-4))
    moved = benchmark.pedantic(stroke.dab, args=(center, [0, 0, 1]), rounds=40, warmup_rounds=2)
    benchmark.extra_info["moved vertices"] = len(moved)


def test_ten_million_triangles_are_entered_and_dabbed_in_bounds():
    surface = big_surface(10_000_000)
    start = time.perf_counter()
    mesh = SculptMesh(surface.vertices, surface.faces)
    mesh.neighbours()
    mesh.boundary()
    entered, place = time.perf_counter() - start, surface.vertices[len(surface.vertices) // 2].astype(np.float64)
    before, taken = surface.vertices.copy(), {}
    for radius in (1.5, 13.4):  # some 2,500 and 200,000 vertices
        stroke, times = Stroke(mesh, "draw", BrushSettings(radius, 0.05)), []
        for _ in range(8):
            start = time.perf_counter()
            taken[radius] = len(stroke.dab(place, place))
            times.append((time.perf_counter() - start) * 1e3)
        print(f"{taken[radius]} of {len(surface.vertices)} vertices: {median(times):.2f} ms a dab")
        stroke.cancel()
    assert np.array_equal(surface.vertices, before)
    assert taken[13.4] > 150_000
    held = mesh.nbytes() / len(surface.vertices)
    print(f"entered in {entered:.1f} s, {held:.0f} bytes a vertex, {mesh.nbytes() / 1e9:.2f} GB beside the surface")
    assert held <= 250


def test_statistics(benchmark, dense):
    benchmark.pedantic(statistics, args=(dense.faces, len(dense.vertices)), rounds=3)


def test_distances_around_a_probe(benchmark):
    scan = weld_soup(soup(wavy(406)))  # 330 k triangles, 20 mm around the probe, rings of vertices included
    source = int(np.argmin(np.square(scan.vertices).sum(axis=1)))
    benchmark.pedantic(
        lambda: Geodesics(scan.vertices, scan.faces).distances([source], 20.0), rounds=10, warmup_rounds=1
    )


def test_a_path_across(benchmark):
    scan = weld_soup(soup(wavy(406)))
    ways, tree = Geodesics(scan.vertices, scan.faces), Bvh(scan.vertices, scan.faces)
    a, b = tree.closest([-20, -13, 0]), tree.closest([17, 22, 0])
    points, length = benchmark.pedantic(lambda: ways.path(a[:2], b[:2]), rounds=5, warmup_rounds=1)
    assert length > 50
    assert len(points) > 100
