"""Setting up a whole dentition: individual crowns on the fitted arch lines, brought to the bite asked for.

Order: the lower teeth on their curve of Spee, the upper front teeth over them at the overbite and overjet, lower
laterals and canines against those, then the upper back teeth down until cusps meet fossae.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq

from neodent_viewer.anatomy import bite
from neodent_viewer.anatomy.arch import ArchLine, Setter, Tooth
from neodent_viewer.anatomy.crown import Crown, build
from neodent_viewer.anatomy.form_fit import LOWER_EDGE, Fit, fit
from neodent_viewer.anatomy.individual import Individual, individual
from neodent_viewer.anatomy.parameters import SmileParameters
from neodent_viewer.anatomy.setup import SETUP, Stand
from neodent_viewer.anatomy.teeth import LOWER, UPPER, is_anterior, jaw, position, side

#: mm the lower second molars' distal cusps stand above the incisors' edges
BACK_RISE = 0.9
#: farthest the upper back teeth may stand above the place where they would touch, and press below it, mm
HANG, PRESS = 0.30, 0.20
#: farthest a lower lateral or canine is moved out of the arch line to meet or clear the upper teeth, mm
STEP_OUT = 0.45


@dataclass(frozen=True, slots=True)
class Setting:
    """A dentition set up.

    Attributes
    ----------
    params, seed : SmileParameters, int
        What it was made from; the same two make the same setting.
    upper, lower : tuple of Tooth
        From the patient's right to left.
    """

    params: SmileParameters
    seed: int
    upper: tuple[Tooth, ...]
    lower: tuple[Tooth, ...]

    def teeth(self) -> dict[int, Tooth]:
        """Return all teeth by FDI number."""
        return bite.by_number((*self.upper, *self.lower))


class _Bench:
    """The articulator: crowns, stands, heights and lines that the steps below adjust in turn."""

    def __init__(self, params: SmileParameters, seed: int) -> None:
        self.params = params
        self.fit: Fit = fit(params)
        self.own: dict[int, Individual] = {fdi: individual(fdi, seed, params.asymmetry) for fdi in UPPER + LOWER}
        self.crowns: dict[int, Crown] = {}
        self.stands: dict[int, Stand] = {}
        for fdi, own in self.own.items():
            key = (jaw(fdi), position(fdi))
            self.crowns[fdi] = build(*key, own.sized(self.fit.sizes[key]), own.shifts)
            self.stands[fdi] = own.standing(self.fit.stands[key])
        self.spee = params.spee
        self.heights = {fdi: self._first_height(fdi) for fdi in UPPER + LOWER}
        self.lines: dict[str, ArchLine] = {"upper": self.fit.upper, "lower": self.fit.lower}

    def _first_height(self, fdi: int) -> float:
        own, rise = self.own[fdi].height, SETUP[jaw(fdi), position(fdi)].rise
        if jaw(fdi) == "lower":
            return self._curve(fdi) + rise + own
        if is_anterior(fdi):
            return LOWER_EDGE - self.params.overbite + rise - own
        return self._curve(fdi) - 1.5

    def _curve(self, fdi: int) -> float:
        """Height of the curve of Spee at a tooth, mm."""
        widths = [self.fit.sizes[jaw(fdi), place].mesiodistal for place in range(1, 8)]
        here = sum(widths[: position(fdi)]) - widths[position(fdi) - 1] / 2
        share = (here - widths[0] / 2) / (sum(widths) - widths[0] / 2)
        return float(LOWER_EDGE + BACK_RISE * share - self.spee * np.sin(np.pi * share**1.3))

    def fill(self, order: tuple[int, ...]) -> list[Tooth]:
        which = jaw(order[0])
        return Setter(self.lines[which], self.crowns, self.stands, self.heights).fill(order)


def set_up(params: SmileParameters, seed: int) -> Setting:
    """Return the dentition for these parameters, the same for the same seed.

    Raises
    ------
    ArgumentError
        The incisors cannot have this overbite and overjet together.
    """
    bench = _Bench(params, seed)
    _shape_spee(bench)
    for _ in range(2):
        _set_incisors(bench)
    _meet_front(bench)
    lower = bench.fill(LOWER)
    for _ in range(2):
        _seat_back(bench, lower)
    return Setting(params, seed, tuple(bench.fill(UPPER)), tuple(lower))


def _shape_spee(bench: _Bench) -> None:
    """Scale the lower curve until it measures what was asked."""
    for _ in range(2):
        missing = bench.params.spee - bite.spee(bite.by_number(bench.fill(LOWER)))
        before = {fdi: bench._curve(fdi) for fdi in LOWER}
        bench.spee += missing
        for fdi in LOWER:
            bench.heights[fdi] += bench._curve(fdi) - before[fdi]


def _set_incisors(bench: _Bench) -> None:
    """Bring the mean overbite and overjet to what was asked: upper front teeth up or down, lower line back or forth."""
    placed = bite.by_number(bench.fill(UPPER) + bench.fill(LOWER))
    lift = bite.overbite(placed) - bench.params.overbite
    for fdi in UPPER:
        if is_anterior(fdi):
            bench.heights[fdi] += lift
    line = bench.lines["lower"]
    bench.lines["lower"] = replace(line, b=line.b + bite.overjet(placed) - bench.params.overjet)


def _meet_front(bench: _Bench) -> None:
    """Move lower laterals and canines out of line until they just clear, or just meet, the upper teeth."""
    for _ in range(2):
        upper, lower = bench.fill(UPPER), bite.by_number(bench.fill(LOWER))
        for fdi in (32, 33, 42, 43):
            clear = min(bite.clearance(lower[fdi], other) for other in upper)
            stand, usual = bench.stands[fdi], SETUP["lower", position(fdi)].offset
            offset = np.clip(stand.offset + clear - 0.03, usual - STEP_OUT, usual + STEP_OUT)
            bench.stands[fdi] = stand._replace(offset=float(offset))


def _seat_back(bench: _Bench, lower: list[Tooth]) -> None:
    """Lower the upper back teeth onto the lower ones: each near where it touches, all near one smooth line."""
    upper = bite.by_number(bench.fill(UPPER))
    touch = {fdi: bench.heights[fdi] + _drop(upper[fdi], lower) for fdi in UPPER if not is_anterior(fdi)}
    places = np.array([4.0, 5.0, 6.0, 7.0])
    mean = [(touch[10 + int(p)] + touch[20 + int(p)]) / 2 for p in places]
    canine = (bench.heights[13] + bench.heights[23]) / 2
    smooth = np.polynomial.Polynomial.fit(np.append(places, 3.0), [*mean, canine], 2, w=[1, 1, 1, 1, 1])
    for fdi, height in touch.items():
        wanted = float(smooth(position(fdi))) + SETUP["upper", position(fdi)].rise
        bench.heights[fdi] = height + float(np.clip(wanted - height, -PRESS, HANG))


def _drop(tooth: Tooth, others: list[Tooth]) -> float:
    """Return how far (mm along y, negative down) an upper tooth moves until it just touches the lower ones."""
    near = [
        other
        for other in others
        if side(other.fdi) == side(tooth.fdi) and abs(position(other.fdi) - position(tooth.fdi)) < 2
    ]

    def clear(dy: float) -> float:
        moved = tooth.shifted(np.array([0.0, dy, 0.0]))
        return min(bite.clearance(moved, other) for other in near)

    return float(brentq(clear, -3.0, 3.0, xtol=0.003))
