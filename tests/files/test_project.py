"""Projects: everything comes back, undo goes on, and odd files are refused in words."""

import shutil
import sqlite3
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neodent_viewer.core.errors import ProjectFileError
from neodent_viewer.document.anchor import anchor_at
from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import TopologyEdit, ValueEdit, VertexEdit, set_value
from neodent_viewer.document.finding import Finding
from neodent_viewer.document.history import History
from neodent_viewer.document.look import Look, Shading
from neodent_viewer.document.part import Part
from neodent_viewer.document.probe import Probe
from neodent_viewer.files.project import is_project, load_project, save_project, snapshot, write
from neodent_viewer.files.project_schema import APPLICATION_ID, SCHEMA
from neodent_viewer.files.project_values import decode, encode
from neodent_viewer.glitch.chain import EffectUse
from neodent_viewer.glitch.rules import Rule
from neodent_viewer.mesh.surface import Surface
from neodent_viewer.mesh.weld import weld
from neodent_viewer.sensors.channel import channel


def stroke(part, seed=0, array="position"):
    """Return a VertexEdit of 30 vertices of a part as it is now."""
    rng = np.random.default_rng(seed)
    indices = np.sort(rng.choice(len(part.surface.vertices), 30, replace=False)).astype(np.int32)
    before = part.array(array)[indices].copy()
    after = (before + rng.integers(1, 9, before.shape)).astype(before.dtype)
    return VertexEdit(part.id, "base", array, indices, before, after, "Draw")


@pytest.fixture
def document(part):
    """Return a document in which everything there is stands, and its history: done and undone edits of all kinds."""
    document = Document()
    history = History(document)
    history.do(set_value(document, ("parts", part.id), part, "Open"))
    history.do(stroke(part))
    history.do(stroke(part, 1, "colour"))
    probe = Probe(
        "p1",
        "T11",
        anchor_at(part, 5, np.array([0.2, 0.3, 0.5])),
        11,
        (channel("t11", "temperature"), channel("t11", "ph")),
    )
    history.do(set_value(document, ("probes", "p1"), probe, "Place"))
    old = part.surface
    new = weld(Surface(old.vertices[:-1], old.faces[(old.faces < len(old.vertices) - 1).all(axis=1)]))
    history.do(TopologyEdit(part.id, old, new))
    history.do(stroke(part, 2))
    gone = Part.from_surface(weld(Surface(old.vertices + 1, old.faces)), jaw="lower")
    history.do(set_value(document, ("parts", gone.id), gone, "Open"))
    history.do(stroke(gone, 3))
    history.do(set_value(document, ("parts", gone.id), None, "Remove"))
    look = Look(
        "Stage",
        Shading.HOLOGRAM,
        high=40.0,
        chain=(EffectUse("rgb_split", (("amount", 0.5), ("at", (0.1, 0.2))), False),),
        rules=(Rule("gap", "rgb_split", "amount"),),
    )
    document.set(("looks", "Stage"), look)
    history.do(set_value(document, ("look",), look, "Look"))
    finding = Finding("f1", "Wide", "distance", "a “note”", (probe.anchor,), (("straight", 3.25, "mm"),), (1.0, 2.0))
    history.do(set_value(document, ("findings", "f1"), finding, "Measure"))
    history.do(set_value(document, ("parts", part.id, "transform"), np.diag([1.0, 2.0, 3.0, 1.0]), "Move"))
    settings = {"feed": "sim", "list": [1, [2.5, None]], "$": "odd", "nan": float("inf")}
    history.do(set_value(document, ("settings", "live"), settings, "Feed"))
    history.do(set_value(document, ("settings", "live"), {"feed": "none", "list": []}, "Feed"))
    for _ in range(2):
        history.undo()
    return document, history


