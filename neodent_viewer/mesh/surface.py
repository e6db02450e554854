"""The house's own mesh: arrays and nothing else. Everything that knows files or libraries converts to and from this."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.arrays import corners

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]
Int32 = NDArray[np.int32]


@dataclass(slots=True)
class ReadReport:
    """What reading a file found and what it did about it; nothing is dropped without a count here.

    Attributes
    ----------
    format : str
        Lower-case format name: ``"stl"``, ``"ply"``, ...
    unit : str
        Unit the coordinates were read in (see `neodent_viewer.core.units`).
    file_vertices, file_faces : int
        Counts as stored in the file, before welding and dropping.
    dropped : dict of str to int
        Reason -> count, such as ``{"faces with NaN": 3}``.
    notes : list of str
        Sentences for a person.
    jaw : str
        ``"upper"`` or ``"lower"`` when the file or its labels say so, else empty.
    """

    format: str = ""
    unit: str = "mm"
    file_vertices: int = 0
    file_faces: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    jaw: str = ""


@dataclass(slots=True, eq=False)
class Surface:
    """Indexed triangle mesh.

    Attributes
    ----------
    vertices : ndarray (n, 3) float32, C order
        Positions in mm relative to `origin`.
    faces : ndarray (m, 3) int32, C order
        Vertex indices, counter-clockwise seen from outside.
    origin : ndarray (3,) float64
        Added to `vertices` to get file coordinates in mm; keeps float32 exact far from zero.
    file_index : ndarray (k,) int32 or None
        Vertex in the file -> vertex here; None when the two orders are the same.
        Labels, hashes, strokes and exports speak in file order through it.
    name : str
        What the part is called on screen.
    arrays : dict of str to ndarray (n, ...)
        Per-vertex arrays in *this* order: ``"labels"`` (n,) int16 FDI numbers with 0 = gingiva,
        ``"colour"`` (n, 4) uint8 RGBA.
    report : ReadReport
        How it was read.
    """

    vertices: Float32
    faces: Int32
    origin: Float64 = field(default_factory=lambda: np.zeros(3))
    file_index: Int32 | None = None
    name: str = ""
    arrays: dict[str, NDArray[Any]] = field(default_factory=dict)
    report: ReadReport = field(default_factory=ReadReport)

    def __post_init__(self) -> None:
        self.vertices = np.ascontiguousarray(self.vertices, np.float32)
        self.faces = np.ascontiguousarray(self.faces, np.int32)
        self.origin = np.asarray(self.origin, np.float64)
        if self.vertices.ndim != 2 or self.vertices.shape[1] != 3 or self.faces.ndim != 2 or self.faces.shape[1] != 3:
            raise ValueError(f"need (n, 3) vertices and (m, 3) faces, got {self.vertices.shape} and {self.faces.shape}")
        for name, values in self.arrays.items():
            if len(values) != len(self.vertices):
                raise ValueError(f"array {name!r} has {len(values)} rows for {len(self.vertices)} vertices")

    @property
    def labels(self) -> NDArray[np.int16] | None:
        """FDI label per vertex, or None for an unlabelled scan."""
        return self.arrays.get("labels")

    def bounds(self) -> Float64:
        """Return (2, 3) float64 corners in mm, `origin` included; NaN for an empty surface."""
        if not len(self.vertices):
            return np.full((2, 3), np.nan)
        return corners(self.vertices).astype(np.float64) + self.origin

    def in_file_order(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return a per-vertex array (n, ...) of this surface in the order of its file (k, ...)."""
        return values if self.file_index is None else values[self.file_index]

    def nbytes(self) -> int:
        """Return the bytes held by all arrays."""
        own = self.vertices.nbytes + self.faces.nbytes + sum(a.nbytes for a in self.arrays.values())
        return own + (0 if self.file_index is None else self.file_index.nbytes)
