"""SenML against the RFC's own examples, and against what no RFC allows."""

import json
import math

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neodent_viewer.core.errors import SensorError
from neodent_viewer.sensors.senml import LABELS, MOST_BYTES, MOST_RECORDS, Reading, decode, encode

DEVICE = "urn:dev:ow:10e2073a01080063"
#: section 5.1.2, second example
POINTS = [
    {"bn": "urn:dev:ow:10e2073a0108006:", "bt": 1.276020076001e09, "bu": "A", "bver": 5}
    | {"n": "voltage", "u": "V", "v": 120.1},
    {"n": "current", "t": -5, "v": 1.2},
    {"n": "current", "t": -4, "v": 1.3},
    {"n": "current", "t": -3, "v": 1.4},
    {"n": "current", "t": -2, "v": 1.5},
    {"n": "current", "t": -1, "v": 1.6},
    {"n": "current", "v": 1.7},
]
#: section 6: the same pack in CBOR, byte for byte
POINTS_CBOR = bytes.fromhex(
    "87a721781b75726e3a6465763a6f773a3130653230373361303130383030363a22fb41d303a15b001062236141200500"
    "67766f6c7461676501615602fb405e066666666666a3006763757272656e74062402fb3ff3333333333333a300676375"
    "7272656e74062302fb3ff4cccccccccccda3006763757272656e74062202fb3ff6666666666666a30067637572"
    "72656e74062102f93e00a3006763757272656e74062002fb3ff999999999999aa3006763757272656e74060002fb3f"
    "fb333333333333"
)
#: section 5.1.3
MEASUREMENTS = [
    {"bn": DEVICE, "bt": 1.320067464e09, "bu": "%RH", "v": 20},
    {"u": "lon", "v": 24.30621},
    {"u": "lat", "v": 60.07965},
    {"t": 60, "v": 20.3},
    {"u": "lon", "t": 60, "v": 24.30622},
    {"u": "lat", "t": 60, "v": 60.07965},
    {"t": 120, "v": 20.7},
    {"u": "lon", "t": 120, "v": 24.30623},
    {"u": "lat", "t": 120, "v": 60.07966},
    {"u": "%EL", "t": 150, "v": 98},
    {"t": 180, "v": 21.2},
    {"u": "lon", "t": 180, "v": 24.30628},
    {"u": "lat", "t": 180, "v": 60.07967},
]


def read(records, cbor=False):
    if cbor:
        labels = {label: number for number, label in LABELS.items()}
        return decode(cbor2.dumps([{labels[k]: v for k, v in record.items()} for record in records]))
    return decode(json.dumps(records).encode())


def test_a_single_data_point():
    (one,) = decode(b'[{"n":"urn:dev:ow:10e2073a01080063","u":"Cel","v":23.1}]').readings
    assert one == Reading(DEVICE, "Cel", 23.1, 0.0, False)


def test_multiple_data_points_share_a_base_name():
    pack = read([{"bn": f"{DEVICE}:", "n": "voltage", "u": "V", "v": 120.1}, {"n": "current", "u": "A", "v": 1.2}])
    assert [(r.name, r.unit, r.value) for r in pack.readings] == [
        (f"{DEVICE}:voltage", "V", 120.1),
        (f"{DEVICE}:current", "A", 1.2),
    ]


@pytest.mark.parametrize("data", [json.dumps(POINTS).encode(), POINTS_CBOR], ids=["json", "cbor"])
def test_times_relative_to_a_base_time_in_either_form(data):
    readings = decode(data).readings
    assert [r.unit for r in readings] == ["V"] + 6 * ["A"]
    assert [r.value for r in readings] == [120.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7]
    assert [round(r.time - 1.276020076001e09, 6) for r in readings] == [0, -5, -4, -3, -2, -1, 0]
    assert all(r.absolute for r in readings)


