"""3MF: a zip with an XML model in it; objects, components and build items with their transforms, in the declared unit.

Read here and not by trimesh, whose reader asks for further libraries. Runs in the worker process only, for a zip may unfold
to anything. *3MF Core Specification* 1.3, 3MF Consortium 2021; transforms are row vectors of a 4 x 3 matrix.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from neodent_viewer.files.raw import RawMesh, mesh_error
from neodent_viewer.mesh.surface import Float64

_LARGEST = 1 << 30
_DEEPEST = 32
_MOST_PARTS = 4096
_UNITS = {"micron": "um", "millimeter": "mm", "centimeter": "cm", "inch": "in", "meter": "m"}


@dataclass(slots=True)
class _Object:
    name: str
    vertices: list[float] = field(default_factory=list)
    faces: list[int] = field(default_factory=list)
    components: list[tuple[str, Float64]] = field(default_factory=list)


@dataclass(slots=True)
class _Model:
    unit: str = "mm"
    objects: dict[str, _Object] = field(default_factory=dict)
    items: list[tuple[str, Float64]] = field(default_factory=list)


def read_3mf(path: Path) -> list[RawMesh]:
    """Return a mesh for each placed object of a 3MF file; raises MeshFileError."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith(".model")]
            if not names:
                raise mesh_error("not_a_mesh", "The 3MF file holds no model.", path)
            if sum(archive.getinfo(name).file_size for name in names) > _LARGEST:
                raise mesh_error("too_large", "The 3MF file unfolds to more than 1 GiB.", path)
            models = [_parse(archive, name) for name in names]
        raws = [raw for model in models for raw in _placed(model, path)]
    except (zipfile.BadZipFile, ElementTree.ParseError, EOFError) as error:
        raise mesh_error("truncated", f"The 3MF file is broken: {error}.", path) from error
    except (KeyError, ValueError, TypeError, NotImplementedError) as error:
        raise mesh_error("unreadable", f"The 3MF file makes no sense: {type(error).__name__} {error}.", path) from error
    if not raws:
        raise mesh_error("empty", "The 3MF file places no mesh.", path)
    if len(raws) == 1:
        raws[0].name = path.stem
    return raws


def _parse(archive: zipfile.ZipFile, name: str) -> _Model:
    """Return a model, reading the XML as a stream so that it never stands in memory as a tree."""
    with archive.open(name) as stream:
        return _model(ElementTree.iterparse(stream, ("start", "end")))


def _model(events: Iterator[tuple[str, Any]]) -> _Model:
    model, current = _Model(), _Object("")
    for event, element in events:
        tag, get = element.tag.rpartition("}")[2], element.attrib
        if event == "end":
            element.clear()
            continue
        match tag:
            case "vertex":
                current.vertices += (float(get["x"]), float(get["y"]), float(get["z"]))
            case "triangle":
                current.faces += (int(get["v1"]), int(get["v2"]), int(get["v3"]))
            case "object":
                current = model.objects[get["id"]] = _Object(get.get("name", "") or f"object {get['id']}")
            case "component":
                current.components.append((get["objectid"], _matrix(get.get("transform", ""))))
            case "item":
                model.items.append((get["objectid"], _matrix(get.get("transform", ""))))
            case "model":
                model.unit = _UNITS[get.get("unit", "millimeter")]
    return model


def _matrix(text: str) -> Float64:
    """Return the (4, 4) matrix of twelve numbers, row vectors as the format has them turned into columns."""
    matrix = np.eye(4)
    if text:
        matrix[:3] = np.array([float(word) for word in text.split()]).reshape(4, 3).T
    return matrix


def _placed(model: _Model, path: Path) -> Iterator[RawMesh]:
    count, work = 0, [(key, matrix, 1) for key, matrix in reversed(model.items)]
    while work:
        key, matrix, depth = work.pop()
        thing = model.objects[key]
        count += 1
        if depth > _DEEPEST or count > _MOST_PARTS:
            raise mesh_error("too_large", "Its objects are nested too deeply, or are too many.", path)
        work += [(inner, matrix @ place, depth + 1) for inner, place in reversed(thing.components)]
        if thing.faces:
            yield _raw(thing, matrix, model.unit)


def _raw(thing: _Object, matrix: Float64, unit: str) -> RawMesh:
    vertices = np.array(thing.vertices, np.float64).reshape(-1, 3)
    faces = np.array(thing.faces, np.int64).reshape(-1, 3)
    if np.linalg.det(matrix[:3, :3]) < 0:
        faces = faces[:, ::-1]
    return RawMesh(vertices @ matrix[:3, :3].T + matrix[:3, 3], faces, "3mf", len(faces), thing.name, unit=unit)
