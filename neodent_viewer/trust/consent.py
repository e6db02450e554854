"""Who allows which channel for which purpose until when. Anything not allowed is not shown: the default is no.

Records are plain JSON values in ``document.settings["consent"]``, so that a project carries them. A record that cannot be
understood allows nothing, and is reported.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from neodent_viewer.core.errors import ConsentError
from neodent_viewer.core.names import clean

#: where a document keeps its records
SETTING = "consent"
#: a record for this "channel" speaks of every channel that has no record of its own
ALL_CHANNELS = "*"
#: the same, but only for what a simulation sends: nobody's data, so that allowing it allows no real sensor
SIMULATED_CHANNELS = "simulated:*"
#: who speaks in a record that makes no sense
UNREADABLE = "A record that cannot be read"

#: dates of a record that need not be there
_TIMES = ("given", "withdrawn_at", "since")


class Purpose(StrEnum):
    """What data may be used for."""

    VIEW = "view"
    PERFORM = "perform"
    RECORD = "record"
    PUBLISH = "publish"
    RESEARCH = "research"


@dataclass(frozen=True, slots=True)
class Grant:
    """One thing somebody allowed.

    Attributes
    ----------
    channel : str
        Channel key, or `ALL_CHANNELS`.
    purpose : str
        A `Purpose`.
    until : datetime
        Time-zone aware end; from then on it allows nothing.
    by : str
        Who gave it, as shown.
    withdrawn : bool
        Kept so that a window can say why a channel is dark.
    given, withdrawn_at : datetime or None
        When it was given and taken back, where that is known.
    since : datetime or None
        Before this it allows nothing.
    subject : str
        Whose data it is, where that is not who gave it.
    """

    channel: str
    purpose: str
    until: datetime
    by: str
    withdrawn: bool = False
    given: datetime | None = None
    withdrawn_at: datetime | None = None
    since: datetime | None = None
    subject: str = ""

    def stands(self, at: datetime) -> bool:
        """Return whether it allows anything at this instant."""
        return not self.withdrawn and at < self.until and (self.begins is None or self.begins <= at)

    @property
    def begins(self) -> datetime | None:
        """From when on it may allow something, if that is said: nobody has agreed to anything before the day they do.

        Not the instant: a clock that is set back by seconds would take back what was given just now.
        """
        day = self.given and self.given.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return max((time for time in (self.since, day) if time is not None), default=None)


class ConsentRegister:
    """Consent for the channels of one document; default deny."""

    def __init__(self, grants: Iterable[Grant] = ()) -> None:
        self._grants: dict[tuple[str, str], Grant] = {(g.channel, g.purpose): g for g in grants}
        self.problems: tuple[ConsentError, ...] = ()

    # -- giving and taking back ------------------------------------------------------------------------------------

    def grant(
        self,
        channels: Iterable[str],
        purposes: Iterable[str],
        until: datetime,
        by: str,
        *,
        given: datetime | None = None,
    ) -> None:
        """Allow each channel for each purpose until then. Raises `ConsentError` for an unknown purpose or a naive time."""
        channels = tuple(channels)
        for purpose in purposes:
            for channel in channels:
                grant = _checked(Grant(channel, purpose, until, by, given=given))
                self._grants[channel, purpose] = grant

    def put(self, grants: Iterable[Grant]) -> int:
        """Take records over, each in place of what was said of its channel and purpose; return how many were.

        What was withdrawn stays so, by name or with all channels, unless a record is known to have been given after that.
        Raises `ConsentError`.
        """
        taken, known = 0, dict(self._grants)  # records of one file do not take back each other
        for grant in [_checked(grant) for grant in grants]:
            about_all = None if grant.channel == SIMULATED_CHANNELS else known.get((ALL_CHANNELS, grant.purpose))
            before = known.get((grant.channel, grant.purpose)) or about_all
            if before is None or not before.withdrawn or grant.withdrawn or _follows(grant, before):
                self._grants[grant.channel, grant.purpose] = grant
                taken += 1
        return taken

    def heed(self, grants: Iterable[Grant]) -> int:
        """Take over what was withdrawn elsewhere and was not given here after that; return how many records were."""
        taken = 0
        for grant in grants:
            key = grant.channel, grant.purpose
            here = self._grants.get(key)
            if grant.withdrawn and not (here is not None and (here.withdrawn or _follows(here, grant))):
                self._grants[key] = grant
                taken += 1
        return taken

    def grants(self) -> tuple[Grant, ...]:
        """Return every record."""
        return tuple(self._grants.values())

    def withdraw(self, channel: str | None = None, purpose: str | None = None, *, at: datetime | None = None) -> int:
        """Take consent back, for one channel or all (None), one purpose or all; return how many grants ended.

        A channel that is allowed by a record about many is withdrawn by a record of its own.
        """
        ended = 0
        for about in Purpose if purpose is None else (purpose,):
            names = [name for name, said in self._grants if said == about and channel in (None, name)]
            for name in names or ([channel] if channel is not None else []):
                grant = self._grants.get((name, about)) or self._about_many(about)
                if grant is not None and not (grant.withdrawn and grant.channel == name):
                    self._grants[name, about] = replace(grant, channel=name, withdrawn=True, withdrawn_at=at)
                    ended += 1
        return ended

    def _about_many(self, purpose: str, *, simulated: bool = True) -> Grant | None:
        """Return the record that speaks of channels without one of their own."""
        grant = self._grants.get((SIMULATED_CHANNELS, purpose)) if simulated else None
        return grant or self._grants.get((ALL_CHANNELS, purpose))

    # -- asking ------------------------------------------------------------------------------------------------------

    def _speaks(self, channel: str, purpose: str, simulated: bool) -> Grant | None:
        """Return the record that decides: the channel's own before those about many."""
        return self._grants.get((channel, purpose)) or self._about_many(purpose, simulated=simulated)

    def speaks_of_simulation(self, purpose: str) -> bool:
        """Return whether anything was ever said about all simulated channels and this purpose."""
        return (SIMULATED_CHANNELS, purpose) in self._grants

    def allows(self, channel: str, purpose: str, at: datetime, *, simulated: bool = False) -> bool:
        """Return whether a channel, sent by a simulation or not, may be used for a purpose at this instant."""
        grant = self._speaks(channel, purpose, simulated)
        return grant is not None and grant.stands(at)

    def reason(self, channel: str, purpose: str, at: datetime, *, simulated: bool = False) -> str:
        """Return why a channel is withheld, as a sentence; empty when it is allowed."""
        grant = self._speaks(channel, purpose, simulated)
        if grant is not None and grant.stands(at):
            return ""
        if grant is None:
            return f"Nobody has allowed {channel} to be used to {purpose}."
        if grant.by == UNREADABLE:
            return f"What was agreed about {channel} to {purpose} cannot be read. Ask the person again."
        if grant.withdrawn:
            return f"{grant.by} has withdrawn the consent to {purpose} {channel}."
        if grant.begins is not None and at < grant.begins:
            return f"The consent to {purpose} {channel} begins on {grant.begins:%Y-%m-%d}."
        return f"The consent to {purpose} {channel} ended on {grant.until:%Y-%m-%d}."

    def summary(self, at: datetime) -> str:
        """Return who allows what until when, one sentence a person, for a window."""
        standing = [grant for grant in self._grants.values() if grant.stands(at)]
        if not standing:
            return "No consent: no channel is shown."
        people = dict.fromkeys(grant.by for grant in standing)
        return " ".join(_sentence(by, [grant for grant in standing if grant.by == by]) for by in people)

    # -- keeping -----------------------------------------------------------------------------------------------------

    def to_json(self) -> list[dict[str, Any]]:
        """Return the records as JSON values."""
        return [
            {
                "channel": g.channel,
                "purpose": g.purpose,
                "until": g.until.isoformat(),
                "by": g.by,
                "withdrawn": g.withdrawn,
            }
            | {name: time.isoformat() for name in _TIMES if (time := getattr(g, name)) is not None}
            | ({"subject": g.subject} if g.subject else {})
            for g in self._grants.values()
        ]

    def _deny(self, record: Any) -> None:
        """Let a record that makes no sense deny what it speaks of, or one about all channels would answer in its place."""
        told = record if isinstance(record, dict) else {}
        channel, purpose = told.get("channel"), told.get("purpose")
        if isinstance(channel, str) and channel and isinstance(purpose, str) and purpose in tuple(Purpose):
            until = datetime(1970, 1, 1, tzinfo=UTC)
            self._grants[channel, purpose] = Grant(channel, purpose, until, UNREADABLE, withdrawn=True)

    @classmethod
    def from_json(cls, records: Any) -> ConsentRegister:
        """Read records; what is malformed denies what it speaks of and is told in `problems`."""
        register = cls()
        problems = []
        if records is not None and not isinstance(records, list):
            problems.append(_malformed("the consent records are not a list", SETTING))
            records = []
        for i, record in enumerate(records or ()):
            try:
                grant = read_grant(record, where=f"{SETTING}[{i}]")
            except ConsentError as error:
                problems.append(error)
                register._deny(record)
            else:
                register._grants[grant.channel, grant.purpose] = grant
        register.problems = tuple(problems)
        return register


