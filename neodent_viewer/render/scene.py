"""Step 1 of the frame graph: parts into a target, shaded by the look.

A finished picture draws linear colour and depth for the finish to work on; ``moving`` and ``shading`` draw straight to
the screen's range, because every pass over the whole picture would cost as much as the thinned triangles do.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from vispy import gloo

from neodent_viewer.document.look import Shading
from neodent_viewer.document.moment import Moment
from neodent_viewer.mesh.proxy import TARGET
from neodent_viewer.render.adaptors.document import DocumentAdaptor
from neodent_viewer.render.adaptors.part import PartAdaptor
from neodent_viewer.render.frame_info import FrameInfo, gl_matrix
from neodent_viewer.render.halves import Halves
from neodent_viewer.render.programs import Programs
from neodent_viewer.render.study import bind, defines_of, place

#: pitch of the "no data" hatch, logical pixels
HATCH = 9.0
#: with fewer triangles in all, pixels are lit and not vertices even while moving: it shows otherwise
_FEW = 20_000
#: triangles that a software renderer draws often enough under a running feed, where nothing is to be answered at once
_BRISK = 110_000
#: triangles that are drawn all under a hand: more than these are thinned where it is not
_WHOLE = 100_000
#: how far thinned triangles stand behind those in full: by slope, and in steps of depth
_BEHIND = (2.0, 8.0)
#: triangles that a part keeps however small its share
_LEAST = 3_000


def is_direct(shading: Shading, frame: FrameInfo) -> bool:
    """Whether parts are drawn straight to the screen's range, without a finish."""
    return frame.display.shading(shading) is Shading.SCULPT or (not frame.finished and shading is not Shading.HOLOGRAM)


def felt(moment: Moment) -> bool:
    """Whether any fault is to be seen: noise or form above what shows."""
    return bool(len(moment.energy)) and float(max(moment.noise.max(), moment.form.max())) > 1e-3


class Scene:
    """Draws the parts of a document."""

    def __init__(self, programs: Programs) -> None:
        self._programs = programs
        self._halves = Halves(programs.gpu)
        self._chosen: dict[PartAdaptor, Any | None] = {}
        self._dense = self._many = False

    def draw(self, document: DocumentAdaptor, frame: FrameInfo, moment: Moment, *, xray: bool = False) -> None:
        """Draw all visible parts into the active target; state of depth and blending is the caller's for `xray`."""
        if not xray:
            gloo.set_state(depth_test=True, depth_func="less", depth_mask=True, blend=False, cull_face=False)
            if frame.display.surface == "xray":
                self._draw_through(document, frame)
                return
        glitching = felt(moment) and max(document.look.look.glitch, document.look.look.harmonise) > 0
        drawn = document.drawn()
        self._dense = sum(len(part.part.surface.faces) for part in drawn) >= _FEW
        if frame.quality == "moving" or document.waits:  # in the background: ready before the camera first moves
            _share(drawn, "moving", TARGET)
        if frame.quality == "brisk":
            _share(drawn, "brisk", _BRISK)
        self._many = sum(len(part.part.surface.faces) for part in drawn) > _WHOLE
        if self._many and (frame.quality == "stroke" or document.waits):
            _ask_for_dabs(drawn)
        self._chosen = {} if glitching or xray else self._halves.first(drawn, frame)
        for part in drawn:
            self._draw_part(part, document, frame, glitching, xray)
        self._chosen = self._halves.second(frame) if self._chosen else {}
        for part in self._chosen:
            self._draw_part(part, document, frame, glitching, xray)
        self._chosen = {}

    def _draw_through(self, document: DocumentAdaptor, frame: FrameInfo) -> None:
        """Draw depth alone, for what is picked and marked, then all surfaces as light, in any order."""
        gloo.set_color_mask(False, False, False, False)
        for part in document.drawn():
            self._draw_part(part, document, frame, False, False)
        gloo.set_color_mask(True, True, True, False)
        gloo.set_state(depth_test=False, depth_mask=False, blend=True, blend_func=("one", "one"))
        for part in document.drawn():
            self._draw_part(part, document, frame, False, False)
        gloo.set_color_mask(True, True, True, True)
        gloo.set_state(depth_test=True, depth_mask=True, blend=False)

    def _draw_part(
        self, part: PartAdaptor, document: DocumentAdaptor, frame: FrameInfo, glitching: bool, xray: bool
    ) -> None:
        display = frame.display
        shading = (
            Shading.SCULPT if frame.quality in ("shading", "stroke") else display.shading(document.look.look.shading)
        )
        part.need("normals")
        if shading is not Shading.SCULPT:
            part.need("attributes")
        overlaid = (
            not xray
            and not display.original
            and part.overlay is not None
            and document.overlays.texture(part.overlay) is not None
        )
        defines = self._defines(part, shading, frame, glitching, xray, overlaid)
        defines += _field_of(part, shading, document)
        defines += defines_of(part, shading, display, document)
        if "GLITCH" in defines:
            defines += _faults_on(part, document)
        program = self._programs.get("surface.vert", f"{shading.value}.frag", defines)
        if program is None:
            return
        place(program, part, frame)
        _place_in_world(program, part, frame, defines)
        _light(program, shading, document, frame, zoned="ZONES" in defines)
        if "OVERLAY" in defines and part.overlay is not None:
            program["u_overlay"] = document.overlays.texture(part.overlay)
        bind(program, part, display, document)
        mirrored = np.linalg.det(part.part.transform[:3, :3]) < 0
        gloo.set_front_face("cw" if mirrored else "ccw")
        self._draw_triangles(program, part, frame)
        gloo.set_front_face("ccw")

    def _draw_triangles(self, program: Any, part: PartAdaptor, frame: FrameInfo) -> None:
        """Draw as many of a part's triangles as the quality asks for; under a hand those near it, over few of the rest."""
        if part in self._chosen:
            if self._chosen[part] is not None:
                program.draw("triangles", self._chosen[part])
            return
        stroke = frame.quality == "stroke" and self._many and not frame.display.whole
        if stroke and part.fewer.dabs is not None:
            full, few = part.fewer.dabs.triangles()
            gloo.set_state(polygon_offset_fill=True)
            gloo.set_polygon_offset(*_BEHIND)
            if few is not None:
                program.draw("triangles", few)
            gloo.set_state(polygon_offset_fill=False)
            if full is not None:
                program.draw("triangles", full)
            return
        elsewhere = stroke and part.part.followed() is None
        index = part.triangles("full" if frame.display.whole else "moving" if elsewhere else frame.quality)
        program.draw("triangles", index) if index is not None else program.draw("triangles")

    def _defines(
        self, part: PartAdaptor, shading: Shading, frame: FrameInfo, glitching: bool, xray: bool, overlaid: bool
    ) -> tuple[str, ...]:
        plain = shading is Shading.SCULPT
        faceted = plain and frame.display.surface == "flat"
        normals, attributes = (
            part.has("a_normal") and not faceted,
            part.has("a_shape") and shading is not Shading.SCULPT,
        )
        glitched = glitching and normals and part.has("a_fault") and shading is not Shading.SCULPT
        coloured = part.has("a_colour") and frame.display.colours and (plain or shading is Shading.CLINICAL)
        quick = not frame.finished and shading is not Shading.HOLOGRAM and self._dense
        lit = quick and normals and not glitched and not overlaid
        wanted = {
            "NORMALS": normals,
            "ATTRIBUTES": attributes,
            "LABELLED": attributes and part.labelled,
            "COLOUR": coloured,
            "PAINTED": coloured and shading is Shading.CLINICAL and attributes and part.labelled,
            "FIELDS": shading is Shading.FIELD,
            "PLAIN": plain,
            "LIT": lit,
            "WORLD": shading is Shading.HOLOGRAM or glitched,
            "GLITCH": glitched,
            "DIRECT": is_direct(shading, frame),
            "XRAY": xray,
            "OVERLAY": overlaid,
        }
        return tuple(name for name, on in wanted.items() if on)


