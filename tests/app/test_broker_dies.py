"""A broker and an outlet feed one jaw in the real window; the broker dies in mid-stream and returns. Pictures of each step.

    NEODENT_PICTURES=out/broker xvfb-run -a .venv/bin/python -m pytest tests/app/test_broker_dies.py

needs mosquitto and pylsl, and leaves the sequence in that folder; without it the pictures go where pytest keeps its own.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from neodent_viewer.app import theme
from neodent_viewer.app.compose import Program, compose
from neodent_viewer.app.panels.sensors import CHANNELS, FAULTS, FEED
from neodent_viewer.sensors.fault import FaultKind

pytestmark = pytest.mark.slow

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
PATIENCE = 60_000

MQTT_SENDER = """
import json, math, sys, time
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
port, keys = int(sys.argv[1]), sys.argv[2:]
client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5, reconnect_on_failure=True)
client.reconnect_delay_set(0.25, 0.5)
client.connect("127.0.0.1", port)
client.loop_start()
levels = {"temperature": ("Cel", 35.0, 0.6), "ph": ("pH", 6.9, 0.3), "force": ("N", 40.0, 25.0)}
k = 0
while True:
    if client.is_connected():
        now = time.time()
        for i, key in enumerate(keys):
            unit, level, sway = levels[key.rpartition("/")[2]]
            value = level + sway * math.sin(now / 3.0 + i) + 0.01 * math.sin(37.0 * now + i)
            client.publish(f"clinic/{i}", json.dumps([{"n": key, "u": unit, "t": now, "v": value}]), 0)
    time.sleep(0.05)
"""

LSL_SENDER = """
import math, sys, time
import pylsl
name, keys = sys.argv[1], sys.argv[2:]
levels = {"temperature": ("Cel", 36.0, 0.5), "ph": ("pH", 7.1, 0.2), "force": ("N", 60.0, 30.0)}
info = pylsl.StreamInfo(name, "Mouth", len(keys), 20.0, "double64", name)
channels = info.desc().append_child("channels")
for key in keys:
    unit = levels[key.rpartition("/")[2]][0]
    channels.append_child("channel").append_child_value("label", key).append_child_value("unit", unit)
outlet = pylsl.StreamOutlet(info)
while True:
    now = time.time()
    row = []
    for i, key in enumerate(keys):
        _, level, sway = levels[key.rpartition("/")[2]]
        row.append(level + sway * math.sin(now / 2.0 + i) + 0.01 * math.sin(41.0 * now + i))
    outlet.push_sample(row)
    time.sleep(0.05)
"""


class Broker:
    """A mosquitto of our own that can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self._config = folder / "mosquitto.conf"
        self._config.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\n")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert MOSQUITTO is not None
        self._process = subprocess.Popen([MOSQUITTO, "-c", str(self._config)], stderr=subprocess.DEVNULL)
        for _ in range(500):
            with socket.socket() as door:
                if door.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.01)
        raise AssertionError("mosquitto does not listen")

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the pictures go."""
    said = os.environ.get("NEODENT_PICTURES")
    folder = Path(said) if said else tmp_path / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def program(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Program]:
    """The whole program with the demo smile and the sensors panel, its window 1280 x 800."""
    theme.apply(qapp)
    program = compose(preferences=tmp_path / "preferences.json")
    program.window.resize(1280, 800)
    program.window.show()
    program.start()
    program.context.requests.open_demo()
    document = program.context.document
    qtbot.waitUntil(lambda: bool(document.probes) and not program.background.jobs(), timeout=PATIENCE)
    program.context.shell.set_workspace("perform")
    qtbot.waitUntil(lambda: program.window.commands is not None, timeout=PATIENCE)
    program.window.show_panel("sensors")
    yield program
    program.context.history.mark_saved()
    program.close()


def test_a_broker_that_dies_and_returns_is_seen_and_the_outlet_beside_it_goes_on(
    program: Program, qtbot: QtBot, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if MOSQUITTO is None:
        pytest.skip("mosquitto is not installed")
    pytest.importorskip("pylsl")
    document, live = program.context.document, program.context.live
    keys = [channel.key for probe in document.probes.values() for channel in probe.channels]
    by_broker, by_outlet = keys[: len(keys) // 2], keys[len(keys) // 2 :]
    broker, senders = Broker(tmp_path), []
    broker.start()

    def wait(condition: Callable[[], bool]) -> None:
        qtbot.waitUntil(condition, timeout=PATIENCE)

    def ages(names: list[str]) -> list[float]:
        return [one.age for one in live.status().channels if one.key in names]

    def picture(name: str) -> None:
        until = live.now() + 1.5  # the panel looks twice a second
        wait(lambda: live.now() >= until)
        assert program.window.grab().save(str(folder / f"{name}.png"))

    try:
        name = f"mouth-{os.getpid()}"
        program.context.requests.set_feed(f"mqtt:127.0.0.1:{broker.port}/clinic/#")
        program.context.requests.add_feed(f"lsl:{name}")
        live.grant(["*"], ["view"], datetime(2100, 1, 1, tzinfo=UTC), "The demonstration")
        senders.append(subprocess.Popen([sys.executable, "-c", MQTT_SENDER, str(broker.port), *by_broker]))
        senders.append(subprocess.Popen([sys.executable, "-c", LSL_SENDER, name, *by_outlet]))
        wait(lambda: max(ages(keys)) < 1.0)
        start = live.now()
        wait(lambda: live.now() > start + 6.0)
        picture("1-both-feeds")
        panel: Any = program.window.show_panel("sensors")
        panel.show_page(FEED)
        picture("1b-what-they-send")
        panel.show_page(CHANNELS)

        broker.kill()
        wait(lambda: min(ages(by_broker)) > 2.5)
        picture("2-the-broker-is-dead")
        assert live.status().sources[0].state.startswith(("reconnecting", "connecting"))
        assert max(ages(by_outlet)) < 2.0, "the outlet beside it goes on"
        wait(lambda: min(ages(by_broker)) > 7.0)
        panel.show_page(FAULTS)
        picture("3-seconds-later")
        panel.show_page(CHANNELS)

        broker.start()
        wait(lambda: live.status().sources[0].state == "connected" and max(ages(by_broker)) < 1.0)
        picture("4-it-has-returned")
        wait(lambda: not any(one.fault for one in live.status().channels if one.key in by_broker))
        picture("5-calm-again")

        for key in by_broker:
            gaps = [fault for fault in live.faults(key) if fault.kind is FaultKind.GAP]
            assert any(fault.end - fault.onset > 5.0 for fault in gaps), "the hole is on record"
        long = [f for key in by_outlet for f in live.faults(key) if f.kind is FaultKind.GAP and f.end - f.onset > 3.0]
        assert long == []
        assert sum(source.dropped for source in live.status().sources) == 0
    finally:
        for sender in senders:
            sender.kill()
            sender.wait()
        program.context.requests.set_feed("none")
        broker.kill()
    assert sorted(path.name[0] for path in folder.glob("*.png")) == list("112345")
