"""The distance measure: straight and over the surface, with units, on one part, two parts, two pieces, and after edits."""

import numpy as np
import pytest

from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.document.anchor import anchor_at, world_position
from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import ValueEdit
from neodent_viewer.document.finding import Finding
from neodent_viewer.document.history import History
from neodent_viewer.document.part import Part
from neodent_viewer.mesh.bvh import Bvh
from neodent_viewer.mesh.shapes import plane, soup, sphere
from neodent_viewer.mesh.surface import Surface
from neodent_viewer.mesh.weld import weld_soup
from neodent_viewer.review.measure import MEASURES, measure, to_finding


@pytest.fixture
def document():
    document = Document()
    document.set(("parts", "ball"), Part("ball", "ball", weld_soup(soup(sphere(4, radius=10.0)))))
    document.set(("parts", "sheet"), Part("sheet", "sheet", plane(9, side=20.0)))
    return document


def anchor(document, part_id, place):
    part = document.parts[part_id]
    face, weights, _, _ = Bvh(part.surface.vertices, part.surface.faces).closest(part.to_local(place))
    return anchor_at(part, face, weights)


def values(measured):
    return {name: value for name, value, unit in measured.values if unit == "mm"}


def test_over_a_ball(document):
    ends = [anchor(document, "ball", place) for place in ([10, 0, 0], [0, 10, 0])]
    measured = measure("distance", document, ends)
    told = values(measured)
    assert told["straight"] == pytest.approx(10 * np.sqrt(2), rel=0.01)
    assert told["over the surface"] == pytest.approx(5 * np.pi, rel=0.01)
    assert "14.1" in measured.title
    assert "15.7" in measured.title
    assert measured.title.count("mm") == 2
    assert measured.text == ""
    assert np.allclose(measured.polyline[0], world_position(ends[0], document.parts["ball"]), atol=1e-4)
    assert np.allclose(np.linalg.norm(measured.polyline, axis=1), 10, atol=0.1)


def test_between_parts_only_straight_and_it_says_so(document):
    measured = measure(
        "distance", document, [anchor(document, "ball", [0, 0, 10]), anchor(document, "sheet", [3, 4, 0])]
    )
    assert values(measured) == {"straight": pytest.approx(np.sqrt(125), abs=0.02)}
    assert "different parts" in measured.text
    assert measured.polyline.shape == (2, 3)


def test_between_pieces_of_a_part_only_straight_and_it_says_so():
    document, one = Document(), sphere(2)
    both = Surface(
        np.concatenate([one.vertices, one.vertices + np.float32([50, 0, 0])]),
        np.concatenate([one.faces, one.faces + len(one.vertices)]),
    )
    document.set(("parts", "two"), Part("two", "two", both))
    measured = measure("distance", document, [anchor(document, "two", [10, 0, 0]), anchor(document, "two", [40, 0, 0])])
    assert values(measured) == {"straight": pytest.approx(30, abs=0.01)}
    assert "pieces" in measured.text


@pytest.mark.parametrize("scale", [(1, 1, 1), (2, 2, 2), (3, 1, 1)])
def test_transforms_count(document, scale):
    matrix = np.diag([*scale, 1.0])
    matrix[:3, 3] = [5, 6, 7]
    document.set(("parts", "sheet", "transform"), matrix)
    ends = [anchor(document, "sheet", np.multiply(place, scale) + matrix[:3, 3]) for place in ([-5, -3, 0], [6, 4, 0])]
    expected = np.linalg.norm(np.multiply([11, 7, 0], scale))
    assert list(values(measure("distance", document, ends)).values()) == pytest.approx([expected] * 2, rel=1e-4)


def test_what_is_kept_measures_the_same_after_the_part_moved(document):
    ends = [anchor(document, "ball", place) for place in ([10, 0, 0], [0, 0, -10])]
    first = measure("distance", document, ends)
    matrix = np.eye(4)
    matrix[:3, 3] = [100, 0, 0]
    document.set(("parts", "ball", "transform"), matrix)
    again = measure("distance", document, ends)
    assert list(values(again).values()) == pytest.approx(list(values(first).values()), rel=1e-6)
    assert np.allclose(again.polyline, first.polyline + np.array([100, 0, 0]), atol=1e-4)


def test_a_lost_face_is_replaced_by_the_nearest(document):
    ends = [anchor(document, "ball", place) for place in ([10, 0, 0], [0, 10, 0])]
    document.replace_surface("ball", sphere(5, radius=10.0))
    assert values(measure("distance", document, ends))["over the surface"] == pytest.approx(5 * np.pi, rel=0.01)


def test_a_measure_becomes_a_finding_and_undo_takes_it_away(document):
    ends = [anchor(document, "ball", place) for place in ([10, 0, 0], [0, 10, 0])]
    measured, history = measure("distance", document, ends), History(document)
    finding = to_finding(measured, ends, view=(1.0, 2.0))
    assert isinstance(finding, Finding)
    assert (finding.kind, finding.title, finding.values, finding.view) == (
        "distance", measured.title, measured.values, (1.0, 2.0),
    )  # fmt: skip
    assert finding.anchors == tuple(ends)
    history.do(ValueEdit(("findings", finding.id), None, finding, "Keep distance"))
    assert document.findings == {finding.id: finding}
    history.undo()
    assert document.findings == {}


def test_wrong_questions_are_answered_with_a_sentence(document):
    ends = [anchor(document, "ball", [10, 0, 0])] * 2
    for name, anchors, words in (("girth", ends, "no measure"), ("distance", ends[:1], "2 points")):
        with pytest.raises(ArgumentError, match=words):
            measure(name, document, anchors)
    document.set(("parts", "ball"), None)
    with pytest.raises(ArgumentError, match="not there any more"):
        measure("distance", document, ends)


def test_every_measure_in_the_table_exists(document):
    ends = [anchor(document, "ball", place) for place in ([10, 0, 0], [0, 10, 0])]
    for name, row in MEASURES.items():
        measured = measure(name, document, ends[: row.anchors])
        assert measured.kind == name
        assert all(unit for _, _, unit in measured.values)


def test_the_same_point_twice_is_no_distance(document):
    end = anchor(document, "ball", [10, 0, 0])
    assert list(values(measure("distance", document, [end, end])).values()) == pytest.approx([0, 0], abs=1e-9)
