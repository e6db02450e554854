"""The effect chain of the look: a row an effect with switch, order and knobs; any shader in ``shaders/isf`` can be added."""

from __future__ import annotations

from functools import lru_cache, partial
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from neodent_viewer.app.actions import looks
from neodent_viewer.app.actions.looks import LookEditor
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.menus import icon
from neodent_viewer.app.panels.base import caption, form
from neodent_viewer.app.panels.inputs import knob
from neodent_viewer.app.words import plain_tip
from neodent_viewer.core import paths
from neodent_viewer.core.errors import ShaderError
from neodent_viewer.glitch.chain import Chain, EffectUse, InputValue
from neodent_viewer.glitch.isf import IsfShader, read


def effect_names() -> list[str]:
    """Return the names of the shipped effects."""
    return sorted(path.stem for path in (paths.shaders_dir() / "isf").glob("*.fs"))


@lru_cache(maxsize=64)
def _read(path: Path, stamp: int) -> IsfShader:
    return read(path)


def header_of(name: str) -> IsfShader:
    """Return an effect's header; read again when its file changes. Raises ShaderError."""
    path = paths.shaders_dir() / "isf" / f"{name}.fs"
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise ShaderError(f"The effect {name} is not there.", kind="missing", where=str(path)) from error


def title_of(name: str) -> str:
    """Return an effect's file name as a headline.

    >>> title_of("rgb_split")
    'RGB split'
    """
    words = name.replace("_", " ").capitalize()
    return words.replace("Rgb", "RGB")


def _knobs(chain: Chain) -> list[object]:
    """Return what the rows were built from: a change of anything else needs no rebuild."""
    return [(use.effect, use.inputs) for use in chain]


class EffectChain(QWidget):
    """Rows of effects, and a button that adds one."""

    def __init__(self, context: AppContext, editor: LookEditor) -> None:
        super().__init__()
        self._context = context
        self._editor = editor
        self._shown: list[object] | None = None
        self._open: set[str] = set()
        self.rows: list[EffectRow] = []
        self._column = QVBoxLayout()
        self._column.setSpacing(4)
        self._empty = caption("No effects. Rules may still drive the surface glitch.")
        self.add = QPushButton("Add effect")
        self.add.setIcon(icon("mdi6.plus"))
        menu = QMenu(self.add)
        for name in effect_names():
            menu.addAction(title_of(name), partial(self._add, name))
        self.add.setMenu(menu)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._empty)
        layout.addLayout(self._column)
        layout.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)

    @property
    def chain(self) -> Chain:
        """The chain of the look in use."""
        return self._context.document.look.chain

    def update_view(self) -> None:
        """Show the chain; knobs are rebuilt only when effects come, go or change places."""
        if self._shown != _knobs(self.chain):
            self._rebuild()
        for row, use in zip(self.rows, self.chain, strict=True):
            with QSignalBlocker(row.switch):
                row.switch.setChecked(use.enabled)
        self._empty.setVisible(not self.chain)

    def _rebuild(self) -> None:
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self.rows = [EffectRow(index, use, self) for index, use in enumerate(self.chain)]
        for row in self.rows:
            self._column.addWidget(row)
        self._shown = _knobs(self.chain)

    def change(self, title: str, chain: Chain) -> None:
        """Take a new chain into use as one edit."""
        self._editor.set(title, chain=chain)

    def _add(self, name: str) -> None:
        self._open.add(name)
        self.change(f"Add {title_of(name)}", looks.with_effect(self.chain, name))

    def set_input(self, index: int, name: str, value: InputValue, settled: bool) -> None:
        """Show an input's value while it moves; keep it as one edit once it rests."""
        chain = looks.with_input(self.chain, index, name, value)
        self._shown = _knobs(chain)  # the knob itself already shows it; a rebuild would take it out of the hand
        self._editor.preview(f"{title_of(chain[index].effect)}: {name}", chain=chain)
        if settled:
            self._editor.commit()

    def opened(self, name: str, on: bool | None = None) -> bool:
        """Return, or set, whether the knobs of an effect are unfolded."""
        if on is not None:
            (self._open.add if on else self._open.discard)(name)
        return name in self._open


class EffectRow(QFrame):
    """One effect of the chain."""

    def __init__(self, index: int, use: EffectUse, chain: EffectChain) -> None:
        super().__init__()
        self._index, self._chain = index, chain
        self._use = use
        self.switch = QCheckBox(title_of(use.effect))
        self.switch.setChecked(use.enabled)
        self.switch.setToolTip("Switch this effect on or off")
        self.switch.toggled.connect(self._switched)
        self.knobs = QWidget()
        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(self.switch, 1)
        self.fold = self._button("mdi6.tune-variant", "Show or hide its knobs")
        self.fold.setCheckable(True)
        self.fold.setChecked(chain.opened(use.effect))
        self.fold.toggled.connect(self._folded)
        head.addWidget(self.fold)
        title = title_of(use.effect)
        for name, words, told, new in (
            ("mdi6.chevron-up", "Earlier in the chain", f"{title} earlier", lambda c: looks.shifted(c, index, -1)),
            ("mdi6.chevron-down", "Later in the chain", f"{title} later", lambda c: looks.shifted(c, index, 1)),
            ("mdi6.close", "Take out of the chain", f"Remove {title}", lambda c: looks.without(c, index)),
        ):
            button = self._button(name, words)
            button.clicked.connect(partial(self._change, told, new))
            head.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self.knobs)
        self._fill_knobs()
        self.knobs.setVisible(self.fold.isChecked())

    def _button(self, name: str, words: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(name))
        button.setToolTip(plain_tip(words))
        button.setAccessibleName(words)
        return button

    def _fill_knobs(self) -> None:
        layout = form()
        layout.setContentsMargins(24, 0, 0, 6)
        layout.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)  # shaders name their knobs at length
        layout.setVerticalSpacing(3)
        self.knobs.setLayout(layout)
        try:
            shader = header_of(self._use.effect)
        except ShaderError as error:
            layout.addRow(caption(error.sentence()))
            return
        given = dict(self._use.inputs)
        for one in shader.inputs:
            report = partial(self._chain.set_input, self._index, one.name)
            widget = knob(one, given.get(one.name, one.default), report)
            if widget is not None:
                layout.addRow(one.label.replace("_", " ").capitalize(), widget)
        self.switch.setToolTip(plain_tip(shader.description or self.switch.toolTip()))

    def _switched(self, on: bool) -> None:
        told = f"{title_of(self._use.effect)} {'on' if on else 'off'}"
        self._chain.change(told, looks.with_enabled(self._chain.chain, self._index, on))

    def _folded(self, on: bool) -> None:
        self._chain.opened(self._use.effect, on)
        self.knobs.setVisible(on)

    def _change(self, told: str, new: object, _: bool = False) -> None:
        assert callable(new)
        self._chain.change(told, new(self._chain.chain))
