"""Thresholds of every quality test: they come with the quantity and its cadence, and every one can be changed.

What a person changes is a small table, ``{channel key or quantity: {threshold: value}}``, kept in a document; a channel's own
entry counts before its quantity's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.sensors.channel import Channel, Quantity
from neodent_viewer.sensors.checks.climatology import Usual
from neodent_viewer.sensors.threshold_words import WORDS

#: any value, any rate: the test is off
OFF = math.inf
Span = tuple[float, float]
ANYTHING: Span = (-OFF, OFF)


@dataclass(frozen=True, slots=True)
class Limits:
    """Thresholds of a quantity's checks, in its unit and in seconds.

    Attributes
    ----------
    user : tuple of (float, float)
        Values a mouth can have; outside is suspect. The sensor's own span comes with the quantity.
    still : float
        Seconds without any movement that are suspect.
    spike, spike_bad : float
        Heights of a jump there and back.
    rate : float
        Units per second that two steps in a row may not exceed.
    late : float
        Seconds of delay beyond one period that are still in time.
    sigmas, outlier : float
        Standard deviations out of its own noise that make a sample suspect, and the height below which none is.
    gap : float
        Periods without a sample.
    band : tuple of (float, float)
        Values that a sensor in the mouth does not leave ...
    away : float
        ... for longer than this, seconds.
    rails : tuple of (float, float)
        Ends of what the sensor can deliver; at or beyond one for more than `pressed` seconds is saturated.
    pressed : float
    attenuated : float
        Range that `attenuated_over` seconds must at least show.
    attenuated_over : float
    drift : float
        Units per hour, seen over `drift_over` hours.
    drift_over : float
    day, night : tuple of (float, float)
        What is usual awake and asleep.
    asleep : tuple of (float, float)
        Hours of the day between which people sleep.
    neighbour : float
        Disagreement between probes.
    jump : float
        Seconds by which a sender's clock must leap.
    """

    user: Span
    still: float
    spike: float
    spike_bad: float
    rate: float
    late: float = 0.5
    sigmas: float = 3.85
    outlier: float = OFF
    gap: float = 2.5
    band: Span = ANYTHING
    away: float = 20.0
    rails: Span = ANYTHING
    pressed: float = 1.0
    attenuated: float = 0.0
    attenuated_over: float = 60.0
    drift: float = OFF
    drift_over: float = 3.0
    day: Span = ANYTHING
    night: Span = ANYTHING
    asleep: Span = (23.0, 7.0)
    neighbour: float = OFF
    jump: float = 3.0

    def usual(self) -> tuple[Usual, ...]:
        """Return what is usual by the time of day."""
        since, until = self.asleep
        return Usual(since, until, *self.night), Usual(until, since, *self.day)


#: Spans from `channel.QUANTITIES`; rates leave room for a hot drink (tea 20 °C above the mouth, a sealed thermometer
#: that answers in 3-12 s, Sens. Mater. 35:1315), an acid drink (back within 1.3 min) and a hard bite (600 N in a
#: quarter of a second, Sensors 16:1244). Usual values by day and night: J Dent 2016;51:49, three standard deviations
#: wide. Drift: six tenths of what must be found. A bite bends more between two samples than any noise, so force has no
#: adaptive spike.
LIMITS: dict[str, Limits] = {
    "temperature": Limits(
        user=(5.0, 58.0), still=2.0, spike=1.5, spike_bad=4.0, rate=5.0, outlier=0.2, band=(30.0, 42.0),
        rails=(0.05, 59.95), attenuated=0.03, drift=0.3, day=(31.5, 38.0), night=(32.5, 38.5), neighbour=3.0,
    ),
    "ph": Limits(
        user=(1.0, 13.0), still=4.0, spike=1.3, spike_bad=2.0, rate=0.9, outlier=0.09, rails=(0.01, 13.99),
        attenuated=0.01, drift=0.06, day=(5.7, 8.7), night=(5.2, 8.2), neighbour=1.2,
    ),
    "force": Limits(
        user=(-10.0, 695.0), still=1.0, spike=120.0, spike_bad=240.0, rate=12_000.0,
        band=(-12.0, 400.0), rails=(-OFF, 699.5), attenuated=0.2,
    ),
}  # fmt: skip


def limits_of(quantity: Quantity) -> Limits:
    """Return the thresholds of a quantity; one the house has no figures for is judged by its span alone."""
    if quantity.name in LIMITS:
        return LIMITS[quantity.name]
    span = quantity.high - quantity.low
    still = max(2.0, 8.0 / quantity.rate)
    return Limits((quantity.low, quantity.high), still, 0.3 * span, 0.6 * span, span * quantity.rate)


#: test -> the thresholds it speaks by
THRESHOLDS_OF: dict[str, tuple[str, ...]] = {
    "gap": ("gap",),
    "late": ("late",),
    "gross_range": ("user",),
    "flat_line": ("still",),
    "spike": ("spike", "spike_bad"),
    "outlier": ("sigmas", "outlier"),
    "rate_of_change": ("rate",),
    "decoupling": ("band", "away"),
    "saturation": ("rails", "pressed"),
    "attenuated": ("attenuated", "attenuated_over"),
    "climatology": ("day", "night", "asleep"),
    "drift": ("drift", "drift_over"),
    "neighbour": ("neighbour",),
    "clock_jump": ("jump",),
    "syntax": (),
}


def changed_tests(limits: Limits, quantity: Quantity) -> frozenset[str]:
    """Return the tests that speak by other thresholds than come with a quantity.

    >>> from neodent_viewer.sensors.channel import QUANTITIES
    >>> sorted(changed_tests(replace(LIMITS["ph"], spike=1.0, drift=0.1), QUANTITIES["ph"]))
    ['drift', 'spike']
    """
    own = limits_of(quantity)
    changed = {field.name for field in fields(Limits) if getattr(limits, field.name) != getattr(own, field.name)}
    return frozenset(test for test, names in THRESHOLDS_OF.items() if changed.intersection(names))


def limits_for(channel: Channel, table: Mapping[str, Any] | None = None) -> Limits:
    """Return the thresholds of a channel under a table of changes; entries that make no sense are left out.

    >>> from neodent_viewer.sensors.channel import channel
    >>> limits_for(channel("t11", "ph"), {"ph": {"drift": 0.2}, "t11/ph": {"late": 2.0}}).drift
    0.2
    """
    limits = limits_of(channel.quantity)
    for key in (channel.quantity.name, channel.key):
        changes = (table or {}).get(key)
        if isinstance(changes, Mapping):
            for name, value in changes.items():
                try:
                    change: dict[str, Any] = {name: checked(name, value)}
                    limits = replace(limits, **change)
                except ArgumentError:
                    continue  # a file from elsewhere: what it says beyond our words is no reason to judge nothing
    return limits


def checked(name: str, value: Any, unit: str = "") -> float | Span:
    """Return a threshold as `Limits` keeps it; raises ArgumentError for a name or a value that cannot be one.

    `unit` is that of the channel's quantity, for the sentence.
    """
    known = {field.name: field for field in fields(Limits)}
    if name not in known:
        what = f"There is no threshold called {name!r}."
        raise ArgumentError(what, kind="argument", where=name, remedy=f"Thresholds: {', '.join(known)}.")
    words = next((one for one in WORDS if one.name == name), None)
    title, unit = (name, "") if words is None else (words.title, words.unit_of(unit))
    pair = "Span" in str(known[name].type)
    numbers = list(value) if isinstance(value, list | tuple) else [value]
    if len(numbers) != (2 if pair else 1):
        raise _refused(name, f"{title!r} has {'a low and a high end' if pair else 'one number'}.", "Give it that.")
    ends = ("low end of ", "high end of ") if pair else ("",)
    for end, number in zip(ends, numbers, strict=True):
        if not isinstance(number, int | float) or isinstance(number, bool) or math.isnan(number):
            what = f"The {end}{title!r} is no number." if end else f"{title!r} is no number."
            raise _refused(name, what, f"Type one in {unit}, or off." if unit.strip() else "Type one, or off.")
    first, last = float(numbers[0]), float(numbers[-1])
    if pair and name != "asleep" and first > last:  # who sleeps past midnight wakes at an earlier hour
        what = f"The low end of {title!r}, {_said(first, unit)}, lies above its high end, {_said(last, unit)}."
        allowed = f"Type {_said(last, unit)} or less as the low end, or {_said(first, unit)} or more as the high end."
        raise _refused(name, what, allowed)
    if pair:
        return first, last
    if first < 0:
        raise _refused(name, f"{title!r} cannot be {_said(first, unit)}.", f"Type {_said(0.0, unit)} or more, or off.")
    return first


def _said(value: float, unit: str) -> str:
    """Return a number with its unit.

    >>> _said(60.0, "°C"), _said(7.0, "pH")
    ('60 °C', '7 pH')
    """
    return f"{value:.10g} {unit}".strip()


def _refused(name: str, what: str, remedy: str) -> ArgumentError:
    return ArgumentError(what, kind="argument", where=name, remedy=remedy)
