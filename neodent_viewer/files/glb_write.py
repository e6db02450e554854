"""Bare arrays as binary glTF 2.0: one node a part, coordinates in mm under a scale of 0.001, for glTF speaks metres.

Sculpt layers become morph targets over the base, sparse as they are, with their names and strengths as weights.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.files.bare import Bare, Target

_ARRAY, _ELEMENTS = 34962, 34963
_BYTE, _INT, _FLOAT = 5121, 5125, 5126


def write_glb(file: BinaryIO, meshes: Sequence[Bare]) -> None:
    """Write parts as a scene; labels go into the attribute ``_LABEL``, colours into ``COLOR_0``."""
    body = _Body()
    names = _names(meshes)
    nodes = [_node(body, place, mesh, names[place]) for place, mesh in enumerate(meshes)]
    plain = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": list(range(len(meshes)))}],
        "nodes": nodes,
        "meshes": body.meshes,
        "materials": [{"doubleSided": True, "pbrMetallicRoughness": {"metallicFactor": 0.0, "roughnessFactor": 0.6}}],
        "accessors": body.accessors,
        "bufferViews": body.views,
        "buffers": [{"byteLength": body.length}],
    }
    text = json.dumps(plain, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    file.write(struct.pack("<4sIIII", b"glTF", 2, 28 + len(text) + body.length, len(text), 0x4E4F534A))
    file.write(text)
    file.write(struct.pack("<II", body.length, 0x004E4942))
    for piece in body.pieces:
        file.write(piece)


class _Body:
    """The binary chunk as it grows, with the accessors that point into it."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.views: list[dict[str, int]] = []
        self.accessors: list[dict[str, Any]] = []
        self.meshes: list[dict[str, Any]] = []
        self.length = 0

    def add_sparse(self, count: int, target: Target) -> int:
        """Append the moves of a morph target, zero for the rest of `count` vertices, and return its accessor."""
        sparse: dict[str, Any] = {"count": len(target.rows)}
        for name, values in (("indices", target.rows.astype("<u4")), ("values", target.moves.astype("<f4"))):
            data = np.ascontiguousarray(values).tobytes()
            self.views.append({"buffer": 0, "byteOffset": self.length, "byteLength": len(data)})
            sparse[name] = {"bufferView": len(self.views) - 1, "byteOffset": 0}
            self.pieces.append(data)
            self.length += len(data)
        sparse["indices"]["componentType"] = _INT
        moves = (
            target.moves if len(target.rows) == count else np.concatenate([target.moves, np.zeros((1, 3), np.float32)])
        )
        low, high = moves.min(axis=0).tolist(), moves.max(axis=0).tolist()
        kind = {"componentType": _FLOAT, "count": count, "type": "VEC3", "min": low, "max": high}
        self.accessors.append({**kind, "sparse": sparse} if len(target.rows) else kind)
        return len(self.accessors) - 1

    def add(self, values: NDArray[Any], component: int, shape: str, target: int, **extra: Any) -> int:
        """Append an array whose bytes are a multiple of four and return its accessor."""
        data = np.ascontiguousarray(values).tobytes()
        self.views.append({"buffer": 0, "byteOffset": self.length, "byteLength": len(data), "target": target})
        kind = {"bufferView": len(self.views) - 1, "componentType": component, "count": len(values), "type": shape}
        self.accessors.append({**kind, **extra})
        self.pieces.append(data)
        self.length += len(data)
        return len(self.accessors) - 1


def _node(body: _Body, place: int, mesh: Bare, name: str) -> dict[str, Any]:
    # float32 is all glTF has: what lies far out is written about its middle, and the node moves it there
    places = mesh.vertices if mesh.rest is None else mesh.rest
    middle = np.round(places.mean(axis=0)) if places.dtype.itemsize == 8 else np.zeros(3)
    vertices = (places - middle).astype("<f4")
    low, high = vertices.min(axis=0).tolist(), vertices.max(axis=0).tolist()
    attributes = {"POSITION": body.add(vertices, _FLOAT, "VEC3", _ARRAY, min=low, max=high)}
    if mesh.colour is not None:
        attributes["COLOR_0"] = body.add(mesh.colour, _BYTE, "VEC4", _ARRAY, normalized=True)
    if mesh.labels is not None:
        attributes["_LABEL"] = body.add(mesh.labels.astype("<f4"), _FLOAT, "SCALAR", _ARRAY)
    indices = body.add(mesh.faces.reshape(-1).astype("<u4"), _INT, "SCALAR", _ELEMENTS)
    primitive: dict[str, Any] = {"attributes": attributes, "indices": indices, "material": 0}
    plain: dict[str, Any] = {"name": name, "primitives": [primitive]}
    if mesh.targets:
        primitive["targets"] = [{"POSITION": body.add_sparse(len(vertices), target)} for target in mesh.targets]
        plain["weights"] = [target.weight for target in mesh.targets]
        plain["extras"] = {"targetNames": [target.name for target in mesh.targets]}  # where readers look for names
    body.meshes.append(plain)
    node: dict[str, Any] = {"name": name, "mesh": place, "scale": [0.001] * 3}
    return {**node, "translation": (middle * 0.001).tolist()} if middle.any() else node


def _names(meshes: Sequence[Bare]) -> list[str]:
    """Return neutral names: the jaws where each is there once, numbers otherwise."""
    jaws = [mesh.jaw for mesh in meshes]
    if all(jaws) and len(set(jaws)) == len(jaws):
        return jaws
    return [f"part-{number}" for number in range(1, len(meshes) + 1)]
