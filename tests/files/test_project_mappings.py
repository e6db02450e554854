"""Which stream belongs to which tooth is kept in a project; a file from before there were mappings has none."""

import sqlite3
from contextlib import closing

import pytest

from neodent_viewer.core.errors import ProjectFileError
from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import set_value
from neodent_viewer.document.history import History
from neodent_viewer.document.mapping import Mapping
from neodent_viewer.files.project import load_project, save_project

ADDRESS = "urn:dev:ow:10e2073a01080063:temp"


@pytest.fixture
def mapped(tmp_path):
    document = Document()
    history = History(document)
    history.do(set_value(document, ("mappings", ADDRESS), Mapping(ADDRESS, 11, "temperature"), "Map"))
    history.do(set_value(document, ("mappings", "/lights/1"), Mapping("/lights/1", 21, "force"), "Map"))
    history.do(set_value(document, ("mappings", ADDRESS), None, "Unmap"))
    history.undo()
    path = tmp_path / "a.neodent"
    save_project(document, history, path)
    return document, path


def test_mappings_come_back_with_their_undo(mapped):
    document, path = mapped
    loaded = load_project(path)
    assert (
        loaded.document.mappings
        == document.mappings
        == {
            ADDRESS: Mapping(ADDRESS, 11, "temperature"),
            "/lights/1": Mapping("/lights/1", 21, "force"),
        }
    )
    history = History(loaded.document)
    history.restore(loaded.done, loaded.undone)
    history.redo()
    assert list(loaded.document.mappings) == ["/lights/1"]
    history.undo()
    history.undo()
    assert list(loaded.document.mappings) == [ADDRESS]


def test_a_file_from_before_mappings_is_read_and_written_anew(mapped):
    _, path = mapped
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP TABLE mappings")
        db.execute("DELETE FROM history")
        db.execute("PRAGMA user_version=2")
        db.commit()
    again = load_project(path).document
    assert again.mappings == {}
    again.set(("mappings", ADDRESS), Mapping(ADDRESS, 12, "ph"))
    save_project(again, None, path)
    assert load_project(path).document.mappings == {ADDRESS: Mapping(ADDRESS, 12, "ph")}


@pytest.mark.parametrize("damage", ['"tooth": 99', '"tooth": "11"', '"tooth": true', '"tooth": null'])
def test_a_mapping_to_no_tooth_is_a_damaged_project(mapped, damage):
    _, path = mapped
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE mappings SET json = replace(json, '\"tooth\": 11', ?)", (damage,))
        db.commit()
    with pytest.raises(ProjectFileError) as error:
        load_project(path)
    assert error.value.kind == "damaged"
