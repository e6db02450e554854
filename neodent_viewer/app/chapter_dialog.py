"""The box that asks what a chapter says: headline, caption, look, and of which channels it speaks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from neodent_viewer.document.chapter import LONGEST_CAPTION, LONGEST_TITLE, Chapter

_KEEP, _ALL = "Leave it as it is", "All channels"


class ChapterDialog(QDialog):
    """Asks what a chapter is to say.

    Parameters
    ----------
    parent : QWidget or None
    title : str
    chapter : Chapter
        What it says now.
    looks, channels : sequence of str
        Names to choose from.
    """

    def __init__(
        self, parent: QWidget | None, title: str, chapter: Chapter, looks: Sequence[str], channels: Sequence[str]
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._chapter = chapter
        self.headline = QLineEdit(chapter.title)
        self.headline.setMaxLength(LONGEST_TITLE)
        self.headline.setPlaceholderText("The night it began")
        self.caption = QPlainTextEdit(chapter.caption)
        self.caption.setPlaceholderText("What happened, in a sentence or two")
        self.caption.setTabChangesFocus(True)
        self.caption.setFixedHeight(84)
        self.left = QLabel()
        self.left.setProperty("role", "caption")
        self.look = _choice([_KEEP, *looks], chapter.look)
        self.speaks = _choice([_ALL, *channels], chapter.channels[0] if len(chapter.channels) == 1 else "")
        if len(chapter.channels) > 1:
            self.speaks.addItem(", ".join(chapter.channels))
            self.speaks.setCurrentIndex(self.speaks.count() - 1)
        self.speaks.setToolTip("The caption is shown to whom consent allows these channels")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QFormLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addRow("Headline", self.headline)
        layout.addRow("Caption", self.caption)
        layout.addRow("", self.left)
        layout.addRow("Look", self.look)
        layout.addRow("It speaks of", self.speaks)
        layout.addRow(self.buttons)
        self.setMinimumWidth(430)
        self.caption.textChanged.connect(self._count)
        self._count()

    def _count(self) -> None:
        left = LONGEST_CAPTION - len(self.caption.toPlainText())
        self.left.setText(f"{left} characters left" if left >= 0 else f"{-left} characters too many")
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(left >= 0)

    def values(self) -> dict[str, Any]:
        """Return the fields as they stand."""
        chosen, kept = self.speaks.currentText(), self._chapter.channels
        channels = () if chosen == _ALL else kept if chosen == ", ".join(kept) else (chosen,)
        look = self.look.currentText()
        return {
            "title": self.headline.text().strip(),
            "caption": self.caption.toPlainText().strip(),
            "look": "" if look == _KEEP else look,
            "channels": channels,
        }


def _choice(words: Sequence[str], current: str) -> QComboBox:
    box = QComboBox()
    box.addItems([*words, *([current] if current and current not in words else [])])
    box.setCurrentIndex(max(box.findText(current), 0) if current else 0)
    return box


def ask_chapter(
    parent: QWidget | None, title: str, chapter: Chapter, looks: Sequence[str], channels: Sequence[str]
) -> dict[str, Any] | None:
    """Ask; None when the person cancels."""
    dialog = ChapterDialog(parent, title, chapter, looks, channels)
    fine = dialog.exec() == QDialog.DialogCode.Accepted
    values = dialog.values()
    dialog.deleteLater()
    return values if fine else None
