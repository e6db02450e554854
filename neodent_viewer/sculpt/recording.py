"""Strokes as data: what a hand did, written so that it can be done again bit for bit, without a window.

A recording is one JSON object (UTF-8, ``.json``). Version 2::

    {
      "format": "neodent strokes",
      "version": 1,
      "parts": [                       what was sculpted, each once
        {"file": "upper.ply",          name of the file it came from, without folders; may be empty
         "name": "upper", "jaw": "upper",
         "vertices": 41823, "faces": 83642,
         "topology": "sha256...",      of the faces, int32 little-endian, in the program's order
         "positions": "sha256...",     of the vertices, float32 little-endian, before the first stroke
         "origin": [0, 0, 0],          mm; added to every place below it gives file coordinates in mm
         "placed": [16 numbers]}       file coordinates to the world, row by row; missing where they are the same
      ],
      "strokes": [                     in the order they were made
        {"part": 0,                    place in "parts"
         "brush": "draw",              a name of `brushes.BRUSHES`
         "settings": {...},            fields of `settings.BrushSettings`; what is missing has its default
         "layers": [                   sculpt layers of the part at that moment, bottom first; missing where there was none
           {"name": "Layer 1", "strength": 0.37, "visible": true}
         ],
         "layer": 0,                   which of them took the stroke; missing for the base
         "against": [1],               places in "parts" of what it kept contact with beside its own teeth; may be missing
         "calls": [                    what was asked of the stroke, in order (`stroke.Call`)
           {"kind": "move",            move, dab, hold or lift
            "position": [x, y, z],     mm from "origin", of move and dab
            "normal": [x, y, z],       of the surface there, may be missing
            "pressure": 1.0,           0..1, 1 if missing
            "tilt": [0, 0],            degrees, as the pen gives them, 0 if missing
            "time": 0.016}             s; needed by hold and by an airbrush
         ]}
      ]
    }

``locked_labels`` is a list; ``alpha`` is null or {"name", "angle", "shape": [rows, columns], "data": float32 little-endian in
base64}. Numbers are written with as many digits as they need to be read back the same. Places, not vertex numbers, are
recorded: a file whose vertices come in another order gives the same form.

A layer turns what was drawn into deltas and back with one more rounding, which the next stroke then sees: strokes on a layer
come out the same bit for bit only on a layer of that strength, so a replay makes the layers as they were.
Version 1 knew no layers and no contact: all its strokes are on the base. A reader refuses a higher version, and an unknown
brush, field or kind: half a stroke would be another form.
"""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from neodent_viewer.mesh.surface import Float64
from neodent_viewer.sculpt.checked import Checked
from neodent_viewer.sculpt.contact import Contact
from neodent_viewer.sculpt.recorded import Recorded, Recording, StrokeFileError
from neodent_viewer.sculpt.recording_read import read_part, read_stroke
from neodent_viewer.sculpt.settings import BrushSettings
from neodent_viewer.sculpt.stroke import Call, Stroke
from neodent_viewer.sculpt.surface import SculptMesh

FORMAT, VERSION = "neodent strokes", 2
#: versions that are read
READ = (1, 2)
_LARGEST = 512 * 1024 * 1024


def replay(
    mesh: SculptMesh, recorded: Recorded, shift: Float64 | None = None, contact: Contact | None = None
) -> Stroke:
    """Do a recorded stroke again and return it, finished but for `Stroke.finish`; an action is `masking.act`'s.

    Parameters
    ----------
    mesh : SculptMesh
    recorded : Recorded
    shift : ndarray (3,) float64 or None
        Added to every place: the origin it was recorded with less that of the surface. None or zero changes no bit.
    contact : Contact or None
        What a stroke that keeps contact stops at.

    Raises
    ------
    ValueError
        If the stroke refuses a call.
    """
    moved = shift is not None and bool(np.any(shift))
    settings = shifted(recorded.settings, shift) if moved and shift is not None else recorded.settings
    stroke = Stroke(mesh, recorded.brush, settings, contact)
    for call in recorded.calls:
        place = call.position
        if place is not None and moved and shift is not None:
            place = (place[0] + shift[0], place[1] + shift[1], place[2] + shift[2])
        if call.kind == "lift":
            stroke.lift()
        elif call.kind == "hold":
            stroke.hold(0.0 if call.time is None else call.time)
        elif place is not None and call.kind == "dab":
            stroke.dab(place, call.normal, call.pressure)
        elif place is not None:
            stroke.move_to(place, call.normal, call.pressure, tilt=call.tilt, time=call.time)
    return stroke


