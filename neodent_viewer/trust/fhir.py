"""Consent as HL7 FHIR R5 ``Consent`` resources (https://hl7.org/fhir/R5/consent.html), out and in.

Out: a collection of resources that deny by default; each provision permits some channels for some purposes. Codes are the
program's own, with ``HRESCH`` of HL7's v3-ActReason beside *research*; what FHIR has no element for (when it was withdrawn)
is an extension. In: fhir.resources looks at the shape, then the rules here look at the meaning. A resource that allows more
than is spelled out, or sets a condition that the program cannot keep, is refused whole: the default is no.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from neodent_viewer.core import extras
from neodent_viewer.core.errors import ConsentError
from neodent_viewer.core.names import LONGEST, clean
from neodent_viewer.trust.consent import Grant, Purpose
from neodent_viewer.trust.fhir_words import EXAMPLE, shape_words

CHANNEL, PURPOSE = "urn:x-neodent:channel", "urn:x-neodent:purpose"
WITHDRAWN = "urn:x-neodent:withdrawn-at"
_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
_ACTION = "http://terminology.hl7.org/CodeSystem/consentaction"
#: purpose -> code of FHIR's consent actions
_ACTIONS = {
    Purpose.VIEW: "access",
    Purpose.PERFORM: "disclose",
    Purpose.RECORD: "collect",
    Purpose.PUBLISH: "disclose",
    Purpose.RESEARCH: "use",
}
#: elements of a resource and of a provision that carry no condition, or one that is read here
_PLAIN = frozenset(
    {
        *("resourceType", "id", "meta", "language", "text", "extension", "identifier", "status", "category", "subject"),
        *("date", "period", "grantor", "manager", "controller", "sourceAttachment", "sourceReference", "decision"),
        *("regulatoryBasis", "policyBasis", "policyText", "verification", "provision"),
    }
)
_BUNDLE = frozenset(
    {"resourceType", "id", "meta", "language", "identifier", "type", "timestamp", "total", "link", "entry", "signature"}
)
_ENTRY = frozenset({"id", "extension", "link", "fullUrl", "resource", "search", "request", "response"})
_PROVISION = frozenset({"id", "period", "action", "purpose", "code"})
#: most resources in a bundle
_MOST = 10_000
_NEVER = datetime.min.replace(tzinfo=UTC)


# -- out ---------------------------------------------------------------------------------------------------------------


def to_fhir(grants: Iterable[Grant]) -> dict[str, Any]:
    """Return grants as a FHIR R5 Bundle of Consent resources, one for each person, stretch of time and state."""
    groups: dict[Grant, dict[str, set[str]]] = {}
    for grant in grants:
        about = replace(grant, channel="", purpose="")
        groups.setdefault(about, {}).setdefault(grant.channel, set()).add(grant.purpose)
    entries = [{"resource": _resource(about, channels)} for about, channels in groups.items()]
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "collection"}
    return bundle | ({"entry": entries} if entries else {})


def _resource(about: Grant, channels: dict[str, set[str]]) -> dict[str, Any]:
    period = {"end": about.until.isoformat()} | ({"start": about.since.isoformat()} if about.since else {})
    resource: dict[str, Any] = {"resourceType": "Consent", "status": "inactive" if about.withdrawn else "active"}
    if about.withdrawn_at is not None:
        resource["extension"] = [{"url": WITHDRAWN, "valueDateTime": about.withdrawn_at.isoformat()}]
    if about.given is not None:  # FHIR keeps the day alone
        resource["date"] = about.given.astimezone(UTC).date().isoformat()  # never later than it was, as it is read
    subject = {"display": about.subject or about.by}
    resource |= {"subject": subject, "grantor": [{"display": about.by}], "period": period}
    alike: dict[tuple[str, ...], list[str]] = {}
    for channel, purposes in channels.items():
        alike.setdefault(tuple(p for p in Purpose if p in purposes), []).append(channel)
    return resource | {"decision": "deny", "provision": [_provision(*one) for one in alike.items()]}


def _provision(purposes: tuple[str, ...], channels: list[str]) -> dict[str, Any]:
    codings = [{"system": PURPOSE, "code": str(purpose)} for purpose in purposes]
    if Purpose.RESEARCH in purposes:
        codings.append({"system": _REASON, "code": "HRESCH"})
    actions = dict.fromkeys(_ACTIONS[Purpose(purpose)] for purpose in purposes)
    return {
        "action": [{"coding": [{"system": _ACTION, "code": action}]} for action in actions],
        "purpose": codings,
        "code": [{"coding": [{"system": CHANNEL, "code": channel}]} for channel in channels],
    }


# -- in ----------------------------------------------------------------------------------------------------------------


def from_fhir(data: Any) -> tuple[Grant, ...]:
    """Return what a Consent, or a Bundle of them, allows and takes back.

    Of two records about one channel and purpose the one that allows less stands.

    Raises
    ------
    ConsentError
        ``record`` where shape, codes or dates are not right, ``where`` names the element; ``extra`` where fhir.resources is
        not installed.
    """
    found: dict[tuple[str, str], Grant] = {}
    for where, resource in _resources(data):
        _check_shape(resource, where)
        for grant in _grants(resource, where):
            key = (grant.channel, grant.purpose)
            found[key] = _stricter(found[key], grant) if key in found else grant
    return tuple(found.values())


def _stricter(one: Grant, other: Grant) -> Grant:
    return min(one, other, key=lambda g: (not g.withdrawn, g.until, -(g.begins.timestamp() if g.begins else 0.0)))


def _resources(data: Any) -> list[tuple[str, Any]]:
    if not isinstance(data, dict):
        raise _refused("This is no FHIR resource", "the file")
    if data.get("resourceType") == "Consent":
        return [("Consent", data)]
    entries = data.get("entry")
    if data.get("resourceType") != "Bundle":
        raise _refused("This is no Consent and no Bundle of them", "resourceType")
    _only(data, _BUNDLE, "Bundle")
    if not isinstance(entries, list):
        raise _refused("The Bundle has no list of entries", "entry")
    if len(entries) > _MOST:
        what, remedy = (
            f"The Bundle has {len(entries):,} entries; {_MOST:,} are read at once",
            "Split it into several files.",
        )
        raise _refused(what, "entry", remedy)
    found = []
    for i, entry in enumerate(entries):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(entry, dict):
            _only(entry, _ENTRY, f"entry[{i}]")
            request = entry.get("request")
            if isinstance(request, dict) and request.get("method") not in (None, "POST", "PUT", "GET"):
                raise _refused("Something in the Bundle was deleted or changed in part", f"entry[{i}].request")
        if not isinstance(resource, dict) or resource.get("resourceType") != "Consent":
            raise _refused("Something in the Bundle is no Consent", f"entry[{i}]")
        found.append((f"entry[{i}]", resource))
    return found


def _check_shape(resource: dict[str, Any], where: str) -> None:
    library = extras.load("fhir.resources.consent", "Reading FHIR", ConsentError)
    try:
        library.Consent.model_validate(resource)
    except (ValueError, TypeError, RecursionError) as error:
        details = getattr(error, "errors", None)
        first = details()[0] if callable(details) else {"type": "", "loc": (), "msg": ""}
        what, remedy = shape_words(str(first["type"]), first["loc"], str(first["msg"]), resource)
        raise _refused(what, ".".join(map(str, (where, *first["loc"]))), remedy) from error


def _grants(resource: dict[str, Any], where: str) -> list[Grant]:
    _only(resource, _PLAIN, where)
    status = resource.get("status")
    if status not in ("active", "inactive"):
        raise _refused(f"A consent that is {status!r} allows nothing", f"{where}.status")
    if resource.get("decision") != "deny":
        raise _refused("It does not deny what it does not speak of", f"{where}.decision")
    if any(one.get("verified") is not True for one in resource.get("verification") or ()):
        raise _refused("Somebody has not verified it", f"{where}.verification")
    if status == "inactive" and not resource.get("provision"):
        raise _refused("It does not say what was withdrawn", f"{where}.provision")
    by = _one_name(resource.get("grantor"), f"{where}.grantor")
    subject = _one_name([resource["subject"]], f"{where}.subject") if resource.get("subject") else by
    withdrawn_at = _withdrawn_at(resource, where)
    if withdrawn_at is not None and status == "active":
        raise _refused("It is active and withdrawn at once", f"{where}.status")
    given = None if resource.get("date") is None else _date(resource["date"], f"{where}.date")
    since, until = _period(resource.get("period"), f"{where}.period")
    common = Grant(
        "", "", _NEVER, by, status == "inactive", given, withdrawn_at, None, "" if subject == by else subject
    )
    return [
        grant
        for i, provision in enumerate(resource.get("provision") or ())
        for grant in _permitted(provision, common, (since, until), f"{where}.provision[{i}]")
    ]


def _permitted(
    provision: dict[str, Any], common: Grant, period: tuple[datetime | None, datetime | None], where: str
) -> list[Grant]:
    """Return what one provision permits: `common` with its channels and purposes, within both periods."""
    _only(provision, _PROVISION, where)
    own = _period(provision.get("period"), f"{where}.period")
    starts, ends = ([time for time in edges if time is not None] for edges in zip(period, own, strict=True))
    if not ends:
        raise _refused("It does not say until when", f"{where}.period")
    until, since = min(ends), max(starts, default=None)
    if since is not None and until <= since:
        raise _refused(
            "Its period is over before the consent's begins, or begins after that has ended", f"{where}.period"
        )
    purposes = _purposes(provision, where)
    return [
        replace(common, channel=channel, purpose=purpose, until=until, since=since)
        for channel in _channels(provision, where)
        for purpose in purposes
    ]


def _only(element: dict[str, Any], known: frozenset[str], where: str) -> None:
    """Refuse elements that may carry a condition nobody here can keep, modifier extensions and nested exceptions too."""
    for name in element:
        if name.removeprefix("_") not in known and name != "fhir_comments":
            raise _refused(f"{name!r} sets a condition that cannot be kept here", f"{where}.{name}")


def _codings(concepts: Any, system: str, where: str) -> list[str]:
    """Return the codes of one system; every concept must have one, or it means something nobody here knows."""
    found = []
    for i, concept in enumerate(concepts or ()):
        own = [one.get("code") for one in concept.get("coding") or () if one.get("system") == system]
        if len(own) != 1 or not isinstance(own[0], str):
            raise _refused("A code is not one of this program's", f"{where}[{i}]")
        found.append(own[0])
    return found


def _channels(provision: dict[str, Any], where: str) -> list[str]:
    channels = _codings(provision.get("code"), CHANNEL, f"{where}.code")
    if not channels:
        raise _refused("It does not say which channels", f"{where}.code")
    for channel in channels:
        if not channel.strip() or len(channel) > LONGEST or not channel.isprintable():
            raise _refused("A channel has no proper name", f"{where}.code")
    return channels


def _purposes(provision: dict[str, Any], where: str) -> list[str]:
    purposes = []
    for i, coding in enumerate(provision.get("purpose") or ()):
        system, code = coding.get("system"), coding.get("code")
        if system == PURPOSE and code in tuple(Purpose):
            purposes.append(code)
        elif (system, code) != (_REASON, "HRESCH"):
            raise _refused(f"No such purpose: {code!r}", f"{where}.purpose[{i}]")
        elif Purpose.RESEARCH not in purposes:
            purposes.append(str(Purpose.RESEARCH))
    if not purposes:
        raise _refused("It does not say for which purposes", f"{where}.purpose")
    actions = set(_codings(provision.get("action"), _ACTION, f"{where}.action"))
    if actions and not {_ACTIONS[Purpose(purpose)] for purpose in purposes} <= actions:
        raise _refused("Its actions do not cover its purposes", f"{where}.action")
    return list(dict.fromkeys(purposes))


def _one_name(references: Any, where: str) -> str:
    names = [one.get("display") or one.get("reference") or "" for one in references or ()]
    if len(names) != 1 or not isinstance(names[0], str) or not (name := clean(names[0])):
        raise _refused("It does not name one person", where)
    return name


def _withdrawn_at(resource: dict[str, Any], where: str) -> datetime | None:
    for extension in resource.get("extension") or ():
        if extension.get("url") == WITHDRAWN:
            return _date(extension.get("valueDateTime"), f"{where}.extension")
    return None


def _period(period: Any, where: str) -> tuple[datetime | None, datetime | None]:
    if not period:
        return None, None
    since = None if period.get("start") is None else _date(period["start"], f"{where}.start")
    until = None if period.get("end") is None else _date(period["end"], f"{where}.end")
    if since is not None and until is not None and until <= since:
        raise _refused("It ends before it begins", where)
    return since, until


def _date(text: Any, where: str) -> datetime:
    """Return an instant; a day is where it begins in UTC, a month or a year says too little."""
    try:
        if not isinstance(text, str) or len(text) < 10:
            raise ValueError
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _refused(f"{str(text)[:40]!r} is no full date", where, EXAMPLE) from None
    if moment.tzinfo is None:
        if len(text) > 10:
            raise _refused(f"{text[:40]!r} has no time zone", where, EXAMPLE)
        moment = moment.replace(tzinfo=UTC)
    return moment


def _refused(what: str, where: str, remedy: str = "") -> ConsentError:
    remedy = remedy or "Ask whoever wrote it for a consent that says channels, purposes and an end."
    return ConsentError(f"{what}.", kind="record", where=where, remedy=f"Nothing of it was taken over. {remedy}")
