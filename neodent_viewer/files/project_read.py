"""Reading a project: every value is checked on the way in, for a file may be damaged or a stranger's."""

from __future__ import annotations

import json
import sqlite3
import zlib
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.document.chapter import Chapter
from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import Edit, EditGroup, TopologyEdit, ValueEdit, VertexEdit
from neodent_viewer.document.finding import Finding
from neodent_viewer.document.look import Look
from neodent_viewer.document.mapping import Mapping
from neodent_viewer.document.part import STRONGEST, Part, PartState, SculptLayer
from neodent_viewer.document.probe import Probe
from neodent_viewer.document.zone import Zone
from neodent_viewer.files.project_arrays import unpack
from neodent_viewer.files.project_schema import opened, project_error
from neodent_viewer.files.project_values import decode
from neodent_viewer.mesh.surface import ReadReport, Surface
from neodent_viewer.mesh.weld import weld

#: tables that a file written before there was such a thing does not have
_LATER = frozenset({"mappings", "zones", "chapters"})
#: what odd bytes raise on their way through JSON, zlib, numpy and the house's constructors
_ODD = (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError, MemoryError, zlib.error)


def read(path: Path | str) -> tuple[Document, tuple[Edit, ...], tuple[Edit, ...]]:
    """Return the document of a project, the edits that stand (oldest first) and those undone (next first).

    Raises ProjectFileError ``missing``, ``not_a_project``, ``newer``, ``busy`` or ``damaged``.
    """
    path = Path(path)
    with opened(path) as connection:
        try:
            return _Reader(connection).read()
        except _ODD as error:
            what = f"The project is damaged: {type(error).__name__} {error}."
            raise project_error("damaged", what, path, "Open a copy or an older version of it.") from error


def read_setting(path: Path, key: str) -> Any:
    """Return one setting of plain JSON, without reading the rest; None where there is none. Raises ProjectFileError."""
    with opened(path) as connection:
        row = connection.execute("SELECT json FROM settings WHERE key = ?", (key,)).fetchone()
    try:
        return None if row is None else json.loads(row[0])
    except _ODD as error:
        what = f"The project is damaged: {type(error).__name__} {error}."
        raise project_error("damaged", what, path, "Open a copy or an older version of it.") from error


