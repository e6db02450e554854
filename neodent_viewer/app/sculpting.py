"""What sculpting needs beside the brush: surfaces made ready, the layer that takes strokes, a recording, deviations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from neodent_viewer.app.bridge import Threads
from neodent_viewer.app.contacts import Contacts
from neodent_viewer.app.deviations import Deviations
from neodent_viewer.app.recorder import Recorder
from neodent_viewer.app.selection import Selection
from neodent_viewer.app.workpieces import Workpieces
from neodent_viewer.core.signals import Signal
from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import Edit, VertexEdit
from neodent_viewer.document.history import History
from neodent_viewer.document.layers import stroke_edit
from neodent_viewer.document.part import BASE, POSITION, Part

if TYPE_CHECKING:
    from neodent_viewer.sculpt.stroke import Stroke


class Sculpting:
    """Shared by the brushes, the panels and the commands.

    Attributes
    ----------
    workpieces : Workpieces
    recorder : Recorder
    deviations : Deviations
    contacts : Contacts
    """

    #: emitted without arguments when another part is worked on, or another layer takes strokes
    changed = Signal()

    def __init__(self, document: Document, history: History, selection: Selection, background: Threads) -> None:
        self._document, self._history = document, history
        self._part = ""
        selection.changed.connect(lambda *_: self.turn_to(selection.current.part))
        self._chosen: dict[str, str] = {}
        self.workpieces = Workpieces(document, background)
        self.recorder = Recorder(history)
        self.deviations = Deviations(document, background)
        self.contacts = Contacts(document, background)

    @property
    def part(self) -> Part | None:
        """The part that commands and panels of this workspace are about: chosen or sculpted last, else the first shown."""
        part = self._document.parts.get(self._part)
        return part if part is not None else next(iter(self._document.visible_parts()), None)

    def turn_to(self, part_id: str) -> None:
        """Make a part the one that commands are about; nothing for an empty id."""
        if part_id and part_id != self._part:
            self._part = part_id
            self.changed.emit()

    def layer(self, part: Part) -> str:
        """Return the id of the layer that takes strokes on a part, ``"base"`` where none was chosen or it is gone."""
        chosen = self._chosen.get(part.id, BASE)
        return chosen if any(layer.id == chosen for layer in part.layers) else BASE

    def choose_layer(self, part: Part, layer: str) -> None:
        """Let strokes on a part go to a layer from now on."""
        if self._chosen.get(part.id, BASE) != layer:
            self._chosen[part.id] = layer
            self.changed.emit()

    def keep(self, part: Part, layer: str, stroke: Stroke, title: str, against: Sequence[Part] = ()) -> None:
        """Make one edit of a finished stroke, on the layer it was begun for, that kept contact with other parts."""
        rows, before, after = stroke.finish()
        if not len(rows):
            return
        edit: Edit
        if stroke.array == POSITION:
            edit = stroke_edit(part, layer, rows, before, after, title)
        else:
            edit = VertexEdit(part.id, BASE, stroke.array, rows, before, after, title)
        self._history.do(edit)
        self.recorder.keep(part, stroke, edit, against)

    def mask(self, part: Part, action: str) -> bool:
        """Do an action of ``sculpt.masking.ACTIONS`` to a part's mask, as one edit; False while the part is made ready."""
        import numpy as np

        from neodent_viewer.sculpt.masking import ACTIONS

        mesh = self.workpieces.get(part)
        if mesh is None:
            return False
        self.recorder.press(part)
        self.workpieces.share(part, mesh, "mask")
        before, after = mesh.array("mask"), ACTIONS[action].run(mesh)
        rows = np.flatnonzero(before != after).astype(np.int32)
        if len(rows):
            edit = VertexEdit(part.id, BASE, "mask", rows, before[rows].copy(), after[rows], ACTIONS[action].title)
            self._history.do(edit)
            self.recorder.keep_action(part, action, edit)
        return True

    def close(self) -> None:
        """Leave the document."""
        self.deviations.close()
        self.contacts.close()
