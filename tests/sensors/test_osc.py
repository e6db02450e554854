"""OSC over a real socket on the loopback address: what a friend sends arrives, what a stranger sends is counted."""

import socket
import struct
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder, build_msg
from pythonosc.udp_client import SimpleUDPClient

from neodent_viewer.core.clock import ManualClock, MonotonicClock
from neodent_viewer.core.errors import SensorError
from neodent_viewer.sensors.address import osc_address
from neodent_viewer.sensors.buffer import Inbox
from neodent_viewer.sensors.sources.osc import Door, OscSource


@pytest.fixture
def source():
    source = OscSource(0)
    source.start(MonotonicClock())
    yield source
    source.close()


@pytest.fixture
def client(source):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as raw:
        yield Client(raw, source.port)


class Client:
    def __init__(self, raw, port):
        self.raw, self.address = raw, ("127.0.0.1", port)

    def send(self, address, *arguments):
        self.send_raw(build_msg(address, arguments).dgram)

    def send_raw(self, datagram):
        self.raw.sendto(datagram, self.address)


def wait_for(condition, seconds=5.0):
    """Poll until something holds; UDP tells nobody when a packet has been read."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing came"
        time.sleep(0.002)


def test_a_reading_arrives_on_its_channel(source, client):
    client.send("/neodent/t11/temperature", 34.25)
    client.send("/neodent/t16/force", 120)
    wait_for(lambda: source.status().received == 2)
    got = {block.channel: block for block in source.read(0.0)}
    assert got["t11/temperature"].values.tolist() == [34.25]
    assert got["t16/force"].values.tolist() == [120.0]
    block = got["t11/temperature"]
    assert block.times.tolist() == block.arrival.tolist()
    assert source.read(0.0) == []


def received(readings):
    """Return times and arrival of (arrival, sender's time) pairs, taken on a clock of our own."""
    source, clock = OscSource(0), ManualClock()
    source.start(clock)
    try:
        for arrival, sent in readings:
            clock.set(arrival)
            source.receive(build_msg("/neodent/t11/ph", [7.0, sent]).dgram, "test")
        (block,) = source.read(0.0)
    finally:
        source.close()
    return block.times, block.arrival


def test_the_senders_time_keeps_its_steps_however_packets_wander():
    rng = np.random.default_rng(4)
    sent = 1000.0 + 0.5 * np.arange(40)
    arrival = np.maximum.accumulate(3.0 + 0.5 * np.arange(40) + np.r_[0.0, 0.3 * rng.random(39)])
    times, arrived = received(zip(arrival, sent, strict=True))
    np.testing.assert_allclose(np.diff(times), 0.5, atol=1e-4)  # OSC carries float32
    np.testing.assert_array_equal(arrived, arrival)


def test_no_sample_comes_from_the_future_of_a_first_packet_that_was_late():
    times, arrived = received([(5.0, 100.0), (5.1, 101.0), (6.1, 102.0)])
    assert (times <= arrived + 1e-6).all()
    np.testing.assert_allclose(times[1:], [5.1, 6.1], atol=1e-4)


def test_a_senders_clock_that_falls_back_is_left_for_the_check_to_find():
    times, _ = received([(5.0, 5000.0), (6.0, 10.0), (7.0, 11.0)])
    np.testing.assert_allclose(times, [5.0, -4985.0, -4984.0], atol=1e-3)


def test_a_bundle_is_all_its_messages(source, client):
    bundle = OscBundleBuilder(IMMEDIATELY)
    for tooth in (11, 21):
        message = OscMessageBuilder(f"/neodent/t{tooth}/ph")
        message.add_arg(7.0)
        bundle.add_content(message.build())
    client.send_raw(bundle.build().dgram)
    wait_for(lambda: source.status().received == 2)
    assert {block.channel for block in source.read(0.0)} == {"t11/ph", "t21/ph"}


BAD = {
    "garbage": ("not OSC", b"garbage!"),
    "empty": ("not OSC", b""),
    "no type tags": ("wrong arguments", b"/neodent/t11/ph\0"),
    "cut": ("cut short", build_msg("/neodent/t11/ph", [7.0]).dgram[:-2]),
    "broken bundle": ("no value", b"#bundle\0" + b"\0" * 7 + b"\x01" + b"\0\0\0\xff" + b"x" * 8),
    "not utf8": ("not OSC", b"/neodent/\xff\xfe\xfd\0\0\0\0,f\0\0\0\0\0\0"),
    "text": ("wrong type", build_msg("/neodent/t11/ph", ["acid"]).dgram),
    "long text": ("wrong type", build_msg("/neodent/t11/ph", ["x" * 60_000]).dgram),
    "truth": ("wrong type", build_msg("/neodent/t11/ph", [True]).dgram),
    "too many": ("wrong arguments", build_msg("/neodent/t11/ph", [7.0, 1.0, 2.0]).dgram),
    "infinite": ("not finite", build_msg("/neodent/t11/ph", [float("inf")]).dgram),
    "no time": ("not finite", build_msg("/neodent/t11/ph", [7.0, float("nan")]).dgram),
    "elsewhere": ("wrong arguments", build_msg("/lights/1", [7.0, 1.0]).dgram),
    "endless": ("bad name", build_msg("/neodent/" + "x" * 5000 + "/ph", [7.0]).dgram),
}


@pytest.mark.parametrize("what", BAD)
def test_what_makes_no_sense_is_counted_by_kind_and_the_next_packet_is_heard(source, client, what):
    kind, datagram = BAD[what]
    client.send_raw(datagram)
    wait_for(lambda: source.status().malformed == 1)
    client.send("/neodent/t11/ph", 7.0)
    wait_for(lambda: source.status().received == 1)
    status = source.status()
    assert dict(status.refused) == {kind: 1}
    assert f"127.0.0.1:{client.raw.getsockname()[1]}" in status.problem, "who sent it"
    assert len(status.problem) < 300


def test_a_time_of_another_year_is_counted_and_one_name_from_two_hosts_is_two_senders(source, client):
    for told in (10.0, 4_102_444_800.0, 10.5):
        client.send_raw(build_msg("/neodent/t11/ph", [7.0, told]).dgram)
    wait_for(lambda: source.status().received == 2)
    source.receive(build_msg("/neodent/t11/ph", [7.0]).dgram, "10.0.0.7:9000")
    assert dict(source.status().refused) == {"absurd time": 1, "duplicate id": 1}


def test_not_a_number_means_no_value_and_is_no_mistake(source, client):
    client.send("/neodent/t11/ph", float("nan"))
    wait_for(lambda: source.status().received == 1)
    assert np.isnan(source.read(0.0)[0].values).all()
    assert source.status().malformed == 0


def test_addresses_heard_are_listed_known_or_not(source, client):
    client.send("/neodent/t11/ph", 7.0)
    client.send("/neodent/t11/mood", 1.0)
    client.send("/lights/1", 1.0)
    wait_for(lambda: source.status().received == 3)
    assert source.status().seen == ("t11/ph", "t11/mood", "/lights/1")
    assert [stream.quantity for stream in source.status().streams] == ["ph", "", ""]


@pytest.mark.parametrize(
    ("allow", "host", "heard"),
    [
        ((), "192.168.1.7", True),
        ((), "8.8.8.8", False),
        (("10.0.0.0/8",), "10.1.2.3", True),
        (("10.0.0.0/8",), "192.168.1.7", False),
        (("192.168.1.7",), "192.168.1.7", True),
    ],
)
def test_an_open_port_hears_those_on_its_list(allow, host, heard):
    assert (Door(allow, 10).refusal(host, 0.0) == "") == heard


def test_who_is_not_on_the_list_is_counted_and_not_heard():
    source = OscSource(0, allow=("192.0.2.0/24",))
    source.start(MonotonicClock())
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as raw:
            Client(raw, source.port).send("/neodent/t11/ph", 7.0)
            wait_for(lambda: dict(source.status().refused) == {"stranger": 1})
        assert source.status().received == 0
    finally:
        source.close()


def test_no_more_packets_a_second_than_the_cap_are_looked_at():
    door = Door((), cap=100)
    assert sum(door.refusal("127.0.0.1", 5.0) == "" for _ in range(1000)) == 100
    assert sum(door.refusal("127.0.0.1", 5.0 + i / 1000) == "" for i in range(1000)) in range(99, 102)
    assert [door.refusal("127.0.0.1", 5.999) for _ in range(3)].count("flood") >= 2


def test_a_flood_loses_nothing_the_inbox_can_hold(source, client):
    udp = SimpleUDPClient("127.0.0.1", source.port)
    for i in range(3_000):
        udp.send_message("/neodent/t16/force", float(i))
    udp._sock.close()
    wait_for(lambda: source.status().received == 3_000)
    (block,) = source.read(0.0)
    assert block.values.tolist() == list(range(3_000))
    assert (np.diff(block.arrival) >= 0).all()


def test_an_inbox_that_is_too_small_drops_the_oldest_and_says_so():
    source = OscSource(0, inbox=Inbox(capacity=2))
    for i in range(5):
        source.receive(build_msg("/neodent/t11/ph", [float(i)]).dgram, "test")
    assert source.status().dropped == 3
    assert source.read(0.0)[0].values.tolist() == [3.0, 4.0]


def test_a_port_in_use_is_said_with_what_to_do(source):
    second = OscSource(source.port)
    with pytest.raises(SensorError) as error:
        second.start(ManualClock())
    assert error.value.kind == "busy"
    assert error.value.where == f"127.0.0.1:{source.port}"
    assert error.value.remedy
    second.close()


def test_an_address_that_is_not_ours_is_said():
    with pytest.raises(SensorError) as error:
        OscSource(0, host="192.0.2.1").start(ManualClock())
    assert error.value.kind == "address"


def test_it_listens_on_this_machine_only_unless_told(source):
    assert source._socket.getsockname()[0] == "127.0.0.1"
    assert "this machine only" in source.status().name
    assert "open to the network" in OscSource(0, host="0.0.0.0").status().name
    named = OscSource(0, host="localhost")
    named.start(ManualClock())
    try:
        assert "this machine only" in named.status().name and not named.status().open
    finally:
        named.close()


def test_closing_ends_the_thread_frees_the_port_and_may_be_repeated():
    before = threading.active_count()
    source = OscSource(0)
    source.start(ManualClock())
    source.start(ManualClock())
    assert threading.active_count() == before + 1
    source.close()
    source.close()
    assert threading.active_count() == before
    assert not source.status().running
    again = OscSource(source.port)
    again.start(ManualClock())
    again.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what its kernel had no room for")
def test_packets_that_the_kernel_had_no_room_for_are_counted(monkeypatch):
    source = OscSource(0, cap=10**9, inbox=Inbox(100_000))
    go, take = threading.Event(), source.receive

    def busy(datagram, sender):
        go.wait(20.0)
        take(datagram, sender)

    monkeypatch.setattr(source, "receive", busy)
    source.start(MonotonicClock())
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as raw:
            client, sent = Client(raw, source.port), 30_000
            for _ in range(sent):  # more than the kernel holds
                client.send("/neodent/t11/ph", 7.0)
            go.set()

            def told():  # the count comes with the next packet
                nonlocal sent
                client.send("/neodent/t11/ph", 7.0)
                sent += 1
                status = source.status()
                return status.dropped > 0 and status.received + status.dropped > sent - 50

            wait_for(told, 20.0)
        assert source.status().dropped > 1000 and source.status().malformed == 0
    finally:
        go.set()
        source.close()


@st.composite
def datagrams(draw):
    """Messages and bundles of a few sensors, now and then with a byte that is wrong, missing or too many."""
    names = st.sampled_from(["/neodent/t11/ph", "/neodent/t11/temperature", "/lights/1", "/x,y", "/neodent/a,b/ph"])
    numbers = st.one_of(st.floats(width=32), st.integers(-5, 5), st.sampled_from([7.0, 1e13, float("inf")]))
    found = []
    for _ in range(draw(st.integers(1, 12))):
        messages = []
        for _ in range(draw(st.integers(1, 4))):
            builder = OscMessageBuilder(draw(names))
            for kind in draw(st.sampled_from(["f", "d", "i", "h", "fd", "ff", "id", "s", "", "fff"])):
                number = draw(numbers)
                whole = 3 if number != number or abs(number) > 9 else int(number)
                builder.add_arg({"s": "acid", "i": whole, "h": whole}.get(kind, number), kind)
            messages.append(builder.build().dgram)
        dgram = messages[0]
        if draw(st.booleans()):
            dgram = b"#bundle\0" + bytes(7) + b"\1" + b"".join(struct.pack(">i", len(m)) + m for m in messages)
        if draw(st.integers(0, 3)) == 0:
            at = draw(st.integers(0, len(dgram) - 1))
            spoilt = draw(st.sampled_from([b"", b"\0", b"X", b"\xff", b"\0\0\0\0"]))
            dgram = dgram[:at] + spoilt + dgram[at + draw(st.integers(0, 1)) :]
        found += [dgram] * draw(st.integers(1, 2))
    return found


@settings(max_examples=200, deadline=None)
@given(datagrams())
def test_what_is_read_quickly_is_what_would_have_been_read_slowly(found):
    quick, slow = OscSource(0), OscSource(0)
    slow._heads.read = lambda datagram: None
    for source in (quick, slow):
        source._clock = ManualClock(50.0)
        for dgram in found:
            source._clock.advance(0.25)
            source.receive(dgram, "127.0.0.1:9")
    told = [
        [(*one.channel, *map(repr, map(np.ndarray.tolist, rows(one)))) for one in s.read(0.0)] for s in (quick, slow)
    ]
    assert told[0] == told[1]
    assert repr(quick.status()) == repr(slow.status())


def rows(one):
    return one.times, one.values, one.arrival, np.zeros(0) if one.raw is None else one.raw


def test_heads_that_were_read_before_are_read_quickly():
    message, other = build_msg("/neodent/t11/ph", [7.0, 1.0]).dgram, build_msg("/neodent/t11/ph", [7.5, 1.25]).dgram
    bundle = b"#bundle\0" + bytes(8) + b"".join(struct.pack(">i", len(m)) + m for m in (message, other))
    source = OscSource(0)
    assert source._heads.read(message) is None
    source.receive(message, "test")
    assert [(one.value, one.time) for one in source._heads.read(bundle)] == [(7.0, 1.0), (7.5, 1.25)]
    for i in range(5000):
        source.receive(build_msg(f"/flood/{i}", [1.0]).dgram, "127.0.0.1:9")
    assert len(source._heads._known) <= 2048


def test_made_up_names_keep_no_sensor_out(source, client):
    source.discovery.want(lambda address: address == "t21/temperature")
    for i in range(1200):
        source.receive(build_msg(f"/flood/{i}", [1.0]).dgram, "127.0.0.1:9")
    source.receive(build_msg("/neodent/t21/temperature", [36.0, 1.0]).dgram, "127.0.0.1:9")
    assert "t21/temperature" in source.status().seen
    assert "t21/temperature" in {block.channel for _ in range(20) for block in source.read(0.0)}
    for i in range(5000):
        source.receive(build_msg(f"/neodent/f{i}/ph", [1.0, 1.0]).dgram, "127.0.0.1:9")
    assert len(source._clocks) < 4000 and "t21" in source._clocks


def test_a_number_beyond_anything_is_counted(source):
    source.receive(build_msg("/neodent/t11/ph", [1e30]).dgram, "127.0.0.1:9")
    assert dict(source.status().refused) == {"absurd value": 1} and source.read(0.0) == []


def test_a_malformed_bundle_puts_nothing_on_the_terminal_now_or_later():
    code = """
import logging, struct
from neodent_viewer.core.clock import ManualClock
from neodent_viewer.sensors.sources.osc import OscSource
source = OscSource(0)
source.start(ManualClock())
source.receive(b"#bundle\\0" + bytes(8) + struct.pack(">i", 2**31 - 1), "127.0.0.1:9")
assert source.status().refused, "it is counted"
try:
    1 / 0
except ZeroDivisionError as error:
    logging.getLogger("neodent_viewer").error("%s", error, exc_info=error)
source.close()
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == run.stderr == ""


@pytest.mark.parametrize("word", ["[::1]:9000", "::1:9000", ":::9000"])
def test_what_osc_cannot_listen_on_is_said_before_anything_is_opened(word):
    with pytest.raises(SensorError) as caught:
        osc_address(word)
    assert "IPv4" in caught.value.what and "osc:9000" in caught.value.remedy
