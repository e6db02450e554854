"""Speed of the live side: a tick, the checks, and placing a probe. Run with ``make bench``."""

from datetime import UTC, datetime
from statistics import median
from time import perf_counter

import numpy as np
import pytest

from neodent_viewer.core.clock import ManualClock
from neodent_viewer.document.anchor import Anchor
from neodent_viewer.document.document import Document
from neodent_viewer.document.probe import Probe
from neodent_viewer.fields.weights import SeedDistances, probe_weights
from neodent_viewer.jobs.big_mesh import big_surface
from neodent_viewer.live.feeds import open_feed
from neodent_viewer.live.live import Live
from neodent_viewer.sensors.bins import Binner
from neodent_viewer.sensors.channel import channel
from neodent_viewer.sensors.checks.attenuated import Attenuated
from neodent_viewer.sensors.checks.climatology import Climatology, Usual
from neodent_viewer.sensors.checks.decoupling import Decoupling
from neodent_viewer.sensors.checks.drift import Drift
from neodent_viewer.sensors.checks.flat_line import FlatLine
from neodent_viewer.sensors.checks.gap import Gap
from neodent_viewer.sensors.checks.gross_range import GrossRange
from neodent_viewer.sensors.checks.late import Late
from neodent_viewer.sensors.checks.neighbour import Neighbour
from neodent_viewer.sensors.checks.outlier import Outlier
from neodent_viewer.sensors.checks.rate_of_change import RateOfChange
from neodent_viewer.sensors.checks.saturation import Saturation
from neodent_viewer.sensors.checks.spike import Spike
from neodent_viewer.sensors.quality import ChannelQuality
from neodent_viewer.sensors.sample import block
from neodent_viewer.sensors.timebase import SourceClock

pytestmark = pytest.mark.benchmark_suite


def crowd(count, quantities):
    document = Document()
    for i in range(count):
        name = f"s{i}"
        anchor = Anchor("upper", 1, 0, (1.0, 0.0, 0.0), (0.0, 0.0, 0.0))
        document.set(("probes", name), Probe(name, name, anchor, 11, (channel(name, quantities[i % len(quantities)]),)))
    return document


@pytest.mark.parametrize("quantities", [("temperature", "ph", "force"), ("force",)], ids=["mixed", "all at 50 Hz"])
def test_a_tick_of_64_channels(quantities, tell):
    document = crowd(64, quantities)
    live = Live(document, ManualClock())
    live.add_source(open_feed("sim", document, 1))
    took = []
    for _ in range(60 * 30):
        now = live.clock.advance(1 / 60)
        start = perf_counter()
        live.tick(now)
        took.append(perf_counter() - start)
    live.close()
    tell(f"tick of 64 simulated channels: {_spread(took[60:])}")


def _spread(took):
    took = np.array(took) * 1000
    return f"median {np.median(took):.3f} ms, 99 % {np.percentile(took, 99):.3f} ms, worst {took.max():.3f} ms"


@pytest.mark.parametrize("values", ["alive", "stuck"])
def test_a_tick_that_takes_in_10_000_samples_a_second(values, tell):
    class Firehose:
        simulated = True

        def start(self, clock):
            self.rng = np.random.default_rng(0)

        def read(self, until):
            times = until - np.array([0.010, 0.005, 0.0])
            alive = 5 + self.rng.random((56, 3)) if values == "alive" else np.full((56, 3), 5.0)
            return [block(f"s{i}/force", times, row) for i, row in enumerate(alive)]

        def status(self):
            raise NotImplementedError

        def close(self):
            pass

    document = crowd(64, ("force",))
    live = Live(document, ManualClock())
    live.grant(["*"], ["view"], datetime(2100, 1, 1, tzinfo=UTC), "Ada")
    live.add_source(Firehose())
    took = []
    for _ in range(600):
        now = live.clock.advance(1 / 60)
        start = perf_counter()
        live.tick(now)
        took.append(perf_counter() - start)
    live.close()
    tell(f"tick at 10,080 samples/s, all {values}: {_spread(took[60:])} (wanted: 2 ms)")


def test_quality_of_a_long_block(tell):
    rng = np.random.default_rng(0)
    series = block("t11/force", np.arange(200_000) / 50.0, 5 + rng.random(200_000))
    quality = ChannelQuality(channel("t11", "force"))
    start = perf_counter()
    quality.update(series)
    tell(f"all checks together: {len(series) / (perf_counter() - start) / 1000:.0f} k samples/s")


PERIOD = 0.02
CHECKS = {
    "gross_range": lambda: GrossRange((0.0, 60.0), (30.0, 40.0)),
    "flat_line": lambda: FlatLine(3.0, 1e-9),
    "spike": lambda: Spike(1.0, 4.0),
    "outlier": lambda: Outlier(4.2, 0.1),
    "rate_of_change": lambda: RateOfChange(50.0),
    "gap": lambda: Gap(PERIOD, 2.5),
    "late": lambda: Late(0.5),
    "decoupling": lambda: Decoupling(30.0, 42.0, 20.0),
    "saturation": lambda: Saturation(0.1, 59.9, 1.0),
    "attenuated": lambda: Attenuated(0.1, 6),
    "climatology": lambda: Climatology((Usual(0, 24, 30.0, 40.0),), 0.0, 30),
    "drift": lambda: Drift(0.3, 3.0),
    "neighbour": lambda: Neighbour(3.0),
    "clock": lambda: SourceClock(PERIOD, 3.0),
}


@pytest.mark.parametrize("name", CHECKS)
def test_how_many_samples_a_check_judges(name, tell):
    count = 1_000_000
    times = np.arange(count) * PERIOD
    values = 34.5 + 0.1 * np.random.default_rng(0).standard_normal(count)
    best = min(_seconds(CHECKS[name](), times, values) for _ in range(3))
    tell(f"{name}: {count / best / 1e6:.1f} M samples/s (wanted: 1)")


def _seconds(check, times, values):
    start = perf_counter()
    binner = Binner(10.0)
    for i in range(0, len(times), 4096):
        t, v = times[i : i + 4096], values[i : i + 4096]
        if isinstance(check, SourceClock):
            check.calm(t, t)
        elif hasattr(check, "sweep"):
            check.sweep(t, v, t)
        else:
            for _, closed in binner.update(t.tolist(), v.tolist(), t.tolist()):
                if isinstance(check, Neighbour):
                    check.close("a", closed), check.close("b", closed)
                else:
                    check.close(closed)
    return perf_counter() - start


def test_placing_a_probe_on_330_000_triangles(tell):
    surface = big_surface(330_000)
    kept = SeedDistances(surface.vertices, surface.faces)
    seeds = np.linspace(0, len(surface.vertices) - 1, 12).astype(np.int64)
    probe_weights(surface.vertices, surface.faces, seeds, distances=kept)
    took = []
    for i in range(9):
        placed = np.append(seeds, 1000 + 9_000 * i)
        start = perf_counter()
        probe_weights(surface.vertices, surface.faces, placed, distances=kept)  # fault set
        probe_weights(surface.vertices, surface.faces, placed[::2], distances=kept)  # field set
        took.append(perf_counter() - start)
    tell(
        f"placing a probe among 12 on {len(surface.faces)} triangles, both sets: {median(took) * 1000:.1f} ms (wanted: 50)"
    )
