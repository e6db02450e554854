"""The timeline's panel: transport and time above, the timeline below, a line of words when something keeps silent.

What is shown is looked up a few times a second while it is visible, and the playhead oftener; nothing here costs more for a
longer recording, since values come from a pyramid and faults as pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import QPoint, QSize, Qt, QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QWidget

from neodent_viewer.app.actions import chapters, recording_calibration, recording_files
from neodent_viewer.app.actions import recording as recordings
from neodent_viewer.app.actions import timeline as transport
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.menus import icon
from neodent_viewer.app.panels.base import Panel, caption
from neodent_viewer.app.panels.timeline_paint import Shown
from neodent_viewer.app.panels.timeline_view import TimelineView
from neodent_viewer.app.panels.timeline_words import clock_time
from neodent_viewer.app.timeline import SPEEDS
from neodent_viewer.app.words import clock_unit, clocked, isolated
from neodent_viewer.document.document import Change
from neodent_viewer.sensors.channel import Channel

#: ms between looks at the playhead, and how many of them go by between looks at all else
_PERIOD, _ALL_EVERY = 40, 12


class TimelinePanel(Panel):
    """Where what plays has got to."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self.timeline = context.timeline
        self.view = TimelineView()
        self.buttons: dict[str, QToolButton] = {}
        self.transport = QWidget()
        self.speed = QComboBox()
        self.time = QLabel()
        self.note = caption("")
        self._turns = 0
        self._was_playing: bool | None = None
        self._lay_out()
        self._wire()
        self._timer = QTimer(self)
        self._timer.setInterval(_PERIOD)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        self.listen(self.timeline.changed, self.schedule)
        self.listen(context.document.changed, self._document_changed)
        self.listen(context.selection.changed, self.schedule)

    # -- laying out --------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.body.setContentsMargins(8, 5, 8, 5)
        self.body.setSpacing(5)
        row, moving = QHBoxLayout(), QHBoxLayout(self.transport)
        for each in (row, moving):
            each.setSpacing(1)
        moving.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.transport)
        asked = self.timeline
        self._button(
            moving, "previous_fault", "mdi6.chevron-double-left", "Previous fault", lambda: asked.to_fault(back=True)
        )
        self._button(moving, "step_back", "mdi6.skip-previous", "Step back", lambda: asked.step(-1))
        self._button(moving, "play", "mdi6.play", "Play", asked.toggle)
        self._button(moving, "step", "mdi6.skip-next", "Step forwards", lambda: asked.step(1))
        self._button(moving, "next_fault", "mdi6.chevron-double-right", "Next fault", asked.to_fault)
        self._button(row, "loop", "mdi6.repeat", "Loop; Shift+drag chooses a stretch", self._loop, checkable=True)
        row.addSpacing(4)
        self.speed.addItems([f"{speed:g}x" for speed in SPEEDS])
        self.speed.setCurrentIndex(SPEEDS.index(1.0))
        self.speed.setAccessibleName("Speed")
        self.speed.setToolTip("Speed, in seconds of recording a second")
        self.speed.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        row.addWidget(self.speed)
        row.addSpacing(10)
        self.time.setTextFormat(Qt.TextFormat.PlainText)
        row.addWidget(self.time)
        row.addSpacing(10)
        self.body.removeWidget(self.sign)
        row.addWidget(self.sign, 1000)  # a line of its own would take height from the canvas
        row.addStretch(1)
        row.addSpacing(6)
        self._button(row, "chapter", "mdi6.bookmark-plus-outline", "New chapter", partial(self.ask, chapters.add))
        self._button(row, "captions", "mdi6.closed-caption-outline", "Show captions", self._captions, checkable=True)
        self._button(row, "follow", "mdi6.cctv", "Camera follows chapters", self._follow, checkable=True)
        self._button(row, "more", "mdi6.dots-vertical", "Recordings", self._show_menu)
        self.body.addLayout(row)
        self.body.addWidget(self.view)
        self.body.addWidget(self.note)
        self.body.addStretch(1)
        self.note.hide()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def _button(
        self, row: QHBoxLayout, name: str, sign: str, tip: str, run: Callable[[], object], *, checkable: bool = False
    ) -> None:
        button = self.buttons[name] = QToolButton()
        button.setIcon(icon(sign))
        button.setIconSize(QSize(18, 18))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setCheckable(checkable)
        button.setAutoRaise(True)
        button.clicked.connect(lambda _=False: run())
        row.addWidget(button)

    def _wire(self) -> None:
        view = self.view
        view.sought.connect(self.timeline.seek)
        view.scrubbing.connect(self._scrubbing)
        view.stretched.connect(lambda start, end: self.timeline.choose((start, end)))
        view.chosen.connect(self._chosen)
        view.changed.connect(lambda key, start, end: self.ask(chapters.reschedule, key, start, end))
        view.opened.connect(partial(self.ask, chapters.edit))
        view.removed.connect(partial(self.ask, chapters.remove))
        view.asked.connect(self._menu)
        view.stepped.connect(self.timeline.step)
        self.speed.activated.connect(lambda row: self.timeline.set_speed(SPEEDS[row]))

    def kept(self) -> tuple[QWidget, ...]:
        """Return what goes on in a show: to play, hold and leap is part of it."""
        return (self.transport,)

    def views(self) -> tuple[QWidget, ...]:
        """Return what is only looked at: a stray drag over the timeline would scrub, or move a chapter."""
        return (self.view,)

    # -- showing -------------------------------------------------------------------------------------------------------

    def _document_changed(self, change: Change) -> None:
        if change.path[0] in ("chapters", "probes", "settings", "look"):
            self.schedule()

    def _tick(self) -> None:
        if not self.isVisible():
            return
        self._turns += 1
        if self._turns % _ALL_EVERY == 0:
            self.update_view()
        else:
            self._show_time()

    def update_view(self) -> None:
        """Show what plays, all of it."""
        replay = self.timeline.replay
        self.view.show_all(self._shown(), self.timeline.story.chosen)
        self.speed.setEnabled(replay is not None)
        for name in ("previous_fault", "step_back", "play", "step", "next_fault", "loop"):
            self.buttons[name].setEnabled(replay is not None)
        playing = replay is not None and replay.playing
        self.buttons["play"].setIcon(icon("mdi6.pause" if playing else "mdi6.play"))
        self.buttons["play"].setToolTip("Pause" if playing else "Play")
        self.buttons["play"].setAccessibleName("Pause" if playing else "Play")
        self.buttons["loop"].setChecked(replay is not None and replay.loop)
        self.buttons["captions"].setChecked(self.timeline.story.speaking)
        self.buttons["follow"].setChecked(self.timeline.story.follow)
        if replay is not None:
            near = int(np.abs(np.log(np.array(SPEEDS) / replay.speed)).argmin())
            self.speed.setItemText(near, f"{replay.speed:g}x")
            self.speed.setCurrentIndex(near)
        shown = self.view.shown
        self.note.setText(shown.note)
        self.note.setVisible(bool(shown.note and shown.placed))  # else the empty lane says it
        self._show_time()

    def _show_time(self) -> None:
        timeline = self.timeline
        (low, high), now = timeline.span, timeline.now
        replay = timeline.replay
        moving = replay is None or replay.playing
        if replay is None:
            heard = f"Live for {clocked(now - low, now - low)} {clock_unit(now - low)}"
            self.time.setText(heard if any(True for _ in self.context.live.sources) else "No feed")
        else:
            length = high - low
            self.time.setText(f"{clocked(now - low, length, 1)} of {clocked(length, length)} {clock_unit(length)}")
        unix = now + timeline.reel.epoch
        self.time.setToolTip(clock_time(unix, date=True))
        self.view.show_playhead(now, clock_time(unix), follow=moving)

    def _shown(self) -> Shown:
        timeline, live = self.timeline, self.context.live
        replay, ahead, span = timeline.replay, timeline.foresight, timeline.span
        channel = self._channel()
        start, end = self.view.visible or span
        low = high = np.zeros(0)
        if channel is not None and end > start:
            low, high = live.history(channel.key, start, end, self.view.columns, whole=True)
        faults = [fault for _, fault in timeline.faults()]
        return Shown(
            span=span,
            origin=span[0],
            placed=timeline.story.placed(),
            onsets=np.array([fault.onset for fault in faults]),
            ends=np.array([fault.end for fault in faults]),
            kinds=tuple(fault.kind for fault in faults),
            channel="" if channel is None else self._name_of(channel),
            unit="" if channel is None else channel.quantity.unit,
            low=low,
            high=high,
            loop=timeline.stretch,
            known_to=span[1] if ahead is None or ahead.complete else ahead.known_to,
            live=replay is None,
            note=self._note(),
            quiet=self._quiet("" if channel is None else channel.key),
            dark=self._quiet(),
        )

    def _quiet(self, key: str | None = None) -> str:
        """Return why nothing is to be seen of a channel, or of any (None): consent; empty where it is not withheld."""
        moment = self.context.ticker.moment
        held = [dark for one, dark in zip(moment.channels, moment.withheld.tolist(), strict=True) if key in (None, one)]
        return "Withheld: see Consent in Sensors" if held and all(held) else ""

    def _channel(self) -> Channel | None:
        """Return the channel whose values are shown: of the chosen probe and the look's quantity, as far as there is one."""
        probes = self.context.document.probes
        chosen = probes.get(self.context.selection.current.probe)
        quantity = self.context.document.look.quantity
        found = [one for probe in ((chosen,) if chosen is not None else probes.values()) for one in probe.channels]
        return next((one for one in found if one.quantity.name == quantity), found[0] if found else None)

    def _name_of(self, channel: Channel) -> str:
        """Return a channel's tooth, or the name of its probe where it sits on none, and its quantity."""
        probe = next((one for one in self.context.document.probes.values() if channel in one.channels), None)
        quantity = "pH" if channel.quantity.name == "ph" else channel.quantity.name
        return channel.key if probe is None else f"{probe.tooth or isolated(probe.name)} {quantity}"

    def _note(self) -> str:
        """Return what ought to be said in words."""
        moment, story = self.context.ticker.moment, self.timeline.story
        silenced = story.silenced(moment)
        if silenced:
            names = ", ".join(silenced[:3]) + (" …" if len(silenced) > 3 else "")
            return f"The caption is not shown: consent to {moment.purpose} is missing for {names}."
        elsewhere = story.elsewhere()
        if not elsewhere:
            return ""
        named = sorted({chapter.name or "another recording" for chapter in elsewhere if chapter.recording})
        where = f"of {', '.join(named)}" if named else "of live time at other hours"
        what = "1 chapter is" if len(elsewhere) == 1 else f"{len(elsewhere)} chapters are"
        return f"{what} {where}, not of what plays."

    # -- asking ------------------------------------------------------------------------------------------------------

    def _scrubbing(self, begins: bool) -> None:
        """Hold the recording while a hand has the playhead."""
        replay = self.timeline.replay
        if begins:
            self._was_playing = replay is not None and replay.playing
            self.timeline.set_playing(False)
        elif self._was_playing:
            self.timeline.set_playing(True)

    def _chosen(self, key: str) -> None:
        """Take a chapter in hand; where none was meant, let go of a stretch of live time too, as nothing else would."""
        self.timeline.story.choose(key)
        if not key and self.timeline.replay is None:
            self.timeline.choose(None)

    def _loop(self) -> None:
        self.ask(transport.toggle_loop)

    def _captions(self) -> None:
        self.timeline.story.set(speaking=not self.timeline.story.speaking)

    def _follow(self) -> None:
        self.timeline.story.set(follow=not self.timeline.story.follow)

    def _show_menu(self) -> None:
        button = self.buttons["more"]
        self._menu("", button.mapToGlobal(QPoint(0, button.height())))

    def _menu(self, key: str, at: QPoint) -> None:
        """Offer what can be done with a chapter, or with recordings."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if key:
            self.timeline.story.choose(key)
            menu.addAction("Edit…", partial(self.ask, chapters.edit, key))
            menu.addAction("Set View From Here", partial(self.ask, chapters.set_view, key))
            menu.addAction("Leave the Camera", partial(self.ask, chapters.clear_view, key))
            menu.addAction("Loop Over It", partial(self.ask, transport.loop_chapter))
            menu.addSeparator()
            menu.addAction("Remove", partial(self.ask, chapters.remove, key))
        else:
            menu.addAction("New Chapter…", partial(self.ask, chapters.add))
            menu.addAction("Show All of It", self.view.show_whole)
            menu.addSeparator()
            for command in (*recordings.COMMANDS, *recording_files.COMMANDS, *recording_calibration.COMMANDS):
                menu.addAction(icon(command.icon), command.title, partial(self.ask, command.run))
        menu.popup(at)

    def release(self) -> None:
        """Stop looking."""
        self._timer.stop()
        super().release()
