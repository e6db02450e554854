"""Measures: what anchors say in numbers. One measure is one file with ``measure(document, anchors)`` and one line here.

A measure reads the document and returns a `Measured`; kept, it becomes a `Finding` through `to_finding` and an edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.document.anchor import Anchor
from neodent_viewer.document.document import Document
from neodent_viewer.review.measured import Measured, to_finding

__all__ = ["MEASURES", "Measure", "Measured", "measure", "to_finding"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One row of the table.

    Attributes
    ----------
    module : str
        File beside this one.
    title : str
        What the tool shelf shows.
    key : str
        Its key in the review workspace.
    anchors : int
        How many places it needs.
    """

    module: str
    title: str
    key: str
    anchors: int


MEASURES: dict[str, Measure] = {
    "distance": Measure("distance", "Distance", "D", anchors=2),
}


def measure(name: str, document: Document, anchors: Sequence[Anchor]) -> Measured:
    """Measure between anchors on parts of a document.

    Raises
    ------
    ArgumentError
        If there is no such measure, the number of anchors is wrong, or a part is not there any more.
    """
    row = MEASURES.get(name)
    if row is None:
        raise ArgumentError(
            f"There is no measure {name!r}.", kind="argument", where=name, remedy=f"There are: {', '.join(MEASURES)}."
        )
    if len(anchors) != row.anchors:
        raise ArgumentError(
            f"{row.title} needs {row.anchors} points, not {len(anchors)}.",
            kind="argument",
            where=name,
            remedy="Click them.",
        )
    for anchor in anchors:
        if anchor.part not in document.parts:
            raise ArgumentError(
                "A measured part is not there any more.",
                kind="argument",
                where=anchor.part,
                remedy="Bring it back by undo.",
            )
    module = import_module(f"neodent_viewer.review.{row.module}")
    measured: Measured = module.measure(document, tuple(anchors))
    return measured
