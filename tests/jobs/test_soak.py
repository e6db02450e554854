"""Under load, and with troubles that come round again, the live side loses nothing and holds no more than it may."""

import sys
from datetime import UTC, datetime

import numpy as np
import pytest

from neodent_viewer.core.clock import ManualClock
from neodent_viewer.jobs import soak as soak_module
from neodent_viewer.jobs.soak import Mouths, Soaked, crowd, soak
from neodent_viewer.live import intake as intake_module
from neodent_viewer.live.live import Live
from neodent_viewer.live.mapping import MappedSource


def footprint(*roots):
    """Return the bytes of everything of ours that can be reached from some objects."""
    seen, waiting, total = set(), list(roots), 0
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, type) or callable(one):
            continue
        seen.add(id(one))
        total += sys.getsizeof(one)
        if isinstance(one, np.ndarray):
            waiting += [one.base] if one.base is not None else []
        elif isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list | tuple | set | frozenset) or type(one).__name__ == "deque":
            waiting += one
        elif type(one).__module__.startswith("neodent_viewer"):
            waiting += vars(one).values() if hasattr(one, "__dict__") else []
            slots = [name for cls in type(one).__mro__ for name in getattr(cls, "__slots__", ())]
            waiting += [getattr(one, name) for name in slots if hasattr(one, name)]
    return total


def run(seconds, since=0.0, **how):
    live, source = Live(crowd(), ManualClock()), Mouths(**how)
    live.grant(["*"], ["view"], datetime(2100, 1, 1, tzinfo=UTC), "Ada")
    live.add_source(MappedSource(source, live.document))
    sizes, found = {}, None
    for found in soak(live, source, seconds, live.clock):
        if found.seconds >= since:
            sizes[found.seconds] = footprint(live._intakes, source)
    live.close()
    return found, sizes


@pytest.mark.slow
def test_what_is_held_no_longer_grows_once_every_trouble_has_come_round(monkeypatch):
    monkeypatch.setattr(intake_module, "LEAVES", 512)
    monkeypatch.setattr(soak_module, "TICKS", 10)
    found, sizes = run(480.0, since=240.0, rate=1_000)
    assert (found.taken, found.dropped) == (found.sent, 0)
    assert found.sent > 480.0 * 1_000 * 0.9
    third = max(size for at, size in sizes.items() if at <= 360.0)
    fourth = max(size for at, size in sizes.items() if at > 360.0)
    assert fourth <= 1.05 * third, "samples kept for ever would add a tenth in each round"


def test_a_short_soak_says_what_it_did():
    found, sizes = run(12.0, rate=1_000)
    assert found.taken == found.sent > 10_000
    assert found.dropped == 0
    assert found.seconds == 12.0
    assert len(found.ticks) == pytest.approx(720, abs=2)
    assert sizes[12.0] > 1e6


def test_the_slope_is_that_of_the_line_after_the_warming_up():
    minutes = np.arange(0.0, 20.0, 0.5)
    rows = [(60.0 * m, 1e6 if m < 4.0 else 50_000.0 + 30.0 * m + 5.0 * (-1) ** i) for i, m in enumerate(minutes)]
    assert Soaked(seconds=1200.0, memory=rows).slope() == pytest.approx(30.0, abs=1.0)
    assert Soaked(seconds=1200.0, memory=rows[:2]).slope() == 0.0
    assert soak_module.resident() > 10_000.0
