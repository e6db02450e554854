"""What other programs recorded, made fit to be played as this program's own: names, units, times and values.

The rules are those of a live feed: units are converted where they are known, what measures something else is left
out, a number that no sensor measures is no value, a channel has one speaker. Recordings of our own stay as they are.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from neodent_viewer.core.errors import RecordingError, SensorError
from neodent_viewer.files.recordings import Recording
from neodent_viewer.sensors.channel import Flag
from neodent_viewer.sensors.discovery import native_key
from neodent_viewer.sensors.quality import known_channel
from neodent_viewer.sensors.tables import FARTHEST
from neodent_viewer.sensors.track import Track
from neodent_viewer.sensors.units import ABSURD_VALUE, UNITS, check_unit

#: characters of a name in a sentence
_SHOWN = 96


def admitted(recording: Recording, where: str) -> Recording:
    """Return a stranger's recording as it may be played; what was changed about it is told in its problems.

    Raises
    ------
    RecordingError
        ``empty`` where no sample of it can be used; `where` is its file.
    """
    problems = list(recording.problems)
    tracks: list[Track] = []
    for track in recording.tracks:
        one = _fit(_bounded(track, problems), problems)
        if one is not None and not _is_second(one, tracks, problems) and (len(one) or not len(track)):
            tracks.append(one)
    if recording.samples and not any(map(len, tracks)):
        what = f"Nothing in it can be used. {problems[0]}"
        remedy = (
            "Write times in seconds or as ISO 8601 (milliseconds as 'time [ms]'), and each value in its channel's unit."
        )
        raise RecordingError(what, kind="empty", where=where, remedy=remedy)
    origin = recording.origin
    if not abs(origin.start) <= FARTHEST:
        origin = replace(origin, start=min((float(one.read[0]) for one in tracks if len(one)), default=0.0))
    return replace(recording, tracks=tuple(tracks), origin=origin, problems=tuple(problems))


def _bounded(track: Track, problems: list[str]) -> Track:
    """Return a track without samples that have no time, its impossible values gone."""
    sound = np.ones(len(track), np.bool_)
    for column in (track.times, track.arrival, track.read):
        sound &= np.abs(column) <= FARTHEST
    if lost := int((~sound).sum()):
        problems.append(
            f"{lost} of {len(track)} samples of {track.channel[:_SHOWN]!r} have no time, or one too far away to be one "
            "(milliseconds?); they were left out."
        )
        track = track.rows(sound)
    values, flags = track.values, track.flags
    if absurd := int((np.abs(values) > ABSURD_VALUE).sum()):
        problems.append(
            f"{absurd} values of {track.channel[:_SHOWN]!r} are beyond anything a sensor measures; they count as missing."
        )
        values = np.where(np.abs(values) > ABSURD_VALUE, np.nan, values)
    known = np.isin(flags, list(map(int, Flag)))
    if not known.all():
        flags = np.where(known, flags, np.uint8(Flag.NOT_EVALUATED))
    return track if values is track.values and flags is track.flags else replace(track, values=values, flags=flags)


def _fit(track: Track, problems: list[str]) -> Track | None:
    """Return a track under the key of the channel it is, in the unit that is shown; None where it measures something else."""
    key = native_key(track.channel) or track.channel
    known = UNITS.get(track.unit)
    if known is not None and known.shown != track.unit and not track.calibrations:
        track = replace(track, values=track.values * known.scale + known.offset, unit=known.shown)
    channel = known_channel(key)
    if channel is not None:
        try:
            check_unit(track.unit, channel.quantity.name)
        except SensorError as error:
            problems.append(f"Samples of {key[:_SHOWN]!r} were left out, {len(track)} of them. {error.what}")
            return None
    return track if key == track.channel else replace(track, channel=key)


def _is_second(track: Track, others: list[Track], problems: list[str]) -> bool:
    """Return whether another has this key already: two senders' values make no series, and a channel has one consent."""
    if all(one.channel != track.channel for one in others):
        return False
    name = track.channel[:_SHOWN]
    problems.append(f"{name!r} is there more than once; the first was taken. Give each a name of its own.")
    return True
