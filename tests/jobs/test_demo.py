"""The demo as it ships: jaws, probes on their own teeth, consent that can be read, looks that name real effects."""

from datetime import UTC, datetime

import numpy as np
import pytest

from neodent_viewer.core.clock import ManualClock
from neodent_viewer.core.paths import assets_dir, shaders_dir
from neodent_viewer.document.document import Document
from neodent_viewer.document.look import Shading
from neodent_viewer.glitch.isf import read
from neodent_viewer.jobs.demo import SUBJECT, demo_document, demo_looks
from neodent_viewer.live.feeds import open_feed
from neodent_viewer.live.live import Live
from neodent_viewer.live.placement import USUAL_TEETH

needs_smile = pytest.mark.skipif(not (assets_dir() / "demo" / "upper.ply").is_file(), reason="no demo smile is built")


@pytest.fixture(scope="module")
def demo() -> Document:
    return demo_document(7)


@needs_smile
def test_jaws_carry_their_names_and_labels(demo):
    assert [(part.id, part.name, part.jaw) for part in demo.parts.values()] == [
        ("upper", "Upper jaw", "upper"),
        ("lower", "Lower jaw", "lower"),
    ]
    assert all(part.surface.labels is not None and not part.preview for part in demo.parts.values())


@needs_smile
def test_probes_sit_on_their_own_teeth_facing_out(demo):
    assert sorted(probe.tooth for probe in demo.probes.values()) == sorted(USUAL_TEETH)
    for probe in demo.probes.values():
        part = demo.parts[probe.anchor.part]
        assert part.jaw == ("upper" if probe.tooth < 30 else "lower")
        corners = part.surface.faces[probe.anchor.face]
        assert probe.tooth in part.surface.labels[corners]
        x, _, z = part.to_world(np.array(probe.anchor.position))
        assert (x < 0) == (probe.tooth // 10 in (1, 4)), "-x is the patient's right"
        if probe.tooth % 10 == 1:
            assert z > 10, "incisors are in front"


@needs_smile
def test_the_subject_has_consented_for_everyone_to_read(demo):
    live = Live(demo, ManualClock())
    sentence = live.consent.summary(datetime.now(UTC))
    assert sentence.startswith(SUBJECT) and "view, perform, record, until 2100-01-01" in sentence
    now = datetime.now(UTC)
    assert all(live.consent.allows("t11/ph", purpose, now, simulated=True) for purpose in ("view", "perform", "record"))
    assert not live.consent.allows("t11/ph", "publish", now, simulated=True)
    assert not live.consent.allows("t11/ph", "view", now), "a real sensor of that name is somebody else's mouth"
    live.close()


@needs_smile
def test_a_fault_shows_on_a_front_tooth_within_four_seconds_and_every_ten(demo):
    live = Live(demo, ManualClock())
    live.add_source(open_feed("sim", demo, demo.settings["seed"]))
    onsets = {}
    while live.clock.now() < 60.0:
        moment = live.tick(live.clock.advance(1 / 20))
        for probe, onset, kind in zip(moment.probes, moment.onset, moment.kinds, strict=True):
            if kind:
                onsets[float(onset)] = (demo.probes[probe].tooth, kind)
    live.close()
    times = sorted(onsets)
    assert times[0] < 4.0 and onsets[times[0]][0] in (11, 21)
    assert np.diff(times).max() < 13.0
    assert len({kind for _, kind in onsets.values()}) >= 6
    assert len({tooth for tooth, _ in onsets.values()}) >= 4


@needs_smile
def test_two_demos_are_the_same_document():
    a, b = demo_document(1), demo_document(1)
    assert a.probes == b.probes
    assert a.looks == b.looks
    assert a.settings == b.settings


def test_looks_are_the_four_there_should_be():
    looks = {look.name: look for look in demo_looks()}
    assert set(looks) == {"Live", "Clinical", "Field", "Hologram", "Glitch"}
    assert looks["Live"].shading is Shading.FIELD and looks["Live"].chain
    assert looks["Field"].shading is Shading.FIELD and looks["Hologram"].shading is Shading.HOLOGRAM
    assert looks["Clinical"].glitch == 0.0 and not looks["Clinical"].chain, "a reviewer sees the shape alone"
    assert looks["Glitch"].glitch > 0 and looks["Glitch"].harmonise > 0


def test_chains_and_rules_name_effects_and_inputs_that_exist():
    for look in demo_looks():
        chained = {use.effect for use in look.chain}
        inputs = {}
        for effect in chained:
            path = shaders_dir() / "isf" / f"{effect}.fs"
            shader = read(path)
            inputs[effect] = {entry.name: entry for entry in shader.inputs}
        for use in look.chain:
            assert {name for name, _ in use.inputs} <= set(inputs[use.effect])
        for rule in look.rules:
            assert rule.effect in chained
            entry = inputs[rule.effect][rule.input]
            assert entry.low <= rule.low <= entry.high and entry.low <= rule.high <= entry.high


def test_every_effect_of_the_glitch_look_is_driven_and_rests_at_nothing():
    glitch = next(look for look in demo_looks() if look.name == "Glitch")
    driven = {rule.effect for rule in glitch.rules if rule.input == "amount" and rule.low == 0.0}
    assert driven == {use.effect for use in glitch.chain}


@needs_smile
def test_the_shipped_files_fit_each_other(demo):
    for part in demo.parts.values():
        assert not part.surface.report.notes, part.surface.report.notes
        assert not part.surface.report.dropped
