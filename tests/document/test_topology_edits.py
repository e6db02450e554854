"""Changes of topology: everything crosses as it should, what does not is said, and undo brings back every bit."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neodent_viewer.core.errors import ArgumentError, TopologyError
from neodent_viewer.document import layers
from neodent_viewer.document.anchor import anchor_at, local_position
from neodent_viewer.document.borders import patch_counts
from neodent_viewer.document.crossing import mirrored_labels
from neodent_viewer.document.document import Document
from neodent_viewer.document.finding import Finding
from neodent_viewer.document.history import History
from neodent_viewer.document.original import is_original
from neodent_viewer.document.part import BASE, Part
from neodent_viewer.document.planes import direction
from neodent_viewer.document.probe import Probe
from neodent_viewer.document.topology_edits import OPERATIONS, default_options, locked_vertices, plan
from neodent_viewer.mesh.bvh import Bvh
from neodent_viewer.mesh.remesh.cut import cut
from neodent_viewer.mesh.remesh.work import areas
from neodent_viewer.mesh.shapes import sphere
from neodent_viewer.mesh.surface import Surface
from neodent_viewer.mesh.topology import statistics
from neodent_viewer.sensors.channel import channel

#: options under which each operation has something to do on an open ball
DO = {
    "voxel": {"size": 0.8},
    "isotropic": {"edge": 0.7},
    "up": {},
    "decimate": {"faces": 900},
    "fill": {"longest": 100.0},
    "smooth-boundary": {},
    "mirror": {"axis": "-x"},
    "cut": {"axis": "+y", "at": -4.0, "cap": True},
}


def dressed():
    """Return an open ball with two labels, colours, a mask, layers, a probe and a finding."""
    ball = sphere(4)
    vertices, faces, _ = cut(ball.vertices, ball.faces, (0, -6, 0), (0, 1, 0))
    arrays = {
        "labels": np.where(vertices[:, 0] > 0, 11, 21).astype(np.int16),
        "mask": (vertices[:, 1] / 20 + 0.5).astype(np.float32),
        "colour": np.clip(vertices[:, [2, 2, 2, 2]] * 12 + 128, 0, 255).astype(np.uint8),
        "zone": (vertices[:, 2] > 0).astype(np.int16),
    }
    document = Document()
    part = Part("part", "ball", Surface(vertices, faces, np.array([1.0, 2, 3]), arrays=arrays))
    document.set(("parts", "part"), part)
    history = History(document)
    stroke(history, part, BASE, vertices[:, 1] > 8, [0, 0.2, 0])
    for name, side in (("Left", -1), ("Right", 1)):
        history.do(layers.add_edit(part, name))
        stroke(history, part, part.layers[-1].id, side * vertices[:, 2] > 7, [0, 0, side * 0.5])
    history.do(layers.strength_edit(part, part.layers[0].id, 1.3))
    anchor = anchor_at(part, 30, np.array([0.2, 0.3, 0.5]))
    document.set(("probes", "p"), Probe("p", "T11", anchor, 11, (channel("c", "ph"),)))
    other = replace(anchor, part="elsewhere")
    document.set(("findings", "f"), Finding("f", "Gap", anchors=(anchor, other)))
    return document, part, history


def stroke(history, part, layer_id, where, move):
    rows = np.flatnonzero(where).astype(np.int32)
    before = part.surface.vertices[rows]
    history.do(layers.stroke_edit(part, layer_id, rows, before, before + np.float32(move)))


def bits(document):
    """Return everything a document holds, comparable to the last bit."""
    out = []
    for part in document.parts.values():
        surface = part.surface
        kept = [(x.id, x.strength, x.indices.tobytes(), x.deltas.tobytes()) for x in part.layers]
        arrays = {name: values.tobytes() for name, values in surface.arrays.items()}
        positions = [None if a is None else a.tobytes() for a in (surface.vertices, part.base, part.original)]
        out.append((part.topology_version, surface.faces.tobytes(), arrays, positions, kept, len(part.below)))
    return out, dict(document.probes), dict(document.findings)


@pytest.mark.parametrize("name", DO)
def test_undo_and_redo_bring_back_every_bit_and_all_is_carried(name):
    document, part, history = dressed()
    before = bits(document)
    told = []
    found = plan(document, "part", name, DO[name], progress=told.append)
    assert bits(document) == before  # planning changes nothing
    assert told == sorted(told) and told[0] == 0.0
    with pytest.raises(TopologyError) as stopped:
        plan(document, "part", name, DO[name], cancelled=lambda: True)
    assert stopped.value.kind == "cancelled"
    history.do(found.edit)
    after, surface = bits(document), part.surface
    assert found.faces_after == len(surface.faces)
    assert set(surface.arrays) == {"labels", "mask", "colour", "zone"}
    assert [layer.name for layer in part.layers] == ["Left", "Right"]
    assert is_original(part) or name == "smooth-boundary"
    count = len(history.done())
    history.undo()
    assert bits(document) == before
    history.redo()
    assert bits(document) == after and len(history.done()) == count
    stroke(history, part, part.layers[1].id, surface.vertices[:, 1] > 5, [0.1, 0, 0])
    history.undo()
    history.undo()
    assert bits(document) == before


@pytest.mark.parametrize("name", ["voxel", "isotropic", "decimate", "up"])
def test_values_layers_and_anchors_stand_where_they_stood(name):
    document, part, history = dressed()
    old, layer = part.surface, part.layers[1]
    dense = layers.deltas_at(layer, np.arange(len(old.vertices), dtype=np.int32))
    place = local_position(document.probes["p"].anchor, part)
    found = plan(document, "part", name, DO[name])
    history.do(found.edit)
    new = part.surface
    far = np.abs(new.vertices[:, 0]) > 1
    assert np.array_equal(new.labels[far], np.where(new.vertices[far, 0] > 0, 11, 21))
    assert np.abs(new.arrays["mask"] - (new.vertices[:, 1] / 20 + 0.5)).max() < 0.03
    face, weights, _ = Bvh(old.vertices, old.faces).closest_many(new.vertices)
    wanted = np.einsum("ij,ijk->ik", weights, dense[old.faces[face]])
    got = layers.deltas_at(part.layers[1], np.arange(len(new.vertices), dtype=np.int32))
    assert np.abs(got - wanted).max() < (0.35 if name == "up" else 1e-5)  # Loop smooths layers as it does the surface
    history.do(layers.remove_edit(part, layer.id))
    assert part.surface.vertices[:, 2].max() < old.vertices[:, 2].max() - 0.3
    anchor = document.probes["p"].anchor
    assert anchor.topology_version == part.topology_version
    assert np.linalg.norm(local_position(anchor, part) - place) < 0.3
    assert document.findings["f"].anchors[0] == anchor
    assert document.findings["f"].anchors[1].part == "elsewhere"
    assert (found.report.layers, found.report.probes, found.report.findings) == (2, 1, 1)
    assert "2 sculpt layers" in found.report.gains() and "labels by nearest vertex" in found.report.gains()


def test_a_mirrored_half_bears_the_labels_of_the_other_side():
    document, part, history = dressed()
    history.do(plan(document, "part", "mirror", {"axis": "-x", "at": 1.0}).edit)  # world x = 1 is the ball's own middle
    surface = part.surface
    far = np.abs(surface.vertices[:, 0]) > 0.5
    assert np.array_equal(surface.labels[far], np.where(surface.vertices[far, 0] > 0, 11, 21))
    mirrored = surface.vertices * np.float32([-1, 1, 1])
    assert Bvh(surface.vertices, surface.faces).closest_many(mirrored)[2].max() < 1e-3
    field = layers.deltas_at(part.layers[0], np.arange(len(mirrored), dtype=np.int32))
    assert np.abs(field[:, 2]).max() == pytest.approx(0.5, abs=1e-5)


@pytest.mark.parametrize(("turn", "tilt"), [(0.0, 0.0), (30.0, 0.0), (-75.0, 40.0), (180.0, -10.0)])
def test_a_cut_by_a_plane_that_was_turned_keeps_what_lies_in_front_of_it(turn, tilt):
    document, part, history = dressed()
    whole, normal = part.to_world(part.surface.vertices), direction("+z", turn, tilt)
    history.do(plan(document, "part", "cut", {"axis": "+z", "at": 1.0, "turn": turn, "tilt": tilt}).edit)
    places = part.to_world(part.surface.vertices)
    assert (places @ normal).min() > 1.0 - 2e-3 and np.abs(places @ normal - 1.0).min() < 2e-3
    assert len(places) >= (whole @ normal > 1.0).sum() > 0


def test_a_place_that_was_cut_away_is_said():
    document, _, _ = dressed()
    found = plan(document, "part", "cut", {"axis": "-y", "at": -3.0})
    assert any("T11 moved" in line for line in found.report.losses())
    assert any("Gap moved" in line for line in found.report.losses())


def test_down_and_up_restores_detail_and_up_and_down_the_coarse_shape():
    document, part, history = dressed()
    coarse = part.surface.vertices.copy()
    history.do(plan(document, "part", "up").edit)
    history.do(plan(document, "part", "down").edit)
    assert part.surface.vertices.tobytes() == coarse.tobytes()
    history.do(plan(document, "part", "up").edit)
    stroke(history, part, BASE, part.surface.vertices[:, 0] > 3, [0.3, 0.1, 0])
    stroke(history, part, part.layers[0].id, part.surface.vertices[:, 0] < -3, [0.3, 0.1, 0])
    part.surface.arrays["labels"][5] = 48
    fine, faces, labels = part.surface.vertices.copy(), part.surface.faces, part.surface.labels.copy()
    history.do(plan(document, "part", "down").edit)
    assert len(part.surface.faces) == len(faces) // 4
    assert not np.array_equal(part.surface.vertices, coarse)  # it follows what was done above
    history.do(plan(document, "part", "up").edit)
    assert np.abs(part.surface.vertices - fine).max() < 1e-6
    assert np.array_equal(part.surface.faces, faces) and np.array_equal(part.surface.labels, labels)


def test_detail_turns_with_the_coarse_shape():
    document = Document()
    part = Part("part", "ball", sphere(2))
    document.set(("parts", "part"), part)
    history = History(document)
    history.do(plan(document, "part", "up").edit)
    rng = np.random.default_rng(0)
    rows = np.arange(len(part.surface.vertices), dtype=np.int32)
    bumps = part.surface.vertices * (1 + rng.uniform(0, 0.05, (len(rows), 1)))
    history.do(layers.stroke_edit(part, BASE, rows, part.surface.vertices.copy(), bumps.astype(np.float32)))
    fine = part.surface.vertices.astype(np.float64)
    history.do(plan(document, "part", "down").edit)
    turn = np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]])
    rows = np.arange(len(part.surface.vertices), dtype=np.int32)
    before = part.surface.vertices.copy()
    history.do(layers.stroke_edit(part, BASE, rows, before, (before @ turn.T).astype(np.float32)))
    history.do(plan(document, "part", "up").edit)
    assert np.abs(part.surface.vertices - fine @ turn.T).max() < 1e-4


def test_going_down_without_having_come_up_is_refused_and_a_remesh_ends_the_levels():
    document, part, history = dressed()
    with pytest.raises(TopologyError) as caught:
        plan(document, "part", "down")
    assert caught.value.kind == "not_fit" and "Decimate" in caught.value.remedy
    history.do(plan(document, "part", "up").edit)
    found = plan(document, "part", "isotropic", {"edge": 1.0})
    history.do(found.edit)
    assert not part.below and any("level of resolution" in line for line in found.report.losses())
    history.undo()
    assert len(part.below) == 1


@pytest.mark.parametrize("name", DO)
def test_locked_teeth_stay_bit_identical_or_the_work_is_refused(name):
    document, part, history = dressed()
    part.locked = frozenset({11})
    held = locked_vertices(part)
    was = {row.tobytes() for row in part.surface.vertices[held]}
    try:
        history.do(plan(document, "part", name, DO[name]).edit)
    except TopologyError as refused:
        assert refused.kind == "locked" and refused.remedy
        assert name in {"voxel", "decimate", "up", "cut", "mirror"}
        return
    assert was <= {row.tobytes() for row in part.surface.vertices}


@pytest.mark.parametrize(
    ("name", "options", "kind"),
    [
        ("voxel", {"size": 0.0}, "argument"),
        ("voxel", {"size": 0.0011}, "too_large"),
        ("voxel", {"side": 1.0}, "argument"),
        ("melt", {}, "argument"),
        ("cut", {"axis": "w"}, "argument"),
        ("cut", {"at": 99.0}, "empty"),
        ("fill", {"longest": 1.0}, "not_fit"),
        ("decimate", {"faces": 2}, "argument"),
    ],
)
def test_what_cannot_be_is_refused_with_a_remedy(name, options, kind):
    document, _, _ = dressed()
    with pytest.raises((ArgumentError, TopologyError)) as caught:
        plan(document, "part", name, options)
    assert caught.value.kind == kind and caught.value.remedy


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.lists(st.sampled_from(sorted(OPERATIONS)), min_size=1, max_size=3))
def test_broken_meshes_are_worked_on_or_refused_and_undo_brings_them_back(seed, names):
    rng = np.random.default_rng(seed)
    vertices = rng.normal(0, 2, (12, 3)).astype(np.float32)
    vertices[rng.integers(0, 12, 2)] = vertices[0]
    faces = rng.integers(0, 12, (rng.integers(1, 16), 3)).astype(np.int32)
    document = Document()
    part = Part("part", "broken", Surface(vertices, faces, arrays={"labels": rng.integers(0, 2, 12).astype(np.int16)}))
    document.set(("parts", "part"), part)
    history = History(document)
    history.do(layers.add_edit(part))
    stroke(history, part, part.layers[0].id, np.arange(12) < 5, [0.2, 0, 0])
    before, count = bits(document), 0
    for name in names:
        options = {"size": 0.8} if name == "voxel" else {"edge": 0.8} if name == "isotropic" else {}
        try:
            history.do(plan(document, "part", name, options).edit)
        except (ArgumentError, TopologyError) as refused:
            assert refused.remedy
            continue
        count += 1
        assert np.isfinite(part.surface.vertices).all() and part.surface.faces.max() < len(part.surface.vertices)
    for _ in range(count):
        history.undo()
    assert bits(document) == before


@pytest.mark.parametrize("name", OPERATIONS)
def test_one_triangle_is_worked_on_or_refused(name):
    document = Document()
    corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32)
    document.set(("parts", "part"), Part("part", "one", Surface(corners, np.array([[0, 1, 2]], np.int32))))
    history = History(document)
    try:
        history.do(plan(document, "part", name).edit)
    except (ArgumentError, TopologyError) as refused:
        assert refused.remedy
    assert np.isfinite(document.parts["part"].surface.vertices).all()


def test_a_part_that_is_no_surface_is_refused():
    document, part, _ = dressed()
    part.surface.vertices[3] = np.nan
    for name in OPERATIONS:
        with pytest.raises(TopologyError, match="no numbers"):
            plan(document, "part", name)
    part.preview = True
    with pytest.raises(ArgumentError, match="being prepared"):
        plan(document, "part", "up")
    assert default_options(part, "decimate")["faces"] == len(part.surface.faces) // 2


REMESHED = [
    ("voxel", {}),
    ("voxel", {"size": 0.5}),
    ("isotropic", {}),
    ("isotropic", {"edge": 0.5}),
    ("decimate", {}),
    ("decimate", {"faces": 25000}),
    ("up", {}),
    ("fill", {}),
    ("cut", {"axis": "+x", "at": 4.0}),
    ("smooth-boundary", {}),
]


@pytest.mark.parametrize(("name", "options"), REMESHED)
def test_labels_of_a_remeshed_demo_smile_agree_by_nearest_point(name, options):
    from neodent_viewer.jobs.demo import demo_document

    document = demo_document()
    part = list(document.parts.values())[1]
    old, history = part.surface, History(document)
    if name == "fill":  # the smile's only hole is its base, which no scan has closed
        part.surface, inside = _holed_over_a_margin(old)
    history.do(plan(document, part.id, name, options).edit)
    assert _agreement(old, part.surface) >= 0.99
    if name == "fill":
        new, whole = part.surface, patch_counts(old.labels, old.faces)
        faces = np.ascontiguousarray(new.faces[inside(new.vertices)[new.faces].all(axis=1)])
        cap = Surface(new.vertices, faces, arrays={"labels": new.labels})
        assert set(new.labels[cap.faces].ravel().tolist()) == {0, 46}
        assert _agreement(old, cap) >= 0.9 and patch_counts(new.labels, new.faces) == whole
    found = statistics(part.surface.faces, len(part.surface.vertices))
    assert (found.non_manifold_edges, found.flipped_edges) == (0, 0)
    surface = part.surface
    loose = patch_counts(np.zeros_like(surface.labels), surface.faces)[
        0
    ]  # a crumb that hangs on nothing keeps its label
    assert not {label: n for label, n in patch_counts(surface.labels, surface.faces).items() if n > loose}
    if name == "up":
        history.do(plan(document, part.id, "down").edit)
        assert _agreement(old, part.surface) == 1.0


def test_a_mirrored_half_of_the_demo_smile_bears_the_labels_of_its_original():
    from neodent_viewer.jobs.demo import demo_document

    document = demo_document()
    part = list(document.parts.values())[1]
    old = part.surface
    History(document).do(plan(document, part.id, "mirror", {"axis": "-x"}).edit)
    new = part.surface
    whole = np.concatenate([old.vertices, old.vertices * np.float32([-1, 1, 1])])
    labels = np.concatenate([old.labels, mirrored_labels(old.labels)])
    faces = np.concatenate([old.faces, old.faces[:, ::-1] + len(old.vertices)])
    kept = (np.r_[-old.vertices[:, 0], -old.vertices[:, 0]] > 0)[faces].any(axis=1)
    assert _agreement(Surface(whole, faces[kept], arrays={"labels": labels}), new) >= 0.99


def _holed_over_a_margin(whole):
    """Return the jaw without its faces about one place on the margin of the lower right first molar, and what is there."""
    crown = whole.labels == 46
    mixed = whole.faces[crown[whole.faces].any(axis=1) & (whole.labels[whole.faces] == 0).any(axis=1)]
    margin = whole.vertices[np.unique(mixed)]
    middle = margin[np.argmin(margin[:, 0])]

    def inside(vertices):
        return np.linalg.norm(vertices - middle, axis=1) <= 1.5

    left = whole.faces[~inside(whole.vertices)[whole.faces].any(axis=1)]
    rows, faces = np.unique(left, return_inverse=True)
    faces = faces.reshape(-1, 3).astype(np.int32)
    return Surface(whole.vertices[rows], faces, arrays={"labels": whole.labels[rows]}), inside


def _agreement(old, new):
    """Return the share of the new area that bears the label of the nearest old point."""
    rng = np.random.default_rng(0)
    weights = rng.dirichlet((1, 1, 1), len(new.faces))
    places = np.einsum("ij,ijk->ik", weights, new.vertices[new.faces].astype(np.float64))
    face, at, _ = Bvh(old.vertices, old.faces).closest_many(places)
    was = old.labels[old.faces[face, at.argmax(axis=1)]]
    now = new.labels[new.faces[np.arange(len(new.faces)), weights.argmax(axis=1)]]
    area = areas(new.vertices, new.faces)
    return (area * (was == now)).sum() / area.sum()
