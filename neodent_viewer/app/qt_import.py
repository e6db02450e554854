"""Imports Qt, and keeps it from reading the source of everything imported later.

For ``from __feature__ import ...``, which nobody here uses, PySide6 looks through the source of each module that is imported
after it. That costs a tenth of a second at start, and while two threads import it can touch modules that are only half there.
"""

from __future__ import annotations

import importlib
from typing import Any


def import_qt() -> None:
    """Import the parts of Qt a window needs; call before other modules import PySide6."""
    from PySide6 import QtOpenGL, QtOpenGLWidgets, QtWidgets  # noqa: F401

    try:
        feature: Any = importlib.import_module("shibokensupport.feature")
        feature._mod_uses_pyside = lambda module: False
    except ImportError:  # another version keeps it elsewhere: only the time is lost
        return
