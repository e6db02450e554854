"""A real broker for the sources to talk to."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

# Debian puts it where only root looks
MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Broker:
    """A mosquitto of our own on the loopback address, which can be killed and started again."""

    def __init__(self, folder: Path, *lines: str) -> None:
        self.port = free_port()
        self.config = folder / "mosquitto.conf"
        usual = [f"listener {self.port} 127.0.0.1", "persistence false", "max_queued_messages 0"]
        self.config.write_text("\n".join([*usual, *lines, ""]))
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [MOSQUITTO, "-c", str(self.config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        end = time.monotonic() + 5.0
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.2).close()
                return
            except OSError:
                assert time.monotonic() < end, "mosquitto does not listen"
                assert self.process.poll() is None, "mosquitto does not start"
                time.sleep(0.01)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(5.0)
            self.process = None


#: what a network can send instead of SenML -> payload, by the name under which each must be counted once
LIES = {
    "wrong type": json.dumps([{"n": "a/b", "v": "hot"}]).encode(),
    "not finite": b'[{"n":"a/b","v":NaN},{"n":"a/b","v":36.5}]',
    "text value": json.dumps([{"n": "a/b", "vs": "x" * 60_000}]).encode(),
    "boolean value": b'[{"n":"a/b","vb":true}]',
    "too large": b"[" + json.dumps({"n": "a/b", "vs": "x" * 1_000_000}).encode() + b"]",
    "too deep": b"[" * 20_000 + b"]" * 20_000,
    "not JSON": b"[hello]",
    "no value": b'{"temperature": 36.5}',
    "bad name": json.dumps([{"n": "\u202eevil", "v": 1}]).encode(),
    "version": b'[{"bver":99,"n":"a/b","v":1}]',
    "must understand": b'[{"bn":"a/","new_":1,"v":1}]',
    "absurd time": json.dumps([{"n": "a/y", "v": 1, "t": 4102444800}, {"n": "a/z", "v": 1, "t": 86401.0}]).encode(),
    "duplicate record": json.dumps([{"n": "a/c", "v": 1}, {"n": "a/c", "v": 1}]).encode(),
}


@pytest.fixture
def lies():
    """Return what a network can send, each under the kind it is counted as, and how often that is."""
    return LIES, Counter(LIES.keys()) + Counter({"absurd time": 1})


@pytest.fixture
def make_broker(tmp_path):
    """Return a maker of brokers from lines of configuration; all of them are killed in the end."""
    if MOSQUITTO is None:
        pytest.skip("mosquitto is not installed")
    brokers = []

    def make(*lines):
        broker = Broker(tmp_path, *lines)
        brokers.append(broker)
        broker.start()
        return broker

    yield make
    for broker in brokers:
        broker.kill()


@pytest.fixture
def broker(make_broker):
    """A broker that anyone may talk to."""
    return make_broker("allow_anonymous true")
