"""Pictures of what the canvas shows, as PNG: drawn once more in full quality, written in a thread.

A picture is a record: it holds only what consent allows to be recorded, whatever the canvas may show.
"""

from __future__ import annotations

from dataclasses import replace
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
    from neodent_viewer.document.moment import Moment
    from neodent_viewer.live.live import Live
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
    engine, cameras, live, ticker, shell, background
        As everywhere.
    """

    def __init__(
        self, engine: Engine, cameras: Cameras, live: Live, ticker: FrameClock, shell: Shell, background: Threads
    ) -> None:
        self._engine = engine
        self._cameras = cameras
        self._live = live
        self._ticker = ticker
        self._shell = shell
        self._background = background

    def take(self, path: Path, scale: float, *, transparent: bool = False) -> None:
        """Write what the canvas shows, without tools' marks; `scale` is device pixels a logical one."""
        size = self._cameras.size
        moment = self._live.moment_for("record", self._ticker.moment.now)
        pixels = self._draw(moment, scale, transparent=transparent)
        withheld = len({key for key, kept in zip(moment.channels, moment.withheld, strict=True) if kept})
        without = f" Consent to record keeps {withheld} channels out of it." if withheld else ""
        self._background.submit(
            f"Writing {path.name}",
            lambda job: write_png(pixels, path, transparent=transparent),
            lambda _: self._shell.say(f"Picture written to {path.name}, {size[0]} × {size[1]} pixels.{without}"),
        )

    def _draw(self, moment: Moment, scale: float, *, transparent: bool) -> NDArray[np.uint8]:
        """Return the canvas' picture as it is before dimmer, freeze and blackout: those are the stage's."""
        engine = self._engine
        master, engine.master = engine.master, replace(engine.master, dimmer=1.0, freeze=False, blackout=0.0)
        try:
            camera, size = self._cameras.camera, self._cameras.size
            engine.frame(_VIEW, camera, moment, size, purpose="record", scale=scale, transparent=transparent)
            return engine.read(_VIEW)
        finally:
            engine.master = master
            engine.drop_view(_VIEW)
