"""Small scenes and engines for pixel tests: everything over EGL, without a display."""

import numpy as np
import pytest

from neodent_viewer.document.anchor import anchor_at_vertex
from neodent_viewer.document.document import Document
from neodent_viewer.document.look import Look, Shading
from neodent_viewer.document.part import Part
from neodent_viewer.document.probe import Probe
from neodent_viewer.mesh.surface import Surface
from neodent_viewer.render.engine import Engine
from neodent_viewer.render.headless import EglContext
from neodent_viewer.sensors.channel import channel


def ball_mesh(radius=10.0, rings=40, centre=(0, 0, 0), top=1.0):
    """A sphere of latitude rings, counter-clockwise outside; `top` < 1 leaves the upper part off."""
    up = np.linspace(0.0, np.pi * top, rings)
    round_ = np.linspace(0, 2 * np.pi, 2 * rings, endpoint=False)
    u, r = np.meshgrid(up, round_, indexing="ij")
    places = np.stack([np.sin(u) * np.sin(r), -np.cos(u), np.sin(u) * np.cos(r)], axis=-1).reshape(-1, 3)
    k, width = np.arange((rings - 1) * 2 * rings), 2 * rings
    right = k // width * width + (k + 1) % width
    faces = np.concatenate(
        [np.stack([k, right, right + width], axis=1), np.stack([k, right + width, k + width], axis=1)]
    )
    vertices = (places * radius + np.asarray(centre)).astype(np.float32)
    area = np.linalg.norm(
        np.cross(vertices[faces[:, 1]] - vertices[faces[:, 0]], vertices[faces[:, 2]] - vertices[faces[:, 0]]), axis=1
    )
    return vertices, faces[area > 1e-6].astype(np.int32)


@pytest.fixture
def make_ball():
    def make(part_id="ball", labels=None, **shape):
        surface = Surface(*ball_mesh(**shape), name=part_id)
        if labels is not None:
            surface.arrays["labels"] = np.full(len(surface.vertices), labels, np.int16)
        return Part(part_id, part_id, surface)

    return make


@pytest.fixture
def document(make_ball):
    """One ball of radius 10 at the origin, plainly shaded, without overlays."""
    document = Document()
    part = make_ball()
    document.set(("parts", part.id), part)
    document.set(("look",), Look(shading=Shading.SCULPT, scale_bar=False))
    return document


@pytest.fixture
def problems():
    return []


@pytest.fixture
def make_engine(problems):
    made = []

    def make(document=None, submit=None):
        engine = Engine(EglContext(), submit)
        made.append(engine)
        engine.problems.connect(problems.append)
        if document is not None:
            engine.attach(document)
        return engine

    yield make
    for engine in made:
        engine.close()


@pytest.fixture
def engine(make_engine, document):
    return make_engine(document)


@pytest.fixture
def probe_at():
    """Put a probe on the vertex of a part that is nearest to a place."""

    def put(document, part_id, place, name, *quantities):
        part = document.parts[part_id]
        vertex = int(np.argmin(((part.surface.vertices - np.asarray(place, np.float32)) ** 2).sum(axis=1)))
        channels = tuple(channel(name, quantity) for quantity in quantities or ("temperature",))
        probe = Probe(name, name, anchor_at_vertex(part, vertex), 0, channels)
        document.set(("probes", name), probe)
        return probe

    return put
