"""Giving and taking back consent. Neither is an edit: what was withdrawn must not come back with an undo."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from neodent_viewer.app.context import AppContext

#: what giving consent allows; pictures and clips are asked about on their own, since they outlast the session
PURPOSES = ("view", "perform")
RECORD = ("record",)
DAYS = 365


def withdraw(context: AppContext, channel: str | None = None) -> None:
    """Withdraw consent for one channel, or for all (None); the next frame obeys."""
    context.live.withdraw(channel)
    context.history.note_outside()
    context.shell.say(f"Consent for {channel or 'all channels'} was withdrawn.")


def allow(context: AppContext, channels: tuple[str, ...], purposes: tuple[str, ...] = PURPOSES) -> None:
    """Ask who gives consent, and write down that these channels may be used for these purposes for a year."""
    title = f"Give consent to {' and '.join(purposes)}"
    who = context.shell.ask_text(title, "Name of the person whose mouth this is")
    if who is not None:
        until = datetime.now(UTC) + timedelta(days=DAYS)
        context.live.grant(channels, purposes, until, who)
        context.history.note_outside()
        done = " and ".join(f"{purpose}ed" for purpose in purposes)
        context.shell.say(f"{who} allows {len(channels)} channels to be {done} until {until:%Y-%m-%d}.")


def allow_recording(context: AppContext, channels: tuple[str, ...]) -> None:
    """Ask who allows these channels in pictures and clips, and write it down."""
    allow(context, channels, RECORD)
