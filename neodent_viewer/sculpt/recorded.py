"""What a recording of strokes is made of: parts, strokes, and the layers they were made on. `recording` writes it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from neodent_viewer.core.errors import NeodentError
from neodent_viewer.mesh.surface import Float64, Surface
from neodent_viewer.sculpt.settings import BrushSettings
from neodent_viewer.sculpt.stroke import Call, Stroke

_DEFAULTS = BrushSettings()


class StrokeFileError(NeodentError):
    """A recording cannot be read, written or replayed.

    ``kind`` is one of ``missing``, ``not_strokes``, ``newer``, ``damaged``, ``surface``, ``write``.
    """


@dataclass(frozen=True, slots=True)
class Identity:
    """Which part was sculpted, or kept contact with; the fields are those of the file."""

    file: str
    name: str
    jaw: str
    vertices: int
    faces: int
    topology: str
    positions: str
    origin: tuple[float, float, float]
    placed: tuple[float, ...] = ()

    @classmethod
    def of(
        cls, surface: Surface, *, file: str = "", name: str = "", jaw: str = "", transform: Float64 | None = None
    ) -> Identity:
        """Return the identity of a surface as it is now, and as a transform (4, 4) places it in the world."""
        x, y, z = (float(value) for value in surface.origin)
        sums = (digest(surface.faces, "<i4"), digest(surface.vertices, "<f4"))
        moved = transform is not None and not np.array_equal(transform, np.eye(4))
        placed = tuple(float(value) for value in np.ravel(transform)) if moved and transform is not None else ()
        return cls(Path(file).name, name, jaw, len(surface.vertices), len(surface.faces), *sums, (x, y, z), placed)

    def transform(self) -> Float64:
        """Return the transform (4, 4) that placed the part in the world."""
        return np.array(self.placed or np.eye(4), np.float64).reshape(4, 4)


@dataclass(frozen=True, slots=True)
class LayerState:
    """A sculpt layer as it was when a stroke was made."""

    name: str
    strength: float
    visible: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    """One stroke: place of its part in the recording, brush, settings, and what was asked of it.

    Or an `action` of `masking.ACTIONS`; then the brush is empty, and there is nothing else.

    Attributes
    ----------
    layers : tuple of LayerState
        All layers of the part, bottom first.
    layer : int
        Which of them took the stroke; -1 for the base.
    against : tuple of int
        Places of the other parts it kept contact with.
    """

    part: int
    brush: str
    settings: BrushSettings
    calls: tuple[Call, ...]
    action: str = ""
    layers: tuple[LayerState, ...] = ()
    layer: int = -1
    against: tuple[int, ...] = ()


@dataclass(slots=True)
class Recording:
    """Parts and strokes; what a file holds. A window adds to it while it records."""

    parts: list[Identity] = field(default_factory=list)
    strokes: list[Recorded] = field(default_factory=list)

    def part(self, identity: Identity) -> int:
        """Return the place of a part, which is added unless one of that topology, name and origin is there."""
        for place, known in enumerate(self.parts):
            if (known.topology, known.name, known.origin) == (identity.topology, identity.name, identity.origin):
                return place
        self.parts.append(identity)
        return len(self.parts) - 1

    def add(self, part: int, stroke: Stroke) -> None:
        """Take in a finished stroke on the part at that place."""
        self.strokes.append(Recorded(part, stroke.name, stroke.settings, tuple(stroke.calls)))

    def add_action(self, part: int, action: str) -> None:
        """Take in an action of `masking.ACTIONS` done to the part at that place."""
        self.strokes.append(acted(part, action))


def acted(part: int, action: str) -> Recorded:
    """Return an action of `masking.ACTIONS` as a recording has it."""
    return Recorded(part, "", _DEFAULTS, (), action)


def digest(values: Any, dtype: str) -> str:
    """Return the sha256 (hex) of an array in that dtype."""
    return hashlib.sha256(np.ascontiguousarray(values, dtype).tobytes()).hexdigest()
