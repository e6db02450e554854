"""Help: the command palette, the keys of this workspace, the welcome page, where the log lies."""

from __future__ import annotations

from neodent_viewer.app.actions.record import ALWAYS, Command
from neodent_viewer.app.context import AppContext


def open_log_folder(context: AppContext) -> None:
    """Show the folder of the log file in the desktop's file manager, and say where it is."""
    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QDesktopServices

    from neodent_viewer.core import paths

    folder = paths.log_dir()
    context.shell.say(f"The log file is in {folder}")
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


COMMANDS = (
    Command(
        "help.palette",
        "Command Palette…",
        lambda c: c.shell.want("palette"),
        "mdi6.magnify",
        ("Ctrl+Shift+P", "F3"),
        "help",
        "1",
        hint="Find any command by a few of its letters.",
        in_show=ALWAYS,
    ),
    Command(
        "help.keys",
        "Keys of This Workspace",
        lambda c: c.shell.want("cheat_sheet"),
        "mdi6.keyboard-outline",
        ("F1", "H"),
        "help",
        "1",
    ),
    Command(
        "help.welcome", "Welcome Page", lambda c: c.shell.want("welcome"), "mdi6.hand-wave-outline", (), "help", "2"
    ),
    Command("help.log", "Show Log Folder", open_log_folder, "mdi6.text-box-search-outline", (), "help", "3"),
    Command(
        "help.about",
        "About neodent_viewer",
        lambda c: c.shell.want("about"),
        "mdi6.information-outline",
        (),
        "help",
        "4",
    ),
)
