"""A brush that keeps contact stops at the neighbour and at the other jaw, whatever it is and however it is set."""

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from neodent_viewer.document.contact import Surroundings, others_of
from neodent_viewer.document.document import Document
from neodent_viewer.document.original import remember_original
from neodent_viewer.document.part import Part
from neodent_viewer.mesh.distance import SignedDistance
from neodent_viewer.mesh.shapes import sphere
from neodent_viewer.mesh.surface import Surface
from neodent_viewer.sculpt.brushes import BRUSHES
from neodent_viewer.sculpt.stroke import BrushSettings, SculptMesh, Stroke

RADIUS, GAP = 4.0, 0.03
#: mm that penetration may grow by
LEAST = 0.01
SHAPERS = [name for name, brush in BRUSHES.items() if brush.array == "position"]
BALL = sphere(5)
UNIT = BALL.vertices / 10.0


def world():
    """Return a document with two balls for teeth on one part, and a third over the gap between them for the other jaw."""
    apart = RADIUS + GAP / 2
    teeth = np.concatenate([UNIT * RADIUS - [apart, 0, 0], UNIT * RADIUS + [apart, 0, 0]]).astype(np.float32)
    faces = np.concatenate([BALL.faces, BALL.faces + len(UNIT)]).astype(np.int32)
    labels = np.repeat(np.array([11, 21], np.int16), len(UNIT))
    height = np.sqrt((2 * RADIUS + GAP) ** 2 - apart**2)
    document = Document()
    part = Part.from_surface(Surface(teeth, faces, arrays={"labels": labels}, name="upper"))
    other = Part.from_surface(Surface((UNIT * RADIUS).astype(np.float32), BALL.faces, name="lower"))
    other.transform[1, 3] = -height
    for one in (part, other):
        document.set(("parts", one.id), one)
    return document, part, other


def depth(part, other):
    """Return how deep in mm the three balls stand in each other, looked at anew and from both sides."""
    vertices, labels = part.surface.vertices, part.surface.labels
    shapes = [vertices[labels == 11], vertices[labels == 21]]
    shapes.append(part.to_local(other.to_world(other.surface.vertices)).astype(np.float32))
    solids = [SignedDistance(shape.copy(), BALL.faces) for shape in shapes]
    return -min(float(solids[a].at(shapes[b], 0.5).min()) for a in range(3) for b in range(3) if a != b)


OPTIONS = st.fixed_dictionaries(
    {
        "radius": st.floats(0.6, 4.0),
        "falloff": st.sampled_from(["smooth", "root", "sharp"]),
        "accumulate": st.booleans(),
        "invert": st.booleans(),
        "symmetry": st.booleans(),
        "lock_to_label": st.booleans(),
        "normal_radius": st.sampled_from([0.2, 1.0]),
    }
)
PLACES = st.lists(st.tuples(st.floats(-2.5, 2.5), st.floats(-3, 3), st.floats(-2.5, 2.5)), min_size=2, max_size=4)


def sculpted(brush, options, places, *, keep):
    document, part, other = world()
    contact = Surroundings(document, part).catch_up() if keep else None
    mesh = SculptMesh(part.surface.vertices, part.surface.faces, part.surface.labels)
    strength = 0.08 if BRUSHES[brush].unit == "mm" else BRUSHES[brush].strength
    stroke = Stroke(mesh, brush, BrushSettings(strength=strength, keep_contact=keep, **options), contact)
    for place in places:
        stroke.move_to(place if stroke.brush.dragged and stroke.calls else mesh.bvh.closest(place)[2])
    return document, part, other


@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
)
@given(st.sampled_from(SHAPERS), OPTIONS, PLACES)
def test_whatever_the_brush_nothing_goes_deeper(brush, options, places):
    _, part, other = sculpted(brush, options, places, keep=True)
    assert depth(part, other) < LEAST


@pytest.mark.parametrize("brush", ["draw", "inflate", "grab"])
def test_without_contact_it_does(brush):
    options, places = {"radius": 3.0, "falloff": "constant"}, [(-0.5, -0.5, 0.0), (2.0, -1.5, 0.0)]
    _, part, other = sculpted(brush, options, places, keep=False)
    assert depth(part, other) > 3 * LEAST


