"""Changing what a quality test goes by: each change is one undoable step."""

from __future__ import annotations

from typing import Any

from neodent_viewer.app.context import AppContext


def change(context: AppContext, key: str, name: str, value: Any) -> None:
    """Change one threshold of a channel (its key) or of all of a quantity (its name); None goes back to what is usual."""
    from neodent_viewer.document.thresholds import threshold_edit

    edit = threshold_edit(context.document, key, name, value)
    if edit.before != edit.after:
        context.history.do(edit)


def reset(context: AppContext, key: str) -> None:
    """Go back to what is usual with every threshold of a channel, or of a quantity, in one step."""
    from neodent_viewer.document.thresholds import THRESHOLDS, threshold_edit

    names = tuple((context.document.settings.get(THRESHOLDS) or {}).get(key, ()))
    if names:
        with context.history.group(f"Reset thresholds of {key}"):
            for name in names:
                context.history.do(threshold_edit(context.document, key, name, None))
