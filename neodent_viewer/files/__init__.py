"""Floor 4: reading, writing and keeping surfaces and projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neodent_viewer.files.surfaces import read_surfaces

__all__ = ["read_surfaces"]


def __getattr__(name: str) -> Any:
    """Import `read_surfaces` when it is first asked for, so that the fast paths load nothing of it."""
    if name == "read_surfaces":
        from neodent_viewer.files.surfaces import read_surfaces

        return read_surfaces
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
