"""Bounded memory: rings against a plain list, inboxes under threads."""

from threading import Thread

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neodent_viewer.sensors.buffer import Inbox, Ring
from neodent_viewer.sensors.sample import Block, block


@given(st.integers(1, 9), st.lists(st.integers(0, 25), max_size=12))
def test_a_ring_keeps_what_a_list_cut_to_its_capacity_keeps(capacity, sizes):
    ring, reference, start = Ring(capacity), [], 0
    for size in sizes:
        t = np.arange(start, start + size, dtype=float)
        ring.append(t, t * 2, (t % 5).astype(np.uint8))
        reference += t.tolist()
        start += size
        times, values, flags = ring.tail()
        kept = reference[-capacity:]
        assert times.tolist() == kept
        assert values.tolist() == [2 * x for x in kept]
        assert flags.tolist() == [x % 5 for x in kept]
        assert (len(ring), ring.total, ring.dropped) == (len(kept), start, start - len(kept))


@given(st.integers(1, 6), st.integers(0, 20), st.integers(0, 25))
def test_raising_a_flag_hits_the_sample_of_that_number_or_nothing(capacity, count, number):
    ring = Ring(capacity)
    t = np.arange(count, dtype=float)
    for i in range(count):
        ring.append(t[i : i + 1], t[i : i + 1], np.ones(1, np.uint8))
    if number < count:
        ring.raise_flag(number, 4)
    times, _, flags = ring.tail()
    assert [x for x, flag in zip(times, flags, strict=True) if flag == 4] == ([number] if number in times else [])


def test_a_tail_puts_late_samples_where_they_belong_and_leaves_out_what_has_no_time():
    ring = Ring(8)
    ring.append(np.array([0.0, 1.0, 2.0, np.nan, 1.5]), np.arange(5.0), np.ones(5, np.uint8))
    times, values, _ = ring.tail(since=1.0)
    assert (times.tolist(), values.tolist()) == ([1.0, 1.5, 2.0], [1.0, 4.0, 2.0])
    assert ring.tail(since=9.0)[0].size == 0


def test_a_tail_is_a_copy():
    ring = Ring(4)
    ring.append(np.zeros(2), np.zeros(2), np.ones(2, np.uint8))
    ring.tail()[1][:] = 7
    assert ring.tail()[1].tolist() == [0, 0]


def test_an_inbox_drops_the_oldest_and_counts():
    inbox = Inbox(capacity=3)
    for i in range(5):
        inbox.put("t11/ph", i, 7.0, i)
    (found,) = inbox.drain()
    assert found.times.tolist() == [2.0, 3.0, 4.0]
    assert (inbox.received, inbox.dropped) == (5, 2)
    assert inbox.drain() == []


def test_an_inbox_loses_nothing_between_threads():
    inbox = Inbox(capacity=50_000)
    senders = [Thread(target=lambda k=k: [inbox.put(f"s{k}/ph", i, i, i) for i in range(5_000)]) for k in range(3)]
    for sender in senders:
        sender.start()
    got = {f"s{k}/ph": [] for k in range(3)}
    while any(sender.is_alive() for sender in senders):
        for found in inbox.drain():
            got[found.channel] += found.times.tolist()
    for sender in senders:
        sender.join()
    for found in inbox.drain():
        got[found.channel] += found.times.tolist()
    assert all(times == list(range(5_000)) for times in got.values())


def test_of_many_channels_those_that_have_waited_longest_come_first():
    inbox = Inbox(capacity=150)
    for i in range(3):
        for k in range(64):
            inbox.put(f"s{k}/ph", i, i, i)
    assert inbox.dropped == 42, "the oldest over all channels"
    first = inbox.drain()
    inbox.put("s0/ph", 3, 3, 3)
    inbox.put("s63/ph", 3, 3, 3)
    second = inbox.drain()
    assert [block.channel for block in first] == [f"s{k}/ph" for k in range(32)]
    assert [block.channel for block in second] == [f"s{k}/ph" for k in range(32, 64)]
    assert [block.times.tolist() for block in (first[0], second[0], second[31])] == [[1, 2], [1, 2], [0, 1, 2, 3]]
    assert [block.channel for block in inbox.drain()] == ["s0/ph"]


def test_a_block_must_have_rows_alike():
    with pytest.raises(ValueError, match="alike"):
        block("t11/ph", [0.0, 1.0], [7.0])