class _Reader:
    """Reads the tables into a new document; a `Giver` for the values in it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._arrays: dict[str, NDArray[Any]] = {}
        self._surfaces: dict[int, Surface] = {}
        self._parts: dict[int, Part] = {}

    def read(self) -> tuple[Document, tuple[Edit, ...], tuple[Edit, ...]]:
        """Return document, edits done and undone."""
        document = Document()
        for number, text in self._rows("SELECT number, json FROM surfaces"):
            self._surfaces[number] = _surface(self._value(text))
        for number, text in self._rows("SELECT number, json FROM parts"):
            self._parts[number] = _part(self._value(text))
        for (number,) in self._rows("SELECT number FROM parts WHERE place IS NOT NULL ORDER BY place"):
            document.parts[self._parts[number].id] = self._parts[number]
        self._read_table("probes", Probe, document.probes)
        self._read_table("looks", Look, document.looks)
        self._read_table("findings", Finding, document.findings)
        for key, text in self._rows("SELECT key, json FROM settings ORDER BY place"):
            document.settings[key] = decode(json.loads(text), self, list)
        self._read_table("mappings", Mapping, document.mappings)
        self._read_table("zones", Zone, document.zones)
        self._read_table("chapters", Chapter, document.chapters)
        (look,) = self._rows("SELECT json FROM meta WHERE key = 'look'")
        document.look = _expect(self._value(look[0]), Look)
        edits: tuple[list[Edit], list[Edit]] = ([], [])
        for undone, text in self._rows("SELECT undone, json FROM history ORDER BY place"):
            edits[bool(undone)].append(_expect(self._value(text), VertexEdit, ValueEdit, TopologyEdit, EditGroup))
        return document, tuple(edits[0]), tuple(edits[1])

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return self._db.execute(query).fetchall()

    def _value(self, text: str) -> Any:
        return decode(json.loads(text), self)

    def _read_table(self, table: str, cls: type[Any], into: dict[str, Any]) -> None:
        query = f"SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '{table}'"
        if table in _LATER and not self._rows(query):
            return
        for key, text in self._rows(f"SELECT key, json FROM {table} ORDER BY place"):
            into[key] = _expect(self._value(text), cls)

    # -- the giver -----------------------------------------------------------------------------------------------

    def array(self, name: str) -> NDArray[Any]:
        """Return an array of its own: what is shared in the file may be written in one place of the document only."""
        if name not in self._arrays:
            (row,) = self._db.execute("SELECT dtype, shape, data FROM arrays WHERE name = ?", (name,)).fetchall()
            self._arrays[name] = unpack(name, *row)
            return self._arrays[name]
        return self._arrays[name].copy()

    def part(self, number: int) -> Part:
        """Return a part, the same object each time."""
        return self._parts[number]

    def surface(self, number: int) -> Surface:
        """Return a surface, the same object each time."""
        return self._surfaces[number]


def _expect(value: Any, *classes: type[Any]) -> Any:
    if not isinstance(value, classes):
        raise TypeError(f"a {type(value).__name__} where a {classes[0].__name__} belongs")
    return value


def _surface(plain: dict[str, Any]) -> Surface:
    report = plain["report"]
    surface = Surface(
        plain["vertices"],
        plain["faces"],
        np.array(plain["origin"], np.float64),
        plain["file_index"],
        plain["name"],
        plain["arrays"],
        ReadReport(**{**report, "notes": list(report["notes"])}),
    )
    count, index = len(surface.vertices), surface.file_index
    if len(surface.faces) and not (surface.faces.min() >= 0 and surface.faces.max() < count):
        raise IndexError("a face names a vertex that does not exist")
    if index is not None and len(index) and not (index.min() >= -1 and index.max() < count):
        raise IndexError("a file vertex names a vertex that does not exist")
    if not (np.isfinite(surface.vertices).all() and np.isfinite(surface.origin).all()):
        raise ValueError("a coordinate is not a number")
    return surface


def _part(plain: dict[str, Any]) -> Part:
    known = {field.name for field in fields(Part)}
    part = Part(
        **{
            **{name: value for name, value in plain.items() if name in known and name != "layers"},
            "transform": np.array(plain["transform"], np.float64),
        }
    )
    state = _expect(plain.get("state", PartState()), PartState)
    _check_state(state, len(_expect(part.surface, Surface).vertices))
    part.take_state(state)
    if not all(type(label) is int for label in _expect(part.locked, frozenset)):
        raise ValueError("a locked label is no whole number")
    if part.transform.shape != (4, 4) or not np.isfinite(part.transform).all():
        raise ValueError("a part's transform is no 4 x 4 matrix")
    if _expect(part.surface, Surface) and part.preview:
        part.surface, part.preview = weld(part.surface), False  # saved before its welding was done
    return part


def _check_state(state: PartState, count: int) -> None:
    """Raise ValueError unless a part of `count` vertices can keep this."""
    for positions in (state.base, state.original):
        if positions is not None and not (
            positions.shape == (count, 3) and positions.dtype == np.float32 and np.isfinite(positions).all()
        ):
            raise ValueError("positions that do not fit their part")
    if bool(state.layers) != (state.base is not None):
        raise ValueError("sculpt layers without a base, or a base without layers")
    for layer in state.layers:
        rows, deltas = _expect(layer, SculptLayer).indices, layer.deltas
        sound = rows.ndim == 1 and deltas.shape == (len(rows), 3) and bool(np.isfinite(deltas).all())
        if not sound or (len(rows) and not (rows[0] >= 0 and rows[-1] < count and (np.diff(rows) > 0).all())):
            raise ValueError("a sculpt layer that does not fit its part")
        if not 0.0 <= layer.strength <= STRONGEST:
            raise ValueError("a sculpt layer of impossible strength")
