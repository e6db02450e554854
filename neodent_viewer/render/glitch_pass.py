"""Faults become light: the waves that run over all parts, and the grains that leave a faulty tooth and come back as a rose.

Order in a frame: `begin` looks who is at fault, `bind` tells the surface shaders about their waves, `draw` adds the grains to
the scene; `focus` tells the effects where it all happens. With no fault to be seen every call returns at once.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from neodent_viewer.document.anchor import local_position, world_position
from neodent_viewer.document.document import Document
from neodent_viewer.document.look import Look
from neodent_viewer.document.moment import Moment
from neodent_viewer.document.part import Part
from neodent_viewer.document.probe import Probe
from neodent_viewer.glitch import kuramoto
from neodent_viewer.glitch.reach import PLAIN_REACH
from neodent_viewer.render.frame_info import FrameInfo, gl_matrix
from neodent_viewer.render.isf_pass import Focus
from neodent_viewer.render.programs import Programs

#: faults whose waves and grains are shown at once; the shaders have room for as many
MOST = 3
#: below this nothing is to be seen of an envelope
SEEN = 1e-3
#: grains a fault on a graphics card, and where the processor draws
GRAINS, GRAINS_SOFTWARE = 60_000, 12_000
#: one sigma of the effects' mask about a faulty tooth, mm: little more than the tooth
FOCUS_SIGMA = 7.5
#: faces within this distance of a probe say which way is outwards, mm
_NEAR = 3.0

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Active:
    """One probe whose fault is to be seen.

    Attributes
    ----------
    probe : str
    onset : float
        Seconds on the program's clock.
    energy, noise, form : float
        0..1.
    """

    probe: str
    onset: float
    energy: float
    noise: float
    form: float

    @property
    def strength(self) -> float:
        """How much there is to be seen, 0..1."""
        return _ease(self.energy) * max(self.noise, self.form)


def active_faults(moment: Moment) -> tuple[Active, ...]:
    """Return the probes whose fault is to be seen, the oldest first: who comes later never pushes another off the stage."""
    found: dict[str, Active] = {}
    for row in np.flatnonzero(np.maximum(moment.noise, moment.form) > SEEN):
        probe = moment.probes[row]
        if probe not in found and moment.energy[row] > 0:
            numbers = (moment.onset[row], moment.energy[row], moment.noise[row], moment.form[row])
            found[probe] = Active(probe, *(float(number) for number in numbers))
    return tuple(sorted(found.values(), key=lambda fault: (fault.onset, fault.probe)))


def probe_phases(moment: Moment) -> Float64:
    """Return each slot's phase (S,) in radians: one oscillator a probe, in disorder since the latest onset."""
    order = {probe: k for k, probe in enumerate(dict.fromkeys(moment.probes))}
    latest = float(moment.onset.max()) if len(moment.onset) else -np.inf
    seed = zlib.crc32(np.float64(latest).tobytes())
    theta = kuramoto.phases(moment.now - latest, len(order), seed)
    return theta[[order[probe] for probe in moment.probes]] if len(order) else np.zeros(0)


def _ease(energy: float) -> float:
    """Return what a fault's energy does to strength; the shaders' ``strength_of``."""
    u = float(np.clip((energy - 0.10) / 0.70, 0.0, 1.0))
    return u * u * (3.0 - 2.0 * u)


@dataclass(frozen=True, slots=True, eq=False)
class _Rose:
    """One fault's grains on the GPU."""

    onset: float
    centre: Float64
    axis: Float64
    count: int
    buffers: dict[str, Any]

    def delete(self) -> None:
        for buffer in self.buffers.values():
            buffer.delete()


