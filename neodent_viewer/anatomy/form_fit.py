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
#: mm of collision between incisors that grinding in may still take away
GRINDABLE = 0.10
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
    pair = _Incisors(line, crowns["upper", 1], build("lower", 1, sizes["lower", 1]), params)
    lean, lower = _fit_incisors(pair, params)
    stands = dict(SETUP)
    for place in (1, 2):
        stand = stands["upper", place]
        stands["upper", place] = stand._replace(torque=stand.torque + lean)
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


class _Incisors:
    """A textbook pair of left central incisors: the upper one tipped, the lower one moved to an overjet."""

    def __init__(self, line: ArchLine, upper: Crown, lower: Crown, params: SmileParameters) -> None:
        self._line, self._upper, self._params = line, upper, params
        self.lower_line = ArchLine(line.a - INSIDE * params.tooth_size, FORWARD - 1.0, line.n - LOWER_ROUNDER)
        heights = {31: LOWER_EDGE}
        self._lower = Setter(self.lower_line, {31: lower}, {31: SETUP["lower", 1]}, heights).stand(31, 2.5)

    def tipped(self, lean: float) -> Tooth:
        """Return the upper tooth, its crown tipped facially by `lean` degrees."""
        stand = SETUP["upper", 1]._replace(torque=SETUP["upper", 1].torque + lean)
        heights = {21: LOWER_EDGE - self._params.overbite}
        return Setter(self._line, {21: self._upper}, {21: stand}, heights).stand(21, 4.2)

    def step(self, upper: Tooth, overjet: float) -> float:
        """Return how far (mm along z) the lower tooth moves to stand at an overjet."""
        return bite.incisal_edge(upper)[1] - overjet - bite.incisal_edge(self._lower)[1]

    def clear(self, lean: float, overjet: float) -> float:
        """Return the clearance of the two at an overjet, less the usual one, mm."""
        upper = self.tipped(lean)
        lower = self._lower.shifted(np.array([0.0, 0.0, self.step(upper, overjet)]))
        return bite.clearance(upper, lower) - INCISOR_CLEARANCE


def _fit_incisors(pair: _Incisors, params: SmileParameters) -> tuple[float, ArchLine]:
    """Return the lean (degrees) that brings the upper central against the lower one, and the lower arch line."""
    back, forth = (pair.clear(lean, params.overjet) for lean in LEAN)
    if back < -GRINDABLE:
        raise _impossible(
            params, brentq(lambda jet: pair.clear(LEAN[0], jet) + GRINDABLE, params.overjet, 9.0, xtol=0.01)
        )
    if back < 0:
        lean = LEAN[0]
    elif forth > 0:
        lean = LEAN[1]
    else:
        lean = brentq(lambda angle: pair.clear(angle, params.overjet), *LEAN, xtol=0.05)
    line = pair.lower_line
    return lean, replace(line, b=line.b + pair.step(pair.tipped(lean), params.overjet))


def _impossible(params: SmileParameters, least: float) -> ArgumentError:
    enough = np.ceil(least * 10 + 0.1) / 10
    return ArgumentError(
        f"An overbite of {params.overbite:g} mm and an overjet of {params.overjet:g} mm drive the incisors into each other.",
        kind="argument",
        where="overbite, overjet",
        remedy=f"Ask for an overjet of {enough:.1f} mm or more, or for less overbite.",
    )
