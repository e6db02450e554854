"""What the program remembers between starts: window layout, recent files, key bindings. One JSON file, never trusted.

A preference file that is missing, damaged or of another kind is set aside for the defaults: a start never fails on it.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from neodent_viewer.core import paths
from neodent_viewer.core.signals import Signal

_log = logging.getLogger(__name__)
RECENT_LIMIT = 10


class Preferences:
    """Key-value store in a JSON file.

    Parameters
    ----------
    path : Path or None
        The file; None takes ``preferences.json`` in the user's config folder.
    """

    #: emitted with the key that changed
    changed = Signal(str)

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or paths.config_dir() / "preferences.json"
        self._values = self._read()

    def _read(self) -> dict[str, Any]:
        try:
            values = json.loads(self.path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError):
            self._set_aside()
            return {}
        if isinstance(values, dict):
            return values
        self._set_aside()
        return {}

    def _set_aside(self) -> None:
        _log.warning("the preferences at %s cannot be read; starting with defaults", self.path)
        try:
            self.path.replace(self.path.with_suffix(".damaged.json"))
        except OSError:
            _log.warning("and could not be set aside either")

    def get(self, key: str, default: Any) -> Any:
        """Return a value; `default` when it is absent or not of the default's type."""
        value = self._values.get(key, default)
        if default is None or isinstance(value, type(default)):
            return value
        if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        return default

    def set(self, key: str, value: Any) -> None:
        """Put a JSON value and write the file; a full or read-only disk is logged, never raised."""
        if self._values.get(key) == value and key in self._values:
            return
        self._values[key] = value
        self._write()
        self.changed.emit(key)

    def _write(self) -> None:
        temporary = self.path.with_suffix(".tmp")
        try:
            temporary.write_text(json.dumps(self._values, indent=1, sort_keys=True), "utf-8")
            temporary.replace(self.path)  # whole or not at all
        except OSError:
            _log.exception("the preferences could not be written to %s", self.path)

    # -- recent files --------------------------------------------------------------------------------------------

    def recent(self) -> list[Path]:
        """Return recently opened files that still exist, newest first."""
        names = self.get("recent", [])
        return [Path(name) for name in names if isinstance(name, str) and Path(name).is_file()][:RECENT_LIMIT]

    def add_recent(self, path: Path) -> None:
        """Put a file on top of the recent files."""
        name = str(path.resolve())
        names = [n for n in self.get("recent", []) if isinstance(n, str) and n != name]
        self.set("recent", [name, *names][:RECENT_LIMIT])
