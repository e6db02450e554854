"""Where edits go that memory has no room for: compressed files in the cache folder, read back when undo or redo gets there.

The oldest that stand make one stack, the farthest that were undone another. A thread packs and writes, so that no stroke
waits; an edit stays in memory until that is done. What the document holds anyway (the surface a change of topology ended
with, the part that was added) is not written: it is taken from the document when the edit comes back, which happens just
when it is the next one to undo or redo. The files belong to one run of the program: they are unreadable to others, go away
with it, and what a killed run left behind goes when the next one spills.
"""

from __future__ import annotations

import pickle
import shutil
import tempfile
import zlib
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import numpy as np

from neodent_viewer.core.errors import NeodentError
from neodent_viewer.core.paths import cache_dir
from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import Edit, EditGroup, TopologyEdit, ValueEdit
from neodent_viewer.document.part import Part, PartState
from neodent_viewer.mesh.surface import Surface

_IN_USE = "in-use"


class Spill:
    """A stack of edits on disk, oldest at the bottom.

    Parameters
    ----------
    folder : Path or None
        Where runs make their own folders; None takes ``spill`` in the user's cache. Nothing is made before it is needed.
    limit : int
        Bytes on disk; beyond them the oldest edits are gone for good.
    ahead : bool
        Whether edits that were undone lie here: then the document holds what was before them.

    Attributes
    ----------
    lost : bool
        Whether edits that lay here are gone for good.
    """

    def __init__(self, folder: Path | None = None, limit: int = 4 << 30, *, ahead: bool = False) -> None:
        self.limit = limit
        self.ahead = ahead
        self.lost = False
        self._root = folder
        self._own: Path | None = None
        self._lock: IO[bytes] | None = None
        self._writer: ThreadPoolExecutor | None = None
        self._kept: deque[tuple[Path, Future[int]]] = deque()
        self._count = 0

    def __len__(self) -> int:
        return len(self._kept)

    def beside(self) -> Spill:
        """Return an empty spill in the same place for edits that were undone."""
        return Spill(self._root, self.limit, ahead=True)

    def push(self, edit: Edit) -> None:
        """Put an edit on top; returns at once."""
        if self._own is None or self._writer is None:
            self._own = self._begin()
            self._writer = ThreadPoolExecutor(1, "spill")
        path = self._own / f"{self._count:08d}"
        self._count += 1
        self._kept.append((path, self._writer.submit(_write, path, edit, self.ahead)))
        while len(self._kept) > 1 and self.nbytes() > self.limit:
            self._drop(*self._kept.popleft())
            self.lost = True

    def pop(self, document: Document) -> Edit:
        """Take the edit on top back; the document must be as that edit left it, or found it if it lies ahead.

        Raises
        ------
        NeodentError
            ``spill`` if it cannot be read, or could not be written; everything on disk is given up then.
        """
        path, written = self._kept.pop()
        try:
            written.result()
            edit = pickle.loads(zlib.decompress(path.read_bytes()))
            return _filled(edit, document, {}, self.ahead)
        except (OSError, zlib.error, pickle.PickleError, EOFError, KeyError) as error:
            self.clear()
            self.lost = True
            raise NeodentError(
                f"{'Later steps can no longer be redone' if self.ahead else 'Older steps can no longer be undone'}: {error}.",
                kind="spill",
                where=str(path),
                remedy="Save the project; give the cache folder more room.",
            ) from error
        finally:
            path.unlink(missing_ok=True)

    def nbytes(self) -> int:
        """Return the bytes on disk, as far as they are written."""
        return sum(f.result() for _, f in self._kept if f.done() and f.exception() is None)

    def clear(self) -> None:
        """Forget everything."""
        while self._kept:
            self._drop(*self._kept.pop())
        self.lost = False

    def close(self) -> None:
        """Forget everything and take the folder away."""
        self.clear()
        if self._writer is not None:
            self._writer.shutdown()
        if self._lock is not None:
            self._lock.close()
        if self._own is not None:
            shutil.rmtree(self._own, ignore_errors=True)
        self._own = self._writer = self._lock = None

    def _begin(self) -> Path:
        root = self._root or cache_dir() / "spill"
        root.mkdir(parents=True, exist_ok=True)
        prune(root)
        own = Path(tempfile.mkdtemp(prefix="run-", dir=root))  # for this user alone
        self._lock = (own / _IN_USE).open("wb")
        _try_lock(self._lock)
        return own

    def _drop(self, path: Path, written: Future[int]) -> None:
        if not written.cancel():
            with suppress(Exception):  # what could not be written needs no taking away
                written.result()
        path.unlink(missing_ok=True)


def prune(root: Path) -> None:
    """Take away what runs that are no more have left in `root`."""
    for folder in root.glob("run-*"):
        try:
            with (folder / _IN_USE).open("ab") as lock:
                dead = _try_lock(lock)
        except OSError:
            dead = not (folder / _IN_USE).exists()
        if dead:
            shutil.rmtree(folder, ignore_errors=True)  # where locks are the system's own, an open file stays


def _try_lock(file: IO[bytes]) -> bool:
    """Lock a file for this process; return whether nobody else holds it."""
    try:
        import fcntl
    except ImportError:  # a system that does not delete what is open: deleting is the test there
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _write(path: Path, edit: Edit, ahead: bool) -> int:
    data = zlib.compress(pickle.dumps(_slim(edit, ahead), protocol=5), 1)
    path.write_bytes(data)
    return len(data)


def _slim(edit: Edit, ahead: bool) -> Edit:
    """Return an edit without what the document holds on this side of it."""
    match edit:
        case EditGroup():
            return replace(edit, edits=tuple(_slim(each, ahead) for each in edit.edits))
        case TopologyEdit():
            empty = Surface(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32))
            if ahead:
                return replace(edit, old=empty, old_state=None)
            return replace(edit, new=empty, new_state=None)
        case ValueEdit():
            if isinstance(edit.before if ahead else edit.after, Part | Surface):
                return replace(edit, before=_Live()) if ahead else replace(edit, after=_Live())
    return edit


class _Live:
    """Stands for what the document holds."""


_Now = dict[tuple[str, ...], Any]


def _filled(edit: Edit, document: Document, now: _Now, ahead: bool) -> Edit:
    """Return an edit with what the document holds on this side of it.

    `now` overrides the document where another edit of a group, nearer to what it holds, was filled already.
    """
    match edit:
        case EditGroup():
            nearest = edit.edits if ahead else edit.edits[::-1]
            filled = [_filled(each, document, now, ahead) for each in nearest]
            return replace(edit, edits=tuple(filled if ahead else filled[::-1]))
        case TopologyEdit():
            path = ("parts", edit.part)
            surface, state = now.get((*path, "shape")) or _shape(now.get(path) or document.parts[edit.part])
            if ahead:
                now[(*path, "shape")] = (edit.new, edit.new_state or PartState())
                return replace(edit, old=surface, old_state=state)
            now[(*path, "shape")] = (edit.old, edit.old_state or PartState())
            return replace(edit, new=surface, new_state=state)
        case ValueEdit():
            here, there = (edit.before, edit.after) if ahead else (edit.after, edit.before)
            if isinstance(here, _Live):
                here = now[edit.path] if edit.path in now else document.get(edit.path)
            now[edit.path] = there
            return replace(edit, before=here, after=there) if ahead else replace(edit, before=there, after=here)
    return edit


def _shape(part: Part) -> tuple[Surface, PartState]:
    return part.surface, part.state()
