"""The three workspaces: which panels stand where, and what lies on the tool shelf. Only data, and one function to arrange."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDockWidget, QMainWindow

#: columns of stacks of tabs: (("parts",), ("look", "history")) is Parts above Look and History tabbed together
Column = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Workspace:
    """How one workspace starts out.

    Attributes
    ----------
    name, title : str
        Identity; what its tab says.
    hint : str
        One sentence for the tab's tooltip.
    left, right, bottom : Column
        Panels by name; the first of each tab group is raised.
    widths : tuple of 2 int
        Left and right column, logical pixels.
    heights : tuple of int
        Of the left column's groups, top to bottom, as shares.
    shelf : tuple of str
        Commands on the tool shelf after the tools; an empty text makes a separator.
    """

    name: str
    title: str
    hint: str
    left: Column
    right: Column
    bottom: Column = ()
    widths: tuple[int, int] = (250, 290)
    heights: tuple[int, ...] = ()
    shelf: tuple[str, ...] = ()


_COMMON = ("", "edit.undo", "edit.redo", "", "view.frame", "file.picture")

ARRANGED: dict[str, Workspace] = {
    workspace.name: workspace
    for workspace in (
        Workspace(
            "sculpt",
            "Sculpt",
            "Shape a smile",
            left=(("parts", "layers", "history"), ("brush", "tooth", "plane")),
            right=(("view", "look", "sensors", "zones"),),
            widths=(268, 262),
            heights=(210, 520),
            shelf=(
                "sculpt.symmetry",
                "sculpt.keep_contact",
                "see.original",
                "see.beside",
                "see.deviation",
                "",
                *_COMMON,
            ),
        ),
        Workspace(
            "perform",
            "Perform",
            "Play a smile on a stage",
            left=(("sensors", "zones"),),
            right=(("look", "history"),),
            bottom=(("timeline",),),
            widths=(310, 290),
            shelf=("", "stage.open", "perform.blackout", "perform.freeze", *_COMMON),
        ),
        Workspace(
            "review",
            "Review",
            "Measure and inspect a smile",
            left=(("parts",), ("findings",)),
            right=(("look", "sensors", "zones", "history"),),
            heights=(330, 400),
            shelf=("", "review.legend", "review.scale_bar", *_COMMON),
        ),
    )
}


def arrange(window: QMainWindow, docks: Mapping[str, QDockWidget], workspace: Workspace) -> None:
    """Put the docks where a workspace has them at first; docks it does not name are hidden."""
    from PySide6.QtCore import Qt

    area = Qt.DockWidgetArea
    placed: set[str] = set()
    columns = (
        (area.LeftDockWidgetArea, workspace.left),
        (area.RightDockWidgetArea, workspace.right),
        (area.BottomDockWidgetArea, workspace.bottom),
    )
    for dock in docks.values():
        dock.setFloating(False)
        window.removeDockWidget(dock)
    for side, column in columns:
        for group in column:
            first = docks[group[0]]
            window.addDockWidget(side, first)
            for name in group:
                docks[name].show()
            for name in group[1:]:
                window.tabifyDockWidget(first, docks[name])
            first.raise_()
            placed.update(group)
    for name, dock in docks.items():
        if name not in placed:
            window.addDockWidget(area.BottomDockWidgetArea, dock)
            dock.hide()
    _resize(window, docks, workspace)


def _resize(window: QMainWindow, docks: Mapping[str, QDockWidget], workspace: Workspace) -> None:
    from PySide6.QtCore import Qt

    sides = ((workspace.left, workspace.widths[0]), (workspace.right, workspace.widths[1]))
    chosen = [(docks[column[0][0]], width) for column, width in sides if column]
    window.resizeDocks([dock for dock, _ in chosen], [width for _, width in chosen], Qt.Orientation.Horizontal)
    if len(workspace.heights) == len(workspace.left):
        tops = [docks[group[0]] for group in workspace.left]
        window.resizeDocks(tops, list(workspace.heights), Qt.Orientation.Vertical)
