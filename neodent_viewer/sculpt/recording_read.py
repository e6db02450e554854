"""Reading what a recording holds: each value is what it should be, or a ValueError says where it is not."""

from __future__ import annotations

import base64
from dataclasses import fields
from typing import Any

import numpy as np

from neodent_viewer.sculpt import masking
from neodent_viewer.sculpt.alpha import Alpha
from neodent_viewer.sculpt.brushes import BRUSHES
from neodent_viewer.sculpt.checked import Checked
from neodent_viewer.sculpt.recorded import Identity, LayerState, Recorded, acted
from neodent_viewer.sculpt.settings import BrushSettings
from neodent_viewer.sculpt.stroke import Call

_KINDS = ("move", "dab", "hold", "lift")
_DEFAULTS = BrushSettings()


def read_part(plain: Checked) -> Identity:
    """Return a part of a recording."""
    words = (plain.text("file"), plain.text("name"), plain.text("jaw"))
    counts = (plain.count("vertices"), plain.count("faces"))
    placed = plain.numbers("placed") if "placed" in plain.values else ()
    if len(placed) not in {0, 16}:
        raise ValueError(f"{plain.at('placed')} has {len(placed)} numbers, not 16")
    sums = plain.text("topology"), plain.text("positions")
    return Identity(*words, *counts, *sums, plain.point("origin"), placed)


def read_stroke(plain: Checked, parts: int) -> Recorded:
    """Return a stroke of a recording that has so many parts."""
    part = plain.count("part")
    if part >= parts:
        raise ValueError(f"{plain.at('part')} is {part}, of {parts} parts")
    if "action" in plain.values:
        action = plain.text("action")
        if action not in masking.ACTIONS:
            raise ValueError(f"{plain.at('action')} is {action!r}; there are {', '.join(masking.ACTIONS)}")
        return acted(part, action)
    brush = plain.text("brush")
    if brush not in BRUSHES:
        raise ValueError(f"{plain.at('brush')} is {brush!r}, which is no brush; there are {', '.join(BRUSHES)}")
    calls = tuple(map(_read_call, plain.items("calls")))
    layers, layer = _read_layers(plain)
    against = plain.integers("against") if "against" in plain.values else ()
    if not all(0 <= other < parts and other != part for other in against):
        raise ValueError(f"{plain.at('against')} is {list(against)}, of {parts} parts")
    settings = _read_settings(plain.inner("settings"))
    return Recorded(part, brush, settings, calls, layers=layers, layer=layer, against=against)


def _read_layers(plain: Checked) -> tuple[tuple[LayerState, ...], int]:
    """Return the layers of the part, and which of them took the stroke."""
    rows = plain.items("layers") if "layers" in plain.values else []
    layers = tuple(
        LayerState(row.text("name"), row.number("strength"), bool(row.like("visible", True))) for row in rows
    )
    if "layer" not in plain.values:
        return layers, -1
    layer = plain.count("layer")
    if layer >= len(layers):
        raise ValueError(f"{plain.at('layer')} is {layer}, of {len(layers)} layers")
    return layers, layer


def _read_settings(plain: Checked) -> BrushSettings:
    known = {f.name: f for f in fields(BrushSettings)}
    values: dict[str, Any] = {}
    for name, value in plain.values.items():
        if name not in known:
            raise ValueError(f"{plain.at(name)} is no setting of a brush")
        default = getattr(_DEFAULTS, name)
        if name == "alpha":
            values[name] = None if value is None else _read_alpha(plain.inner(name))
        elif name == "locked_labels":
            values[name] = frozenset(plain.integers(name))
        elif name == "mirror_plane":
            values[name] = None if value is None else plain.numbers(name)
        else:
            values[name] = plain.like(name, default)
    try:
        return BrushSettings(**values)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{plain.at('')}: {error}") from error


def _read_alpha(plain: Checked) -> Alpha:
    shape = plain.integers("shape")
    try:
        data = np.frombuffer(base64.b64decode(plain.text("data"), validate=True), "<f4").reshape(shape)
        return Alpha(data.astype(np.float32), plain.text("name"), plain.number("angle"))
    except ValueError as error:
        raise ValueError(f"{plain.at('data')}: {error}") from error


def _read_call(plain: Checked) -> Call:
    kind = plain.text("kind")
    if kind not in _KINDS:
        raise ValueError(f"{plain.at('kind')} is {kind!r}; there are {', '.join(_KINDS)}")
    if unknown := set(plain.values) - {f.name for f in fields(Call)}:
        raise ValueError(f"{plain.at(min(unknown))} is no field of a call")
    has = plain.values.get
    position = plain.point("position") if kind in {"move", "dab"} else None
    normal = plain.point("normal") if has("normal") is not None else None
    tilt = plain.numbers("tilt") if has("tilt") is not None else (0.0, 0.0)
    if len(tilt) != 2:
        raise ValueError(f"{plain.at('tilt')} needs two numbers")
    time = plain.number("time") if has("time") is not None or kind == "hold" else None
    pressure = plain.number("pressure") if has("pressure") is not None else 1.0
    return Call(kind, position, normal, pressure, (tilt[0], tilt[1]), time)
