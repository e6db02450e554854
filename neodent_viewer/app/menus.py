"""From command records to Qt: one `QAction` a command, shared by menus and tool shelf, with the keys of the workspace in use.

Made after the first picture. Actions stay the same objects while workspaces change; only their keys and places do.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import qtawesome
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QIcon, QKeySequence
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QToolBar

from neodent_viewer.app import theme
from neodent_viewer.app.actions.centre import CommandCentre
from neodent_viewer.app.actions.file import open_paths
from neodent_viewer.app.actions.keymaps import CHOSEN
from neodent_viewer.app.actions.record import MENUS, Command
from neodent_viewer.app.header import Header
from neodent_viewer.app.held_key import HeldKey
from neodent_viewer.app.resting_keys import RestingKeys
from neodent_viewer.app.workspaces import ARRANGED
from neodent_viewer.core.signals import SignalInstance


def icon(name: str, colour: str = "#c4cbd2", on: str = theme.ACCENT) -> QIcon:
    """Return an icon of the theme by its qtawesome name; an empty icon for an empty name."""
    if not name:
        return QIcon()
    colours = {"color": colour, "color_disabled": "#4d545c", "color_on": on, "color_active": "#ffffff"}
    return QIcon(qtawesome.icon(name, **colours))


class WindowActions:
    """All QActions of one window, and the menus and the shelf made of them."""

    def __init__(self, window: QMainWindow, header: Header, shelf: QToolBar, centre: CommandCentre) -> None:
        self._window, self._header, self._shelf = window, header, shelf
        self.centre = centre
        self._context = centre.context
        self.actions: dict[str, QAction] = {c.id: self._make(c) for c in centre.commands.values()}
        self._resting = RestingKeys(window, centre)
        self._held: HeldKey | None = None
        self._soon = QTimer(window)
        self._soon.setSingleShot(True)
        self._soon.setInterval(30)
        self._soon.timeout.connect(centre.refresh)
        self._recent = QMenu("Open Recent", window)
        self._recent.setIcon(icon("mdi6.folder-clock-outline"))
        self._recent.aboutToShow.connect(self._fill_recent)
        self._panels = QMenu("Panels", window)
        self._panels.aboutToShow.connect(self._fill_panels)
        centre.refreshed.connect(self.update_states)
        for signal in self._signals():
            signal.connect(self.refresh_soon)
        self._context.shell.workspace_changed.connect(self.show_workspace)
        self._context.shell.show_mode_changed.connect(self._show_mode_changed)
        self._context.preferences.changed.connect(self._preferences_changed)
        self.show_workspace()

    def _signals(self) -> tuple[SignalInstance, ...]:
        c = self._context
        models = (c.document, c.history, c.selection, c.tools, c.tools.brush, c.camera, c.stage, c.background,
                  c.viewing, c.sculpting, c.sculpting.recorder, c.timeline)  # fmt: skip
        return tuple(model.changed for model in models)

    def _make(self, command: Command) -> QAction:
        action = QAction(icon(command.icon), command.title, self._window)
        action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)  # the stage window answers to the same keys
        action.setCheckable(bool(command.checked))
        action.triggered.connect(partial(self._run, command.id))
        action.setAutoRepeat(command.release is None)
        self._window.addAction(action)
        return action

    def _run(self, command_id: str, _: bool = False) -> None:
        self.centre.run(command_id)
        release, handle = self.centre.commands[command_id].release, self._window.windowHandle()
        if release is not None and handle is not None:
            if self._held is not None:
                self._held.end()
            self._held = HeldKey(handle, self.actions[command_id], partial(release, self._context))
        self.update_states()  # a click has already turned the tick; show how things really stand

    def refresh_soon(self, *_: object) -> None:
        """Look at all conditions once the present burst of changes is over."""
        if not self._soon.isActive():
            self._soon.start()

    def _show_mode_changed(self, _: bool) -> None:
        self.centre.refresh()

    def update_states(self) -> None:
        """Show which commands are enabled and ticked; what rests in show mode says so when its key is pressed."""
        for menu in (self._recent, self._panels):
            menu.menuAction().setEnabled(not self._context.shell.show_mode)
        self._resting.update_keys()
        for command_id, action in self.actions.items():
            action.setEnabled(self.centre.enabled(command_id))
            checked = self.centre.checked(command_id)
            if checked is not None:
                action.setChecked(checked)

    def show_workspace(self, *_: object) -> None:
        """Give actions the keys of the workspace in use, and refill its menu and shelf."""
        keymap = self.centre.keymap()
        for command_id, action in self.actions.items():
            keys = keymap.get(command_id, ())
            action.setShortcuts([QKeySequence(key) for key in keys])
            command = self.centre.commands[command_id]
            first = f"  ({keys[0]})" if keys else ""
            action.setToolTip(f"{command.plain_title}{first}" + (f"\n{command.hint}" if command.hint else ""))
            action.setStatusTip("")
        self.centre.refresh()
        for name in MENUS:
            self._fill_menu(name)
        self._fill_shelf()
        self.update_states()

    def _preferences_changed(self, key: str) -> None:
        if key in {"keys", CHOSEN}:
            self.show_workspace()

    def _fill_menu(self, name: str) -> None:
        menu = self._header.menus[name]
        menu.clear()
        menu.setToolTipsVisible(True)
        for group in self.centre.menu(name):
            if not menu.isEmpty():
                menu.addSeparator()
            for command in group:
                menu.addAction(self.actions[command.id])
                if command.id == "file.open":
                    menu.addMenu(self._recent)
        for path in self.centre.submenus(name):
            commands = [c for group in self.centre.menu(path) for c in group]
            if commands:
                submenu = menu.addMenu(path.partition("/")[2])
                submenu.addActions([self.actions[c.id] for c in commands])
        if name == "view":
            menu.addMenu(self._panels)

    def _fill_recent(self) -> None:
        self._recent.clear()
        paths = self._context.preferences.recent()
        for path in paths:
            action = self._recent.addAction(f"{path.name}   ·   {path.parent}")
            action.triggered.connect(partial(self._open_recent, path))
        if not paths:
            self._recent.addAction("Nothing opened yet").setEnabled(False)

    def _open_recent(self, path: Path, _: bool = False) -> None:
        open_paths(self._context, [path])

    def _fill_panels(self) -> None:
        self._panels.clear()
        for dock in self._window.findChildren(QDockWidget):
            self._panels.addAction(dock.toggleViewAction())

    def _fill_shelf(self) -> None:
        self._shelf.clear()
        here = self._context.shell.workspace
        for info in self._context.tools.infos:
            if here in info.workspaces and not info.brush:
                self._shelf.addAction(self.actions[f"tool.{info.name}"])
        for command_id in ARRANGED[here].shelf:
            if command_id:
                self._shelf.addAction(self.actions[command_id])
            else:
                self._shelf.addSeparator()

    def release(self) -> None:
        """Let go of all signals, stop the timer, give the records back."""
        self._soon.stop()
        if self._held is not None:
            self._held.end()
        for signal in self._signals():
            signal.disconnect(self.refresh_soon, missing_ok=True)
        self.centre.refreshed.disconnect(self.update_states, missing_ok=True)
        self._context.shell.workspace_changed.disconnect(self.show_workspace, missing_ok=True)
        self._context.shell.show_mode_changed.disconnect(self._show_mode_changed, missing_ok=True)
        self._context.preferences.changed.disconnect(self._preferences_changed, missing_ok=True)
        self.centre.close()
