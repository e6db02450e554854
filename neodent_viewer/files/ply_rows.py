"""The rows of PLY elements as columns: at once where all rows are alike, one by one where polygons are mixed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.files.ply_header import Element, Header, Property
from neodent_viewer.files.raw import mesh_error
from neodent_viewer.files.text import numbers

_ENDIAN: dict[str, Literal["little", "big"]] = {"<": "little", ">": "big"}


@dataclass(slots=True)
class Lists:
    """A list property: row r holds ``values[starts[r] : starts[r] + lengths[r]]``."""

    values: NDArray[Any]
    lengths: NDArray[np.int64]

    @property
    def starts(self) -> NDArray[np.int64]:
        """Offset of each row in `values` (rows,) int64."""
        return np.cumsum(self.lengths) - self.lengths


@dataclass(slots=True)
class Table:
    """The columns of one element."""

    columns: dict[str, NDArray[Any]] = field(default_factory=dict)
    lists: dict[str, Lists] = field(default_factory=dict)


def read_tables(path: Path, header: Header) -> tuple[dict[str, Table], int]:
    """Return the tables of a PLY file by element name, and the number of bytes (ascii: numbers) left after the last.

    Raises MeshFileError ``truncated`` before any memory is taken for rows that are not there.
    """
    if header.ascii:
        text = path.read_bytes()[header.start :]
        data: NDArray[Any] = numbers(text, path, "rows")
    else:
        size = path.stat().st_size - header.start
        data = np.memmap(path, np.uint8, "r", header.start, (size,)) if size else np.zeros(0, np.uint8)
    tables, at = {}, 0
    for element in header.elements:
        tables[element.name], at = _read_element(path, header, element, data, at)
    return tables, len(data) - at


def _read_element(path: Path, header: Header, element: Element, data: NDArray[Any], at: int) -> tuple[Table, int]:
    least = element.rows * _row_size(header, element)
    if least > len(data) - at:
        raise _truncated(path, header, element, at)
    if not element.rows:
        return _empty(element), at
    lengths = _first_lengths(header, element, data, at) if element.has_lists else ()
    table = None if lengths is None else _alike(header, element, lengths, data, at)
    if table is not None:
        return table, at + element.rows * _row_size(header, element, lengths or ())
    return _one_by_one(path, header, element, data, at)


def _row_size(header: Header, element: Element, lengths: tuple[int, ...] = ()) -> int:
    """Return bytes (ascii: numbers) of a row whose lists are `lengths` long; empty lists by default."""
    left = list(lengths) or [0] * len(element.properties)
    size = 0
    for p in element.properties:
        width = 1 if header.ascii else int(p.type[1])
        size += (1 if header.ascii else int(p.count[1])) + left.pop(0) * width if p.count else width
    return size


def _truncated(path: Path, header: Header, element: Element, at: int) -> Exception:
    where = f"{path}, element {element.name}" + ("" if header.ascii else f" from byte {header.start + at}")
    what = f"The file ends in the middle: it promises {element.rows:,} of {element.name!r} and holds fewer."
    return mesh_error("truncated", what, where)


def _empty(element: Element) -> Table:
    none = np.zeros(0, np.int64)
    table = Table()
    for p in element.properties:
        if p.count:
            table.lists[p.name] = Lists(np.zeros(0, p.type), none)
        else:
            table.columns[p.name] = np.zeros(0, p.type)
    return table


def _first_lengths(header: Header, element: Element, data: NDArray[Any], at: int) -> tuple[int, ...] | None:
    """Return how long the lists of the first row are, None if that row does not fit into the file."""
    lengths = []
    for p in element.properties:
        if not p.count:
            at += 1 if header.ascii else int(p.type[1])
            continue
        step = 1 if header.ascii else int(p.count[1])
        if at + step > len(data):
            return None
        length = int(data[at]) if header.ascii else int(data[at : at + step].view(header.order + p.count)[0])
        if not 0 <= length <= len(data):
            return None
        lengths.append(length)
        at += step + length * (1 if header.ascii else int(p.type[1]))
    return tuple(lengths)


def _alike(header: Header, element: Element, lengths: tuple[int, ...], data: NDArray[Any], at: int) -> Table | None:
    """Return the table if every row is as long as the first, None otherwise."""
    size = _row_size(header, element, lengths) * element.rows
    if size > len(data) - at:
        return None
    table = Table()
    if header.ascii:
        grid = data[at : at + size].reshape(element.rows, -1)
        rows: Any = _ascii_columns(element, lengths, grid)
    else:
        rows = np.ndarray((element.rows,), element.dtype(header.order, lengths), data, at)
    left = list(lengths)
    for p in element.properties:
        if not p.count:
            table.columns[p.name] = _typed(rows[p.name], p)
            continue
        length = left.pop(0)
        if (rows["#" + p.name] != length).any():
            return None
        flat = np.ascontiguousarray(rows[p.name]).reshape(-1)
        table.lists[p.name] = Lists(flat, np.full(element.rows, length, np.int64))
    return table


def _typed(column: NDArray[Any], p: Property) -> NDArray[Any]:
    """Return text's numbers in the integer type the header gives them; floats keep the digits they were written with."""
    if column.dtype.kind != "f" or p.type[0] == "f":
        return column
    limits = np.iinfo(p.type)
    whole: NDArray[Any] = np.clip(np.nan_to_num(column, nan=0.0), limits.min, limits.max).astype(p.type)
    return whole


