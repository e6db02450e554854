"""Calibrations of channels: a table among a document's settings with the history of each, undone and saved with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import ValueEdit
from neodent_viewer.sensors.calibration import AS_SENT, Calibration, read_calibration

#: the setting's name; what lies there is ``{channel key: [calibration, ...]}``, oldest first, the last one counts
CALIBRATIONS = "calibrations"


def history_of(document: Document, key: str) -> tuple[Calibration, ...]:
    """Return the calibrations of a channel, oldest first; the last one counts."""
    return _history(document.settings.get(CALIBRATIONS), key)


def calibration_of(document: Document, key: str) -> Calibration:
    """Return the calibration of a channel that counts."""
    return next(reversed(history_of(document, key)), AS_SENT)


def calibrations_in(setting: Any) -> dict[str, Calibration]:
    """Return channel key -> the calibration that counts, of what lies among a document's settings."""
    keys = setting if isinstance(setting, Mapping) else ()
    return {key: history[-1] for key in keys if (history := _history(setting, key))}


def calibration_edit(document: Document, key: str, calibration: Calibration) -> ValueEdit:
    """Return the edit that lets a calibration count from now on, for a history."""
    before = document.settings.get(CALIBRATIONS)
    after = {k: list(v) for k, v in (before or {}).items()}
    after[key] = [*after.get(key, []), calibration.to_json()]
    title = f"Use {key} as sent" if calibration.alike(AS_SENT) else f"Calibrate {key}"
    return ValueEdit(("settings", CALIBRATIONS), before, after, title)


def _history(setting: Any, key: str) -> tuple[Calibration, ...]:
    records = setting.get(key) if isinstance(setting, Mapping) else None
    found = [read_calibration(record) for record in (records if isinstance(records, list) else ())]
    return tuple(one for one in found if one is not None)
