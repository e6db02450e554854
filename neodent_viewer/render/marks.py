"""Points, lines and rings over the scene: expanded to pixels, smooth-edged, faint where a surface hides them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from vispy import gloo

from neodent_viewer.document.anchor import world_position
from neodent_viewer.document.moment import Moment
from neodent_viewer.document.probe import Probe
from neodent_viewer.render.adaptors.document import DocumentAdaptor
from neodent_viewer.render.adaptors.zones import Shown
from neodent_viewer.render.annotations import PROFILE, Colour, Line, Point, Ring, Sheet
from neodent_viewer.render.frame_info import FrameInfo, gl_matrix
from neodent_viewer.render.programs import Programs

#: how much of a mark is left behind a surface
FAINT = 0.22
_FAULT: Colour = (0.93, 0.22, 0.13, 1.0)
_NO_DATA: Colour = (0.55, 0.55, 0.56, 1.0)
#: corner of a segment: which end, which side
_CORNERS = np.array([[0, -1], [1, -1], [1, 1], [0, -1], [1, 1], [0, 1]], np.float32)


def probe_points(document: DocumentAdaptor, moment: Moment) -> list[Point]:
    """Return a mark for each probe that sends what is shown where it sits: its colour, crossed while its quality is poor."""
    rows = {slot: row for row, slot in enumerate(zip(moment.probes, moment.channels, strict=True))}
    marks = []
    for probe in document.document.probes.values():
        shown = shown_at(document, probe)
        wanted = None if shown is None else shown.quantity
        channel = next((c for c in probe.channels if wanted is not None and c.quantity.name == wanted.name), None)
        part = document.document.parts.get(probe.anchor.part)
        if shown is None or channel is None or part is None or not part.visible:
            continue
        row = rows.get((probe.id, channel.key))
        value = float("nan") if row is None else float(moment.values[row])
        known = row is not None and np.isfinite(value)
        bad = row is not None and (bool(moment.energy[row] > 0.3) or (known and float(moment.quality[row]) < 0.3))
        colour = _FAULT if bad else _colour_of(document, shown, value) if known else _NO_DATA
        x, y, z = (float(v) for v in world_position(probe.anchor, part))
        marks.append(Point((x, y, z), colour, 15.0, crossed=bad))
    return marks


def shown_at(document: DocumentAdaptor, probe: Probe) -> Shown | None:
    """Return how values are shown where a probe sits; None while that is being worked out."""
    field = document.probes.weighing.fields.get(probe.anchor.part)
    row = None if field is None else field.probes.get(probe.id)
    return document.zones.outside if row is None else document.zones.at(row)


def _colour_of(document: DocumentAdaptor, shown: Shown, value: float) -> Colour:
    colours = document.zones.colours(shown) if shown.zone else document.look.colours
    if colours is None:
        return _NO_DATA
    level = int(np.clip((value - shown.low) / (shown.high - shown.low), 0.0, 1.0) * 255)
    r, g, b, _ = (float(c) / 255 for c in colours[level])
    return (r, g, b, 1.0)


class Marks:
    """Draws marks into the active target."""

    def __init__(self, programs: Programs) -> None:
        self._programs = programs
        self.square = gloo.VertexBuffer(np.array([[0, 0], [1, 0], [0, 1], [1, 1]], np.float32))
        self._buffers: dict[str, Any] = {}

    def points(self, points: Sequence[Point], depth: Any, frame: FrameInfo) -> None:
        """Draw discs with a white ring and a dark rim."""
        program = self._program("point_mark.vert", "point_mark.frag", depth, frame) if points else None
        if program is None:
            return
        self._give(program, "a_position", np.array([p.position for p in points]))
        self._give(program, "a_colour", np.array([p.colour for p in points]))
        self._give(program, "a_kind", np.array([(p.size * frame.scale, float(p.crossed)) for p in points]))
        program.draw("points")

    def lines(self, lines: Sequence[Line], depth: Any, frame: FrameInfo) -> None:
        """Draw polylines with round joints."""
        segments = [(a, b, line) for line in lines for a, b in zip(line.points, line.points[1:], strict=False)]
        program = self._program("line_mark.vert", "line_mark.frag", depth, frame) if segments else None
        if program is None:
            return
        each = len(_CORNERS)
        self._give(program, "a_from", np.repeat([a for a, _, _ in segments], each, axis=0))
        self._give(program, "a_to", np.repeat([b for _, b, _ in segments], each, axis=0))
        self._give(program, "a_colour", np.repeat([line.colour for _, _, line in segments], each, axis=0))
        half = np.repeat([line.width * frame.scale / 2 for _, _, line in segments], each)
        self._give(program, "a_corner", np.concatenate([np.tile(_CORNERS, (len(segments), 1)), half[:, None]], axis=1))
        program.draw("triangles")

    def sheets(self, sheets: Sequence[Sheet], depth: Any, frame: FrameInfo) -> None:
        """Draw flat sheets, seen through, with a sharp line where the surface comes out of them."""
        program = self._program("sheet_mark.vert", "sheet_mark.frag", depth, frame) if sheets else None
        if program is None:
            return
        corners = [[sheet.corners[k] for k in (0, 1, 2, 0, 2, 3)] for sheet in sheets]
        self._give(program, "a_position", np.array(corners).reshape(-1, 3))
        self._give(program, "a_colour", np.repeat([sheet.colour for sheet in sheets], 6, axis=0))
        program.draw("triangles")

    def rings(self, rings: Sequence[Ring], depth: Any, frame: FrameInfo) -> None:
        """Draw circles where a ball cuts the surface, so that they lie on it; a faint flat circle where there is none."""
        for ring in rings:
            program = self._program("ring_mark.vert", "ring_mark.frag", depth, frame)
            if program is None:
                return
            centre = frame.view @ [*ring.centre, 1.0]
            normal = frame.view[:3, :3] @ ring.normal
            x, y, away = frame.camera.project(ring.centre, frame.size)
            mm = frame.camera.mm_per_pixel(frame.size)
            mm *= 1.0 if frame.camera.orthographic else max(away, 1e-3) / frame.camera.distance
            reach = ring.radius / mm * 1.25 + 8 * frame.scale
            program["a_corner"] = self.square
            program["u_box"] = (x - reach, y - reach, 2 * reach, 2 * reach)
            program["u_centre"], program["u_normal"] = centre[:3], normal
            program["u_radius"] = (ring.radius, max(ring.width * frame.scale * mm / 2, 1e-4), mm)
            program["u_colour"] = ring.colour
            shape = ring.profile if len(ring.profile) == PROFILE else (0.0,) * PROFILE
            program["u_near"], program["u_far"] = shape[:4], shape[4:]
            program.draw("triangle_strip")

    def _program(self, vertex: str, fragment: str, depth: Any, frame: FrameInfo) -> Any | None:
        program = self._programs.get(vertex, fragment)
        if program is None:
            return None
        unprojection = np.linalg.inv(frame.projection)
        values: dict[str, Any] = {
            "u_view": gl_matrix(frame.view),
            "u_projection": gl_matrix(frame.projection),
            "u_unprojection": gl_matrix(unprojection),
            "u_size": frame.size,
            "u_depth": depth,
            "u_faint": FAINT,
        }
        for name, value in values.items():
            if name in program:
                program[name] = value
        return program

    def _give(self, program: Any, name: str, values: Any) -> None:
        data = np.ascontiguousarray(values, np.float32)
        key = f"{name}{data.shape[1]}"
        if key not in self._buffers:
            self._buffers[key] = gloo.VertexBuffer(data)
        else:
            self._buffers[key].set_data(data)
        program[name] = self._buffers[key]

    def delete(self) -> None:
        """Give the GPU memory back."""
        for buffer in (self.square, *self._buffers.values()):
            buffer.delete()
        self._buffers.clear()
