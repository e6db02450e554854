"""What a mouth goes through in hours: rest, drinks, meals, talk, sleep; functions of time that can be laid over each other.

Beside `physiology`, which makes a lively demo of a minute, this is for long records: resting levels with slow wander, and
episodes that look like trouble and are none. Figures: pH 7.2 +- 0.5 and 34.5 °C awake, 6.7 and 35.6 °C asleep, an acid drink
is over in about 1.3 min (J Dent 2016;51:49); a sealed thermometer answers in 3-12 s (Sens. Mater. 35:1315); 300-600 N at the
molars (Sensors 16:1244).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from neodent_viewer.sensors.sample import Float64
from neodent_viewer.sensors.sources.physiology import CHEW_EVERY, force, frontness, normal, seed_of, uniform

#: wander is a sum of so many waves, of periods between these seconds
_WAVES, _SHORTEST, _LONGEST = 7, 120.0, 2400.0
#: seconds from lying down to sleeping levels (half-way slope), and from sleeping to waking ones
_FALLING_ASLEEP, _WAKING = 420.0, 150.0


@dataclass(frozen=True, slots=True)
class Episode:
    """Something a person does.

    Attributes
    ----------
    kind : str
        A key of `EPISODES`.
    start, end : float
        Seconds since the record began.
    """

    kind: str
    start: float
    end: float


def _dice(seed: int, name: str, count: int) -> Float64:
    """Return numbers in [0, 1), (count,)."""
    return uniform(seed_of(seed, name), np.arange(count))


def wander(seed: int, t: Float64, spread: float) -> Float64:
    """Return a slow, trendless unrest (k,) with this standard deviation."""
    periods = _SHORTEST * (_LONGEST / _SHORTEST) ** _dice(seed, "periods", _WAVES)
    phases = 2.0 * np.pi * _dice(seed, "phases", _WAVES)
    waves = np.zeros_like(t)
    for period, phase in zip(periods, phases, strict=True):
        waves += np.sin(2.0 * np.pi * t / period + phase)
    return np.asarray(waves * (spread * np.sqrt(2.0 / _WAVES)))


def resting(quantity: str, seed: int, tooth: int, t: Float64) -> Float64:
    """Return what a resting mouth sends at times `t` (k,), in the quantity's unit."""
    index = np.arange(len(t))
    own = float(_dice(seed, "own", 1)[0]) - 0.5
    front = frontness(tooth)
    if quantity == "temperature":
        breath = (0.05 + 0.15 * front) * np.sin(2.0 * np.pi * t / 4.3 + 0.4 * np.sin(2.0 * np.pi * t / 31.0))
        noise = 0.03 * normal(seed_of(seed, "noise"), index)
        return 35.2 - 1.0 * front + 0.6 * own + breath + wander(seed, t, 0.12) + noise
    if quantity == "ph":
        swallow = 0.03 * np.sin(2.0 * np.pi * t / 47.0 + 6.0 * own)
        return 7.2 + 0.5 * own + swallow + wander(seed, t, 0.04) + 0.015 * normal(seed_of(seed, "noise"), index)
    return 2.5 + 0.6 * normal(seed_of(seed, "noise"), index)


def _pulse(t: Float64, at: float, rise: float, fall: float) -> Float64:
    """Return a pulse of height 1 that begins at `at` (s)."""
    since = np.clip(t - at, 0.0, None)
    peak = fall / (rise + fall) * (rise / (rise + fall)) ** (rise / fall)
    return np.asarray((1.0 - np.exp(-since / rise)) * np.exp(-since / fall) / peak)


def _sips(seed: int, t: Float64, episode: Episode, rise: float, fall: float) -> Float64:
    """Return sip after sip (k,), each of a size of its own up to 1."""
    felt = np.zeros_like(t)
    at, number = episode.start, 0
    dice = _dice(seed, f"sips {episode.start}", 400)
    while at < episode.end and number < 199:
        near = slice(int(np.searchsorted(t, at)), int(np.searchsorted(t, at + 12.0 * fall)))
        felt[near] += (0.6 + 0.4 * dice[2 * number]) * _pulse(t[near], at, rise, fall)
        at += 25.0 + 35.0 * float(dice[2 * number + 1])
        number += 1
    return np.asarray(np.minimum(felt, 1.2))


