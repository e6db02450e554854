"""Work that outlives a crash: unsaved changes are written to the cache folder now and then, and offered at the next start.

One file a session beside a lock; a file whose lock nobody holds was left by a program that ended unasked. The offer is a
sentence and an entry among the recent files: a start that nobody watches goes on as ever.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from PySide6.QtCore import QLockFile, QObject, QTimer

from neodent_viewer.app.bridge import Threads
from neodent_viewer.core import paths
from neodent_viewer.core.errors import NeodentError
from neodent_viewer.document.history import History

_log = logging.getLogger(__name__)
#: ms between looks at whether there is something to keep
PERIOD = 60_000
#: files that were left behind are kept under names that begin so
RESCUED = "rescued"
#: of those, this many stay however old, and all that are younger than this many days
KEPT_FILES, KEPT_DAYS = 10, 90


def rescue_dir() -> Path:
    """Return the folder of work that was never saved."""
    return paths.cache_dir() / "rescue"


class Rescue(QObject):
    """Keeps what is not saved.

    Parameters
    ----------
    history : History
        Of the document that is kept.
    background : Threads
        Writes.
    folder : Path
        Where to; made if absent.
    """

    def __init__(self, history: History, background: Threads, folder: Path) -> None:
        super().__init__()
        folder.mkdir(parents=True, exist_ok=True)
        self._history = history
        self._background = background
        self._folder = folder
        self.path = folder / f"session-{uuid4().hex}.neodent"
        self._lock = QLockFile(str(self.path.with_suffix(".lock")))
        self._lock.tryLock(0)
        self._kept: object = None
        self._writing = self._over = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.keep)
        self._timer.start(PERIOD)

    def keep(self) -> None:
        """Write the document where it differs from what was last saved or kept; forget the file once all is saved."""
        if self._writing or self._over:
            return
        done = self._history.done()
        newest = done[-1] if done else None
        if not self._history.unsaved():
            self.path.unlink(missing_ok=True)
            self._kept = None
        elif newest is not self._kept:
            from neodent_viewer.files.project import snapshot, write

            frozen = snapshot(self._history.document, self._history)
            self._writing, self._kept = True, newest

            def work() -> bool:
                try:
                    write(frozen, self.path)
                except (
                    NeodentError,
                    OSError,
                ):  # a full disk is no reason to disturb who works: the next look tries again
                    _log.exception("unsaved work could not be kept at %s", self.path)
                    return False
                return True

            self._background.quietly(work, self._written)

    def _written(self, fine: bool) -> None:
        self._writing = False
        if not fine:
            self._kept = None

    def offer(self, found: Callable[[Path], None]) -> None:
        """Hand over each file that an earlier session left behind, under the name it keeps."""
        for path in sorted(self._folder.glob("session-*.neodent")):
            lock = QLockFile(str(path.with_suffix(".lock")))
            if path == self.path or not lock.tryLock(0):
                continue
            when = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
            name = f"{RESCUED}-{when:%Y-%m-%d-%H%M%S}"
            here = self._folder / f"{name}.neodent"
            here = self._folder / f"{name}-{uuid4().hex[:4]}.neodent" if here.exists() else here
            path.replace(here)
            lock.unlock()
            found(here)
        self._prune()

    def _prune(self) -> None:
        """Throw away what was offered long ago and has never been asked for since: opening a file makes it young again."""
        oldest = time.time() - KEPT_DAYS * 86_400
        files = sorted(self._folder.glob(f"{RESCUED}-*.neodent"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in files[KEPT_FILES:]:
            if max(path.stat().st_mtime, path.stat().st_atime) < oldest:
                _log.info("work rescued long ago is thrown away: %s", path)
                path.unlink(missing_ok=True)

    def discard(self) -> None:
        """Forget the file: the person closed the window, and was asked."""
        self._over = True
        self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Stop looking; call when no more writing goes on."""
        self._timer.stop()
        if self._over:
            self.path.unlink(missing_ok=True)  # a writing that was under way has ended since
        self._lock.unlock()
