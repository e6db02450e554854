"""The program beside its peers on one file, in one run: F3D (Debian package), pyvista and Open3D (extra ``peers``).

``make bench`` runs this. A peer that is not there is skipped; ``NEODENT_PEERS_PYTHON`` may name an interpreter that has them.
"""

import json
import os
import shutil
import subprocess
import sys

import pytest

from neodent_viewer.jobs.big_mesh import write_big_stl

pytestmark = pytest.mark.benchmark_suite
TRIANGLES = int(os.environ.get("NEODENT_BENCH_TRIANGLES", "1300000"))
PEERS = os.environ.get("NEODENT_PEERS_PYTHON", sys.executable)

READ_WITH_PYVISTA = """
import sys, time, pyvista
times = []
for _ in range(6):
    start = time.perf_counter(); pyvista.read(sys.argv[1]); times.append(time.perf_counter() - start)
print(sorted(times[1:])[2])
"""

ORBIT_WITH_OPEN3D = """
import sys, time, open3d
mesh = open3d.io.read_triangle_mesh(sys.argv[1])
mesh.remove_duplicated_vertices()
mesh.compute_vertex_normals()
window = open3d.visualization.Visualizer()
assert window.create_window(width=1280, height=720)
window.add_geometry(mesh)
window.get_render_option().mesh_show_back_face = True
view, times = window.get_view_control(), []
for _ in range(15):
    view.rotate(20, 3)
    start = time.perf_counter(); window.poll_events(); window.update_renderer(); times.append(time.perf_counter() - start)
print(sorted(times[3:])[6])
"""


@pytest.fixture(scope="module")
def stl(tmp_path_factory):
    path = tmp_path_factory.mktemp("big") / "big.stl"
    write_big_stl(path, TRIANGLES)
    return path


def seconds_of(script, path):
    done = subprocess.run([PEERS, "-c", script, str(path)], capture_output=True, text=True, timeout=600)
    if done.returncode:
        pytest.skip(f"this peer does not run here: {(done.stderr.strip().splitlines() or ['no word'])[-1]}")
    return float(done.stdout.strip().splitlines()[-1])


def test_first_frame(benchmark, stl):
    """Whole process, from its start to the JSON line after the first presented picture."""
    command = [sys.executable, "-m", "neodent_viewer", "open", str(stl), "--first-frame"]

    def start():
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
        benchmark.extra_info.update(json.loads(done.stdout.strip().splitlines()[-1]))

    benchmark.pedantic(start, rounds=5, warmup_rounds=1)


def test_first_frame_of_f3d(benchmark, stl, tmp_path):
    f3d = shutil.which("f3d")
    if f3d is None:
        pytest.skip("F3D is not installed (Debian package f3d)")
    command = [f3d, str(stl), "--output", str(tmp_path / "f3d.png"), "--resolution", "1280,720"]
    benchmark.pedantic(
        lambda: subprocess.run(command, capture_output=True, timeout=120, check=True), rounds=5, warmup_rounds=1
    )


def test_read_weld_order(benchmark, stl):
    from neodent_viewer.files import read_surfaces

    benchmark.pedantic(lambda: read_surfaces(stl), rounds=5, warmup_rounds=1)
    peer = seconds_of(READ_WITH_PYVISTA, stl)
    benchmark.extra_info.update(pyvista_s=peer, ratio=benchmark.stats.stats.median / peer)


def test_orbit_frames(benchmark, stl):
    """Medians of the engine's own orbit, beside Open3D's; see ``extra_info`` for ms a frame."""
    from neodent_viewer.jobs import bench

    def orbit():
        for figure in bench.bench_frame(TRIANGLES):
            benchmark.extra_info[f"{figure.name} ms"] = figure.as_dict()["median_ms"]

    benchmark.pedantic(orbit, rounds=1)
    benchmark.extra_info["open3d ms"] = seconds_of(ORBIT_WITH_OPEN3D, stl) * 1e3
