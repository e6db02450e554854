"""What is exported comes back: positions, file order, labels, colours, transforms; and no name with it."""

import json

import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from neodent_viewer.core.errors import MeshFileError
from neodent_viewer.document.part import Part
from neodent_viewer.files import read_surfaces
from neodent_viewer.files.bare import bare, file_layout
from neodent_viewer.files.export import export_parts, export_targets, neutral_name
from neodent_viewer.files.opening import read_parts
from neodent_viewer.mesh.surface import ReadReport, Surface
from neodent_viewer.mesh.weld import weld, weld_soup

INDEXED = [".ply", ".obj", ".glb"]


def triangles(vertices, faces):
    """Return the set of triangles by position, whatever they are numbered."""
    corners = vertices[faces]
    return {tuple(map(tuple, np.roll(t, -np.lexsort(t.T)[0], axis=0).tolist())) for t in corners}


@pytest.mark.parametrize("suffix", INDEXED)
def test_order_labels_and_colours_come_back(tmp_path, dressed, part, suffix):
    written = export_parts([part], tmp_path / f"out{suffix}")
    assert [path.name for path in written] == [f"out{suffix}", "out.json"]
    (back,) = read_parts([tmp_path / f"out{suffix}"])
    surface = back.surface
    assert (surface.in_file_order(surface.vertices) == dressed.vertices).all()
    assert (surface.in_file_order(surface.labels) == dressed.labels).all()
    channels = 3 if suffix == ".obj" else 4
    colour = surface.in_file_order(surface.arrays["colour"])
    assert (colour[:, :channels] == dressed.arrays["colour"][:, :channels]).all()
    assert triangles(surface.vertices, surface.faces) == triangles(dressed.vertices, dressed.faces)
    assert back.jaw == "upper"


@pytest.mark.parametrize("suffix", [".ply", ".glb"])
def test_labels_are_in_the_file_itself_too(tmp_path, dressed, part, suffix):
    export_parts([part], tmp_path / f"out{suffix}")
    (tmp_path / "out.json").unlink()
    (surface,) = read_surfaces(tmp_path / f"out{suffix}")
    assert (surface.in_file_order(surface.labels) == dressed.labels).all()


def test_stl_keeps_triangles_and_the_labels_of_their_corners(tmp_path, dressed, part):
    export_parts([part], tmp_path / "out.stl")
    (surface,) = read_surfaces(tmp_path / "out.stl")
    assert triangles(surface.vertices, surface.faces) == triangles(dressed.vertices, dressed.faces)
    by_place = {tuple(v): label for v, label in zip(dressed.vertices.tolist(), dressed.labels.tolist(), strict=True)}
    assert [by_place[tuple(v)] for v in surface.vertices.tolist()] == surface.labels.tolist()


def test_an_stl_goes_out_as_it_came_in(tmp_path, patch):
    vertices, faces = patch
    soup = vertices[faces]
    soup[5, 2] = soup[5, 0]
    surface = weld_soup(soup, report=ReadReport("stl", file_vertices=3 * len(soup), file_faces=len(soup)))
    export_parts([Part.from_surface(surface)], tmp_path / "out.stl")
    back = read_surfaces(tmp_path / "out.stl")[0]
    assert (back.in_file_order(back.vertices).reshape(-1, 3, 3) == np.delete(soup, 5, axis=0)).all()


def test_an_stl_becomes_a_welded_ply_in_the_order_its_corners_appeared(tmp_path, patch):
    vertices, faces = patch
    soup = vertices[faces]
    surface = weld_soup(soup, report=ReadReport("stl", file_vertices=3 * len(soup), file_faces=len(soup)))
    export_parts([Part.from_surface(surface)], tmp_path / "out.ply")
    mesh = trimesh.load(tmp_path / "out.ply", process=False)
    assert len(mesh.vertices) == 400
    assert (np.asarray(mesh.vertices, np.float32)[mesh.faces] == soup).all()
    seen = mesh.faces.ravel()[np.sort(np.unique(mesh.faces, return_index=True)[1])]
    assert (seen == np.arange(400)).all()


def test_an_stl_whose_faces_were_changed_is_written_as_it_is_now(patch):
    vertices, faces = patch
    report = ReadReport("stl", file_vertices=3 * len(faces), file_faces=len(faces))
    surface = weld_soup(vertices[faces], report=report)
    changed = surface.faces.copy()
    changed[0] = changed[1]
    mesh = bare(Part.from_surface(Surface(surface.vertices, changed, file_index=surface.file_index, report=report)))
    assert len(mesh.vertices) == 400
    assert triangles(mesh.vertices, mesh.faces) == triangles(surface.vertices, changed)


