"""Which keys run which command in a workspace: a pure function of the records and the person's own bindings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from neodent_viewer.app.actions.record import Command
from neodent_viewer.app.context import WORKSPACES


def normal(key: str) -> str:
    """Return a key in one spelling, so that two texts for one key compare equal.

    >>> normal("shift+ctrl+p"), normal("Ctrl+PageUp"), normal("["), normal("Escape")
    ('Ctrl+Shift+P', 'Ctrl+PgUp', '[', 'Esc')
    """
    names = {"pageup": "PgUp", "pagedown": "PgDown", "pgdn": "PgDown", "escape": "Esc", "delete": "Del"}
    *held, last = key.replace("++", "+plus").split("+") if key != "+" else ["plus"]
    order = ("ctrl", "alt", "shift", "meta")
    modifiers = sorted((word.lower() for word in held), key=order.index)
    last = names.get(last.lower(), last)
    last = "+" if last == "plus" else last
    return "+".join([*(word.capitalize() for word in modifiers), last[:1].upper() + last[1:]])


def keys_of(command: Command, own: Mapping[str, object]) -> tuple[str, ...]:
    """Return the keys of a command: the person's own if they bound any, else the record's."""
    bound = own.get(command.id)
    if isinstance(bound, list) and all(isinstance(key, str) for key in bound):
        return tuple(dict.fromkeys(normal(key) for key in bound if key))
    return tuple(dict.fromkeys(normal(key) for key in command.keys))


def resolve(
    commands: Iterable[Command], workspace: str, own: Mapping[str, object] | None = None
) -> dict[str, tuple[str, ...]]:
    """Return command id -> keys that are live in `workspace`; no key appears twice.

    A person's own binding wins over defaults, then a command of fewer workspaces over one of more, then the earlier record.
    """
    own = own or {}
    here = [command for command in commands if workspace in command.workspaces]
    ranked = sorted(here, key=lambda c: (c.id not in own, len(c.workspaces)))  # stable, so earlier records stay first
    taken: dict[str, str] = {}
    for command in ranked:
        for key in keys_of(command, own):
            taken.setdefault(key, command.id)
    return {
        command.id: keys
        for command in here
        if (keys := tuple(key for key in keys_of(command, own) if taken[key] == command.id))
    }


def clashes(commands: Iterable[Command], own: Mapping[str, object] | None = None) -> list[tuple[str, str, str]]:
    """Return (key, loser, winner) for keys two commands of equal rank want in one workspace: a fault in the records."""
    found = []
    listed = list(commands)
    for workspace in WORKSPACES:
        live = resolve(listed, workspace, own)
        owner = {key: name for name, keys in live.items() for key in keys}
        scope = {command.id: len(command.workspaces) for command in listed}
        for command in listed:
            if workspace in command.workspaces:
                for key in keys_of(command, own or {}):
                    winner = owner[key]
                    if winner != command.id and scope[winner] == scope[command.id]:
                        found.append((key, command.id, winner))
    return found
