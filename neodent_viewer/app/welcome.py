"""The welcome page: a card over the canvas that offers ways in. The smile stays alive behind it; any choice closes it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from neodent_viewer.app import theme
from neodent_viewer.app.actions import file
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.menus import icon
from neodent_viewer.app.words import plain_tip

#: preference that keeps the page away
SHOWN = "welcome"
_SHOW_RECENT = 4
_WAYS: tuple[tuple[str, str, str, Callable[[AppContext], None]], ...] = (
    (
        "mdi6.folder-open-outline",
        "Open a scan",
        "STL, PLY, OBJ or GLB, yours or a patient's. Or drop files here.",
        file.open_dialog,
    ),
    (
        "mdi6.tooth-outline",
        "Try the demo smile",
        "28 teeth with live simulated sensors, and now and then a fault.",
        file.open_demo,
    ),
    (
        "mdi6.account-group-outline",
        "Join a workshop",
        "Open the project (.neodent) your group shares.",
        file.open_dialog,
    ),
)


def _open(path: Path, context: AppContext) -> None:
    file.open_paths(context, [path])


class Welcome(QFrame):
    """The card. It follows the size of the widget it lies on."""

    def __init__(self, canvas: QWidget, context: AppContext) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._context = context
        self.setObjectName("welcome")
        self.setStyleSheet(
            f"#welcome {{ background: rgba(24, 27, 31, 238); border: 1px solid {theme.LINE}; border-radius: 12px; }}"
            f"#way {{ text-align: left; padding: 0; min-height: 112px; border-radius: 8px; background: {theme.RAISED}; }}"
            f"#way:hover, #way:focus {{ border-color: {theme.ACCENT}; }}"
            "#way QLabel { background: transparent; }"
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 16, 22, 14)
        layout.setSpacing(10)
        layout.addLayout(self._head())
        ways = QHBoxLayout()
        ways.setSpacing(10)
        for name, title, text, run in _WAYS:
            ways.addWidget(self._way(name, title, text, run), 1)
        layout.addLayout(ways)
        recent = context.preferences.recent()[:_SHOW_RECENT]
        if recent:
            layout.addLayout(self._recent(recent))
        canvas.installEventFilter(self)
        self.place()

    def showEvent(self, event: QShowEvent) -> None:
        """Take the focus, so that Tab, Enter and Esc work at once."""
        super().showEvent(event)
        first = self.findChild(QPushButton, "way")
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        title = QLabel("Sculpt, perform, review a smile")
        title.setProperty("role", "title")
        title.setWordWrap(True)
        self.again = QCheckBox("Show at start")
        self.again.setChecked(self._context.preferences.get(SHOWN, True))
        self.again.toggled.connect(lambda on: self._context.preferences.set(SHOWN, on))
        shut = QToolButton()
        shut.setIcon(icon("mdi6.close"))
        shut.setToolTip("Close this page (Esc)")
        shut.clicked.connect(self.shut)
        row.addWidget(title, 1)
        row.addWidget(self.again)
        row.addWidget(shut)
        return row

    def _way(self, name: str, title: str, text: str, run: Callable[[AppContext], None]) -> QPushButton:
        button = QPushButton()
        button.setObjectName("way")
        button.setAccessibleName(title)
        layout = QVBoxLayout(button)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(4)
        head, words, sign = QLabel(title), QLabel(text), QLabel()
        sign.setPixmap(icon(name, theme.ACCENT).pixmap(QSize(24, 24)))
        head.setProperty("role", "heading")
        words.setProperty("role", "caption")
        words.setWordWrap(True)
        for label in (sign, head, words):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            layout.addWidget(label)
        layout.addStretch(1)
        button.clicked.connect(partial(self._choose, run))
        return button

    def _recent(self, paths: list[Path]) -> QHBoxLayout:
        row = QHBoxLayout()
        word = QLabel("Recent")
        word.setProperty("role", "caption")
        row.addWidget(word)
        for path in paths:
            button = QPushButton(path.name)
            button.setFlat(True)
            button.setToolTip(plain_tip(str(path)))
            button.clicked.connect(partial(self._choose, partial(_open, path)))
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _choose(self, run: Callable[[AppContext], None], _: bool = False) -> None:
        self.shut()
        run(self._context)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the canvas as it changes size."""
        if event.type() == QEvent.Type.Resize:
            self.place()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.shut()
        else:
            super().keyPressEvent(event)

    def place(self) -> None:
        """Lie near the lower edge of the canvas, clear of what it shows in the middle."""
        area = self._canvas.rect()
        width = min(860, area.width() - 24)
        height = max(self.minimumSizeHint().height(), self.heightForWidth(width))
        self.setGeometry((area.width() - width) // 2, max(8, area.height() - height - 22), width, height)

    def shut(self) -> None:
        """Close the page."""
        self.hide()
        self.deleteLater()
