"""Libraries that only few need: asked for when something wants them, and named with their pip line when not there."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from neodent_viewer.core.errors import NeodentError

#: module -> (name to a person, the extra of this program that brings it)
EXTRAS = {
    "pyxdf": ("pyxdf", "xdf"),
    "pyarrow": ("pyarrow", "parquet"),
    "pyarrow.parquet": ("pyarrow", "parquet"),
    "fhir.resources.consent": ("fhir.resources", "fhir"),
}


def load(module: str, what_for: str, error: type[NeodentError], kind: str = "extra") -> Any:
    """Return an optional module.

    Parameters
    ----------
    module : str
        A key of `EXTRAS`.
    what_for : str
        Subject of the sentence: ``"XDF"``.
    error : type
        What is raised, with `kind` and the line to paste, when it is not installed.
    """
    try:
        return import_module(module)
    except ImportError as cause:
        name, extra = EXTRAS[module]
        what = f"{what_for} needs {name}, which is not installed."
        raise error(what, kind=kind, where=name, remedy=f"Paste: pip install 'neodent_viewer[{extra}]'") from cause
