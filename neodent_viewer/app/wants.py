"""What the window does when a part of it is asked for by name (`Shell.want`): one function each, one line in the table."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMessageBox

from neodent_viewer import __version__
from neodent_viewer.app.cheat_sheet import cheat_sheet
from neodent_viewer.app.host import Host
from neodent_viewer.app.palette import Palette
from neodent_viewer.app.welcome import Welcome
from neodent_viewer.core import paths


def palette(window: Host) -> None:
    """Open the command palette, or close it when it is open."""
    assert window.commands is not None
    found = window.findChild(Palette)
    box = found if found is not None else Palette(window, window.commands.centre)
    if box.isVisible():
        box.shut()
    else:
        box.open()


def keys(window: Host) -> None:
    """Show the keys of this workspace."""
    assert window.commands is not None
    dialog = cheat_sheet(window, window.commands.centre)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def preferences(window: Host) -> None:
    """Show the preferences."""
    from neodent_viewer.app.preferences_dialog import PreferencesDialog

    assert window.commands is not None
    dialog = PreferencesDialog(window, window.commands.centre)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def about(window: Host) -> None:
    """Say what this is, and on what it draws."""
    box = QMessageBox(window)
    box.setWindowTitle("About")
    box.setText(f"neodent_viewer {__version__}")
    renderer = window.context.engine.renderer
    box.setInformativeText(
        "Sculpt, perform and review smiles on one stage.\n\n"
        f"Drawn by: {renderer}\nLog: {paths.log_dir()}\nPreferences: {paths.config_dir()}"
    )
    box.finished.connect(box.deleteLater)
    box.open()


def full_screen(window: Host) -> None:
    """Fill the screen, or stop filling it."""
    if window.isFullScreen():
        window.showNormal()
    else:
        window.showFullScreen()


def welcome(window: Host) -> None:
    """Lay the welcome page over the canvas, unless it lies there."""
    if window.canvas.findChild(Welcome) is None:
        Welcome(window.canvas, window.context).show()


def _brush(field: str) -> Callable[[Host], None]:
    def run(window: Host) -> None:
        panel = window.show_panel("brush")
        if panel is not None:
            panel.focus_on(field)

    return run


def channel_setup(window: Host) -> None:
    """Show calibration and thresholds of the channel that is meant."""
    panel = window.show_panel("sensors")
    if panel is not None:
        panel.focus_on("setup")


def channels(window: Host) -> None:
    """Show the channels of what is picked out, unless the sensors were put away."""
    if window.docks["sensors"].toggleViewAction().isChecked():
        window.show_panel("sensors")


WANTS: dict[str, Callable[[Host], object]] = {
    "about": about,
    "brush_radius": _brush("radius"),
    "brush_strength": _brush("strength"),
    "channel_setup": channel_setup,
    "channels": channels,
    "cheat_sheet": keys,
    "close": lambda window: window.close(),
    "full_screen": full_screen,
    "palette": palette,
    "preferences": preferences,
    "reset_layout": lambda window: window.reset_layout(),
    "welcome": welcome,
}