def _follows(grant: Grant, withdrawn: Grant) -> bool:
    """Return whether a record was given after another was taken back, as far as both say when."""
    return grant.given is not None and withdrawn.withdrawn_at is not None and grant.given > withdrawn.withdrawn_at


def _sentence(by: str, grants: list[Grant]) -> str:
    purposes = ", ".join(purpose for purpose in Purpose if any(grant.purpose == purpose for grant in grants))
    channels = {grant.channel for grant in grants}
    if ALL_CHANNELS in channels:
        what = "all channels"
    elif channels == {SIMULATED_CHANNELS}:
        what = "all simulated channels"
    else:
        what = f"{len(channels)} channel" + "s" * (len(channels) != 1)
    return f"{by} allows {what} for: {purposes}, until {min(grant.until for grant in grants):%Y-%m-%d}."


def read_grant(record: Any, where: str = SETTING) -> Grant:
    """Return one record as a grant; raises `ConsentError` naming what is wrong with it."""
    if not isinstance(record, dict):
        raise _malformed("a consent record is not an object", where)
    texts = {key: record.get(key) for key in ("channel", "purpose", "until", "by")}
    for key, text in texts.items():
        if not isinstance(text, str) or not text:
            raise _malformed(f"a consent record has no {key!r}", where)
    withdrawn = record.get("withdrawn", False)
    if not isinstance(withdrawn, bool):
        raise _malformed("a consent record's 'withdrawn' is neither true nor false", where)
    try:
        until = datetime.fromisoformat(record["until"])
    except ValueError:
        raise _malformed(f"a consent record ends at no date: {record['until']!r}", where) from None
    subject = record.get("subject", "")
    if not isinstance(subject, str):
        raise _malformed("a consent record's 'subject' is no text", where)
    times = {name: _optional_time(record, name, where) for name in _TIMES}
    by = clean(record["by"])
    if not by:
        raise _malformed("a consent record says by nothing readable who gave it", where)
    grant = Grant(record["channel"], record["purpose"], until, by, withdrawn, subject=clean(subject), **times)
    return _checked(grant, where)


def _optional_time(record: dict[str, Any], name: str, where: str) -> datetime | None:
    text = record.get(name)
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except (ValueError, TypeError):
        raise _malformed(f"a consent record's {name!r} is no date: {text!r}", where) from None


def _checked(grant: Grant, where: str = SETTING) -> Grant:
    for name in _TIMES:
        time = getattr(grant, name)
        if time is not None and time.tzinfo is None:
            raise _malformed(f"a consent's {name!r} has no time zone", where)
        if time is not None and not 1900 <= time.year <= 9998:  # told in another zone it might be no date at all
            raise _malformed(f"a consent's {name!r} is in a year in which nobody gave one", where)
    if grant.purpose not in tuple(Purpose):
        raise _malformed(f"no such purpose: {grant.purpose!r}", where)
    if grant.until.tzinfo is None:
        raise _malformed("a consent's end has no time zone", where)
    return grant


def _malformed(what: str, where: str) -> ConsentError:
    remedy = "Ask the person again and grant it anew; until then nothing is shown."
    return ConsentError(f"{what[0].upper()}{what[1:]}.", kind="record", where=where, remedy=remedy)
