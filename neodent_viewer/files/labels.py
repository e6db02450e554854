"""Tooth labels beside a mesh: ``scan.json`` for ``scan.ply``, with the keys of the Teeth3DS challenge.

``{"jaw": "upper" | "lower", "labels": [FDI number of each file vertex, 0 = gingiva], "instances": [...]}``. The jaw is taken
from its field or not at all: the data set's own examples contradict any guess from the labels.
Ben-Hamadou et al., *3DTeethSeg'22*, arXiv:2305.18277.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.files.raw import RawMesh

#: ISO 3950: permanent teeth 11 to 48, primary teeth 51 to 85; 0 is gingiva
FDI = frozenset(
    [0]
    + [10 * q + p for q in (1, 2, 3, 4) for p in range(1, 9)]
    + [10 * q + p for q in (5, 6, 7, 8) for p in range(1, 6)]
)

_LARGEST = 1 << 28
#: how every file begins that was written here, so that nobody else's is ever written over
_OURS = '{"written_by":"neodent_viewer",'


def labels_path(path: Path) -> Path:
    """Return where the labels of a mesh file lie, whether or not they do.

    >>> labels_path(Path("scan.ply")).name
    'scan.json'
    """
    return path.with_suffix(".json")


def may_be_written(path: Path) -> bool:
    """Return whether labels may go to this JSON file: nothing lies there, or what does was written here."""
    try:
        with path.open("rb") as file:
            return file.read(len(_OURS)) == _OURS.encode()
    except FileNotFoundError:
        return True


def take_labels(raws: list[RawMesh], path: Path) -> None:
    """Give the labels beside `path` to the mesh read from it; a file that does not fit is noted there and left."""
    beside = labels_path(path)
    if beside == path or not beside.is_file() or not raws:
        return
    raw, name = raws[0], beside.name
    try:
        if beside.stat().st_size > _LARGEST:
            raise ValueError("it is too large")
        plain = json.loads(beside.read_bytes())
        labels = _labels(plain)
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raw.notes.append(f"Labels in {name} are not used: {error}.")
        return
    raw.jaw = plain["jaw"] if plain.get("jaw") in ("upper", "lower") else raw.jaw
    if len(raws) > 1:
        raw.notes.append(f"Labels in {name} are not used: the file holds {len(raws)} meshes.")
    elif len(labels) != len(raw.vertices):
        raw.notes.append(
            f"Labels in {name} are not used: {len(labels):,} for {len(raw.vertices):,} vertices of the file."
        )
    else:
        raw.arrays["labels"] = labels
    note_odd_labels(raw)


def note_odd_labels(raw: RawMesh) -> None:
    """Say which labels of a mesh are no FDI numbers; they are kept."""
    odd = sorted(set(np.unique(raw.arrays["labels"]).tolist()) - FDI) if "labels" in raw.arrays else []
    if odd:
        raw.notes.append(f"Labels that are no FDI numbers: {', '.join(map(str, odd[:20]))}.")


def _labels(plain: Any) -> NDArray[np.int16]:
    """Return the labels (k,) int16 in a JSON value; raises ValueError saying what is wrong with them."""
    if not isinstance(plain, dict) or not isinstance(plain.get("labels"), list):
        raise ValueError("it has no list 'labels'")
    values = plain["labels"]
    if not all(type(value) is int and -(2**15) <= value < 2**15 for value in values):
        raise ValueError("a label is no whole number")
    return np.array(values, np.int16)


def labels_json(labels: NDArray[np.int16], jaw: str) -> str:
    """Return the JSON of labels (k,) in file order: no patient, and each tooth an instance of its own."""
    teeth = np.unique(labels[labels > 0])
    instances = np.where(labels > 0, np.searchsorted(teeth, labels) + 1, 0)
    plain = {"id_patient": "", "jaw": jaw, "labels": labels.tolist(), "instances": instances.tolist()}
    return _OURS + json.dumps(plain, separators=(",", ":"))[1:]