def acid_drink(quantity: str, seed: int, tooth: int, t: Float64, episode: Episode) -> Float64:
    """Return what an acid drink, sipped cold, adds (k,)."""
    if quantity == "ph":
        return -2.2 * _sips(seed, t, episode, 5.0, 26.0)
    return -5.0 * _sips(seed, t, episode, 5.0, 10.0) if quantity == "temperature" else np.zeros_like(t)


def hot_tea(quantity: str, seed: int, tooth: int, t: Float64, episode: Episode) -> Float64:
    """Return what hot tea, sipped, adds (k,)."""
    if quantity == "temperature":
        return (5.0 + 5.0 * frontness(tooth)) * _sips(seed, t, episode, 5.0, 11.0)
    return -0.7 * _sips(seed, t, episode, 6.0, 24.0) if quantity == "ph" else np.zeros_like(t)


def _while(t: Float64, episode: Episode, edge: float) -> Float64:
    """Return 1 within an episode and 0 outside, with soft edges of this many seconds."""
    inside = np.clip((t - episode.start) / edge, -30, 30), np.clip((episode.end - t) / edge, -30, 30)
    return np.asarray(1.0 / (1.0 + np.exp(-inside[0])) / (1.0 + np.exp(-inside[1])))


def chewing(quantity: str, seed: int, tooth: int, t: Float64, episode: Episode) -> Float64:
    """Return what a meal adds (k,): bites, warm mouthfuls, saliva."""
    if quantity == "force":
        index = np.arange(len(t))
        return np.where((t >= episode.start) & (t < episode.end), force(seed, tooth, "meal", t, index) - 2.5, 0.0)
    inside = _while(t, episode, 15.0)
    if quantity == "ph":
        return 0.25 * inside * (1.0 + 0.2 * np.sin(2.0 * np.pi * t / (5.0 * CHEW_EVERY)))
    return inside * (0.4 + 0.5 * np.sin(2.0 * np.pi * t / (2.0 * CHEW_EVERY)))


def speech(quantity: str, seed: int, tooth: int, t: Float64, episode: Episode) -> Float64:
    """Return what talking adds (k,): air cools the front teeth and dries them a little, sentence by sentence."""
    inside = _while(t, episode, 5.0)
    if quantity == "temperature":
        sentence = 1.0 + 0.5 * np.sin(2.0 * np.pi * t / 9.0 + np.sin(2.0 * np.pi * t / 41.0))
        return -(0.3 + 1.2 * frontness(tooth)) * inside * sentence
    return -0.12 * inside if quantity == "ph" else np.zeros_like(t)


def sleep(quantity: str, seed: int, tooth: int, t: Float64, episode: Episode) -> Float64:
    """Return what sleep adds (k,): another level, reached within half an hour and left faster."""
    falling = np.clip((t - episode.start) / _FALLING_ASLEEP - 2.0, -30, 30)
    waking = np.clip((episode.end - t) / _WAKING, -30, 30)
    asleep = 1.0 / (1.0 + np.exp(-falling)) / (1.0 + np.exp(-waking))
    return np.asarray({"temperature": 1.1, "ph": -0.5}.get(quantity, 0.0) * asleep)


#: what a person does -> what it adds to a quantity; one line an episode
EPISODES: dict[str, Callable[[str, int, int, Float64, Episode], Float64]] = {
    "acid drink": acid_drink,
    "hot tea": hot_tea,
    "chewing": chewing,
    "speech": speech,
    "sleep": sleep,
}


def mouth(quantity: str, seed: int, tooth: int, t: Float64, episodes: list[Episode]) -> Float64:
    """Return what a mouth sends at times `t` (k,) while a person goes through these episodes."""
    values = resting(quantity, seed, tooth, t)
    for episode in episodes:
        values = values + EPISODES[episode.kind](quantity, seed, tooth, t, episode)
    return values