def plain(value, seen=None):
    """Return anything in a document as values that compare by what they hold."""
    match value:
        case np.ndarray():
            return (value.dtype.str, value.shape, value.tobytes())
        case Part():
            fields = ("id", "name", "visible", "jaw", "unit", "source", "topology_version", "preview")
            return ("part", *(getattr(value, f) for f in fields), plain(value.surface), plain(value.transform))
        case Surface():
            arrays = {k: plain(v) for k, v in value.arrays.items()}
            return (
                "surface",
                value.name,
                value.report,
                arrays,
                *map(plain, (value.vertices, value.faces, value.origin, value.file_index)),
            )
        case VertexEdit():
            return (
                "vertex",
                value.part,
                value.layer,
                value.array,
                value.title,
                *map(plain, (value.indices, value.before, value.after)),
            )
        case ValueEdit():
            return ("value", value.path, value.title, plain(value.before), plain(value.after))
        case TopologyEdit():
            return ("topology", value.part, value.title, plain(value.old), plain(value.new))
        case dict():
            return {k: plain(v) for k, v in value.items()}
        case tuple() | list():
            return type(value)(plain(v) for v in value)
    return value


def state(document):
    tables = ("parts", "probes", "looks", "findings", "settings", "mappings")
    return {**{table: plain(dict(getattr(document, table))) for table in tables}, "look": document.look}


def order(document):
    return [
        list(getattr(document, table)) for table in ("parts", "probes", "looks", "findings", "settings", "mappings")
    ]


@pytest.fixture
def saved(tmp_path, document):
    path = tmp_path / "smile.neodent"
    save_project(*document, path)
    return path


def test_everything_comes_back(saved, document):
    first, history = document
    loaded = load_project(saved)
    assert state(loaded.document) == state(first)
    assert order(loaded.document) == order(first)
    assert plain(loaded.done) == plain(history.done())
    assert plain(loaded.undone) == plain(history.undone())


def test_undo_and_redo_go_on_after_reopening_step_by_step(saved, document):
    first, history = document
    loaded = load_project(saved)
    again = History(loaded.document)
    again.restore(loaded.done, loaded.undone)
    assert not again.unsaved()
    for move in ("redo", "redo", *["undo"] * 15, *["redo"] * 15):
        getattr(history, move)()
        getattr(again, move)()
        assert state(loaded.document) == state(first)
    assert not history.undone()
    assert len(history.done()) == 14


def test_a_group_of_edits_is_one_step_after_reopening_too(tmp_path, part):
    document = Document()
    history = History(document)
    with history.group("Bring in and hide"):
        history.do(set_value(document, ("parts", part.id), part, "Open"))
        history.do(stroke(part))
        history.do(set_value(document, ("parts", part.id), None, "Remove"))
    save_project(document, history, tmp_path / "smile.neodent")
    loaded = load_project(tmp_path / "smile.neodent")
    again = History(loaded.document)
    again.restore(loaded.done, loaded.undone)
    assert [edit.title for edit in again.done()] == ["Bring in and hide"]
    for move in ("undo", "redo"):
        getattr(history, move)()
        getattr(again, move)()
        assert state(loaded.document) == state(document)
    group = again.done()[0]
    assert group.edits[0].after is group.edits[2].before
    assert plain(group.edits) == plain(history.done()[0].edits)


def test_objects_that_were_one_are_one_again(saved):
    loaded = load_project(saved)
    (part,) = loaded.document.parts.values()
    opened = next(
        e for e in loaded.done if isinstance(e, ValueEdit) and isinstance(e.after, Part) and e.after.id == part.id
    )
    assert opened.after is part
    topology = next(e for e in loaded.done if isinstance(e, TopologyEdit))
    assert topology.new is part.surface
    part.surface.vertices[0] = 7  # loaded arrays can be sculpted, and nothing else changes with them
    assert not (topology.old.vertices[0] == 7).any()


