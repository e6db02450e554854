"""Records everything that comes in, raw and with flags, as far as consent to *record* goes.

Per block: ask for consent -> wait with the channel's other samples -> at the next flush ask again, and hand it to the file.
So what is withdrawn stops at once, what was waiting included. Nothing here raises into a tick: trouble ends the recording and
is told in `Recorder.status`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from neodent_viewer.core.errors import NeodentError, RecordingError
from neodent_viewer.files import recording_notes
from neodent_viewer.files.recordings import Origin, RecordingWriter, unwritable
from neodent_viewer.files.samples import Samples
from neodent_viewer.live.intake import Heard
from neodent_viewer.live.live import Live
from neodent_viewer.sensors.calibration import AS_SENT, Calibration
from neodent_viewer.trust.consent import Purpose

#: seconds between flushes: what a killed program loses
EVERY = 0.5


@dataclass(frozen=True, slots=True)
class RecorderStatus:
    """What a window may say about a recording.

    Attributes
    ----------
    path : Path
    running : bool
    since : float
        Seconds on the program's clock at which it began.
    samples, withheld : int
        Written so far, and left out for want of consent.
    size : int
        Bytes in the file.
    channels : tuple of str
        Recorded so far.
    problem : str
        Why it ended before its time, as a sentence; empty when it did not.
    """

    path: Path
    running: bool
    since: float
    samples: int
    withheld: int
    size: int
    channels: tuple[str, ...]
    problem: str


class Recorder:
    """One recording of what a `Live` hears, from when it is made until `close`.

    Parameters
    ----------
    live : Live
    path : Path
        The new file; RecordingError when it cannot be made.
    every : float
        Seconds between flushes.
    """

    def __init__(self, live: Live, path: Path, *, every: float = EVERY) -> None:
        if live.replay is not None:
            what, remedy = "What plays is a recording already.", "Copy its file."
            raise RecordingError(what, kind="busy", where=str(path), remedy=remedy)
        self.path = path
        self._live = live
        self._every = every
        self._since = self._flushed = live.clock.now()
        self._waiting: dict[str, list[tuple[float, Heard]]] = {}
        self._samples = self._withheld = 0
        self._channels: list[str] = []
        self._calibrations: dict[str, Calibration] = {}
        self._problem = ""
        epoch = live.wall().timestamp() - self._since
        self._writer = RecordingWriter(path, Origin(self._since, epoch, live.midnight))
        recording_notes.note(path, live.wall())
        self.running = True
        live.taps.append(self)

    # -- as a tap ----------------------------------------------------------------------------------------------------

    def hear(self, now: float, heard: Heard) -> None:
        """Let a block wait for the next flush, if it may be recorded."""
        if not self._allowed(heard):
            self._leave(heard.channel.key)
            self._withheld += len(heard.block)
        elif len(heard.block) or heard.revised:
            self._waiting.setdefault(heard.channel.key, []).append((now, heard))

    def beat(self, now: float) -> None:
        """Write what waits when it is time."""
        if now - self._flushed < self._every:
            return
        self._flushed = now
        try:
            self._write()
        except (OSError, NeodentError) as error:
            trouble = error if isinstance(error, NeodentError) else unwritable(self.path, error)
            self._problem = f"Recording has ended. {trouble.sentence()}"
            self._waiting.clear()
            self.close()

    def close(self) -> None:
        """End the recording; may be called twice."""
        if not self.running:
            return
        self.running = False
        self._live.taps.remove(self)
        for last in (self._write, self._writer.close):  # the file is closed even where nothing more can be written
            try:
                last()
            except (OSError, RecordingError) as error:
                trouble = error if isinstance(error, RecordingError) else unwritable(self.path, error)
                self._problem = self._problem or trouble.sentence()
        recording_notes.note(self.path, self._live.wall(), self._channels)

    # -- writing -----------------------------------------------------------------------------------------------------

    def _allowed(self, heard: Heard) -> bool:
        return self._live.allows(heard.channel.key, Purpose.RECORD, simulated=heard.simulated)

    def _leave(self, key: str) -> None:
        """Drop what waits of a channel."""
        self._withheld += sum(len(heard.block) for _, heard in self._waiting.pop(key, ()))

    def _write(self) -> None:
        for key, waiting in list(self._waiting.items()):
            if not self._allowed(waiting[-1][1]):
                self._leave(key)
                continue
            del self._waiting[key]
            if key not in self._channels:
                self._channels.append(key)
                self._writer.add_channel(waiting[0][1].channel, simulated=waiting[0][1].simulated)
            self._tell_calibrations(key, waiting)
            for run in _runs(waiting):
                self._writer.write(key, _message(run))
                self._samples += sum(len(heard.block) for _, heard in run)
        self._writer.flush()

    def _tell_calibrations(self, key: str, waiting: list[tuple[float, Heard]]) -> None:
        """Write what raw values mean wherever that is not what it was."""
        for now, heard in waiting:
            if not heard.calibration.alike(self._calibrations.get(key, AS_SENT)):
                self._writer.add_calibration(key, now, heard.calibration)
            self._calibrations[key] = heard.calibration

    def status(self) -> RecorderStatus:
        """Return what a window may say now."""
        size = self.path.stat().st_size if self.path.exists() else 0
        channels = tuple(self._channels)
        return RecorderStatus(
            self.path, self.running, self._since, self._samples, self._withheld, size, channels, self._problem
        )


def _runs(waiting: list[tuple[float, Heard]]) -> list[list[tuple[float, Heard]]]:
    """Return blocks in runs whose samples' numbers follow each other."""
    runs: list[list[tuple[float, Heard]]] = []
    expected = -1
    for entry in waiting:
        if not runs or entry[1].first != expected:
            runs.append([])
        runs[-1].append(entry)
        expected = entry[1].first + len(entry[1].block)
    return runs


def _message(run: list[tuple[float, Heard]]) -> Samples:
    blocks = [heard.block for _, heard in run]
    counts = [len(one) for one in blocks]
    told = np.full(sum(counts), np.nan)
    if any(one.raw is not None for one in blocks):
        told = np.concatenate([np.full(len(one), np.nan) if one.raw is None else one.raw for one in blocks])
    revised = [pair for _, heard in run for pair in heard.revised]
    return Samples(
        first=run[0][1].first,
        time=np.concatenate([one.times for one in blocks]),
        value=np.concatenate([one.values for one in blocks]),
        arrival=np.concatenate([one.arrival for one in blocks]),
        told=told,
        flags=np.concatenate([heard.flags for _, heard in run]),
        read=np.array([now for now, _ in run]),
        count=np.array(counts, np.uint32),
        revised=np.array([number for number, _ in revised], np.uint64),
        revised_flags=np.array([flag for _, flag in revised], np.uint8),
    )


def recording_name(at: datetime) -> str:
    """Return a file name for a recording that begins then: neutral, and sorted by time.

    >>> recording_name(datetime(2030, 5, 1, 12, 30, 5))
    'recording 2030-05-01 12-30-05.mcap'
    """
    return f"recording {at:%Y-%m-%d %H-%M-%S}.mcap"
