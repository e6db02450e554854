"""When, in a recording, the probes of one quantity are held against each other.

Such a verdict counts for samples that are read from then on, whichever channel they are of. So a recording that is handed out
in long blocks, channel after channel, must be cut there, or what is shown would depend on the blocks.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from neodent_viewer.sensors.battery import bin_width
from neodent_viewer.sensors.quality import known_channel
from neodent_viewer.sensors.sample import Float64
from neodent_viewer.sensors.track import Track


def verdict_times(tracks: Sequence[Track]) -> Float64:
    """Return the times (k,) at which something was read that completes the first bin of its number in its quantity."""
    first: dict[str, list[tuple[Float64, Float64]]] = {}
    for track in tracks:
        channel = known_channel(track.channel)
        if channel is not None and len(track):
            numbers = np.floor(np.where(np.isfinite(track.values), track.times, -np.inf) / bin_width(channel))
            highest = np.maximum.accumulate(np.where(np.isfinite(numbers), numbers, -np.inf))
            rows = np.nonzero(highest[1:] > highest[:-1])[0] + 1
            first.setdefault(channel.quantity.name, []).append((highest[rows], track.read[rows]))
    found = []
    for bins in first.values():
        numbers, read = (np.concatenate(column) for column in zip(*bins, strict=True))
        order = np.lexsort((read, numbers))
        numbers, read = numbers[order], read[order]
        found.append(read[np.concatenate([[True], numbers[1:] > numbers[:-1]])[: len(read)]])
    return np.unique(np.concatenate(found)) if found else np.zeros(0)
