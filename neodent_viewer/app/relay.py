"""Messages from any thread to widgets: a Qt signal, which Qt queues when it was emitted elsewhere than the GUI thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from neodent_viewer.app.shell import Message, Shell


class Relay(QObject):
    """Passes what the shell says on to one slot of a widget, on the GUI thread.

    Parameters
    ----------
    parent : QObject
        Lives as long as this.
    shell : Shell
    slot : callable
        Takes the `Message`.
    """

    _said = Signal(object)

    def __init__(self, parent: QObject, shell: Shell, slot: Callable[[Message], None]) -> None:
        super().__init__(parent)
        self._shell = shell
        self._said.connect(slot)
        shell.said.connect(self._pass_on)

    def _pass_on(self, message: Message) -> None:
        self._said.emit(message)

    def release(self) -> None:
        """Stop listening."""
        self._shell.said.disconnect(self._pass_on, missing_ok=True)
