"""Which faults are to be seen: the numbers that weights, waves, grains and the effects' focus share."""

import numpy as np
import pytest

from neodent_viewer.document.moment import Moment
from neodent_viewer.glitch import envelope
from neodent_viewer.render import faults


def moment(now, onsets, energies=None, slots=2):
    """Probes p0, p1, ... with as many slots each; a fault of each at its onset (None: none)."""
    times = np.repeat([-np.inf if t is None else t for t in onsets], slots)
    energy = np.repeat(np.ones(len(onsets)) if energies is None else energies, slots)
    return Moment(
        now=now,
        probes=tuple(f"p{k}" for k in range(len(onsets)) for _ in range(slots)),
        channels=tuple(f"c{k}" for k in range(len(times))),
        values=np.zeros(len(times)),
        energy=np.where(np.isfinite(times), energy, 0.0).astype(np.float32),
        noise=envelope.noise(now - times).astype(np.float32),
        form=envelope.form(now - times).astype(np.float32),
        onset=times,
    )


def somewhere(probe):
    return (float(probe[1:]), 2.0, 3.0), (0.6, 0.8, 0.0)


def test_each_probe_once_the_oldest_first_and_no_more_waves_than_shaders_have_room_for():
    found = faults.seen_faults(moment(5.0, [4.9, None, 3.0, 4.0, 4.5]), somewhere)
    assert [fault.probe for fault in found] == ["p2", "p3", "p4", "p0"]
    assert [fault.probe for fault in faults.waving(found)] == ["p2", "p3", "p4"]
    assert found[0].place.tolist() == [2.0, 2.0, 3.0] and found[0].axis.tolist() == [1.0, 0.0, 0.0]
    assert found[0].form > found[1].form > 0


def test_nothing_is_seen_before_after_without_energy_or_without_a_place():
    assert faults.seen_faults(Moment(), somewhere) == ()
    assert faults.seen_faults(moment(20.0, [1.0, None]), somewhere) == ()
    assert faults.seen_faults(moment(1.0, [0.9], [0.0]), somewhere) == ()
    assert faults.seen_faults(moment(1.0, [0.9]), lambda probe: None) == ()


@pytest.mark.parametrize("energy", [0.0, 0.1, 0.3, 0.5, 0.8, 1.0])
def test_strength_is_glsl_smoothstep(energy):
    u = np.clip((energy - 0.10) / 0.70, 0, 1)
    assert faults.strength_of(energy) == pytest.approx(u * u * (3 - 2 * u))


def test_slots_of_a_probe_share_a_beat_and_all_fall_into_step():
    early = faults.probe_phases(moment(5.1, [5.0, None, None, None, None, None]))
    assert np.array_equal(early[::2], early[1::2]) and np.ptp(np.cos(early)) > 0.3
    late = faults.probe_phases(moment(8.0, [5.0, None, None, None, None, None]))
    assert np.abs(late).max() < 0.2
    assert faults.probe_phases(Moment()).shape == (0,)
    assert not faults.probe_phases(moment(5.0, [None, None])).any()


def test_only_form_sends_waves():
    found = faults.seen_faults(moment(5.0, [4.99, 3.0]), somewhere)
    assert len(found) == 2 and [f.probe for f in faults.waving(found)] == ["p1"]
    uniforms = faults.wave_uniforms(found, 0.5)
    # all of each array: NVIDIA's driver counts it as used to its end
    assert set(uniforms) == {f"u_wave_{name}[{k}]" for name in ("place", "axis", "phase") for k in range(faults.MOST)}
    assert uniforms["u_wave_place[1]"] == (0.0, 0.0, 0.0, 0.0)
    assert uniforms["u_wave_place[0]"][3] == pytest.approx(found[0].form) and uniforms["u_wave_axis[0]"][3] == 0.5


def test_a_probe_that_points_up_opens_to_the_front():
    assert faults.level(np.array([0.0, 1.0, 0.0])).tolist() == [0.0, 0.0, 1.0]
    assert faults.level(np.zeros(3)).tolist() == [0.0, 0.0, 1.0]
