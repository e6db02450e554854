"""Where probes go by themselves: on the facial side of the right crown, whichever way a scan lies."""

import json
from pathlib import Path

import numpy as np
import pytest

from neodent_viewer.document.anchor import world_position
from neodent_viewer.document.document import Document
from neodent_viewer.document.history import History
from neodent_viewer.document.part import Part
from neodent_viewer.live.placement import (
    USUAL_TEETH,
    facial_vertices,
    place_probes,
    probe_at,
    probe_edits,
    propose_probes,
    propose_spread,
    usual_quantities,
)
from neodent_viewer.mesh.surface import Surface

ARCH = (17, 16, 15, 14, 13, 12, 11, 21, 22, 23, 24, 25, 26, 27)
SJTU = Path(__file__).resolve().parents[3] / "shared" / "data" / "sjtu"


def ball(centre, radius=3.0, rows=12):
    u, v = np.meshgrid(np.linspace(0, np.pi, rows), np.linspace(0, 2 * np.pi, 2 * rows, endpoint=False), indexing="ij")
    points = np.stack([np.sin(u) * np.cos(v), np.cos(u), np.sin(u) * np.sin(v)], -1).reshape(-1, 3) * radius + centre
    i, j = np.meshgrid(np.arange(rows - 1), np.arange(2 * rows), indexing="ij")
    a, b = (i * 2 * rows + j).ravel(), (i * 2 * rows + (j + 1) % (2 * rows)).ravel()
    below = 2 * rows
    return points, np.concatenate([np.stack([a, b, a + below], 1), np.stack([b, b + below, a + below], 1)])


