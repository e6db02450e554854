"""From a sample's arrival to the pixel of its tooth: counted in pictures that reach the screen."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot
from pythonosc.osc_message_builder import build_msg

from neodent_viewer.app.compose import Program
from neodent_viewer.document.anchor import anchor_at_vertex
from neodent_viewer.document.look import Shading
from neodent_viewer.document.thresholds import THRESHOLDS
from neodent_viewer.live.placement import probe_at
from neodent_viewer.sensors.address import MqttAddress
from neodent_viewer.sensors.senml import Reading, encode
from neodent_viewer.sensors.sources.mqtt import MqttSource
from neodent_viewer.sensors.sources.osc import OscSource

PATIENCE = 30_000
COLD, WARM = 33.0, 37.0


class Osc:
    def __init__(self) -> None:
        self.source = OscSource(0)

    def push(self, value: float) -> None:
        self.source.receive(build_msg("/neodent/t11/temperature", [value]).dgram, "127.0.0.1:1")


class Mqtt:
    """A broker's message as the source's thread hands it on; the thread itself finds nobody to talk to."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.source = MqttSource(MqttAddress("127.0.0.1", free.getsockname()[1], "a"))

    def push(self, value: float) -> None:
        self.source.receive("clinic", encode([Reading("t11/temperature", "Cel", value)], cbor=True))


def pixels(program: Program) -> np.ndarray:
    image = program.canvas.grabFramebuffer().convertToFormat(QImage.Format.Format_RGB888)
    flat = np.frombuffer(image.constBits(), np.uint8, image.sizeInBytes()).reshape(image.height(), -1)
    return flat[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


@pytest.mark.parametrize("door", [Osc, Mqtt])
@pytest.mark.parametrize("moment", ["drawn, not yet shown", "shown"])
def test_a_sample_is_on_screen_within_two_pictures_of_its_arrival(
    program: Program, qtbot: QtBot, door: type[Osc], moment: str
) -> None:
    document, live = program.context.document, program.context.live
    part = next(iter(document.parts.values()))
    top = int(np.argmax(part.surface.vertices @ program.context.camera.camera.rotation()[2]))
    probe = probe_at(anchor_at_vertex(part, top), 11, ("temperature",), "t11")
    document.set(("probes", probe.id), probe)
    document.set(("look",), replace(document.look, shading=Shading.FIELD, chain=(), rules=()))
    # the steps below would be faults, and a fault's light another reason for a pixel to change
    calm = dict.fromkeys(("spike", "spike_bad", "outlier", "rate"), 9e9)
    document.set(("settings", THRESHOLDS), {"temperature": calm})
    live.grant(["*"], ["view"], datetime(2100, 1, 1, tzinfo=UTC), "Tester")
    sender = door()
    live.add_source(sender.source)
    program.clock.animated = lambda: True
    shown = [0]
    program.canvas.presented.connect(lambda: shown.__setitem__(0, shown[0] + 1))

    def after(count: int) -> np.ndarray:
        until = shown[0] + count
        qtbot.waitUntil(lambda: shown[0] >= until, timeout=PATIENCE)
        return pixels(program)

    try:
        sender.push(COLD)
        cold = after(4)
        sender.push(WARM)
        warm = after(4)
        change = np.abs(warm - cold).sum(axis=2)
        row, column = np.unravel_index(int(change.argmax()), change.shape)
        assert change[row, column] > 60, "the tooth of the sensor changes its colour"
        for value, colour, before in ((COLD, cold, warm), (WARM, warm, cold), (COLD, cold, warm)):
            signal: Any = program.clock.ticked if moment != "shown" else program.canvas.presented
            pushed: list[int] = []

            def push(value: float = value, pushed: list[int] = pushed) -> None:
                if not pushed:
                    pushed.append(shown[0])
                    sender.push(value)

            signal.connect(push)
            qtbot.waitUntil(lambda pushed=pushed: bool(pushed), timeout=PATIENCE)
            signal.disconnect(push)
            qtbot.waitUntil(lambda pushed=pushed: shown[0] >= pushed[0] + 2, timeout=PATIENCE)
            now = pixels(program)[row, column]
            near, far = np.abs(now - colour[row, column]).sum(), np.abs(now - before[row, column]).sum()
            assert near < far, "two pictures later it is there"
    finally:
        program.clock.animated = lambda: False
        live.remove_sources()
