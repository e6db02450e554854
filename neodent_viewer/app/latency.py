"""Measures the real window with a live feed: from a sample sent to the pixel of its tooth, and what a loud feed costs.

Order: everything has arrived -> a plain look, an OSC port of its own -> samples one by one through the port, each waited for
on screen -> a mouth of 64 channels -> pictures a second with a feed that is silent -> with one of 20 samples/s a channel ->
loud feeds, one after the other: all well, all stuck, and by the Lab Streaming Layer where that is installed -> figures as one
line of JSON -> the window closes.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QColor, QImage

from neodent_viewer.app.loud import Loud

if TYPE_CHECKING:
    from neodent_viewer.app.compose import Program

#: samples timed, and seconds that pictures are counted for
SAMPLES, SECONDS = 24, 6.0
#: ms between looks at whether everything has settled, and how many looks in a row it must have; ms between samples
_LOOK, _QUIET, _PAUSE = 100, 8, 450
#: pictures after which a sample is taken to be on screen when the place to look at is sought
_SURE = 5
COLD, WARM = 33.0, 37.0


class Latency(QObject):
    """One measurement; connect `start` to the first picture."""

    def __init__(self, program: Program) -> None:
        super().__init__(program.window)
        self._program = program
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._quiet = 0
        self._wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._port = 0
        self._name = b""
        self._pictures = 0
        self._grabs: list[QImage] = []
        self._place = (0, 0)
        self._colours: tuple[QColor, QColor] = (QColor(), QColor())
        self._sent: tuple[float, int, bool] | None = None
        self._warm = False
        self._took: list[float] = []
        self._frames: list[int] = []
        self._fps_quiet = 0.0
        self._settled: Callable[[], None] = self._begin
        self._loud: dict[str, dict[str, Any]] = {}

    def start(self) -> None:
        """Wait until nothing is under way, then begin."""
        if not self._timer.isActive():
            self._timer.start(_LOOK)

    def _look(self) -> None:
        self._quiet = 0 if self._program.background.jobs() else self._quiet + 1
        if self._quiet >= _QUIET:
            self._timer.stop()
            self._quiet = 0
            self._settled()

    def _begin(self) -> None:
        self._prepare()
        self._program.canvas.presented.connect(self._shown)
        self._send(COLD)
        self._seek()

    def _prepare(self) -> None:
        """Set up one probe's channel to send to, without anything else that could change a pixel."""
        from neodent_viewer.document.look import Shading
        from neodent_viewer.document.thresholds import THRESHOLDS
        from neodent_viewer.sensors.sources.osc import OscSource

        context = self._program.context
        document, live = context.document, context.live
        live.remove_sources()
        document.set(("look",), replace(document.look, shading=Shading.FIELD, chain=(), rules=()))
        calm = dict.fromkeys(("spike", "spike_bad", "outlier", "rate"), 9e9)
        document.set(("settings", THRESHOLDS), {"temperature": calm})
        live.grant(["*"], ["view"], datetime(2100, 1, 1, tzinfo=UTC), "The measurement")
        keys = [one.key for probe in document.probes.values() for one in probe.channels]
        self._name = next(key for key in keys if key.endswith("/temperature")).encode()
        source = OscSource(0)
        live.add_source(source)
        self._port = source.port
        self._program.clock.animated = lambda: True

    def _send(self, value: float) -> None:
        address = b"/neodent/" + self._name
        address += b"\0" * (4 - len(address) % 4)
        self._wire.sendto(address + b",f\0\0" + np.array(value, ">f4").tobytes(), ("127.0.0.1", self._port))

    def _shown(self) -> None:
        self._pictures += 1
        if self._sent is None:
            return
        now = time.perf_counter()
        at, before, warm = self._sent
        colour = self._program.canvas.grabFramebuffer().pixelColor(*self._place)
        if _apart(colour, self._colours[warm]) < _apart(colour, self._colours[not warm]):
            self._sent = None
            self._took.append((now - at) * 1e3)
            self._frames.append(self._drawn() - before)
            # an odd pause, so that samples meet pictures at every phase
            QTimer.singleShot(_PAUSE + 7 * len(self._took) % 50, self._next)

    def _drawn(self) -> int:
        """Return how many pictures were drawn: one that is only shown again is none."""
        return self._program.context.engine.frames("editor")

    def _seek(self) -> None:
        """Find the pixel that tells most between a cold and a warm tooth."""
        if self._grabs:
            self._send(WARM)
        self._after(_SURE, self._sought)

    def _after(self, pictures: int, then: Callable[[], None]) -> None:
        until = self._pictures + pictures

        def look() -> None:
            if self._pictures >= until:
                self._program.canvas.presented.disconnect(look)
                then()

        self._program.canvas.presented.connect(look)

    def _sought(self) -> None:
        self._grabs.append(self._program.canvas.grabFramebuffer())
        if len(self._grabs) < 2:
            self._seek()
            return
        cold, warm = (_array(image) for image in self._grabs)
        change = np.abs(warm - cold).sum(axis=2)
        row, column = np.unravel_index(int(change.argmax()), change.shape)
        self._place = int(column), int(row)
        self._colours = self._grabs[0].pixelColor(*self._place), self._grabs[1].pixelColor(*self._place)
        self._warm = True
        self._next()

    def _next(self) -> None:
        if len(self._took) >= SAMPLES:
            self._crowd()
            return
        self._warm = not self._warm
        self._sent = time.perf_counter(), self._drawn(), self._warm
        self._send(WARM if self._warm else COLD)

    def _crowd(self) -> None:
        """Let the mouth have 64 channels, judged by the thresholds that come with them, and wait until that has settled."""
        from neodent_viewer.document.thresholds import THRESHOLDS
        from neodent_viewer.jobs.bench_scrub import fill_mouth

        document = self._program.context.document
        document.set(("settings", THRESHOLDS), {})
        fill_mouth(document)
        self._settled = self._count_quiet
        self._timer.start(_LOOK)

    def _count_quiet(self) -> None:
        """Count pictures for a while with a feed that says nothing."""
        before = self._pictures

        def end() -> None:
            self._fps_quiet = (self._pictures - before) / SECONDS
            self._next_loud()

        QTimer.singleShot(round(SECONDS * 1000), end)

    def _next_loud(self) -> None:
        """Measure the next loud feed, or end."""
        name = next((name for name in self._feeds() if name not in self._loud), "")
        if not name:
            self._end()
            return

        def then(told: dict[str, Any]) -> None:
            self._loud[name] = told
            self._next_loud()

        kind, _, how = name.partition(" ")
        Loud(self._program, kind, then, how).start()

    def _feeds(self) -> tuple[str, ...]:
        return ("osc calm", "osc", "osc stuck", *(("lsl",) if find_spec("pylsl") else ()))

    def _end(self) -> None:
        self._program.canvas.presented.disconnect(self._shown)
        self._wire.close()
        told = {
            "latency_ms": [round(ms, 2) for ms in self._took],
            "frames": self._frames,
            "fps_quiet": round(self._fps_quiet, 1),
            "loud": self._loud,
            "canvas": self._program.canvas.area(),
        }
        print(json.dumps(told), flush=True)
        self._program.context.history.mark_saved()
        self._program.window.close()


def _apart(a: QColor, b: QColor) -> int:
    return abs(a.red() - b.red()) + abs(a.green() - b.green()) + abs(a.blue() - b.blue())


def _array(image: QImage) -> np.ndarray[tuple[int, int, int], np.dtype[np.int64]]:
    """Return a picture's colours (height, width, 3)."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(plain.constBits(), np.uint8, plain.sizeInBytes()).reshape(plain.height(), -1)
    return rows[:, : 3 * plain.width()].reshape(plain.height(), plain.width(), 3).astype(np.int64)
