"""Everything but STL and PLY, read inside the worker process: OBJ and 3MF by our own readers, the rest by trimesh, raw.

trimesh repairs, merges and sometimes loses without a word, so it is asked for the arrays as they are (``process=False``) and
what came out is held against what the file declares.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from neodent_viewer.core.errors import MeshFileError
from neodent_viewer.files.glb_check import check_gltf, has_targets
from neodent_viewer.files.obj import read_obj
from neodent_viewer.files.raw import RawMesh, mesh_error
from neodent_viewer.files.threemf import read_3mf

#: trimesh's words for units -> the house's
_UNITS = {
    "micrometers": "um", "microns": "um", "millimeters": "mm", "centimeters": "cm", "meters": "m", "inches": "in",
}  # fmt: skip

_LABELS = ("_LABEL", "_LABELS", "_label", "_FDI")

#: more instances of meshes than this is a bomb, not a mouth
_MOST_PARTS = 4096


def read_foreign(path: Path, kind: str) -> list[RawMesh]:
    """Return the meshes of a file of format `kind`, node transforms applied; raises MeshFileError or what trimesh raises."""
    if kind == "obj":
        return [read_obj(path)]
    if kind == "3mf":
        return read_3mf(path)
    declared, order = check_gltf(path) if kind in ("glb", "gltf") else (_declared_off(path) if kind == "off" else 0, [])
    scene = _load(path, kind)
    meshes = [geometry for geometry in scene.geometry.values() if hasattr(geometry, "faces")]
    if not meshes:
        raise mesh_error("not_a_mesh" if len(scene.geometry) else "empty", "The file holds no triangles.", path)
    read = sum(len(mesh.faces) for mesh in meshes)
    if read < declared:
        what = f"The file declares {declared:,} faces, but only {read:,} can be read."
        raise mesh_error("truncated", what, path)
    raws = list(_instances(scene, path, kind, order))
    if len(meshes) < len(scene.geometry):
        raws[0].notes.append(f"Not read: {len(scene.geometry) - len(meshes)} sets of points or lines.")
    if kind in ("glb", "gltf") and has_targets(path):
        raws[0].notes.append("Morph targets are not read: this is the shape without them.")
    return raws


def _load(path: Path, kind: str) -> Any:
    import trimesh

    if kind not in trimesh.available_formats():
        raise mesh_error("unknown_format", f"Nothing here reads {kind!r}.", path)
    try:
        return trimesh.load_scene(path, file_type=kind, process=False)
    except (MeshFileError, MemoryError, RecursionError):
        raise
    except Exception as error:  # odd files make it raise nearly anything: 135 of 1,010 did
        raise mesh_error("unreadable", f"The {kind.upper()} cannot be read: {_said(error)}.", path) from error


def _said(error: Exception) -> str:
    text = " ".join(str(error).split())[:120].rstrip(".")
    return f"{type(error).__name__} {text}".rstrip()


def _instances(scene: Any, path: Path, kind: str, order: list[str]) -> Iterator[RawMesh]:
    # trimesh walks a glTF backwards; parts come in the order of the file
    nodes = list(scene.graph.nodes_geometry)[:: -1 if order else 1]
    nodes.sort(key=lambda node: order.index(node) if node in order else len(order))
    if len(nodes) > _MOST_PARTS:
        raise mesh_error("too_large", f"The file places {len(nodes):,} meshes.", path)
    for node in nodes:
        matrix, name = scene.graph[node]
        mesh = scene.geometry[name]
        if hasattr(mesh, "faces"):
            yield _raw(mesh, np.asarray(matrix, np.float64), path.stem if len(nodes) == 1 else str(node), kind)


def _raw(mesh: Any, matrix: Any, name: str, kind: str) -> RawMesh:
    vertices, faces = np.asarray(mesh.vertices), np.asarray(mesh.faces)
    if not (matrix == np.eye(4)).all():
        vertices = vertices @ matrix[:3, :3].T + matrix[:3, 3]
        faces = faces[:, ::-1] if np.linalg.det(matrix[:3, :3]) < 0 else faces
    raw = RawMesh(vertices, faces, kind, len(faces), name)
    # every glTF claims metres by its standard, and most are not: infer instead
    raw.unit = "" if kind in ("glb", "gltf") else _UNITS.get(mesh.units or "", "")
    colours = _colours(mesh.visual)
    if colours is not None and len(colours) == len(vertices):
        raw.arrays["colour"] = colours
    elif mesh.visual.kind == "face" or getattr(getattr(mesh.visual, "material", None), "baseColorTexture", None):
        raw.notes.append("Textures and colours of faces are not read.")
    for key in _LABELS:
        if key in mesh.vertex_attributes:
            raw.arrays["labels"] = np.asarray(mesh.vertex_attributes[key]).reshape(-1).astype(np.int16)
            break
    return raw


def _colours(visual: Any) -> Any:
    """Return vertex colours (k, 4) uint8, which trimesh keeps elsewhere when there is a material, or None."""
    if visual.kind == "vertex":
        return np.asarray(visual.vertex_colors, np.uint8)
    values = getattr(visual, "vertex_attributes", {}).get("color")
    if values is None:
        return None
    values = np.asarray(values)
    if values.dtype.kind == "f":
        values = np.round(np.clip(np.nan_to_num(values), 0, 1) * 255)
    elif values.dtype.itemsize == 2:
        values = values >> 8
    return np.pad(values.astype(np.uint8), ((0, 0), (0, 4 - values.shape[1])), constant_values=255)


def _declared_off(path: Path) -> int:
    """Return the number of faces in the header of an OFF file, 0 where it has none."""
    with path.open("rb") as file:
        words = [word for line in file.read(4096).splitlines() for word in line.partition(b"#")[0].split()]
    counts = words[1:3]
    return int(counts[1]) if len(counts) == 2 and counts[1].isdigit() else 0