@pytest.mark.parametrize("suffix", [".stl", *INDEXED])
def test_transforms_are_applied_and_mirrors_keep_the_outside_out(tmp_path, dressed, part, suffix):
    turn = trimesh.transformations.rotation_matrix(0.3, [1, 2, 3])
    turn[:3, 3] = [5, -6, 7]
    mirror = np.diag([-1.0, 1.0, 1.0, 1.0])
    part.transform = turn @ mirror
    export_parts([part], tmp_path / f"out{suffix}")
    (surface,) = read_surfaces(tmp_path / f"out{suffix}")
    expected = dressed.vertices @ part.transform[:3, :3].T + part.transform[:3, 3]
    if suffix != ".stl":
        assert np.abs(surface.in_file_order(surface.vertices) - expected).max() < 1e-5
    volume = [_signed(v, f) for v, f in ((surface.vertices, surface.faces), (dressed.vertices, dressed.faces))]
    up = turn[:3, :3] @ [0, 1, 0]
    assert np.sign(volume[0] @ up) == np.sign(volume[1] @ [0, 1, 0])


def _signed(vertices, faces):
    a, b, c = vertices.astype(np.float64)[faces].transpose(1, 0, 2)
    return np.cross(b - a, c - a).sum(axis=0)


@pytest.mark.parametrize("suffix", INDEXED)
def test_far_from_zero_nothing_is_lost(tmp_path, dressed, suffix):
    origin = np.array([1e6, 2e6, -3e6])
    part = Part.from_surface(weld(Surface(dressed.vertices, dressed.faces, origin=origin)))
    export_parts([part], tmp_path / f"out{suffix}")
    (surface,) = read_surfaces(tmp_path / f"out{suffix}", unit="m" if suffix == ".glb" else "mm")
    places = surface.in_file_order(surface.vertices) + surface.origin
    assert np.abs(places - (dressed.vertices + origin)).max() < 1e-4


def test_labels_of_somebody_else_are_left_alone(tmp_path, dressed, part):
    theirs = tmp_path / "scan.json"
    theirs.write_text('{"jaw": "upper", "labels": []}')
    assert export_targets([part], tmp_path / "scan.obj") == [tmp_path / "scan.obj"]
    assert export_parts([part], tmp_path / "scan.obj") == [tmp_path / "scan.obj"]
    assert theirs.read_text() == '{"jaw": "upper", "labels": []}'
    theirs.unlink()
    for _ in range(2):  # the second time over our own
        assert export_targets([part], tmp_path / "scan.obj") == [tmp_path / "scan.obj", theirs]
        assert export_parts([part], tmp_path / "scan.obj") == [tmp_path / "scan.obj", theirs]


@pytest.mark.parametrize("name", ["jaws.ply", "jaws.stl", "jaws.GLB"])
def test_targets_are_what_is_written(tmp_path, dressed, part, name):
    parts = [part, Part.from_surface(weld(dressed), jaw="lower")]
    targets = export_targets(parts, tmp_path / name)
    assert export_parts(parts, tmp_path / name) == targets


@pytest.mark.parametrize("suffix", [".stl", *INDEXED])
def test_no_name_leaves_with_the_file(tmp_path, part, suffix):
    part.surface.name = part.name = "Maria Muster"
    for path in export_parts([part, part], tmp_path / f"out{suffix}"):
        data = path.read_bytes().lower()
        for word in (b"maria", b"muster", b"1970", b"/home"):
            assert word not in data
    assert neutral_name([part]) == "upper"
    assert neutral_name([part, Part("x", "Maria", part.surface, jaw="lower")]) == "smile"
    assert neutral_name([Part("x", "Maria", part.surface)]) == "smile"


def test_several_parts_are_one_scene_in_glb_and_files_of_their_own_elsewhere(tmp_path, dressed, part):
    other = Part.from_surface(weld(dressed), jaw="lower")
    other.transform[:3, 3] = [0, -10, 0]
    assert export_parts([part, other], tmp_path / "jaws.glb") == [tmp_path / "jaws.glb"]
    surfaces = read_surfaces(tmp_path / "jaws.glb")
    assert [surface.name for surface in surfaces] == ["upper", "lower"]
    assert [(s.in_file_order(s.labels) == dressed.labels).all() for s in surfaces] == [True, True]
    assert surfaces[0].bounds()[0, 1] - surfaces[1].bounds()[0, 1] == pytest.approx(10, abs=1e-4)
    names = [path.name for path in export_parts([part, other], tmp_path / "jaws.ply")]
    assert names == ["jaws-upper.ply", "jaws-upper.json", "jaws-lower.ply", "jaws-lower.json"]
    other.jaw = "upper"
    assert [path.name for path in export_parts([part, other], tmp_path / "j.stl")][::2] == ["j-1.stl", "j-2.stl"]


