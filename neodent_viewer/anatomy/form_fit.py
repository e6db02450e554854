"""Finding the crown sizes, arch lines and incisor lean that give the arch and bite asked for, on textbook teeth.

Sizes first, then the upper arch line, then how far the upper incisors lean and where the lower arch line runs.
Individual deviations come later, in `setting`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq

from neodent_viewer.anatomy import bite
from neodent_viewer.anatomy.arch import ArchLine, Setter, Tooth
from neodent_viewer.anatomy.crown import Crown, build
from neodent_viewer.anatomy.parameters import SmileParameters
from neodent_viewer.anatomy.setup import SETUP, Stand
from neodent_viewer.anatomy.teeth import WHEELER, CrownSize, Jaw, position
from neodent_viewer.core.errors import ArgumentError

#: y of the lower incisors' edges, mm: the bite plane is y = 0
LOWER_EDGE = 1.0
#: squareness of the upper arch line at depth 0, and how much rounder the lower one is
SQUARENESS, LOWER_ROUNDER = 2.6, 0.2
#: reach of the upper arch line forwards of its widest place, mm
FORWARD = 41.0
#: mm the lower arch line runs inside the upper one at the sides
INSIDE = 2.2
#: mm between upper and lower incisors in a relaxed bite
INCISOR_CLEARANCE = 0.05
#: how many degrees the upper incisors may be tipped back or forth to meet the lower ones
LEAN = (-8.0, 4.0)

_TRIAL: tuple[int, ...] = (11, 21, 22, 23, 24, 25, 26)


@dataclass(frozen=True, slots=True)
class Fit:
    """What all further steps build on.

    Attributes
    ----------
    sizes : dict of (jaw, position) to CrownSize
        Crown sizes of the tooth types, mm.
    stands : dict of (jaw, position) to Stand
        Set-up of the tooth types.
    upper, lower : ArchLine
        Arch lines.
    """

    sizes: dict[tuple[Jaw, int], CrownSize]
    stands: dict[tuple[Jaw, int], Stand]
    upper: ArchLine
    lower: ArchLine


def fit(params: SmileParameters) -> Fit:
    """Return sizes, stands and arch lines for the smile asked for.

    Raises
    ------
    ArgumentError
        The incisors cannot have this overbite and overjet together.
    """
    sizes = type_sizes(params)
    crowns = {key: build(*key, size) for key, size in sizes.items() if key[0] == "upper" and key[1] <= 6}
    line = _fit_line(crowns, params)
    lower_crowns = {key: build(*key, size) for key, size in sizes.items() if key[0] == "lower" and key[1] <= 3}
    lean, forward = _fit_incisors(line, crowns, lower_crowns, params)
    stands = dict(SETUP)
    for place in (1, 2):
        stand = stands["upper", place]
        stands["upper", place] = stand._replace(torque=stand.torque + lean)
    lower = ArchLine(line.a - INSIDE * params.tooth_size, forward, line.n - LOWER_ROUNDER)
    return Fit(sizes, stands, line, lower)


def type_sizes(params: SmileParameters) -> dict[tuple[Jaw, int], CrownSize]:
    """Return the crown sizes asked for, mm.

    Wheeler's times tooth size; the upper central's height follows from its ratio, the widths of upper lateral and canine
    from their frontal proportions, which Wheeler's widths have in a textbook arch at the defaults.
    """
    sizes = {key: CrownSize(*(params.tooth_size * x for x in size)) for key, size in WHEELER.items() if key[1] <= 7}
    natural = SmileParameters()
    lateral = params.lateral_proportion / natural.lateral_proportion
    canine = lateral * params.canine_proportion / natural.canine_proportion
    central = sizes["upper", 1]
    sizes["upper", 1] = central._replace(height=central.mesiodistal / params.central_ratio)
    for place, factor in ((2, lateral), (3, canine)):
        size = sizes["upper", place]
        sizes["upper", place] = size._replace(mesiodistal=size.mesiodistal * factor)
    return sizes


def _trial(line: ArchLine, crowns: dict[tuple[Jaw, int], Crown]) -> dict[int, Tooth]:
    """Return half a textbook upper arch, with the other central and the mirrored first molar."""
    own = {fdi: crowns["upper", position(fdi)] for fdi in _TRIAL}
    stands = {fdi: SETUP["upper", position(fdi)] for fdi in _TRIAL}
    placed = bite.by_number(Setter(line, own, stands, dict.fromkeys(_TRIAL, -1.0)).fill(_TRIAL))
    molar = placed[26]
    placed[16] = replace(molar, axes=molar.axes * [-1, 1, 1], origin=molar.origin * [-1, 1, 1])
    return placed


def _fit_line(crowns: dict[tuple[Jaw, int], Crown], params: SmileParameters) -> ArchLine:
    """Return the arch line with the width asked for, and as much deeper as asked than the textbook one."""

    def at_width(squareness: float, a: float) -> tuple[ArchLine, float]:
        for _ in range(3):
            trial = _trial(ArchLine(a, FORWARD, squareness), crowns)
            a += (params.arch_width - bite.arch_width(trial)) / 2
        return ArchLine(a, FORWARD, squareness), bite.arch_depth(trial)

    found, depth = at_width(SQUARENESS, 24.0)
    if params.arch_depth == 0:
        return found
    wanted = depth + params.arch_depth
    squareness = brentq(lambda n: at_width(n, found.a)[1] - wanted, 1.7, 4.5, xtol=0.02)
    return at_width(squareness, found.a)[0]


def _fit_incisors(
    line: ArchLine,
    upper: dict[tuple[Jaw, int], Crown],
    lower: dict[tuple[Jaw, int], Crown],
    params: SmileParameters,
) -> tuple[float, float]:
    """Return the lean (degrees) that brings the upper central against the lower one, and the lower line's reach (mm)."""
    forward = FORWARD - 1.0

    def pair(lean: float) -> tuple[Tooth, Tooth]:
        stand = SETUP["upper", 1]._replace(torque=SETUP["upper", 1].torque + lean)
        u = Setter(line, {21: upper["upper", 1]}, {21: stand}, {21: LOWER_EDGE - params.overbite}).stand(21, 4.2)
        below = ArchLine(line.a - INSIDE * params.tooth_size, forward, line.n - LOWER_ROUNDER)
        low = Setter(below, {31: lower["lower", 1]}, {31: SETUP["lower", 1]}, {31: LOWER_EDGE}).stand(31, 2.5)
        step = bite.incisal_edge(u)[1] - params.overjet - bite.incisal_edge(low)[1]
        return u, low.shifted(np.array([0.0, 0.0, step]))

    def clear(lean: float) -> float:
        return bite.clearance(*pair(lean)) - INCISOR_CLEARANCE

    if clear(LEAN[0]) < -0.10:
        raise _impossible(params)
    lean = LEAN[0] if clear(LEAN[0]) < 0 else LEAN[1] if clear(LEAN[1]) > 0 else float(brentq(clear, *LEAN, xtol=0.05))
    plain = Setter(
        ArchLine(line.a - INSIDE * params.tooth_size, forward, line.n - LOWER_ROUNDER),
        {31: lower["lower", 1]}, {31: SETUP["lower", 1]}, {31: LOWER_EDGE},
    ).stand(31, 2.5)  # fmt: skip
    return lean, forward + float(pair(lean)[1].origin[2] - plain.origin[2])


def _impossible(params: SmileParameters) -> ArgumentError:
    return ArgumentError(
        f"An overbite of {params.overbite:g} mm and an overjet of {params.overjet:g} mm drive the incisors into each other.",
        kind="argument",
        where="overbite, overjet",
        remedy="Ask for more overjet or less overbite.",
    )