def centres(teeth=ARCH):
    """Return balls' centres on a U: front at +z, the patient's right at -x."""
    angle = {tooth: (tooth % 10 - 0.5) * 0.19 * (-1 if tooth // 10 in (1, 4) else 1) for tooth in teeth}
    return {t: np.array([28 * np.sin(a), 0.3 * np.cos(5 * a), 40 * (np.cos(a) - 0.6)]) for t, a in angle.items()}


def jaw(teeth=ARCH, turn=None, labels=True):
    points, faces, marks = [], [], []
    for tooth, centre in centres(teeth).items():
        p, f = ball(centre)
        faces.append(f + sum(map(len, points)))
        points.append(p)
        marks += [tooth] * len(p)
    points = np.concatenate(points)
    surface = Surface(points if turn is None else points @ turn.T, np.concatenate(faces))
    if labels:
        surface.arrays["labels"] = np.array(marks, np.int16)
    return Part("upper", "Upper jaw", surface)


def document(*parts):
    document = Document()
    for part in parts:
        document.set(("parts", part.id), part)
    return document


TURN = np.linalg.qr(np.array([[0.2, -0.9, 0.3], [0.7, 0.1, 0.8], [-0.6, -0.4, 0.5]]))[0]


@pytest.mark.parametrize("turn", [None, TURN], ids=["upright", "as it fell"])
def test_a_facial_point_is_on_its_tooth_facing_out_of_the_arch(turn):
    part = jaw(turn=turn)
    found = facial_vertices(part)
    assert set(found) == set(ARCH)
    middle = np.mean(list(centres().values()), axis=0)
    for tooth, vertex in found.items():
        assert part.surface.labels[vertex] == tooth
        at = part.surface.vertices[vertex] @ (np.eye(3) if turn is None else turn)  # back to upright
        out = at - centres()[tooth]
        assert out @ (centres()[tooth] - middle) > 0, "outwards"
        assert abs(out[1]) < 1.0, "half-way up"
        neighbours = [centres()[t] for t in ARCH if abs(ARCH.index(t) - ARCH.index(tooth)) == 1]
        assert min(np.linalg.norm(at - n) for n in neighbours) > np.linalg.norm(out), "not in a gap between teeth"


def test_only_teeth_asked_for_and_there_get_probes():
    doc = document(jaw())
    placed = place_probes(doc, teeth=(11, 21, 48))
    assert [probe.tooth for probe in placed] == [11, 21]
    assert list(doc.probes) == ["probe-t11", "probe-t21"]
    assert [c.key for c in placed[0].channels] == ["t11/temperature", "t11/ph"]
    assert place_probes(doc, teeth=(11, 21)) == (), "no second one on the same tooth"


def test_usual_teeth_carry_usual_quantities():
    placed = place_probes(document(jaw()))
    assert [probe.tooth for probe in placed] == [t for t in USUAL_TEETH if t in ARCH]
    for probe in placed:
        assert tuple(c.quantity.name for c in probe.channels) == usual_quantities(probe.tooth)
    only = place_probes(document(jaw()), teeth=(16,), quantities=("ph",))
    assert [c.key for c in only[0].channels] == ["t16/ph"]


def test_an_unknown_quantity_changes_nothing():
    doc = document(jaw())
    with pytest.raises(KeyError, match="mood"):
        place_probes(doc, quantities=("mood",))
    assert not doc.probes


def test_a_jaw_of_one_or_two_teeth_will_do():
    for teeth in ((11,), (11, 21)):
        found = facial_vertices(jaw(teeth))
        part = jaw(teeth)
        for tooth, vertex in found.items():
            assert (part.surface.vertices[vertex] - centres(teeth)[tooth])[2] > 2.0, "incisors face the front"


def test_probes_sit_where_the_part_is_in_the_world():
    part = jaw()
    part.transform = np.array([[0, 0, 1, 5], [0, 1, 0, 6], [-1, 0, 0, 7], [0, 0, 0, 1]], float)
    doc = document(part)
    (probe,) = place_probes(doc, teeth=(11,))
    vertex = facial_vertices(part, (11,))[11]
    np.testing.assert_allclose(world_position(probe.anchor, part), part.to_world(part.surface.vertices[vertex]))


def test_previews_and_unlabelled_scans_get_nothing_by_themselves():
    preview = jaw()
    preview.preview = True
    assert propose_probes(document(preview)) == ()
    assert propose_probes(document(jaw(labels=False))) == ()
    assert propose_spread(document(preview)) == ()
    assert propose_spread(Document()) == ()


def test_a_scan_without_labels_gets_three_points_apart_at_the_front():
    part = jaw(labels=False)
    front, right, left = propose_spread(document(part))
    assert {p.tooth for p in (front, right, left)} == {0}
    at = [world_position(p.anchor, part) for p in (front, right, left)]
    assert at[0][2] > 15 and abs(at[0][0]) < 8
    assert at[1][0] < -10 and at[2][0] > 10
    assert all(abs(p[1]) < 2.0 for p in at)


def test_edits_place_and_take_back():
    doc = document(jaw())
    history = History(doc)
    for edit in probe_edits(doc, propose_probes(doc, (11, 13))):
        history.do(edit)
    assert len(doc.probes) == 2
    history.undo()
    assert list(doc.probes) == ["probe-t11"]
    history.redo()
    assert list(doc.probes) == ["probe-t11", "probe-t13"]


def test_ids_and_channels_come_from_the_name():
    doc = document(jaw())
    anchor = place_probes(doc, (11,))[0].anchor
    assert probe_at(anchor, 11) == doc.probes["probe-t11"]
    second = probe_at(anchor, 11, name="t11b")
    assert (second.id, second.channels[0].key) == ("probe-t11b", "t11b/temperature")
    assert probe_at(anchor).id != probe_at(anchor).id


@pytest.mark.skipif(not SJTU.is_dir(), reason="the real scans are not here")
@pytest.mark.parametrize("name", ["case0_upper", "case0_lower"])
def test_on_a_real_scan_probes_face_away_from_the_mouth(name):
    from neodent_viewer.files import read_surfaces

    (surface,) = read_surfaces(SJTU / f"{name}.ply")
    part = Part.from_surface(surface)
    teeth = sorted(set(json.loads((SJTU / f"{name}.json").read_text())["labels"]) - {0})
    found = facial_vertices(part)
    assert sorted(found) == teeth
    labels, vertices = surface.labels, surface.vertices.astype(float)
    crowns = {tooth: vertices[labels == tooth].mean(axis=0) for tooth in teeth}
    middle = np.mean([crowns[tooth] for tooth in teeth], axis=0)
    for tooth, vertex in found.items():
        assert labels[vertex] == tooth
        assert (vertices[vertex] - crowns[tooth]) @ (crowns[tooth] - middle) > 0
