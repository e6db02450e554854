"""Consent as FHIR: ours is valid R5 and comes back whole; what is valid R5 and yet not clear enough does not pass."""

import copy
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from fhir.resources.bundle import Bundle
from fhir.resources.consent import Consent

from neodent_viewer.core.errors import ConsentError
from neodent_viewer.trust.consent import ConsentRegister, Grant, Purpose
from neodent_viewer.trust.fhir import CHANNEL, PURPOSE, WITHDRAWN, from_fhir, to_fhir

NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def a_register():
    register = ConsentRegister()
    register.grant(["t11/ph", "t21/ph"], ["view", "perform", "research"], NOON + 9 * DAY, "Ada")
    register.grant(["t11/ph"], ["record"], NOON + 5 * DAY, "Ada")
    register.put([Grant("t36/force", "view", NOON + 3 * DAY, "Bea", since=NOON + DAY, subject="Cleo")])
    register.withdraw("t21/ph", "perform", at=NOON)
    return register


def test_what_is_written_is_valid_and_comes_back_whole():
    before = a_register()
    bundle = json.loads(json.dumps(to_fhir(before.grants())))
    Bundle.model_validate(bundle)
    for entry in bundle["entry"]:
        assert Consent.model_validate(entry["resource"]).decision == "deny"
    after = ConsentRegister()
    after.put(from_fhir(bundle))
    assert set(after.grants()) == set(before.grants())
    again = ConsentRegister.from_json(json.loads(json.dumps(after.to_json())))
    assert set(again.grants()) == set(before.grants()) and not again.problems


def test_what_begins_later_allows_nothing_before():
    register = a_register()
    assert not register.allows("t36/force", "view", NOON)
    assert "begins on 2030-05-02" in register.reason("t36/force", "view", NOON)
    assert register.allows("t36/force", "view", NOON + DAY)
    assert not register.allows("t36/force", "view", NOON + 3 * DAY)


def plain():
    return {
        "resourceType": "Consent",
        "status": "active",
        "grantor": [{"display": "Ada"}],
        "period": {"end": "2030-06-01T00:00:00+02:00"},
        "decision": "deny",
        "provision": [
            {
                "purpose": [{"system": PURPOSE, "code": "view"}],
                "code": [{"coding": [{"system": CHANNEL, "code": "t11/ph"}]}],
            }
        ],
    }


def test_a_plain_record_passes():
    (grant,) = from_fhir(plain())
    assert grant == Grant("t11/ph", "view", datetime(2030, 5, 31, 22, tzinfo=UTC), "Ada")


def change(path, value):
    def made():
        record = copy.deepcopy(plain())
        at = record
        for step in path[:-1]:
            at = at[step]
        if value is None:
            del at[path[-1]]
        else:
            at[path[-1]] = value
        return record

    return made


