"""The demo smile: from parameters and a seed to two labelled surfaces.

The order of work: set the teeth up, join them on a grid, grind opposing contacts in, build the gum around the roots,
cast the surface, cut it along gum line and trimmed edge, label it.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter

from neodent_viewer.anatomy import casting, gingiva
from neodent_viewer.anatomy.arch import Tooth, up_axis
from neodent_viewer.anatomy.blend import smooth_min
from neodent_viewer.anatomy.casting import Faces, Level
from neodent_viewer.anatomy.crown import Terms
from neodent_viewer.anatomy.gingiva import SLEEVES, ArchMap
from neodent_viewer.anatomy.parameters import SmileParameters
from neodent_viewer.anatomy.setting import Setting, set_up
from neodent_viewer.anatomy.volume import FAR, Box, Grid, grind, join_teeth
from neodent_viewer.mesh.surface import Float64, ReadReport, Surface

#: lattice spacing of the shipped smile, mm
STEP = 0.30
#: depth of the groove between tooth and gum, mm
SULCUS = 0.5
#: blur of the field before casting, in lattice steps: enough to keep creases from drawing the lattice
BLUR = 0.5
#: room of the grid beyond the crowns, mm: sides, behind, before; and above the CEJ towards the root
ROOM_SIDE, ROOM_BACK, ROOM_FRONT, ROOM_ROOT = 6.0, 10.0, 4.5, 10.0


def generate(params: SmileParameters | None = None, seed: int = 1, step: float = STEP) -> tuple[Surface, Surface]:
    """Make a smile.

    Parameters
    ----------
    params : SmileParameters, optional
        What is asked for; a textbook adult if left out.
    seed : int
        Individual variation; the same seed makes the same smile, bit for bit on one machine.
    step : float
        Lattice spacing in mm; coarser is faster and blunter.

    Returns
    -------
    upper, lower : Surface
        In occlusion, with ``arrays["labels"]`` (n,) int16: FDI numbers, 0 on gum.

    Raises
    ------
    ArgumentError
        Parameters that cannot be had together.
    """
    return from_setting(set_up(params or SmileParameters(), seed), step)


def from_setting(setting: Setting, step: float = STEP) -> tuple[Surface, Surface]:
    """Make the two surfaces of a dentition already set up; see `generate`."""
    upper = _jaw(list(setting.upper), list(setting.lower), setting.seed, step)
    lower = _jaw(list(setting.lower), list(setting.upper), setting.seed, step)
    return upper, lower


def _jaw(placed: list[Tooth], opposing: list[Tooth], seed: int, step: float) -> Surface:
    jaw = placed[0].crown.jaw
    grid = _grid(placed, step)
    sleeves = grid.full(FAR)

    def wrap(tooth: Tooth, terms: Terms, local: Float64, box: Box) -> None:
        part = sleeves[box]
        sleeve = np.minimum(gingiva.sleeve(tooth, terms, local[:, 2]), FAR).reshape(part.shape)
        sleeves[box] = smooth_min(part, sleeve, SLEEVES)

    teeth = join_teeth(grid, placed, wrap)
    grind(grid, teeth, opposing)
    arch = gingiva.arch_map(grid, placed)
    gum = gingiva.finish(grid, sleeves, teeth, arch, jaw, seed)
    level = Level(grid, gaussian_filter(smooth_min(teeth, gum, SULCUS), BLUR).astype(np.float32))
    vertices, faces = casting.cast(level)
    vertices, faces = _trimmed(grid, arch, placed, vertices, faces)
    return _labelled(level, Level(grid, gum - teeth), placed, vertices, faces)


def _grid(placed: list[Tooth], step: float) -> Grid:
    shell = np.concatenate([tooth.shell() for tooth in placed])
    low = shell.min(axis=0) - np.array([ROOM_SIDE, 1.2, ROOM_BACK])
    high = shell.max(axis=0) + np.array([ROOM_SIDE, 1.2, ROOM_FRONT])
    root = float(np.mean([tooth.origin[1] for tooth in placed]))
    if up_axis(placed[0].crown.jaw)[1] < 0:
        high[1] = root + ROOM_ROOT
    else:
        low[1] = root - ROOM_ROOT + 1.0
    return Grid.around(low, high, step)


def _trimmed(grid: Grid, arch: ArchMap, placed: list[Tooth], vertices: Float64, faces: Faces) -> tuple[Float64, Faces]:
    beyond = gingiva.trim(arch, placed[0].crown.jaw, vertices, grid.index(vertices)[[0, 2]])
    vertices, faces, sign, _ = casting.split(vertices, faces, beyond)
    faces = faces[(sign[faces] <= 0).all(axis=1)]
    return casting.largest_piece(vertices, faces)


def _labelled(level: Level, gum_line: Level, placed: list[Tooth], vertices: Float64, faces: Faces) -> Surface:
    """Cut along the gum line, where both fields are equal, and label enamel by the nearest crown."""
    vertices, faces, sign, _ = casting.split(vertices, faces, gum_line.value(vertices))
    vertices = casting.even_line(level, vertices, faces, sign == 0)
    labels = np.where(sign >= 0, _nearest(placed, vertices), 0).astype(np.int16)
    labels = casting.one_patch_each(labels, faces)
    jaw = placed[0].crown.jaw
    report = ReadReport(format="generated", unit="mm", jaw=jaw, file_vertices=len(vertices), file_faces=len(faces))
    return Surface(
        vertices.astype(np.float32), faces.astype(np.int32), name=f"{jaw} jaw", arrays={"labels": labels}, report=report
    )


def _nearest(placed: list[Tooth], points: Float64) -> Float64:
    """Return the FDI number of the crown nearest to each point (n,)."""
    best, number = np.full(len(points), np.inf), np.zeros(len(points))
    for tooth in placed:
        local = tooth.to_tooth(points)
        size = tooth.crown.size
        close = (np.abs(local[:, 0]) < size.mesiodistal / 2 + 1.5) & (np.abs(local[:, 1]) < size.faciolingual / 2 + 2)
        index = np.flatnonzero(close & (local[:, 2] > -5))
        field = tooth.crown.field(local[index])
        nearer = field < best[index]
        best[index[nearer]], number[index[nearer]] = field[nearer], tooth.fdi
    return number
