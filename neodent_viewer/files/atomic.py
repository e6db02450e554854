"""Files that appear whole or not at all: written beside their place, flushed to the disk, then moved over it in one step."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def put_in_place(path: Path) -> Iterator[Path]:
    """Yield a path beside `path` to write to; when the block ends well, what was written there takes the place of `path`.

    What a killed program left beside it is taken away first, and again when the block raises. Raises OSError.
    """
    beside = path.with_name(f".{path.name}.saving")
    _clear(beside)
    try:
        yield beside
        if path.exists():
            with contextlib.suppress(OSError):
                beside.chmod(path.stat().st_mode & 0o777)
        _flush(beside)
        beside.replace(path)
        _flush_folder(path.parent)
    except BaseException:
        _clear(beside)
        raise


def _clear(beside: Path) -> None:
    for side in ("", "-wal", "-shm", "-journal"):
        beside.with_name(beside.name + side).unlink(missing_ok=True)


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Make the move itself last; systems that open no folders (Windows) do so by themselves."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
