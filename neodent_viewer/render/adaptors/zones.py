"""What is shown where, as the GPU needs it: one row for what lies outside all zones, one a zone, and their colour maps.

Vertices carry the number of a row, which stands; rows say range and colours. So turning a range rewrites a row and no vertex,
and a live field costs the slots it has. A row is of one zone and one quantity for as long as any part wears it: while weights
for another quantity are on their way, what was weighed for the old one is no data, never a wrong colour.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from neodent_viewer.document.zone import Zone, standing
from neodent_viewer.render.adaptors.look import LookAdaptor, as_light, load
from neodent_viewer.render.legend import steps
from neodent_viewer.render.work import Work
from neodent_viewer.sensors.channel import QUANTITIES, Quantity

#: rows the textures grow by
_STEP = 8


@dataclass(frozen=True, slots=True)
class Shown:
    """One way that values are shown.

    Attributes
    ----------
    row : int
        What vertices carry that are shown so.
    zone, name, caption : str
        Of the zone; empty for what lies outside all of them.
    quantity : Quantity or None
        None for one the house does not know: then there is no data.
    low, high : float
        Ends of the colour map in the quantity's unit; never the same.
    colormap : str
        cmap name.
    """

    row: int
    zone: str
    name: str
    caption: str
    quantity: Quantity | None
    low: float
    high: float
    colormap: str

    @property
    def scale(self) -> tuple[float, float]:
        """Factor and summand from a value to its place 0..1 in the colour map."""
        return 1.0 / (self.high - self.low), -self.low / (self.high - self.low)

    @property
    def iso(self) -> tuple[float, float]:
        """Factor and summand from 0..1 to the count of iso lines, so that they lie on the legend's ticks."""
        _, minor = steps(self.low, self.high)
        return (self.high - self.low) / minor, self.low / minor


class ZoneAdaptor:
    """GPU side of all zones.

    Attributes
    ----------
    zones : tuple of Zone
        Those that are shown, the one that gives way to all others first.
    shown : tuple of Shown
        How values are shown outside all zones, then in each of `zones`.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self.zones: tuple[Zone, ...] = ()
        self.shown: tuple[Shown, ...] = ()
        self._rows: dict[tuple[str, str], int] = {}
        self._maps: dict[str, NDArray[np.uint8]] = {}
        self._asked: set[str] = set()
        self._state: Hashable = None
        self._stale = True
        self._height = 0
        self._table: Any = None
        self._colours: Any = None

    @property
    def outside(self) -> Shown:
        """How values are shown outside all zones."""
        return self.shown[0]

    @property
    def quantities(self) -> frozenset[str]:
        """Names of all quantities that are shown anywhere."""
        return frozenset(shown.quantity.name for shown in self.shown if shown.quantity is not None)

    @property
    def weighed_for(self) -> Hashable:
        """What weights depend on: not range, colours or words."""
        return (
            (self.outside.row, self.outside.quantity),
            *((s.row, s.quantity, z.number, z.teeth) for s, z in zip(self.shown[1:], self.zones, strict=True)),
        )

    def at(self, row: int) -> Shown | None:
        """Return what a row stands for now, None for one that is on its way out."""
        return next((shown for shown in self.shown if shown.row == row), None)

    def refresh(self, look: LookAdaptor, zones: Mapping[str, Zone], worn: frozenset[int]) -> None:
        """Take look and zones as they are now; `worn` are the rows that parts carry."""
        stand = standing(zones.values())
        low, high = look.span
        state = (stand, look.quantity, low, high, look.look.colormap)
        if state == self._state:
            return
        self._state, self.zones = state, stand
        keys = [("", look.quantity.name), *((zone.id, zone.quantity) for zone in stand)]
        self._rows = {key: row for key, row in self._rows.items() if key in keys or row in worn}
        free = iter(sorted(set(range(len(keys) + len(self._rows))) - set(self._rows.values())))
        for key in keys:
            if key not in self._rows:
                self._rows[key] = next(free)
        outside = Shown(
            self._rows[keys[0]], "", "", "", look.quantity, low, high, look.look.colormap or look.quantity.colormap
        )
        self.shown = (outside, *(_shown(zone, self._rows[zone.id, zone.quantity]) for zone in stand))
        self._stale = True

    # -- textures ------------------------------------------------------------------------------------------------

    def uniforms(self) -> dict[str, Any]:
        """Return what the shaders of a part with zones ask for; asks for colour maps that were not needed yet."""
        for shown in self.shown:
            self._ask(shown)
        if self._stale:
            self._write()
        return {"u_shown": self._table, "u_rows": float(self._height), "u_colours": self._colours}

    def colours(self, shown: Shown) -> NDArray[np.uint8] | None:
        """Return a colour map (256, 4) uint8, None while it is being loaded."""
        self._ask(shown)
        return self._maps.get(shown.colormap)

    def _ask(self, shown: Shown) -> None:
        name = shown.colormap
        if name not in self._asked:
            self._asked.add(name)
            own = "cividis" if shown.quantity is None else shown.quantity.colormap

            def take(found: NDArray[np.uint8]) -> None:
                self._maps[name] = found
                self._stale = True

            self._work(lambda: _load(name, own), take)

    def _write(self) -> None:
        """Rewrite both textures: a few kilobytes, and only when a zone or the look changed."""
        self._stale = False
        height = (max(self._rows.values()) // _STEP + 1) * _STEP
        table = np.zeros((2, height, 4), np.float32)
        lines = np.zeros((height, 256, 4), np.float32)
        lines[..., 3] = 1.0
        for shown in self.shown:
            known = shown.quantity is not None and shown.colormap in self._maps
            table[0, shown.row] = (*shown.scale, (shown.row + 0.5) / height, float(known))
            table[1, shown.row, :2] = shown.iso
            if known:
                lines[shown.row] = as_light(self._maps[shown.colormap])[0]
        if height != self._height:
            self.delete()
            self._height = height
            self._table = gloo.Texture2D(
                table, internalformat="rgba32f", interpolation="nearest", wrapping="clamp_to_edge"
            )
            self._colours = gloo.Texture2D(
                lines, internalformat="rgba16f", interpolation="linear", wrapping="clamp_to_edge"
            )
        else:
            self._table.set_data(table)
            self._colours.set_data(lines)

    def delete(self) -> None:
        """Give the GPU memory back."""
        for texture in (self._table, self._colours):
            if texture is not None:
                texture.delete()
        self._table = self._colours = None
        self._height, self._stale = 0, True


def _shown(zone: Zone, row: int) -> Shown:
    quantity = QUANTITIES.get(zone.quantity)
    usual = (0.0, 1.0) if quantity is None else (quantity.show_low, quantity.show_high)
    low = usual[0] if zone.low is None else float(zone.low)
    high = usual[1] if zone.high is None else float(zone.high)
    own = "cividis" if quantity is None else quantity.colormap
    # no narrower than float32 tells apart
    high = high if high > low + 1e-6 * max(1.0, abs(low)) else low + 1e-6 * max(1.0, abs(low))
    return Shown(row, zone.id, zone.name, zone.caption, quantity, low, high, zone.colormap or own)


def _load(name: str, own: str) -> NDArray[np.uint8]:
    """Return a colour map; the quantity's own for a name that nobody knows."""
    try:
        return load(name)
    except ValueError:
        return load(own)
