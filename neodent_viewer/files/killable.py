"""Reading a stranger's file in a process of its own, which can be cancelled, runs out of time, or crashes without harm.

One thread turns the worker's answer into messages; the caller's thread waits for them, and for a reason to give up.
"""

from __future__ import annotations

import json
import math
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.core.apart import environment
from neodent_viewer.core.errors import MeshFileError
from neodent_viewer.files.progress import Cancelled, Progress
from neodent_viewer.files.raw import RawMesh, mesh_error

TIME_LIMIT = 120.0
MEMORY_LIMIT = 4 << 30

_KINDS = frozenset("biuf")
_POLL = 0.05


def read_killable(
    path: Path,
    kind: str,
    progress: Progress,
    cancelled: Cancelled,
    *,
    time_limit: float = TIME_LIMIT,
    memory_limit: int = MEMORY_LIMIT,
) -> list[RawMesh]:
    """Return the meshes in a file of format `kind`.

    Parameters
    ----------
    progress, cancelled
        Called from this thread, some 20 times a second.
    time_limit : float
        Seconds on the wall clock; MeshFileError ``timeout`` beyond.
    memory_limit : int
        Bytes of address space for the worker (where the system can limit it); ``too_large`` beyond.
    """
    command = [sys.executable, "-P", "-W", "ignore", "-m", "neodent_viewer.files.worker"]
    words = [str(path.resolve()), kind, str(memory_limit), str(math.ceil(time_limit) + 1)]
    messages: queue.Queue[dict[str, Any] | None] = queue.Queue()
    with subprocess.Popen(
        [*command, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
    ) as process:
        assert process.stdout is not None
        listener = threading.Thread(target=_listen, args=(process.stdout, messages, memory_limit), name="mesh worker")
        listener.start()
        try:
            return _collect(path, messages, progress, cancelled, time.monotonic() + time_limit)
        finally:
            process.kill()
            process.wait()
            listener.join()


def _collect(
    path: Path, messages: queue.Queue[dict[str, Any] | None], progress: Progress, cancelled: Cancelled, deadline: float
) -> list[RawMesh]:
    raws: list[RawMesh] = []
    while True:
        if cancelled():
            raise mesh_error("cancelled", "Reading was cancelled.", path)
        if time.monotonic() > deadline:
            raise mesh_error("timeout", "Reading the file took longer than it is allowed.", path)
        try:
            message = messages.get(timeout=_POLL)
        except queue.Empty:
            continue
        match message:
            case None:
                raise mesh_error("unreadable", "The reader crashed on this file.", path)
            case {"error": {"kind": kind, "what": what, "where": where, "remedy": remedy}}:
                raise mesh_error(kind, what, where, remedy)
            case {"progress": done, "doing": doing}:
                progress(done, doing)
            case {"raw": raw}:
                raws.append(raw)
            case {"end": _}:
                return raws


def _listen(pipe: IO[bytes], messages: queue.Queue[dict[str, Any] | None], most: int) -> None:
    """Put every message of the worker into the queue, None when it ends or stops making sense."""
    try:
        while line := pipe.readline(1 << 20):
            message = json.loads(line)
            if "mesh" in message:
                message = {"raw": _mesh(pipe, message, most)}
            messages.put(message)
    except (ValueError, KeyError, TypeError, OSError, MemoryError, MeshFileError):
        pass  # what crashed there is told below, once, whatever it was
    messages.put(None)


def _mesh(pipe: IO[bytes], message: dict[str, Any], most: int) -> RawMesh:
    arrays: dict[str, NDArray[Any]] = {}
    for name, (dtype, shape) in message["shapes"].items():
        kind = np.dtype(dtype)
        if kind.kind not in _KINDS or math.prod(shape) * kind.itemsize > most:
            raise ValueError("the worker answers with something that is no array of numbers")
        values = np.empty(shape, kind)
        if pipe.readinto(values.reshape(-1).view(np.uint8).data) != values.nbytes:  # type: ignore[attr-defined]
            raise ValueError("the worker's answer ends early")
        arrays[name] = values
    extra = {name.partition("/")[2]: values for name, values in arrays.items() if "/" in name}
    return RawMesh(arrays["vertices"], arrays.get("faces"), arrays=extra, **message["mesh"])
