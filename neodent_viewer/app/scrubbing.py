"""Scrubs through a long recording in the real window, and measures how long each place takes until its picture is shown.

Order: the recording has been read and looked through -> playing, for comparison -> a drag along all of it, one back, leaps to
anywhere -> other thresholds, so that it is looked through anew, and leaps meanwhile -> figures as one line of JSON -> the
window closes. Each place is asked for once the picture of the one before has been shown. A timer notes the longest time for
which the window's thread answered nobody; the live side's part in it is told apart.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, QTimer

from neodent_viewer.app.settling import Settling, time_ticks
from neodent_viewer.document.thresholds import THRESHOLDS
from neodent_viewer.jobs.soak import resident

if TYPE_CHECKING:
    from neodent_viewer.app.compose import Program
    from neodent_viewer.sensors.sources.replay import Replay

#: pictures played for comparison, places of a drag, and leaps
PLAYED, STEPS, LEAPS = 60, 80, 40
#: ms between looks at whether the window's thread answers
_PULSE = 2

#: name, what is done before, and the places (s) gone to; None is wherever it plays
Phase = tuple[str, Callable[[], object], Sequence[float | None]]


class Scrubbing(Settling):
    """One measurement; connect `start` to the first picture."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._opened = time.perf_counter()
        self._known = 0.0
        self._phases: list[Phase] = []
        self._places: Iterator[float | None] = iter(())
        self._took: list[float] = []
        self._ticks: list[float] = []
        self._held: list[float] = []
        self._asked = self._pulse_at = 0.0
        self._told: dict[str, dict[str, list[float]]] = {}
        self._pulse = QTimer(self)
        self._pulse.setTimerType(Qt.TimerType.PreciseTimer)
        self._pulse.timeout.connect(self._beat)

    @property
    def _replay(self) -> Replay:
        replay = self._program.context.timeline.replay
        assert replay is not None
        return replay

    def ready(self) -> bool:
        """Return whether the recording plays and has been looked through."""
        timeline = self._program.context.timeline
        ahead = timeline.foresight
        if timeline.replay is None or ahead is None or not ahead.complete:
            return False
        self._known = self._known or time.perf_counter() - self._opened
        return True

    def begin(self) -> None:
        """Scrub."""
        time_ticks(self._program.context.live, lambda took: self._ticks.append(took))
        self._program.canvas.presented.connect(self._shown)
        self._program.context.shell.set_workspace("perform")
        self._program.window.show_panel("sensors")
        self._pulse.start(_PULSE)
        timeline, begin, end = self._program.context.timeline, self._replay.begin, self._replay.end
        along = np.linspace(begin, end, STEPS + 1)[1:].tolist()
        leaps, early = np.random.default_rng(0).uniform(begin, end, (2, LEAPS)).tolist()
        self._phases = [
            ("playing", lambda: timeline.set_playing(True), [None] * PLAYED),
            ("forwards", lambda: timeline.set_playing(False), along),
            ("backwards", lambda: None, along[::-1]),
            ("leaps", lambda: None, leaps),
            ("unknown", self._judge_anew, early),
        ]
        self._phase()

    def _judge_anew(self) -> None:
        """Change a threshold, so that what is known of the recording ahead no longer counts."""
        self._program.context.document.set(("settings", THRESHOLDS), {"temperature": {"spike": 9.0}})

    def _phase(self) -> None:
        """Begin the next phase, or end."""
        if not self._phases:
            self._end()
            return
        name, prepare, places = self._phases.pop(0)
        prepare()
        self._places = iter(places)
        self._took, self._ticks, self._held = [], [], []
        self._told[name] = {"shown_ms": self._took, "tick_ms": self._ticks, "held_ms": self._held}
        self._pulse_at = time.perf_counter()
        self._next()

    def _next(self) -> None:
        try:
            place = next(self._places)
        except StopIteration:
            self._phase()
            return
        self._asked = time.perf_counter()
        if place is None:
            self._program.context.timeline.request()
        else:
            self._program.context.timeline.seek(place)

    def _beat(self) -> None:
        now = time.perf_counter()
        self._held.append((now - self._pulse_at) * 1e3)
        self._pulse_at = now

    def _shown(self) -> None:
        self._took.append((time.perf_counter() - self._asked) * 1e3)
        self._next()

    def _end(self) -> None:
        self._pulse.stop()
        self._program.canvas.presented.disconnect(self._shown)
        told = {
            name: {kind: [round(one, 2) for one in values] for kind, values in kinds.items()}
            for name, kinds in self._told.items()
        }
        replay = self._replay
        extra = {
            "hours": round((replay.end - replay.begin) / 3600.0, 2),
            "samples": sum(map(len, replay.tracks)),
            "known_s": round(self._known, 1),
            "memory_mib": round(resident() / 1024),
            "canvas": self._program.canvas.area(),
        }
        print(json.dumps({**extra, **told}), flush=True)
        self._program.context.history.mark_saved()
        self._program.window.close()