class GlitchPass:
    """Waves and grains of the faults of one document.

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
        self._faults: tuple[Active, ...] = ()
        self._waves: dict[str, Any] = {}

    # -- each frame ----------------------------------------------------------------------------------------------

    def begin(self, document: Document, look: Look, moment: Moment) -> None:
        """Look who is at fault now; call once a frame, before anything else here."""
        shown = look.glitch > 0 or look.harmonise > 0
        faults = [fault for fault in active_faults(moment) if fault.probe in document.probes] if shown else []
        self._faults = tuple(faults[:MOST])
        for probe in set(self._roses) - {fault.probe for fault in self._faults}:
            self._roses.pop(probe).delete()
        for fault in self._faults:
            self._grow(document, fault)
        self._faults = tuple(fault for fault in self._faults if fault.probe in self._roses)
        coherent = kuramoto.coherence(probe_phases(moment)) if self._faults else 1.0
        self._waves = self._wave_values(coherent)

    @property
    def defines(self) -> tuple[str, ...]:
        """What a surface program with GLITCH needs defined."""
        return (f"WAVES {sum(fault.form > SEEN for fault in self._faults)}",)

    def bind(self, program: Any) -> None:
        """Give a surface program the waves."""
        for name, value in self._waves.items():
            if name in program:
                program[name] = value

    def _wave_values(self, coherent: float) -> dict[str, Any]:
        values: dict[str, Any] = {}
        waving = [fault for fault in self._faults if fault.form > SEEN]
        for k, fault in enumerate(waving):
            rose = self._roses[fault.probe]
            values[f"u_wave_place[{k}]"] = (*rose.centre, fault.form * _ease(fault.energy))
            values[f"u_wave_axis[{k}]"] = (*rose.axis, coherent)
            values[f"u_wave_phase[{k}]"] = 1.6 * (zlib.crc32(fault.probe.encode()) % 628) / 100.0
        return values

    def draw(self, look: Look, frame: FrameInfo) -> None:
        """Add the grains to the active target, which has the scene's depth."""
        program = self._programs.get("glitch_points.vert", "glitch_points.frag") if self._faults else None
        if program is None:
            return
        gloo.set_state(depth_test=True, depth_func="less", depth_mask=False, blend=True, blend_func=("one", "one"))
        program["u_view"], program["u_projection"] = gl_matrix(frame.view), gl_matrix(frame.projection)
        program["u_time"] = frame.time
        program["u_size"] = frame.size[1] / 720.0 * (1.0 if self._grains > GRAINS // 2 else 1.35)
        for fault in self._faults:
            self._draw_rose(program, fault, look)
        gloo.set_state(blend=False, depth_mask=True)

    def _draw_rose(self, program: Any, fault: Active, look: Look) -> None:
        rose = self._roses[fault.probe]
        strength = _ease(fault.energy)
        program["u_centre"], program["u_axis"] = rose.centre, rose.axis
        program["u_noise"] = fault.noise * strength * look.glitch
        program["u_form"] = fault.form * strength * look.harmonise
        sparse = rose.count / GRAINS
        program["u_strands"] = float(strands(rose.count))
        program["u_gain"] = sparse**-0.45  # fewer grains shine more, not as much as they are fewer: they stay grains
        for name, buffer in rose.buffers.items():
            program[name] = buffer
        program.draw("points")

    def focus(self, document: Document, frame: FrameInfo) -> Focus | None:
        """Return where the strongest fault is seen, for the effects; None while there is none."""
        if not self._faults:
            return None
        strongest = max(self._faults, key=lambda fault: fault.strength)
        centre = self._roses[strongest.probe].centre
        x, y = frame.camera.project(centre[None], frame.size)[0, :2]
        depth = -(frame.view[2, :3] @ centre + frame.view[2, 3])
        mm = 2.0 * frame.tangent[1] * (1.0 if frame.camera.orthographic else max(float(depth), 1.0))
        return Focus(float(x) / frame.size[0], 1.0 - float(y) / frame.size[1], FOCUS_SIGMA / mm)

    # -- grains --------------------------------------------------------------------------------------------------

    def _grow(self, document: Document, fault: Active) -> None:
        """Make the grains of a fault that has just begun."""
        old = self._roses.get(fault.probe)
        if old is not None and old.onset == fault.onset:
            return
        probe = document.probes[fault.probe]
        part = document.parts.get(probe.anchor.part)
        if old is not None:
            self._roses.pop(fault.probe).delete()
        if part is None or part.preview or not len(part.surface.faces):
            return
        places, normals = grains_on_tooth(part, probe, self._grains)
        axis = level_axis(normals, places, world_position(probe.anchor, part))
        chance = chances(len(places))
        buffers = {"a_place": places, "a_outward": normals, "a_chance": chance}
        self._roses[fault.probe] = _Rose(
            fault.onset,
            np.asarray(world_position(probe.anchor, part), np.float64),
            axis,
            len(places),
            {name: gloo.VertexBuffer(np.ascontiguousarray(rows, np.float32)) for name, rows in buffers.items()},
        )

    def delete(self) -> None:
        """Give the GPU memory back."""
        for rose in self._roses.values():
            rose.delete()
        self._roses.clear()
        self._faults = ()


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
    corners = part.to_world(surface.vertices)[faces[own]] if own.any() else np.zeros((0, 3, 3))
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
    (9, 5)
    """
    return max(4, round(9.0 * (count / GRAINS) ** 0.4))


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


def level_axis(normals: Float32, places: Float32, centre: Float64) -> Float64:
    """Return which way a rose opens (3,): outwards at the probe, laid level; to the front where a probe points up or down."""
    near = np.linalg.norm(places - centre, axis=1) < _NEAR if len(places) else np.zeros(0, np.bool_)
    axis = normals[near].mean(axis=0).astype(np.float64) if near.any() else np.array([0.0, 0.0, 1.0])
    flat = axis * [1.0, 0.0, 1.0]
    length = float(np.linalg.norm(flat))
    return flat / length if length > 0.2 else np.array([0.0, 0.0, 1.0])
