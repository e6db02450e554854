"""Grains of light: they leave a faulty tooth, wander in a curl field, and come back as a rose about its probe.

`draw` adds them to the scene; `focus` tells the effects where it all happens. Both go by the faults that the document's
probes were found to have in this frame; with none to be seen they return at once.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from neodent_viewer.document.anchor import local_position
from neodent_viewer.document.document import Document
from neodent_viewer.document.look import Look
from neodent_viewer.document.part import Part
from neodent_viewer.document.probe import Probe
from neodent_viewer.glitch.reach import PLAIN_REACH
from neodent_viewer.render.faults import MOST, SeenFault
from neodent_viewer.render.frame_info import FrameInfo, gl_matrix
from neodent_viewer.render.gpu import is_software
from neodent_viewer.render.isf_pass import Focus
from neodent_viewer.render.programs import Programs

#: grains a fault on a graphics card, and where the processor draws
GRAINS, GRAINS_SOFTWARE = 60_000, 12_000
#: one sigma of the effects' mask about a faulty tooth, mm: little more than the tooth
FOCUS_SIGMA = 7.5

Float32 = NDArray[np.float32]
Faults = tuple[SeenFault, ...]


def grains_for(renderer: str) -> int:
    """Return how many grains a fault gets on a renderer.

    >>> grains_for("llvmpipe (LLVM 15.0.6, 256 bits)"), grains_for("NVIDIA H100")
    (12000, 60000)
    """
    return GRAINS_SOFTWARE if is_software(renderer) else GRAINS


@dataclass(frozen=True, slots=True, eq=False)
class _Rose:
    """One fault's grains on the GPU."""

    onset: float
    count: int
    buffers: dict[str, Any]

    def delete(self) -> None:
        for buffer in self.buffers.values():
            buffer.delete()


