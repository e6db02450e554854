"""What is in a file, as plain values: for ``neodent info``, and for anyone who wants to know before opening."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from neodent_viewer.document.part import Part
from neodent_viewer.files.opening import read_parts
from neodent_viewer.files.project import is_project, load_project
from neodent_viewer.mesh.topology import statistics

#: what is summed up over the parts of a file
_SUMS = ("vertices", "faces", "components", "boundary_edges", "non_manifold_edges")


def inspect(path: Path | str) -> dict[str, Any]:
    """Return what is in a mesh file or a project.

    Returns
    -------
    dict
        JSON values. ``file``, ``format``; totals ``vertices``, ``faces``, ``components``, ``boundary_edges``,
        ``non_manifold_edges``; ``bounds_mm`` (2, 3) in the world, ``size_mm``, ``unit``, ``watertight``, ``labels``
        (vertices of each FDI number, or null), ``dropped``, ``notes``; and ``parts`` with the same for each. Of a project
        also ``project``: how many ``parts``, ``probes``, ``mappings`` (of streams to teeth), ``zones``,
        ``chapters``, ``looks``, ``findings``, ``edits`` and ``undone``.

    Raises
    ------
    MeshFileError, ProjectFileError
    """
    path = Path(path)
    if not is_project(path):
        return {"file": str(path), **_total([describe(part) for part in read_parts([path])])}
    loaded = load_project(path)
    document = loaded.document
    tables = ("parts", "probes", "mappings", "zones", "chapters", "looks", "findings")
    counts = {name: len(getattr(document, name)) for name in tables}
    project = {**counts, "edits": len(loaded.done), "undone": len(loaded.undone)}
    total = _total([describe(part) for part in document.parts.values()])
    return {"file": str(path), **total, "format": "neodent", "project": project}


def describe(part: Part) -> dict[str, Any]:
    """Return what a part is made of, as JSON values."""
    surface, report = part.surface, part.surface.report
    found = statistics(surface.faces, len(surface.vertices))
    bounds = part.world_bounds() if len(surface.vertices) else None
    labels = surface.labels
    return {
        "name": part.name,
        "format": report.format,
        "jaw": part.jaw,
        "vertices": len(surface.vertices),
        "faces": len(surface.faces),
        "file_vertices": report.file_vertices,
        "file_faces": report.file_faces,
        "bounds_mm": None if bounds is None else bounds.tolist(),
        "size_mm": None if bounds is None else np.ptp(bounds, axis=0).tolist(),
        "unit": part.unit,
        "watertight": found.watertight,
        "components": found.components,
        "boundary_edges": found.boundary_edges,
        "non_manifold_edges": found.non_manifold_edges,
        "colours": "colour" in surface.arrays,
        "labels": None if labels is None else _counts(labels),
        "dropped": dict(report.dropped),
        "notes": list(report.notes),
    }


def _counts(labels: Any) -> dict[str, int]:
    values, counts = np.unique(labels, return_counts=True)
    return {str(value): int(count) for value, count in zip(values.tolist(), counts, strict=True)}


def _total(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the parts summed up, with the parts themselves."""
    boxes = [part["bounds_mm"] for part in parts if part["bounds_mm"]]
    box = np.array([np.min([b[0] for b in boxes], axis=0), np.max([b[1] for b in boxes], axis=0)]) if boxes else None
    labels = [part["labels"] for part in parts if part["labels"] is not None]
    units = sorted({part["unit"] for part in parts})
    return {
        "format": parts[0]["format"] if parts else "",
        **{key: sum(part[key] for part in parts) for key in _SUMS},
        "bounds_mm": None if box is None else box.tolist(),
        "size_mm": None if box is None else np.ptp(box, axis=0).tolist(),
        "unit": ", ".join(units),
        "watertight": bool(parts) and all(part["watertight"] for part in parts),
        "labels": _added(labels) if labels else None,
        "dropped": _added([part["dropped"] for part in parts]),
        "notes": [note for part in parts for note in part["notes"]],
        "parts": list(parts),
    }


def _added(counts: Sequence[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return dict(total)
