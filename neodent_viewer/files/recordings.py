"""Recordings of sensor data: MCAP files (https://mcap.dev/spec) that can be read as far as they were written.

What a file holds: metadata ``neodent.recording`` (`Origin`), one MCAP channel per channel key with its unit, quantity, rate
and whether a simulation sent it, messages as `neodent_viewer.files.samples` describes them, metadata ``neodent.calibration``
for what raw values of a channel mean from a time on, ``neodent.recalibrated`` for what was changed about that later and what
counted before, and ``neodent.erased`` for every stretch that was taken out later. Each `RecordingWriter.flush` ends a
compressed chunk with its own checksum and hands it to the system, so that a killed program loses what came after its last
flush and nothing else. Reading is in `neodent_viewer.files.recording_read`.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from mcap.exceptions import McapError
from mcap.writer import CompressionType, IndexType, Writer

from neodent_viewer import __version__
from neodent_viewer.core.errors import RecordingError
from neodent_viewer.files.held import hold
from neodent_viewer.files.samples import NAME, Samples, encode, schema
from neodent_viewer.sensors.calibration import Calibration, Recalibration
from neodent_viewer.sensors.channel import Channel
from neodent_viewer.sensors.track import Track

#: metadata records
ORIGIN, ERASED, CALIBRATION = "neodent.recording", "neodent.erased", "neodent.calibration"
RECALIBRATED = "neodent.recalibrated"
#: version of what is described above
VERSION = 1
SUFFIX = ".mcap"
_DATES = ("epoch", "midnight")
#: problems of one recording that the log is told
_LOGGED = 20


def number(text: str, otherwise: float = math.nan) -> float:
    """Return what a text says as a number, or something else where it is none.

    >>> number("1e3"), number("many", 0.0)
    (1000.0, 0.0)
    """
    try:
        found = float(text)
    except ValueError:
        return otherwise
    return otherwise if math.isnan(found) else found


@dataclass(frozen=True, slots=True)
class Origin:
    """What a recording says about itself.

    Attributes
    ----------
    start : float
        Seconds on the recording program's clock at which it began.
    epoch : float
        Unix time (s) of that clock's zero; NaN when unknown.
    midnight : float
        A midnight on that clock (s), for what is usual by the time of day; NaN when unknown.
    program : str
        Name and version of what wrote it.
    identity : str
        What it is known by where it does not know its date; empty where `start` and `epoch` tell.
    """

    start: float = 0.0
    epoch: float = math.nan
    midnight: float = math.nan
    program: str = f"neodent_viewer {__version__}"
    identity: str = ""

    def began(self) -> str | None:
        """Return date and time of its beginning, ISO 8601 in UTC; None where they are unknown.

        >>> Origin(start=5.0, epoch=1.9e9).began(), Origin().began()
        ('2030-03-17T17:46:45+00:00', None)
        """
        try:
            return datetime.fromtimestamp(self.epoch + self.start, UTC).isoformat(timespec="seconds")
        except (ValueError, OverflowError, OSError):
            return None

    def to_metadata(self) -> dict[str, str]:
        """Return it as MCAP keeps it; numbers come back bit for bit."""
        numbers = {"start": repr(self.start), "epoch": repr(self.epoch), "midnight": repr(self.midnight)}
        known = {"identity": self.identity} if self.identity else {}
        return {"version": str(VERSION), "program": self.program, **numbers, **known}

    @classmethod
    def from_metadata(cls, told: Mapping[str, str]) -> Origin:
        """Return what `to_metadata` made; what is missing or no number is unknown."""
        start, epoch, midnight = number(told.get("start", ""), 0.0), *(number(told.get(n, "")) for n in _DATES)
        return cls(start, epoch, midnight, told.get("program", ""), told.get("identity", ""))


@dataclass(frozen=True, slots=True)
class Erased:
    """A stretch that was taken out.

    Attributes
    ----------
    channel : str
        Channel key, or ``"*"``.
    start, end : float
        Seconds on the recording's clock.
    at : str
        When, ISO 8601.
    """

    channel: str
    start: float
    end: float
    at: str

    def words(self) -> str:
        """Return what was taken out, for a person.

        >>> Erased("t11/ph", -math.inf, math.inf, "2030-05-01").words()
        't11/ph: erased: all of it, on 2030-05-01'
        >>> Erased("*", 2.5, math.inf, "2030-05-01").words()
        'all channels: erased: from 2.5 s on, on 2030-05-01'
        """
        if math.isinf(self.start) and math.isinf(self.end):
            what = "all of it"
        elif math.isinf(self.end):
            what = f"from {self.start:g} s on"
        else:
            what = f"up to {self.end:g} s" if math.isinf(self.start) else f"from {self.start:g} to {self.end:g} s"
        who = "all channels" if self.channel == "*" else self.channel
        return f"{who}: erased: {what}" + (f", on {self.at}" if self.at else "")

    def to_metadata(self) -> dict[str, str]:
        """Return it as MCAP keeps it."""
        return {"channel": self.channel, "start": repr(self.start), "end": repr(self.end), "at": self.at}


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording read into memory.

    Attributes
    ----------
    tracks : tuple of Track
        In the order in which channels were first recorded; channels without samples included.
    origin : Origin
    erased : tuple of Erased
    complete : bool
        Whether it was ended in an orderly way.
    problems : tuple of str
        What could not be read, in sentences.
    name : str
        For a person.
    """

    tracks: tuple[Track, ...]
    origin: Origin = field(default_factory=Origin)
    erased: tuple[Erased, ...] = ()
    complete: bool = True
    problems: tuple[str, ...] = ()
    name: str = ""

    @property
    def identity(self) -> str:
        """What it is known by, under any name, after erasing, and brought in from another format: sixteen hex digits."""
        if self.origin.identity:
            return self.origin.identity
        told = [repr(self.origin.start), repr(self.origin.epoch)]
        if math.isnan(self.origin.epoch):  # times that many recordings may begin with: what is in it tells it apart
            told += [f"{one.channel} {len(one)} {one.times[:1].tolist()}" for one in self.tracks]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]

    def kept_origin(self) -> Origin:
        """Return the origin as another file is to tell it: what belongs to the recording finds it there too."""
        known = self.origin.identity or not math.isnan(self.origin.epoch)
        return self.origin if known else replace(self.origin, identity=self.identity)

    @property
    def samples(self) -> int:
        """How many samples there are."""
        return sum(map(len, self.tracks))

    @property
    def end(self) -> float:
        """Seconds on the recording's clock at which the last sample was read; the start where there is none."""
        return max((float(track.read[-1]) for track in self.tracks if len(track)), default=self.origin.start)


