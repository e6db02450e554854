"""The frame clock: ticks live, draws when something changed, shows, and measures itself.

Order of one beat: fades -> ``live.tick`` -> (when a frame is due) engine -> windows -> `ticked`. The next beat waits until
the last picture has been shown, so a slow display or a heavy scene slows the pictures and never the window's own work.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer

from neodent_viewer.app.pacing import Pace, Quality
from neodent_viewer.core.clock import Clock
from neodent_viewer.core.signals import Signal
from neodent_viewer.document.moment import Moment

if TYPE_CHECKING:
    from neodent_viewer.app.frames import Frames
    from neodent_viewer.app.stage_window import Stage
    from neodent_viewer.live.live import Live

#: s after which a picture that was not shown (the window is covered) is no longer waited for
PATIENCE = 0.1


class FrameClock(QObject):
    """Implements ``app.context.Ticker``.

    Parameters
    ----------
    clock : Clock
        Tells the time of everything below.
    live : Live
        Ticked here and nowhere else.

    Attributes
    ----------
    animated : callable
        Returns whether the picture moves by itself: a feed runs, an effect has a life of its own.
    stroke : callable
        Returns whether a hand is changing the surface.
    """

    ticked = Signal()
    first_frame = Signal()

    def __init__(self, clock: Clock, live: Live) -> None:
        super().__init__()
        self._clock = clock
        self._live = live
        self.animated: Callable[[], bool] = lambda: False
        self.stroke: Callable[[], bool] = lambda: False
        self._frames: Frames | None = None
        self._stage: Stage | None = None
        self._pace = Pace()
        self._moment = Moment()
        self._shown: deque[float] = deque()
        self._awaited: float | None = None
        self._quality: Quality = "full"
        self._first = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.beat)
        self._running = False

    def start(self, frames: Frames, stage: Stage) -> None:
        """Begin to beat."""
        self._frames, self._stage = frames, stage
        self._running = True
        self.request()

    def stop(self) -> None:
        """Stand still for good."""
        self._running = False
        self._timer.stop()

    # -- what others say -----------------------------------------------------------------------------------------

    def request(self, *_: object) -> None:
        """Ask for a frame: something that is seen has changed."""
        self._pace.dirty = True
        self._schedule()

    def request_moving(self, *_: object) -> None:
        """Ask for a frame at once, as light as need be: a hand is moving the camera."""
        self._pace.note_motion(self._clock.now())
        self._schedule()

    def request_anew(self, *_: object) -> None:
        """Ask for a frame that has little in common with the last: what frames cost is found out anew."""
        self._pace.costs.forget()
        self.request()

    def presented(self) -> None:
        """Take note that the canvas' picture has reached the screen."""
        now = self._clock.now()
        if self._awaited is not None:
            self._pace.note_cost(self._awaited, now, self._quality)
        self._awaited = None
        self._shown.append(now)
        if not self._first:
            self._first = True
            self.first_frame.emit()
        self._schedule()

    # -- what others read ----------------------------------------------------------------------------------------

    @property
    def moment(self) -> Moment:
        """The latest Moment, as consent allows it to the editor."""
        return self._moment

    @property
    def fps(self) -> float:
        """Pictures shown over the last second."""
        since = self._clock.now() - 1.0
        while self._shown and self._shown[0] < since:
            self._shown.popleft()
        return float(len(self._shown))

    @property
    def settled(self) -> bool:
        """Whether the picture on screen is the full one and nothing asks for another."""
        return not self._pace.dirty and not self._pace.light and self._awaited is None

    @property
    def cost(self) -> float:
        """Seconds a frame takes until it is on screen, smoothed."""
        return self._pace.cost

    # -- the beat ------------------------------------------------------------------------------------------------

    def beat(self) -> None:
        """Do one beat; the timer calls this."""
        if not self._running or self._frames is None or self._stage is None:
            return
        now = self._clock.now()
        self._pace.dirty |= self._stage.advance(now)
        self._moment = self._live.tick(now)
        live = self.animated() or self._stage.fading
        waiting = self._awaited is not None and now - self._awaited < PATIENCE
        if not waiting and self._pace.wants_frame(now, live=live):
            self._draw(now, live)
        self.ticked.emit()
        self._schedule()

    def _draw(self, now: float, live: bool) -> None:
        assert self._frames is not None
        quality = self._pace.quality(now, stroke=self.stroke(), live=live)
        if not self._first:
            quality = "shading"  # something to see at once; the full picture follows
        shows = self._frames.draw(self._moment, self._performed(), quality)
        self._pace.note_frame(now, quality, live=live)
        self._quality = quality
        self._awaited = now if shows else None
        if not shows:
            self._pace.note_cost(now, self._clock.now(), quality)

    def _performed(self) -> Moment:
        """Return the Moment as consent allows it to the audience."""
        assert self._stage is not None
        # sources are read once a beat: this only asks for consent again
        return self._live.moment_for("perform", self._moment.now) if self._stage.is_open else self._moment

    def _schedule(self) -> None:
        if not self._running or self._stage is None:
            return
        now = self._clock.now()
        wait = self._pace.delay(now, live=self.animated() or self._stage.fading)
        if self._awaited is not None:
            wait = max(wait, self._awaited + PATIENCE - now)
        left = self._timer.remainingTime() if self._timer.isActive() else -1
        if left < 0 or left > wait * 1000 or self._awaited is not None:
            self._timer.start(max(0, round(wait * 1000)))
