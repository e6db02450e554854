"""Marking a tooth on a scan: it grows from a click to its margin, a slider moves the margin, a brush adds and removes.

What has grown is shown as colour until it is kept; keeping writes labels, one step for undo. It knows no Qt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neodent_viewer.app.bridge import Threads
from neodent_viewer.app.shell import Shell
from neodent_viewer.core.errors import NeodentError
from neodent_viewer.core.signals import Signal
from neodent_viewer.document.document import Change, Document
from neodent_viewer.document.history import History
from neodent_viewer.document.overlay import Overlay
from neodent_viewer.mesh.surface import Int32, Surface

if TYPE_CHECKING:
    from neodent_viewer.anatomy.segment import Grower, Grown

_NONE = np.zeros(0, np.int32)


class ToothMarks:
    """What is being marked, or nothing.

    Attributes
    ----------
    on : bool
        Whether clicks grow a tooth instead of choosing one.
    number : int
        FDI number the tooth will have.
    margin : float
        0..1: where the tooth ends; more takes in more.
    radius : float
        mm of the brush that adds and removes.
    part : str
        Part id of what has grown, empty when nothing has.
    rows : ndarray (k,) int32
        Vertices of the tooth as shown.
    """

    changed = Signal()

    def __init__(self, document: Document, history: History, shell: Shell, background: Threads) -> None:
        self._document, self._history, self._shell, self._background = document, history, shell, background
        self.on = False
        self.number, self.margin, self.radius = 11, 0.5, 1.0
        self.part, self.rows = "", _NONE
        self._grown: Grown | None = None
        self._added: set[int] = set()
        self._removed: set[int] = set()
        self._grower: tuple[Surface, Grower] | None = None
        self._busy = False
        document.changed.connect(self._on_change)

    def switch(self, on: bool) -> None:
        """Begin or end marking; what was not kept is gone."""
        if on != self.on:
            self.on = on
            self.drop()

    def set(self, *, number: int | None = None, margin: float | None = None, radius: float | None = None) -> None:
        """Change what is set by hand."""
        self.number = self.number if number is None else number
        self.radius = self.radius if radius is None else radius
        if margin is not None and margin != self.margin:
            self.margin = margin
            self._show()
        self.changed.emit()

    def grow(self, part_id: str, vertex: int) -> None:
        """Let a tooth grow from a vertex, in a thread."""
        if self._busy:
            return
        part = self._document.parts[part_id]
        surface, kept = part.surface, self._grower
        self._busy = True

        def work(_: object) -> tuple[Grower, Grown]:
            from neodent_viewer.anatomy.segment import Grower

            grower = (
                kept[1] if kept is not None and kept[0] is surface else Grower(surface.vertices.copy(), surface.faces)
            )
            return grower, grower.grow(vertex)

        def done(found: tuple[Grower, Grown]) -> None:
            self._busy = False
            if self.on and self._document.parts.get(part_id) is part and part.surface is surface:
                self._grower = (surface, found[0])
                self._take(part_id, found[1])

        def failed(error: Exception) -> None:
            self._busy = False
            self._shell.say_error(error)

        self._background.submit("Growing a tooth", work, done, failed, lambda: setattr(self, "_busy", False))

    def touch(self, part_id: str, rows: Int32, *, remove: bool) -> None:
        """Add vertices to what has grown, or take them out: a dab of the brush."""
        if part_id != self.part:
            return
        changed = set(rows.tolist())
        (self._removed if remove else self._added).update(changed)
        (self._added if remove else self._removed).difference_update(changed)
        self._show()

    def keep(self) -> bool:
        """Write the labels as one edit; return whether it was done."""
        from neodent_viewer.document.tooth import marking_edit

        if not self.part:
            return False
        try:
            edit = marking_edit(self._document.parts[self.part], self.rows, self.number)
        except NeodentError as error:
            self._shell.say_error(error)
            return False
        part, self.part = self.part, ""
        self._wear(part, None)
        self._history.do(edit)
        self._shell.say(f"Tooth {self.number} is marked: {len(self.rows):,} vertices.")
        self.drop()
        return True

    def drop(self) -> None:
        """Forget what has grown."""
        if self.part:
            self._wear(self.part, None)
        self.part, self.rows, self._grown = "", _NONE, None
        self._added.clear()
        self._removed.clear()
        self.changed.emit()

    def close(self) -> None:
        """Stop following the document."""
        self._document.changed.disconnect(self._on_change, missing_ok=True)

    def _take(self, part_id: str, grown: Grown) -> None:
        self.drop()
        self.part, self._grown, self.margin = part_id, grown, 0.5
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        if self._grown is None or not self.part:
            return
        rows = set(self._grown.tooth(self._level()).tolist())
        self.rows = np.array(sorted((rows | self._added) - self._removed), np.int32)
        part = self._document.parts[self.part]
        values = np.full(len(part.surface.vertices), np.nan, np.float32)
        values[self.rows] = 0.62
        self._wear(self.part, Overlay("Marked", "", values, 0.0, 1.0, "vik", legend=False))

    def _level(self) -> float:
        """Return the belief at the margin: half way of the slider is what was found, its ends are all and nothing."""
        assert self._grown is not None
        level = self._grown.level
        share = 1.0 - self.margin
        return level * share * 2.0 if share < 0.5 else level + (1.0 - level) * (share - 0.5) * 2.0

    def _wear(self, part_id: str, overlay: Overlay | None) -> None:
        if part_id in self._document.parts:
            self._document.set(("overlays", part_id), overlay)

    def _on_change(self, change: Change) -> None:
        if change.path[0] == "parts" and change.path[2:] in {(), ("surface",)} and change.path[1] == self.part:
            self.part = ""
            self.drop()
