"""Measured values over any look: the colours of the legend where a value is, the look where none is."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from neodent_viewer.core.clock import ManualClock
from neodent_viewer.document.document import Document
from neodent_viewer.document.look import Look, Shading
from neodent_viewer.document.overlay import Overlay
from neodent_viewer.document.part import Part
from neodent_viewer.live.live import Live
from neodent_viewer.mesh.shapes import sphere
from neodent_viewer.render.engine import Engine
from neodent_viewer.render.views import Camera

SIZE = (320, 240)


def _picture(engine: Engine, document: Document, quality: str = "full") -> NDArray[np.int32]:
    live = Live(document, ManualClock())
    engine.frame("view", Camera((0.0, 0.0, 0.0), 0.0, 0.0, 90.0), live.tick(0.0), SIZE, quality=quality)  # type: ignore[arg-type]
    live.close()
    return engine.read("view")[..., :3].astype(np.int32)


@pytest.mark.parametrize("shading", list(Shading))
def test_values_show_in_every_look_and_nan_shows_the_look(engine: Engine, shading: Shading) -> None:
    document = Document()
    part = Part.from_surface(sphere(4))
    document.set(("parts", part.id), part)
    document.set(("look",), Look("plain", shading, legend=False, scale_bar=False))
    engine.attach(document)
    plain = _picture(engine, document)
    x = part.surface.vertices[:, 0]
    values = np.where(x > 0.5, 1.0, np.nan).astype(np.float32)
    document.set(("overlays", part.id), Overlay("Depth", "mm", values, 0.0, 1.0, "batlow", legend=False))
    shown = _picture(engine, document)
    left, right = (slice(90, 150), slice(110, 150)), (slice(90, 150), slice(170, 210))
    assert np.abs(shown[left] - plain[left]).max() <= 3 or shading is Shading.HOLOGRAM  # its edges glow over each other
    assert np.abs(shown[right] - plain[right]).mean() > 15
    red, green, blue = shown[right].reshape(-1, 3).mean(axis=0)
    assert shading is Shading.HOLOGRAM or (red > green and blue > green)  # batlow ends in pink
    moving = _picture(engine, document, "moving")
    assert np.abs(moving[right] - plain[right]).mean() > 15
    document.set(("overlays", part.id), None)
    assert np.array_equal(_picture(engine, document), plain)


def test_an_overlay_that_does_not_fit_its_part_is_not_drawn(engine: Engine) -> None:
    document = Document()
    part = Part.from_surface(sphere(2))
    document.set(("parts", part.id), part)
    engine.attach(document)
    plain = _picture(engine, document)
    document.set(("overlays", part.id), Overlay("Depth", "mm", np.ones(3, np.float32), 0.0, 1.0))
    assert np.array_equal(_picture(engine, document), plain)
    document.set(("parts", part.id), None)
    assert not document.overlays


def test_the_legend_is_shown_while_an_overlay_is_and_once_for_equals(engine: Engine) -> None:
    document = Document()
    parts = [Part.from_surface(sphere(2)) for _ in range(2)]
    for part in parts:
        document.set(("parts", part.id), part)
    document.set(("look",), Look("plain", Shading.SCULPT, scale_bar=False))
    engine.attach(document)
    plain = _picture(engine, document)
    for part in parts:
        values = np.full(len(part.surface.vertices), np.nan, np.float32)
        document.set(("overlays", part.id), Overlay("Depth", "mm", values, 0.0, 1.0))
    wide = np.abs(_picture(engine, document) - plain).sum(axis=2).any(axis=0)
    assert 140 < wide.sum() < 170  # one plate
