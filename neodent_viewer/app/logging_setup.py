"""The log file: tracebacks go there, sentences go to the window."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from neodent_viewer.core import paths

_ROOT = "neodent_viewer"


def set_up_logging(folder: Path | None = None) -> Path:
    """Send the program's log to a rotating file (three of 1 MB) and return its path; safe to call twice."""
    path = (folder or paths.log_dir()) / "neodent.log"
    logger = logging.getLogger(_ROOT)
    if not any(isinstance(h, RotatingFileHandler) and h.baseFilename == str(path) for h in logger.handlers):
        handler = RotatingFileHandler(path, maxBytes=1 << 20, backupCount=2, encoding="utf-8", delay=True)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    return path


def close_logging() -> None:
    """Close and forget the file handlers."""
    logger = logging.getLogger(_ROOT)
    for handler in [h for h in logger.handlers if isinstance(h, RotatingFileHandler)]:
        logger.removeHandler(handler)
        handler.close()


def log_error(error: BaseException) -> None:
    """Write an error with its traceback to the log."""
    logging.getLogger(_ROOT).error("%s", error, exc_info=(type(error), error, error.__traceback__))


class ExceptHook:
    """Turns an exception nobody caught (a slot, a thread) into a sentence in the window and a traceback in the log.

    Parameters
    ----------
    say : callable
        Takes the error; usually ``shell.say_error``. Called on whichever thread raised.
    """

    def __init__(self, say: Callable[[BaseException], None]) -> None:
        self._say = say
        self._before = (sys.excepthook, threading.excepthook)

    def install(self) -> None:
        """Take over ``sys.excepthook`` and ``threading.excepthook``."""
        sys.excepthook = self._hook
        threading.excepthook = lambda args: self._hook(
            args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
        )

    def uninstall(self) -> None:
        """Give the hooks back."""
        sys.excepthook, threading.excepthook = self._before

    def _hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._before[0](kind, error, trace)
            return
        self._say(error)
