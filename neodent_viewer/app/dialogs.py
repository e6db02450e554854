"""The few questions the window asks in a box of its own: unsaved work, and forms of numbers with units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QMessageBox,
    QPlainTextEdit,
    QWidget,
)

if TYPE_CHECKING:
    from neodent_viewer.document.topology_edits import Option

#: directions as an operation takes them -> as a person knows them
AXES = {
    "+x": "towards the patient's left",
    "-x": "towards the patient's right",
    "+y": "up",
    "-y": "down",
    "+z": "forward",
    "-z": "back",
}
_FARTHEST = 1e7


@dataclass(frozen=True, slots=True)
class FormField:
    """One number in a form: key, label, unit, value and limits."""

    key: str
    label: str
    unit: str
    value: float
    low: float
    high: float
    decimals: int = 2


def ask_unsaved(parent: QWidget | None) -> str:
    """Ask what to do with unsaved work; return ``"save"``, ``"discard"`` or ``"cancel"``."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Unsaved work")
    box.setText("This document has changes that are not saved.")
    box.setInformativeText("Save them first?")
    buttons = QMessageBox.StandardButton
    box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
    box.setDefaultButton(buttons.Save)
    answer = box.exec()
    box.deleteLater()
    return {buttons.Save.value: "save", buttons.Discard.value: "discard"}.get(answer, "cancel")


def ask_replace(parent: QWidget | None, paths: Sequence[Path]) -> bool:
    """Ask whether these files may be replaced."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle("Replace files")
    box.setText("These files are there already:" if len(paths) > 1 else "This file is there already:")
    box.setInformativeText("\n".join(path.name for path in paths))
    replace = box.addButton("Replace", QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
    box.exec()
    box.deleteLater()
    return box.clickedButton() is replace


def ask_sure(parent: QWidget | None, title: str, what: str, warning: str, deed: str) -> bool:
    """Ask whether something that cannot be undone is meant; cancelling is what Return does."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle(title)
    box.setText(what)
    box.setInformativeText(warning)
    sure = box.addButton(deed, QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
    box.exec()
    box.deleteLater()
    return box.clickedButton() is sure


def show_lines(parent: QWidget | None, title: str, intro: str, lines: Sequence[str]) -> None:
    """Show a sentence and a list below it, until it is closed; the window goes on meanwhile."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    layout = QFormLayout(dialog)
    layout.setContentsMargins(16, 16, 16, 16)
    layout.addRow(QLabel(intro))
    if lines:
        text = QPlainTextEdit("\n".join(lines))
        text.setReadOnly(True)
        text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        text.setMinimumSize(560, 160)
        layout.addRow(text)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    layout.addRow(buttons)
    dialog.show()


def form_dialog(
    parent: QWidget | None, title: str, fields: Sequence[FormField]
) -> tuple[QDialog, list[QDoubleSpinBox]]:
    """Build a dialog with one spin box a field."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    layout = QFormLayout(dialog)
    layout.setContentsMargins(16, 16, 16, 16)
    layout.setSpacing(8)
    boxes = []
    for field in fields:
        box = QDoubleSpinBox()
        box.setDecimals(field.decimals)
        box.setRange(field.low, field.high)
        box.setSuffix(f" {field.unit}" if field.unit else "")
        box.setValue(field.value)
        box.setMinimumWidth(120)
        layout.addRow(field.label, box)
        boxes.append(box)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    layout.addRow(buttons)
    return dialog, boxes


def ask_form(parent: QWidget | None, title: str, fields: Sequence[FormField]) -> dict[str, float] | None:
    """Ask for several numbers; None when the person cancels."""
    dialog, boxes = form_dialog(parent, title, fields)
    fine = dialog.exec() == QDialog.DialogCode.Accepted
    values = {field.key: box.value() for field, box in zip(fields, boxes, strict=True)}
    dialog.deleteLater()
    return values if fine else None


def options_dialog(
    parent: QWidget | None, title: str, hint: str, options: Sequence[Option]
) -> tuple[QDialog, dict[str, QWidget]]:
    """Build a dialog with one field an option: a number with its unit, a tick, or a direction."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    layout = QFormLayout(dialog)
    layout.setContentsMargins(16, 16, 16, 16)
    layout.setSpacing(8)
    said = QLabel(hint)
    said.setProperty("role", "caption")
    said.setWordWrap(True)
    said.setMinimumWidth(300)
    layout.addRow(said)
    fields: dict[str, QWidget] = {}
    for option in options:
        field = fields[option.name] = _field(option)
        layout.addRow("" if isinstance(field, QCheckBox) else option.title, field)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    layout.addRow(buttons)
    return dialog, fields


def _field(option: Option) -> QWidget:
    if isinstance(option.default, bool):
        tick = QCheckBox(option.title)
        tick.setChecked(option.default)
        return tick
    if isinstance(option.default, str):
        choice = QComboBox()
        for axis, words in AXES.items():
            choice.addItem(words, axis)
        choice.setCurrentIndex(choice.findData(option.default))
        return choice
    box = QDoubleSpinBox()
    box.setDecimals({"mm": 3, "°": 1}.get(option.unit, 0))
    box.setRange(max(option.low, -_FARTHEST), min(option.high, _FARTHEST))
    box.setSuffix(f" {option.unit}" if option.unit else "")
    box.setGroupSeparatorShown(not option.unit)
    box.setValue(float(option.default or 0.0))
    box.setMinimumWidth(130)
    return box


def options_of(fields: dict[str, QWidget]) -> dict[str, Any]:
    """Return what the fields of `options_dialog` hold."""
    found: dict[str, Any] = {}
    for name, field in fields.items():
        if isinstance(field, QCheckBox):
            found[name] = field.isChecked()
        elif isinstance(field, QComboBox):
            found[name] = field.currentData()
        elif isinstance(field, QDoubleSpinBox):
            found[name] = field.value()
    return found


def ask_options(parent: QWidget | None, title: str, hint: str, options: Sequence[Option]) -> dict[str, Any] | None:
    """Ask for the options of an operation; None when the person cancels."""
    dialog, fields = options_dialog(parent, title, hint, options)
    fine = dialog.exec() == QDialog.DialogCode.Accepted
    values = options_of(fields)
    dialog.deleteLater()
    return values if fine else None
