"""What every measurement of the real window begins with: nothing is under way any more, and the canvas has a known size."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from neodent_viewer.app.compose import Program
    from neodent_viewer.document.moment import Moment
    from neodent_viewer.live.live import Live

CANVAS = (1280, 720)
#: ms between looks at whether everything has settled, and how many looks in a row it must have
_LOOK, _QUIET = 100, 8


class Settling(QObject):
    """One measurement; connect `start` to the first picture."""

    def __init__(self, program: Program) -> None:
        super().__init__(program.window)
        self._program = program
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._quiet = 0
        self._sized = False

    def start(self) -> None:
        """Wait until nothing is under way, then `begin`."""
        if not self._timer.isActive():
            self._timer.start(_LOOK)

    def ready(self) -> bool:
        """Return whether all is as it should be; where something had to be set going, it is asked again when that is done."""
        return True

    @abstractmethod
    def begin(self) -> None:
        """Measure."""

    def _look(self) -> None:
        program = self._program
        self._quiet = self._quiet + 1 if program.clock.settled and not program.background.jobs() else 0
        if self._quiet < _QUIET:
            return
        self._quiet = 0
        if not self.ready():
            return
        if not self._sized:
            self._sized = True
            (width, height), ratio = program.canvas.area(), program.canvas.devicePixelRatioF()
            wider, higher = round((CANVAS[0] - width) / ratio), round((CANVAS[1] - height) / ratio)
            program.window.resize(program.window.width() + wider, program.window.height() + higher)
        else:
            self._timer.stop()
            self.begin()


def time_ticks(live: Live, note: Callable[[float], object]) -> None:
    """Let every tick from now on tell what it took, ms."""
    tick = live.tick

    def timed(now: float | None = None) -> Moment:
        began = time.perf_counter()
        moment = tick(now)
        note((time.perf_counter() - began) * 1e3)
        return moment

    setattr(live, "tick", timed)  # noqa: B010 - a measurement reaches in
