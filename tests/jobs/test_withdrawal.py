"""A show goes on, consent ends: the very next frame holds nothing of the channel, trails, frozen pictures and all."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from neodent_viewer.core.clock import ManualClock
from neodent_viewer.document.anchor import anchor_at_vertex
from neodent_viewer.document.document import Document
from neodent_viewer.document.look import Look, Shading
from neodent_viewer.document.part import Part
from neodent_viewer.document.probe import Probe
from neodent_viewer.glitch.chain import EffectUse
from neodent_viewer.live.live import Live
from neodent_viewer.mesh.surface import Surface
from neodent_viewer.render.engine import Engine
from neodent_viewer.render.headless import EglContext
from neodent_viewer.render.views import Camera
from neodent_viewer.sensors.channel import channel
from neodent_viewer.sensors.sample import block
from neodent_viewer.sensors.source import SourceStatus

NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)
SIZE = (96, 96)
TRAIL = (("amount", 1.0), ("keep", 0.95), ("colourful", 0.0))


class Warm:
    """A tooth that is far too warm, twice a second."""

    simulated = False
    sent = 0.0

    def start(self, clock):
        pass

    def read(self, until):
        times = np.arange(self.sent + 0.5, until + 1e-9, 0.5)
        self.sent = times[-1] if len(times) else self.sent
        return [block("t11/temperature", times, 39.0 + 0.1 * np.sin(times))] if len(times) else []

    def status(self):
        return SourceStatus("Warm")

    def close(self):
        pass


def a_document():
    """Return a square that faces the camera, one probe in its middle, seen through a long trail."""
    side = np.linspace(-10.0, 10.0, 9, dtype=np.float32)
    x, y = np.meshgrid(side, side)
    vertices = np.stack([x.ravel(), y.ravel(), np.zeros(x.size, np.float32)], axis=1)
    corner = (np.arange(8)[:, None] * 9 + np.arange(8)).ravel()
    faces = np.concatenate(
        [np.stack([corner, corner + 1, corner + 10], 1), np.stack([corner, corner + 10, corner + 9], 1)]
    ).astype(np.int32)
    part = Part("square", "square", Surface(vertices, faces, name="square"))
    document = Document()
    document.set(("parts", part.id), part)
    document.set(
        ("probes", "p11"), Probe("p11", "t11", anchor_at_vertex(part, 40), 11, (channel("t11", "temperature"),))
    )
    look = Look(shading=Shading.FIELD, scale_bar=False, chain=(EffectUse("feedback_trail", TRAIL),))
    document.set(("look",), look)
    return document


def draw(engine, moment):
    engine.frame("stage", Camera((0.0, 0.0, 0.0), 0.0, 0.0, 60.0), moment, SIZE, purpose="perform")
    return engine.read("stage")


class Show:
    """A stage that draws every tick."""

    def __init__(self):
        self.wall = NOON
        self.clock = ManualClock()
        self.document = a_document()
        self.live = Live(self.document, self.clock, "perform", wall=lambda: self.wall)
        self.live.grant(["t11/temperature"], ["perform"], NOON + timedelta(hours=1), "Ada")
        self.live.add_source(Warm())
        self.engine = Engine(EglContext())
        self.engine.attach(self.document)

    def frame(self):
        """Draw one frame; return it with the moment in it."""
        moment = self.live.tick(self.clock.advance(1 / 30))
        return draw(self.engine, moment), moment

    def newcomer(self):
        """Return somebody who has never seen the channel."""
        engine = Engine(EglContext())
        engine.attach(self.document)
        return engine

    def close(self):
        self.live.close()
        self.engine.close()


@pytest.fixture
def show():
    show = Show()
    yield show
    show.close()


def take_back(show):
    show.live.withdraw("t11/temperature")


def run_out(show):
    show.wall = NOON + timedelta(hours=1)


@pytest.mark.parametrize("frozen", [False, True], ids=["running", "frozen"])
@pytest.mark.parametrize("end", [take_back, run_out], ids=["withdrawn", "expired"])
def test_the_next_frame_holds_nothing_of_it(show, end, frozen):
    for _ in range(40):
        before, moment = show.frame()
    assert moment.values[0] > 38 and not moment.withheld.any()
    show.engine.master.freeze = frozen
    count = show.engine.frames("stage")
    end(show)
    after, moment = show.frame()
    assert show.engine.frames("stage") == count + 1, "the very next frame"
    assert moment.withheld.all() and np.isnan(moment.values).all()
    newcomer = show.newcomer()
    without = draw(newcomer, moment)
    assert (after == without).all(), "a long trail keeps nothing of it"
    assert np.abs(before.astype(int) - without).max() > 40, "or there was nothing to see before"
    show.engine.master.freeze = False
    for _ in range(3):
        later, moment = show.frame()
        assert (later == draw(newcomer, moment)).all(), "nor does any frame after"
    newcomer.close()
