"""Zones are kept in a project with their undo and their paint; a file from before there were zones has none."""

import sqlite3
from contextlib import closing

import numpy as np
import pytest

from neodent_viewer.core.errors import ProjectFileError
from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import VertexEdit
from neodent_viewer.document.history import History
from neodent_viewer.document.part import BASE, Part
from neodent_viewer.document.zone import ARRAY, Zone
from neodent_viewer.document.zoning import add_edit, change_edit, new_zone, remove_edit
from neodent_viewer.files.project import load_project, save_project
from neodent_viewer.mesh.shapes import sphere


@pytest.fixture
def zoned(tmp_path):
    document = Document()
    document.set(("parts", "ball"), Part("ball", "Ball", sphere(2)))
    history = History(document)
    spot = new_zone(document, "Spot", quantity="ph", caption="After a drink")
    history.do(add_edit(document, spot))
    rows = np.arange(7, dtype=np.int32)
    history.do(VertexEdit("ball", BASE, ARRAY, rows, np.zeros(7, np.int16), np.full(7, spot.number, np.int16)))
    front = new_zone(document, "Front", teeth=(11, 21))
    history.do(add_edit(document, front))
    history.do(change_edit(document, front.id, "Range", low=33.5, high=36.0, colormap="crameri:lapaz"))
    history.do(remove_edit(document, spot.id))
    history.undo()
    path = tmp_path / "a.neodent"
    save_project(document, history, path)
    return document, path


def test_zones_come_back_with_their_paint_and_their_undo(zoned):
    document, path = zoned
    loaded = load_project(path)
    again = loaded.document
    assert again.zones == document.zones and len(again.zones) == 2
    assert (again.parts["ball"].surface.arrays[ARRAY] == document.parts["ball"].surface.arrays[ARRAY]).all()
    history = History(again)
    history.restore(loaded.done, loaded.undone)
    history.redo()
    assert [zone.name for zone in again.zones.values()] == ["Front"]
    assert not again.parts["ball"].surface.arrays[ARRAY].any()
    for _ in range(3):
        history.undo()
    assert [zone.name for zone in again.zones.values()] == ["Spot"]
    assert again.parts["ball"].surface.arrays[ARRAY].sum() == 7


def test_a_file_from_before_zones_is_read_and_written_anew(zoned):
    document, path = zoned
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP TABLE zones")
        db.execute("DELETE FROM history")
        db.execute("PRAGMA user_version=3")
        db.commit()
    again = load_project(path).document
    assert again.zones == {}
    for zone in document.zones.values():
        again.set(("zones", zone.id), zone)
    save_project(again, None, path)
    assert load_project(path).document.zones == document.zones


def test_a_quantity_of_a_newer_program_is_kept(zoned):
    document, path = zoned
    zone = Zone("z", "Sugar", 9, quantity="glucose", colormap="none:such")
    document.set(("zones", "z"), zone)
    save_project(document, None, path)
    assert load_project(path).document.zones["z"] == zone


@pytest.mark.parametrize(
    "damage", ['"number": 0', '"number": "1"', '"number": true', '"teeth": [99]', '"teeth": null', '"name": null']
)
def test_a_zone_that_cannot_be_is_a_damaged_project(zoned, damage):
    _, path = zoned
    field = damage.partition(":")[0]
    with closing(sqlite3.connect(path)) as db:
        for key, text in db.execute("SELECT key, json FROM zones").fetchall():
            start = text.index(field)
            end = start + len(field) + 1 + (text[start + len(field) + 1 :] + ",").index(", ")
            db.execute("UPDATE zones SET json = ? WHERE key = ?", (text[:start] + damage + text[end:], key))
        db.commit()
    with pytest.raises(ProjectFileError) as error:
        load_project(path)
    assert error.value.kind == "damaged"
