"""A process that sends: all of it arrives with its numbers, and it never outlives whoever started it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from neodent_viewer.core.clock import MonotonicClock
from neodent_viewer.jobs.loud import Sender
from neodent_viewer.sensors.channel import channel
from neodent_viewer.sensors.sources.osc import OscSource

CHANNELS = [channel(f"t{tooth}", quantity) for tooth in (11, 21, 36) for quantity in ("temperature", "ph")]


@pytest.mark.parametrize("stuck", [False, True])
def test_what_it_sends_arrives_with_its_numbers(stuck):
    source = OscSource(0)
    source.start(MonotonicClock())
    sender = Sender("osc", CHANNELS, 0.5, port=source.port, stuck=stuck, rate=1200)
    try:
        wait_for(lambda: sender.done)
        assert sender.sent == 100
        wait_for(lambda: source.status().received >= 600)
        blocks = {block.channel: block for block in source.read(0.0)}
        assert source.status().received == 600 and source.status().malformed == source.status().dropped == 0
    finally:
        sender.close()
        source.close()
    assert blocks.keys() == {one.key for one in CHANNELS}
    for block in blocks.values():
        np.testing.assert_array_equal(np.round(block.raw * sender.each), np.arange(100))
        assert (len(np.unique(block.values)) == 1) == stuck


def test_it_can_be_ended_early():
    sender = Sender("osc", CHANNELS, 600.0, port=9, rate=100)
    assert not sender.done
    sender.close()
    assert sender.done and sender.sent == 0


@pytest.mark.skipif(sys.platform == "win32", reason="nobody is killed by a signal there")
def test_it_dies_with_whoever_started_it():
    code = """
import time
from neodent_viewer.jobs.loud import Sender
from neodent_viewer.sensors.channel import channel
sender = Sender("osc", [channel("t11", "ph")], 600.0, port=9, rate=100)
print(sender._process.pid, flush=True)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        child = int(parent.stdout.readline())
        assert is_running(child)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    wait_for(lambda: not is_running(child))


def is_running(pid):
    """Return whether a process is there; one that has ended and that nobody has asked for yet is not."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        return not Path("/proc/self").is_dir()


def wait_for(condition, seconds=20.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.005)
