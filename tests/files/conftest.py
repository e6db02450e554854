"""Meshes to write and read: a labelled, coloured, wavy patch of 20 x 20 vertices in mm, and the real scans where they are."""

from pathlib import Path

import numpy as np
import pytest

from neodent_viewer.document.part import Part
from neodent_viewer.mesh.surface import ReadReport, Surface
from neodent_viewer.mesh.weld import weld

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "sjtu"


@pytest.fixture
def patch():
    """Return vertices (400, 3) float32 in a shuffled order, and faces (722, 3) int32."""
    rng = np.random.default_rng(7)
    x, z = np.meshgrid(np.linspace(-30, 30, 20), np.linspace(-20, 20, 20), indexing="ij")
    vertices = np.stack([x, np.sin(x / 5) + np.cos(z / 4), z], axis=2).reshape(-1, 3).astype(np.float32)
    a = (np.arange(19)[:, None] * 20 + np.arange(19)).ravel()
    faces = np.concatenate([np.stack([a, a + 20, a + 21], 1), np.stack([a, a + 21, a + 1], 1)])
    order = rng.permutation(400)
    place = np.argsort(order)
    return vertices[order], place[faces].astype(np.int32)


@pytest.fixture
def dressed(patch):
    """Return the patch as a surface in file order with labels and colours."""
    vertices, faces = patch
    rng = np.random.default_rng(8)
    arrays = {
        "labels": rng.choice([0, 11, 21, 48], 400).astype(np.int16),
        "colour": rng.integers(0, 256, (400, 4), np.uint8),
    }
    report = ReadReport("ply", "mm", 400, len(faces))
    return Surface(vertices, faces, arrays=arrays, name="Maria Muster", report=report)


@pytest.fixture
def part(dressed):
    """Return the dressed patch, welded, as a part of a named person's upper jaw."""
    return Part.from_surface(weld(dressed), source="/home/maria/Maria Muster 1970.ply", jaw="upper")


@pytest.fixture
def real():
    """Return the folder of real scans; skips where it is absent."""
    if not REAL.is_dir():
        pytest.skip("no real scans beside the checkout")
    return REAL
