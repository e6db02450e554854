"""Files that appear whole or not at all: written beside their place, flushed to the disk, then moved over it in one step.

Each writing has a file beside of its own: two windows may save one project in the same moment, and the later one counts.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from zlib import crc32

_NUMBERS = count()
#: machine, process and number of a file beside; folders may be shared
_OWNER = re.compile(r"\.(?P<machine>[0-9a-f]{8})-(?P<process>\d+)-\d+\.saving(-wal|-shm|-journal)?")


@contextmanager
def put_in_place(path: Path) -> Iterator[Path]:
    """Yield a path beside `path` to write to; when the block ends well, what was written there takes the place of `path`.

    What a killed program left beside it is taken away first, and again when the block raises. Raises OSError.
    """
    beside = path.with_name(f".{path.name}.{_machine()}-{os.getpid()}-{next(_NUMBERS)}.saving")
    _clear_left(path)
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


def _machine() -> str:
    return f"{crc32(socket.gethostname().encode()):08x}"


def _clear_left(path: Path) -> None:
    """Take away what killed programs of this machine left beside a path; what another one writes there now stays."""
    start = f".{path.name}"
    if not path.parent.is_dir():
        return  # writing will say so
    for left in path.parent.iterdir():
        if not left.name.startswith(start):
            continue
        match = _OWNER.fullmatch(left.name, len(start))
        if match and match["machine"] == _machine() and not _runs(int(match["process"])):
            left.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    """Return whether a process is there; where nobody can tell (Windows) it is."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


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
