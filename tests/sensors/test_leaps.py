"""A sender's clock that leaps is one fault of its own, whatever the sender speaks; its samples stay where they were taken."""

import time

import numpy as np
import pytest
from pythonosc.osc_message_builder import OscMessageBuilder

from neodent_viewer.core.clock import ManualClock
from neodent_viewer.sensors.address import MqttAddress
from neodent_viewer.sensors.fault import FaultKind
from neodent_viewer.sensors.quality import ChannelQuality, known_channel
from neodent_viewer.sensors.reception import Reception
from neodent_viewer.sensors.senml import Reading, encode
from neodent_viewer.sensors.sources.lsl import Correction
from neodent_viewer.sensors.sources.mqtt import MqttSource
from neodent_viewer.sensors.sources.osc import OscSource
from neodent_viewer.sensors.sources.serial_line import Lines
from neodent_viewer.sensors.sources.websocket import WebSocketSource

KEY, PERIOD = "t11/temperature", 0.25


class Osc:
    def __init__(self, clock):
        self.source = OscSource(0)
        self.source._clock = clock

    def send(self, told, value):
        message = OscMessageBuilder(f"/neodent/{KEY}")
        message.add_arg(value, "d")
        message.add_arg(told, "d")
        self.source.receive(message.build().dgram, "127.0.0.1:9")

    def read(self):
        return self.source.read(0.0)


class Mqtt:
    def __init__(self, clock):
        self.source = MqttSource(MqttAddress("127.0.0.1", 1, "a"))
        self.source.reception.start(clock)
        self.epoch = time.time() - clock.now()

    def send(self, told, value):
        self.source.receive("a", encode([Reading(KEY, "Cel", value, self.epoch + told)], cbor=True))

    def read(self):
        return self.source.read(0.0)


class WebSocket(Mqtt):
    def __init__(self, clock):
        pytest.importorskip("websockets")
        self.source = WebSocketSource("ws://127.0.0.1:1/")
        self.source.reception.start(clock)
        self.epoch = time.time() - clock.now()

    def send(self, told, value):
        self.source._take(encode([Reading(KEY, "Cel", value, self.epoch + told)]).decode())


class Serial:
    def __init__(self, clock):
        self.reception = Reception("Serial")
        self.reception.start(clock)
        self.lines = Lines(self.reception, "tty")
        self.lines.feed(b"\n")

    def send(self, told, value):
        self.lines.feed(f"{KEY},{value:.4f},Cel,{told:.4f}\n".encode())

    def read(self):
        return self.reception.drain()


class Lsl(Serial):
    """As the source hands chunks on; its library is asked for the clock, see `Correction` below."""

    def send(self, told, value):
        now = self.reception.now()
        self.reception.take_block(
            KEY, "Cel", np.array([told]), np.array([value]), now, np.array([told]), origin="outlet"
        )


def run(door, leap, at=60.0, seconds=120.0):
    clock, rng = ManualClock(), np.random.default_rng(0)
    sender, quality = door(clock), ChannelQuality(known_channel(KEY))
    taken, placed = [], []
    for _ in range(int(seconds / PERIOD)):
        t = clock.advance(PERIOD) - 0.02
        told = t + leap if t >= at else t
        sender.send(told, 34.5 + 0.05 * float(rng.standard_normal()))
        for block in sender.read():
            quality.update(block)
            placed += quality.placed.tolist()
            taken += [t] * len(block)
    return quality, np.array(taken), np.array(placed)


@pytest.mark.parametrize("leap", [10.0, -10.0, 20.0, -20.0, 3600.0, -40_000.0])
@pytest.mark.parametrize("door", [Osc, Mqtt, WebSocket, Serial, Lsl])
def test_a_leap_is_one_fault_for_every_source_and_leaves_no_hole(door, leap):
    quality, taken, placed = run(door, leap)
    faults = [fault for fault in quality.log.all() if fault.kind is not FaultKind.SPIKE]
    assert [fault.kind for fault in faults] == [FaultKind.CLOCK_JUMP]
    assert faults[0].onset == pytest.approx(60.0, abs=0.3)
    assert faults[0].detected <= 63.0
    after = taken >= 63.0
    np.testing.assert_allclose(placed[after], taken[after], atol=0.03)
    assert len(taken) == 480, "nothing is refused"
    status = quality.clock()
    assert status.leaps == 1
    assert status.offset == pytest.approx(-leap, abs=0.1)


@pytest.mark.parametrize("leap", [-1.4e9, 2.4e9])
@pytest.mark.parametrize("door", [Osc, Mqtt, WebSocket])
def test_a_clock_that_falls_to_another_year_is_a_leap_too(door, leap):
    quality, taken, placed = run(door, leap)
    kinds = {fault.kind for fault in quality.log.all()} - {FaultKind.SPIKE}
    assert FaultKind.CLOCK_JUMP in kinds
    assert kinds <= {FaultKind.CLOCK_JUMP, FaultKind.SYNTAX}
    after = taken >= 66.0
    assert after.sum() == pytest.approx(54 / PERIOD, abs=2)
    np.testing.assert_allclose(placed[after], taken[after], atol=0.03)


def test_a_network_that_is_slow_at_first_does_not_put_samples_into_the_future():
    clock = ManualClock()
    door = Osc(clock)
    for i in range(40):
        door.send(clock.advance(PERIOD) - (0.2 if i < 3 else 0.01), 34.5)
    (block,) = door.read()
    assert (block.times[4:] <= block.arrival[4:] + 1e-9).all()
    np.testing.assert_allclose(block.times[4:], block.arrival[4:], atol=1e-9)


def test_the_librarys_correction_follows_a_drift_and_does_not_hide_a_leap():
    correction = Correction()
    for k in range(200):
        correction.take(5.0 + 1e-4 * k)
        assert correction.seconds == 5.0 + 1e-4 * k
    correction.take(-10.0)
    assert correction.seconds == pytest.approx(5.02, abs=1e-3)
    correction.take(-9.9)
    assert correction.seconds == pytest.approx(5.12, abs=1e-3)
