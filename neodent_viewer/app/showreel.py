"""A short clip and a picture of the window itself, for machines without a display.

Order: after the first picture a timer grabs the window; a thread encodes what was grabbed; at the end both files are named.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.jobs.media import Pixels, write_clip, write_picture

FPS = 10


def pixels_of(widget: QWidget) -> Pixels:
    """Return what a widget shows as (h, w, 4) uint8 RGBA, top row first, cut to an even size."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    pixels = rows[:, : image.width() * 4].reshape(image.height(), image.width(), 4)
    return pixels[: image.height() // 2 * 2, : image.width() // 2 * 2].copy()


class Showreel(QObject):
    """Records a window for some seconds.

    Parameters
    ----------
    window : QWidget
        What is recorded.
    folder : Path
        Where ``neodent.mp4`` and ``neodent.png`` go.
    seconds : float
    done : callable
        Called on the GUI thread with the two paths, or with the error that ended it.
    """

    def __init__(
        self, window: QWidget, folder: Path, seconds: float, done: Callable[[tuple[Path, ...] | Exception], None]
    ) -> None:
        super().__init__(window)
        if not folder.is_dir():
            raise ArgumentError("The folder for the recording does not exist.", kind="argument", where=str(folder))
        self._window, self._folder, self._done = window, folder, done
        self._left = max(1, round(seconds * FPS))
        self._queue: queue.Queue[Pixels | None] = queue.Queue(maxsize=4 * FPS)
        self._size = (0, 0)
        self._last: Pixels | None = None
        self._failed: Exception | None = None
        self._thread = threading.Thread(target=self._encode, name="showreel")
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._grab)

    def start(self) -> None:
        """Begin to record; connect this to the first picture."""
        if not self._timer.isActive():
            self._timer.start(1000 // FPS)

    def _grab(self) -> None:
        pixels = pixels_of(self._window)
        if self._last is None:
            self._size = (pixels.shape[1], pixels.shape[0])
            self._thread.start()
        if pixels.shape[1::-1] == self._size:  # a window resized in between would not fit the clip
            self._last = pixels
            self._queue.put(pixels)
        self._left -= 1
        if self._left <= 0 or self._failed is not None:
            self._finish()

    def _finish(self) -> None:
        self._timer.stop()
        self._queue.put(None)
        self._thread.join()
        picture = self._folder / "neodent.png"
        if self._failed is None and self._last is not None:
            write_picture(picture, self._last)
        self._done(self._failed or (self._folder / "neodent.mp4", picture))

    def _frames(self) -> Iterator[Pixels]:
        while (pixels := self._queue.get()) is not None:
            yield pixels

    def _encode(self) -> None:
        try:
            write_clip(self._folder / "neodent.mp4", self._frames(), FPS, self._size)
        except Exception as error:
            self._failed = error
            while self._queue.get() is not None:  # the window must not wait for a place in the queue
                pass