def shifted(settings: BrushSettings, shift: Float64) -> BrushSettings:
    """Return settings whose planes and centres stand `shift` (3,) mm elsewhere."""
    x, y, z = (float(a + b) for a, b in zip(settings.radial_center, shift, strict=True))
    plane = settings.mirror_plane
    if plane is not None:
        n = np.array(plane[:3])
        plane = (*plane[:3], plane[3] + float(n @ shift))
    return replace(settings, mirror_x=settings.mirror_x + float(shift[0]), mirror_plane=plane, radial_center=(x, y, z))


# -- writing ----------------------------------------------------------------------------------------------------------


def save(recording: Recording, path: Path | str) -> None:
    """Write a recording; StrokeFileError ``write`` if that fails."""
    try:
        Path(path).write_text(dumps(recording), encoding="utf8")
    except OSError as error:
        raise StrokeFileError(
            f"The strokes cannot be written: {error.strerror}.",
            kind="write",
            where=str(path),
            remedy="Choose another place.",
        ) from error


def dumps(recording: Recording) -> str:
    """Return a recording as the text of its file."""
    strokes = [_stroke(recorded) for recorded in recording.strokes]
    parts = [{name: value for name, value in asdict(part).items() if value != ()} for part in recording.parts]
    return json.dumps({"format": FORMAT, "version": VERSION, "parts": parts, "strokes": strokes}, allow_nan=False)


def _stroke(recorded: Recorded) -> dict[str, Any]:
    if recorded.action:
        return {"part": recorded.part, "action": recorded.action}
    plain: dict[str, Any] = {"part": recorded.part, "brush": recorded.brush, "settings": _settings(recorded.settings)}
    if recorded.layers:
        plain["layers"] = [asdict(layer) for layer in recorded.layers]
    if recorded.layer >= 0:
        plain["layer"] = recorded.layer
    if recorded.against:
        plain["against"] = list(recorded.against)
    return plain | {"calls": [_call(call) for call in recorded.calls]}


def _settings(settings: BrushSettings) -> dict[str, Any]:
    plain = {f.name: getattr(settings, f.name) for f in fields(settings)}
    plain["locked_labels"] = sorted(int(label) for label in settings.locked_labels)
    stamp = settings.alpha
    if stamp is not None:
        data = base64.b64encode(stamp.values.astype("<f4").tobytes()).decode()
        plain["alpha"] = {"name": stamp.name, "angle": stamp.angle, "shape": list(stamp.values.shape), "data": data}
    return plain


def _call(call: Call) -> dict[str, Any]:
    defaults = Call(call.kind)
    return {"kind": call.kind} | {
        f.name: value for f in fields(call) if (value := getattr(call, f.name)) != getattr(defaults, f.name)
    }


# -- reading ----------------------------------------------------------------------------------------------------------


def load(path: Path | str) -> Recording:
    """Read a recording; StrokeFileError says what is wrong where, and what to do."""
    try:
        if Path(path).stat().st_size > _LARGEST:
            raise _error("not_strokes", "The file is larger than any recording", str(path))
        text = Path(path).read_text(encoding="utf8")
    except UnicodeDecodeError as error:
        raise _error("not_strokes", "The file is no text", str(path)) from error
    except OSError as error:
        raise StrokeFileError(
            f"The strokes cannot be read: {error.strerror}.", kind="missing", where=str(path), remedy="Check the path."
        ) from error
    return loads(text, str(path))


def loads(text: str, where: str = "") -> Recording:
    """Return the recording that a text holds; `where` names it in errors."""
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _error("not_strokes", f"The file is no JSON: {error}", where) from error
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        raise _error("not_strokes", f"The file is no recording: its format is not {FORMAT!r}", where)
    if plain.get("version") not in READ:
        raise StrokeFileError(
            f"The strokes have version {plain.get('version')!r}, this program reads {VERSION}.",
            kind="newer",
            where=where,
            remedy="Use the program that wrote them, or a newer one.",
        )
    try:
        top = Checked(plain, "")
        parts = [read_part(item) for item in top.items("parts")]
        strokes = [read_stroke(item, len(parts)) for item in top.items("strokes")]
    except ValueError as error:
        raise _error("damaged", f"The recording is damaged: {error}", where) from error
    return Recording(parts, strokes)


def _error(kind: str, what: str, where: str) -> StrokeFileError:
    remedy = "Choose a file that Record Strokes has written; its form is told in neodent_viewer/sculpt/recording.py."
    return StrokeFileError(f"{what}.", kind=kind, where=where, remedy=remedy)
