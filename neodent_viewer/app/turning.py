"""Turns the camera of the real window and measures how long each picture takes until it is shown, and the full one after it.

Order: the window has settled -> rounds of turning, each ended by a rest -> figures as one line of JSON -> the window closes.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from neodent_viewer.app.settling import Settling

if TYPE_CHECKING:
    from neodent_viewer.app.compose import Program

ROUNDS, STEPS = 5, 25
#: pictures of a round that are not counted: the first still shares the beat with what was before
_FIRST = 3


class Turning(Settling):
    """One measurement; connect `start` to the first picture."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._step = 0
        self._moved = 0.0
        self._presented: list[float] = []
        self._rests: list[float] = []

    def begin(self) -> None:
        """Turn."""
        self._program.canvas.presented.connect(self._shown)
        self._turn()

    def _turn(self) -> None:
        cameras = self._program.context.camera
        self._moved = time.perf_counter()
        cameras.set_camera(cameras.camera.orbit(3.0, 0.5))

    def _shown(self) -> None:
        took = (time.perf_counter() - self._moved) * 1e3
        if self._step < STEPS:
            self._step += 1
            if self._step > _FIRST:
                self._presented.append(took)
            if self._step < STEPS:
                self._turn()
                return
        if self._program.clock.settled:  # where pictures are quick the last one of a turn is the full one already
            self._rests.append(took)
            self._step = 0
            if len(self._rests) < ROUNDS:
                self._turn()
            else:
                self._end()

    def _end(self) -> None:
        self._program.canvas.presented.disconnect(self._shown)
        rounded = {"presented_ms": self._presented, "rest_ms": self._rests}
        told = {name: [round(value, 2) for value in values] for name, values in rounded.items()}
        print(json.dumps({"canvas": self._program.canvas.area(), **told}), flush=True)
        self._program.window.close()
