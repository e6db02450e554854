"""Files that somebody is writing at the moment, so that nobody puts another in their place: what came after would be lost.

Held by a lock of the system's, which ends with the program that holds it, however that ends. Systems without such locks
(Windows) let no file be replaced that is open.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import BinaryIO


def hold(file: BinaryIO) -> None:
    """Hold a file until it is closed; where that cannot be (some network drives), nothing happens."""
    if os.name == "posix":
        import fcntl

        with contextlib.suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def is_held(path: Path) -> bool:
    """Return whether somebody writes a file at the moment."""
    if os.name != "posix":
        return False
    import fcntl

    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