def test_the_file_is_one_sqlite_database_that_says_what_it_is(saved):
    assert sorted(p.name for p in saved.parent.iterdir()) == [saved.name]
    assert is_project(saved)
    copy = sqlite3.connect(saved)
    assert copy.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert copy.execute("PRAGMA user_version").fetchone() == (SCHEMA,)
    assert copy.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    copy.close()


def test_a_copy_of_the_file_alone_is_whole(saved, tmp_path, document):
    other = tmp_path / "elsewhere" / "copy.neodent"
    other.parent.mkdir()
    shutil.copy(saved, other)
    assert state(load_project(other).document) == state(document[0])
    assert [p.name for p in other.parent.iterdir()] == ["copy.neodent"]


def test_saving_again_packs_only_what_changed_and_wipes_what_is_gone(saved, document):
    first, history = document
    (part,) = first.parts.values()
    history.do(stroke(part, 9))

    def arrays():
        db = sqlite3.connect(saved)
        rows = dict(db.execute("SELECT name, rowid FROM arrays"))
        db.close()
        return rows

    before = arrays()
    save_project(first, history, saved)
    after = arrays()
    assert state(load_project(saved).document) == state(first)
    assert len(after.keys() - before.keys()) == 4  # the new positions, and the edit's three arrays
    assert all(after[name] == before[name] for name in before.keys() & after.keys())
    secret = np.frombuffer(b"Maria Muster 1970-01-01 in rows!", np.uint8).copy()
    first.settings["secret"] = secret
    save_project(first, history, saved)
    del first.settings["secret"]
    history.clear()
    save_project(first, history, saved)
    assert len(arrays()) < len(before)
    assert not load_project(saved).done


def test_what_was_removed_leaves_no_bytes_behind(tmp_path, document):
    first, history = document
    path = tmp_path / "x.neodent"
    first.settings["subject"] = "Maria Muster-Beispiel"
    save_project(first, history, path)
    assert b"Maria Muster-Beispiel" in path.read_bytes()
    first.settings["subject"] = ""
    save_project(first, history, path)
    assert b"Maria Muster-Beispiel" not in path.read_bytes()


def test_a_snapshot_stands_while_the_document_goes_on(tmp_path, document):
    first, history = document
    (part,) = first.parts.values()
    first.settings["live"] = {"feed": "sim"}
    expected = state(first)
    frozen = snapshot(first, history)
    history.do(stroke(part, 11))
    history.do(stroke(part, 12))
    first.settings["live"]["feed"] = "changed in place"
    writer = threading.Thread(target=write, args=(frozen, tmp_path / "x.neodent"))
    writer.start()
    writer.join()
    assert state(load_project(tmp_path / "x.neodent").document) == expected


def test_an_unwelded_preview_is_welded_when_it_comes_back(tmp_path, patch):
    vertices, faces = patch
    document = Document()
    soup = Surface(vertices[faces].reshape(-1, 3), np.arange(len(faces) * 3, dtype=np.int32).reshape(-1, 3))
    part = Part.from_surface(soup, preview=True)
    document.parts[part.id] = part
    save_project(document, None, tmp_path / "x.neodent")
    (back,) = load_project(tmp_path / "x.neodent").document.parts.values()
    assert not back.preview
    assert len(back.surface.vertices) == 400


def test_an_empty_document_is_a_project_too(tmp_path):
    save_project(Document(), None, tmp_path / "x.neodent")
    assert state(load_project(tmp_path / "x.neodent").document) == state(Document())


def refused(path, kind):
    with pytest.raises(ProjectFileError) as caught:
        load_project(path)
    assert caught.value.kind == kind
    assert str(path) in caught.value.where
    assert caught.value.remedy


def test_other_files_are_refused(tmp_path, saved):
    refused(tmp_path / "none.neodent", "missing")
    refused(tmp_path, "missing")
    (tmp_path / "text.neodent").write_text("solid jaw")
    refused(tmp_path / "text.neodent", "not_a_project")
    other = sqlite3.connect(tmp_path / "other.neodent")
    other.execute("CREATE TABLE t (x)")
    other.close()
    refused(tmp_path / "other.neodent", "not_a_project")
    assert not is_project(tmp_path / "none.neodent")
    assert not is_project(tmp_path)


