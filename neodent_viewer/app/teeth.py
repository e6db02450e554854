"""One tooth in the hand: what the tooth tool and the tooth panel share. It knows no Qt.

Order of a move: `choose` (the tooth is readied in a thread), `begin`, any number of `preview`, then `keep` or `cancel`. What
is kept is one step for undo, shape and numbers together; `apply` does all of it for a typed number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from neodent_viewer.app.bridge import Threads
from neodent_viewer.app.selection import Selection
from neodent_viewer.app.shell import Shell
from neodent_viewer.core.errors import NeodentError
from neodent_viewer.core.signals import Signal
from neodent_viewer.document.document import Change, Document
from neodent_viewer.document.history import History
from neodent_viewer.document.layers import check_stroke
from neodent_viewer.document.overlay import Overlay
from neodent_viewer.document.part import BASE, POSITION, Part
from neodent_viewer.mesh.surface import Float32, Float64, Int32

if TYPE_CHECKING:  # trees and sparse systems come after the first picture
    from neodent_viewer.anatomy.tooth_frame import Pose
    from neodent_viewer.document.tooth import ToothGrip

#: mm and degrees a tooth may be taken, and its size
FARTHEST, WIDEST, SIZES = 10.0, 60.0, (0.5, 2.0)
#: mm of clearance, and of penetration, at the ends of the colour map
_SPAN = 0.5
#: positions that differ by less are those the grip gave, mm
_SAME = 1e-4


class ToothHand:
    """The tooth in the hand, or none; `layer` tells which sculpt layer of a part takes its moves.

    Attributes
    ----------
    part : str
        Part id of the chosen tooth, empty when none is.
    label : int
        Its number.
    grip : ToothGrip or None
        None while the tooth is being readied.
    pose : Pose or None
        How far it stands from where it was first found.
    keep_contact : bool
        Whether moves stop at neighbours and antagonists.
    show_contact : bool
        Whether clearance and penetration are shown as colours.
    stopped : bool
        Whether the last preview was stopped by contact.
    depths : dict of str to float
        mm it stands in others, by their names.
    """

    changed = Signal()

    def __init__(
        self,
        document: Document,
        history: History,
        selection: Selection,
        shell: Shell,
        background: Threads,
        layer: Callable[[Part], str] = lambda part: BASE,
    ) -> None:
        self._document, self._history, self._selection = document, history, selection
        self._shell, self._background, self._layer = shell, background, layer
        self.part, self.label = "", 0
        self.grip: ToothGrip | None = None
        self.pose: Pose | None = None
        self.keep_contact, self.show_contact, self.stopped = True, True, False
        self.depths: dict[str, float] = {}
        self._before: Float32 | None = None
        self._started: Pose | None = None
        self._asked = 0
        self._writing = False
        self._shown: dict[str, Overlay] = {}  # what parts wear of this hand's
        document.changed.connect(self._on_change)

    # -- choosing ------------------------------------------------------------------------------------------------

    @property
    def moving(self) -> bool:
        """Whether a move is under way."""
        return self._before is not None

    @property
    def locked(self) -> frozenset[int]:
        """Labels locked on the chosen tooth's part."""
        part = self._document.parts.get(self.part)
        return frozenset() if part is None else part.locked

    def choose(self, part_id: str, label: int) -> bool:
        """Take a tooth; what stands against it is said in words. Return whether it is taken."""
        from neodent_viewer.document.tooth import check

        self.cancel()
        try:
            check(self._document.parts[part_id], label)
        except NeodentError as error:
            self._shell.say_error(error)
            return False
        self._forget()
        self.part, self.label = part_id, label
        self._selection.set(parts=(part_id,), tooth=label)
        self.ready()
        self.changed.emit()
        return True

    def drop(self) -> None:
        """Hold nothing any more."""
        self.cancel()
        self._forget()
        self.part, self.label = "", 0
        self.changed.emit()

    def ready(self) -> None:
        """Begin to ready the chosen tooth in a thread, unless it is."""
        from neodent_viewer.document.tooth import grip

        if not self.label or self.grip is not None or self._asked:
            return
        self._asked += 1
        part_id, label, document = self.part, self.label, self._document

        def done(held: ToothGrip | None) -> None:
            self._asked = 0
            if held is not None and (self.part, self.label) == (part_id, label):
                self.grip, self.pose = held, held.held
                self._measure()
            elif self.label:
                self.ready()
            self.changed.emit()

        def failed(error: Exception) -> None:
            self._shell.say_error(error)
            self._asked = 0
            self.drop()

        name = f"Preparing tooth {label}"
        self._background.submit(name, lambda job: grip(document, part_id, label), done, failed, lambda: done(None))

    # -- moving --------------------------------------------------------------------------------------------------

    def begin(self) -> bool:
        """Begin a move; False, with a word to the person, while the tooth is not ready."""
        part, held = self._document.parts.get(self.part), self.grip
        if part is None or held is None or self.pose is None:
            self._shell.say("The tooth is being prepared; it takes a moment." if self.label else "Click a tooth first.")
            return False
        try:
            check_stroke(part, self._layer(part))
        except NeodentError as error:
            self._shell.say_error(error)
            return False
        now = part.surface.vertices[held.rows]
        if np.abs(now - held.positions(self.pose)).max(initial=0.0) > _SAME:
            self._anew()  # somebody else has shaped it since
            return self.begin()
        from neodent_viewer.document.original import remember_original

        remember_original(part)
        self._before, self._started = now, self.pose
        return True

    def preview(self, pose: Pose) -> None:
        """Show the tooth in a pose, or as near to it as contact lets it."""
        if self.grip is None or self.pose is None or self._before is None:
            return
        wanted = _within(pose)
        pose = self.grip.clear(self.pose, wanted) if self.keep_contact else wanted
        self.stopped = pose != wanted
        self._show(pose)
        self._measure()
        self.changed.emit()

    def keep(self) -> None:
        """Keep the move as one edit."""
        from neodent_viewer.document.tooth import pose_edit

        before, self._before = self._before, None
        held, pose, started = self.grip, self.pose, self._started
        part = self._document.parts.get(self.part)
        if before is None or held is None or pose is None or started is None or part is None or pose == started:
            return
        self._writing = True
        try:
            self._history.do(pose_edit(part, held, before, pose, started=started, layer=self._layer(part)))
        except NeodentError as error:
            self._put(part, before)
            self.pose = started
            self._shell.say_error(error)
        finally:
            self._writing = False
        self.changed.emit()

    def cancel(self) -> None:
        """Take a move that is under way back."""
        before, self._before = self._before, None
        part = self._document.parts.get(self.part)
        if before is not None and part is not None and self.grip is not None:
            self.pose, self.stopped = self._started, False
            self._put(part, before)
            self._measure()
            self.changed.emit()

    def apply(self, pose: Pose) -> None:
        """Take the tooth to a pose that was typed: one edit."""
        if self.pose is not None and pose != self.pose and self.begin():
            self.preview(pose)
            self.keep()

    # -- locks ---------------------------------------------------------------------------------------------------

    def lock(self, part_id: str, labels: frozenset[int]) -> None:
        """Lock exactly `labels` on a part, as an edit."""
        from neodent_viewer.document.tooth import lock_edit

        part = self._document.parts[part_id]
        if labels != part.locked:
            self._history.do(lock_edit(part, labels))

    def toggle_lock(self, part_id: str, label: int) -> None:
        """Lock or unlock one label."""
        self.lock(part_id, self._document.parts[part_id].locked ^ {label})

    def close(self) -> None:
        """Stop following the document."""
        self._document.changed.disconnect(self._on_change, missing_ok=True)

    # -- within --------------------------------------------------------------------------------------------------

    def measure(self) -> None:
        """Show depths anew: what is to be shown was changed."""
        self._measure()
        self.changed.emit()

    def _show(self, pose: Pose) -> None:
        part = self._document.parts[self.part]
        assert self.grip is not None
        self.pose = pose
        self._put(part, self.grip.positions(pose))

    def _put(self, part: Part, positions: Float32) -> None:
        """Write positions as a running stroke does: drawn now, an edit later."""
        assert self.grip is not None
        rows = self.grip.rows
        part.surface.vertices[rows] = positions
        self._writing = True
        try:
            self._document.touch(part.id, POSITION, rows)
        finally:
            self._writing = False

    def _measure(self) -> None:
        """Tell how deep the tooth stands in others, as numbers and colours."""
        self.depths = {}
        found: dict[str, list[tuple[Int32, Float64]]] = {}
        if self.grip is not None and self.pose is not None:
            own, others, self.depths = self.grip.contact.near(self.grip.matrix(self.pose), _SPAN)
            found = {part_id: [clear] for part_id, clear in others.items()}
            found.setdefault(self.part, []).append((self.grip.contact.rows, own))
        self._colour(found if self.show_contact else {})

    def _colour(self, found: dict[str, list[tuple[Int32, Float64]]]) -> None:
        """Show clearances of rows by part, and none where there were some before."""
        for part_id in (*found, *(set(self._shown) - set(found))):
            part, worn = self._document.parts.get(part_id), self._document.overlays.get(part_id)
            if part is None or worn is not self._shown.get(part_id):
                continue  # it is gone, or somebody is looking at something else on it
            values = np.full(len(part.surface.vertices), np.nan, np.float32)
            for rows, clear in found.get(part_id, []):
                values[rows] = np.fmin(values[rows], clear.astype(np.float32))
            if np.isfinite(values).any():
                self._shown[part_id] = Overlay("Clearance", "mm", values, -_SPAN, _SPAN, "vik_r")
                self._document.set(("overlays", part_id), self._shown[part_id])
            elif self._shown.pop(part_id, None) is not None:
                self._document.set(("overlays", part_id), None)

    def _forget(self) -> None:
        self._colour({})
        self._shown.clear()
        self.grip = self.pose = self._before = self._started = None
        self.stopped, self.depths = False, {}

    def _on_change(self, change: Change) -> None:
        if self._writing or not self.label:
            return
        if change.path[0] == "settings":
            self._read_numbers()
        elif change.path[:2] == ("parts", self.part):
            self._part_changed(change)
        elif change.path[0] == "parts" and len(change.path) < 4:
            self._anew()  # another part came, went or was moved: obstacles are not what they were

    def _part_changed(self, change: Change) -> None:
        from neodent_viewer.document.tooth import check

        if change.path[2:] == ("arrays", POSITION) or change.path[2:3] in {("name",), ("layers",)}:
            return  # `begin` looks whether it was this tooth
        try:
            check(self._document.parts[self.part], self.label)
        except (NeodentError, KeyError):
            self._before = None
            self.drop()
            return
        if change.path[2:] == ("locked",) and self.grip is not None and self.grip.gum_locked == (0 in self.locked):
            self.changed.emit()
        else:
            self._anew()

    def _anew(self) -> None:
        """Ready the tooth once more: what was worked out is no longer true."""
        part, label = self.part, self.label
        self._forget()
        self.part, self.label = part, label
        self.ready()
        self.changed.emit()

    def _read_numbers(self) -> None:
        """Follow undo and redo."""
        from neodent_viewer.document.tooth import pose_of

        if self.grip is None:
            return
        pose = pose_of(self._document, self.grip)
        if pose is None:
            self._anew()
        elif pose != self.pose:
            self.pose = pose
            self._measure()
            self.changed.emit()


def _within(pose: Pose) -> Pose:
    """Return a pose within what a tooth may be taken."""

    def bound(value: float, end: float) -> float:
        return min(end, max(-end, value))

    x, y, z = (bound(value, FARTHEST) for value in pose.move)
    return replace(
        pose,
        move=(x, y, z),
        rotate=bound(pose.rotate, WIDEST),
        tip=bound(pose.tip, WIDEST),
        torque=bound(pose.torque, WIDEST),
        scale=min(SIZES[1], max(SIZES[0], pose.scale)),
    )
