"""Imports Qt, and takes its import hook off again.

PySide6 replaces ``builtins.__import__`` to read the source of every module imported after it, in search of
``from __feature__ import ...``. Nobody here uses that; it costs a tenth of a second at start, and a thread that imports while
another does can meet modules that are only half there.
"""

from __future__ import annotations

import builtins


def import_qt() -> None:
    """Import the parts of Qt a window needs; call before anything else imports PySide6."""
    before = builtins.__import__
    from PySide6 import QtOpenGL, QtOpenGLWidgets, QtWidgets  # noqa: F401

    builtins.__import__ = before
