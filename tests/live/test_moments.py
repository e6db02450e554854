"""What faults do to the picture, as a Moment says it: slot by slot against the envelopes themselves."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from neodent_viewer.glitch import envelope
from neodent_viewer.glitch.rules import Rule
from neodent_viewer.live.moments import Rows, moment_of
from neodent_viewer.sensors.fault import Fault, FaultKind

PROBES = ("a", "a", "b", "c", "c", "c")
faults = st.builds(
    Fault,
    st.sampled_from(list(FaultKind)),
    st.just(0.0),
    st.just(1.0),
    st.sampled_from([1.0, 2.0, 5.0, 9.0]),
    st.just(1.0),
)
lit = st.lists(st.tuples(faults, st.sampled_from([0.1, 0.5, 1.0])), min_size=1, max_size=4)


@given(st.dictionaries(st.sampled_from("abc"), lit), st.floats(0.0, 20.0))
def test_each_slot_tells_of_the_fault_that_was_known_last_of_its_probe(running, now):
    count = len(PROBES)
    rows = Rows(PROBES, tuple(map(str, range(count))), [1.0] * count, [1, 2, 3, 4, 9, 1], [False] * count, running)
    moment = moment_of(rows, now, "view", [Rule("any", "e", "x", attack=0.0)])
    assert moment.quality.tolist() == [1.0, 1.0, np.float32(0.35), 0.0, 0.0, 1.0]
    for slot, probe in enumerate(PROBES):
        found = running.get(probe)
        if found is None:
            assert (moment.energy[slot], moment.onset[slot], moment.kinds[slot]) == (0.0, -np.inf, "")
            assert moment.noise[slot] == moment.form[slot] == 0.0
            continue
        first, _ = max(found, key=lambda one: (one[0].detected, one[1]))
        assert (moment.onset[slot], moment.kinds[slot]) == (first.detected, first.kind.value)
        assert moment.energy[slot] == np.float32(max(energy for _, energy in found))
        age = now - first.detected
        assert moment.noise[slot] == np.float32(envelope.noise(age)) and moment.form[slot] == np.float32(
            envelope.form(age)
        )
    assert moment.noise.dtype == moment.form.dtype == moment.energy.dtype == np.float32
    assert moment.onset.dtype == np.float64
