"""From threads back to the window: work runs outside the GUI thread, its result comes back on it.

A few workers share one queue. What they have to say (result, failure, progress) is put in a list, and one queued Qt signal
wakes the GUI thread to go through it, however much there is.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from neodent_viewer.core.signals import Signal as ModelSignal

_log = logging.getLogger(__name__)
_WORKERS = 3


class _Bell(QObject):
    """Wakes the GUI thread from any other."""

    rung = Signal()


class BackgroundJob:
    """One piece of work: the `Job` the window sees and the `JobHandle` the work is given."""

    def __init__(self, title: str, changed: Callable[[], None], *, stoppable: bool = False) -> None:
        self._title = title
        self._stoppable = stoppable
        self._changed = changed
        self._state: tuple[float | None, str] = (None, "")
        self._stop = threading.Event()
        self.dropped: Callable[[], None] | None = None

    @property
    def title(self) -> str:
        """What is being done."""
        return self._title

    @property
    def stoppable(self) -> bool:
        """Whether a person may cancel it: nothing is left half done, and nothing they count on is lost."""
        return self._stoppable

    @property
    def fraction(self) -> float | None:
        """Progress 0..1, None when it cannot be told."""
        return self._state[0]

    @property
    def text(self) -> str:
        """The step it is at."""
        return self._state[1]

    def progress(self, fraction: float | None, text: str = "") -> None:
        """Report how far it is; called by the work, in its own thread."""
        self._state = (fraction, text)
        self._changed()

    def cancelled(self) -> bool:
        """Return whether it should stop."""
        return self._stop.is_set()

    def cancel(self) -> None:
        """Ask it to stop; its result is thrown away."""
        self._stop.set()
        self._changed()


class Threads:
    """Implements ``app.context.Background``.

    Parameters
    ----------
    trouble : callable
        Takes an exception nobody asked for; usually ``shell.say_error``.
    """

    changed = ModelSignal()

    def __init__(self, trouble: Callable[[BaseException], None]) -> None:
        self._trouble = trouble
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="neodent")
        self._jobs: list[BackgroundJob] = []
        self._quiet = 0
        self._back: deque[Callable[[], None]] = deque()
        self._moved = False
        self._closed = False
        self._bell = _Bell()
        self._bell.rung.connect(self._listen, Qt.ConnectionType.QueuedConnection)

    def jobs(self) -> tuple[BackgroundJob, ...]:
        """Return running jobs, oldest first."""
        return tuple(self._jobs)

    @property
    def busy(self) -> bool:
        """Whether anything runs, jobs nobody is shown included."""
        return bool(self._jobs) or self._quiet > 0

    def submit(
        self,
        title: str,
        work: Callable[[BackgroundJob], Any],
        then: Callable[[Any], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        dropped: Callable[[], None] | None = None,
        *,
        stoppable: bool = False,
    ) -> BackgroundJob:
        """Run ``work(job)`` in a thread, then ``then(result)`` on the GUI thread; ``failed(error)`` instead if it raises.

        Neither is called once the job has been cancelled; ``dropped()`` is, when the work has come to its end. A `stoppable`
        job is one whose cancelling ends the work, or loses nothing but its result: only those are offered for it.
        """
        job = BackgroundJob(title, self._ring_changed, stoppable=stoppable)
        job.dropped = dropped
        self._jobs.append(job)
        self._run(lambda: work(job), then, failed, job)
        self.changed.emit()
        return job

    def quietly(self, work: Callable[[], Any], then: Callable[[Any], None] | None = None) -> None:
        """Run short work that nobody needs to be shown."""
        self._quiet += 1
        self._run(work, then, None, None)

    def post(self, deed: Callable[[], None]) -> None:
        """Do something on the GUI thread, soon; may be called from any thread."""
        self._post(deed)

    def close(self) -> None:
        """Cancel everything, wait for the threads and let results fall."""
        self._closed = True
        for job in self._jobs:
            job.cancel()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._back.clear()
        self._jobs.clear()
        self._bell.deleteLater()

    def _run(
        self,
        work: Callable[[], Any],
        then: Callable[[Any], None] | None,
        failed: Callable[[Exception], None] | None,
        job: BackgroundJob | None,
    ) -> None:
        def thread() -> None:
            try:
                result = work()
            except Exception as error:  # whatever it is, it belongs to the person who asked for the work
                trouble = error  # `error` itself is gone once the clause is left
                self._post(lambda: self._finish(job, lambda: (failed or self._trouble)(trouble)))
            else:
                self._post(lambda: self._finish(job, (lambda: then(result)) if then else None))

        if not self._closed:
            self._pool.submit(thread)

    def _post(self, news: Callable[[], None]) -> None:
        self._back.append(news)
        if not self._closed:
            self._bell.rung.emit()

    def _ring_changed(self) -> None:
        self._moved = True
        if not self._closed:
            self._bell.rung.emit()

    def _finish(self, job: BackgroundJob | None, deed: Callable[[], None] | None) -> None:
        self._moved = self._moved or job is not None
        if job is None:
            self._quiet -= 1
        else:
            self._jobs.remove(job)
            if job.cancelled():
                deed = job.dropped
        if deed is not None:
            deed()

    def _listen(self) -> None:
        while self._back and not self._closed:
            try:
                self._back.popleft()()
            except Exception as error:  # one result that goes wrong must not hold up the others
                self._trouble(error)
        if self._moved and not self._closed:
            self._moved = False
            self.changed.emit()
