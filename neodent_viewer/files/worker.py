"""The process that reads a stranger's file: ``python -m neodent_viewer.files.worker PATH FORMAT MEMORY SECONDS``.

It may hang, eat all the memory it is given or crash; the program that started it (`files.killable`) goes on. It answers on
standard output: lines of JSON (``progress``, ``mesh``, ``error``, ``end``), each mesh followed by its arrays' bytes.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

from neodent_viewer.core.errors import MeshFileError


def main(words: list[str]) -> int:
    """Read one file and answer; returns the exit status."""
    answer = _own_output()
    path, kind = Path(words[0]), words[1]
    _limit(memory=int(words[2]), seconds=int(words[3]))
    try:
        _say(answer, {"progress": 0.1, "doing": f"Reading {path.name}"})
        from neodent_viewer.files.foreign import read_foreign

        raws = read_foreign(path, kind)
        for raw in raws:
            _say_mesh(answer, raw)
        _say(answer, {"end": len(raws)})
    except MeshFileError as error:
        _say_error(answer, error.kind, error.what, error.where, error.remedy)
    except MemoryError:
        _say_error(answer, "too_large", "Reading the file took more memory than it is allowed.", str(path), "")
    except RecursionError:
        _say_error(answer, "unreadable", "The file's structure is nested too deeply.", str(path), "")
    except Exception as error:
        _say_error(answer, "unreadable", f"The file cannot be read: {type(error).__name__} {error}.", str(path), "")
    return 0


def _own_output() -> BinaryIO:
    """Take standard output for the answer alone: what a library prints goes to standard error."""
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answer


def _limit(memory: int, seconds: int) -> None:
    """Bound memory (bytes) and processor time, where the system can; a parent that died cannot kill us."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _say(answer: BinaryIO, message: dict[str, Any]) -> None:
    answer.write(json.dumps(message).encode() + b"\n")
    answer.flush()


def _say_error(answer: BinaryIO, kind: str, what: str, where: str, remedy: str) -> None:
    _say(answer, {"error": {"kind": kind, "what": what, "where": where, "remedy": remedy}})


def _say_mesh(answer: BinaryIO, raw: Any) -> None:
    import numpy as np

    arrays = {"vertices": raw.vertices, "faces": raw.faces, **{f"arrays/{key}": a for key, a in raw.arrays.items()}}
    ready = {key: np.ascontiguousarray(values) for key, values in arrays.items() if values is not None}
    shapes = {key: [values.dtype.str, list(values.shape)] for key, values in ready.items()}
    names = ("format", "file_faces", "name", "unit", "dropped", "notes", "jaw")
    _say(answer, {"mesh": {name: getattr(raw, name) for name in names}, "shapes": shapes})
    for values in ready.values():
        answer.write(values.reshape(-1).view(np.uint8).data)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
