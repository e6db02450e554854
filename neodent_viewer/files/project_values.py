"""Values of a document as JSON and back: a closed list of classes, arrays and parts by reference, nothing else, never pickle.

A dataclass becomes ``{"$": class name, field: value, ...}``. Fields a file lacks take their defaults, fields it has beyond
ours are left out, so that a project outlives small changes of a class.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import fields
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.core.errors import ProjectFileError
from neodent_viewer.document.anchor import Anchor
from neodent_viewer.document.chapter import Chapter
from neodent_viewer.document.edits import EditGroup, TopologyEdit, ValueEdit, VertexEdit
from neodent_viewer.document.finding import Finding
from neodent_viewer.document.look import Look, Shading
from neodent_viewer.document.mapping import Mapping
from neodent_viewer.document.part import Level, Part, PartState, SculptLayer
from neodent_viewer.document.probe import Probe
from neodent_viewer.document.zone import Zone
from neodent_viewer.glitch.chain import EffectUse
from neodent_viewer.glitch.rules import Rule
from neodent_viewer.mesh.surface import Surface
from neodent_viewer.sensors.channel import Channel, Quantity

#: what may stand in a project; one line a class
RECORDS: dict[str, type[Any]] = {
    cls.__name__: cls
    for cls in (
        *(Anchor, Probe, Channel, Quantity, Look, EffectUse, Rule, Finding, Mapping, Zone, Chapter),
        *(VertexEdit, ValueEdit, TopologyEdit, EditGroup),
        *(SculptLayer, Level, PartState),
    )
}
TAG = "$"


class Keeper(Protocol):
    """Takes what is too big or too shared for JSON and returns the name it can be asked for again."""

    def array(self, values: NDArray[Any]) -> str:
        """Return the name of an array."""

    def part(self, part: Part) -> int:
        """Return the number of a part, the same for the same object."""

    def surface(self, surface: Surface) -> int:
        """Return the number of a surface, the same for the same object."""


class Giver(Protocol):
    """Gives back what a `Keeper` took; raises KeyError for what it does not have."""

    def array(self, name: str) -> NDArray[Any]:
        """Return an array."""

    def part(self, number: int) -> Part:
        """Return a part."""

    def surface(self, number: int) -> Surface:
        """Return a surface."""


def encode(value: Any, keeper: Keeper) -> Any:
    """Return `value` as JSON; raises ProjectFileError ``write`` for a kind that no project keeps."""
    match value:
        case Shading():
            return {TAG: "Shading", "value": value.value}
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else {TAG: "float", "value": str(value)}
        case np.generic():
            return encode(value.item(), keeper)
        case tuple() | list():
            return [encode(item, keeper) for item in value]
        case frozenset():
            return {TAG: "set", "items": [encode(item, keeper) for item in sorted(value)]}
        case dict():
            return _encode_dict(value, keeper)
        case np.ndarray():
            return {TAG: "array", "name": keeper.array(value)}
        case Part():
            return {TAG: "Part", "number": keeper.part(value)}
        case Surface():
            return {TAG: "Surface", "number": keeper.surface(value)}
        case _ if RECORDS.get(type(value).__name__) is type(value):
            plain = {field.name: encode(getattr(value, field.name), keeper) for field in fields(value)}
            return {TAG: type(value).__name__, **plain}
    what = f"A project cannot keep a {type(value).__name__}."
    raise ProjectFileError(
        what, kind="write", where=repr(value)[:60], remedy="Report this: it is a mistake in the program."
    )


def _encode_dict(value: dict[Any, Any], keeper: Keeper) -> dict[str, Any]:
    if TAG in value or not all(isinstance(key, str) for key in value):
        return {TAG: "dict", "items": [[encode(k, keeper), encode(v, keeper)] for k, v in value.items()]}
    return {key: encode(item, keeper) for key, item in value.items()}


def decode(value: Any, giver: Giver, sequence: Callable[[Any], Any] = tuple) -> Any:
    """Return what `encode` was given; JSON lists become `sequence`: tuples in the house's classes, lists in settings.

    Raises KeyError, TypeError or ValueError for what `encode` never writes.
    """
    if isinstance(value, list):
        return sequence(decode(item, giver, sequence) for item in value)
    if not isinstance(value, dict):
        return value
    match value.get(TAG):
        case None:
            return {key: decode(item, giver, sequence) for key, item in value.items()}
        case "dict":
            return {decode(k, giver): decode(v, giver, sequence) for k, v in value["items"]}
        case "set":
            return frozenset(decode(item, giver) for item in value["items"])
        case "Shading":
            return Shading(value["value"])
        case "float":
            return float(value["value"])
        case "array":
            return giver.array(value["name"])
        case "Part":
            return giver.part(value["number"])
        case "Surface":
            return giver.surface(value["number"])
        case name:
            return _decode_record(RECORDS[name], value, giver)


def _decode_record(cls: type[Any], value: dict[str, Any], giver: Giver) -> Any:
    known = {field.name for field in fields(cls)}
    # the values of a settings edit are JSON values: their lists are lists
    settings = cls is ValueEdit and value["path"][:1] == ["settings"]
    return cls(
        **{
            key: decode(item, giver, list if settings and key in ("before", "after") else tuple)
            for key, item in value.items()
            if key in known
        }
    )
