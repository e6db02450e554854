"""What every feed goes through: clocks of another year, names without end, units that change, and anything at all."""

import json
import math
import time

import cbor2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neodent_viewer.core.clock import ManualClock
from neodent_viewer.core.errors import SensorError
from neodent_viewer.sensors.buffer import Inbox
from neodent_viewer.sensors.discovery import MOST_STREAMS
from neodent_viewer.sensors.quality import ChannelQuality, known_channel
from neodent_viewer.sensors.reception import Reception
from neodent_viewer.sensors.senml import Reading
from neodent_viewer.sensors.units import UNITS, check_unit, to_shown


@pytest.fixture
def reception():
    reception = Reception("Test")
    reception.clock = ManualClock(100.0)
    reception.start(reception.clock)
    return reception


def told(reception, time, name="a/b", unit="N", value=1.0):
    return reception.take(Reading(name, unit, value, time, absolute=True))


@pytest.mark.parametrize("year", [1979, 2100])
def test_a_clock_of_another_year_is_taken_as_it_is_once_three_samples_agree(reception, year):
    start = (year - 1970) * 365.25 * 86_400
    taken = []
    for i in range(5):
        reception.clock.advance(1.0)
        taken.append(told(reception, start + i))
    assert taken == [False, False, True, True, True]
    (block,) = reception.drain()
    np.testing.assert_allclose(block.times, [103.0, 104.0, 105.0], atol=1e-6)
    assert block.raw.tolist() == [start + 2, start + 3, start + 4]
    assert dict(reception.refused) == {"absurd time": 2}


@pytest.mark.parametrize("ahead", [1.5, 3600.0, 5 * 3600.0])
def test_a_clock_that_is_ahead_is_set_back_to_where_its_first_sample_arrived_and_that_is_said(reception, ahead):
    epoch, clock = time.time() - reception.now(), reception._clock
    for _ in range(5):
        assert reception.take(Reading("t11/ph", "", 7.0, epoch + clock.now() + ahead, True))
        clock.advance(1.0)
    (got,) = reception.drain()
    assert np.abs(got.times - got.arrival).max() < 0.5
    assert f"{ahead:.0f} s ahead" in reception.status("X", running=True).problem


def test_a_first_sample_that_lies_ahead_does_not_take_the_others_along(reception):
    epoch, clock = time.time() - reception.now(), reception._clock
    channel = ChannelQuality(known_channel("t11/temperature"))
    for i in range(40):
        told = epoch + clock.now() + (3600.0 if i == 0 else -0.1)
        assert reception.take(Reading("t11/temperature", "", 36.5, told, True))
        clock.advance(0.25)
    (got,) = reception.drain()
    channel.update(got)
    assert abs(channel.placed[-1] - got.arrival[-1]) < 0.5


def test_a_relative_time_that_is_still_to_come_is_no_sample(reception):
    assert reception.take(Reading("t11/ph", "", 7.0, -5.0)) and reception.take(Reading("t11/ph", "", 7.0, 0.5))
    assert not reception.take(Reading("t11/ph", "", 7.0, 1234.5)), "seconds since a device was switched on"
    assert not reception.take(Reading("t11/ph", "", 7.0, 1e6))
    assert dict(reception.refused) == {"time to come": 1, "absurd time": 1}


def test_times_that_leap_about_are_never_taken(reception):
    assert not any(told(reception, time) for time in (3e8, 4e9, 5e8, 6e9, 7e8, 4e9))
    assert reception.refused["absurd time"] == 6


def test_names_without_end_are_counted_and_remembered_only_so_far(reception):
    for i in range(MOST_STREAMS + 50):
        reception.take(Reading(f"s/{i}", "", 1.0))
    status = reception.status("x", running=True)
    assert dict(status.refused) == {"forgotten stream": 50} and not reception.refused
    assert [stream.address for stream in status.streams] == [f"s/{i}" for i in range(50, MOST_STREAMS + 50)]


def test_names_that_lead_to_a_probe_always_have_room(reception):
    reception.discovery.want(lambda address: address.startswith("t"))
    assert reception.take(Reading("t11/ph", "", 7.0))
    for i in range(3 * MOST_STREAMS):
        reception.take(Reading(f"flood/{i}", "", 1.0))
    assert all(reception.take(Reading(name, "", 7.0)) for name in ("t21/temperature", "t11/ph"))
    status = reception.status("x", running=True)
    assert {"t11/ph", "t21/temperature"} <= {stream.address for stream in status.streams}
    assert dict(status.refused) == {"forgotten stream": 2 * MOST_STREAMS}
    assert reception.refused == {}


def test_the_stream_that_has_been_silent_longest_makes_room(reception):
    for i in range(MOST_STREAMS):
        reception.take(Reading(f"s/{i}", "", 1.0))
    reception.take(Reading("s/0", "", 1.0))
    reception.take(Reading("new", "", 1.0))
    known = {stream.address for stream in reception.status("x", running=True).streams}
    assert "s/0" in known and "new" in known and "s/1" not in known


