"""Thresholds that a person has changed: a small table among a document's settings, undone and saved with it."""

from __future__ import annotations

from typing import Any

from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import ValueEdit
from neodent_viewer.sensors.channel import QUANTITIES
from neodent_viewer.sensors.thresholds import checked

#: the setting's name; what lies there is ``{channel key or quantity: {threshold: value}}``
THRESHOLDS = "thresholds"


def threshold_edit(document: Document, key: str, name: str, value: Any) -> ValueEdit:
    """Return the edit that changes one threshold, for a history.

    Parameters
    ----------
    key : str
        Channel key (``"t11/ph"``), or a quantity's name for all its channels.
    name : str
        A field of `sensors.thresholds.Limits`.
    value : float, pair of floats or None
        None goes back to what comes with the quantity. ArgumentError for a value that cannot be one.
    """
    before = document.settings.get(THRESHOLDS)
    after: dict[str, dict[str, Any]] = {k: dict(v) for k, v in (before or {}).items()}
    entry = after.setdefault(key, {})
    if value is None:
        entry.pop(name, None)
    else:
        quantity = QUANTITIES.get(key.rpartition("/")[2])
        sound = checked(name, value, "" if quantity is None else quantity.unit)
        entry[name] = list(sound) if isinstance(sound, tuple) else sound
    after = {k: v for k, v in after.items() if v}
    title = f"Change threshold {name} of {key}"
    return ValueEdit(("settings", THRESHOLDS), before, after or None, title)
