"""What parts of the window may ask of the window they belong to: a class of its own, so that they need not know the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from neodent_viewer.app.context import AppContext

if TYPE_CHECKING:
    from neodent_viewer.app.header import Header
    from neodent_viewer.app.menus import WindowActions
    from neodent_viewer.app.panels.base import Panel


class Host(QMainWindow):
    """A window with a canvas, commands and panels.

    Attributes
    ----------
    context : AppContext
    canvas : QWidget
    commands : WindowActions or None
        None until the first picture was shown.
    header : Header
    docks : dict of str to QDockWidget
        Panel by panel.
    panels : dict of str to Panel
        Those that are filled.
    """

    context: AppContext
    canvas: QWidget
    commands: WindowActions | None
    header: Header
    docks: dict[str, QDockWidget]
    panels: dict[str, Panel]

    def show_panel(self, name: str) -> Panel | None:
        """Bring a panel to the front and return it; None before panels are filled."""
        raise NotImplementedError

    def reset_layout(self) -> None:
        """Put the panels of this workspace back where they were at first."""
        raise NotImplementedError