def _ascii_columns(element: Element, lengths: tuple[int, ...], grid: NDArray[Any]) -> dict[str, NDArray[Any]]:
    columns, at, left = {}, 0, list(lengths)
    for p in element.properties:
        if p.count:
            columns["#" + p.name] = grid[:, at]
            length = left.pop(0)
            columns[p.name] = grid[:, at + 1 : at + 1 + length]
            at += 1 + length
        else:
            columns[p.name] = grid[:, at]
            at += 1
    return columns


def _one_by_one(path: Path, header: Header, element: Element, data: NDArray[Any], at: int) -> tuple[Table, int]:
    """Return the table of an element whose rows differ in length, and where it ends."""
    scalars: dict[str, list[float]] = {p.name: [] for p in element.properties if not p.count}
    pieces: dict[str, list[NDArray[Any]]] = {p.name: [] for p in element.properties if p.count}
    for _ in range(element.rows):
        for p in element.properties:
            taken = _ascii_value(data, at, p) if header.ascii else _binary_value(header.order, data, at, p)
            if taken is None:
                raise _truncated(path, header, element, at)
            values, at = taken
            (pieces[p.name].append(values) if p.count else scalars[p.name].append(values[0]))
    table = Table({p.name: _typed(np.asarray(scalars[p.name]), p) for p in element.properties if not p.count})
    for name, rows in pieces.items():
        lengths = np.fromiter((len(row) for row in rows), np.int64, len(rows))
        table.lists[name] = Lists(np.concatenate(rows), lengths)
    return table, at


def _ascii_value(data: NDArray[Any], at: int, p: Property) -> tuple[NDArray[Any], int] | None:
    length = 1
    if p.count:
        if at >= len(data) or not 0 <= data[at] <= len(data):
            return None
        length, at = int(data[at]), at + 1
    return (data[at : at + length], at + length) if at + length <= len(data) else None


def _binary_value(order: str, data: NDArray[Any], at: int, p: Property) -> tuple[NDArray[Any], int] | None:
    length = 1
    if p.count:
        width = int(p.count[1])
        if at + width > len(data):
            return None
        length = int.from_bytes(data[at : at + width].tobytes(), _ENDIAN[order], signed=p.count[0] == "i")
        at += width
    end = at + length * int(p.type[1])
    if length < 0 or end > len(data):
        return None
    return np.frombuffer(data, order + p.type, length, at), end
