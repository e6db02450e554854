"""Layers, base and original in a project file: all of it comes back, undo goes on, and what does not fit is refused."""

import json
import sqlite3

import numpy as np
import pytest

from neodent_viewer.core.errors import ProjectFileError
from neodent_viewer.document import layers
from neodent_viewer.document.document import Document
from neodent_viewer.document.history import History
from neodent_viewer.document.original import original_positions
from neodent_viewer.document.part import BASE
from neodent_viewer.files.project import load_project, save_project
from neodent_viewer.files.project_schema import SCHEMA


def state(part):
    kept = [(x.id, x.name, x.strength, x.visible, x.indices.tobytes(), x.deltas.tobytes()) for x in part.layers]
    base = None if part.base is None else part.base.tobytes()
    return part.surface.vertices.tobytes(), base, kept, original_positions(part).tobytes()


@pytest.fixture
def sculpted(part):
    """Return a document with a part of two layers, and its history."""
    document = Document()
    history = History(document)
    document.set(("parts", part.id), part)
    rng = np.random.default_rng(1)

    def stroke(layer_id):
        rows = np.sort(rng.choice(len(part.surface.vertices), 40, replace=False)).astype(np.int32)
        before = part.surface.vertices[rows]
        after = before + rng.normal(size=(40, 3)).astype(np.float32)
        history.do(layers.stroke_edit(part, layer_id, rows, before, after))

    stroke(BASE)
    for name in ("Cusps", "Margins"):
        history.do(layers.add_edit(part, name))
        stroke(part.layers[-1].id)
    history.do(layers.strength_edit(part, part.layers[0].id, 0.4))
    stroke(part.layers[0].id)
    history.do(layers.visible_edit(part, part.layers[1].id, False))
    history.do(layers.move_edit(part, part.layers[1].id, 0))
    stroke(BASE)
    return document, history


def test_layers_base_and_original_come_back_and_undo_goes_on(sculpted, tmp_path):
    document, history = sculpted
    part = next(iter(document.parts.values()))
    save_project(document, history, tmp_path / "a.neodent")
    loaded = load_project(tmp_path / "a.neodent")
    again = loaded.document.parts[part.id]
    assert state(again) == state(part)
    other = History(loaded.document)
    other.restore(loaded.done, loaded.undone)
    while history.undo():
        other.undo()
        assert state(again) == state(part)
    while history.redo():
        other.redo()
        assert state(again) == state(part)


def test_a_file_of_the_first_schema_is_read_and_written_anew(sculpted, tmp_path):
    document, _ = sculpted
    part = next(iter(document.parts.values()))
    document.set(("parts", part.id, "layers"), ())
    path = tmp_path / "a.neodent"
    save_project(document, None, path)
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version=1")
        number, text = db.execute("SELECT number, json FROM parts").fetchone()
        plain = json.loads(text)
        del plain["state"]
        db.execute("UPDATE parts SET json = ? WHERE number = ?", (json.dumps({**plain, "layers": []}), number))
    db.close()
    again = load_project(path).document
    assert np.array_equal(again.parts[part.id].surface.vertices, part.surface.vertices)
    save_project(again, None, path)
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA user_version").fetchone() == (SCHEMA,)
    db.close()


@pytest.mark.parametrize(
    "damage",
    [
        lambda plain: plain["layers"][0].update(strength=2.0),
        lambda plain: plain.update(base=None),
        lambda plain: plain["layers"][0].update(deltas=plain["base"]),
        lambda plain: plain["layers"][0].update(indices=plain["layers"][1]["deltas"]),
    ],
)
def test_layers_that_do_not_fit_are_damage(sculpted, tmp_path, damage):
    path = tmp_path / "a.neodent"
    save_project(sculpted[0], None, path)
    with sqlite3.connect(path) as db:
        number, text = db.execute("SELECT number, json FROM parts").fetchone()
        plain = json.loads(text)
        damage(plain["state"])
        db.execute("UPDATE parts SET json = ? WHERE number = ?", (json.dumps(plain), number))
    db.close()
    with pytest.raises(ProjectFileError) as caught:
        load_project(path)
    assert caught.value.kind == "damaged"
