"""Consent: no unless somebody said yes, for this channel, this purpose, until now."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neodent_viewer.core.errors import ConsentError
from neodent_viewer.trust.consent import ALL_CHANNELS, SIMULATED_CHANNELS, ConsentRegister, Purpose, read_grant

NOW = datetime(2030, 5, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
channels = st.sampled_from(["t11/ph", "t21/ph", "t16/force", ALL_CHANNELS, SIMULATED_CHANNELS])
purposes = st.sampled_from(list(Purpose))
actions = st.lists(st.tuples(st.booleans(), channels, purposes, st.booleans()), max_size=12)


def played(steps):
    register = ConsentRegister()
    for give, channel, purpose, alive in steps:
        if give:
            register.grant([channel], [purpose], LATER if alive else NOW - timedelta(seconds=1), "Ada")
        else:
            register.withdraw(channel, purpose)
    return register


@settings(deadline=None)
@given(actions)
def test_allowed_means_that_the_record_that_speaks_was_given_last_and_has_not_ended(steps):
    register = played(steps)
    for channel in ("t11/ph", "t21/ph", "t16/force", "t99/ph"):
        for purpose in Purpose:
            state = {}  # what was last said about each name
            for give, name, about, alive in steps:
                of_many = {ALL_CHANNELS, SIMULATED_CHANNELS} & set(state)
                if about == purpose and (give or name in state or of_many):
                    state[name] = give and alive
            for simulated in (False, True):
                names = (channel, SIMULATED_CHANNELS, ALL_CHANNELS) if simulated else (channel, ALL_CHANNELS)
                expected = next((state[name] for name in names if name in state), False)
                assert register.allows(channel, purpose, NOW, simulated=simulated) == expected
                assert (register.reason(channel, purpose, NOW, simulated=simulated) == "") == expected


@settings(deadline=None)
@given(actions)
def test_records_survive_json(steps):
    register = played(steps)
    again = ConsentRegister.from_json(json.loads(json.dumps(register.to_json())))
    assert again.to_json() == register.to_json()
    assert again.problems == ()


def test_nothing_said_allows_nothing():
    register = ConsentRegister()
    assert not register.allows("t11/ph", "view", NOW)
    assert "Nobody has allowed" in register.reason("t11/ph", "view", NOW)
    assert register.summary(NOW) == "No consent: no channel is shown."


def test_consent_ends_on_the_instant_in_any_time_zone():
    register = ConsentRegister()
    register.grant(["t11/ph"], ["view"], datetime(2030, 5, 1, 14, tzinfo=timezone(timedelta(hours=2))), "Ada")
    assert register.allows("t11/ph", "view", NOW - timedelta(microseconds=1))
    assert not register.allows("t11/ph", "view", NOW)
    assert "ended on 2030-05-01" in register.reason("t11/ph", "view", NOW)


def test_withdrawing_one_purpose_leaves_the_others():
    register = ConsentRegister()
    register.grant(["t11/ph"], ["view", "perform"], LATER, "Ada")
    assert register.withdraw("t11/ph", "perform") == 1
    assert register.allows("t11/ph", "view", NOW)
    assert not register.allows("t11/ph", "perform", NOW)
    assert "Ada has withdrawn" in register.reason("t11/ph", "perform", NOW)
    assert register.withdraw() == 1
    assert not register.allows("t11/ph", "view", NOW)


def test_one_channel_can_be_withdrawn_though_all_were_given_together():
    register = ConsentRegister()
    register.grant([SIMULATED_CHANNELS], ["view", "perform"], LATER, "Ada")
    assert register.withdraw("t11/ph") == 2
    assert not register.allows("t11/ph", "view", NOW, simulated=True)
    assert register.allows("t21/ph", "view", NOW, simulated=True)
    assert register.withdraw("t11/ph") == 0
    register.grant(["t11/ph"], ["view"], LATER, "Ada")
    assert register.allows("t11/ph", "view", NOW, simulated=True)
    assert ConsentRegister().withdraw("t11/ph") == 0


def test_allowing_a_simulation_allows_no_sensor():
    register = ConsentRegister()
    register.grant([SIMULATED_CHANNELS], ["view"], LATER, "Nobody")
    assert register.allows("t11/ph", "view", NOW, simulated=True)
    assert not register.allows("t11/ph", "view", NOW)


def test_the_summary_names_people_purposes_channels_and_the_nearest_end():
    register = ConsentRegister()
    register.grant(["t11/ph", "t21/ph"], ["view", "record"], LATER, "Ada")
    sentence = register.summary(NOW)
    assert sentence == "Ada allows 2 channels for: view, record, until 2030-05-31."
    register.grant([ALL_CHANNELS], ["research"], LATER + timedelta(days=1), "Grace")
    assert register.summary(NOW) == sentence + " Grace allows all channels for: research, until 2030-06-01."


def test_a_purpose_nobody_knows_cannot_be_granted():
    with pytest.raises(ConsentError) as error:
        ConsentRegister().grant(["t11/ph"], ["sell"], LATER, "Ada")
    assert error.value.kind == "record"


GOOD = {"channel": "t11/ph", "purpose": "view", "until": "2031-01-01T00:00:00+00:00", "by": "Ada"}
MALFORMED = [
    None,
    "yes",
    [],
    {},
    {**GOOD, "channel": ""},
    {**GOOD, "channel": 11},
    {**GOOD, "purpose": "everything"},
    {**GOOD, "purpose": None},
    {**GOOD, "until": "for ever"},
    {**GOOD, "until": "2031-01-01T00:00:00"},
    {**GOOD, "until": 1924992000},
    {**GOOD, "by": ""},
    {**GOOD, "withdrawn": "no"},
    {key: value for key, value in GOOD.items() if key != "by"},
]


@pytest.mark.parametrize("record", MALFORMED)
def test_a_malformed_record_is_an_error_and_allows_nothing(record):
    with pytest.raises(ConsentError) as error:
        read_grant(record)
    assert error.value.kind == "record"
    register = ConsentRegister.from_json([record, {**GOOD, "channel": "t21/ph"}])
    assert len(register.problems) == 1
    assert not register.allows("t11/ph", "view", NOW)
    assert register.allows("t21/ph", "view", NOW), "one bad record spoils no other"


@pytest.mark.parametrize(
    "wrong",
    [
        {"withdrawn_at": "yesterday"},
        {"withdrawn": "yes"},
        {"until": "2031-01-01"},
        {"given": "0001-01-01T00:00:00+14:00"},
    ],
)
def test_a_withdrawal_that_cannot_be_read_leaves_nothing_to_a_record_about_all_channels(wrong):
    everything = {**GOOD, "channel": "*"}
    taken_back = {**GOOD, "withdrawn": True, **wrong}
    for records in ([everything, taken_back], [taken_back, everything], [GOOD, taken_back]):
        register = ConsentRegister.from_json(records)
        assert not register.allows("t11/ph", "view", NOW) and len(register.problems) == 1
        assert "cannot be read" in register.reason("t11/ph", "view", NOW)
        kept = ConsentRegister.from_json(register.to_json())
        assert not kept.allows("t11/ph", "view", NOW)
    assert register.put([read_grant(GOOD)]) == 0, "what was withdrawn stays so"


@pytest.mark.parametrize("records", ["yes", {"t11/ph": "view"}, 7])
def test_records_that_are_no_list_allow_nothing(records):
    register = ConsentRegister.from_json(records)
    assert len(register.problems) == 1
    assert register.to_json() == []


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda c: st.lists(c) | st.dictionaries(st.text(), c)
    )
)
def test_no_json_value_breaks_it_or_opens_the_door(value):
    register = ConsentRegister.from_json(value)
    assert not register.allows("t11/ph", "view", NOW)


def test_a_withdrawal_elsewhere_is_heeded_unless_consent_was_given_here_after_it():
    taken_back = read_grant({**GOOD, "withdrawn": True, "withdrawn_at": NOW.isoformat()})
    for since, taken in ((None, 1), (NOW - timedelta(days=1), 1), (NOW + timedelta(seconds=1), 0)):
        register = ConsentRegister()
        register.grant(["t11/ph"], ["view"], LATER, "Ada", given=since)
        assert register.heed([taken_back, read_grant({**GOOD, "channel": "t21/ph"})]) == taken
        assert register.allows("t11/ph", "view", NOW + timedelta(days=1)) is not bool(taken)
        assert not register.allows("t21/ph", "view", NOW), "what was given elsewhere is not taken over"
