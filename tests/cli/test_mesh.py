"""``neodent mesh``: every operation from file to file, with what was carried and lost; bad input answered in a sentence."""

import json

import numpy as np
import pytest

from neodent_viewer.cli.main import main
from neodent_viewer.cli.mesh import OPERATIONS
from neodent_viewer.document import topology_edits
from neodent_viewer.document.document import Document
from neodent_viewer.document.history import History
from neodent_viewer.document.part import Part
from neodent_viewer.files.export import export_parts
from neodent_viewer.files.opening import read_parts
from neodent_viewer.files.project import load_project, save_project
from neodent_viewer.mesh.remesh.cut import cut
from neodent_viewer.mesh.shapes import sphere
from neodent_viewer.mesh.surface import Surface

EXTRA = {
    "voxel": ["--size", "1.2"],
    "isotropic": ["--edge", "1.5"],
    "decimate": ["--faces", "300", "--keep-rim"],
    "fill": ["--flat"],
    "mirror": ["--axis=-x"],
    "cut": ["--axis", "+y", "--at", "2", "--cap"],
}


@pytest.fixture
def ball(tmp_path):
    """Return an open, labelled ball as a PLY file."""
    whole = sphere(3)
    vertices, faces, _ = cut(whole.vertices, whole.faces, (0, -7, 0), (0, 1, 0))
    labels = np.where(vertices[:, 0] > 0, 11, 21).astype(np.int16)
    path = tmp_path / "ball.ply"
    export_parts([Part.from_surface(Surface(vertices, faces, arrays={"labels": labels}), jaw="upper")], path)
    return path


def test_the_command_knows_every_operation():
    assert set(OPERATIONS) == set(topology_edits.OPERATIONS)


@pytest.mark.parametrize("operation", [name for name in OPERATIONS if name != "down"])
def test_every_operation_goes_from_file_to_file(ball, tmp_path, capsys, operation):
    out = tmp_path / "out.ply"
    assert main(["mesh", operation, str(ball), "-o", str(out), "--json", *EXTRA.get(operation, [])]) == 0
    report = json.loads(capsys.readouterr().out)
    (part,) = report["parts"]
    (read,) = read_parts([out])
    assert len(read.surface.faces) == part["faces_after"]
    assert str(out) in report["written"]
    assert {11, 21} == set(np.unique(read.surface.labels))
    assert operation == "smooth-boundary" or "labels by nearest vertex" in part["carried"]


def test_a_project_keeps_undo_and_levels(ball, tmp_path, capsys):
    project = tmp_path / "a.neodent"
    assert main(["mesh", "up", str(ball), "-o", str(project)]) == 0
    assert main(["mesh", "down", str(project), "-o", str(project)]) == 0
    assert "carried over  labels by nearest vertex" in capsys.readouterr().out
    loaded = load_project(project)
    assert [edit.title for edit in loaded.done] == ["Subdivide", "Subdivide down"]
    history = History(loaded.document)
    history.restore(loaded.done, loaded.undone)
    (part,) = loaded.document.parts.values()
    coarse = part.surface.vertices.tobytes()
    history.undo()
    assert len(part.surface.vertices) * 12 > len(coarse) and len(part.below) == 1
    history.undo()
    assert part.surface.vertices.tobytes() == coarse


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["voxel", "--size", "0"], "Give a value from"),
        (["voxel", "--edge", "1"], "no option 'edge'"),
        (["cut", "--at", "99"], "Nothing would be left"),
        (["down"], "was not subdivided"),
        (["up", "--part", "lower"], "no part 'lower'"),
        (["isotropic", "--edge", "0.001"], "million faces"),
    ],
)
def test_bad_input_is_answered_in_one_sentence(ball, tmp_path, capsys, words, said):
    out = tmp_path / "out.ply"
    assert main(["mesh", words[0], str(ball), "-o", str(out), *words[1:]]) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1
    assert not out.exists()


def test_a_missing_file_is_said(tmp_path, capsys):
    assert main(["mesh", "up", str(tmp_path / "no.ply"), "-o", str(tmp_path / "x.ply")]) == 2
    assert "no.ply" in capsys.readouterr().err


def test_an_empty_project_is_said(tmp_path, capsys):
    path = tmp_path / "a.neodent"
    save_project(Document(), None, path)
    assert main(["mesh", "up", str(path), "-o", str(tmp_path / "x.ply")]) == 2
    assert "no part" in capsys.readouterr().err
