"""Giving and taking back consent. Neither is an edit: what was withdrawn must not come back with an undo."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from neodent_viewer.app.context import AppContext

#: what a person is asked about in this window
PURPOSES = ("view", "perform")
DAYS = 365


def withdraw(context: AppContext, channel: str | None = None) -> None:
    """Withdraw consent for one channel, or for all (None); the next frame obeys."""
    context.live.withdraw(channel)
    context.shell.say(f"Consent for {channel or 'all channels'} was withdrawn.")


def allow(context: AppContext, channels: tuple[str, ...]) -> None:
    """Ask who gives consent, and write down that these channels may be viewed and performed for a year."""
    who = context.shell.ask_text("Give consent", "Name of the person whose mouth this is")
    if who is not None:
        until = datetime.now(UTC) + timedelta(days=DAYS)
        context.live.grant(channels, PURPOSES, until, who)
        context.shell.say(f"{who} allows {len(channels)} channels to be viewed and performed until {until:%Y-%m-%d}.")
