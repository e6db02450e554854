"""Pictures of what the canvas shows, as PNG: drawn once more in full quality, written in a thread."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.app.bridge import Threads
from neodent_viewer.app.cameras import Cameras
from neodent_viewer.app.shell import Shell
from neodent_viewer.core.errors import NeodentError

if TYPE_CHECKING:
    from neodent_viewer.app.frame_clock import FrameClock
    from neodent_viewer.render.engine import Engine

_VIEW = "picture"


def write_png(pixels: NDArray[np.uint8], path: Path, *, transparent: bool) -> None:
    """Write (h, w, 4) uint8, top row first; raises NeodentError ``write`` when the disk refuses."""
    from PySide6.QtGui import QImage

    height, width = pixels.shape[:2]
    kind = QImage.Format.Format_RGBA8888 if transparent else QImage.Format.Format_RGBX8888
    image = QImage(pixels.tobytes(), width, height, 4 * width, kind)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not image.save(str(path), "PNG"):  # type: ignore[call-overload]
        remedy = "Choose a folder that can be written to."
        raise NeodentError("The picture could not be written.", kind="write", where=str(path), remedy=remedy)


class Pictures:
    """Takes pictures.

    Parameters
    ----------
    engine, cameras, ticker, shell, background
        As everywhere.
    """

    def __init__(self, engine: Engine, cameras: Cameras, ticker: FrameClock, shell: Shell, background: Threads) -> None:
        self._engine = engine
        self._cameras = cameras
        self._ticker = ticker
        self._shell = shell
        self._background = background

    def take(self, path: Path, scale: float, *, transparent: bool = False) -> None:
        """Write what the canvas shows, without tools' marks; `scale` is device pixels a logical one."""
        size, camera, moment = self._cameras.size, self._cameras.camera, self._ticker.moment
        self._engine.frame(_VIEW, camera, moment, size, purpose="view", scale=scale, transparent=transparent)
        pixels = self._engine.read(_VIEW)
        self._engine.drop_view(_VIEW)
        self._background.submit(
            f"Writing {path.name}",
            lambda job: write_png(pixels, path, transparent=transparent),
            lambda _: self._shell.say(f"Picture written to {path.name}, {size[0]} × {size[1]} pixels."),
        )
