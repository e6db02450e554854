"""Zones: who is shown where, what a list may say of each, edits that undo to the bit, words for teeth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neodent_viewer.core.errors import ArgumentError, NeodentError
from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import VertexEdit
from neodent_viewer.document.history import History
from neodent_viewer.document.part import BASE, Part
from neodent_viewer.document.topology_edits import plan
from neodent_viewer.document.zone import ARRAY, MOST, Zone, assign, painted, standing, teeth_from, teeth_text
from neodent_viewer.document.zoning import (
    add_edit,
    change_edit,
    coverages,
    free_number,
    listed,
    move_edit,
    new_zone,
    painted_numbers,
    remove_edit,
    unclaimed,
)
from neodent_viewer.mesh.surface import Surface


def grid(count=12, labels=True):
    """A sheet of count x count vertices, a quarter of it each of the teeth 11, 12, 21 and the gum."""
    x, y = np.meshgrid(np.arange(count), np.arange(count), indexing="ij")
    vertices = np.stack([x, y, np.zeros_like(x)], axis=-1).reshape(-1, 3).astype(np.float32)
    k = (x[:-1, :-1] * count + y[:-1, :-1]).ravel()
    faces = np.concatenate([np.stack([k, k + count, k + count + 1], 1), np.stack([k, k + count + 1, k + 1], 1)])
    half = count // 2
    arrays = {"labels": np.choose((x >= half) * 2 + (y >= half), [0, 11, 12, 21]).ravel().astype(np.int16)}
    return Surface(vertices, faces.astype(np.int32), name="sheet", arrays=arrays if labels else {})


@pytest.fixture
def document():
    document = Document()
    document.set(("parts", "sheet"), Part("sheet", "Sheet", grid()))
    return document


@pytest.fixture
def history(document):
    return History(document)


def paint(history, number, rows, part="sheet"):
    rows = np.asarray(rows, np.int32)
    array = history.document.parts[part].surface.arrays.get(ARRAY)
    before = np.zeros(len(rows), np.int16) if array is None else array[rows]
    history.do(VertexEdit(part, BASE, ARRAY, rows, before, np.full(len(rows), number, np.int16), "Paint"))


# -- who is shown where ------------------------------------------------------------------------------------------

ZONES = st.lists(
    st.builds(
        Zone,
        st.just("z"),
        st.just("Z"),
        number=st.integers(1, 5),
        rank=st.integers(0, 4),
        teeth=st.lists(st.sampled_from([11, 12, 21]), unique=True).map(tuple),
        visible=st.booleans(),
    ),
    max_size=5,
    unique_by=lambda zone: zone.number,
)


@given(ZONES, st.lists(st.tuples(st.sampled_from([-1, 0, 11, 12, 21, 99, 400]), st.integers(-3, 9)), max_size=12))
def test_each_vertex_shows_the_highest_zone_that_claims_it(zones, vertices):
    labels, numbers = (np.array([v[k] for v in vertices], np.int16).reshape(-1) for k in (0, 1))
    stand = standing(zones)
    shown = assign(labels, numbers, stand, len(vertices))
    for (label, number), place in zip(vertices, shown, strict=True):
        claims = [z for z in zones if z.visible and (label in z.teeth or number == z.number)]
        highest = max(claims, key=lambda z: (z.rank, z.number), default=None)
        assert (stand[place - 1] if place else None) is highest


def test_without_labels_or_paint_nothing_is_in_a_zone():
    zones = (Zone("a", "A", 1, teeth=(11,)),)
    assert not assign(None, None, zones, 4).any()
    assert not assign(None, np.array([5, 5]), (), 2).any()


@pytest.mark.parametrize("array", [np.zeros(4, np.float32), np.zeros((4, 2), np.int16)])
def test_an_array_that_is_no_zone_array_is_passed_over(array):
    surface = Surface(np.zeros((4, 3), np.float32), np.zeros((0, 3), np.int32), arrays={ARRAY: array})
    assert painted(surface) is None


@pytest.mark.parametrize(
    "odd",
    [
        {"number": 0}, {"number": MOST + 1}, {"number": True}, {"teeth": (19,)}, {"teeth": ("11",)}, {"low": float("nan")},
        {"high": "36"}, {"name": ""}, {"id": ""}, {"caption": None}, {"rank": 1.5},
    ],
)  # fmt: skip
def test_a_zone_that_cannot_be_is_none(odd):
    with pytest.raises(ValueError):
        Zone(**{"id": "a", "name": "A", "number": 1, **odd})


# -- what is there -----------------------------------------------------------------------------------------------


def test_numbers_that_are_painted_or_taken_are_not_given_again(document, history):
    assert free_number(document) == 1
    paint(history, 1, [0, 1])
    paint(history, 3, [5])
    assert painted_numbers(document) == {1: 2, 3: 1}
    history.do(add_edit(document, new_zone(document, "Molars")))
    (zone,) = document.zones.values()
    assert zone.number == 2
    assert unclaimed(document) == (1, 3)
    assert free_number(document) == 4


def test_coverage_says_how_much_who_is_over_it_and_what_is_missing(document, history):
    a = new_zone(document, "Front", teeth=(11, 21, 31))
    history.do(add_edit(document, a))
    b = new_zone(document, "Spot")
    history.do(add_edit(document, b))
    found = coverages(document)
    assert (found[a.id].claimed, found[a.id].shown) == (72, 72)
    assert found[a.id].missing == (31,)
    assert (found[b.id].claimed, found[b.id].shown, found[b.id].over) == (0, 0, ())
    on_tooth = np.flatnonzero(document.parts["sheet"].surface.labels == 11)[:10]
    paint(history, b.number, [*on_tooth, 0, 1])
    found = coverages(document)
    assert found[a.id].over == (document.zones[b.id],)
    assert (found[a.id].claimed, found[a.id].shown) == (72, 62)
    assert (found[b.id].claimed, found[b.id].shown, found[b.id].over) == (12, 12, ())
    history.do(move_edit(document, a.id, 1))
    found = coverages(document)
    assert (found[a.id].shown, found[b.id].shown) == (72, 2)
    assert found[b.id].over == (document.zones[a.id],)
    history.do(change_edit(document, a.id, "Hide", visible=False))
    found = coverages(document)
    assert (found[a.id].claimed, found[a.id].shown, found[b.id].shown) == (72, 0, 12)


def test_a_removed_part_leaves_zones_without_anything(document, history):
    zone = new_zone(document, "Front", teeth=(11,))
    history.do(add_edit(document, zone))
    document.set(("parts", "sheet"), None)
    assert coverages(document)[zone.id].claimed == 0
    assert coverages(document)[zone.id].missing == (11,)
    assert remove_edit(document, zone.id).edits


# -- edits -------------------------------------------------------------------------------------------------------


def state(document):
    array = document.parts["sheet"].surface.arrays.get(ARRAY)
    return dict(document.zones), None if array is None else array.tolist()


def test_every_edit_undoes_and_does_again_to_the_bit(document, history):
    paint(history, 1, range(20))
    states = [state(document)]

    def do(edit):
        history.do(edit)
        states.append(state(document))

    do(add_edit(document, new_zone(document, "Spot", number=1)))
    do(add_edit(document, new_zone(document, "Front", teeth=(11, 12), quantity="ph")))
    spot, front = document.zones
    do(change_edit(document, spot, "Range", low=33.0, high=36.0))
    do(move_edit(document, spot, 1))
    do(remove_edit(document, spot))
    assert not np.any(document.parts["sheet"].surface.arrays[ARRAY])
    do(change_edit(document, front, "Caption", caption="After tea"))
    for before in reversed(states[:-1]):
        history.undo()
        assert state(document) == before
    for after in states[1:]:
        history.redo()
        assert state(document) == after


def test_a_new_zone_lies_over_all_others_and_moves_down_and_up(document, history):
    for name in "ABC":
        history.do(add_edit(document, new_zone(document, name)))
    by_name = {zone.name: zone.id for zone in document.zones.values()}

    def order():
        return "".join(zone.name for zone in listed(document))

    assert order() == "CBA"
    history.do(move_edit(document, by_name["C"], -1))
    assert order() == "BCA"
    assert move_edit(document, by_name["A"], -1) is None
    assert move_edit(document, by_name["B"], 1) is None
    history.undo()
    assert order() == "CBA"


def test_a_change_that_no_zone_can_have_is_refused_in_words(document, history):
    history.do(add_edit(document, new_zone(document, "A")))
    (key,) = document.zones
    with pytest.raises(ArgumentError) as refused:
        change_edit(document, key, "Rename", name="")
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("operation", "options"), [("up", {}), ("isotropic", {"edge": 0.4}), ("decimate", {"faces": 120})]
)
def test_a_painted_region_crosses_to_new_faces(history, operation, options):
    document = history.document
    part = document.parts["sheet"]
    here = (part.surface.vertices[:, 0] < 4.5) & (part.surface.vertices[:, 1] < 7.5)
    zone = new_zone(document, "Spot")
    history.do(add_edit(document, zone))
    paint(history, zone.number, np.flatnonzero(here))
    before = part.surface.arrays[ARRAY].copy()
    history.do(plan(document, "sheet", operation, options).edit)
    surface = part.surface
    assert len(surface.vertices) != len(before)
    x, y = surface.vertices[:, 0], surface.vertices[:, 1]
    clear = (np.abs(x - 4.5) > 0.3) & (np.abs(y - 7.5) > 0.3)  # between two vertices either is right
    assert clear.mean() > 0.8
    assert (((surface.arrays[ARRAY] == zone.number) == ((x < 4.5) & (y < 7.5)))[clear]).all()
    assert coverages(document)[zone.id].claimed == int((surface.arrays[ARRAY] == zone.number).sum()) > 0
    history.undo()
    assert (part.surface.arrays[ARRAY] == before).all()


# -- teeth in words ----------------------------------------------------------------------------------------------


@given(st.sets(st.sampled_from([q * 10 + n for q in (1, 2, 3, 4) for n in range(1, 9)])))
def test_what_is_written_of_teeth_is_read_again(teeth):
    assert set(teeth_from(teeth_text(teeth))) == teeth


@pytest.mark.parametrize("text", ["19", "eleven", "11-", "13-33", "11--12", "-11", "1 1", "²1"])
def test_what_names_no_tooth_is_said(text):
    with pytest.raises(NeodentError) as refused:
        teeth_from(text)
    assert refused.value.remedy
