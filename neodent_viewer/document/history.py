"""The only undo: a list of edits bounded by bytes, not by count.

A value under a moving slider is shown by `preview` and kept by `settle`; whatever else touches the history settles it first,
so a running preview is never lost and never left behind.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from neodent_viewer.core.signals import EmitLoopError, Signal
from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import Edit, EditGroup, ValueEdit, VertexEdit
from neodent_viewer.document.original import remember_before
from neodent_viewer.document.part import BASE
from neodent_viewer.document.spill import Spill

#: stands for a state that was saved but cannot be told any more
_NOWHERE = EditGroup(())


class History:
    """Done and undone edits of one document.

    Parameters
    ----------
    document : Document
    limit : int
        Bytes that edits may keep alive; the oldest go first, the newest always stays.
    spill : Spill or None
        Where the oldest go, and the farthest of those undone; None: the oldest are gone. As long as anything lies there,
        `done` (or `undone`) is not empty, and undo goes on.
        It is this history's own: `close` closes it.
    """

    changed = Signal()

    def __init__(self, document: Document, limit: int = 1 << 30, spill: Spill | None = None) -> None:
        self.document = document
        self.spill = spill
        self._ahead = None if spill is None else spill.beside()
        self.limit = limit
        self._done: deque[Edit] = deque()
        self._undone: list[Edit] = []
        self._bytes = 0
        self._costs: dict[int, int] = {}  # id of each kept edit -> its bytes when it was kept: a living part grows
        self._forgotten: Edit | None = None  # the newest edit that fell off the old end: what an emptied list stands on
        self._saved: Edit | None = None
        self._outside = False  # something that is no edit changed since the last save
        self._running: ValueEdit | None = None  # a preview: carried out, not kept yet
        self._group: list[Edit] | None = None

    def do(self, edit: Edit) -> None:
        """Carry an edit out and keep it; what had been undone is gone."""
        self.settle()
        try:
            edit.do(self.document)
        except EmitLoopError:
            self.keep(edit)  # the document has changed though a listener failed: there must be a way back
            raise
        self.keep(edit)

    def keep(self, edit: Edit) -> None:
        """Keep an edit that has already been carried out (a stroke that was drawn live)."""
        self.settle()
        if isinstance(edit, VertexEdit):
            part = self.document.parts.get(edit.part)
            if part is not None and edit.layer == BASE:
                remember_before(part, edit.array, edit.indices, edit.before)
        if self._group is not None:
            self._group.append(edit)
        else:
            self._keep(edit)

    def preview(self, edit: ValueEdit) -> None:
        """Carry an edit out that goes on changing; those of one path and title in a row become one edit."""
        running = self._running
        if running is not None and (running.path, running.title) == (edit.path, edit.title):
            edit = replace(edit, before=running.before)
        else:
            self.settle()
        edit.do(self.document)
        self._running = edit

    def settle(self) -> None:
        """Keep the running preview as one edit, unless it ended where it began."""
        running, self._running = self._running, None
        if running is not None and running.before != running.after:
            self.keep(running)

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """Make one step of all edits done in the block; what stands when the block raises is a step too."""
        if self._group is not None:  # the outer group has them
            yield
            return
        self.settle()
        self._group = []
        try:
            yield
            self.settle()
        finally:
            edits, self._group = tuple(self._group), None
            if len(edits) == 1:
                self._keep(edits[0])
            elif edits:
                self._keep(EditGroup(edits, title))

    def _keep(self, edit: Edit) -> None:
        for gone in self._undone:
            self._bytes -= self._costs.pop(id(gone), 0)
        self._undone.clear()
        if self._ahead is not None:
            self._ahead.clear()
        self._done.append(edit)
        self._count(edit)
        self._make_room()
        self.changed.emit()

    def _make_room(self) -> None:
        while self._bytes > self.limit and len(self._done) > 1:
            self._put_away(self._done.popleft())
        while self._ahead is not None and self._bytes > self.limit and len(self._undone) > 1:
            self._put(self._undone.pop(0), self._ahead)

    def _put_away(self, oldest: Edit) -> None:
        if self.spill is not None:
            self._put(oldest, self.spill)
        else:
            self._bytes -= self._costs.pop(id(oldest), 0)
            self._forgotten = oldest

    def _put(self, edit: Edit, spill: Spill) -> None:
        self._bytes -= self._costs.pop(id(edit), 0)
        spill.push(edit)
        if self._saved is edit:
            self._saved = _NOWHERE  # it comes back as another object; unsaved is the safe thing to say then

    def _bring_back(self) -> None:
        """Take edits off the disk once none stands in memory on one side: the document is as they left, or found, it."""
        for kept, spill in ((self._done, self.spill), (self._undone, self._ahead)):
            if spill is not None and len(spill) and not kept:
                edit = spill.pop(self.document)
                kept.append(edit)
                self._count(edit)
        if self.spill is not None:
            self._make_room()

    def _count(self, edit: Edit) -> None:
        self._costs[id(edit)] = cost = edit.nbytes()
        self._bytes += cost

    def undo(self) -> Edit | None:
        """Take the last edit back; return it, or None when there is none."""
        self.settle()
        if not self._done:
            return None
        edit = self._done[-1]
        edit.undo(self.document)
        self._undone.append(self._done.pop())
        try:
            self._bring_back()
        finally:
            self.changed.emit()
        return edit

    def redo(self) -> Edit | None:
        """Carry the last undone edit out again; return it, or None when there is none."""
        self.settle()
        if not self._undone:
            return None
        edit = self._undone[-1]
        edit.do(self.document)
        self._done.append(self._undone.pop())
        try:
            self._bring_back()
        finally:
            self.changed.emit()
        return edit

    def done(self) -> tuple[Edit, ...]:
        """Return the edits that stand, oldest first."""
        return tuple(self._done)

    def undone(self) -> tuple[Edit, ...]:
        """Return the edits that can be redone, next first."""
        return tuple(reversed(self._undone))

    def nbytes(self) -> int:
        """Return the bytes all kept edits hold."""
        return self._bytes

    def note_outside(self) -> None:
        """Note that the document changed by something undo must not touch, such as consent: it wants saving all the same."""
        self._outside = True
        self.changed.emit()

    def mark_saved(self, as_of: Sequence[Edit] | None = None) -> None:
        """Remember that the document is on disk: as it is now, or as it was when `done` returned `as_of`."""
        self._outside = False
        if as_of is None:
            self._saved = self._stands_on()
        else:
            self._saved = as_of[-1] if as_of else None
        self.changed.emit()

    def unsaved(self) -> bool:
        """Return whether the document differs from what was last saved."""
        return self._outside or self._stands_on() is not self._saved

    def restore(self, done: Iterable[Edit], undone: Iterable[Edit]) -> None:
        """Take up the edits of a project that was just loaded, as `done` and `undone` give them; they count as saved."""
        self._done = deque(done)
        self._undone = list(undone)[::-1]
        self._bytes, self._costs = 0, {}
        for edit in (*self._done, *self._undone):
            self._count(edit)
        self._forgotten = self._running = None
        self._clear_spill()
        self.mark_saved()

    def clear(self) -> None:
        """Forget everything: a new document was opened."""
        self._done.clear()
        self._undone.clear()
        self._bytes, self._costs = 0, {}
        self._forgotten = self._running = None
        self._clear_spill()
        self.mark_saved()

    def close(self) -> None:
        """Take what lies on disk away; for the end of the program."""
        for spill in (self.spill, self._ahead):
            if spill is not None:
                spill.close()

    def _clear_spill(self) -> None:
        for spill in (self.spill, self._ahead):
            if spill is not None:
                spill.clear()

    def _stands_on(self) -> Edit | None:
        """Return the edit that made the document what it is; None for the state it was opened in."""
        if self._done:
            return self._done[-1]
        return _NOWHERE if self.spill is not None and self.spill.lost else self._forgotten