def in_sum(problems: Sequence[str], most: int = 3) -> tuple[str, ...]:
    """Return what is wrong with a recording for a person: a few sentences, or one with a count; the log has the first of all.

    >>> in_sum(["a.", "b."])
    ('a.', 'b.')
    >>> in_sum(["a.", "b.", "c.", "d."])
    ('4 things in it are not as they should be; what could be read was read. The first: a.',)
    """
    if len(problems) <= most:
        return tuple(problems)
    for problem in problems[:_LOGGED]:
        logging.getLogger("neodent_viewer").info("recording: %s", problem)
    count = len(problems)
    return (f"{count} things in it are not as they should be; what could be read was read. The first: {problems[0]}",)


def unwritable(path: Path, error: Exception) -> RecordingError:
    """Return the error for a file that cannot be written."""
    what = f"The recording cannot be written: {getattr(error, 'strerror', None) or error}."
    return RecordingError(what, kind="write", where=str(path), remedy="Choose another place, or make room.")


class RecordingWriter:
    """Writes one recording.

    Parameters
    ----------
    path : Path
        Made anew; RecordingError (``write``) when that cannot be, ``busy`` when there is something already.
    origin : Origin
    replace : bool
        Write over what is there.
    """

    def __init__(self, path: Path, origin: Origin, *, replace: bool = False) -> None:
        self.path = path
        self._epoch = 0.0 if math.isnan(origin.epoch) else origin.epoch
        self._channels: dict[str, int] = {}
        try:
            self._file: BinaryIO = path.open("wb" if replace else "xb")
        except FileExistsError as error:
            what, remedy = "There is a file of that name already.", "Choose another name."
            raise RecordingError(what, kind="busy", where=str(path), remedy=remedy) from error
        except OSError as error:
            raise unwritable(path, error) from error
        hold(self._file)
        # chunks end by flush alone, and are found by reading through: an index of them would grow in memory for hours
        self._writer: Any = Writer(
            self._file, chunk_size=1 << 26, compression=CompressionType.ZSTD, index_types=IndexType.NONE
        )
        self._writer.start(profile="", library=origin.program)
        self._writer.add_metadata(ORIGIN, origin.to_metadata())
        self._schema = self._writer.register_schema(NAME, "protobuf", schema())

    def add_channel(self, channel: Channel, *, simulated: bool) -> None:
        """Make a channel known, once."""
        if channel.key not in self._channels:
            quantity = channel.quantity
            told = {"unit": quantity.unit, "quantity": quantity.name, "rate": repr(quantity.rate)}
            self._add(channel.key, told | {"simulated": "yes" if simulated else "no"})

    def add_track(self, track: Track) -> None:
        """Make a channel known as a track tells it, once."""
        if track.channel not in self._channels:
            self._add(track.channel, {"unit": track.unit, "simulated": "yes" if track.simulated else "no"})

    def _add(self, key: str, told: dict[str, str]) -> None:
        self._channels[key] = self._writer.register_channel(key, "protobuf", self._schema, told)

    def write(self, channel: str, samples: Samples) -> None:
        """Add a message; the file has it after the next `flush`."""
        if len(samples.arrival):
            logged, taken = float(samples.arrival[-1]), float(samples.time[0])
        else:
            logged = taken = 0.0
        self._writer.add_message(
            self._channels[channel], self._nanoseconds(logged), encode(samples), self._nanoseconds(taken), 0
        )

    def _nanoseconds(self, time: float) -> int:
        """Return Unix time in ns, for other programs: the messages hold times as they are."""
        seconds = self._epoch + time
        return int(min(max(seconds, 0.0), 1e10) * 1e9) if math.isfinite(seconds) else 0

    def add_erased(self, erased: Erased) -> None:
        """Say that a stretch was taken out."""
        self._writer.add_metadata(ERASED, erased.to_metadata())

    def add_calibration(self, channel: str, since: float, calibration: Calibration) -> None:
        """Say what raw values of a channel mean from a read time (s) on; when and how that was found, by whom, if known."""
        told = {"channel": channel, "since": repr(since), "gain": repr(calibration.gain)}
        told |= {"offset": repr(calibration.offset), "at": calibration.at}
        told |= {"by": calibration.by} if calibration.by else {}
        told |= {"readings": json.dumps(calibration.readings)} if calibration.readings else {}
        self._writer.add_metadata(CALIBRATION, told)

    def add_recalibration(self, channel: str, act: Recalibration) -> None:
        """Say that what raw values of a channel mean was changed later; what counts now is said by `add_calibration`."""
        self._writer.add_metadata(RECALIBRATED, {"channel": channel, "act": json.dumps(act.to_json())})

    def flush(self) -> None:
        """Hand everything to the system: from now on a killed program loses none of it. Raises OSError."""
        self._writer.flush()

    def close(self) -> None:
        """End the recording in an orderly way. Raises OSError; the file is closed in any case."""
        if self._file.closed:
            return
        try:
            self._writer.finish()
        except (
            McapError,
            struct.error,
        ) as error:  # nothing a person could do anything about, but it must not go unsaid
            raise unwritable(self.path, error) from error
        finally:
            self._file.close()
