"""How a view shows surfaces whatever the look says: matcaps, facets, wire, x-ray, masks, and the original beside it all."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from neodent_viewer.core.clock import ManualClock
from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import VertexEdit
from neodent_viewer.document.history import History
from neodent_viewer.document.look import Look, Shading
from neodent_viewer.document.part import Part
from neodent_viewer.live.live import Live
from neodent_viewer.mesh.shapes import sphere
from neodent_viewer.render.display import MATCAPS, Display
from neodent_viewer.render.engine import Engine
from neodent_viewer.render.views import Camera

SIZE = (200, 160)
MIDDLE = (slice(60, 100), slice(80, 120))


def _picture(engine: Engine, document: Document, quality: str = "full", **display: object) -> NDArray[np.int32]:
    live = Live(document, ManualClock())
    camera, moment = Camera((0.0, 0.0, 0.0), 0.0, 0.0, 90.0), live.tick(0.0)
    engine.frame("view", camera, moment, SIZE, quality=quality, display=Display(**display))  # type: ignore[arg-type]
    live.close()
    return engine.read("view")[..., :3].astype(np.int32)


@pytest.fixture
def ball(engine: Engine) -> tuple[Document, Part]:
    document = Document()
    part = Part.from_surface(sphere(4, 8.0))
    document.set(("parts", part.id), part)
    document.set(("look",), Look("plain", Shading.CLINICAL, legend=False, scale_bar=False))
    engine.attach(document)
    return document, part


def _differ(one: NDArray[np.int32], other: NDArray[np.int32]) -> float:
    return float(np.abs(one[MIDDLE] - other[MIDDLE]).mean())


def test_every_way_of_seeing_is_another_picture(
    engine: Engine, ball: tuple[Document, Part], problems: list[object]
) -> None:
    document, _ = ball
    ways: list[dict[str, object]] = [{}, {"surface": "smooth"}, {"surface": "flat"}, {"surface": "xray"}]
    ways += [{"surface": "matcap", "matcap": name} for name in MATCAPS] + [{"wire": True}]
    pictures = [_picture(engine, document, **way) for way in ways]
    for i, one in enumerate(pictures):
        for other in pictures[:i]:
            assert _differ(one, other) > 0.8
    assert np.array_equal(_picture(engine, document), pictures[0])  # nothing is left behind
    for quality in ("moving", "shading"):
        for way in ways:
            _picture(engine, document, quality, **way)
    assert not problems


def test_the_original_is_shown_while_it_is_asked_for_and_its_ghost_where_it_stands_out(
    engine: Engine, ball: tuple[Document, Part]
) -> None:
    document, part = ball
    way = {"surface": "matcap"}
    before = _picture(engine, document, **way)
    assert np.array_equal(_picture(engine, document, original=True, **way), before)  # never edited: its own original
    every = np.arange(len(part.surface.vertices), dtype=np.int32)
    was = part.surface.vertices.copy()
    dented = np.where(was[:, 2:] > 4.0, was * np.float32(0.7), was)
    History(document).do(VertexEdit(part.id, "base", "position", every, was, dented))
    after = _picture(engine, document, **way)
    assert _differ(after, before) > 2
    assert np.abs(_picture(engine, document, original=True, **way) - before).max() <= 2
    ghost = _picture(engine, document, ghost=True, **way)
    assert _differ(ghost, after) > 2 and _differ(ghost, before) > 2
    red, _, blue = (ghost[MIDDLE] - after[MIDDLE]).reshape(-1, 3).mean(axis=0)
    assert blue > red  # the film is blue


def test_masks_and_zones_show_to_an_editor_only_and_paint_to_everybody(
    engine: Engine, ball: tuple[Document, Part]
) -> None:
    document, part = ball
    count = len(part.surface.vertices)
    bare = {shown: _picture(engine, document, marks=shown) for shown in (False, True)}
    assert np.array_equal(bare[False], bare[True])
    part.surface.arrays["mask"] = np.ones(count, np.float32)
    document.set(("parts", part.id), part)
    assert np.array_equal(_picture(engine, document), bare[False])
    masked = _picture(engine, document, marks=True)
    assert masked[MIDDLE].mean() < 0.7 * bare[True][MIDDLE].mean()
    part.surface.arrays["mask"][:] = 0
    document.touch(part.id, "mask", np.arange(count, dtype=np.int32))
    assert np.abs(_picture(engine, document, marks=True) - bare[True]).max() <= 1
    part.surface.arrays["zone"] = np.full(count, 1, np.int16)
    document.touch(part.id, "zone", np.arange(count, dtype=np.int32))
    assert _differ(_picture(engine, document, marks=True), bare[True]) > 5
    part.surface.arrays["colour"] = np.tile(np.array([255, 40, 40, 255], np.uint8), (count, 1))
    document.touch(part.id, "colour", np.arange(count, dtype=np.int32))
    for way in ({}, {"surface": "smooth"}):
        red, green, _ = _picture(engine, document, **way)[MIDDLE].reshape(-1, 3).mean(axis=0)
        assert red > 1.5 * green
