"""Labels beside a mesh: taken when they fit, told when they do not."""

import json

import numpy as np
import pytest

from neodent_viewer.files import read_surfaces
from neodent_viewer.files.bare import Bare
from neodent_viewer.files.labels import labels_json
from neodent_viewer.files.opening import read_parts
from neodent_viewer.files.writers import write_ply


@pytest.fixture
def scan(tmp_path, patch):
    path = tmp_path / "scan.ply"
    with path.open("wb") as file:
        write_ply(file, Bare(*patch, None, None, ""))
    return path


def test_labels_follow_their_vertices_and_the_jaw_its_field(scan):
    labels = np.random.default_rng(0).choice([0, 31, 41], 400)
    scan.with_suffix(".json").write_text(json.dumps({"id_patient": "x", "jaw": "upper", "labels": labels.tolist()}))
    (part,) = read_parts([scan])
    assert (part.surface.in_file_order(part.surface.labels) == labels).all()
    assert part.jaw == "upper"  # although every tooth is a lower one: the field counts
    assert not part.surface.report.notes


def test_no_jaw_is_made_up(scan):
    scan.with_suffix(".json").write_text(json.dumps({"labels": [11] * 400}))
    assert read_parts([scan])[0].jaw == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not used"),
        ("[1, 2]", "no list"),
        ('{"labels": 11}', "no list"),
        (json.dumps({"labels": [11] * 399}), "399 for 400"),
        (json.dumps({"labels": [11.5] * 400}), "no whole number"),
        (json.dumps({"labels": [True] * 400}), "no whole number"),
        (json.dumps({"labels": [10**9] * 400}), "no whole number"),
        ("[" * 100_000, "not used"),
    ],
)
def test_labels_that_do_not_fit_are_left_and_said(scan, text, said):
    scan.with_suffix(".json").write_text(text)
    (surface,) = read_surfaces(scan)
    assert surface.labels is None
    assert len(surface.report.notes) == 1
    assert said in surface.report.notes[0]


def test_numbers_that_are_no_teeth_are_kept_and_said(scan):
    scan.with_suffix(".json").write_text(json.dumps({"labels": [0, 11, 55, 99] * 100}))
    (surface,) = read_surfaces(scan)
    assert set(surface.labels.tolist()) == {0, 11, 55, 99}
    assert surface.report.notes == ["Labels that are no FDI numbers: 99."]


def test_written_labels_name_nobody_and_number_the_teeth():
    plain = json.loads(labels_json(np.array([0, 21, 11, 21], np.int16), "lower"))
    assert plain.pop("written_by") == "neodent_viewer"
    assert plain == {"id_patient": "", "jaw": "lower", "labels": [0, 21, 11, 21], "instances": [0, 2, 1, 2]}
