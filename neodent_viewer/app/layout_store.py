"""Window geometry and dock layouts in the preferences. Whatever is read there may be damaged: then nothing is restored."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray

from neodent_viewer.app.context import WORKSPACES
from neodent_viewer.app.preferences import Preferences

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow

#: goes up when panels come or are renamed or the shelf changes, so that an old layout is not squeezed onto a new window
VERSION = 5


def _packed(data: QByteArray) -> str:
    return base64.b64encode(bytes(data.data())).decode("ascii")


def _unpacked(text: str) -> QByteArray:
    try:
        return QByteArray(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        return QByteArray()


def save_geometry(window: QMainWindow, preferences: Preferences) -> None:
    """Remember where the window is and how large."""
    preferences.set("window.geometry", _packed(window.saveGeometry()))


def restore_geometry(window: QMainWindow, preferences: Preferences) -> bool:
    """Put the window back where it was; return whether that was known."""
    data = _unpacked(preferences.get("window.geometry", ""))
    return not data.isEmpty() and bool(window.restoreGeometry(data))


def save_docks(window: QMainWindow, preferences: Preferences, workspace: str) -> None:
    """Remember the docks of a workspace."""
    preferences.set(f"window.docks.{workspace}", _packed(window.saveState(VERSION)))


def restore_docks(window: QMainWindow, preferences: Preferences, workspace: str) -> bool:
    """Put the docks of a workspace back; return whether that was known."""
    data = _unpacked(preferences.get(f"window.docks.{workspace}", ""))
    return not data.isEmpty() and bool(window.restoreState(data, VERSION))


def forget_docks(preferences: Preferences, workspace: str) -> None:
    """Forget the docks of a workspace."""
    preferences.set(f"window.docks.{workspace}", "")


def last_workspace(preferences: Preferences, default: str) -> str:
    """Return the workspace in use when the window was last closed."""
    name = preferences.get("window.workspace", default)
    return name if name in WORKSPACES else default
