"""One measured line of ``neodent bench``."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass(slots=True)
class Figure:
    """One measured line.

    Attributes
    ----------
    name : str
    times : list of float
        Milliseconds of each repetition.
    note : str
        What was done to what.
    extra : dict
        Other figures, with their unit in the key.
    """

    name: str
    times: list[float]
    note: str
    extra: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the figure as JSON would have it."""
        spread = {"median_ms": median(self.times), "min_ms": min(self.times), "max_ms": max(self.times)}
        rounded = {key: round(value, 3) for key, value in spread.items()}
        return {"name": self.name, **rounded, "repetitions": len(self.times), "note": self.note, **self.extra}
