"""The status bar: a sentence on the left; running work, selection, feed, unit and frame rate on the right."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QStatusBar, QToolButton, QWidget

from neodent_viewer.app import theme
from neodent_viewer.app.actions.recording import running as running_recorder
from neodent_viewer.app.context import AppContext, Job
from neodent_viewer.app.relay import Relay
from neodent_viewer.app.shell import Message
from neodent_viewer.app.words import count, plain_tip, size, tooth_title

if TYPE_CHECKING:
    from neodent_viewer.live.recorder import Recorder

#: ms between looks at frame rate and feed
_PERIOD = 500
#: ms that anything said stands in the status bar; the log keeps it
_STANDS = 20_000
_DEVIATION = "How far the part sculpted last is from its original, what volume came or went, what it stands in."
#: logical pixels that names of things ask for at most, and that anything can be pressed into
_NAME, _NARROWEST = 230, 40
#: ms before running work is shown: what ends sooner would only flicker
_PATIENCE = 300


class JobView(QWidget):
    """One running job: title, progress, cancel."""

    def __init__(self) -> None:
        super().__init__()
        self._job: Job | None = None
        self.title = Sentence(_NAME)
        self.bar = QProgressBar()
        self.bar.setFixedWidth(120)
        self.bar.setTextVisible(False)
        self.stop = QToolButton()
        self.stop.setText("Cancel")
        self.stop.clicked.connect(self._cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 6, 0)
        row.setSpacing(4)
        for widget in (self.title, self.bar, self.stop):
            row.addWidget(widget)

    def show_job(self, job: Job, more: int) -> None:
        """Show a job, and how many wait behind it."""
        self._job = job
        text = f"{job.title}{f' · {job.text}' if job.text else ''}{f' (+{more})' if more else ''}"
        self.title.say(text)
        self.stop.setVisible(job.stoppable)
        if job.fraction is None:
            self.bar.setRange(0, 0)
        else:
            self.bar.setRange(0, 1000)
            self.bar.setValue(round(job.fraction * 1000))

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()


class Sentence(QLabel):
    """A sentence in the room there is; where it is cut it says so, and its tooltip has all of it.

    Parameters
    ----------
    widest : int
        Logical pixels that it asks for at most; what others fill stays theirs.
    """

    def __init__(self, widest: int) -> None:
        super().__init__()
        self._all = ""
        self._widest = widest

    def say(self, text: str, tip: str | None = None) -> None:
        """Say something else; `tip` is told beside it where all of it is not what a tooltip should say."""
        said = " ".join(text.split())
        self.setToolTip(plain_tip(text if tip is None else tip))
        if said != self._all:
            self._all = said
            self.updateGeometry()
        self._fit()

    @property
    def said(self) -> str:
        """All of it, whether or not there is room."""
        return self._all

    def sizeHint(self) -> QSize:
        """Return the room that all of it takes, up to the widest."""
        whole = self._around() + self.fontMetrics().horizontalAdvance(self._all)
        return QSize(min(whole + 4, self._widest), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return what it can be pressed into: no name may be so long that it widens the window."""
        return QSize(min(_NARROWEST, self.sizeHint().width()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut it where it no longer fits."""
        super().resizeEvent(event)
        self._fit()

    def _around(self) -> int:
        """Return the theme's padding, logical pixels."""
        return super().sizeHint().width() - self.fontMetrics().horizontalAdvance(self.text())

    def _fit(self) -> None:
        room = max(_NARROWEST, self.width() - self._around() - 1)  # widths of text are rounded
        self.setText(self.fontMetrics().elidedText(self._all, Qt.TextElideMode.ElideRight, room))


class StatusBar(QStatusBar):
    """What goes on, in one line."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self.setSizeGripEnabled(False)
        self.message = Sentence(_NARROWEST)  # and all that is left
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.addWidget(self.message, 1)
        self.job = JobView()
        self.job.hide()
        self.deviation, self.selection, self.feed = Sentence(2 * _NAME), Sentence(_NAME + 90), Sentence(_NAME)
        self.recorded, self.unit, self.fps = QLabel(), QLabel(), QLabel()
        self.recorded.setStyleSheet(f"color: {theme.ERROR};")
        self.recorded.hide()
        self.opened = QLabel("Open to the network")
        self.opened.setStyleSheet(f"background: #4a3a12; color: {theme.WARNING}; border-radius: 4px; font-weight: 600;")
        self.opened.hide()
        self.locked = QLabel("Show mode")
        self.locked.setStyleSheet(self.opened.styleSheet())
        self.locked.setVisible(context.shell.show_mode)
        self._recorder: Recorder | None = None
        live = (self.locked, self.recorded, self.opened, self.feed)
        for widget in (self.job, self.deviation, self.selection, *live, self.unit, self.fps):
            self.addPermanentWidget(widget)
        self.unit.setText("mm")
        self.unit.setToolTip("All lengths are in millimetres.")
        self.fps.setToolTip("Pictures presented per second; a picture at rest is not drawn again.")
        self._fade = self._timer(_STANDS, self._show_tool, single=True)
        self._patience = self._timer(_PATIENCE, self._show_jobs, single=True)
        self._pulse = self._timer(_PERIOD, self._show_live)
        self._pulse.start()
        self._relay = Relay(self, context.shell, self._show_message)
        context.shell.show_mode_changed.connect(self._show_locked)
        context.sculpting.deviations.changed.connect(self._show_deviation)
        context.sculpting.contacts.changed.connect(self._show_deviation)
        context.shell.workspace_changed.connect(self._show_deviation)
        context.selection.changed.connect(self._show_selection)
        context.tools.changed.connect(self._show_tool)
        context.background.changed.connect(self._jobs_changed)
        self._show_selection()
        self._show_deviation()
        # running work must not push the canvas up: its button is taller than the words are
        self.setMinimumHeight(self.job.sizeHint().height() + 4)

    def _timer(self, period: int, slot: Callable[[], None], *, single: bool = False) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(period)
        timer.setSingleShot(single)
        timer.timeout.connect(slot)
        return timer

    def _show_message(self, message: Message) -> None:
        colour = {"error": theme.ERROR, "warning": theme.WARNING}.get(message.level, theme.TEXT)
        self.message.setStyleSheet(f"color: {colour};")
        self.message.say(message.text)
        self._fade.start()  # whatever it was: what was done to one document is no news of the next

    def _show_locked(self, on: bool) -> None:
        self.locked.setVisible(on)

    def _show_tool(self) -> None:
        hints = {info.name: info.hint for info in self._context.tools.infos}
        self._show_message(Message(hints.get(self._context.tools.current, "")))
        self._fade.stop()

    def _show_selection(self, *_: object) -> None:
        now, document = self._context.selection.current, self._context.document
        words = []
        if now.tooth:
            words.append(tooth_title(now.tooth))
        if now.probe in document.probes:
            words.append(f"probe {document.probes[now.probe].name}")
        if len(now.parts) > 1:
            words.append(count(len(now.parts), "part"))
        elif now.part in document.parts:
            words.append(document.parts[now.part].name)
        self.selection.say(" · ".join(words) or "nothing selected")

    def _show_deviation(self, *_: object) -> None:
        sculpting = self._context.sculpting
        words = (
            (sculpting.deviations.told(), sculpting.contacts.told())
            if self._context.shell.workspace == "sculpt"
            else ()
        )
        told = " · ".join(word for word in words if word)
        self.deviation.say(told, _DEVIATION)
        self.deviation.setVisible(bool(told))

    def _jobs_changed(self) -> None:
        if self.job.isVisible() or not self._context.background.jobs():
            self._show_jobs()
        elif not self._patience.isActive():
            self._patience.start()

    def _show_jobs(self) -> None:
        jobs = self._context.background.jobs()
        self.job.setVisible(bool(jobs))
        if jobs:
            self.job.show_job(jobs[0], len(jobs) - 1)

    def _show_live(self) -> None:
        self.fps.setText(f"{self._context.ticker.fps:.0f} fps")
        self._show_selection()  # what is selected may have been given another name
        status = self._context.live.status()
        running = [source.name for source in status.sources if source.running]
        told = f"{len(running)} feeds" if len(running) > 1 else "".join(running) or "No feed"
        self.feed.say(told, "\n".join((*running, status.consent, *status.problems)))
        opened = [source for source in status.sources if source.open]
        self.opened.setVisible(bool(opened))
        if opened:
            self.opened.setToolTip(
                plain_tip(f"{opened[0].name}. Who is heard, and how much, stands on the Feed page of Sensors.")
            )
        self._show_recording()

    def release(self) -> None:
        """Stop the timers and let go of all signals."""
        context = self._context
        self._pulse.stop()
        self._fade.stop()
        self._patience.stop()
        self._relay.release()
        context.sculpting.deviations.changed.disconnect(self._show_deviation, missing_ok=True)
        context.sculpting.contacts.changed.disconnect(self._show_deviation, missing_ok=True)
        context.shell.workspace_changed.disconnect(self._show_deviation, missing_ok=True)
        context.shell.show_mode_changed.disconnect(self._show_locked, missing_ok=True)
        context.selection.changed.disconnect(self._show_selection, missing_ok=True)
        context.tools.changed.disconnect(self._show_tool, missing_ok=True)
        context.background.changed.disconnect(self._jobs_changed, missing_ok=True)

    def _show_recording(self) -> None:
        """Show how far a recording of sensor data is; one that ended before its time is said, once."""
        before, self._recorder = self._recorder, running_recorder(self._context.live)
        if before is not None and before is not self._recorder and (problem := before.status().problem):
            self._context.shell.say(problem, "error")
        self.recorded.setVisible(self._recorder is not None)
        if self._recorder is not None:
            status = self._recorder.status()
            self.recorded.setText(f"● {count(status.samples, 'sample')} · {size(status.size)}")
            self.recorded.setToolTip(plain_tip(f"Sensor data goes to {status.path}."))
