"""How actions and services speak to the person: workspace, messages, questions. The main window listens and answers.

Nothing here needs a window to exist, so actions can be tested, and the program run unattended, with another `Shell`.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neodent_viewer.core.errors import NeodentError
from neodent_viewer.core.signals import Signal, root_cause

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from neodent_viewer.app.dialogs import FormField
    from neodent_viewer.document.chapter import Chapter
    from neodent_viewer.document.topology_edits import Option

OPEN_FILTER = (
    "Scans and projects (*.stl *.ply *.obj *.glb *.gltf *.off *.3mf *.neodent);;Projects (*.neodent);;All files (*)"
)
#: messages that the log panel can still show
KEPT = 500
EXPORT_FILTER = "STL (*.stl);;PLY (*.ply);;OBJ (*.obj);;GLB (*.glb)"


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence for the person.

    Attributes
    ----------
    text : str
        What, where and what to do next.
    level : str
        ``"info"``, ``"warning"`` or ``"error"``.
    at : float
        Seconds since the epoch.
    """

    text: str
    level: str = "info"
    at: float = 0.0


class Shell:
    """What the window can be asked.

    Attributes
    ----------
    workspace : str
        The workspace in use, one of ``app.context.WORKSPACES``.
    show_mode : bool
        Whether a show runs. Until it is over nothing can be changed by accident, and the workspace stays what it is.
        No start remembers it: a window that nobody locked answers.
    """

    workspace_changed = Signal(str)
    show_mode_changed = Signal(bool)
    said = Signal(Message)
    #: a part of the window is asked for by name, one of ``app.wants.WANTS``: "palette", "welcome", "close", ...
    wanted = Signal(str)

    def __init__(self) -> None:
        self.workspace = "sculpt"
        self._show_mode = False
        self.parent: QWidget | None = None
        self._heard: deque[Message] = deque(maxlen=KEPT)

    @property
    def show_mode(self) -> bool:
        """Whether a show runs."""
        return self._show_mode

    @show_mode.setter
    def show_mode(self, on: bool) -> None:
        if on != self._show_mode:
            self._show_mode = on
            self.show_mode_changed.emit(on)

    def set_workspace(self, name: str) -> None:
        """Switch to a workspace and tell everyone; in show mode the one in use stays."""
        if name == self.workspace:
            return
        if self._show_mode:
            self.say("Show mode is on: the workspace stays. Unlock it to change to another.")
        else:
            self.workspace = name
            self.workspace_changed.emit(name)

    def say(self, text: str, level: str = "info") -> None:
        """Show a sentence in the status bar and the log panel; may be called from any thread."""
        message = Message(text, level, time.time())
        self._heard.append(message)
        self.said.emit(message)

    def heard(self) -> tuple[Message, ...]:
        """Return what was said so far, oldest first, up to `KEPT` messages."""
        return tuple(self._heard)

    def say_error(self, error: BaseException) -> None:
        """Show an error as a sentence; its traceback goes to the log file."""
        from neodent_viewer.app.logging_setup import log_error

        log_error(error)
        error = root_cause(error)
        if isinstance(error, NeodentError):
            self.say(error.sentence(), "error")
        else:
            self.say(f"Something went wrong: {error or type(error).__name__}. The log file has the details.", "error")

    def want(self, name: str) -> None:
        """Ask for a part of the window by name, see `wanted`."""
        self.wanted.emit(name)

    # -- questions; each returns None (or an empty list) when the person changes their mind ---------------------------

    def ask_open(self, folder: str = "", filters: str = OPEN_FILTER) -> list[Path]:
        """Ask for files to open."""
        from PySide6.QtWidgets import QFileDialog

        names, _ = QFileDialog.getOpenFileNames(self.parent, "Open", folder, filters)
        return [Path(name) for name in names]

    def ask_save(self, title: str, suggestion: str, filters: str, suffix: str) -> Path | None:
        """Ask where to write a file; `suffix` (with dot) is added when none was typed."""
        from PySide6.QtWidgets import QFileDialog

        name, _ = QFileDialog.getSaveFileName(self.parent, title, suggestion, filters)
        if not name:
            return None
        path = Path(name)
        if path.suffix:
            return path
        path = path.with_suffix(suffix)  # the file dialog knew nothing of this name
        return path if not path.exists() or self.ask_replace([path]) else None

    def ask_replace(self, paths: list[Path]) -> bool:
        """Ask whether files that are there already may be replaced."""
        from neodent_viewer.app.dialogs import ask_replace

        return ask_replace(self.parent, paths)

    def ask_text(self, title: str, label: str, value: str = "") -> str | None:
        """Ask for a line of text."""
        from PySide6.QtWidgets import QInputDialog

        text, fine = QInputDialog.getText(self.parent, title, label, text=value)
        return str(text).strip() if fine and str(text).strip() else None

    def ask_choice(self, title: str, label: str, choices: list[str], current: int = 0) -> int | None:
        """Ask for one of several choices; returns its index."""
        from PySide6.QtWidgets import QInputDialog

        text, fine = QInputDialog.getItem(self.parent, title, label, choices, current, editable=False)
        return choices.index(str(text)) if fine else None

    def ask_form(self, title: str, fields: list[FormField]) -> dict[str, float] | None:
        """Ask for several numbers at once."""
        from neodent_viewer.app.dialogs import ask_form

        return ask_form(self.parent, title, fields)

    def ask_options(self, title: str, hint: str, options: Sequence[Option]) -> dict[str, Any] | None:
        """Ask for the options of an operation, whatever their kinds."""
        from neodent_viewer.app.dialogs import ask_options

        return ask_options(self.parent, title, hint, options)

    def ask_chapter(
        self, title: str, chapter: Chapter, looks: Sequence[str], channels: Sequence[str]
    ) -> dict[str, Any] | None:
        """Ask what a chapter is to say: its title, caption, look and channels."""
        from neodent_viewer.app.chapter_dialog import ask_chapter

        return ask_chapter(self.parent, title, chapter, looks, channels)

    def ask_sure(self, title: str, what: str, warning: str, deed: str) -> bool:
        """Ask whether something that cannot be undone is meant; `deed` is the word on the button."""
        from neodent_viewer.app.dialogs import ask_sure

        return ask_sure(self.parent, title, what, warning, deed)

    def show_lines(self, title: str, intro: str, lines: Sequence[str]) -> None:
        """Show a list that was asked for."""
        from neodent_viewer.app.dialogs import show_lines

        show_lines(self.parent, title, intro, lines)

    def ask_unsaved(self) -> str:
        """Ask what to do with unsaved work: ``"save"``, ``"discard"`` or ``"cancel"``."""
        from neodent_viewer.app.dialogs import ask_unsaved

        return ask_unsaved(self.parent)
