"""Reading, writing and erasing of recordings as `core.apart` runs them: hours of samples take no time from a window."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from neodent_viewer.core.apart import Say
from neodent_viewer.files.recordings import Recording


def read(say: Say, path: Path) -> None:
    """Say how far reading is, 0..1, and then the `Recording`."""
    from neodent_viewer.files.recording_formats import read_any

    say(read_any(path, say))


def write(say: Say, recording: Recording, path: Path) -> None:
    """Write a recording as its name's end says."""
    from neodent_viewer.files.recording_formats import write_any

    write_any(recording, path)


def erase(say: Say, path: Path, channels: Sequence[str], start: float, end: float) -> None:
    """Erase a stretch (s on the recording's clock) for good; say how many samples it had."""
    from neodent_viewer.files import recording_index

    say(recording_index.erase(path, channels, start, end))


def holding(say: Say, channels: Sequence[str]) -> None:
    """Say the recordings made here that still hold samples of some channels, a tuple of `Holding`."""
    from neodent_viewer.files import recording_index

    say(tuple(recording_index.holding(channels)))
