"""A document that is emptied and filled again with things of the same names: nothing of the old one stays."""

from dataclasses import replace

import numpy as np
import pytest

from neodent_viewer.document.document import Document
from neodent_viewer.document.look import Look, Shading
from neodent_viewer.document.moment import Moment
from neodent_viewer.document.probe import slots
from neodent_viewer.document.zone import Zone
from neodent_viewer.render.views import Camera

SIZE = (320, 200)
CAMERA = Camera(yaw=0, pitch=0, distance=90)
FIELD = Look(
    shading=Shading.FIELD, legend=False, scale_bar=False, captions=False, low=30.0, high=40.0, colormap="viridis"
)
RIGHT, LEFT = (7.0, 0.0, 7.0), (-7.0, 0.0, 7.0)


def smile(make_ball, probe_at, *, radius=10.0, tooth=11, zones=()):
    """A ball whose right half is one tooth and whose left is 21, a probe on each; and zones."""
    made = Document()
    part = make_ball(radius=radius)
    x = part.surface.vertices[:, 0]
    part.surface.arrays["labels"] = np.where(x > 0, tooth, 21).astype(np.int16)
    made.set(("parts", "ball"), part)
    made.set(("look",), FIELD)
    probe_at(made, "ball", RIGHT, "r", "temperature", "ph")
    probe_at(made, "ball", LEFT, "l", "temperature", "ph")
    for zone in zones:
        made.set(("zones", zone.id), zone)
    return made


def refill(document, other):
    """Do as the program does when it opens something."""
    for path in list(document.paths()):
        if len(path) == 2:
            document.set(path, None)
    for path in list(other.paths()):
        document.set(path, other.get(path))


def moment_of(document, energy=0.0, **values):
    pairs = slots(tuple(document.probes.values()))
    found = np.array([values.get(c.key.replace("/", "_"), np.nan) for _, c in pairs], np.float64)
    count = len(pairs)
    return Moment(
        now=1.0, probes=tuple(p for p, _ in pairs), channels=tuple(c.key for _, c in pairs), values=found,
        flags=np.ones(count, np.uint8), quality=np.isfinite(found).astype(np.float32),
        energy=np.full(count, energy, np.float32), noise=np.full(count, energy, np.float32),
        form=np.full(count, energy, np.float32), onset=np.zeros(count), kinds=("spike" if energy else "",) * count,
    )  # fmt: skip


def draw(engine, moment):
    engine.frame("editor", CAMERA, moment, SIZE)
    return engine.read("editor")


class Later:
    """Work that waits until it is asked for, as behind a picture."""

    def __init__(self):
        self.waiting = []

    def __call__(self, work, then):
        self.waiting.append((work, then))

    def done(self):
        while self.waiting:
            work, then = self.waiting.pop(0)
            then(work())


ZONES = (Zone("z", "Z", 1, teeth=(21,), quantity="ph", colormap="inferno", low=5.0, high=9.0),)


@pytest.mark.parametrize("zones", [(), ZONES], ids=["plain", "zones"])
@pytest.mark.parametrize("look", [FIELD, replace(FIELD, glitch=1.0)], ids=["field", "glitch"])
def test_what_is_opened_again_looks_as_it_did(make_engine, make_ball, probe_at, zones, look):
    document = smile(make_ball, probe_at, zones=zones)
    document.set(("look",), look)
    engine = make_engine(document)
    moment = moment_of(document, float(look.glitch), r_temperature=39.0, l_temperature=31.0, l_ph=8.0)
    for _ in range(2):
        first = draw(engine, moment)
    assert np.ptp(first[..., :3].astype(int), axis=2).max() > 60  # there is colour to be lost
    for _ in range(3):
        other = smile(make_ball, probe_at, zones=zones)
        other.set(("look",), look)
        refill(document, other)
        for _ in range(2):
            again = draw(engine, moment)
        assert (again == first).all()


def test_another_smile_under_the_same_names_looks_as_in_a_fresh_window(make_engine, make_ball, probe_at):
    document = smile(make_ball, probe_at, zones=ZONES)
    engine = make_engine(document)
    draw(engine, moment_of(document, r_temperature=39.0, l_temperature=31.0, l_ph=8.0))
    other = smile(make_ball, probe_at, radius=8.0, tooth=12, zones=(replace(ZONES[0], teeth=(12,)),))
    moment = moment_of(other, r_temperature=39.0, l_temperature=31.0, r_ph=8.0)
    fresh = draw(make_engine(other), moment)
    refill(document, other)
    assert (draw(engine, moment) == fresh).all()


def test_weights_that_arrive_late_go_to_nobody(make_engine, make_ball, probe_at):
    """What was asked for before the document was emptied neither colours nor keeps alive what came after it."""
    later = Later()
    document = smile(make_ball, probe_at)
    engine = make_engine(document, later)
    moment = moment_of(document, r_temperature=39.0, l_temperature=31.0)
    draw(engine, moment)
    asked, later.waiting = later.waiting, []
    other = smile(make_ball, probe_at)
    other.set(("probes", "l"), None)
    refill(document, other)
    moment = moment_of(document, r_temperature=39.0)
    draw(engine, moment)
    later.done()
    later.waiting = asked
    later.done()
    for _ in range(3):
        found = draw(engine, moment)
        later.done()
    assert (found == draw(make_engine(other), moment)).all()


def test_nothing_is_kept_of_parts_that_have_gone(make_engine, make_ball, probe_at):
    document = smile(make_ball, probe_at, zones=ZONES)
    engine = make_engine(document)
    draw(engine, moment_of(document, r_temperature=39.0))
    weighing = engine._document.probes.weighing
    assert weighing.fields
    other = Document()
    other.set(("parts", "egg"), make_ball("egg"))
    other.set(("look",), FIELD)
    refill(document, other)
    draw(engine, Moment())
    assert not weighing.fields
    assert {part for part, _ in weighing._wanted} == {"egg"}
    assert not weighing._near