class GlitchPass:
    """Grains of the faults of one document.

    Parameters
    ----------
    programs : Programs
    grains : int
        Grains a fault.
    """

    def __init__(self, programs: Programs, grains: int = GRAINS) -> None:
        self._programs = programs
        self._grains = grains
        self._roses: dict[str, _Rose] = {}

    def draw(self, document: Document, faults: Faults, frame: FrameInfo, *, direct: bool = False) -> None:
        """Add the grains to the active target, which has the scene's depth.

        Parameters
        ----------
        document : Document
        faults : tuple of SeenFault
        frame : FrameInfo
        direct : bool
            The target holds the screen's range instead of linear light.
        """
        faults = faults[:MOST]
        for probe in set(self._roses) - {fault.probe for fault in faults}:
            self._roses.pop(probe).delete()
        defines = ("DIRECT",) if direct else ()
        program = self._programs.get("glitch_points.vert", "glitch_points.frag", defines) if faults else None
        if program is None:
            return
        gloo.set_state(
            depth_test=True, depth_func="less", depth_mask=False, blend=True, blend_func=("one", "one"), cull_face=False
        )
        program["u_view"], program["u_projection"] = gl_matrix(frame.view), gl_matrix(frame.projection)
        program["u_time"] = frame.time
        program["u_size"] = frame.size[1] / 720.0 * (1.0 if self._grains > GRAINS // 2 else 1.35)
        for fault in faults:
            rose = self._rose(document, fault)
            if rose is not None:
                _draw_rose(program, rose, fault, document.look)
        gloo.set_state(blend=False, depth_mask=True)

    def _rose(self, document: Document, fault: SeenFault) -> _Rose | None:
        """Return the grains of a fault, made when it is first seen."""
        rose = self._roses.get(fault.probe)
        if rose is not None and rose.onset == fault.onset:
            return rose
        if rose is not None:
            self._roses.pop(fault.probe).delete()
        probe = document.probes.get(fault.probe)
        part = document.parts.get(probe.anchor.part) if probe is not None else None
        if probe is None or part is None or part.preview:
            return None
        places, normals = grains_on_tooth(part, probe, self._grains)
        if not len(places):
            return None
        rows = {"a_place": places, "a_outward": normals, "a_chance": chances(len(places))}
        buffers = {name: gloo.VertexBuffer(np.ascontiguousarray(array)) for name, array in rows.items()}
        rose = self._roses[fault.probe] = _Rose(fault.onset, len(places), buffers)
        return rose

    def delete(self) -> None:
        """Give the GPU memory back."""
        for rose in self._roses.values():
            rose.delete()
        self._roses.clear()


def _draw_rose(program: Any, rose: _Rose, fault: SeenFault, look: Look) -> None:
    program["u_centre"], program["u_axis"] = fault.place, fault.axis
    program["u_noise"] = fault.noise * fault.strength * min(look.harmonise, 1.0)
    program["u_form"] = fault.form * fault.strength * look.harmonise
    program["u_strands"] = float(strands(rose.count))
    # fewer grains shine more, though not as much as they are fewer: they stay grains
    program["u_gain"] = (rose.count / GRAINS) ** -0.45
    for name, buffer in rose.buffers.items():
        program[name] = buffer
    program.draw("points")


def focus(faults: Faults, frame: FrameInfo) -> Focus | None:
    """Return where the strongest fault is seen, for the effects; None while there is none."""
    if not faults:
        return None
    place = max(faults, key=lambda fault: fault.weight).place
    x, y = frame.camera.project(place[None], frame.size)[0, :2]
    depth = -float(frame.view[2, :3] @ place + frame.view[2, 3])
    height = (
        2.0 * frame.tangent[1] * (1.0 if frame.camera.orthographic else max(depth, 1.0))
    )  # of the picture there, mm
    return Focus(float(x) / frame.size[0], 1.0 - float(y) / frame.size[1], FOCUS_SIGMA / height)


def grains_on_tooth(part: Part, probe: Probe, count: int) -> tuple[Float32, Float32]:
    """Return places and unit normals (count, 3) in world mm, spread evenly over a probe's tooth.

    Without a labelled tooth the surface within a fault's reach of the probe stands for it. They are the same each time.
    """
    surface = part.surface
    spot = local_position(probe.anchor, part)
    faces = surface.faces
    labels = surface.labels
    own = (
        (labels[faces] == probe.tooth).all(axis=1) if labels is not None and probe.tooth > 0 else np.zeros(0, np.bool_)
    )
    if not own.any():
        away = np.linalg.norm(surface.vertices - spot.astype(np.float32), axis=1)
        own = (away[faces] < max(PLAIN_REACH[1], 1.5 * float(away.min()))).all(axis=1)
    corners = part.to_world(surface.vertices[faces[own]]) if own.any() else np.zeros((0, 3, 3))
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    twice_area = np.linalg.norm(cross, axis=1)
    if not twice_area.sum() > 0:
        return np.zeros((0, 3), np.float32), np.zeros((0, 3), np.float32)
    rng = np.random.default_rng(zlib.crc32(probe.id.encode()) + 1)
    chosen = rng.choice(len(corners), count, p=twice_area / twice_area.sum())
    u, v = rng.random((2, count, 1))
    u, v = np.where(u + v > 1.0, 1.0 - u, u), np.where(u + v > 1.0, 1.0 - v, v)
    a, b, c = corners[chosen].transpose(1, 0, 2)
    normals = cross[chosen] / np.maximum(twice_area[chosen], 1e-12)[:, None]
    return np.asarray(a + u * (b - a) + v * (c - a), np.float32), np.asarray(normals, np.float32)


def strands(count: int) -> int:
    """Return how many lines a petal is drawn with: fewer grains draw fewer lines, not broken ones.

    >>> strands(GRAINS), strands(GRAINS_SOFTWARE)
    (9, 4)
    """
    return max(4, int(9.5 * (count / GRAINS) ** 0.4))


def chances(count: int) -> Float32:
    """Return (count, 4) numbers 0..1 that say what each grain does: free, place on its petal, corolla, strand.

    All but the first fill their range evenly, strand by strand, so that grains draw lines without gaps.
    """
    rng = np.random.default_rng(5)
    lines, grain = strands(count), np.arange(count)
    corolla, strand, place = grain % 3, grain // 3 % lines, grain // (3 * lines)
    most = max(1, -(-count // (3 * lines)))
    free, jitter_corolla, jitter_strand = rng.random((3, count)) * 0.98 + 0.01
    columns = (
        free,
        (place + (strand + 0.5) / lines) / most,
        (corolla + jitter_corolla) / 3,
        (strand + jitter_strand) / lines,
    )
    return np.stack(columns, axis=1).astype(np.float32)
