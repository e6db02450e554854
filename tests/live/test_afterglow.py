"""Light of faults: what is remembered from tick to tick is what would be found anew."""

from datetime import UTC, datetime

import numpy as np
import pytest

from neodent_viewer.core.clock import ManualClock
from neodent_viewer.document.thresholds import THRESHOLDS
from neodent_viewer.jobs.soak import Mouths, crowd
from neodent_viewer.live.afterglow import Afterglow
from neodent_viewer.live.live import Live
from neodent_viewer.live.mapping import MappedSource
from neodent_viewer.sensors.fault import Fault, FaultKind


@pytest.mark.parametrize("hz", [5, 40])
def test_what_is_remembered_of_light_is_what_would_be_found_anew(hz):
    rng, document, clock = np.random.default_rng(hz), crowd(16), ManualClock()
    eager = {"attenuated": 50.0, "attenuated_over": 10.0, "still": 1.0}
    document.set(("settings", THRESHOLDS), {"temperature": eager, "ph": eager | {"attenuated_over": 30.0}})
    live, source = Live(document, clock), Mouths(16, 800)
    live.grant(["*"], ["view"], datetime(2100, 1, 1, tzinfo=UTC), "Nobody")
    live.add_source(MappedSource(source, document))
    kept = lit = 0
    for _ in range(70 * hz):
        now = clock.advance(1.0 / hz)
        live.tick(now)
        for key in source.keys:
            if rng.random() < 0.04:
                intake, until = live._intakes.channels[key], live.heard_to(key)
                told = intake.faults(now, until)
                kept += told is intake.faults(now, until)
                anew = Afterglow(intake.quality.log.hold).of(intake.quality.latest(until), now)
                assert [(f.kind, f.onset, f.detected, energy) for f, energy in told] == [
                    (f.kind, f.onset, f.detected, energy) for f, energy in anew
                ]
                lit += len(told)
    live.close()
    assert kept > 50 and lit > 50


def test_light_goes_out_some_time_after_a_fault_is_over():
    glow = Afterglow(hold=1.0)
    fault = Fault(FaultKind.SPIKE, 10.0, 10.0, 10.1, 0.5)
    told = [glow.of((fault,), now, version=7) for now in (10.1, 14.2, 15.0, 16.6, 20.0)]
    assert [[round(energy, 3) for _, energy in one] for one in told] == [[0.5], [0.5], [0.397], [0.003], []]
    assert glow.told(7, 20.0) == glow.told(7, 99.0) == []
    assert glow.told(7, 19.0) is None and glow.told(8, 20.0) is None
