"""What a frame costs at 1.3 M triangles, what a live field adds, what a dab uploads. Targets are said beside the figures."""

import itertools

import numpy as np
import pytest

from neodent_viewer.document.anchor import anchor_at_vertex
from neodent_viewer.document.document import Document
from neodent_viewer.document.look import Look, Shading
from neodent_viewer.document.moment import Moment
from neodent_viewer.document.part import Part
from neodent_viewer.document.probe import Probe
from neodent_viewer.jobs.big_mesh import big_surface
from neodent_viewer.render.engine import Engine
from neodent_viewer.render.headless import EglContext
from neodent_viewer.render.views import fit
from neodent_viewer.sensors.channel import channel

pytestmark = pytest.mark.benchmark_suite

SIZE = (1280, 720)
TRIANGLES = 1_300_000


@pytest.fixture(scope="module")
def scene():
    document = Document()
    part = Part.from_surface(big_surface(TRIANGLES))
    document.set(("parts", part.id), part)
    for k, vertex in enumerate(np.linspace(0, len(part.surface.vertices) - 1, 64).astype(int)):
        anchor = anchor_at_vertex(part, int(vertex))
        probe = Probe(f"p{k}", f"p{k}", anchor, 0, (channel(f"p{k}", "temperature"),))
        document.set(("probes", probe.id), probe)
    engine = Engine(EglContext())
    engine.attach(document)
    yield engine, document
    engine.close()


def live(document, now):
    count = len(document.probes)
    zeros, never = np.zeros(count, np.float32), np.full(count, -np.inf)
    return Moment(
        now, tuple(document.probes), tuple(p.channels[0].key for p in document.probes.values()),
        np.full(count, 35.0), np.ones(count, np.uint8), zeros + 1, zeros, zeros, zeros, never, ("",) * count,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("shading", "quality"),
    [
        (Shading.CLINICAL, "moving"),  # 15 ms on two idle cores of software GL
        (Shading.SCULPT, "moving"),
        (Shading.FIELD, "moving"),
        (Shading.CLINICAL, "shading"),  # 0.6 x Open3D's two-sided frame
        (Shading.CLINICAL, "full"),
        (Shading.FIELD, "full"),
        (Shading.HOLOGRAM, "full"),
    ],
)
def test_orbit_frame(benchmark, scene, shading, quality):
    engine, document = scene
    document.set(("look",), Look(shading=shading))
    camera = fit(document.sample_points(), SIZE, yaw=0, pitch=5)
    moment = live(document, 1.0)
    step = itertools.count()

    def frame():
        engine.frame("editor", camera.orbit(2.0 * next(step), 0), moment, SIZE, quality=quality)
        engine.finish()

    benchmark.pedantic(frame, rounds=12, iterations=1, warmup_rounds=2)
    benchmark.extra_info["renderer"] = engine.renderer


def test_writing_a_moment(benchmark, scene):
    """At most 0.05 ms for 64 slots, whatever the size of the part."""
    engine, document = scene
    adaptor = engine._document
    moment = live(document, 2.0)
    adaptor.prepare(moment, fields=True)

    def write():
        adaptor.probes.write(moment, adaptor.zones.quantities)
        engine._gpu.flush()

    benchmark.pedantic(write, rounds=200, iterations=1, warmup_rounds=5)


def test_a_dab_goes_up(benchmark, scene):
    """Five percent of the vertices: their ranges, and the normals around them."""
    engine, document = scene
    part = next(iter(document.parts.values()))
    vertices = part.surface.vertices
    centre = vertices[len(vertices) // 2]
    touched = np.argsort(((vertices - centre) ** 2).sum(axis=1))[: len(vertices) // 20].astype(np.int32)
    adaptor = engine._document.parts[part.id]

    def dab():
        document.touch(part.id, "position", touched)
        adaptor.upload()
        engine._gpu.flush()

    benchmark.pedantic(dab, rounds=10, iterations=1, warmup_rounds=2)
