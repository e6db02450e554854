"""The text header of a PLY file: format, elements, properties. Turk, *The PLY polygon file format*, Stanford 1994."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from neodent_viewer.files.raw import mesh_error

#: names of both dialects -> numpy type, byte order aside
TYPES = {
    "char": "i1", "uchar": "u1", "short": "i2", "ushort": "u2", "int": "i4", "uint": "u4", "float": "f4", "double": "f8",
    "int8": "i1", "uint8": "u1", "int16": "i2", "uint16": "u2", "int32": "i4", "uint32": "u4",
    "float32": "f4", "float64": "f8",
}  # fmt: skip

ORDERS = {"ascii": "", "binary_little_endian": "<", "binary_big_endian": ">"}

_LONGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Property:
    """One property: `type` as numpy writes it (``"f4"``); `count` is the type of the length of a list, else empty."""

    name: str
    type: str
    count: str = ""


@dataclass(slots=True)
class Element:
    """A table of `rows` with its properties, in file order."""

    name: str
    rows: int
    properties: list[Property] = field(default_factory=list)

    @property
    def has_lists(self) -> bool:
        """Whether rows differ in length."""
        return any(p.count for p in self.properties)

    def dtype(self, order: str, lengths: tuple[int, ...] = ()) -> np.dtype[np.void]:
        """Return the structured type of one row when list k is `lengths` [k] long; its length sits in ``"#name"``."""
        fields: list[tuple[str, str] | tuple[str, str, tuple[int, ...]]] = []
        left = list(lengths)
        for p in self.properties:
            if p.count:
                fields.append(("#" + p.name, order + p.count))
                fields.append((p.name, order + p.type, (left.pop(0),)))
            else:
                fields.append((p.name, order + p.type))
        return np.dtype(fields)


@dataclass(slots=True)
class Header:
    """Byte order (empty: ascii), elements in file order, and where the data begin."""

    order: str
    elements: list[Element]
    start: int

    @property
    def ascii(self) -> bool:
        """Whether the data are text."""
        return not self.order

    def element(self, name: str) -> Element | None:
        """Return the element `name`, None if the file has none."""
        return next((e for e in self.elements if e.name == name), None)


def read_header(path: Path) -> Header:
    """Return the header of a PLY file; raises MeshFileError naming the line that is wrong."""
    with path.open("rb") as file:
        head = file.read(_LONGEST)
    if not head:
        raise mesh_error("empty", "The file is empty.", path)
    if head.split(None, 1)[:1] != [b"ply"]:
        raise mesh_error("unreadable", "The file does not begin with 'ply'.", path)
    order, elements, start, number = None, [], 0, 0
    while True:
        end = head.find(b"\n", start)
        if end < 0:
            raise mesh_error("truncated", "The PLY header has no end.", f"{path}, line {number + 1}")
        words, start, number = head[start:end].decode("latin1").split(), end + 1, number + 1
        match words:
            case ["end_header"]:
                break
            case ["format", name, _] if name in ORDERS:
                order = ORDERS[name]
            case ["element", name, rows] if rows.isdecimal():
                elements.append(Element(name, int(rows)))
            case ["property", "list", count, kind, name] if (
                elements and TYPES.get(count, "f")[0] != "f" and kind in TYPES
            ):
                elements[-1].properties.append(Property(name, TYPES[kind], TYPES[count]))
            case ["property", kind, name] if elements and kind in TYPES:
                elements[-1].properties.append(Property(name, TYPES[kind]))
            case [] | ["ply"] | ["comment" | "obj_info", *_]:
                pass
            case _:
                raise mesh_error(
                    "unreadable", f"The PLY header says {' '.join(words)[:60]!r}.", f"{path}, line {number}"
                )
    if order is None:
        raise mesh_error("unreadable", "The PLY header names no format.", path)
    _check_names(elements, path)
    return Header(order, elements, start)


def _check_names(elements: list[Element], path: Path) -> None:
    for element in elements:
        names = [p.name for p in element.properties]
        if len(set(names)) < len(names):
            raise mesh_error("unreadable", f"Element {element.name!r} names a property twice.", path)
