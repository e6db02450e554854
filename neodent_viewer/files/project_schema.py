"""The tables of a project file, and opening one: SQLite with its own application id, WAL and synchronous=FULL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from neodent_viewer.core.errors import ProjectFileError

#: "NEOD", at byte 68 of the file: how `is_project` and file(1) tell a project from other databases
APPLICATION_ID = 0x4E454F44

#: version of the tables; a file with a higher one was written by a newer program
#: 2: parts keep base, original, layers and levels of resolution; what they lack in a file of 1 is not there yet
#: 3: mappings, a table of their own that a file of 1 or 2 does not have
#: 4: zones and chapters, likewise
SCHEMA = 4

TABLES = """
CREATE TABLE meta     (key TEXT PRIMARY KEY, json TEXT NOT NULL);
CREATE TABLE arrays   (name TEXT PRIMARY KEY, dtype TEXT NOT NULL, shape TEXT NOT NULL, data BLOB NOT NULL);
CREATE TABLE surfaces (number INTEGER PRIMARY KEY, json TEXT NOT NULL);
CREATE TABLE parts    (number INTEGER PRIMARY KEY, place INTEGER, json TEXT NOT NULL);
CREATE TABLE probes   (place INTEGER PRIMARY KEY, key TEXT NOT NULL, json TEXT NOT NULL);
CREATE TABLE looks    (place INTEGER PRIMARY KEY, key TEXT NOT NULL, json TEXT NOT NULL);
CREATE TABLE findings (place INTEGER PRIMARY KEY, key TEXT NOT NULL, json TEXT NOT NULL);
CREATE TABLE settings (place INTEGER PRIMARY KEY, key TEXT NOT NULL, json TEXT NOT NULL);
CREATE TABLE mappings (place INTEGER PRIMARY KEY, key TEXT NOT NULL, json TEXT NOT NULL);
CREATE TABLE zones    (place INTEGER PRIMARY KEY, key TEXT NOT NULL, json TEXT NOT NULL);
CREATE TABLE chapters (place INTEGER PRIMARY KEY, key TEXT NOT NULL, json TEXT NOT NULL);
CREATE TABLE history  (place INTEGER PRIMARY KEY, undone INTEGER NOT NULL, json TEXT NOT NULL);
"""


def is_project(path: Path | str) -> bool:
    """Return whether a file is a project, by its first bytes: the name does not matter."""
    try:
        with Path(path).open("rb") as file:
            head = file.read(72)
    except OSError:
        return False
    return head.startswith(b"SQLite format 3\0") and head[68:72] == APPLICATION_ID.to_bytes(4, "big")


def project_error(kind: str, what: str, path: Path, remedy: str) -> ProjectFileError:
    """Return the error of one `kind` about the project at `path`."""
    return ProjectFileError(what, kind=kind, where=str(path), remedy=remedy)


def check(path: Path) -> None:
    """Raise ProjectFileError ``missing`` or ``not_a_project`` unless a project lies at `path`."""
    if not path.is_file():
        raise project_error("missing", "There is no such project.", path, "Check the path.")
    if not is_project(path):
        raise project_error(
            "not_a_project", "The file is no neodent project.", path, "Open it as a mesh, or choose another."
        )


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection to an existing project of this schema; SQLite's own errors become ProjectFileError.

    A folder that cannot be written to is read as it lies: SQLite needs its side files only where somebody may write.
    """
    check(path)
    try:
        with closing(_connect(path)) as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version > SCHEMA:
                remedy = "Open it with the newer version, or save under another name."
                raise project_error("newer", "The project was written by a newer version of the program.", path, remedy)
            yield connection
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise project_error("busy", "Another program holds the project.", path, "Close it there first.") from error
        raise _damaged(path, error) from error
    except (sqlite3.Error, OverflowError) as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> ProjectFileError:
    return project_error("damaged", f"The project is damaged: {error}.", path, "Open a copy or an older version of it.")


def _connect(path: Path) -> sqlite3.Connection:
    place = f"file:{quote(str(path.resolve()))}"
    try:
        return _hardened(f"{place}?mode=rw")
    except sqlite3.OperationalError as error:
        if "readonly" not in str(error) and "unable to open" not in str(error):
            raise
        return _hardened(f"{place}?mode=ro&immutable=1")


def _hardened(place: str) -> sqlite3.Connection:
    """Return a connection that runs no code out of the file and has proved that it can read it."""
    connection = sqlite3.connect(place, uri=True, isolation_level=None, timeout=5.0)
    try:
        connection.execute("PRAGMA trusted_schema=OFF")  # a stranger's file may carry code in views and triggers
        connection.execute("PRAGMA cell_size_check=ON")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def create(path: Path) -> sqlite3.Connection:
    """Return a connection to a new, empty project at `path`."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version={SCHEMA}")
    connection.executescript(TABLES)
    return connection


def complete(connection: sqlite3.Connection) -> None:
    """Make the tables that a project of this schema lacks: not every one of them was there from its first day."""
    connection.executescript(TABLES.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS"))


def use_wal(connection: sqlite3.Connection) -> None:
    """Let every commit reach the disk before it returns; deleted rows leave no trace in the file."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA secure_delete=ON")