def test_multiple_measurements_under_one_name_resolve_as_the_rfc_resolves_them():
    pack = read(MEASUREMENTS)
    assert {r.name for r in pack.readings} == {DEVICE}
    assert [(r.unit, r.time - 1.320067464e09, r.value) for r in pack.readings] == [
        (record.get("u", "%RH"), record.get("t", 0), record["v"]) for record in MEASUREMENTS
    ]
    assert not pack.skipped
    # section 5.1.4: resolved records, written out and read again
    for cbor in (False, True):
        assert decode(encode(pack.readings, cbor=cbor)).readings == pack.readings


def test_multiple_data_types_leave_the_numbers_and_count_the_others():
    pack = read(
        [
            {"bn": f"{DEVICE}:", "n": "temp", "u": "Cel", "v": 23.1},
            {"n": "label", "vs": "Machine Room"},
            {"n": "open", "vb": False},
            {"n": "nfc-reader", "vd": "aGkgCg"},
        ]
    )
    assert [(r.name, r.value) for r in pack.readings] == [(f"{DEVICE}:temp", 23.1)]
    assert pack.skipped == {"text value": 1, "boolean value": 1, "data value": 1}


def test_a_collection_of_resources():
    pack = read(
        [
            {"bn": "2001:db8::2/", "bt": 1.320078429e09, "n": "temperature", "u": "Cel", "v": 25.2},
            {"n": "humidity", "u": "%RH", "v": 30},
            {"bn": "2001:db8::1/", "n": "temperature", "u": "Cel", "v": 12.3},
            {"n": "humidity", "u": "%RH", "v": 67},
        ]
    )
    assert [r.name for r in pack.readings] == [
        *("2001:db8::2/temperature", "2001:db8::2/humidity"),
        *("2001:db8::1/temperature", "2001:db8::1/humidity"),
    ]
    assert {r.time for r in pack.readings} == {1.320078429e09}


def test_a_base_value_is_added_and_stands_alone_where_there_is_no_value():
    pack = read([{"bn": "a/", "bv": 20.0, "n": "x", "v": 1.5}, {"n": "y", "v": -1}, {"bv": 5, "n": "z"}])
    assert [r.value for r in pack.readings] == [21.5, 19.0, 5.0]


def test_times_near_zero_are_from_now_and_others_since_1970():
    pack = read([{"n": "a", "v": 1, "t": -0.5}, {"n": "b", "v": 1, "t": 2.0**28 - 1}, {"n": "c", "v": 1, "t": 2.0**28}])
    assert [(r.time, r.absolute) for r in pack.readings] == [(-0.5, False), (2.0**28 - 1, False), (2.0**28, True)]


def test_decimal_fractions_and_fields_nobody_knows():
    pack = decode(b"\x81\xa3\x00\x61a\x02\xc4\x82\x21\x19\x69\xeb\x18\x63\x05")
    assert [(r.name, r.value) for r in pack.readings] == [("a", 271.15)]
    assert read([{"n": "a", "v": 1, "colour": "red", "ut": 5}]).readings


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "not JSON"),
        (b"[", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "too deep"),
        (b'{"n":"a","v":1}', "not SenML"),
        (b"7", "not SenML"),
        (b'[{"n":"a","v":' + b"9" * 5000 + b"}]", "not JSON"),
        (b'[{"bver":11,"n":"a","v":1}]', "version"),
        (b'[{"n":"a","v":1,"must_":1}]', "must understand"),
        (b"\x81" * 100_000, "too deep"),
        (b"\x9b" + b"\xff" * 8, "not CBOR"),
        (b"\x81\xa2\x00\x61a\x02\xd8\x23\x65(a+)+", "not CBOR"),
        (b"\x81\xa2\x00\x61a\x02\xc5\x82\x1b" + b"\x7f" * 8 + b"\x01", "not CBOR"),
        (b"\x81\xa2\x00\x61a\x02\xc4\x82\x1b" + b"\x7f" * 8 + b"\x01", "not CBOR"),
        (b"[" + b'{"vs":"' + b"x" * MOST_BYTES + b'"}]', "too large"),
        (b"[" + b"{}," * MOST_RECORDS + b"{}]", "too large"),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value[:12]),
)
def test_a_pack_that_is_none_says_what_it_is(data, kind):
    with pytest.raises(SensorError) as error:
        decode(data)
    assert (error.value.kind, error.value.where) == ("packet", kind)
    assert error.value.remedy


