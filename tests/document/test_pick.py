"""The picker against the part's own geometry: transforms, hidden parts and previews, edits while trees are kept."""

import threading

import numpy as np
import pytest

from neodent_viewer.document.document import Document
from neodent_viewer.document.part import Part
from neodent_viewer.document.pick import Picker
from neodent_viewer.mesh.bvh import Bvh
from neodent_viewer.mesh.shapes import plane, sphere


@pytest.fixture
def document():
    document = Document()
    document.set(("parts", "ball"), Part("ball", "ball", sphere(4, radius=10.0)))
    document.set(("parts", "sheet"), Part("sheet", "sheet", plane(10, side=60.0), transform=shift(0, 0, -20)))
    return document


@pytest.fixture
def picker(document):
    picker = Picker(document)
    yield picker
    picker.close()


def shift(*by):
    matrix = np.eye(4)
    matrix[:3, 3] = by
    return matrix


def test_the_nearest_part_is_hit(picker):
    hit = picker.pick([0.1, 0.2, 50], [0, 0, -1])
    assert (hit.part_id, hit.distance) == ("ball", pytest.approx(40, abs=0.02))
    assert np.allclose(hit.normal, [0, 0, 1], atol=0.1)
    assert picker.pick([25, 25, 50], [0, 0, -3]).part_id == "sheet"
    assert picker.pick([25, 25, -50], [0, 0, 1]).normal[2] == pytest.approx(-1)
    assert picker.pick([0, 0, 50], [0, 0, 1]) is None


def test_hidden_parts_and_previews_are_passed_through(document, picker):
    for field, value, back in (("visible", False, True), ("preview", True, False)):
        document.set(("parts", "ball", field), value)
        assert picker.pick([0, 0, 50], [0, 0, -1]).part_id == "sheet"
        document.set(("parts", "ball", field), back)
        assert picker.pick([0, 0, 50], [0, 0, -1]).part_id == "ball"


def test_the_position_lies_on_the_face_in_world_under_any_transform(document, picker):
    rng = np.random.default_rng(0)
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0] * 1.7
    transform = np.eye(4)
    transform[:3, :3], transform[:3, 3] = turn, [3, -4, 5]
    part = document.parts["ball"]
    part.surface.origin = np.array([2.0, 1.0, -1.0])
    document.set(("parts", "ball", "transform"), transform)
    hits = 0
    for _ in range(60):
        origin = rng.normal(size=3) * 40
        direction = rng.normal(size=3) * 10 - origin
        hit = picker.pick(origin, direction)
        if hit and hit.part_id == "ball":
            hits += 1
            corners = part.to_world(part.surface.vertices[part.surface.faces[hit.face]])
            assert np.allclose(hit.weights @ corners, hit.position)
            along = direction / np.linalg.norm(direction)
            assert np.allclose(origin + hit.distance * along, hit.position, atol=1e-6)
            assert hit.normal @ direction <= 0
    assert 20 < hits < 60


def test_edits_are_followed(document, picker):
    part = document.parts["ball"]
    assert picker.pick([0, 0, 50], [0, 0, -1]).distance == pytest.approx(40, abs=0.01)
    top = np.flatnonzero(part.surface.vertices[:, 2] > 9).astype(np.int32)
    document.write_vertices("ball", "position", top, part.surface.vertices[top] + np.float32([0, 0, 5]))
    part.surface.vertices[top] += np.float32([0, 0, 1])
    document.touch("ball", "position", top)
    assert picker.pick([0, 0, 50], [0, 0, -1]).distance == pytest.approx(34, abs=0.01)
    part.surface.vertices[:] *= np.float32(2)
    document.touch("ball", "position", None)
    assert picker.pick([0, 0, 50], [0, 0, -1]).distance == pytest.approx(18, abs=0.01)


def test_a_new_surface_and_a_removed_part_are_followed(document, picker):
    picker.pick([0, 0, 50], [0, 0, -1])
    document.replace_surface("ball", sphere(3, radius=20.0))
    assert picker.pick([0, 0, 50], [0, 0, -1]).distance == pytest.approx(30, abs=0.01)
    document.set(("parts", "ball"), None)
    assert picker.pick([0, 0, 50], [0, 0, -1]).part_id == "sheet"


def test_trees_are_kept_between_picks(document, picker):
    assert picker.tree("ball") is picker.tree("ball")
    frozen = sphere(1)
    frozen.vertices.setflags(write=False)
    document.set(("parts", "frozen"), Part("frozen", "frozen", frozen))
    assert picker.tree("frozen") is picker.tree("frozen")


def test_prepared_in_a_worker_while_vertices_move(document, picker):
    part = document.parts["ball"]
    worker = threading.Thread(target=picker.prepare, args=("ball",))
    worker.start()
    everything = np.arange(len(part.surface.vertices), dtype=np.int32)
    document.write_vertices("ball", "position", everything, part.surface.vertices * np.float32(1.5))
    worker.join()
    assert picker.pick([0, 0, 50], [0, 0, -1]).distance == pytest.approx(35, abs=0.01)


def test_a_closed_picker_no_longer_listens(document):
    picker = Picker(document)
    picker.tree("ball")
    picker.close()
    document.touch("ball", "position", None)
    assert picker._moved == {}


def beside(picker):
    """What a ray hits that passes the ball of 10 mm and meets the one of 15: boxes of the first let it through."""
    return picker.pick([12, 0, 50], [0, 0, -1])


class Meanwhile:
    """Rows that moved, told while another thread brings the tree up to date."""

    path = ("parts", "ball", "arrays", "position")

    def __init__(self, rows, deed):
        self.rows, self.deed = rows, deed

    @property
    def indices(self):
        worker = threading.Thread(target=self.deed)
        worker.start()
        worker.join()
        return self.rows


def test_rows_told_while_a_worker_catches_up_are_not_lost(document, picker):
    part = document.parts["ball"]
    picker.tree("ball")
    everything = np.arange(len(part.surface.vertices), dtype=np.int32)
    document.touch("ball", "position", everything[:1])

    def catch_up():  # the rows are not told yet, so their boxes stay as they are
        vertices = part.surface.vertices.copy()
        part.surface.vertices[:] = vertices / np.float32(1.5)
        picker.prepare("ball")
        part.surface.vertices[:] = vertices

    part.surface.vertices[:] *= np.float32(1.5)
    picker._on_change(Meanwhile(everything, catch_up))
    assert beside(picker).distance == pytest.approx(41, abs=0.05)


def test_two_threads_that_build_the_same_tree_keep_one_that_is_up_to_date(document, picker, monkeypatch):
    built, go = threading.Event(), threading.Event()

    class FirstIsLate(Bvh):
        def __init__(self, *args):
            super().__init__(*args)
            if not built.is_set():
                built.set()
                go.wait(30)

    monkeypatch.setattr("neodent_viewer.document.pick.Bvh", FirstIsLate)
    part = document.parts["ball"]
    everything = np.arange(len(part.surface.vertices), dtype=np.int32)
    worker = threading.Thread(target=picker.prepare, args=("ball",))
    worker.start()
    assert built.wait(30)
    document.write_vertices("ball", "position", everything, part.surface.vertices * np.float32(1.5))
    assert beside(picker).distance == pytest.approx(41, abs=0.05)
    go.set()
    worker.join()
    assert beside(picker).distance == pytest.approx(41, abs=0.05)
