"""Notes of every file with samples that this program has written, in the user's data folder.

One line of JSON a file in ``recordings.jsonl``, added to its end in one write: the window, processes beside it and the
command line note at the same time, and none takes a line of another away. The last line about a path counts; a line that
makes no sense is left out and the others stand. ``recordings.json`` is what earlier versions kept, and is read before it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from neodent_viewer.core.paths import data_dir
from neodent_viewer.files.atomic import put_in_place

#: lines kept; what comes beyond that makes those of files that are gone leave
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Note:
    """One file.

    Attributes
    ----------
    path : Path
    made : str
        When it was written last, ISO 8601.
    channels : frozenset of str or None
        Channel keys it held then; None where that was not known yet.
    """

    path: Path
    made: str
    channels: frozenset[str] | None = None

    def line(self) -> bytes:
        """Return it as the journal keeps it. The line feed before it parts it from a line that was cut off."""
        told: dict[str, Any] = {"path": str(self.path), "made": self.made}
        if self.channels is not None:
            told["channels"] = sorted(self.channels)
        return b"\n" + json.dumps(told).encode("ascii")


def _journal() -> Path:
    return data_dir() / "recordings.jsonl"


def _earlier() -> Path:
    return data_dir() / "recordings.json"


def made() -> list[Note]:
    """Return every file noted, in the order in which they were noted last."""
    found: dict[Path, Note] = {}
    for entry in _entries():
        try:
            path, keys = Path(entry["path"]), entry.get("channels")
            one = Note(path, str(entry["made"]), None if keys is None else frozenset(map(str, keys)))
        except (KeyError, TypeError, AttributeError):
            continue
        found.pop(path, None)
        found[path] = one
    return list(found.values())


def _entries() -> Iterator[Any]:
    try:
        entries = json.loads(_earlier().read_text("utf-8"))
        yield from entries if isinstance(entries, list) else ()
    except (OSError, ValueError, RecursionError):
        pass
    for line in _lines():
        try:
            yield json.loads(line)
        except (ValueError, RecursionError):
            continue


def _lines() -> list[bytes]:
    try:
        return [line for line in _journal().read_bytes().split(b"\n") if line.strip()]
    except OSError:
        return []


def note(path: Path, at: datetime, channels: Iterable[str] | None = None) -> None:
    """Remember a file with samples. Writing it must not fail for want of this: trouble is left alone.

    Parameters
    ----------
    path : Path
    at : datetime
    channels : iterable of str, optional
        Keys of the channels it holds samples of, where that is known.
    """
    told = Note(path.absolute(), at.isoformat(), None if channels is None else frozenset(channels))
    try:
        handle = os.open(_journal(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, told.line())
        finally:
            os.close(handle)
        if len(_lines()) > MOST:
            _shorten()
    except OSError:  # a home that cannot be written: the file itself lies elsewhere
        return


def _shorten() -> None:
    """Keep one line a file, of the files that are there. Files that are there are never forgotten."""
    kept = [one for one in made() if one.path.exists()]
    with put_in_place(_journal()) as beside:
        beside.write_bytes(b"".join(one.line() for one in kept))
    _earlier().unlink(missing_ok=True)