def test_a_mirrored_stroke_on_two_neighbours_stays_symmetric_where_they_meet():
    options = {"radius": 2.0, "symmetry": True, "falloff": "root"}
    _, part, other = sculpted("inflate", options, [(-0.6, 0.5, 1.0), (-0.2, 1.5, 0.4)] * 4, keep=True)
    vertices, half = part.surface.vertices, len(UNIT)
    assert depth(part, other) < LEAST
    assert np.abs(vertices[:half, 0]).min() < 1e-3 and np.abs(vertices[half:, 0]).min() < 1e-3  # they touch
    partner = np.array([np.argmin(((UNIT - place * [-1, 1, 1]) ** 2).sum(axis=1)) for place in UNIT])
    assert np.abs(vertices[:half] * [-1, 1, 1] - vertices[half:][partner]).max() < 2e-3


def test_what_touches_may_leave_and_slide():
    document, part, _ = world()
    mesh = SculptMesh(part.surface.vertices, part.surface.faces, part.surface.labels)
    around = Surroundings(document, part)
    labels = part.surface.labels
    for invert in (False, True):
        before = part.surface.vertices.copy()
        keeps = BrushSettings(1.5, 0.05, keep_contact=True, lock_to_label=True, invert=invert)
        stroke = Stroke(mesh, "inflate", keeps, around.catch_up())
        for _ in range(4):
            stroke.dab((-GAP / 2, 0.0, 0.0))
        grown = part.surface.vertices[labels == 11, 0].max() - before[labels == 11, 0].max()
    assert grown < -0.1  # it dug where it had touched
    assert np.array_equal(before[labels == 21], part.surface.vertices[labels == 21])
    gap = SignedDistance(before[labels == 21].copy(), BALL.faces).at(before[labels == 11]).min()
    assert -1e-5 < gap < 1e-3  # and had touched indeed


def test_surroundings_come_out_the_same_whenever_they_are_made():
    made = []
    for late in (False, True):
        document, part, other = world()
        mesh = SculptMesh(part.surface.vertices, part.surface.faces, part.surface.labels)
        early = Surroundings(document, part)
        early.make()
        remember_original(part)
        Stroke(mesh, "inflate", BrushSettings(2.0, 0.05)).dab((0.0, 0.5, 0.0))
        around = Surroundings(document, part) if late else early
        stroke = Stroke(mesh, "inflate", BrushSettings(2.0, 0.05, keep_contact=True), around.catch_up())
        stroke.move_to((0.0, 0.0, 0.5))
        stroke.move_to((0.0, -2.5, 0.5))
        made.append(part.surface.vertices.tobytes())
        assert around.fits() and around.others == (other,)
    assert made[0] == made[1]


def test_what_moved_or_was_hidden_no_longer_fits_and_what_was_sculpted_elsewhere_is_followed():
    document, part, other = world()
    around = Surroundings(document, part)
    near = np.flatnonzero(np.isfinite(around.catch_up().clearance(np.arange(len(UNIT), dtype=np.int32), 0.2)))
    assert len(near)
    before = around.catch_up().clearance(near.astype(np.int32), 1.0)
    other.surface.vertices[:, 1] += 0.05
    after = around.catch_up().clearance(near.astype(np.int32), 1.0)
    assert (after <= before + 1e-6).all() and after.min() < before.min() - 0.02
    assert around.fits()
    document.set(("parts", other.id, "visible"), False)
    assert not around.fits() and others_of(document, part) == ()
    document.set(("parts", other.id, "visible"), True)
    moved = other.transform.copy()
    moved[0, 3] += 1.0
    document.set(("parts", other.id, "transform"), moved)
    assert not around.fits()
    again = Surroundings(document, part)
    again.make()
    part.surface.labels[:3] = 0
    assert not again.fits()


@pytest.mark.parametrize("brush", ["inflate", "grab", "snake_hook"])
def test_what_is_kept_of_the_crowns_is_what_was_written_to_the_last_bit(brush):
    document, part, _ = world()
    contact = Surroundings(document, part).catch_up()
    mesh = SculptMesh(part.surface.vertices, part.surface.faces, part.surface.labels)
    stroke = Stroke(mesh, brush, BrushSettings(2.0, 0.1, keep_contact=True), contact)
    for place in ((-0.4, 0.2, 0.3), (0.37, 0.51, 0.1), (1.3, -0.7, 0.2)):
        stroke.move_to(place if stroke.brush.dragged else mesh.bvh.closest(place)[2])
        for rows, solid in contact.crowns.values():
            assert np.array_equal(solid.vertices, part.surface.vertices[rows])
    assert len(stroke.finish()[0])
