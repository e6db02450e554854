"""Where commands are registered with app-model, asked for their state, and run.

app-model keeps ids, menus, key bindings and enablement; Qt's side (`QAction`) is made from it by the window. This module is
imported after the first picture, since app-model brings pydantic along.
"""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from app_model import Application
from app_model.expressions import parse_expression
from app_model.types import Action, KeyBindingRule, MenuRule, ToggleRule

from neodent_viewer.app.actions import conditions
from neodent_viewer.app.actions.catalogue import all_commands
from neodent_viewer.app.actions.keymap import resolve
from neodent_viewer.app.actions.keymaps import bindings
from neodent_viewer.app.actions.record import Command
from neodent_viewer.app.context import AppContext
from neodent_viewer.core.signals import Signal

_APP_MODEL_KEYS = {"PgUp": "PageUp", "PgDown": "PageDown", "Esc": "Escape", "Del": "Delete"}


class CommandCentre:
    """All commands of one window.

    Parameters
    ----------
    context : AppContext
        Given to every command that runs.
    """

    #: emitted after conditions may have changed
    refreshed = Signal()

    def __init__(self, context: AppContext) -> None:
        self.context = context
        self.commands: dict[str, Command] = {command.id: command for command in all_commands(context)}
        # app-model keeps applications in a class-wide table: a name of our own, given back in `close`
        self.application = Application(f"neodent-{uuid.uuid4().hex[:8]}")
        self.application.register_actions([self._action(command) for command in self.commands.values()])
        self._enabled = {c.id: parse_expression(c.enabled) for c in self.commands.values() if c.enabled}
        self._in_show = {c.id: parse_expression(c.in_show) for c in self.commands.values() if c.in_show}
        self._checked = {c.id: parse_expression(c.checked) for c in self.commands.values() if c.checked}
        self._values: dict[str, Any] = {}
        self.refresh()

    def _action(self, command: Command) -> Action[Any, Any]:
        here = parse_expression(" or ".join(f"workspace == '{name}'" for name in command.workspaces))
        return Action(
            id=command.id,
            title=command.title,
            callback=partial(command.run, self.context),
            tooltip=command.hint or None,
            enablement=parse_expression(command.enabled) if command.enabled else None,
            toggled=ToggleRule(condition=parse_expression(command.checked)) if command.checked else None,
            menus=[MenuRule(id=command.menu, group=command.group, when=here)] if command.menu else [],
            keybindings=[KeyBindingRule(primary=_app_model_key(key), when=here) for key in command.keys],
        )

    def run(self, command_id: str) -> bool:
        """Run a command if it is enabled; an error becomes a sentence in the window. Return whether it went well."""
        self.refresh()
        if not self.enabled(command_id):
            return False
        error = self.application.commands.execute_command(command_id).exception()
        if error is not None:
            self.context.shell.say_error(error)
        self.refresh()
        return error is None

    def refresh(self) -> None:
        """Read all conditions anew and tell everyone if any moved."""
        values = conditions.read(self.context)
        if values != self._values:
            self._values = values
            self.application.context.update(values)
            self.refreshed.emit()

    def enabled(self, command_id: str) -> bool:
        """Return whether a command can run here and now."""
        here = self.context.shell.workspace in self.commands[command_id].workspaces
        expression = self._enabled.get(command_id)
        return here and not self.rests(command_id) and (expression is None or bool(expression.eval(self._values)))

    def rests(self, command_id: str) -> bool:
        """Return whether show mode is what keeps a command from running."""
        if not self.context.shell.show_mode:
            return False
        expression = self._in_show.get(command_id)
        return expression is None or not expression.eval(self._values)

    def checked(self, command_id: str) -> bool | None:
        """Return whether a command is ticked, None when it is not of that kind."""
        expression = self._checked.get(command_id)
        return None if expression is None else bool(expression.eval(self._values))

    def keymap(self) -> dict[str, tuple[str, ...]]:
        """Return command id -> keys live in the workspace in use, the person's own bindings included."""
        return resolve(self.commands.values(), self.context.shell.workspace, bindings(self.context.preferences))

    def menu(self, menu: str) -> list[list[Command]]:
        """Return the commands of a menu in the workspace in use, group by group."""
        groups: list[list[Command]] = []
        for group in self.application.menus.iter_menu_groups(menu) if menu in self.application.menus else ():
            items = [getattr(item, "command", None) for item in group]
            known = [self.commands[item.id] for item in items if item is not None and item.id in self.commands]
            here = [command for command in known if self.context.shell.workspace in command.workspaces]
            order = list(self.commands)
            if here:
                groups.append(sorted(here, key=lambda command: order.index(command.id)))
        return groups

    def submenus(self, menu: str) -> list[str]:
        """Return the ids of submenus, such as ``"tools/Recall look"``."""
        return [name for name in dict.fromkeys(c.menu for c in self.commands.values()) if name.startswith(f"{menu}/")]

    def close(self) -> None:
        """Give the name back to app-model."""
        Application.destroy(self.application.name)


def _app_model_key(key: str) -> str:
    *held, last = key.split("+") if not key.endswith("+") else [key]
    return "+".join([*held, _APP_MODEL_KEYS.get(last, last)])
