"""The brush in hand: what a person has set, remembered brush by brush. None of it is an edit, so undo never changes it.

Most settings belong to one brush and come back with it; the radius, symmetry, contact and the pen are the hand's and stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import isfinite
from typing import Any

from neodent_viewer.core.signals import Signal
from neodent_viewer.sculpt.alpha import Alpha
from neodent_viewer.sculpt.curve import STRAIGHT, Points

#: mm; radii a brush may have: the finest detail worth one, and half a jaw
RADII = (0.1, 20.0)
#: logical pixels; the same on screen
PIXELS = (4.0, 400.0)
#: settings that each brush has for itself
OWN = (
    *("strength", "invert", "falloff", "curve", "spacing", "accumulate", "rate", "front_only", "lock_to_label"),
    *("boundary_rings", "cavity", "normal_radius", "alpha"),
)


@dataclass(eq=False)
class BrushState:
    """The brush in hand; changed through `set` and `take` only, read by anyone.

    What is not told here is as in ``sculpt.settings.BrushSettings``.

    Attributes
    ----------
    radius : float
        mm in the world.
    strength : float
        0..1; a half is what the brush starts with.
    symmetry_x : bool
        Mirror every dab: across x = 0, or across the fitted plane.
    fitted : bool
        The mirror is the plane the arch is most nearly symmetric about.
    plane : tuple of 4 float, or none
        Own plane of symmetry, ``n . p = d`` in world mm; holds unless it is fitted.
    in_pixels : bool
        The radius is `pixels` on screen, however near the surface is.
    pixels : float
        Logical pixels.
    radial_axis : str
        ``"x"``, ``"y"`` or ``"z"``; through the middle of the chosen tooth, else of the part.
    brush : str
        The brush whose own settings these are.
    """

    radius: float = 1.5
    strength: float = 0.5
    invert: bool = False
    falloff: str = "smooth"
    symmetry_x: bool = False
    fitted: bool = False
    in_pixels: bool = False
    pixels: float = 40.0
    curve: Points = ((0.0, 1.0), (0.5, 0.5), (1.0, 0.0))
    spacing: float = 0.25
    accumulate: bool = True
    rate: float = 0.0
    front_only: bool = False
    lock_to_label: bool = False
    boundary_rings: int = 0
    cavity: float = 0.0
    normal_radius: float = 1.0
    alpha: Alpha | None = None
    stabiliser: float = 0.0
    pressure_radius: bool = False
    pressure_strength: bool = True
    pressure_curve: Points = STRAIGHT
    radial: int = 1
    radial_axis: str = "y"
    colour: tuple[int, int, int, int] = (200, 60, 60, 255)
    zone: int = 1
    keep_contact: bool = False
    plane: tuple[float, ...] = ()
    brush: str = "draw"

    #: emitted with the names that changed
    changed = Signal(tuple)

    def __post_init__(self) -> None:
        self._kept: dict[str, dict[str, Any]] = {}

    def set(self, **values: Any) -> None:
        """Set fields by name and tell everyone once; AttributeError for a name a brush does not have."""
        known = {field.name for field in fields(self)}
        for name in values:
            if name not in known:
                raise AttributeError(f"a brush has no setting {name!r}")
        moved = tuple(name for name, value in values.items() if getattr(self, name) != value)
        for name in moved:
            setattr(self, name, values[name])
        if moved:
            self.changed.emit(moved)

    def take(self, brush: str) -> None:
        """Take another brush in hand: its settings come back as they were left, or as a new brush has them."""
        if brush != self.brush:
            self._kept[self.brush] = self._own()
            self.set(brush=brush, **self.of(brush))

    def of(self, brush: str) -> dict[str, Any]:
        """Return the own settings of a brush, in hand or not."""
        return self._own() if brush == self.brush else {**_NEW, **self._kept.get(brush, {})}

    def reset(self) -> None:
        """Give the brush in hand the settings of a new one."""
        self.set(**_NEW)

    def _own(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in OWN}

    # -- between starts ------------------------------------------------------------------------------------------

    def remembered(self) -> dict[str, Any]:
        """Return everything as JSON values; stamps are left out."""
        hand = {f.name: _plain(getattr(self, f.name)) for f in fields(self) if f.name not in (*OWN, "brush")}
        brushes = {**self._kept, self.brush: self._own()}
        own = {
            name: {key: _plain(value) for key, value in kept.items() if key != "alpha" and value != _NEW[key]}
            for name, kept in brushes.items()
        }
        return {"hand": hand, "brushes": {name: kept for name, kept in own.items() if kept}}

    def remember(self, values: Mapping[str, Any]) -> None:
        """Take up what `remembered` returned; what does not fit is passed over."""
        hand, brushes = values.get("hand"), values.get("brushes")
        if isinstance(hand, Mapping):
            self.set(**_fitting(hand, {f.name for f in fields(self)} - {*OWN, "brush"}))
        if isinstance(brushes, Mapping):
            found = {str(name): _fitting(kept, set(OWN)) for name, kept in brushes.items() if isinstance(kept, Mapping)}
            self._kept.update(found)
            self.set(**found.get(self.brush, {}))


_NEW: dict[str, Any] = {field.name: field.default for field in fields(BrushState) if field.name in OWN}
_SAMPLE = BrushState()


def _plain(value: Any) -> Any:
    return [list(row) if isinstance(row, tuple) else row for row in value] if isinstance(value, tuple) else value


def _fitting(values: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    """Return those of `values` that are named and of the kind their default is, lists as tuples again."""
    fitting = {}
    for name in names & set(values):
        value, default = values[name], getattr(_SAMPLE, name)
        if isinstance(value, list):
            value = tuple(tuple(row) if isinstance(row, list) else row for row in value)
        if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if type(value) is type(default) and (not isinstance(default, tuple) or _shaped(name, value)):
            fitting[name] = value
    return fitting


def _shaped(name: str, value: tuple[Any, ...]) -> bool:
    from neodent_viewer.sculpt.curve import check

    if name == "colour":
        return len(value) == 4 and all(isinstance(v, int) and 0 <= v <= 255 for v in value)
    if name == "plane":
        return len(value) in {0, 4} and all(isinstance(v, float) and isfinite(v) for v in value)
    try:
        check(value, name)
    except (ValueError, TypeError):
        return False
    return True
