"""The brushes as buttons, in rows by what they do, each with its icon and its key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QToolButton, QWidget

from neodent_viewer.app import theme
from neodent_viewer.app.context import ToolInfo
from neodent_viewer.app.menus import icon

#: row -> brushes in it; those the table has beside these come last
ROWS: dict[str, tuple[str, ...]] = {
    "Build": ("draw", "draw_sharp", "clay", "inflate", "height", "crease"),
    "Even": ("smooth", "relax", "flatten", "scrape", "fill", "polish"),
    "Move": ("grab", "snake_hook", "elastic", "twist", "scale", "pinch"),
    "Mark": ("mask", "paint", "zone"),
}
_SIDE = 30
#: longest key that is written on a button
_LONGEST = 3


class BrushButton(QToolButton):
    """One brush, with its key in the corner."""

    def __init__(self, info: ToolInfo) -> None:
        super().__init__()
        self._key = ""
        self._info = info
        self.setIcon(icon(info.icon))
        self.setIconSize(QSize(19, 19))
        self.setCheckable(True)
        self.setFixedSize(_SIDE, _SIDE)
        self.setAccessibleName(info.title)
        self.show_key("")

    def show_key(self, key: str) -> None:
        """Show the key that takes the brush, as it is bound now."""
        self._key = key.replace("Shift+", "⇧")
        self.setToolTip(f"{self._info.title}{f'  ({key})' if key else ''}\n{self._info.hint}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the button and the key on it."""
        super().paintEvent(event)
        if not 0 < len(self._key) <= _LONGEST:
            return
        painter = QPainter(self)
        font = painter.font()
        font.setPixelSize(9)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(theme.ACCENT if self.isChecked() else theme.MUTED))
        where = QRect(0, 0, self.width() - 3, self.height() - 1)
        painter.drawText(where, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, self._key)
        painter.end()


class BrushShelf(QWidget):
    """All brushes; `buttons` by name."""

    def __init__(self, infos: Mapping[str, ToolInfo], take: Callable[[str], None]) -> None:
        super().__init__()
        self.buttons: dict[str, BrushButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2)
        grid.setVerticalSpacing(2)
        placed = {name for row in ROWS.values() for name in row}
        others = tuple(name for name in infos if name not in placed)
        for place, (title, names) in enumerate((*ROWS.items(), *((("More", others),) if others else ()))):
            here = [name for name in names if name in infos]
            if here:
                said = QLabel(title)
                said.setProperty("role", "caption")
                grid.addWidget(said, place, 0)
            for column, name in enumerate(here, 1):
                button = self.buttons[name] = BrushButton(infos[name])
                button.clicked.connect(partial(self._clicked, take, name))
                grid.addWidget(button, place, column)
        grid.setColumnStretch(max(map(len, ROWS.values())) + 1, 1)

    def _clicked(self, take: Callable[[str], None], name: str, _: bool = False) -> None:
        take(name)

    def show_current(self, name: str) -> None:
        """Mark the brush in hand."""
        for each, button in self.buttons.items():
            button.setChecked(each == name)

    def show_keys(self, keys: Mapping[str, tuple[str, ...]]) -> None:
        """Show the keys of the brushes, command id -> keys."""
        for name, button in self.buttons.items():
            bound = keys.get(f"tool.{name}", ())
            button.show_key(bound[0] if bound else "")
