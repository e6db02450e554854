"""A look into a glTF before it is loaded: how deep its nodes are nested, and how many triangles it declares."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

from neodent_viewer.files.raw import mesh_error

DEEPEST = 256
_TRIANGLES = 4


def check_gltf(path: Path) -> tuple[int, list[str]]:
    """Return the triangles a .glb or .gltf declares, each mesh once, and the names of its nodes in file order.

    Raises MeshFileError for one that must not be loaded.
    """
    plain = _json(path)
    try:
        _check_depth(plain, path)
        names = [str(node.get("name", "")) for node in plain.get("nodes", [])]
        faces = [_declared(plain, primitive) for mesh in plain.get("meshes", []) for primitive in mesh["primitives"]]
        return sum(faces), names
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise mesh_error(
            "unreadable", f"The glTF structure is broken: {type(error).__name__} {error}.", path
        ) from error


def has_targets(path: Path) -> bool:
    """Return whether a .glb or .gltf that `check_gltf` let pass has morph targets: shapes beside the one that is read."""
    return any("targets" in part for mesh in _json(path).get("meshes", []) for part in mesh["primitives"])


def _json(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    if data[:4] == b"glTF":
        if len(data) < 20:
            raise mesh_error("truncated", f"The file ends after {len(data)} bytes, inside the GLB header.", path)
        version, length, size = struct.unpack_from("<III", data, 4)
        if length > len(data) or 20 + size > len(data):
            what = f"The GLB header promises {length:,} bytes, the file holds {len(data):,}."
            raise mesh_error("truncated", what, f"{path}, byte {len(data)}")
        if version != 2:
            raise mesh_error("unknown_format", f"This is glTF version {version}, not 2.", path)
        data = data[20 : 20 + size]
    try:
        plain = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise mesh_error("unreadable", f"The glTF header is no JSON: {error}.", path) from error
    if not isinstance(plain, dict):
        raise mesh_error("unreadable", "The glTF header is no JSON object.", path)
    return plain


def _check_depth(plain: dict[str, Any], path: Path) -> None:
    """Walk the nodes without recursion; loaders multiply matrices along every path, so depth costs its square."""
    children = [node.get("children", []) for node in plain.get("nodes", [])]
    held = {child for row in children for child in row}
    level, depth = [place for place in range(len(children)) if place not in held], 0
    seen = 0
    while level:
        depth, seen = depth + 1, seen + len(level)
        if depth > DEEPEST or seen > len(children):
            what = f"Its nodes are nested more than {DEEPEST} deep." if depth > DEEPEST else "A node has two parents."
            raise mesh_error("too_large" if depth > DEEPEST else "unreadable", what, path)
        level = [child for place in level for child in children[place]]
    if seen < len(children):
        raise mesh_error("unreadable", "Its nodes hold each other in a circle.", path)


def _declared(plain: dict[str, Any], primitive: dict[str, Any]) -> int:
    """Return how many triangles a primitive has: lists (4), strips and fans (5, 6); none for points and lines."""
    mode = primitive.get("mode", _TRIANGLES)
    accessor = primitive["indices"] if "indices" in primitive else primitive["attributes"]["POSITION"]
    count = int(plain["accessors"][accessor]["count"])
    if mode == _TRIANGLES:
        return count // 3
    return max(count - 2, 0) if mode in (5, 6) else 0
