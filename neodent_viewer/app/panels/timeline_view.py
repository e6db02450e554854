"""The timeline itself: a widget that shows a stretch of time and tells what a hand does on it. It changes nothing.

A drag scrubs; with Shift, or on the empty lane of chapters, it chooses a stretch. A chapter is moved by its middle and
resized by its ends: what it would become is shown while it is dragged, and told once when it is let go; Escape lets go of it
as it was. The wheel zooms about the cursor, with Shift or sideways it moves along. Tab leads here, the arrows step, Home and
End go to either end.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from neodent_viewer.app.panels.timeline_paint import (
    HEIGHT,
    NAMES,
    Shown,
    lanes,
    paint,
    paint_clock,
    paint_focus,
    paint_playhead,
)
from neodent_viewer.app.panels.timeline_scale import Scale, moved, zoomed
from neodent_viewer.app.panels.timeline_words import words_at
from neodent_viewer.document.chapter import SHORTEST, Placed

#: pixels about a chapter's end that take hold of it, within which things snap, and that a click may wander
_GRIP, _SNAP, _STILL = 6.0, 6.0, 3.0
_ZOOM = 1.25
#: keys that lead to the beginning and to the end
_ENDS = (Qt.Key.Key_Home, Qt.Key.Key_End)


class Held(NamedTuple):
    """A chapter in the hand: what it would become, and what is being moved: ``"start"``, ``"end"`` or ``"whole"``."""

    placed: Placed
    what: str


class TimelineView(QWidget):
    """See the top of this module.

    Signals
    -------
    sought(float), scrubbing(bool) : a place is wanted; a drag over places begins or ends
    stretched(float, float) : a stretch was chosen, seconds
    chosen(str) : a chapter was clicked, empty for none
    changed(str, float, float) : a chapter was moved or resized, seconds
    opened(str), removed(str) : a chapter was double-clicked; Delete was pressed on one
    asked(str, QPoint) : the menu of a chapter, or of the timeline, is wanted at a global place
    stepped(int) : an arrow key; Home and End are places that are sought
    """

    sought = Signal(float)
    scrubbing = Signal(bool)
    stretched = Signal(float, float)
    chosen = Signal(str)
    changed = Signal(str, float, float)
    opened = Signal(str)
    removed = Signal(str)
    asked = Signal(str, object)
    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.shown = Shown()
        self.visible: tuple[float, float] | None = None  # None is the whole
        self.playhead = 0.0
        self.clock = ""  # the time of day at the playhead
        self.chosen_id = ""
        self._picture: QPixmap | None = None
        self._held: Held | None = None
        self._doing = ""
        self._pressed = QPointF()
        self._grabbed = self._came_from = 0.0
        self._loop_before: tuple[float, float] | None = None
        self.setObjectName("timeline")
        self.setAccessibleName("Timeline")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(int(HEIGHT))
        self.setMinimumWidth(360)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    # -- showing ---------------------------------------------------------------------------------------------------

    @property
    def scale(self) -> Scale:
        """Where times lie now."""
        start, end = self.stretch
        lane = lanes(self.width())["ruler"]
        return Scale(start, end, lane.left(), lane.width())

    @property
    def stretch(self) -> tuple[float, float]:
        """From when to when is shown, seconds."""
        start, end = self.visible or self.shown.span
        return start, max(end, start + SHORTEST)

    @property
    def columns(self) -> int:
        """How many columns of values are shown."""
        return max(int(lanes(self.width())["values"].width()), 1)

    def show_all(self, shown: Shown, chosen: str) -> None:
        """Show something else."""
        if self.visible is not None and not shown.live:
            self.visible = moved(self.visible, shown.span, 0.0)
        self.shown, self.chosen_id = shown, chosen
        self._picture = None
        self.update()

    def show_playhead(self, time: float, clock: str, *, follow: bool) -> None:
        """Move the playhead and say its time of day; where only a stretch is shown, `follow` turns the page with it."""
        if self.visible is not None and follow and not self._doing:
            start, end = self.visible
            if not start <= time <= end:
                self.visible = moved(self.visible, self.shown.span, time - start - 0.05 * (end - start))
                self._picture = None
        if (time, clock) != (self.playhead, self.clock):
            self.playhead, self.clock = time, clock
            self.update()

    def show_whole(self) -> None:
        """Show all there is."""
        self.visible = None
        self._picture = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Lay the playhead, and a chapter in the hand, over the picture of all else."""
        ratio = self.devicePixelRatioF()
        if self._picture is None or self._picture.size() != (self.size() * ratio):
            self._picture = self._painted(ratio)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        paint_clock(painter, self.clock)
        x = self.scale.x(self.playhead)
        lane = lanes(self.width())["ruler"]
        if lane.left() - 1 <= x <= lane.right() + 1:
            paint_playhead(painter, x, HEIGHT - 4)
        if self.hasFocus():
            paint_focus(painter, lane.left(), self.width(), HEIGHT - 4)
        painter.end()

    def _painted(self, ratio: float) -> QPixmap:
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setFont(self.font())
        shown = self.shown
        if self._held is not None:
            key = self._held.placed.chapter.id
            placed = tuple(self._held.placed if one.chapter.id == key else one for one in shown.placed)
            shown = replace(shown, placed=placed)
        paint(painter, shown, self.scale, self.width(), self.chosen_id)
        painter.end()
        return picture

    # -- what is where -----------------------------------------------------------------------------------------------

    def _chapter_at(self, at: QPointF) -> tuple[Placed, str] | None:
        """Return the chapter under a place and what of it: an end or the whole; the chosen one first."""
        if not lanes(self.width())["chapters"].contains(at):
            return None
        scale = self.scale
        ordered = sorted(self.shown.placed, key=lambda one: (one.chapter.id == self.chosen_id, one.start), reverse=True)
        for one in ordered:
            left, right = scale.x(one.start), scale.x(one.end)
            grip = min(_GRIP, (right - left) / 4)
            if left - 2 <= at.x() <= right + 2:
                what = "start" if at.x() <= left + grip else "end" if at.x() >= right - grip else "whole"
                return one, what
        return None

    def _snapped(self, time: float, key: str) -> float:
        """Return a time, or what lies close to it: the playhead, the end of another chapter."""
        others = [t for one in self.shown.placed if one.chapter.id != key for t in (one.start, one.end)]
        near = min([self.playhead, *others, *self.shown.span], key=lambda other: abs(other - time))
        return near if abs(self.scale.x(near) - self.scale.x(time)) <= _SNAP else time

    # -- the hand ------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag."""
        if event.button() != Qt.MouseButton.LeftButton or self._doing:
            return
        at, self._pressed = event.position(), event.position()
        found = self._chapter_at(at)
        on_chapters = lanes(self.width())["chapters"].contains(at)
        if found is not None and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._doing, self._held = "chapter", Held(*found)
            self._grabbed = self.scale.time(at.x()) - found[0].start
            self.chosen.emit(found[0].chapter.id)
        elif on_chapters or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._doing, self._loop_before = "stretch", self.shown.loop
            self.chosen.emit("")
        elif at.x() >= NAMES - 4:
            self._doing, self._came_from = "scrub", self.playhead
            self.scrubbing.emit(True)
            self._scrub(at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the drag."""
        at = event.position()
        if self._doing and not event.buttons() & Qt.MouseButton.LeftButton:
            self._end(at)  # another window took the release
        elif self._doing == "scrub":
            self._scrub(at)
        elif self._doing == "chapter" and _wandered(self._pressed, at):
            self._drag_chapter(at)
        elif self._doing == "stretch" and _wandered(self._pressed, at):
            first, last = sorted((self.scale.time(self._pressed.x()), self.scale.time(at.x())))
            low, high = self.shown.span
            self.shown = replace(self.shown, loop=(max(first, low), min(last, high)))
            self._picture = None
            self.update()
        elif not self._doing:
            self._show_cursor(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._end(event.position())

    def _end(self, at: QPointF) -> None:
        doing, held, self._doing, self._held = self._doing, self._held, "", None
        if doing == "scrub":
            self.scrubbing.emit(False)
            return
        if doing == "chapter" and held is not None:
            one = held.placed
            before = next((p for p in self.shown.placed if p.chapter.id == one.chapter.id), one)
            if (before.start, before.end) != (one.start, one.end):
                self.changed.emit(one.chapter.id, one.start, one.end)
            elif not _wandered(self._pressed, at):
                self.sought.emit(one.start)
        elif doing == "stretch" and _wandered(self._pressed, at) and self.shown.loop is not None:
            self.stretched.emit(*self.shown.loop)
        self._picture = None
        self.update()

    def _let_go(self) -> None:
        """Let everything be as it was before the drag."""
        doing, self._doing, self._held, self._picture = self._doing, "", None, None
        if doing == "scrub":
            self.sought.emit(self._came_from)
            self.scrubbing.emit(False)
        elif doing == "stretch":
            self.shown = replace(self.shown, loop=self._loop_before)
        self.update()

    def _scrub(self, at: QPointF) -> None:
        low, high = self.shown.span
        self.sought.emit(min(max(self.scale.time(at.x()), low), high))

    def _drag_chapter(self, at: QPointF) -> None:
        assert self._held is not None
        key, what = self._held.placed.chapter.id, self._held.what
        origin = next((one for one in self.shown.placed if one.chapter.id == key), self._held.placed)
        start, end = origin.start, origin.end
        time = self.scale.time(at.x())
        if what == "start":
            start = min(self._snapped(time, key), end - SHORTEST)
        elif what == "end":
            end = max(self._snapped(time, key), start + SHORTEST)
        else:
            start = self._snapped(time - self._grabbed, key)
            if start == time - self._grabbed:  # nothing near its beginning; perhaps near its end
                start = self._snapped(start + origin.end - origin.start, key) - (origin.end - origin.start)
            end = start + (origin.end - origin.start)
        self._held = Held(Placed(start, end, origin.chapter), what)
        self._picture = None
        self.update()

    def _show_cursor(self, at: QPointF) -> None:
        found = self._chapter_at(at)
        shape = Qt.CursorShape.ArrowCursor
        if found is not None:
            shape = Qt.CursorShape.OpenHandCursor if found[1] == "whole" else Qt.CursorShape.SizeHorCursor
        self.setCursor(shape)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a chapter; elsewhere, show the whole again."""
        found = self._chapter_at(event.position())
        if found is not None:
            self.opened.emit(found[0].chapter.id)
        elif lanes(self.width())["ruler"].contains(event.position()):
            self.show_whole()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the cursor; with Shift, or sideways, move along."""
        delta = event.angleDelta()
        steps = (delta.y() or delta.x()) / 120.0
        along = event.modifiers() & Qt.KeyboardModifier.ShiftModifier or not delta.y()
        start, end = self.stretch
        if along:
            self.visible = moved((start, end), self.shown.span, -steps * 0.1 * (end - start))
        else:
            self.visible = zoomed((start, end), self.shown.span, self.scale.time(event.position().x()), _ZOOM**steps)
        if self.visible == self.shown.span:
            self.visible = None
        self._picture = None
        self.update()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step, go to an end, drop a drag, remove or open the chosen chapter; everything else belongs to others."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif self._doing and event.key() == Qt.Key.Key_Escape:
            self._let_go()
        elif event.key() in _ENDS:
            self.sought.emit(self.shown.span[_ENDS.index(Qt.Key(event.key()))])
        elif event.key() in steps:
            self.stepped.emit(steps[Qt.Key(event.key())])
        elif self.chosen_id and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit(self.chosen_id)
        elif self.chosen_id and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self.chosen_id)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for a menu."""
        found = self._chapter_at(QPointF(event.pos()))
        self.asked.emit("" if found is None else found[0].chapter.id, event.globalPos())

    def event(self, event: QEvent) -> bool:
        """Tell what is under the cursor; let go of what is in the hand where it is disabled, and hears of no release."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            if plain and (event.key() in _ENDS or (self._doing and event.key() == Qt.Key.Key_Escape)):
                event.accept()  # Home frames the selection, but not from here
                return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.told(QPointF(event.pos())), self)
            return True
        if event.type() == QEvent.Type.EnabledChange and not self.isEnabled() and self._doing:
            doing, self._doing, self._held, self._picture = self._doing, "", None, None
            if doing == "scrub":
                self.scrubbing.emit(False)
        return bool(super().event(event))

    def told(self, at: QPointF) -> str:
        """Return in words what lies under a place."""
        found = self._chapter_at(at)
        return words_at(self.shown, self.scale, at, self.width(), None if found is None else found[0])


def _wandered(pressed: QPointF, at: QPointF) -> bool:
    """Return whether a hand has moved farther than a click may."""
    return (at - pressed).manhattanLength() > _STILL
