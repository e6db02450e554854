"""Preferences: whether to start with the welcome page, and every key of every command, to be bound anew by pressing it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from neodent_viewer.app.actions.centre import CommandCentre
from neodent_viewer.app.actions.keymap import keys_of
from neodent_viewer.app.actions.keymaps import CHOSEN, KEY_MAPS, bindings
from neodent_viewer.app.fuzzy import rank
from neodent_viewer.app.palette import category
from neodent_viewer.core import paths

_ID = Qt.ItemDataRole.UserRole


class PreferencesDialog(QDialog):
    """Everything here takes effect at once, so there is nothing to confirm."""

    def __init__(self, parent: QWidget, centre: CommandCentre) -> None:
        super().__init__(parent)
        self.setObjectName("preferences")
        self.setWindowTitle("Preferences")
        self._centre = centre
        self._preferences = centre.context.preferences
        self.welcome = QCheckBox("Show the welcome page at start")
        self.welcome.setChecked(self._preferences.get("welcome", True))
        self.welcome.toggled.connect(lambda on: self._preferences.set("welcome", on))
        self.keymap = QComboBox()
        for name, (title, _) in KEY_MAPS.items():
            self.keymap.addItem(title, name)
        self.keymap.setCurrentIndex(max(0, self.keymap.findData(self._preferences.get(CHOSEN, ""))))
        self.keymap.setToolTip("Keys of the brushes; keys you have bound yourself stay as they are")
        self.keymap.activated.connect(self._choose_keymap)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Find a command")
        self.filter.textChanged.connect(self.refill)
        self.list = self._make_list()
        self.key = QKeySequenceEdit()
        self.key.setMaximumSequenceLength(1)
        self.key.setClearButtonEnabled(True)
        self.bind, self.reset = QPushButton("Bind"), QPushButton("Back to default")
        for button in (self.bind, self.reset):
            button.setAutoDefault(False)
        self.bind.clicked.connect(self._bind)
        self.reset.clicked.connect(self._reset)
        self.note = QLabel()
        self.note.setProperty("role", "caption")
        self._lay_out()
        self.refill()
        self.resize(620, 560)

    def _make_list(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setHeaderLabels(["Command", "Where", "Keys"])
        tree.setRootIsDecorated(False)
        tree.setUniformRowHeights(True)
        tree.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        tree.header().setStretchLastSection(False)
        tree.currentItemChanged.connect(self._chosen)
        return tree

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        layout.addWidget(self.welcome, 0, Qt.AlignmentFlag.AlignLeft)
        heading = QLabel("Keys")
        heading.setProperty("role", "heading")
        top = QHBoxLayout()
        top.addWidget(heading, 1)
        top.addWidget(QLabel("Key map"))
        top.addWidget(self.keymap)
        layout.addLayout(top)
        layout.addWidget(self.filter)
        layout.addWidget(self.list, 1)
        row = QHBoxLayout()
        row.addWidget(QLabel("New key"))
        row.addWidget(self.key, 1)
        row.addWidget(self.bind)
        row.addWidget(self.reset)
        layout.addLayout(row)
        layout.addWidget(self.note)
        folder = QLabel(f"Kept in {paths.config_dir()}")
        folder.setProperty("role", "caption")
        folder.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addWidget(folder)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)

    def _choose_keymap(self, _: int) -> None:
        self._preferences.set(CHOSEN, str(self.keymap.currentData()))
        self.refill()

    def _own(self) -> dict[str, object]:
        return dict(self._preferences.get("keys", {}))

    def refill(self, *_: object) -> None:
        """List the commands that match, with their keys."""
        chosen = self._command_id()
        own, bound = self._own(), bindings(self._preferences)
        self.list.clear()
        for command in rank(
            self.filter.text(), self._centre.commands.values(), lambda c: f"{c.plain_title} {category(c)}"
        ):
            keys = "  ".join(keys_of(command, bound))
            item = QTreeWidgetItem(self.list, [command.plain_title, category(command), keys])
            item.setData(0, _ID, command.id)
            if command.id in own:
                font = item.font(2)
                font.setBold(True)
                item.setFont(2, font)
            if command.id == chosen:
                self.list.setCurrentItem(item)
        self._chosen()

    def select(self, command_id: str) -> None:
        """Mark a command."""
        for row in range(self.list.topLevelItemCount()):
            item = self.list.topLevelItem(row)
            if item is not None and item.data(0, _ID) == command_id:
                self.list.setCurrentItem(item)

    def _command_id(self) -> str:
        item = self.list.currentItem()
        return str(item.data(0, _ID)) if item is not None else ""

    def _chosen(self, *_: object) -> None:
        command_id = self._command_id()
        for widget in (self.key, self.bind):
            widget.setEnabled(bool(command_id))
        self.reset.setEnabled(command_id in self._own())
        self.key.clear()
        self.note.setText("Mark a command, click beside New key and press it; an empty key takes the binding away.")

    def _bind(self) -> None:
        command_id = self._command_id()
        text = self.key.keySequence().toString(QKeySequence.SequenceFormat.PortableText)
        others = self._users(text, command_id) if text else []
        self._keep({**self._own(), command_id: [text] if text else []})
        if others:
            self.note.setText(f"{text} was the key of {', '.join(others)}, which gives way.")

    def _users(self, key: str, besides: str) -> list[str]:
        scope = self._centre.commands[besides].workspaces
        own = bindings(self._preferences)
        return [
            command.plain_title
            for command in self._centre.commands.values()
            if command.id != besides and key in keys_of(command, own) and set(scope) & set(command.workspaces)
        ]

    def _reset(self) -> None:
        own = self._own()
        own.pop(self._command_id(), None)
        self._keep(own)

    def _keep(self, own: dict[str, object]) -> None:
        self._preferences.set("keys", own)
        self.refill()
