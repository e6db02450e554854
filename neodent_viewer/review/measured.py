"""What a measure found, and how it becomes a finding that is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from neodent_viewer.document.anchor import Anchor
from neodent_viewer.document.finding import Finding
from neodent_viewer.document.part import new_id
from neodent_viewer.mesh.surface import Float64


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What a measure found.

    Attributes
    ----------
    kind : str
        Name of the measure in `MEASURES`.
    title : str
        One line with number and unit.
    text : str
        A sentence on what could not be measured and why, or empty.
    values : tuple of (str, float, str)
        Name, value and unit of each number; only numbers that exist.
    polyline : ndarray (k, 3) float64
        World mm: what to draw.
    """

    kind: str
    title: str
    text: str
    values: tuple[tuple[str, float, str], ...]
    polyline: Float64


def to_finding(measured: Measured, anchors: Sequence[Anchor], view: tuple[float, ...] = ()) -> Finding:
    """Return a measured result as a finding to keep, under a new identity."""
    return Finding(
        new_id("finding"), measured.title, measured.kind, measured.text, tuple(anchors), measured.values, view
    )
