"""Bytes cut and flipped at random: an error in words, or a sound surface whose report accounts for every face."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neodent_viewer.core.errors import MeshFileError
from neodent_viewer.document.part import Part
from neodent_viewer.files import ply, read_surfaces, stl
from neodent_viewer.files.bare import bare
from neodent_viewer.files.build import FARTHEST, build
from neodent_viewer.files.obj import read_obj
from neodent_viewer.files.writers import write_obj, write_ply, write_stl
from neodent_viewer.mesh.surface import Surface
from neodent_viewer.mesh.weld import weld

KINDS = {
    "missing", "unreadable", "empty", "truncated", "not_a_mesh", "bad_index", "not_finite", "unknown_format", "too_large",
}  # fmt: skip

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def grid():
    x, z = np.meshgrid(np.arange(5.0), np.arange(4.0), indexing="ij")
    vertices = np.stack([9 * x, np.sin(x + z), 9 * z], axis=2).reshape(-1, 3).astype(np.float32)
    a = (np.arange(4)[:, None] * 4 + np.arange(3)).ravel()
    faces = np.concatenate([np.stack([a, a + 4, a + 5], 1), np.stack([a, a + 5, a + 1], 1)]).astype(np.int32)
    return Surface(
        vertices, faces, arrays={"labels": np.full(20, 11, np.int16), "colour": np.full((20, 4), 7, np.uint8)}
    )


def ascii_stl(mesh):
    lines = [b"solid"]
    for triangle in mesh.vertices[mesh.faces].tolist():
        corners = b"".join(b"vertex %r %r %r\n" % tuple(corner) for corner in triangle)
        lines.append(b"facet normal 0 0 0\nouter loop\n" + corners + b"endloop\nendfacet")
    return b"\n".join([*lines, b"endsolid", b""])


def ascii_ply(mesh):
    head = f"ply\nformat ascii 1.0\nelement vertex {len(mesh.vertices)}\nproperty float x\nproperty float y\n"
    head += f"property float z\nelement face {len(mesh.faces)}\nproperty list uchar int vertex_indices\nend_header\n"
    rows = [" ".join(map(repr, v)) for v in mesh.vertices.tolist()] + [
        f"3 {a} {b} {c}" for a, b, c in mesh.faces.tolist()
    ]
    return (head + "\n".join(rows) + "\n").encode()


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    mesh, folder = bare(Part.from_surface(weld(grid()))), tmp_path_factory.mktemp("fuzz")
    data = {"ascii.stl": ascii_stl(mesh), "ascii.ply": ascii_ply(mesh)}
    for name, writer in {"binary.stl": write_stl, "binary.ply": write_ply, "text.obj": write_obj}.items():
        with (folder / name).open("wb") as file:
            writer(file, mesh)
        data[name] = (folder / name).read_bytes()
    return data


def read(path):
    if path.suffix == ".obj":
        return [build(read_obj(path), path)]  # without the worker's start, 150 times
    return read_surfaces(path)


def examine(path, data):
    """Read odd bytes; return the surfaces, or None for an error in words. Anything else fails the test."""
    path.write_bytes(data)
    preview = (
        stl.read_preview(path) if path.suffix == ".stl" else ply.read_preview(path) if path.suffix == ".ply" else None
    )
    if preview is not None:
        assert np.isfinite(preview.vertices).all()
        assert preview.faces.min() >= 0
        assert preview.faces.max() < len(preview.vertices)
    try:
        surfaces = read(path)
    except MeshFileError as error:
        assert error.kind in KINDS
        assert error.what
        assert str(path) in error.where
        assert error.remedy
        return None
    for surface in surfaces:
        assert len(surface.faces)
        assert np.isfinite(surface.vertices).all()
        assert np.abs(surface.vertices).max() <= FARTHEST * 1000
        assert surface.faces.min() >= 0
        assert surface.faces.max() < len(surface.vertices)
        assert len(surface.in_file_order(surface.vertices)) == surface.report.file_vertices
    return surfaces


NAMES = ["ascii.stl", "binary.stl", "ascii.ply", "binary.ply", "text.obj"]


@pytest.mark.parametrize("name", NAMES)
@QUICK
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_cut_file_is_an_error_or_says_so(tmp_path, originals, name, share):
    data = originals[name]
    cut = data[: int(share * len(data))]
    surfaces = examine(tmp_path / name, cut)
    if surfaces is None:
        return
    if name == "text.obj":  # it promises nothing: only a line without an end tells
        assert cut.endswith(b"\n") or surfaces[0].report.notes
    else:
        assert len(data) - len(cut) <= len(b"endsolid\n")


@pytest.mark.parametrize("name", NAMES)
@QUICK
@given(flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), min_size=1, max_size=6))
def test_flipped_bytes_never_give_an_unsound_surface(tmp_path, originals, name, flips):
    data = bytearray(originals[name])
    for share, mask in flips:
        data[int(share * len(data))] ^= mask
    examine(tmp_path / name, bytes(data))


@pytest.mark.parametrize("name", ["binary.stl", "binary.ply"])
@QUICK
@given(st.data())
def test_every_face_of_a_file_is_here_or_counted(tmp_path, originals, name, data):
    original = originals[name]
    start = 84 if name.endswith("stl") else original.index(b"end_header\n") + 11
    odd = bytearray(original)
    for place in data.draw(st.lists(st.integers(start, len(odd) - 1), max_size=8)):
        odd[place] = data.draw(st.sampled_from([0x00, 0x7F, 0x80, 0xFF]))
    surfaces = examine(tmp_path / name, bytes(odd))
    if surfaces is not None:
        (surface,) = surfaces
        report = surface.report
        gone = sum(n for reason, n in report.dropped.items() if "faces" in reason or "polygons" in reason)
        assert len(surface.faces) + gone >= report.file_faces  # a polygon may have become two triangles


@pytest.mark.parametrize("name", NAMES)
@QUICK
@given(st.binary(max_size=300))
def test_noise_is_refused(tmp_path, name, data):
    examine(tmp_path / name, data)
