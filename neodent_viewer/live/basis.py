"""What a judgement of a recording depends on besides the recording itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from neodent_viewer.document.document import Document
from neodent_viewer.document.thresholds import THRESHOLDS
from neodent_viewer.live.gate import Gate
from neodent_viewer.sensors.channel import Channel
from neodent_viewer.sensors.track import Track

#: samples handed out without a wait that a person would feel; seconds a guess at what holds somewhere is made from
MOST_AT_ONCE, WARM_UP = 12_000, 60.0


@dataclass(frozen=True, slots=True)
class Basis:
    """Equal for two judgements that come to the same.

    Attributes
    ----------
    thresholds : str
        As text: settings are JSON values.
    expected : tuple of Channel
    comparable : frozenset of str
        Channels that may be held against others.
    midnight : float
    """

    thresholds: str
    expected: tuple[Channel, ...]
    comparable: frozenset[str]
    midnight: float


class Judge(Protocol):
    """The live side, as far as its judgement depends on it."""

    document: Document

    purpose: str
    gate: Gate

    @property
    def expected(self) -> tuple[Channel, ...]:
        """Channels of the document's probes."""

    @property
    def midnight(self) -> float:
        """A midnight (s)."""

    def allows(self, channel: str, purpose: str, *, simulated: bool = False) -> bool:
        """Return whether consent allows a channel for a purpose now."""


class Tracks(Protocol):
    """A recording that plays."""

    tracks: tuple[Track, ...]
    simulated: bool


def basis_of(live: Judge, replay: Tracks) -> Basis:
    """Return what a judgement of a recording depends on now."""
    expected = live.expected
    keys = {channel.key for channel in expected} | {track.channel for track in replay.tracks}
    comparable = frozenset(
        key
        for key in keys
        if all(live.allows(key, one, simulated=replay.simulated) for one in {live.purpose, *live.gate.purposes})
    )
    return Basis(repr(live.document.settings.get(THRESHOLDS)), expected, comparable, live.midnight)


def is_far(tracks: Sequence[Track], time: float | None, position: float) -> bool:
    """Return whether more lies between two times (s; None is the beginning) than can be handed out without a wait."""
    since = -math.inf if time is None else time
    return sum(int(np.diff(np.searchsorted(t.read, [since, position]))[0]) for t in tracks) > MOST_AT_ONCE


def shortly_before(tracks: Sequence[Track], position: float) -> float:
    """Return a time (s) from which to `position` a live side gets a fair idea of what holds there."""
    since = position - WARM_UP
    while is_far(tracks, since, position):
        since = (since + position) / 2.0
    return since
