"""The program's own measurements, on the user's machine: each returns the times of its repetitions, medians are quoted.

One function a measurement, one line in `MEASUREMENTS`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from neodent_viewer.core.clock import ManualClock
from neodent_viewer.core.errors import NeodentError
from neodent_viewer.document.document import Document
from neodent_viewer.document.look import Look, Shading
from neodent_viewer.document.part import Part
from neodent_viewer.jobs.bench_dab import bench_dab
from neodent_viewer.jobs.big_mesh import big_surface, write_big_stl
from neodent_viewer.jobs.figure import Figure
from neodent_viewer.jobs.soak import bench_soak

if TYPE_CHECKING:
    from neodent_viewer.render.engine import Engine

FRAME = (1280, 720)


def _repeat(work: Callable[[], object], times: int, warm: int = 1) -> list[float]:
    for _ in range(warm):
        work()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1e3)
    return taken


def bench_open(triangles: int) -> Iterator[Figure]:
    """From starting a process to the first picture of a binary STL in the real window; needs a display."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.stl"
        count = write_big_stl(path, triangles)
        told: dict[str, Any] = {}

        def start() -> None:
            told.update(_window(path, "--first-frame"))

        times = _repeat(start, 3)
        extra = {"first_frame_ms": told["first_frame_ms"], "rss_mb": told["rss_mb"]}
        yield Figure("open", times, f"whole process, {count} triangles", extra)


def bench_turn(triangles: int) -> Iterator[Figure]:
    """Frames of a turning camera until they are on screen, and the full picture after it, in the real window."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.stl"
        count = write_big_stl(path, triangles)
        told = _window(path, "--turn")
        size = "x".join(map(str, told["canvas"]))
        yield Figure("turn", told["presented_ms"], f"camera moved to picture shown, {count} triangles, canvas {size}")
        yield Figure("rest", told["rest_ms"], "camera at rest to full picture shown")


def bench_stroke(triangles: int) -> Iterator[Figure]:
    """Mouse events of strokes in the real window, shaded for a brush: the event with dab and upload, and until it is seen."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.stl"
        count = write_big_stl(path, triangles)
        told = _window(path, "--stroke")
        size, tail = "x".join(map(str, told["canvas"])), {"stroke_vertices": int(median(told["stroke_vertices"]))}
        note = f"mouse event to dab and upload done, 5% of {count} triangles"
        yield Figure("stroke event", told["event_ms"], note, tail)
        yield Figure("stroke seen", told["presented_ms"], f"mouse event to picture shown, canvas {size}")


def bench_latency(_: int) -> Iterator[Figure]:
    """From a sample sent to the pixel of its tooth, and the real window beside loud feeds."""
    told = _window(None, "--latency", patience=240.0)
    size, loud = "x".join(map(str, told["canvas"])), told["loud"]["osc"]
    extra = {
        "frames": max(told["frames"]),
        "frames_median": median(told["frames"]),
        "fps_quiet": told["fps_quiet"],
        "fps_calm": told["loud"]["osc calm"]["fps"],
        "fps_loud": loud["fps"],
        "tick_loud_ms": round(median(loud["tick_ms"]), 2),
        "dropped": loud["dropped"],
    }
    yield Figure(
        "latency", told["latency_ms"], f"sample sent by OSC to pixel changed, demo smile, canvas {size}", extra
    )
    for name, one in told["loud"].items():
        if one["sent"] and one["tick_ms"]:
            yield _loud(name, one)


def _loud(name: str, told: dict[str, Any]) -> Figure:
    """Return the figure of the ticks beside a feed from another process."""
    ticks = np.array(told.pop("tick_ms"))
    shares = {"p99_ms": round(float(np.percentile(ticks, 99)), 2), "under_2_ms": round(float((ticks < 2.0).mean()), 3)}
    note = f"tick in the window, {told.pop('rate')} samples/s over 64 channels from another process"
    return Figure(f"tick {name}", ticks.tolist(), note, shares | told)


def bench_hours(_: int, hours: float = 1.0) -> Iterator[Figure]:
    """Scrubbing through hours of 64 channels in the real window."""
    from neodent_viewer.jobs.bench_scrub import bench_scrub

    yield from bench_scrub(_window, hours)


def _window(path: Path | None, *flags: str, patience: float = 120.0) -> dict[str, Any]:
    """Return what a window that opens a file, or the demo smile, says of itself."""
    command = [sys.executable, "-m", "neodent_viewer", "open", *([] if path is None else [str(path)]), *flags]
    done = subprocess.run(command, capture_output=True, text=True, timeout=patience, env=os.environ.copy())
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["it ended without a word"]
        raise NeodentError("The window did not open.", kind="window", where="open", remedy=lines[-1])
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def bench_weld(triangles: int) -> Iterator[Figure]:
    """Read, weld and order a binary STL."""
    from neodent_viewer.files import read_surfaces

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.stl"
        count = write_big_stl(path, triangles)
        yield Figure("weld", _repeat(lambda: read_surfaces(path), 3), f"read, weld and order {count} triangles")


