"""Recordings as feeds: ``replay:FILE[@SPEED]``, and the places in one where a fault becomes known."""

from __future__ import annotations

import math
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from neodent_viewer.core.errors import SensorError
from neodent_viewer.document.chapter import Reel
from neodent_viewer.live.findings import Findings, judge
from neodent_viewer.live.foresight import places
from neodent_viewer.live.intake import Intakes
from neodent_viewer.sensors.fault import Fault
from neodent_viewer.sensors.sources.replay import FASTEST, SLOWEST, Replay

if TYPE_CHECKING:
    from neodent_viewer.document.document import Document
    from neodent_viewer.files.recordings import Recording
    from neodent_viewer.live.live import Live


def replay_address(rest: str) -> tuple[Path, float]:
    """Read ``FILE[@SPEED]``; raises SensorError (``address``) for a file that is not there or a speed out of bounds."""
    name, mark, speed = rest.rpartition("@")
    path, pace = Path(rest), 1.0
    if mark and not path.is_file():
        with suppress(ValueError):
            path, pace = Path(name), float(speed.removesuffix("x"))
    if not path.is_file():
        remedy = "Write replay:FILE or replay:FILE@2 for twice as fast."
        raise SensorError("There is no such recording.", kind="address", where=f"replay:{rest}", remedy=remedy)
    if not SLOWEST <= pace <= FASTEST:
        remedy = f"Use {SLOWEST:g} to {FASTEST:g}."
        raise SensorError(f"{pace:g} is no speed of a replay.", kind="address", where=f"replay:{rest}", remedy=remedy)
    return path, pace


def open_replay(rest: str, document: Document, seed: int) -> Replay:
    """Return the source of a recording in any format that can be read; raises SensorError or RecordingError."""
    from neodent_viewer.files.recording_formats import read_any

    path, speed = replay_address(rest)
    recording = read_any(path)
    return replay_of(recording, path, speed)


def replay_of(recording: Recording, path: Path, speed: float = 1.0) -> Replay:
    """Return the source that plays a recording, read from a file."""
    origin = recording.origin
    return Replay(
        recording.tracks,
        path.name,
        start=origin.start,
        midnight=None if math.isnan(origin.midnight) else origin.midnight,
        speed=speed,
        epoch=origin.epoch,
        identity=recording.identity,
        where=str(path),
    )


def reel(live: Live) -> Reel:
    """Return what plays, for chapters: a recording, or live time."""
    replay = live.replay
    if replay is None:
        return Reel("", live.wall().timestamp() - live.clock.now())
    return Reel(replay.identity, replay.epoch, replay.name)


def faults_of(live: Live, replay: Replay) -> tuple[tuple[str, Fault], ...]:
    """Return (channel key, fault) of everything wrong in a recording by the thresholds of now, in order of `Fault.detected`.

    What consent withholds for the present purpose is left out.
    """
    intakes: Intakes = live.fresh_intakes()
    again = Replay(replay.tracks, start=replay.begin)
    again.start(live.clock)
    findings = Findings()
    for _, news in judge(intakes, again, places(again)):
        findings.take(news or {})
    return tuple(
        (key, fault)
        for key, fault in findings.ordered
        if live.allows(key, live.purpose, simulated=intakes.channels[key].simulated)
    )


def known_faults(live: Live) -> tuple[tuple[str, Fault], ...]:
    """Return (channel key, fault) of what is known to be wrong in the recording that plays, as far as consent goes.

    That is everything where nobody looks ahead, at the cost of judging all of it now; and what has been found ahead so far
    otherwise.
    """
    replay, ahead = live.replay, live.foresight
    if replay is None:
        return ()
    if ahead is None or ahead.replay is not replay:
        return faults_of(live, replay)
    allowed = {key: live.allows(key, live.purpose, simulated=replay.simulated) for key in {k for k, _ in ahead.faults}}
    return tuple(one for one in ahead.faults if allowed[one[0]])


def next_fault(live: Live, *, back: bool = False) -> tuple[str, Fault] | None:
    """Let the replay go to where the next (or the previous) fault becomes known; return it, None where there is none."""
    replay = live.replay
    if replay is None:
        return None
    here = replay.here()
    faults = known_faults(live)
    places = replay.known_at(np.array([fault.detected for _, fault in faults]))
    ahead = np.nonzero(places < here if back else places > here)[0]
    if not len(ahead):
        return None
    row = int(ahead[-1 if back else 0])
    replay.seek(float(places[row]))
    return faults[row]
