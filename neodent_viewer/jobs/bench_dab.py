"""What one dab costs: strokes of ten dabs over a closed surface, each dab picked, weighed, moved, followed, kept and sent.

A dab is timed in two pieces that add up: the hand's (ray, influence, displacements, undo rows, normals, tree) and the upload
to the graphics card through a headless engine, which waits until the card has it. Strokes begin at places drawn by lot: the
first dab of each finds nothing in the processor's cache. The processor's own time is told beside the clock's: on a machine
that others use, they differ.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from neodent_viewer.document.document import Document
from neodent_viewer.document.part import POSITION, Part
from neodent_viewer.jobs.big_mesh import big_surface
from neodent_viewer.jobs.figure import Figure
from neodent_viewer.mesh.surface import Float64

if TYPE_CHECKING:
    from neodent_viewer.render.engine import Engine
    from neodent_viewer.sculpt.stroke import Stroke
    from neodent_viewer.sculpt.surface import SculptMesh

_STROKES, _DABS = 50, 10
#: radii between dabs, as the brushes have it
_SPACING = 0.25


def bench_dab(triangles: int, share: float = 0.05, tool: str = "draw") -> Iterator[Figure]:
    """Measure entering the workspace, then 500 dabs of a brush that reaches a `share` of the vertices."""
    from neodent_viewer.render.engine import Engine
    from neodent_viewer.render.headless import EglContext
    from neodent_viewer.sculpt.kernels import warm

    document, part = Document(), Part.from_surface(big_surface(triangles))
    document.set(("parts", part.id), part)
    warm.compile_all()
    entered, mesh = _enter(part)
    held = mesh.nbytes() / len(mesh.vertices)
    note = f"tree, rings and normals of {len(mesh.faces)} triangles, kernels warm"
    yield Figure("enter", entered, note, {"bytes_a_vertex": round(held, 1)})
    part.following = mesh.following
    engine = Engine(EglContext())
    try:
        engine.attach(document)
        engine.upload()
        yield _strokes(engine, document, part, mesh, share, tool)
    finally:
        engine.close()


def _enter(part: Part) -> tuple[list[float], SculptMesh]:
    """Return ms of three times making a part ready for brushes, and what the last one made."""
    from neodent_viewer.sculpt.surface import SculptMesh

    taken = []
    for _ in range(3):
        start = time.perf_counter()
        mesh = SculptMesh(part.surface.vertices, part.surface.faces)
        mesh.neighbours()
        mesh.boundary()
        taken.append((time.perf_counter() - start) * 1e3)
    return taken, mesh


def _strokes(engine: Engine, document: Document, part: Part, mesh: SculptMesh, share: float, tool: str) -> Figure:
    from neodent_viewer.sculpt.brushes import BRUSHES
    from neodent_viewer.sculpt.stroke import BrushSettings, Stroke

    rng = np.random.default_rng(0)
    hand, sent, moved, spent = [], [], [], []
    for number in range(_STROKES + 1):
        start = mesh.vertices[rng.integers(len(mesh.vertices))].astype(np.float64)
        radius = _radius(mesh, start, share)
        stroke = Stroke(mesh, tool, BrushSettings(radius=radius, strength=BRUSHES[tool].strength))
        for place in _way(start, radius, rng.normal(size=3)):
            began, own = time.perf_counter(), time.thread_time()
            ids = _dab(mesh, stroke, place)
            done = time.perf_counter()
            document.touch(part.id, POSITION, ids)
            engine.upload()
            ended, own = time.perf_counter(), time.thread_time() - own
            if number:  # the first stroke warms buffers and caches
                hand.append((done - began) * 1e3)
                sent.append((ended - done) * 1e3)
                moved.append(len(ids))
                spent.append(own * 1e3)
    both = [a + b for a, b in zip(hand, sent, strict=True)]
    note = f"{tool} over {share:.0%} of {len(mesh.faces)} triangles: pick to undo row and upload"
    return Figure(f"dab {tool}", both, note, _told(hand, sent, both, spent, moved))


def _dab(mesh: SculptMesh, stroke: Stroke, place: Float64) -> Any:
    """Pick the surface under a place above it, towards the middle, and dab there; return the vertices written."""
    inwards = -place / float(np.linalg.norm(place))
    hit = mesh.bvh.intersect(place - 20 * inwards, inwards)
    return mesh.vertices[:0] if hit is None else stroke.dab(place + (hit[1] - 20) * inwards, -inwards)


def _radius(mesh: SculptMesh, place: Float64, share: float) -> float:
    """Return the radius in mm within which a share of all vertices lies."""
    squared = np.square(mesh.vertices - place.astype(np.float32)).sum(axis=1)
    within = min(max(int(share * len(squared)), 1), len(squared) - 1)
    return float(np.sqrt(np.partition(squared, within)[within]))


def _way(start: Float64, radius: float, towards: Float64) -> Iterator[Float64]:
    """Yield the places (3,) of the dabs of a stroke along a great circle."""
    length = float(np.linalg.norm(start))
    up = start / length
    ahead = towards - up * (up @ towards)
    ahead /= float(np.linalg.norm(ahead)) or 1.0
    for k in range(_DABS):
        turn = k * radius * _SPACING / length
        yield (np.cos(turn) * up + np.sin(turn) * ahead) * length


def _told(
    hand: list[float], sent: list[float], both: list[float], spent: list[float], moved: list[int]
) -> dict[str, Any]:
    each = [ms * 1e6 / max(count, 1) for ms, count in zip(both, moved, strict=True)]
    told = {
        "p10_ms": float(np.percentile(both, 10)),
        "p99_ms": float(np.percentile(both, 99)),
        "processor_ms": median(spent),
        "without_upload_ms": median(hand),
        "upload_ms": median(sent),
        "ns_a_vertex": median(each),
        "without_upload_ns_a_vertex": median([ms * 1e6 / max(n, 1) for ms, n in zip(hand, moved, strict=True)]),
    }
    return {"moved_vertices": int(median(moved))} | {key: round(value, 3) for key, value in told.items()}
