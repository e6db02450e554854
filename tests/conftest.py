"""What every test stands on: shared OpenGL contexts, a home of its own, and nothing left behind.

A test that leaves a thread, a shown or hidden top-level widget, or a running QTimer fails.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from neodent_viewer.core import paths

# how long one example takes says something about the machine's other work, not about the property
# where a change waits to land the same examples come every time; new ones are looked for everywhere else
hypothesis.settings.register_profile("house", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("house")

paths.use_kernel_cache()  # compiled kernels outlive the homes that tests get below
# fixtures shared by a module or a session are made before any test's own home: what they write must not be the user's
_SHARED_HOME = tempfile.mkdtemp(prefix="neodent-tests-")
os.environ["NEODENT_HOME"] = _SHARED_HOME

try:
    from PySide6.QtCore import QCoreApplication, Qt

    # must be set before pytest-qt makes the application; without it a floated dock turns the canvas black
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
except ImportError:  # a machine without Qt can still run the lower floors
    pass


def pytest_unconfigure() -> None:
    """Take the shared home away again."""
    shutil.rmtree(_SHARED_HOME, ignore_errors=True)


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test preferences, log and cache folders of its own."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("NEODENT_HOME", str(home))
    return home


@pytest.fixture(autouse=True, scope="module")
def clean_heap() -> Iterator[None]:
    """Collect what a module's tests shared once all of them have run: see `no_leaks`."""
    yield
    gc.unfreeze()
    gc.collect()


@pytest.fixture(autouse=True)
def no_leaks(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves threads, top-level widgets or running timers behind.

    What was there before the test is frozen: collecting, and looking for timers, then costs what the test has made and not
    what all imported libraries hold, which took longer than the tests.
    """
    threads = set(threading.enumerate())
    widgets = _widgets()
    gc.freeze()
    yield
    left = _settled_threads(threads)
    assert not left, f"threads left running: {[thread.name for thread in left]}"
    if widgets is not None:
        _flush()
        assert not (stray := [repr(w) for w in _live_widgets() if _address(w) not in widgets]), f"widgets left: {stray}"
        assert not (ticking := _timers()), f"{len(ticking)} QTimer(s) left running"


def _settled_threads(before: set[threading.Thread]) -> list[threading.Thread]:
    """Return new threads that do not end within a second; daemons of libraries that never end are named here."""
    deadline = time.monotonic() + 1.0
    while True:
        left = [
            t for t in threading.enumerate() if t not in before and t.is_alive() and not t.name.startswith("pytest")
        ]
        if not left or time.monotonic() > deadline:
            return left
        left[0].join(0.05)


def _application() -> Any:
    widgets = sys.modules.get("PySide6.QtWidgets")
    return widgets.QApplication.instance() if widgets else None


def _live_widgets() -> list[Any]:
    application = _application()
    if application is None:
        return []
    # menus, tooltips and combo pop-ups without a parent are Qt's own
    mine = (w for w in application.topLevelWidgets() if w.parent() is None)
    return [w for w in mine if type(w).__name__ not in {"QTipLabel", "QMenu", "QDesktopScreenWidget"}]


def _widgets() -> set[int] | None:
    return {_address(widget) for widget in _live_widgets()} if "PySide6.QtCore" in sys.modules else None


def _address(widget: Any) -> int:
    """Return the C++ address: Python's wrapper may be made anew between two looks."""
    from shiboken6 import getCppPointer

    return int(getCppPointer(widget)[0])


def _flush() -> None:
    """Carry out deferred deletions and collect circles, as leaving the event loop would."""
    if _application() is None:
        return
    from PySide6.QtCore import QCoreApplication, QEvent

    for _ in range(2):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QCoreApplication.processEvents()
        gc.collect()


def _timers() -> set[int]:
    """Return ids of running QTimers that Python has come to know since the heap was frozen."""
    core = sys.modules.get("PySide6.QtCore")
    if core is None or _application() is None:
        return set()
    from shiboken6 import isValid

    found = (o for o in gc.get_objects() if issubclass(type(o), core.QTimer))
    return {id(timer) for timer in found if isValid(timer) and timer.isActive()}
