"""Groups of settings that fold: a headline one clicks, and what stands under it. Which are open is remembered."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from neodent_viewer.app.panels.base import form
from neodent_viewer.app.preferences import Preferences

#: preference: names of groups -> whether they are open
_OPEN = "groups"


class Group(QWidget):
    """One group; `rows` takes its fields.

    Parameters
    ----------
    title : str
    preferences : Preferences
        Where it is remembered whether the group is open.
    opened : bool
        Whether it is open until somebody folds it.
    """

    def __init__(self, title: str, preferences: Preferences, *, opened: bool = False) -> None:
        super().__init__()
        self._preferences, self._title = preferences, title
        self.head = QToolButton()
        self.head.setObjectName("group")
        self.head.setText(title)
        self.head.setCheckable(True)
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.content = QWidget()
        self.rows: QFormLayout = form()
        self.rows.setContentsMargins(4, 2, 0, 6)
        self.content.setLayout(self.rows)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.head)
        layout.addWidget(self.content)
        known = preferences.get(_OPEN, {})
        self.head.setChecked(bool(known.get(title, opened)))
        self._fold(self.head.isChecked())
        self.head.toggled.connect(self._toggled)

    def _toggled(self, opened: bool) -> None:
        self._fold(opened)
        self._preferences.set(_OPEN, {**self._preferences.get(_OPEN, {}), self._title: opened})

    def _fold(self, opened: bool) -> None:
        self.head.setArrowType(Qt.ArrowType.DownArrow if opened else Qt.ArrowType.RightArrow)
        self.content.setVisible(opened)
