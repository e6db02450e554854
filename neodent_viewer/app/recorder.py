"""Strokes kept as they are made, to be saved and done again without a window.

What was undone when the recording is saved is left out of it: the file gives the form that is seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.core.signals import Signal
from neodent_viewer.document.edits import Edit, VertexEdit
from neodent_viewer.document.history import History
from neodent_viewer.document.part import Part

if TYPE_CHECKING:
    from neodent_viewer.sculpt.recorded import Identity, Recorded, Recording
    from neodent_viewer.sculpt.stroke import Stroke


#: id and topology version of a part
_Key = tuple[str, int]


class Recorder:
    """Keeps strokes from `start` to `stop`, and what there is until the next start.

    Attributes
    ----------
    running : bool
        Whether strokes are being recorded.
    """

    changed = Signal()

    def __init__(self, history: History) -> None:
        self._history = history
        self._identities: dict[_Key, Identity] = {}
        self._strokes: list[tuple[_Key, Recorded, Edit]] = []
        self._against: dict[int, tuple[_Key, ...]] = {}  # id of an edit -> parts it kept contact with
        self._undone: set[int] = set()
        self.running = False
        history.changed.connect(self._follow)

    def start(self) -> None:
        """Begin anew."""
        self._identities, self._strokes, self._undone, self._against = {}, [], set(), {}
        self.running = True
        self.changed.emit()

    def stop(self) -> None:
        """End the recording; it may be saved from now on."""
        self.running = False
        self.changed.emit()

    def press(self, part: Part, against: Sequence[Part] = ()) -> None:
        """Note how a part, and those it keeps contact with, lie just before a stroke."""
        for one in (part, *against) if self.running else ():
            if _key(one) not in self._identities:
                from neodent_viewer.sculpt.recorded import Identity

                self._identities[_key(one)] = Identity.of(
                    one.surface, file=one.source, name=one.name, jaw=one.jaw, transform=one.transform
                )

    def keep(self, part: Part, stroke: Stroke, edit: Edit, against: Sequence[Part] = ()) -> None:
        """Take in a stroke that has become an edit, and the parts it kept contact with."""
        key = _key(part)
        if self.running and key in self._identities:
            from neodent_viewer.sculpt.recorded import LayerState, Recorded

            layers = tuple(LayerState(layer.name, layer.strength, layer.visible) for layer in part.layers)
            names = [layer.id for layer in part.layers]
            layer = names.index(edit.layer) if isinstance(edit, VertexEdit) and edit.layer in names else -1
            calls = tuple(stroke.calls)
            recorded = Recorded(0, stroke.name, stroke.settings, calls, layers=layers, layer=layer)
            self._strokes.append((key, recorded, edit))
            self._against[id(edit)] = tuple(_key(other) for other in against)
            self.changed.emit()

    def keep_action(self, part: Part, action: str, edit: Edit) -> None:
        """Take in what was done to a part's whole mask; call `press` before it is done."""
        key = _key(part)
        if self.running and key in self._identities:
            from neodent_viewer.sculpt.recorded import acted

            self._strokes.append((key, acted(0, action), edit))
            self.changed.emit()

    def recording(self) -> Recording:
        """Return what stands of the strokes kept, in the order they were made."""
        from dataclasses import replace

        from neodent_viewer.sculpt.recorded import Recording

        made = Recording()
        for key, recorded, edit in self._strokes:
            if id(edit) not in self._undone:
                others = self._against.get(id(edit), ())
                against = tuple(made.part(self._identities[other]) for other in others)
                made.strokes.append(replace(recorded, part=made.part(self._identities[key]), against=against))
        return made

    @property
    def count(self) -> int:
        """How many strokes a file would hold."""
        return sum(id(edit) not in self._undone for _, _, edit in self._strokes)

    def save(self, path: Path) -> int:
        """Write the recording; return how many strokes it holds. ArgumentError when there are none."""
        from neodent_viewer.sculpt import recording

        made = self.recording()
        if not made.strokes:
            raise ArgumentError(
                "No stroke was recorded.", kind="argument", remedy="Start recording, sculpt, then save the strokes."
            )
        recording.save(made, path)
        return len(made.strokes)

    def _follow(self) -> None:
        if self._strokes:
            mine = {id(edit) for _, _, edit in self._strokes}
            self._undone -= {id(edit) for edit in self._history.done()}
            self._undone |= mine & {id(edit) for edit in self._history.undone()}


def _key(part: Part) -> _Key:
    return part.id, part.topology_version