def alter(path, *statements):
    db = sqlite3.connect(path)
    for statement in statements:
        db.execute(statement)
    db.commit()
    db.close()


def test_a_newer_project_is_neither_read_nor_overwritten(saved, document):
    alter(saved, f"PRAGMA user_version={SCHEMA + 1}")
    data = saved.read_bytes()
    refused(saved, "newer")
    with pytest.raises(ProjectFileError) as caught:
        save_project(*document, saved)
    assert caught.value.kind == "newer"
    assert saved.read_bytes() == data


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE parts",
        "DELETE FROM meta",
        "DELETE FROM arrays",
        "DELETE FROM surfaces",
        "UPDATE parts SET json = '{}'",
        "UPDATE parts SET json = 'x'",
        "UPDATE arrays SET data = x'00'",
        "UPDATE arrays SET shape = '[1000000000, 1000000000]'",
        "UPDATE arrays SET shape = '[-1]'",
        "UPDATE arrays SET dtype = 'O'",
        "UPDATE arrays SET dtype = '<f8'",
        'UPDATE probes SET json = \'{"$": "Look"}\'',
        'UPDATE probes SET json = \'{"$": "os.system"}\'',
        'UPDATE history SET json = \'{"$": "ValueEdit"}\'',
        "UPDATE history SET json = '3'",
    ],
)
def test_damaged_projects_are_refused(saved, statement):
    alter(saved, statement)
    refused(saved, "damaged")


def test_cut_and_flipped_files_are_refused_or_whole(saved, document, tmp_path):
    data = saved.read_bytes()
    expected = state(document[0])
    rng = np.random.default_rng(5)
    path = tmp_path / "odd.neodent"
    for place in rng.integers(100, len(data), 60):
        odd = bytearray(data)
        odd[place] ^= 1 << rng.integers(8)
        path.write_bytes(odd)
        try:
            found = load_project(path)
        except ProjectFileError as error:
            assert error.kind in ("damaged", "newer", "not_a_project")
            continue
        for part in found.document.parts.values():
            assert np.isfinite(part.surface.vertices).all()
    for share in (0.1, 0.5, 0.99):
        path.write_bytes(data[: int(len(data) * share)])
        refused(path, "damaged")
    path.write_bytes(data)
    assert state(load_project(path).document) == expected


def test_a_damaged_project_can_be_saved_over(saved, document):
    saved.write_bytes(saved.read_bytes()[:5000])
    save_project(*document, saved)
    assert state(load_project(saved).document) == state(document[0])


def test_a_folder_that_takes_no_file_is_said(tmp_path, document):
    with pytest.raises(ProjectFileError) as caught:
        save_project(*document, tmp_path / "no" / "x.neodent")
    assert caught.value.kind == "write"


def test_a_project_in_a_read_only_folder_opens(saved, document, monkeypatch):
    real = sqlite3.connect

    def connect(place, **options):
        if "mode=rw" in str(place):
            raise sqlite3.OperationalError("unable to open database file")
        return real(place, **options)

    monkeypatch.setattr(sqlite3, "connect", connect)
    assert state(load_project(saved).document) == state(document[0])


def test_what_no_project_keeps_is_an_error_and_the_old_file_stays(saved, document):
    first, history = document
    data = saved.read_bytes()
    first.settings["bad"] = object
    with pytest.raises(ProjectFileError) as caught:
        save_project(first, history, saved)
    assert caught.value.kind == "write"
    assert saved.read_bytes() == data
    assert [p.name for p in saved.parent.iterdir()] == [saved.name]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("$"), inner),
    max_leaves=20,
)


@given(JSON)
def test_settings_of_any_shape_come_back(value):
    assert decode(encode(value, None), None, list) == value
