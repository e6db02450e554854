"""Formats that trimesh reads, and the glTF traps: depth, circles, silent loss."""

import json
import struct

import numpy as np
import pytest
import trimesh

from neodent_viewer.core.errors import MeshFileError
from neodent_viewer.files import read_surfaces
from neodent_viewer.files.foreign import read_foreign


def glb(plain, body=b""):
    text = json.dumps(plain).encode()
    text += b" " * (-len(text) % 4)
    head = struct.pack("<4sIIII", b"glTF", 2, 28 + len(text) + len(body), len(text), 0x4E4F534A)
    return head + text + struct.pack("<II", len(body), 0x004E4942) + body


def triangle(nodes, scene, count=3):
    """Return a GLB of one triangle (count 3) placed by `nodes`."""
    body = np.array([[0, 0, 0], [9, 0, 0], [0, 9, 0]], "<f4").tobytes()
    return glb(
        {
            "asset": {"version": "2.0"},
            "scene": 0,
            "scenes": [{"nodes": scene}],
            "nodes": nodes,
            "meshes": [{"primitives": [{"attributes": {"POSITION": 0}}]}],
            "accessors": [{"bufferView": 0, "componentType": 5126, "count": count, "type": "VEC3"}],
            "bufferViews": [{"buffer": 0, "byteOffset": 0, "byteLength": len(body)}],
            "buffers": [{"byteLength": len(body)}],
        },
        body,
    )


def test_a_scene_gives_a_part_for_each_place_with_its_transform(tmp_path, patch):
    vertices, faces = patch
    mesh = trimesh.Trimesh(vertices, faces, process=False)
    scene = trimesh.Scene()
    turned = trimesh.transformations.rotation_matrix(0.5, [0, 1, 0])
    turned[:3, 3] = [0, 20, 5]
    mirrored = np.diag([-1.0, 1.0, 1.0, 1.0])
    scene.add_geometry(mesh, node_name="upper", geom_name="a", transform=turned)
    scene.add_geometry(mesh, node_name="lower", geom_name="a", transform=mirrored)
    path = tmp_path / "jaws.glb"
    path.write_bytes(scene.export(file_type="glb"))
    surfaces = read_surfaces(path)
    assert len(surfaces) == 2
    expected = [vertices @ turned[:3, :3].T + turned[:3, 3], vertices * [-1, 1, 1]]
    for surface, places in zip(surfaces, expected, strict=True):
        assert np.abs(surface.in_file_order(surface.vertices) - places).max() < 1e-4
        assert surface.report.file_vertices == 400
    upward = [_first_normal(surface)[1] for surface in surfaces]
    assert np.sign(upward[0]) == np.sign(upward[1])  # a mirror does not turn a surface inside out
    assert [surface.name for surface in surfaces] == ["upper", "lower"]


def _first_normal(surface):
    a, b, c = surface.vertices[surface.faces[0]]
    return np.cross(b - a, c - a)


def test_off_and_its_vertex_order(tmp_path, patch):
    vertices, faces = patch
    lines = ["OFF", "400 722 0", *(" ".join(map(repr, v)) for v in vertices.tolist())]
    lines += [f"3 {a} {b} {c}" for a, b, c in faces.tolist()]
    path = tmp_path / "jaw.off"
    path.write_text("\n".join([*lines, ""]))
    (surface,) = read_surfaces(path)
    assert np.abs(surface.in_file_order(surface.vertices) - vertices).max() < 1e-5
    assert surface.report.format == "off"
    path.write_text("\n".join([*lines[:-20], ""]))
    with pytest.raises(MeshFileError) as caught:
        read_surfaces(path)
    assert caught.value.kind in ("truncated", "unreadable")


def deep(count):
    nodes = [{"children": [place + 1]} for place in range(count)]
    return triangle([*nodes, {"mesh": 0}], [0])


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (deep(5000), "too_large"),
        (triangle([{"mesh": 0, "children": [1]}, {"children": [0]}], [0]), "unreadable"),
        (triangle([{"children": [1, 2]}, {"children": [2]}, {"mesh": 0}], [0]), "unreadable"),
        (triangle([{"mesh": 0}], [0], count=300), "unreadable"),
        (triangle([{"mesh": 0}], [0])[:-8], "truncated"),
        (triangle([{"mesh": 0}], [0])[:10], "truncated"),
        (glb({"asset": {"version": "2.0"}, "meshes": [{}]}), "unreadable"),
        (glb({"asset": {"version": "2.0"}}), "empty"),
        (glb([]), "unreadable"),
    ],
)
def test_a_gltf_that_must_not_be_loaded_is_refused(tmp_path, data, kind):
    path = tmp_path / "jaw.glb"
    path.write_bytes(data)
    with pytest.raises(MeshFileError) as caught:
        read_foreign(path, "glb")
    assert caught.value.kind == kind


def test_a_shallow_gltf_is_read(tmp_path):
    path = tmp_path / "jaw.glb"
    path.write_bytes(deep(100))
    (raw,) = read_foreign(path, "glb")
    assert raw.vertices.tolist() == [[0, 0, 0], [9, 0, 0], [0, 9, 0]]


@pytest.mark.parametrize("name", ["notes.txt", "scan.dcm", "scan"])
def test_an_unknown_format_is_named(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"something else")
    with pytest.raises(MeshFileError) as caught:
        read_surfaces(path)
    assert caught.value.kind == "unknown_format"
    assert "STL" in caught.value.remedy


def test_first_bytes_count_more_than_the_name(tmp_path, patch):
    vertices, faces = patch
    path = tmp_path / "jaw.stl"
    path.write_bytes(trimesh.Trimesh(vertices, faces, process=False).export(file_type="ply"))
    assert read_surfaces(path)[0].report.format == "ply"
