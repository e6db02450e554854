"""Speed of feeds from outside: 10,000 samples/s over 64 channels through a real broker and a real outlet, nothing lost.

Run with ``make bench``. The sender is a process of its own on the same cores.
"""

import shutil
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime

import numpy as np
import pytest

from neodent_viewer.core.clock import MonotonicClock
from neodent_viewer.document.anchor import Anchor
from neodent_viewer.document.document import Document
from neodent_viewer.document.probe import Probe
from neodent_viewer.live.feeds import open_feed
from neodent_viewer.live.live import Live
from neodent_viewer.sensors.channel import channel

pytestmark = pytest.mark.benchmark_suite

SECONDS, RATE, CHANNELS = 8, 10_000, 64

MQTT_SENDER = """
import json, sys, time
from random import random
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
port, total, rate, pack = map(int, sys.argv[1:])
client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
client.max_queued_messages_set(0)
client.connect("127.0.0.1", port)
client.loop_start()
while not client.is_connected():
    time.sleep(0.01)
sent, start = 0, time.monotonic()
while sent < total:
    due = min(total, int((time.monotonic() - start) * rate))
    while sent < due:
        sensor, now = sent // pack % 64, time.time()
        rows = [{"n": f"s{sensor}/force", "u": "N", "t": now - 0.001 * (pack - i), "v": 5 + random()} for i in range(pack)]
        client.publish(f"bench/{sensor}", json.dumps(rows), 0)
        sent += pack
    time.sleep(0.005)
client.loop_stop()
while client.want_write():
    client.loop(0.01)
client.disconnect()
"""

LSL_SENDER = """
import sys, time
import numpy as np, pylsl
total, rate = map(int, sys.argv[1:])
info = pylsl.StreamInfo("bench", "Mouth", 64, rate / 64, "float32", "bench")
channels = info.desc().append_child("channels")
for i in range(64):
    channels.append_child("channel").append_child_value("label", f"s{i}/force").append_child_value("unit", "N")
outlet = pylsl.StreamOutlet(info)
outlet.wait_for_consumers(10)
sent, start, rng = 0, time.monotonic(), np.random.default_rng(0)
while sent * 64 < total:
    due = min(total // 64, int((time.monotonic() - start) * rate / 64))
    if due > sent:
        outlet.push_chunk((5 + rng.random((due - sent, 64))).astype(np.float32))
        sent = due
    time.sleep(0.005)
time.sleep(2)
"""


def crowd():
    document = Document()
    for i in range(CHANNELS):
        anchor = Anchor("upper", 1, 0, (1.0, 0.0, 0.0), (0.0, 0.0, 0.0))
        document.set(("probes", f"s{i}"), Probe(f"s{i}", f"s{i}", anchor, 11, (channel(f"s{i}", "force"),)))
    return document


def run(live, total, seconds):
    """Tick at 60 Hz until everything has come or time is over; return (n, 2) ms a tick took: by the wall, of this thread."""
    took, end = [], time.monotonic() + seconds
    while time.monotonic() < end and live.status().sources[0].received < total:
        start, own = time.perf_counter(), time.thread_time()
        live.tick()
        took.append(((time.perf_counter() - start) * 1000, (time.thread_time() - own) * 1000))
        time.sleep(max(0.0, 1 / 60 - (time.perf_counter() - start)))
    for _ in range(2):  # of many streams half wait one tick
        live.tick()
    busy = [row for row in took if row[1] > 0.0]
    return np.array(busy[10:])


def report(tell, name, live, took, total):
    status = live.status()
    source = status.sources[0]
    taken = sum(one.samples for one in status.channels)
    wall, own = took.T
    counts = f"{taken} of {total} samples, {source.dropped} dropped, {source.malformed} refused"
    own_ms = f"{np.median(own):.2f} ms of its thread (99 % {np.percentile(own, 99):.2f})"
    wall_ms = f"{np.median(wall):.2f} ms by the wall (99 % {np.percentile(wall, 99):.2f})"
    tell(f"{name}: {counts}; tick median {own_ms}, {wall_ms}; wanted: 2 ms")
    return taken, source


@pytest.mark.parametrize("pack", [1, 8], ids=["one sample a message", "eight samples a message"])
def test_10_000_samples_a_second_through_mosquitto(tmp_path, pack, tell):
    broker = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
    if broker is None:
        pytest.skip("mosquitto is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "mosquitto.conf").write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n"
    )
    server = subprocess.Popen([broker, "-c", str(tmp_path / "mosquitto.conf")], stderr=subprocess.DEVNULL)
    document = crowd()
    live = Live(document, MonotonicClock())
    live.grant(["*"], ["view"], datetime(2100, 1, 1, tzinfo=UTC), "Ada")
    total = SECONDS * RATE
    sender = None
    try:
        live.add_source(open_feed(f"mqtt:127.0.0.1:{port}/bench/#", document))
        while live.status().sources[0].state != "connected":
            live.tick()
        sender = subprocess.Popen([sys.executable, "-c", MQTT_SENDER, *map(str, (port, total, RATE, pack))])
        took = run(live, total, 4 * SECONDS)
        taken, source = report(tell, f"MQTT, {pack} a message", live, took, total)
        assert (taken, source.dropped) == (total, 0)
    finally:
        live.close()
        if sender is not None:
            sender.kill()
            sender.wait()
        server.kill()
        server.wait()


def test_10_000_samples_a_second_through_an_outlet(tell):
    pytest.importorskip("pylsl")
    document = crowd()
    live = Live(document, MonotonicClock())
    live.grant(["*"], ["view"], datetime(2100, 1, 1, tzinfo=UTC), "Ada")
    total = SECONDS * RATE
    sender = subprocess.Popen([sys.executable, "-c", LSL_SENDER, str(total), str(RATE)])
    try:
        live.add_source(open_feed("lsl:bench", document))
        took = run(live, total, 4 * SECONDS)
        taken, source = report(tell, "LSL", live, took, total)
        assert (taken, source.dropped) == (total, 0)
    finally:
        live.close()
        sender.kill()
        sender.wait()
