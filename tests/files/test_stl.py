"""STL: whole, lying, odd and broken files."""

import numpy as np
import pytest

from neodent_viewer.core.errors import MeshFileError
from neodent_viewer.files import read_surfaces
from neodent_viewer.files.stl import RECORD, is_ascii, read_preview


def binary(triangles, header=b"made by a test", count=None, attribute=0):
    records = np.zeros(len(triangles), RECORD)
    records["corners"] = triangles
    records["attribute"] = attribute
    promised = len(triangles) if count is None else count
    return header.ljust(80, b"\0") + np.uint32(promised).tobytes() + records.tobytes()


def ascii_stl(triangles, name=b"jaw"):
    lines = [b"solid " + name]
    for triangle in triangles:
        lines += [b"facet normal 0 0 1", b"outer loop"]
        lines += [b"vertex " + b" ".join(repr(float(v)).encode() for v in corner) for corner in triangle]
        lines += [b"endloop", b"endfacet"]
    return b"\n".join([*lines, b"endsolid " + name, b""])


@pytest.fixture
def triangles(patch):
    vertices, faces = patch
    return vertices[faces]


def in_file_order(surface):
    return surface.in_file_order(surface.vertices).reshape(-1, 3, 3)


@pytest.mark.parametrize("make", [binary, ascii_stl])
def test_every_corner_is_found_again_through_the_file_order(tmp_path, triangles, make):
    path = tmp_path / "jaw.stl"
    path.write_bytes(make(triangles))
    (surface,) = read_surfaces(path)
    assert surface.name == "jaw"
    assert (in_file_order(surface) == triangles).all()
    assert len(surface.vertices) == 400
    assert surface.report.file_faces == len(triangles)
    assert surface.report.file_vertices == 3 * len(triangles)
    assert not surface.report.dropped


def test_the_preview_shows_the_same_triangles_and_names_the_same_unit(tmp_path, triangles):
    path = tmp_path / "jaw.stl"
    path.write_bytes(binary(triangles / 1000))
    preview = read_preview(path)
    (surface,) = read_surfaces(path)
    assert preview.report.unit == surface.report.unit == "m"
    assert (preview.vertices[preview.faces] == in_file_order(surface)).all()


def test_a_binary_file_may_begin_with_solid(tmp_path, triangles):
    path = tmp_path / "jaw.stl"
    path.write_bytes(binary(triangles, header=b"solid facet normal 0 0 1"))
    assert not is_ascii(path)
    assert len(read_surfaces(path)[0].faces) == len(triangles)
    assert read_preview(path) is not None


def test_a_binary_solid_file_with_a_wrong_count_is_not_taken_for_text(tmp_path, triangles):
    path = tmp_path / "jaw.stl"
    path.write_bytes(binary(triangles, header=b"solid x", count=0))
    (surface,) = read_surfaces(path)
    assert len(surface.faces) == len(triangles)
    assert any("promises 0" in note for note in surface.report.notes)


@pytest.mark.parametrize("count", [0, 1, 0xFFFFFFFF])
def test_a_lying_count_is_said_and_all_triangles_are_read(tmp_path, triangles, count):
    path = tmp_path / "jaw.stl"
    path.write_bytes(binary(triangles, count=count))
    (surface,) = read_surfaces(path)
    assert len(surface.faces) == len(triangles)
    assert any("promises" in note for note in surface.report.notes)


def test_bytes_after_the_last_triangle_are_counted(tmp_path, triangles):
    path = tmp_path / "jaw.stl"
    path.write_bytes(binary(triangles) + b"a trailer")
    assert read_surfaces(path)[0].report.dropped == {"bytes after the last triangle": 9}


def test_attribute_bytes_are_noted(tmp_path, triangles):
    path = tmp_path / "jaw.stl"
    path.write_bytes(binary(triangles, attribute=0x8421))
    assert any("Attribute" in note for note in read_surfaces(path)[0].report.notes)


def test_triangles_with_nan_and_without_area_are_dropped_and_counted(tmp_path, triangles):
    broken = triangles.copy()
    broken[3, 1, 2] = np.nan
    broken[10, 0, 0] = np.inf
    broken[11, 0, 0] = 3e38
    broken[20, 2] = broken[20, 0]
    path = tmp_path / "jaw.stl"
    path.write_bytes(binary(broken))
    assert read_preview(path) is None
    (surface,) = read_surfaces(path)
    assert np.isfinite(surface.vertices).all()
    assert surface.report.dropped == {"faces with coordinates that are no numbers": 3, "degenerate faces": 1}
    assert len(surface.faces) == len(triangles) - 4
    index = surface.file_index.reshape(-1, 3)
    assert (np.flatnonzero((index < 0).all(axis=1)) == [3, 10, 11]).all()
    whole = (index >= 0).all(axis=1)
    assert (surface.vertices[index[whole]] == broken[whole]).all()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (b"\0" * 40, "truncated"),
        (b"\0" * 84, "empty"),
        (b"\0" * 80 + b"\x05\0\0\0" + b"\0" * 120, "truncated"),
        (b"\0" * 84 + b"\0" * 50, "empty"),  # one triangle without an area
        (b"solid jaw\nendsolid jaw\n", "empty"),
        (b"solid jaw\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\n", "truncated"),
        (ascii_stl([[[0, 0, 0], [9, 0, 0], [0, 9, 0]]]).replace(b"vertex 9.0", b"vertex nine"), "unreadable"),
        (ascii_stl([[[0, 0, 0], [9, 0, 0], [0, 9, 0]]]).replace(b"vertex 9.0 0.0 0.0\n", b""), "unreadable"),
        (ascii_stl([[[0, 0, 0], [9, 0, 0], [0, float("nan"), 0]]]), "not_finite"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path, data, kind):
    path = tmp_path / "jaw.stl"
    path.write_bytes(data)
    assert read_preview(path) is None
    with pytest.raises(MeshFileError) as caught:
        read_surfaces(path)
    assert caught.value.kind == kind
    assert str(path) in caught.value.where
    assert caught.value.remedy


def test_a_missing_file_and_a_folder_are_said(tmp_path):
    for path, kind in ((tmp_path / "none.stl", "missing"), (tmp_path, "unreadable")):
        with pytest.raises(MeshFileError) as caught:
            read_surfaces(path)
        assert caught.value.kind == kind


def test_coordinates_far_from_zero_keep_every_bit(tmp_path, triangles):
    far = (triangles.astype(np.float64) + np.array([250_000.0, -90_000.0, 0.0])).astype(np.float32)
    path = tmp_path / "jaw.stl"
    path.write_bytes(binary(far))
    (surface,) = read_surfaces(path)
    assert np.abs(surface.vertices).max() < 100
    assert (in_file_order(surface).astype(np.float64) + surface.origin == far.astype(np.float64)).all()
    preview = read_preview(path)
    assert (preview.origin == surface.origin).all()


def test_ascii_keeps_what_float32_would_lose_far_from_zero(tmp_path, patch):
    vertices, faces = patch
    far = vertices.astype(np.float64) + np.array([1e6, 0, 0])
    path = tmp_path / "jaw.stl"
    path.write_bytes(ascii_stl(far[faces]))
    (surface,) = read_surfaces(path)
    assert np.abs(in_file_order(surface) + surface.origin - far[faces]).max() < 1e-5
