"""Hours of 64 channels in the real window: how long each place takes that somebody scrubs to."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from neodent_viewer.core.clock import ManualClock
from neodent_viewer.document.document import Document
from neodent_viewer.files.recordings import Origin, Recording
from neodent_viewer.jobs.figure import Figure
from neodent_viewer.sensors.sample import Block
from neodent_viewer.sensors.track import Track, track

#: upper and lower, without wisdom teeth; those that are chewed with tell their force too: 64 channels
TEETH = tuple(quadrant * 10 + place for quadrant in (1, 2, 3, 4) for place in range(1, 8))
MOLARS = tuple(tooth for tooth in TEETH if tooth % 10 >= 6)
#: pictures a second of the window that recorded, and seconds that the simulation is asked for at once
_TICKS, _AT_ONCE = 60.0, 60.0


def full_mouth() -> Document:
    """Return the demo smile with 64 channels on its 28 teeth."""
    from neodent_viewer.jobs.demo import demo_document

    document = demo_document()
    fill_mouth(document)
    return document


def fill_mouth(document: Document) -> None:
    """Put 64 channels on the 28 teeth of the demo smile, in place of what it carries."""
    from neodent_viewer.live.placement import place_probes

    for name in tuple(document.probes):
        document.set(("probes", name), None)
    place_probes(document, MOLARS, ("temperature", "ph", "force"))
    place_probes(document, [tooth for tooth in TEETH if tooth not in MOLARS], ("temperature", "ph"))


def long_night(document: Document, hours: float, seed: int = 0) -> Recording:
    """Return what a simulated mouth with its faults sends in so many hours to a window of 60 pictures/s."""
    from neodent_viewer.live.feeds import SimulatedMouth

    mouth, clock = SimulatedMouth(document, seed), ManualClock()
    mouth.start(clock)
    blocks: dict[str, list[Block]] = {}
    end = 3600.0 * hours
    for until in np.append(np.arange(_AT_ONCE, end, _AT_ONCE), end).tolist():
        for block in mouth.read(until):
            blocks.setdefault(block.channel, []).append(block)
    mouth.close()
    epoch = datetime(2030, 5, 1, 21, tzinfo=UTC).timestamp()
    return Recording(tuple(_track(key, parts) for key, parts in blocks.items()), Origin(0.0, epoch, 3.0 * 3600.0))


def _track(key: str, parts: list[Block]) -> Track:
    times, values, arrival = (
        np.concatenate([getattr(one, name) for one in parts]) for name in ("times", "values", "arrival")
    )
    return track(key, times, values, arrival, read=np.ceil(arrival * _TICKS) / _TICKS, simulated=True)


def bench_scrub(window: Callable[..., dict[str, Any]], hours: float = 1.0) -> Iterator[Figure]:
    """Measure a drag along a recording and back, and leaps in it; `window` runs the real one and returns what it says."""
    from neodent_viewer.files.project import save_project
    from neodent_viewer.files.recording_mcap import write

    document = full_mouth()
    with tempfile.TemporaryDirectory() as folder:
        project, recording = Path(folder) / "mouth.neodent", Path(folder) / "night.mcap"
        write(long_night(document, hours), recording)
        save_project(document, None, project)
        told = window(project, "--feed", f"replay:{recording}", "--scrub", patience=300.0 + 300.0 * hours)
    size = "x".join(map(str, told["canvas"]))
    extra = {key: told[key] for key in ("samples", "known_s", "memory_mib")}
    for name in ("playing", "forwards", "backwards", "leaps", "unknown"):
        one = told[name]
        tail = {
            "tick_median_ms": round(median(one["tick_ms"]), 2),
            "tick_max_ms": round(max(one["tick_ms"]), 1),
            "held_max_ms": round(max(one["held_ms"]), 1),
        }
        yield Figure(
            f"scrub {name}",
            one["shown_ms"],
            f"place to picture, {hours:g} h of 64 channels, canvas {size}",
            extra | tail,
        )
