"""The keys of the workspace in use, and what the mouse does, on one page made from the same records as everything else."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from neodent_viewer.app import theme
from neodent_viewer.app.actions.centre import CommandCentre
from neodent_viewer.app.palette import category
from neodent_viewer.app.workspaces import ARRANGED

MOUSE = {
    "sculpt": (
        ("Left drag on a tooth", "use the tool in hand"),
        ("Shift + left drag", "smooth"),
        ("Ctrl + left drag", "turn the brush round"),
    ),
    "perform": (("Left click", "select"),),
    "review": (("Left click", "select, or set a point of the measure in hand"),),
}
CAMERA = (
    ("Right drag, or left drag beside the teeth", "turn about what lies under the cursor"),
    ("Middle drag", "pan"),
    ("Wheel", "zoom to the cursor"),
)
_COLUMNS = 3


def rows(centre: CommandCentre) -> dict[str, list[tuple[str, str]]]:
    """Return heading -> (keys, title) for every command with a key here, mouse first."""
    workspace = centre.context.shell.workspace
    found: dict[str, list[tuple[str, str]]] = {"Mouse": [*MOUSE[workspace], *CAMERA]}
    for command_id, keys in centre.keymap().items():
        command = centre.commands[command_id]
        found.setdefault(category(command), []).append((" or ".join(keys), command.plain_title))
    return found


def cheat_sheet(parent: QWidget, centre: CommandCentre) -> QDialog:
    """Build the page as a dialog; any close button or Esc shuts it."""
    dialog = QDialog(parent)
    dialog.setObjectName("cheat_sheet")
    dialog.setWindowTitle(f"Keys in {ARRANGED[centre.context.shell.workspace].title}")
    columns: list[QVBoxLayout] = []
    page = QWidget()
    across = QHBoxLayout(page)
    across.setSpacing(28)
    for _ in range(_COLUMNS):
        columns.append(QVBoxLayout())
        across.addLayout(columns[-1], 1)
    filled = [0] * _COLUMNS
    for heading, lines in rows(centre).items():
        shortest = filled.index(min(filled))
        filled[shortest] += len(lines) + 2
        columns[shortest].addWidget(_section(heading, lines))
    for column in columns:
        column.addStretch(1)
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setWidget(page)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    layout.addWidget(scroll)
    layout.addWidget(buttons)
    dialog.resize(min(980, parent.width() - 60), min(640, parent.height() - 60))
    return dialog


def _section(heading: str, lines: list[tuple[str, str]]) -> QWidget:
    box = QWidget()
    grid = QGridLayout(box)
    grid.setContentsMargins(0, 0, 0, 10)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(4)
    title = QLabel(heading)
    title.setProperty("role", "heading")
    grid.addWidget(title, 0, 0, 1, 2)
    for row, (keys, text) in enumerate(lines, 1):
        key = QLabel(keys)
        key.setWordWrap(True)
        key.setStyleSheet(f"color: {theme.ACCENT};")
        words = QLabel(text)
        words.setWordWrap(True)
        grid.addWidget(words, row, 0)
        grid.addWidget(key, row, 1)
    grid.setColumnStretch(0, 3)
    grid.setColumnStretch(1, 2)
    return box
