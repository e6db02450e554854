"""OBJ: order, colours, polygons, relative indices, and what is left behind."""

import numpy as np
import pytest

from neodent_viewer.core.errors import MeshFileError
from neodent_viewer.files import read_surfaces
from neodent_viewer.files.obj import read_obj


def write(tmp_path, text):
    path = tmp_path / "jaw.obj"
    path.write_text(text)
    return path


def test_order_and_colours_come_back_through_the_worker(tmp_path, patch):
    vertices, faces = patch
    colours = np.random.default_rng(3).integers(0, 256, (400, 3))
    lines = ["# Maria", "mtllib x.mtl", "o upper"]
    for (x, y, z), (r, g, b) in zip(vertices.tolist(), colours.tolist(), strict=True):
        lines.append(f"v {x!r} {y!r} {z!r} {r / 255:.4f} {g / 255:.4f} {b / 255:.4f}")
    lines += ["vt 0 0", "vn 0 0 1", "g tooth", "usemtl enamel", "s 1"]
    lines += [f"f {a + 1}/1/1 {b + 1}//1 {c + 1}/1" for a, b, c in faces.tolist()]
    (surface,) = read_surfaces(write(tmp_path, "\n".join([*lines, ""])))
    assert (surface.in_file_order(surface.vertices) == vertices).all()
    assert (surface.in_file_order(surface.arrays["colour"])[:, :3] == colours).all()
    assert len(surface.faces) == len(faces)
    assert surface.report.format == "obj"
    assert not surface.report.dropped
    assert not surface.report.notes


def test_polygons_relative_indices_and_continued_lines(tmp_path):
    text = "v 0 0 0\nv 9 0 0\nv 9 9 0\nv 0 9 0\nf -4 -3 \\\n-2 -1\nv 0 0 9 # up\nf 1 2 -1\r\n\tf 1\t2 3\n"
    raw = read_obj(write(tmp_path, text))
    assert raw.faces.tolist() == [[0, 1, 2], [0, 2, 3], [0, 1, 4], [0, 1, 2]]
    assert raw.file_faces == 3
    assert not raw.dropped


def test_what_is_dropped_is_counted(tmp_path):
    text = "v 0 0 0\nv 9 0 0\nv 9 9 0\nv 0 9 0\n" + "f 1 2 3\nf 1 3 4\n" * 3
    text += "f 1 2\nf 1 2 0\nf 1 2 9\nl 1 2\nl 2 3\nwhat is this\nf 1 2 3"
    (surface,) = read_surfaces(write(tmp_path, text))
    assert surface.report.dropped == {
        "polygons with fewer than three corners": 1,
        "faces with indices out of range": 2,
        "lines that make no sense": 1,
    }
    assert surface.report.notes == ["Not read: 2 lines.", "The last line has no end: the file may have been cut off."]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("# nothing\n", "empty"),
        ("v 0 0 0\nv 1 0 0\n", "not_a_mesh"),
        ("v 0 0\nf 1 1 1\n", "unreadable"),
        ("v 0 0 x\nf 1 1 1\n", "unreadable"),
        ("v 0 0 0\nv 9 0 0\nv 0 9 0\nf 1 2 c\n", "unreadable"),
        ("v 0 0 0\nv 9 0 0\nv 0 9 0\nf 1 2 2.5\n", "bad_index"),
        ("v 0 0 0\nv 9 0 0\nv 0 9 0\nf 1 2 4\n", "bad_index"),
        ("v 0 0 0\nv 9 0 0\nv 0 9 nan\nf 1 2 3\n", "not_finite"),
        ("v 0 0 0\nv 9 0 0\nv 0 9 0\nf 1 2 2\n", "empty"),
        ("\0\0\0", "unreadable"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path, text, kind):
    path = write(tmp_path, text)
    from neodent_viewer.files.build import build

    with pytest.raises(MeshFileError) as caught:
        build(read_obj(path), path)  # the worker's way, without the worker's start
    assert caught.value.kind == kind
