"""Giving and taking back consent, and its records as FHIR. No edit: what was withdrawn must not come back with an undo."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from neodent_viewer.app.context import AppContext
from neodent_viewer.app.words import count
from neodent_viewer.core.errors import ConsentError
from neodent_viewer.core.names import clean
from neodent_viewer.trust.consent import SETTING

#: what giving consent allows; pictures and clips are asked about on their own, since they outlast the session
PURPOSES = ("view", "perform")
RECORD = ("record",)
DAYS = 365
_FILTER = "FHIR consent (*.json);;All files (*)"


def withdraw(context: AppContext, channel: str | None = None, purpose: str | None = None) -> None:
    """Withdraw consent for one channel or all (None), one purpose or all; the next frame obeys."""
    context.live.withdraw(channel, purpose)
    context.history.note_outside()
    about = f" to {purpose}" if purpose else ""
    context.shell.say(f"Consent{about} for {channel or 'all channels'} was withdrawn.")


def allow(context: AppContext, channels: tuple[str, ...], purposes: tuple[str, ...] = PURPOSES) -> None:
    """Ask who gives consent, and write down that these channels may be used for these purposes for a year."""
    title = f"Give consent to {' and '.join(purposes)}"
    who = context.shell.ask_text(title, "Name of the person whose mouth this is")
    if who is not None:
        give(context, channels, purposes, datetime.now(UTC) + timedelta(days=DAYS), who)


def give(context: AppContext, channels: tuple[str, ...], purposes: tuple[str, ...], until: datetime, who: str) -> None:
    """Write down that a person allows channels for purposes until then."""
    who = clean(who)
    if not who:
        remedy = "Type the name of the person whose mouth this is, or who may speak for them."
        raise ConsentError("A consent says who gave it.", kind="record", where="by", remedy=remedy)
    if not purposes or not channels:
        raise ConsentError(
            "Nothing is allowed by this.", kind="record", where="purposes", remedy="Tick what it is for."
        )
    if until <= context.live.wall():
        raise ConsentError("It would be over already.", kind="record", where="until", remedy="Choose a later day.")
    context.live.grant(channels, purposes, until, who)
    context.history.note_outside()
    done = " and ".join(f"{purpose}ed" for purpose in purposes)
    what = channels[0] if len(channels) == 1 else count(len(channels), "channel")
    context.shell.say(f"{who} allows {what} to be {done} until {until:%Y-%m-%d}.")


def allow_recording(context: AppContext, channels: tuple[str, ...]) -> None:
    """Ask who allows these channels in pictures and clips, and write it down."""
    allow(context, channels, RECORD)


def export_fhir(context: AppContext) -> None:
    """Ask where to, and write every consent record as HL7 FHIR R5."""
    from neodent_viewer.files.atomic import put_in_place
    from neodent_viewer.trust.fhir import to_fhir

    path = context.shell.ask_save("Export Consent", "consent.json", _FILTER, ".json")
    if path is None:
        return
    grants = context.live.consent.grants()
    try:
        with put_in_place(path) as beside:
            beside.write_text(json.dumps(to_fhir(grants), indent=1, ensure_ascii=False), "utf-8")
    except OSError as error:
        what = f"The file cannot be written: {error.strerror or error}."
        raise ConsentError(what, kind="record", where=str(path), remedy="Choose another place.") from error
    context.shell.say(f"{count(len(grants), 'consent record')} written to {path.name}.")


def import_fhir(context: AppContext) -> None:
    """Ask for a file of HL7 FHIR R5 consent, and take its records over; what was withdrawn here stays so."""
    from neodent_viewer.files.consent_records import read_fhir

    for path in context.shell.ask_open("", _FILTER)[:1]:
        grants = read_fhir(path)
        register = context.live.consent
        taken = register.put(grants)
        context.document.set(("settings", SETTING), register.to_json())
        context.history.note_outside()
        left = len(grants) - taken
        more = f" {left} left out: withdrawn here, and nothing says that they were given since." if left else ""
        told = f"{count(taken, 'consent record')} taken over from {path.name}.{more}"
        context.shell.say(told, "warning" if left else "info")
