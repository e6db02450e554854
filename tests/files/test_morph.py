"""Sculpt layers as morph targets: what the file says, read byte by byte and by trimesh, is what was seen."""

import json
import struct

import numpy as np
import pytest
import trimesh

from neodent_viewer.document import layers
from neodent_viewer.document.document import Document
from neodent_viewer.document.history import History
from neodent_viewer.files.export import export_parts
from neodent_viewer.files.surfaces import read_surfaces

FLOAT, INT = np.dtype("<f4"), np.dtype("<u4")


@pytest.fixture
def layered(part):
    """Return a part with three layers: one half strong, one hidden, one empty."""
    document = Document()
    history = History(document)
    document.set(("parts", part.id), part)
    rng = np.random.default_rng(3)
    for name in ("Cusps", "Margin", "Nothing yet"):
        history.do(layers.add_edit(part, name))
    for layer in part.layers[:2]:
        rows = np.sort(rng.choice(len(part.surface.vertices), 30, replace=False)).astype(np.int32)
        before = part.surface.vertices[rows]
        history.do(
            layers.stroke_edit(part, layer.id, rows, before, before + rng.normal(size=(30, 3)).astype(np.float32))
        )
    history.do(layers.strength_edit(part, part.layers[0].id, 0.5))
    history.do(layers.visible_edit(part, part.layers[1].id, False))
    return part


def parsed(path):
    """Return the JSON of a GLB and its binary chunk."""
    data = path.read_bytes()
    magic, version, length, size, _ = struct.unpack_from("<4sIIII", data)
    assert (magic, version, length) == (b"glTF", 2, len(data))
    return json.loads(data[20 : 20 + size]), data[28 + size :]


def values(plain, body, number):
    """Read an accessor of float vectors as the specification says, sparse ones too."""
    accessor = plain["accessors"][number]
    assert (accessor["componentType"], accessor["type"]) == (5126, "VEC3")

    def view(part, dtype, count):
        at = plain["bufferViews"][part["bufferView"]]
        return np.frombuffer(body, dtype, count, at["byteOffset"] + part.get("byteOffset", 0))

    count = accessor["count"]
    found = np.zeros((count, 3), np.float32)
    if "bufferView" in accessor:
        found = view(accessor, FLOAT, 3 * count).reshape(-1, 3).copy()
    if "sparse" in accessor:
        sparse = accessor["sparse"]
        assert sparse["indices"]["componentType"] == 5125
        rows = view(sparse["indices"], INT, sparse["count"])
        assert (np.diff(rows.astype(np.int64)) > 0).all()
        found[rows] = view(sparse["values"], FLOAT, 3 * sparse["count"]).reshape(-1, 3)
    assert np.array_equal(found.min(axis=0), np.float32(accessor["min"]))
    assert np.array_equal(found.max(axis=0), np.float32(accessor["max"]))
    return found


@pytest.mark.parametrize("turned", [False, True])
def test_base_plus_weighted_targets_is_what_was_seen(layered, tmp_path, turned):
    if turned:
        layered.transform = np.array([[0.0, -2, 0, 5], [2, 0, 0, 6], [0, 0, 2, 7], [0, 0, 0, 1]])
    path = tmp_path / "a.glb"
    export_parts([layered], path)
    plain, body = parsed(path)
    (mesh,) = plain["meshes"]
    (primitive,) = mesh["primitives"]
    assert mesh["extras"]["targetNames"] == ["Cusps", "Margin", "Nothing yet"]
    assert mesh["weights"] == [0.5, 0.0, 1.0]
    rest = values(plain, body, primitive["attributes"]["POSITION"])
    moves = [values(plain, body, target["POSITION"]) for target in primitive["targets"]]
    seen = layered.to_world(layered.surface.in_file_order(layered.surface.vertices))
    assert np.abs(rest + sum(w * m for w, m in zip(mesh["weights"], moves, strict=True)) - seen).max() < 1e-5
    base = layered.to_world(layered.surface.in_file_order(layered.base))
    assert np.abs(rest - base).max() < 1e-5
    assert (moves[1] != 0).any() and not moves[2].any()


def test_trimesh_reads_the_base(layered, tmp_path):
    path = tmp_path / "a.glb"
    export_parts([layered], path)
    scene = trimesh.load_scene(path)
    (mesh,) = scene.geometry.values()
    assert len(mesh.faces) == len(layered.surface.faces)
    assert mesh.area == pytest.approx(
        trimesh.Trimesh(layered.base, layered.surface.faces, process=False).area, rel=1e-5
    )


def test_reading_it_back_here_says_that_targets_are_not_read(layered, tmp_path):
    path = tmp_path / "a.glb"
    export_parts([layered], path)
    (surface,) = read_surfaces(path)
    assert any("Morph targets are not read" in note for note in surface.report.notes)
    layered.layers, layered.base = (), None
    export_parts([layered], path)
    (surface,) = read_surfaces(path)
    assert not any("Morph" in note for note in surface.report.notes)


def test_other_formats_hold_what_was_seen(layered, tmp_path):
    path = tmp_path / "a.ply"
    export_parts([layered], path)
    mesh = trimesh.load_mesh(path, process=False)
    seen = layered.surface.in_file_order(layered.surface.vertices)
    assert np.allclose(mesh.vertices, seen, atol=1e-6)