def test_a_number_beyond_anything_is_refused_and_counted(reception):
    for value in (-1e308, 1e13, 1e308):
        assert not reception.take(Reading("t11/ph", "", value))
    assert not reception.take(Reading("t11/temperature", "degF", 1.7e308))
    assert reception.refused == {"absurd value": 4} and reception.drain() == []
    times = np.array([1.0, 2.0, 3.0])
    reception.take_block("a", "N", times, np.array([1.0, -1e200, 2.0]), 3.0, times, origin="x")
    (block,) = reception.drain()
    assert np.isnan(block.values).tolist() == [False, True, False] and reception.refused["absurd value"] == 5


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from([1.0, 35.0, np.nan, np.inf, -1e200, 1e12]), min_size=15, max_size=15), st.integers(1, 3)
)
def test_a_table_is_taken_in_as_each_of_its_columns_would_be(values, count):
    columns = [("a/force", "N"), ("b/force", "kgf"), ("c", "K"), ("a/force", "N"), ("d", "furlong")]
    table = np.array(values).reshape(3, 5)[:count]
    told = []
    for together in (True, False):
        reception = Reception("Test")
        reception.start(ManualClock(50.0))
        for arrival, origin, times in ((51.0, "x", 51.0), (52.0, "y", 52.0), (53.0, "x", 1e9), (54.0, "x", 54.0)):
            at = np.full(count, times) - 0.01 * np.arange(count)[::-1]
            rest = {"origin": origin, "place": "bench"}
            if together:
                reception.take_table(columns, at, table, arrival, at + 7.0, **rest)
            else:
                for column, (address, unit) in enumerate(columns):
                    reception.take_block(address, unit, at, table[:, column], arrival, at + 7.0, **rest)
        blocks = [
            (b.channel, *map(np.ndarray.tolist, (b.times, b.values, b.arrival, b.raw))) for b in reception.drain()
        ]
        told.append((repr(blocks), repr(reception.status("x", running=True))))
    assert told[0] == told[1]


def test_one_name_with_two_units_is_two_streams(reception):
    for unit, value in (("K", 310.15), ("N", 5.0), ("degF", 98.6), ("mN", 7.0)):
        reception.take(Reading("urn:dev:1", unit, value))
    got = {block.channel: block.values.round(9).tolist() for block in reception.drain()}
    assert got == {"urn:dev:1": [37.0, 37.0], "urn:dev:1 [N]": [5.0, 0.007]}


@pytest.mark.parametrize("unit", ["\x1b[31mK", "\u202eK", "\ud800", "x" * 150, "\n"])
def test_a_unit_that_is_not_fit_to_be_shown_is_one_that_nobody_knows(reception, unit):
    assert reception.take(Reading("t11/ph", unit, 7.0))
    (stream,) = reception.discovery.streams(0.0)
    for told in (stream.unit, stream.sent_unit):
        assert told and told.isprintable() and len(told) <= 32
        with pytest.raises(SensorError):
            check_unit(told, "ph")


def test_rates_and_ages_are_told():
    reception, clock = Reception("Test"), ManualClock()
    reception.start(clock)
    for _ in range(500):
        clock.advance(0.01)
        reception.take(Reading("a/force", "", 1.0))
    (stream,) = reception.discovery.streams(clock.now() + 0.5)
    assert stream.rate == pytest.approx(100.0, rel=0.02)
    assert stream.age == pytest.approx(0.5)
    assert (stream.samples, stream.quantity) == (500, "force")
    (silent,) = reception.discovery.streams(clock.now() + 60.0)
    assert silent.rate == 0.0


def test_overload_drops_the_oldest_and_shows_how_many():
    reception = Reception("Test", Inbox(capacity=1000))
    reception.start(ManualClock())
    for i in range(5000):
        reception.take(Reading("a/force", "", float(i)))
    status = reception.status("x", running=True)
    assert (status.received, status.dropped) == (5000, 4000)
    assert reception.drain()[0].values.tolist() == [float(i) for i in range(4000, 5000)]


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (310.15, "K", (37.0, "°C")),
        (98.6, "degF", (37.0, "°C")),
        (1.0, "kgf", (9.80665, "N")),
        (0.12, "kN", (120.0, "N")),
    ],
)
def test_units_become_the_houses(value, unit, shown):
    got = to_shown(value, unit)
    assert (pytest.approx(got[0]), got[1]) == shown


def test_every_unit_fits_one_quantity_or_is_refused_in_words():
    for written in UNITS:
        shown = to_shown(0.0, written)[1]
        fits = []
        for quantity in ("temperature", "ph", "force"):
            try:
                check_unit(shown, quantity)
                fits.append(quantity)
            except SensorError as error:
                assert error.remedy
        assert len(fits) == (0 if shown in ("kPa", "µmol/L") else 1)


LIES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["n", "v", "t", "u", "bn", "bt", "bv", "vs"]), inner, max_size=6)
    ),
    max_leaves=20,
)


@given(st.lists(LIES, max_size=4), st.binary(max_size=60), st.booleans())
def test_whatever_is_sent_is_a_sound_sample_or_counted(records, noise, cbor):
    reception = Reception("Test")
    reception.start(ManualClock(1000.0))
    reception.take_pack(cbor2.dumps(records) if cbor else json.dumps(records).encode(), "x")
    reception.take_text(noise, "y")
    status = reception.status("x", running=True)
    for block in reception.drain():
        assert np.isfinite(block.times).all() and np.isfinite(block.values).all()
        assert (np.abs(block.times - block.arrival) <= 86_400).all()
    assert status.received + status.malformed > 0
    assert len(status.problem) < 500
    assert all(not math.isinf(stream.value) for stream in status.streams)