@pytest.mark.parametrize(
    ("record", "kind"),
    [
        ("text", "wrong type"),
        ({"n": 5, "v": 1}, "wrong type"),
        ({"n": "a", "v": "1"}, "wrong type"),
        ({"n": "a", "v": True}, "wrong type"),
        ({"n": "a", "v": None}, "wrong type"),
        ({"n": "a", "v": 1, "t": "now"}, "wrong type"),
        ({"n": "a", "v": 1, "bt": []}, "wrong type"),
        ({"n": "a", "v": math.nan}, "not finite"),
        ({"n": "a", "v": -math.inf}, "not finite"),
        ({"n": "a", "v": 1, "t": math.inf}, "not finite"),
        ({"n": "a", "v": 10**400}, "not finite"),
        ({"n": "a", "v": 1e308, "bv": 1e308}, "not finite"),
        ({"n": "a" * 1000, "v": 1}, "too long"),
        ({"n": "-a", "v": 1}, "bad name"),
        ({"n": "a b", "v": 1}, "bad name"),
        ({"n": "ä", "v": 1}, "bad name"),
        ({"n": "a", "s": 5}, "sum only"),
        ({"bn": "x/", "bv": 20, "n": "a", "vs": "on"}, "text value"),
        ({"bn": "x/", "bv": 20, "n": "a", "vb": True}, "boolean value"),
        ({"bn": "x/", "bv": 20, "bu": "Cel"}, None),
        ({"n": "a"}, None),
    ],
)
def test_a_record_without_a_number_is_counted_and_the_next_one_is_read(record, kind):
    pack = read([record, {"bn": "", "bt": 0, "bv": 0, "n": "good", "v": 7}])
    assert [(r.name, r.value) for r in pack.readings] == [("good", 7.0)]
    assert pack.skipped == ({kind: 1} if kind else {})


def test_what_follows_a_pack_is_no_pack():
    one = encode([Reading("a", "", 1.0)], cbor=True)
    assert decode(one).readings
    with pytest.raises(SensorError) as caught:
        decode(one + one)
    assert caught.value.where == "not CBOR"


def test_the_same_thing_said_twice_counts_once():
    pack = read([{"n": "a", "v": 1}, {"n": "a", "v": 2}, {"n": "a", "u": "K", "v": 2}, {"n": "a", "t": -1, "v": 2}])
    assert [r.value for r in pack.readings] == [1.0, 2.0, 2.0]
    assert pack.skipped == {"duplicate record": 1}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["bn", "a/b", "K"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(sorted(LABELS.values())), inner, max_size=5)
    ),
    max_leaves=20,
)


@given(ANYTHING, st.booleans())
def test_whatever_is_sent_comes_out_finite_or_is_refused_in_words(value, cbor):
    data = cbor2.dumps(value) if cbor else json.dumps(value).encode()
    try:
        pack = decode(data, cbor=cbor)
    except SensorError as error:
        assert error.kind == "packet"
        return
    assert all(math.isfinite(r.value) and math.isfinite(r.time) for r in pack.readings)
    assert all(isinstance(r.name, str) and isinstance(r.unit, str) for r in pack.readings)


@given(st.binary(max_size=200))
def test_bytes_of_no_meaning_are_refused_in_words(data):
    for cbor in (None, True, False):
        try:
            decode(data, cbor=cbor)
        except SensorError as error:
            assert error.kind == "packet"


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(-1e9, 1e9), st.floats(0, 4e9)), max_size=6), st.booleans())
def test_what_is_written_is_read_again(rows, cbor):
    unique = {(name, time): Reading(name, "Cel", value, time, time >= 2**28) for name, value, time in rows}
    assert decode(encode(unique.values(), cbor=cbor), cbor=cbor).readings == list(unique.values())