@contextmanager
def _scene(triangles: int, look: Look) -> Iterator[tuple[Engine, Document]]:
    from neodent_viewer.render.engine import Engine
    from neodent_viewer.render.headless import EglContext

    document = Document()
    part = Part.from_surface(big_surface(triangles))
    document.set(("parts", part.id), part)
    document.set(("look",), look)
    engine = Engine(EglContext())
    try:
        engine.attach(document)
        yield engine, document
    finally:
        engine.close()


def _orbit(engine: Engine, document: Document, **options: Any) -> Callable[[], object]:
    from neodent_viewer.document.moment import Moment
    from neodent_viewer.render.views import fit

    camera = fit(document.sample_points(), FRAME, yaw=0, pitch=0)
    step = iter(range(10**9))

    def frame() -> None:
        k = next(step)
        engine.frame("bench", camera.orbit(3.0 * k, 1.0), Moment(now=k / 30), FRAME, **options)
        engine.finish()

    return frame


def bench_frame(triangles: int) -> Iterator[Figure]:
    """Orbit frames of the engine: moving, shading only, full clinical."""
    with _scene(triangles, Look(shading=Shading.CLINICAL)) as (engine, document):
        for quality in ("moving", "shading", "full"):
            times = _repeat(_orbit(engine, document, quality=quality), 9, warm=2)
            yield Figure(f"frame {quality}", times, f"{triangles} triangles, {FRAME[0]}x{FRAME[1]}, clinical")


def bench_chain(triangles: int) -> Iterator[Figure]:
    """Measure what a chain of two effects adds to a frame."""
    from neodent_viewer.glitch.chain import EffectUse

    chain = (EffectUse("rgb_split"), EffectUse("block_shift"))
    with _scene(min(triangles, 80_000), Look(shading=Shading.SCULPT)) as (engine, document):
        plain = _repeat(_orbit(engine, document), 9, warm=2)
        document.set(("look",), Look(shading=Shading.SCULPT, chain=chain))
        chained = _repeat(_orbit(engine, document), 9, warm=2)
        yield Figure("chain", chained, "rgb_split and block_shift", {"without_ms": round(median(plain), 3)})


def bench_tick(_: int) -> Iterator[Figure]:
    """One tick of 64 simulated channels."""
    from neodent_viewer.live.feeds import open_feed
    from neodent_viewer.live.live import Live

    document = _probed_ball(64)
    clock = ManualClock()
    live = Live(document, clock)
    source = open_feed("sim", document, 0)
    if source is not None:
        live.add_source(source)

    def tick() -> None:
        live.tick(clock.advance(1 / 60))

    try:
        yield Figure("tick", _repeat(tick, 300, warm=60), "64 channels at 60 ticks/s")
    finally:
        live.close()


def _probed_ball(count: int) -> Document:
    from neodent_viewer.document.anchor import anchor_at
    from neodent_viewer.document.probe import Probe
    from neodent_viewer.sensors.channel import QUANTITIES, channel

    document = Document()
    part = Part.from_surface(big_surface(20_000))
    document.set(("parts", part.id), part)
    names = list(QUANTITIES)
    for k, face in enumerate(np.linspace(0, len(part.surface.faces) - 1, count).astype(int)):
        anchor = anchor_at(part, int(face), np.full(3, 1 / 3))
        probe = Probe(f"p{k}", f"p{k}", anchor, 0, (channel(f"p{k}", names[k % len(names)]),))
        document.set(("probes", probe.id), probe)
    return document


def bench_probe(triangles: int) -> Iterator[Figure]:
    """Both sets of weights after one probe was placed beside eleven."""
    from neodent_viewer.fields.weights import SeedDistances, probe_weights

    surface = big_surface(min(triangles, 330_000))
    near = SeedDistances(surface.vertices, surface.faces)
    seeds = np.linspace(0, len(surface.vertices) - 1, 12).astype(np.int64)
    places = iter(np.linspace(100, len(surface.vertices) - 100, 10).astype(np.int64))

    def place() -> None:
        seeds[-1] = next(places)
        for heard in (seeds, seeds[1::2]):
            probe_weights(surface.vertices, surface.faces, heard, distances=near)

    yield Figure("probe", _repeat(place, 7, warm=1), f"1 of 12 probes placed on {len(surface.faces)} triangles")


#: name -> what measures it on so many triangles; some take more by keyword
MEASUREMENTS: dict[str, Callable[..., Iterator[Figure]]] = {
    "open": bench_open,
    "weld": bench_weld,
    "frame": bench_frame,
    "turn": bench_turn,
    "latency": bench_latency,
    "stroke": bench_stroke,
    "tick": bench_tick,
    "probe": bench_probe,
    "chain": bench_chain,
    "dab": bench_dab,
    "soak": bench_soak,
    "scrub": bench_hours,
}
#: those that run only when they are named
LONG = frozenset({"soak", "scrub"})


def renderer() -> str:
    """Return the name of the GL renderer the engine draws with."""
    from neodent_viewer.render.engine import Engine
    from neodent_viewer.render.headless import EglContext

    engine = Engine(EglContext())
    try:
        return engine.renderer
    finally:
        engine.close()