RULE = ("provision", 0)
CODE = [{"coding": [{"system": CHANNEL, "code": "t21/ph"}]}]
#: what the schema passes and we must not
UNCLEAR = {
    "permits what it does not speak of": change(("decision",), "permit"),
    "decides nothing": change(("decision",), None),
    "a draft": change(("status",), "draft"),
    "entered in error": change(("status",), "entered-in-error"),
    "unknown": change(("status",), "unknown"),
    "a status of its own": change(("status",), "granted"),
    "no end": change(("period",), None),
    "an open end": change(("period",), {"start": "2030-01-01"}),
    "ends in some month": change(("period", "end"), "2030-06"),
    "ends in some year": change(("period", "end"), "2031"),
    "ends before it begins": change(("period",), {"start": "2031-01-01", "end": "2030-01-01"}),
    "a part that begins after the whole has ended": change((*RULE, "period"), {"start": "2031-01-01"}),
    "by nobody": change(("grantor",), None),
    "by an empty name": change(("grantor",), [{"display": " "}]),
    "by two": change(("grantor",), [{"display": "Ada"}, {"display": "Bea"}]),
    "all purposes": change((*RULE, "purpose"), None),
    "a purpose of another system": change((*RULE, "purpose"), [{"system": "urn:other", "code": "view"}]),
    "a purpose without a system": change((*RULE, "purpose"), [{"code": "view"}]),
    "a purpose nobody knows": change((*RULE, "purpose"), [{"system": PURPOSE, "code": "sell"}]),
    "purpose in capitals": change((*RULE, "purpose"), [{"system": PURPOSE, "code": "VIEW"}]),
    "all channels": change((*RULE, "code"), None),
    "a channel of another system": change((*RULE, "code"), [{"coding": [{"system": "http://loinc.org", "code": "1"}]}]),
    "a channel in words": change((*RULE, "code"), [{"text": "everything"}]),
    "two channels in one": change((*RULE, "code"), [{"coding": 2 * CODE[0]["coding"]}]),
    "an exception within": change((*RULE, "provision"), [{"code": CODE}]),
    "only for some actor": change((*RULE, "actor"), [{"reference": {"display": "Bea"}}]),
    "only some data": change((*RULE, "dataPeriod"), {"start": "2030-01-01"}),
    "only some label": change((*RULE, "securityLabel"), [{"code": "R"}]),
    "an expression": change((*RULE, "expression"), {"language": "text/fhirpath", "expression": "true"}),
    "a modifier": change(("modifierExtension",), [{"url": "urn:not", "valueBoolean": True}]),
    "rules nobody has read": change(("implicitRules",), "urn:rules"),
    "given to somebody else": change(("grantee",), [{"display": "A hospital"}]),
    "not verified": change(("verification",), [{"verified": False}]),
    "active and withdrawn": change(("extension",), [{"url": WITHDRAWN, "valueDateTime": "2030-05-01"}]),
    "actions that are not the purpose's": change(
        (*RULE, "action"),
        [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentaction", "code": "correct"}]}],
    ),
}


@pytest.mark.parametrize("what", UNCLEAR)
def test_what_passes_the_schema_and_must_not_pass_us(what):
    record = UNCLEAR[what]()
    Consent.model_validate(copy.deepcopy(record))
    with pytest.raises(ConsentError) as caught:
        from_fhir(record)
    assert caught.value.kind == "record" and caught.value.where.startswith("Consent.") and caught.value.remedy


@pytest.mark.parametrize(
    "record",
    [
        [],
        "consent",
        {"resourceType": "Patient"},
        {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient"}}]},
        {"resourceType": "Bundle", "entry": [3]},
        change(("provision",), "all")(),
        change(("status",), 3)(),
        change(("period", "end"), "tomorrow")(),
        change(("period", "end"), "2030-06-01T00:00:00")(),
    ],
)
def test_what_has_not_the_shape_is_refused_in_words(record):
    with pytest.raises(ConsentError) as caught:
        from_fhir(record)
    assert caught.value.kind == "record"


@pytest.mark.parametrize(
    ("bundle", "entry", "where"),
    [
        ({}, {"request": {"method": "DELETE", "url": "Consent/1"}}, "entry[0].request"),
        ({"implicitRules": "urn:rules"}, {}, "Bundle.implicitRules"),
        ({}, {"modifierExtension": [{"url": "urn:not", "valueBoolean": True}]}, "entry[0].modifierExtension"),
    ],
)
def test_a_bundle_that_says_more_than_its_records_is_refused(bundle, entry, where):
    whole = {"resourceType": "Bundle", "type": "history", "entry": [{"resource": plain(), **entry}], **bundle}
    with pytest.raises(ConsentError) as caught:
        from_fhir(whole)
    assert caught.value.where == where


def test_what_is_dated_later_allows_nothing_before_that_day():
    register = ConsentRegister()
    register.put(from_fhir(plain() | {"date": "2030-05-09"}))
    assert not register.allows("t11/ph", "view", NOON)
    assert "begins on 2030-05-09" in register.reason("t11/ph", "view", NOON)
    assert register.allows("t11/ph", "view", NOON + 8 * DAY)
    kept = ConsentRegister.from_json(register.to_json())
    assert not kept.allows("t11/ph", "view", NOON) and kept.allows("t11/ph", "view", NOON + 8 * DAY)


def test_going_out_and_in_no_record_is_dated_later_than_it_was():
    far_east = timezone(timedelta(hours=14))
    given = datetime(2030, 5, 2, 1, tzinfo=far_east)  # the first of May, where days are counted from
    (grant,) = from_fhir(to_fhir([Grant("t11/ph", "view", NOON + 9 * DAY, "Ada", given=given)]))
    assert grant.given is not None and grant.given <= given


def test_what_was_withdrawn_with_all_channels_does_not_come_back_by_its_own_name():
    register = ConsentRegister([Grant("*", "view", NOON + 9 * DAY, "Ada")])
    register.withdraw(at=NOON)
    assert register.put(from_fhir(plain() | {"date": "2030-04-30"})) == 0
    assert not register.allows("t11/ph", "view", NOON + DAY)
    assert register.put(from_fhir(plain() | {"date": "2030-05-02"})) == 1
    assert register.allows("t11/ph", "view", NOON + DAY)


def test_records_of_one_file_do_not_take_each_other_back():
    own = Grant("t11/ph", "view", NOON + 9 * DAY, "Ada")
    everything = Grant("*", "view", NOON + 9 * DAY, "Ada", withdrawn=True, withdrawn_at=NOON)
    for grants in ((own, everything), (everything, own)):
        register = ConsentRegister()
        assert register.put(grants) == 2 and register.allows("t11/ph", "view", NOON)


def test_a_day_ends_where_it_begins_and_the_narrower_period_counts():
    record = plain()
    record["period"] = {"end": "2030-06-01"}
    record["provision"][0]["period"] = {"start": "2030-05-01", "end": "2031-01-01"}
    (grant,) = from_fhir(record)
    assert (grant.since, grant.until) == (datetime(2030, 5, 1, tzinfo=UTC), datetime(2030, 6, 1, tzinfo=UTC))


def test_of_two_records_the_one_that_allows_less_stands():
    taken_back = plain() | {"status": "inactive"}
    sooner = plain() | {"period": {"end": "2030-05-02"}}
    for resources in ([plain(), taken_back], [taken_back, sooner]):
        (grant,) = from_fhir({"resourceType": "Bundle", "entry": [{"resource": one} for one in resources]})
        assert grant.withdrawn
    for resources in ([plain(), sooner], [sooner, plain()]):
        (grant,) = from_fhir({"resourceType": "Bundle", "entry": [{"resource": one} for one in resources]})
        assert grant.until == datetime(2030, 5, 2, tzinfo=UTC)


def test_an_old_record_does_not_bring_back_what_was_withdrawn():
    register = ConsentRegister()
    register.put(from_fhir(plain()))
    register.withdraw("t11/ph", "view", at=NOON)
    for date, taken in ((None, 0), ("2030-04-30", 0), ("2030-05-01", 0), ("2030-05-02", 1)):
        assert register.put(from_fhir(plain() | ({"date": date} if date else {}))) == taken
    assert register.allows("t11/ph", "view", NOON + DAY)


def test_research_may_be_told_in_hl7s_own_word():
    record = plain()
    record["provision"][0]["purpose"] = [
        {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HRESCH"}
    ]
    assert [grant.purpose for grant in from_fhir(record)] == [Purpose.RESEARCH]


def test_without_the_library_it_says_what_to_paste(monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr("neodent_viewer.core.extras.import_module", missing)
    with pytest.raises(ConsentError) as caught:
        from_fhir(plain())
    assert caught.value.kind == "extra" and "pip install 'neodent_viewer[fhir]'" in caught.value.sentence()


@pytest.mark.parametrize(
    ("path", "value", "what"),
    [
        (("period", "end"), "2030-06-01T00:00:00", "'2030-06-01T00:00:00' has no time zone. [Consent.period.end]"),
        (("period", "end"), "2030-06-01T00:00+02:00", "has no seconds. [Consent.period.end]"),
        (("period", "end"), "next spring", "'next spring' is no date. [Consent.period.end]"),
        (("period", "end"), "2030-06", "'2030-06' is no full date. [Consent.period.end]"),
        (("status",), None, "It has no status. [Consent.status]"),
        (("status",), 3, "Status must be text. [Consent.status]"),
        (("mood",), "good", "FHIR R5 knows no 'mood' there. [Consent.mood]"),
        ((*RULE, "code"), "t11/ph", "Code must be a list. [Consent.provision.0.code]"),
        (("id",), "a b!", "'a b!' is not how FHIR R5 writes 'id'. [Consent.id]"),
    ],
)
def test_what_is_wrong_with_the_shape_is_said_for_a_person(path, value, what):
    with pytest.raises(ConsentError) as caught:
        from_fhir(change(path, value)())
    sentence = caught.value.sentence()
    assert what in sentence and "Nothing of it was taken over." in sentence
    for word in ("regex", "pattern", "valid ", "Input", "Value error"):
        assert word not in sentence
    if path[0] == "period":
        assert "such as 2030-06-01T00:00:00+02:00" in sentence


def test_a_bundle_that_is_too_large_says_so():
    with pytest.raises(ConsentError) as caught:
        from_fhir({"resourceType": "Bundle", "entry": [{"resource": plain()}] * 10_001})
    assert "has 10,001 entries; 10,000 are read" in caught.value.sentence() and "Split it" in caught.value.remedy
    with pytest.raises(ConsentError, match="no list of entries"):
        from_fhir({"resourceType": "Bundle"})


@pytest.mark.parametrize("turning", "\u202e\u2066\u200f\n\r\t\x00\x1b\u2028")
def test_a_name_is_one_line_that_turns_nothing(turning):
    (grant,) = from_fhir(
        plain() | {"grantor": [{"display": f"Ada{turning}{turning}King"}], "subject": {"display": "B" * 999}}
    )
    assert grant.by in ("AdaKing", "Ada King") and grant.by.isprintable()
    assert len(grant.subject) == 192 and grant.subject.endswith("…")
    told = grant_json(grant) | {"by": f"Ada{turning}", "subject": f"{turning}Bea"}
    (kept,) = ConsentRegister.from_json([told]).grants()
    assert (kept.by, kept.subject) == ("Ada", "Bea")
    with pytest.raises(ConsentError, match=r"one person|writes 'display'"):
        from_fhir(plain() | {"grantor": [{"display": turning}]})
    assert ConsentRegister.from_json([told | {"by": turning}]).problems


def grant_json(grant):
    register = ConsentRegister()
    register.put([grant])
    return register.to_json()[0]