@pytest.mark.parametrize("suffix", [".stl", *INDEXED])
def test_trimesh_reads_what_we_write(tmp_path, dressed, part, suffix):
    export_parts([part], tmp_path / f"out{suffix}")
    scene = trimesh.load_scene(tmp_path / f"out{suffix}", process=False)
    (mesh,) = scene.geometry.values()
    assert len(mesh.faces) == len(dressed.faces)
    scale = 0.001 if suffix == ".glb" else 1.0
    low, high = dressed.vertices.min(axis=0), dressed.vertices.max(axis=0)
    assert np.abs(scene.bounds - np.stack([low, high]) * scale).max() < 1e-4 * scale


def test_a_dropped_file_vertex_keeps_its_row(dressed):
    surface = weld(dressed)
    surface.file_index = surface.file_index.copy()
    lost = int(np.setdiff1d(np.arange(400), dressed.faces)[:1].sum())
    surface.file_index[lost] = -1
    mesh = bare(Part.from_surface(surface))
    assert len(mesh.vertices) == 401  # 400 rows of the file, and the vertex that no row names any more
    assert mesh.labels[lost] == 0
    kept = np.arange(400) != lost
    assert (mesh.vertices[:400][kept] == dressed.vertices[kept]).all()


def test_merged_twins_are_both_written(dressed):
    doubled = Surface(np.concatenate([dressed.vertices, dressed.vertices[:7]]), dressed.faces)
    rows, faces = file_layout(weld(doubled))
    assert len(rows) == 407
    assert faces.max() < 400


@settings(max_examples=40, deadline=None)
@given(
    st.data(),
    hnp.arrays(np.float32, st.tuples(st.integers(3, 12), st.just(3)), elements=st.integers(-3, 3).map(float)),
)
def test_any_mesh_keeps_its_triangles_in_file_rows(data, vertices):
    size = st.tuples(st.integers(1, 12), st.just(3))
    faces = data.draw(hnp.arrays(np.int32, size, elements=st.integers(0, len(vertices) - 1)))
    welded = weld(Surface(vertices, faces))
    rows, back = file_layout(welded)
    assert len(rows) == len(vertices)
    assert (welded.vertices[rows] == vertices).all()
    assert triangles(vertices, back) == triangles(welded.vertices, welded.faces)


def test_what_cannot_be_written_says_why(tmp_path, part):
    for parts, name, kind in (([part], "x.docx", "unknown_format"), ([], "x.stl", "write")):
        with pytest.raises(MeshFileError) as caught:
            export_parts(parts, tmp_path / name)
        assert caught.value.kind == kind
    with pytest.raises(MeshFileError) as caught:
        export_parts([part], tmp_path / "no" / "such" / "x.stl")
    assert caught.value.kind == "write"


def test_a_failed_export_leaves_the_old_file(tmp_path, part, monkeypatch):
    path = tmp_path / "out.ply"
    path.write_bytes(b"the old one")

    def fail(file, mesh):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(__import__("neodent_viewer.files.export", fromlist=["WRITERS"]).WRITERS, ".ply", fail)
    with pytest.raises(MeshFileError):
        export_parts([part], path)
    assert path.read_bytes() == b"the old one"
    assert [p.name for p in tmp_path.iterdir()] == ["out.ply"]


def test_real_scans_survive_every_format(tmp_path, real):
    parts = read_parts([real / "case0_upper.ply", real / "case0_lower.ply"])
    plain = json.loads((real / "case0_lower.json").read_text())
    for suffix in INDEXED:
        paths = export_parts(parts, tmp_path / f"case{suffix}")
        meshes = [p for p in paths if p.suffix == suffix]
        lower = [s for path in meshes for s in read_surfaces(path)][1]
        first = parts[1].surface
        assert (lower.in_file_order(lower.vertices) == first.in_file_order(first.vertices)).all()
        assert (lower.in_file_order(lower.labels) == plain["labels"]).all()