@given(st.integers(0, 30), st.integers(1, 9))
def test_a_split_block_is_the_same_samples(count, size):
    whole = block("t11/ph", np.arange(count), np.arange(count) * 2.0)
    pieces = list(whole.split(size))
    assert all(1 <= len(piece) <= size for piece in pieces)
    assert [value for piece in pieces for value in piece.values.tolist()] == whole.values.tolist()


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 9), st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 5)), max_size=30))
def test_an_inbox_keeps_what_a_list_cut_to_its_capacity_keeps(capacity, steps):
    inbox, reference, dropped, at = Inbox(capacity), [], 0, 0.0
    got, kept = [], []
    for channel, count in steps:
        if channel == "d":  # taken out
            got += [(b.channel, t) for b in inbox.drain() for t in b.times.tolist()]
            kept += sorted(reference, key=lambda one: one[0])
            reference = []
            continue
        times = [at + i for i in range(count)]
        at += count
        if count % 2:
            inbox.put_each([(channel, t, 1.0, t, np.nan) for t in times])
        else:
            inbox.put_block(block(channel, times, times))
        reference += [(channel, t) for t in times]
        if len(reference) > capacity:
            dropped += len(reference) - capacity
            reference = reference[-capacity:]
    assert sorted(got) == sorted(kept)
    assert (inbox.dropped, inbox.received) == (dropped, at)
    assert sorted((b.channel, t) for b in inbox.drain() for t in b.times.tolist()) == sorted(reference)


def test_a_table_lies_in_an_inbox_as_its_columns_would():
    inbox = Inbox(capacity=6)
    inbox.put("b", 0.0, 7.0, 0.0)
    inbox.put_table([1.0, 2.0], [("a", [10.0, 20.0]), ("b", [11.0, 21.0]), ("a", [30.0, 40.0])], 2.5, [0.1, 0.2])
    blocks = {one.channel: one for one in inbox.drain()}
    assert (inbox.received, inbox.dropped) == (7, 1)
    assert blocks["b"].values.tolist() == [11.0, 21.0] and blocks["a"].values.tolist() == [10.0, 20.0, 30.0, 40.0]
    assert blocks["a"].times.tolist() == [1.0, 2.0] * 2 and blocks["a"].raw.tolist() == [0.1, 0.2] * 2
    assert set(blocks["a"].arrival.tolist()) == {2.5}


@pytest.mark.parametrize("size", [3, 40])
def test_blocks_and_samples_share_an_inbox_that_drops_the_oldest(size):
    inbox = Inbox(capacity=100)
    times = np.arange(200.0)
    for i in range(0, 200, size):
        rows = times[i : i + size]
        inbox.put_block(Block("a", rows, rows, rows, rows + 1000.0))
        if i % 2:
            inbox.put("b", float(i), 1.0, float(i))
    got = {block.channel: block for block in inbox.drain()}
    kept = sum(map(len, got.values()))
    assert kept == 100
    assert inbox.received - inbox.dropped == kept
    assert got["a"].times.tolist() == times[-len(got["a"]) :].tolist()
    np.testing.assert_array_equal(got["a"].raw, got["a"].times + 1000.0)
    assert inbox.drain() == []


def test_an_inbox_joins_what_came_in_different_ways():
    inbox = Inbox()
    long = np.arange(1.0, 51.0)
    inbox.put("a", 0.0, 0.0, 0.0)
    inbox.put_block(Block("a", long, long, long, long))
    inbox.put("a", 51.0, 51.0, 51.0)
    (block,) = inbox.drain()
    assert block.values.tolist() == list(range(52))
    assert np.isnan(block.raw[[0, -1]]).all()
    assert block.raw[1:-1].tolist() == long.tolist()


def test_a_ring_keeps_as_many_seconds_of_a_fast_channel_and_no_more_of_a_slow_one():
    slow, fast, fastest = (Ring(100, seconds=10.0, most=1000) for _ in range(3))
    for ring, rate in ((slow, 9.0), (fast, 60.0), (fastest, 900.0)):
        reference = []
        for start in range(0, 3000, 7):
            times = np.arange(start, start + 7) / rate
            reference += times.tolist()
            ring.append(times, times, np.ones(7, np.uint8))
            assert ring.tail()[0].tolist() == reference[-len(ring) :]
        assert ring.total == 3003 and ring.dropped == 3003 - len(ring)
    assert slow.capacity == 100 and fastest.capacity == 1000
    times = fast.tail()[0]
    assert times[-1] - times[0] >= 10.0 and fast.capacity == 800


def test_a_ring_follows_one_long_block_too():
    ring = Ring(100, seconds=10.0, most=1000)
    times = np.arange(5000) / 60.0
    ring.append(times, times, np.ones(5000, np.uint8))
    assert ring.tail()[0].tolist() == times[-len(ring) :].tolist() and len(ring) >= 600


def test_what_waits_is_told_with_its_first_arrival():
    inbox = Inbox()
    for k in range(64):
        inbox.put(f"s{k}/ph", 1.0, 7.0, 10.0 + k)
        inbox.put(f"s{k}/ph", 2.0, 7.0, 100.0)
    inbox.drain()
    assert inbox.waiting() == {f"s{k}/ph": 10.0 + k for k in range(32, 64)}
    inbox.drain()
    assert inbox.waiting() == {}
