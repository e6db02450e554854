"""Masks: what is done to a whole mask at once; each is one edit."""

from __future__ import annotations

from collections.abc import Callable

from neodent_viewer.app.actions.record import Command
from neodent_viewer.app.context import AppContext
from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.sculpt.masking import ACTIONS

_ICONS = {
    "clear": "mdi6.shield-off-outline",
    "invert": "mdi6.invert-colors",
    "blur": "mdi6.blur",
    "sharpen": "mdi6.contrast-box",
}


def act(name: str) -> Callable[[AppContext], None]:
    """Return the command of an action of ``sculpt.masking``."""

    def run(context: AppContext) -> None:
        part = context.sculpting.part
        if part is None:
            raise ArgumentError("There is no part to mask.", kind="argument", remedy="Open a scan first.")
        if not context.sculpting.mask(part, name):
            context.shell.say(f"{part.name} is being prepared; ask again in a moment.")

    return run


COMMANDS = tuple(
    Command(
        f"mask.{name}",
        action.title,
        act(name),
        _ICONS.get(name, ""),
        (action.key,) if action.key else (),
        "tools/Mask",
        "1",
        ("sculpt",),
        enabled="has_parts",
        hint="Of the part that was chosen or sculpted last.",
    )
    for name, action in ACTIONS.items()
)
