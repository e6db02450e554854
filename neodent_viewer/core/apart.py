"""Long work of pure Python in a process of its own: it takes no time from the window's threads, and can be ended at once.

The parent names a function, ``function(say, *arguments)``, and gets what it says, in order, until it returns. What the
function raises is raised here. Only this program's own functions run there, and both sides pickle.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import struct
import subprocess
import sys
from collections.abc import Callable, Generator
from importlib import import_module
from pathlib import Path
from typing import IO, Any, BinaryIO

Say = Callable[[Any], None]
_LENGTH = struct.Struct("<Q")
#: bytes from which on an array is sent beside the word it belongs to
_LONG = 1 << 16


class ApartError(RuntimeError):
    """The process ended in the middle, or raised something that is nobody's fault but the program's."""


def apart(function: Callable[..., None], *arguments: Any) -> Generator[Any, None, None]:
    """Run ``function(say, *arguments)`` in a process of its own and yield what it says.

    Parameters
    ----------
    function : callable
        A function of a module of this program; it is found there by its name.
    arguments
        Whatever pickles.

    Raises
    ------
    Exception
        What the function raises, if it pickles; ApartError otherwise, and where the process dies.
    """
    command = [sys.executable, "-P", "-W", "ignore", "-m", __spec__.name]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment()
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            with contextlib.suppress(BrokenPipeError), process.stdin as pipe:  # one that died says so below
                pickle.dump((function.__module__, function.__name__, arguments), pipe, 5)
            while True:
                kind, value = _hear(process.stdout)
                if kind == "end":
                    return
                if kind == "error":
                    raise value
                yield value
        finally:
            process.kill()


def environment() -> dict[str, str]:
    """Return an environment in which the process finds this very package and starts no helper threads."""
    here = str(Path(__file__).resolve().parents[2])
    paths = os.pathsep.join(filter(None, [here, os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, "PYTHONPATH": paths, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def _hear(pipe: IO[bytes]) -> tuple[str, Any]:
    try:
        count, body = _LENGTH.unpack(_read(pipe, _LENGTH.size))[0], _block(pipe)
        return pickle.loads(body, buffers=[_block(pipe) for _ in range(count)])  # type: ignore[no-any-return]
    except EOFError:
        return "error", ApartError("the process that did the work has ended in the middle of it")


def _block(pipe: IO[bytes]) -> bytearray:
    return _read(pipe, _LENGTH.unpack(_read(pipe, _LENGTH.size))[0])


def _read(pipe: IO[bytes], size: int) -> bytearray:
    found = bytearray(size)
    left = memoryview(found)
    while left:
        got = pipe.readinto(left)  # type: ignore[attr-defined]
        if not got:
            raise EOFError
        left = left[got:]
    return found


def _tell(pipe: BinaryIO, kind: str, value: Any) -> None:
    """Send a word. Long arrays follow it as they are: neither side ever holds them twice."""
    long: list[pickle.PickleBuffer] = []

    def is_short(buffer: pickle.PickleBuffer) -> bool:
        if buffer.raw().nbytes < _LONG:
            return True
        long.append(buffer)
        return False

    body = pickle.dumps((kind, value), 5, buffer_callback=is_short)
    pipe.write(_LENGTH.pack(len(long)))
    parts: list[bytes | memoryview] = [body, *(buffer.raw() for buffer in long)]
    for part in parts:
        pipe.write(_LENGTH.pack(len(part)))
        pipe.write(part)
    pipe.flush()


def main() -> int:
    """Be that process."""
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    with contextlib.suppress(OSError, AttributeError):
        os.nice(5)  # whoever waits for it has a window to serve
    try:
        module, name, arguments = pickle.load(sys.stdin.buffer)
        getattr(import_module(module), name)(lambda value: _tell(answer, "said", value), *arguments)
    except BrokenPipeError:
        return 1  # nobody listens any more
    except Exception as error:
        try:
            _tell(answer, "error", error)
        except (pickle.PicklingError, TypeError, AttributeError):
            _tell(answer, "error", ApartError(f"{type(error).__name__}: {error}"))
        return 1
    _tell(answer, "end", None)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