def _place_in_world(program: Any, part: PartAdaptor, frame: FrameInfo, defines: tuple[str, ...]) -> None:
    """Set what variants that work in the world need beside `study.place`."""
    world = part.world_matrix()
    if "WORLD" in defines:
        program["u_world"] = gl_matrix(world)
    if "GLITCH" in defines:
        program["u_world_normals"] = np.linalg.inv(world[:3, :3]).astype(np.float32)
        program["u_view"] = gl_matrix(frame.view)


def _share(parts: list[PartAdaptor], quality: str, target: int) -> None:
    """Let all parts together have the triangles that a quality allows, each in proportion to its own."""
    total = sum(len(part.part.surface.faces) for part in parts)
    for part in parts:
        share = len(part.part.surface.faces) / max(total, 1)
        part.fewer.need(quality, max(_LEAST, int(target * share)))


def _ask_for_dabs(parts: list[PartAdaptor]) -> None:
    """Have what is drawn under a hand made for parts that are ready for one, the thinned triangles shared as in `_share`."""
    total = sum(len(part.part.surface.faces) for part in parts)
    for part in parts:
        if part.part.followed() is not None:
            part.fewer.need_dabs(max(_LEAST, int(TARGET * len(part.part.surface.faces) / total)))


def _faults_on(part: PartAdaptor, document: DocumentAdaptor) -> tuple[str, ...]:
    """Return what faults do to a part: how many send waves over it, and whether one tears it; nothing where neither."""
    look, probes = document.look.look, document.probes
    waves = len(probes.waves) // 3 if look.harmonise > 0 else 0
    torn = look.glitch > 0 and probes.torn(part.part.id)
    return (*((f"WAVES {waves}",) if waves or torn else ()), *(("TORN",) if torn else ()))


def _field_of(part: PartAdaptor, shading: Shading, document: DocumentAdaptor) -> tuple[str, ...]:
    """Return what a part has of the field; nothing while it was weighed for another quantity than the look shows."""
    weighed = shading is Shading.FIELD and part.has("a_field") and part.has("a_reach")
    if weighed and part.has("a_zone"):
        return ("FIELD", "ZONES")
    return ("FIELD",) if weighed and part.worn[:1] == (document.zones.outside.row,) else ()


def _light(program: Any, shading: Shading, document: DocumentAdaptor, frame: FrameInfo, *, zoned: bool) -> None:
    """Set what depends on the look; uniforms that a variant lacks are left out."""
    look, probes = document.look, document.probes
    values: dict[str, Any] = {
        "u_time": frame.time,
        "u_glitch": look.look.glitch,
        "u_harmonise": look.look.harmonise,
        "u_probe": probes.texture,
        "u_slots": float(probes.width),
        **probes.waves,
    }
    if shading is Shading.FIELD:
        outside = document.zones.outside
        values |= {"u_colours": look.texture(), "u_range": outside.scale, "u_iso": outside.iso}
        values |= {"u_hatch": HATCH * frame.scale, **(document.zones.uniforms() if zoned else {})}
    if shading is Shading.HOLOGRAM:
        depth = frame.camera.standoff
        values |= {"u_fade": (depth - 18.0, depth + 26.0), "u_rise": tuple(frame.bounds[:, 1])}
    for name, value in values.items():
        if name in program:
            program[name] = value
