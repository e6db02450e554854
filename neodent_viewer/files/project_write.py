"""Writing a project: beside the old one, then in its place, so that a kill at any moment leaves the old or the new one whole.

The new file begins as a copy of the old one, and only arrays that are not in it yet are packed again: saving after a stroke
costs the stroke. What the document no longer has is wiped.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from neodent_viewer import __version__
from neodent_viewer.core.errors import ProjectFileError
from neodent_viewer.document.part import Part
from neodent_viewer.files.atomic import put_in_place
from neodent_viewer.files.project_arrays import content_name, pack
from neodent_viewer.files.project_schema import SCHEMA, complete, create, is_project, opened, project_error, use_wal
from neodent_viewer.files.project_values import encode
from neodent_viewer.files.snapshot import Snapshot
from neodent_viewer.mesh.surface import Surface

_SMALL = (
    *(
        "meta",
        "surfaces",
        "parts",
        "probes",
        "looks",
        "findings",
        "settings",
        "mappings",
        "zones",
        "chapters",
        "history",
    ),
)


def write(snap: Snapshot, path: Path | str) -> None:
    """Write a snapshot as the project at `path`, which is replaced whole or not at all.

    Raises
    ------
    ProjectFileError
        ``write`` when the folder or disk does not take it, ``newer`` rather than overwrite a newer program's project.
    """
    path = Path(path).resolve()
    try:
        with put_in_place(path) as beside:
            with closing(_begin(path, beside)) as connection:
                use_wal(connection)
                _Writer(connection, snap).write()
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            for side in ("-wal", "-shm"):
                beside.with_name(beside.name + side).unlink(missing_ok=True)
    except (sqlite3.Error, OSError, OverflowError) as error:
        raise project_error("write", f"The project cannot be written: {error}.", path, "Save it elsewhere.") from error


def _begin(path: Path, beside: Path) -> sqlite3.Connection:
    """Return a connection to a copy of the project at `path`; to a new one if there is none that can be built upon."""
    if is_project(path):
        copy = sqlite3.connect(beside, isolation_level=None)
        try:
            with opened(path) as old:
                old.backup(copy)
            if copy.execute("PRAGMA user_version").fetchone()[0] == SCHEMA:
                complete(copy)
                return copy
        except ProjectFileError as error:
            copy.close()
            if error.kind != "damaged":
                raise
        copy.close()
        beside.unlink(missing_ok=True)
    return create(beside)


class _Writer:
    """One transaction that makes the tables say what a snapshot says; a `Keeper` for the values in it."""

    def __init__(self, connection: sqlite3.Connection, snap: Snapshot) -> None:
        self._db = connection
        self._snap = snap
        self._surfaces = {surface: number for number, surface in enumerate(snap.surfaces, 1)}
        self._parts = {part: number for number, part in enumerate(snap.parts, 1)}
        self._stored: set[str] = {row[0] for row in connection.execute("SELECT name FROM arrays")}
        self._used: set[str] = set()

    def write(self) -> None:
        """Write everything or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        for table in _SMALL:
            self._db.execute(f"DELETE FROM {table}")
        self._write_parts()
        snap = self._snap
        for table in ("probes", "looks", "findings", "settings", "mappings", "zones", "chapters"):
            for place, (key, value) in enumerate(getattr(snap, table).items()):
                self._row(table, (place, key, self._json(value)))
        for place, edit in enumerate((*snap.done, *snap.undone)):
            self._row("history", (place, int(place >= len(snap.done)), self._json(edit)))
        self._row("meta", ("look", self._json(snap.look)))
        self._row("meta", ("program", self._json(f"neodent_viewer {__version__}")))
        self._db.executemany("DELETE FROM arrays WHERE name = ?", [(name,) for name in self._stored - self._used])
        self._db.execute("COMMIT")

    def _write_parts(self) -> None:
        for living, frozen in self._snap.surfaces.items():
            self._row("surfaces", (self._surfaces[living], self._json(_surface_fields(frozen))))
        places = {part: place for place, part in enumerate(self._snap.shown)}
        for part, copy in self._snap.parts.items():
            self._row("parts", (self._parts[part], places.get(part), self._json(_part_fields(copy))))

    def _row(self, table: str, values: tuple[Any, ...]) -> None:
        self._db.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)

    def _json(self, value: Any) -> str:
        return json.dumps(encode(value, self), ensure_ascii=False, allow_nan=False)

    # -- the keeper ----------------------------------------------------------------------------------------------

    def array(self, values: NDArray[Any]) -> str:
        """Store an array unless its like is there already; return its name."""
        name = content_name(values)
        if name not in self._stored:
            self._row("arrays", (name, *pack(values)))
            self._stored.add(name)
        self._used.add(name)
        return name

    def part(self, part: Part) -> int:
        """Return the number of a part."""
        return self._parts[part]

    def surface(self, surface: Surface) -> int:
        """Return the number of a surface."""
        return self._surfaces[surface]


def _surface_fields(surface: Surface) -> dict[str, Any]:
    report = surface.report
    names = ("format", "unit", "file_vertices", "file_faces", "dropped", "notes", "jaw")
    return {
        "vertices": surface.vertices,
        "faces": surface.faces,
        "origin": surface.origin.tolist(),
        "file_index": surface.file_index,
        "name": surface.name,
        "arrays": dict(surface.arrays),
        "report": {name: getattr(report, name) for name in names},
    }


def _part_fields(part: Part) -> dict[str, Any]:
    names = ("id", "name", "visible", "jaw", "unit", "source", "topology_version", "preview", "locked")
    return {
        **{name: getattr(part, name) for name in names},
        "surface": part.surface,
        "transform": part.transform.tolist(),
        "state": part.state(),
    }
