"""``neodent info``: lines for people, JSON with stable keys for programs, one sentence for errors."""

import json

import numpy as np
import pytest

from neodent_viewer.cli.main import main
from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import set_value
from neodent_viewer.document.history import History
from neodent_viewer.document.zone import Zone
from neodent_viewer.files.opening import read_parts
from neodent_viewer.files.project import save_project

KEYS = {
    "file", "format", "vertices", "faces", "components", "boundary_edges", "non_manifold_edges", "bounds_mm", "size_mm",
    "unit", "watertight", "labels", "dropped", "notes", "parts",
}  # fmt: skip


@pytest.fixture
def scan(tmp_path):
    """Return an OFF-like cube as ASCII PLY in metres with one face that points nowhere, and labels beside it."""
    corners = [(x, y, z) for x in (0, 0.02) for y in (0, 0.03) for z in (0, 0.04)]
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    lines = ["ply", "format ascii 1.0", "element vertex 8", *(f"property float {a}" for a in "xyz")]
    lines += ["element face 7", "property list uchar int vertex_indices", "end_header"]
    lines += [" ".join(map(str, c)) for c in corners] + [" ".join(map(str, (4, *q))) for q in quads] + ["3 0 1 8", ""]
    path = tmp_path / "cube.ply"
    path.write_text("\n".join(lines))
    path.with_suffix(".json").write_text(json.dumps({"jaw": "lower", "labels": [0, 0, 31, 31, 31, 31, 41, 41]}))
    return path


def info(path, capsys):
    assert main(["info", str(path), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_json_tells_what_is_in_a_mesh(scan, capsys):
    found = info(scan, capsys)
    assert set(found) == KEYS
    assert (found["vertices"], found["faces"], found["components"]) == (8, 12, 1)
    assert found["watertight"] is True
    assert (found["boundary_edges"], found["non_manifold_edges"]) == (0, 0)
    assert np.allclose(found["bounds_mm"], [[0, 0, 0], [20, 30, 40]])
    assert np.allclose(found["size_mm"], [20, 30, 40])
    assert found["unit"] == "m"
    assert found["labels"] == {"0": 2, "31": 4, "41": 2}
    assert found["dropped"] == {"faces with indices out of range": 1}
    (part,) = found["parts"]
    assert (part["jaw"], part["file_vertices"], part["file_faces"], part["colours"]) == ("lower", 8, 7, False)


def test_lines_tell_the_same(scan, capsys):
    assert main(["info", str(scan)]) == 0
    text = capsys.readouterr().out
    for words in ("cube (lower jaw)", "8 (8 in the file)", "watertight          yes", "20.00 x 30.00 x 40.00 mm",
                  "31 (4), 41 (2); gingiva 2", "1 faces with indices out of range", "note"):  # fmt: skip
        assert words in text


def test_a_project_is_summed_up(scan, tmp_path, capsys):
    document = Document()
    history = History(document)
    for part in read_parts([scan, scan]):
        history.do(set_value(document, ("parts", part.id), part, "Open"))
    history.undo()
    document.set(("zones", "z"), Zone("z", "Front", 1, teeth=(11, 21)))
    save_project(document, history, tmp_path / "x.neodent")
    found = info(tmp_path / "x.neodent", capsys)
    assert set(found) == {*KEYS, "project"}
    counts = {"probes": 0, "mappings": 0, "zones": 1, "chapters": 0, "looks": 0, "findings": 0}
    assert found["project"] == {"parts": 1, **counts, "edits": 1, "undone": 1}
    assert found["format"] == "neodent"
    assert found["faces"] == 12
    assert main(["info", str(tmp_path / "x.neodent")]) == 0
    assert "1 part, 0 probes, 0 streams led to teeth, 1 zone, 0 chapters" in capsys.readouterr().out


@pytest.mark.parametrize("data", [None, b"", b"solid x", b"\0" * 300])
def test_an_error_is_one_sentence_and_status_2(tmp_path, capsys, data):
    path = tmp_path / "jaw.stl"
    if data is not None:
        path.write_bytes(data)
    assert main(["info", str(path), "--json"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert str(path) in err


def test_real_scans(real_scans, capsys):
    found = info(real_scans / "case0_lower.ply", capsys)
    assert found["watertight"] is True
    assert len(found["labels"]) == found["components"]


@pytest.fixture
def real_scans():
    from pathlib import Path

    folder = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "sjtu"
    if not folder.is_dir():
        pytest.skip("no real scans beside the checkout")
    return folder
