"""What a mouth would send: temperature, pH and bite force of a tooth as pure functions of seed, channel and time.

Figures: 34.5 °C awake, pH 7.2 +- 0.5, back within about 1.3 min of an acid drink (J Dent 2016;51:49); a sealed thermometer
answers in 3-12 s (Sens. Mater. 35:1315); 300-600 N at the molars (Sensors 16:1244).
"""

from __future__ import annotations

from collections.abc import Callable
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]

#: a drink about every so many seconds, a mouthful of chewing about every so many
DRINK_EVERY, CHEW_EVERY = 36.0, 14.0


def mix(seed: int, index: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return scrambled 64-bit words, one per index: splitmix64 (Steele, Lea, Flood, OOPSLA 2014) used as a counter hash."""
    with np.errstate(over="ignore"):
        z = index.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(seed & 0xFFFFFFFFFFFFFFFF)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(z ^ (z >> np.uint64(31)))


def uniform(seed: int, index: NDArray[np.int64]) -> Float64:
    """Return numbers in [0, 1), one per index, the same for the same seed whatever the order they are asked in."""
    return np.asarray((mix(seed, index) >> np.uint64(11)).astype(np.float64) * 2.0**-53)


def normal(seed: int, index: NDArray[np.int64]) -> Float64:
    """Return standard normal numbers, one per index (Box and Muller, 1958)."""
    radius = np.sqrt(-2.0 * np.log(1.0 - uniform(seed, index)))
    return np.asarray(radius * np.cos(2.0 * np.pi * uniform(seed + 1, index)))


def seed_of(seed: int, name: str) -> int:
    """Return the seed of one named thing within a run."""
    return (seed * 1_000_003 + crc32(name.encode())) * 2_654_435_761 & 0xFFFFFFFFFFFFFFFF


def frontness(tooth: int) -> float:
    """Return 1 at the incisors down to 0 at the third molars; 0.6 where the tooth is not known.

    >>> frontness(11), frontness(48)
    (1.0, 0.0)
    """
    return 1.0 - (tooth % 10 - 1) / 7.0 if tooth else 0.6


def _drinks(seed: int, t: Float64, rise: float, fall: float) -> tuple[Float64, Float64]:
    """Return how far the present and the last drink are felt (k,), and their kind in [0, 1)."""
    felt, kind = np.zeros_like(t), np.zeros_like(t)
    window = np.floor(t / DRINK_EVERY).astype(np.int64)
    for back in (0, 1, 2, 3):  # older ones have died away
        start = (window - back + 0.35 + 0.5 * uniform(seed, window - back)) * DRINK_EVERY
        since = np.clip(t - start, 0.0, None)
        pulse = (1.0 - np.exp(-since / rise)) * np.exp(-since / fall)
        kind_here = uniform(seed + 7, window - back)
        felt += pulse * np.where(window - back >= 0, 1.0, 0.0) * np.where(kind_here < 0.5, 1.0, -1.0)
        kind = np.maximum(kind, pulse * kind_here)
    return felt, kind


def temperature(seed: int, tooth: int, key: str, t: Float64, index: NDArray[np.int64]) -> Float64:
    """Return °C (k,): warmer at the back, swaying with the breath at the front, hot and cold drinks."""
    own = seed_of(seed, key)
    front = frontness(tooth)
    base = 35.4 - 1.3 * front + 0.7 * (uniform(own, np.zeros(1, np.int64))[0] - 0.5)
    breath = (0.06 + 0.34 * front) * np.sin(2 * np.pi * t / 4.3 + 0.25 * np.sin(2 * np.pi * t / 23.0))
    wander = 0.25 * np.sin(2 * np.pi * t / 61.0 + 6.28 * front)
    felt, _ = _drinks(seed, t, rise=4.0, fall=9.0)
    return np.asarray(base + breath + wander + felt * (1.5 + 3.0 * front) + 0.02 * normal(own, index))


def ph(seed: int, tooth: int, key: str, t: Float64, index: NDArray[np.int64]) -> Float64:
    """Return pH (k,): saliva near 7.2, down with every second or so drink, back within 1.3 min."""
    own = seed_of(seed, key)
    base = 7.2 + 0.4 * (uniform(own, np.zeros(1, np.int64))[0] - 0.5)
    felt, _ = _drinks(seed, t, rise=5.0, fall=26.0)
    acid = np.clip(felt, 0.0, 1.0) * (1.2 + 0.8 * frontness(tooth))
    return np.asarray(base - acid + 0.06 * np.sin(2 * np.pi * t / 17.0) + 0.012 * normal(own, index))


def force(seed: int, tooth: int, key: str, t: Float64, index: NDArray[np.int64]) -> Float64:
    """Return N (k,): a few newtons of clenching, mouthfuls chewed in bursts, hardest at the molars."""
    own = seed_of(seed, key)
    window = np.floor(t / CHEW_EVERY).astype(np.int64)
    into = t - (window + 0.25 * uniform(seed + 11, window)) * CHEW_EVERY
    length = 5.0 + 3.0 * uniform(seed + 12, window)
    chewing = (into > 0.0) & (into < length)
    cycle = 0.72 + 0.16 * uniform(seed + 13, window)
    bite = np.floor(into / cycle).astype(np.int64)
    phase = into / cycle - bite
    burst = np.where(phase < 0.5, np.sin(2.0 * np.pi * np.clip(phase, 0.0, 0.5)) ** 2, 0.0)
    strength = 0.55 + 0.45 * uniform(own + 3, window * 64 + bite)
    peak = 520.0 - 380.0 * frontness(tooth)
    return np.asarray(2.5 + np.where(chewing, peak * strength * burst, 0.0) + 0.6 * normal(own, index))


#: quantity -> what it looks like; a quantity without an entry has no simulated feed
SIGNALS: dict[str, Callable[[int, int, str, Float64, NDArray[np.int64]], Float64]] = {
    "temperature": temperature,
    "ph": ph,
    "force": force,
}
