"""All the checks of one channel, set up from its thresholds: one line a check, and how they are run over samples and bins."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce

import numpy as np

from neodent_viewer.sensors.allowance import Allowance, ClockAllowance, NoiseAllowance, StillAllowance, below
from neodent_viewer.sensors.bins import Bin, Binner
from neodent_viewer.sensors.channel import Channel
from neodent_viewer.sensors.check import GOOD, SUSPECT, Bounds, Check, SlowCheck
from neodent_viewer.sensors.checks.attenuated import Attenuated
from neodent_viewer.sensors.checks.climatology import Climatology
from neodent_viewer.sensors.checks.decoupling import Decoupling, Outside
from neodent_viewer.sensors.checks.drift import Drift
from neodent_viewer.sensors.checks.flat_line import FlatLine
from neodent_viewer.sensors.checks.gap import Gap
from neodent_viewer.sensors.checks.gross_range import GrossRange
from neodent_viewer.sensors.checks.late import Late
from neodent_viewer.sensors.checks.outlier import Outlier
from neodent_viewer.sensors.checks.rate_of_change import RateOfChange
from neodent_viewer.sensors.checks.saturation import Saturation
from neodent_viewer.sensors.checks.spike import Spike
from neodent_viewer.sensors.fault import FaultKind, FaultLog
from neodent_viewer.sensors.flagging import Said, worst
from neodent_viewer.sensors.glance import Glance
from neodent_viewer.sensors.sample import Float64
from neodent_viewer.sensors.thresholds import OFF, Limits

#: width of a bin: seconds, and periods
_WIDTH, _PERIODS = 10.0, 32.0
#: seconds that the time of day is judged over
_SEASON = 300.0
#: samples for which what is usual may be learnt later
_LEISURE = 384
#: blocks after which checks that have bounds know two samples
_SETTLED = 2
#: checks that find fault with sample after sample as long as something lasts
_LEANING = (FlatLine, Outside)


def bin_width(channel: Channel) -> float:
    """Return the seconds that slow checks of a channel look at as one."""
    return max(_WIDTH, _PERIODS / channel.quantity.rate)


class Battery:
    """The checks of one channel.

    Parameters
    ----------
    channel : Channel
    limits : Limits
    midnight : float or None
        A midnight on the program's clock (s), None when the time of day is not known.
    """

    def __init__(self, channel: Channel, limits: Limits, midnight: float | None) -> None:
        quantity = channel.quantity
        period, span = 1.0 / quantity.rate, quantity.high - quantity.low
        # a force sensor at rest reads a little below zero: a span's end is not its noise
        margin = 0.02 * span
        sensor = (quantity.low - margin, quantity.high + margin)
        self.late = Late(limits.late + period)
        self.gap = Gap(period, limits.gap)
        checks: list[Check] = [
            GrossRange(sensor, limits.user),
            FlatLine(limits.still, 1e-9 * span),
            Spike(limits.spike, limits.spike_bad),
            Outlier(limits.sigmas, limits.outlier, _LEISURE),
            RateOfChange(limits.rate, 0.5 * period),
            Decoupling(*limits.band, limits.away),
            Saturation(*limits.rails, limits.pressed, within=sensor),
        ]
        off = {
            Outlier.name: limits.outlier == OFF,
            Decoupling.name: limits.band == (-OFF, OFF),
            Saturation.name: limits.rails == (-OFF, OFF),
        }
        self.checks = tuple(check for check in checks if not off.get(check.name))
        #: those that have bounds are told samples within them late: the last two are all they keep
        bounds = {check: known for check in self.checks if (known := check.bounds()) is not None}
        self._bounds = reduce(Bounds.with_, bounds.values(), Bounds())
        self._bounded, self._others = tuple(bounds), tuple(check for check in self.checks if check not in bounds)
        self._behind: tuple[Sequence[float], Sequence[float]] | None = None
        self._taken = 0  # samples, as far as they matter
        self.lag = max(check.lag for check in self.checks)
        #: every fast test -> samples it must wait before it can judge one
        self.lags = {Late.name: Late.lag, Gap.name: Gap.lag, **{check.name: check.lag for check in self.checks}}
        width = bin_width(channel)
        slow: list[SlowCheck] = [
            Attenuated(limits.attenuated, max(1, round(limits.attenuated_over / width))),
            Climatology(limits.usual(), midnight, max(1, round(_SEASON / width))),
            Drift(limits.drift, limits.drift_over),
        ]
        self.slow = tuple(slow)
        self.bins = Binner(width)
        self.closed: list[Bin] = []  #: bins completed since somebody took them, the last few
        self.states: dict[str, int] = {}  #: slow check -> what it says until it says something else
        self._standing = GOOD
        self.turns = 0  #: how often what slow checks say has changed

    def stand(self, name: str, flag: int) -> None:
        """Let a slow check's flag hold from now on."""
        if self.states.get(name) != flag:
            self.turns += 1
        self.states[name] = flag
        self._standing = GOOD
        for other in self.states.values():
            self._standing = worst(self._standing, other)

    def allowance(self, time: float, value: float, clock: ClockAllowance, log: FaultLog) -> Allowance:
        """Return what samples may look like behind one taken at `time` (s) with a `value`, so that their flag is known."""
        edge = below(self.bins.edge) if self._taken >= _SETTLED else -math.inf
        flag = self._standing if self._standing >= SUSPECT else GOOD
        still = next((check.allowance(log) for check in self._others if isinstance(check, FlatLine)), StillAllowance())
        noise = next((check.allowance() for check in self._others if isinstance(check, Outlier)), NoiseAllowance())
        reach = time, value, self.gap.heard, self.gap.wait, self.late.tolerance, edge
        bounds = self._bounds._replace(step=below(self._bounds.step))
        return Allowance(*reach, *bounds, flag, clock, still, noise)

    def few(
        self, times: list[float], values: list[float], arrival: list[float], log: FaultLog, seen: Glance | None = None
    ) -> list[Said]:
        """Run all checks but late and gap over samples in order; rows are counted from 0.

        Those that find nothing wrong with samples `seen` at a glance say nothing: all is good to them.
        """
        said = []
        checks, seen = self._asked(times, values, seen)
        for check in checks:
            if seen is not None:
                if check.calm(seen):
                    check.skip(times, values)
                    continue
                alike = check.alike(times, values, arrival, seen) if isinstance(check, _LEANING) else None
                if alike is not None:
                    if alike.mark is not None:
                        log.add_few(check.kind, (alike.mark,), check.name, (seen.samples,))
                    said.append(Said(check.name, range(seen.samples), check.lag, [alike.flag] * seen.samples))
                    continue
            out = check.update(times, values, arrival)
            if out.marks:
                log.add_few(check.kind, out.marks, check.name)
            said.append(Said(check.name, range(len(times)), check.lag, out.flags))
        closed = self.bins.update(times, values, arrival)
        return self._slowly(closed, len(times), said, log) if closed or self._standing >= SUSPECT else said

    def many(
        self, times: Float64, values: Float64, arrival: Float64, log: FaultLog, seen: Glance | None = None
    ) -> list[Said]:
        """Do the same over arrays (k,)."""
        said = []
        rows = np.arange(len(times))
        lists = times.tolist(), values.tolist()
        checks, seen = self._asked(*lists, seen)
        for check in checks:
            if seen is not None and check.calm(seen):
                check.skip(*lists)
                continue
            out = check.sweep(times, values, arrival)
            if out.marks is not None:
                log.add_marks(check.kind, out.marks, check.name)
            said.append(Said(check.name, rows, check.lag, out.flags))
        closed = self.bins.update(*lists, arrival.tolist())
        return self._slowly(closed, len(times), said, log)

    def _asked(
        self, times: Sequence[float], values: Sequence[float], seen: Glance | None
    ) -> tuple[tuple[Check, ...], Glance | None]:
        """Return the checks that have to be asked about some samples, and what was seen of these, if that is of use."""
        if seen is None or self._taken < _SETTLED:
            return self._all(), seen
        if self._pass(times, values, seen):
            return self._others, seen
        seen = seen.closely(values)
        return (self._others if self._pass(times, values, seen) else self._all()), seen

    def _pass(self, times: Sequence[float], values: Sequence[float], seen: Glance) -> bool:
        """Let samples pass all checks that have bounds, if they lie within them; return whether they do."""
        if not self._bounds.hold(seen):
            return False
        if len(times) > 1:
            self._behind = times[-2:], values[-2:]
        elif self._behind is None:
            for check in self._bounded:
                check.skip(times, values)
        else:
            before, held = self._behind
            self._behind = (before[-1], times[0]), (held[-1], values[0])
        return True

    def _all(self) -> tuple[Check, ...]:
        """Return all checks, told what they let pass."""
        self._taken += 1
        if self._behind is not None:
            for check in self._bounded:
                check.skip(*self._behind)
            self._behind = None
        return self.checks

    def _slowly(self, closed: list[tuple[int, Bin]], count: int, said: list[Said], log: FaultLog) -> list[Said]:
        """Run the slow checks over bins and say for each row what stood when it came."""
        start = 0
        stood: list[int] = []
        for row, bin_ in closed:
            stood += [self._standing] * (row - start)
            start = row
            for check in self.slow:
                flag, mark = check.close(bin_)
                if mark is not None:
                    log.add(check.kind, mark, check.name)
                if self.states.get(check.name) != flag:
                    self.stand(check.name, flag)
            self.closed = [*self.closed[-63:], bin_]
        if self._standing >= SUSPECT or any(flag >= SUSPECT for flag in stood):
            stood += [self._standing] * (count - start)
            said.append(Said("slow", range(count), 0, stood))
        return said

    def kinds(self) -> list[FaultKind]:
        """Return the kinds of faults that slow checks say are going on."""
        if self._standing < SUSPECT:
            return []
        kinds = {check.name: check.kind for check in self.slow}
        return [kinds.get(name, FaultKind.DISAGREES) for name, flag in self.states.items() if flag >= SUSPECT]
