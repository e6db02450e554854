"""The turntable: the camera goes round by itself, about what it looks at or the tooth it keeps to."""

from __future__ import annotations

from neodent_viewer.app.cameras import Cameras
from neodent_viewer.app.viewing import Viewing

#: degrees a second
SPEED = 30.0
#: s between two ticks that count at most: a window that stood still does not jump
_LONGEST = 0.2


class Turntable:
    """Turns the editor's camera while ``Viewing.turning``."""

    def __init__(self, cameras: Cameras, viewing: Viewing) -> None:
        self._cameras, self._viewing = cameras, viewing
        self._last: float | None = None

    def tick(self, now: float) -> bool:
        """Turn on to `now` in s; return whether it turns."""
        if not self._viewing.turning:
            self._last = None
            return False
        since = 0.0 if self._last is None else min(now - self._last, _LONGEST)
        self._last = now
        camera = self._cameras.camera
        self._cameras.set_camera(camera.orbit(SPEED * since, 0.0, self._cameras.pivot))
        return True
