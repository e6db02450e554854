"""Calibration of a channel: offset and gain from one or two reference readings, between what is sent and everything else.

``value = gain * raw + offset``. One reading moves the offset and leaves the gain; two set both. Raw samples are never
changed: what is kept of them stays raw, and says which calibration counted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.sensors.channel import Quantity

#: gains that a sensor of the right kind and unit can need
GAIN = (0.2, 5.0)
#: readings further apart than this share of the sensor's span tell a gain, and nearer than this one an offset can be believed
_APART, _NEAR = 0.01, 0.5
#: readings kept, and characters of a name
_MOST, _LONGEST = 2, 192


@dataclass(frozen=True, slots=True)
class Calibration:
    """One calibration.

    Attributes
    ----------
    gain : float
        Without unit.
    offset : float
        In the channel's unit.
    readings : tuple of (float, float)
        What the sensor said, raw, and what was true.
    at : str
        When, ISO 8601 with its time zone; empty when that is not known.
    by : str
        Who did it.
    """

    gain: float = 1.0
    offset: float = 0.0
    readings: tuple[tuple[float, float], ...] = ()
    at: str = ""
    by: str = ""

    def alike(self, other: Calibration) -> bool:
        """Return whether both make the same of every sample."""
        return (self.gain, self.offset) == (other.gain, other.offset)

    def value(self, raw: float) -> float:
        """Return what a raw reading means."""
        return self.gain * raw + self.offset

    def raw(self, value: float) -> float:
        """Return what the sensor must have said."""
        return (value - self.offset) / self.gain

    def values(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what raw readings (k,) mean, float64; the same array where nothing changes."""
        return raw if self.alike(AS_SENT) else np.asarray(self.gain * raw + self.offset, np.float64)

    def words(self, unit: str = "") -> str:
        """Return it as a formula.

        >>> Calibration(1.02, -0.3).words("°C"), Calibration().words("N")
        ('1.02 × raw − 0.3 °C', 'as sent')
        """
        if self.alike(AS_SENT):
            return "as sent"
        sign, unit = "−" if self.offset < 0 else "+", "" if unit == "pH" else f" {unit}" if unit else ""
        return f"{self.gain:.4g} × raw {sign} {abs(self.offset):.4g}{unit}"

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        readings = [list(pair) for pair in self.readings]
        return {"gain": self.gain, "offset": self.offset, "readings": readings, "at": self.at, "by": self.by}


AS_SENT = Calibration()
#: from which `read` time (s) on a calibration counts, and the calibration
Step = tuple[float, Calibration]


@dataclass(frozen=True, slots=True)
class Recalibration:
    """That what a recording's raw values mean was changed later, and what counted before: enough to take it back.

    Attributes
    ----------
    start, end : float
        `read` times (s, on the recording's clock) between which samples mean something else; `end` itself does not, and is
        infinite where it goes to the recording's end.
    calibration : Calibration
        What they mean now.
    before : tuple of Step
        All that counted for the channel before.
    at, by : str
        When (ISO 8601), and who changed it; empty where that is not known.
    """

    start: float
    end: float
    calibration: Calibration
    before: tuple[Step, ...] = ()
    at: str = ""
    by: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        span = {"start": self.start, "end": self.end if math.isfinite(self.end) else None}
        before = [step_json(step) for step in self.before]
        return {**span, "calibration": self.calibration.to_json(), "before": before, "at": self.at, "by": self.by}


def stated(gain: float, offset: float, *, at: datetime, by: str = "") -> Calibration:
    """Return a calibration that somebody states; ArgumentError for one that no sensor can need."""
    if not (math.isfinite(gain) and GAIN[0] <= gain <= GAIN[1]):
        remedy = f"It must be {GAIN[0]:g} to {GAIN[1]:g}; value = gain × raw + offset."
        raise _refused(f"{gain:g} is no gain of such a sensor.", "gain", remedy)
    if not math.isfinite(offset):
        raise _refused("An offset is a number.", "offset", "Say it in the channel's unit.")
    if len(by) > _LONGEST:
        raise _refused("That is too long for a name.", "by", f"Use at most {_LONGEST} characters.")
    return Calibration(gain, offset, (), at.isoformat(timespec="seconds"), _plain(by))


def calibrated(
    quantity: Quantity, readings: Sequence[tuple[float, float]], before: Calibration, *, at: datetime, by: str
) -> Calibration:
    """Return the calibration that one or two readings ask for.

    Parameters
    ----------
    quantity : Quantity
    readings : sequence of (float, float)
        Raw reading and true value, in the quantity's unit.
    before : Calibration
        Whose gain stays where there is one reading.
    at : datetime
    by : str

    Raises
    ------
    ArgumentError
        For readings that are no numbers or too much alike, true values no such sensor can have, a gain or an offset out of
        all proportion, or nobody's name.
    """
    span = quantity.high - quantity.low
    if not 1 <= len(readings) <= _MOST:
        raise _refused("One or two readings make a calibration.", "readings", "Take the present reading first.")
    for number, (raw, true) in enumerate(readings, 1):
        if not math.isfinite(raw):
            remedy = "Put the sensor into what has this value, wait until it is steady, and press Take."
            raise _refused("What the sensor says there was not taken.", f"reading {number}", remedy)
        if not math.isfinite(true):
            unit = "" if quantity.unit == "pH" else f" in {quantity.unit}"
            remedy = f"Type what it is in truth{unit}, from {quantity.low:g} to {quantity.high:g}."
            raise _refused("Its true value is missing, or is no number.", f"reading {number}", remedy)
        if not quantity.low <= true <= quantity.high:
            what = f"{true:g} {quantity.unit} is no value of such a sensor."
            limits = f"Type a true value from {quantity.low:g} to {quantity.high:g} {quantity.unit}."
            raise _refused(what, f"reading {number}", limits)
    gain = before.gain
    if len(readings) == _MOST:
        (raw_1, true_1), (raw_2, true_2) = readings
        if abs(raw_2 - raw_1) < _APART * span or abs(true_2 - true_1) < _APART * span:
            what = f"The two readings are alike: {raw_1:.4g} and {raw_2:.4g} {quantity.unit}."
            remedy = f"Let them be {_APART * span:.2g} {quantity.unit} apart or more, or leave the second out."
            raise _refused(what, "reading 2", remedy)
        gain = (true_2 - true_1) / (raw_2 - raw_1)
        if not GAIN[0] <= gain <= GAIN[1]:
            remedy = f"It must be {GAIN[0]:g} to {GAIN[1]:g}: check both values, their order, and the sensor's unit."
            raise _refused(f"These readings ask for a gain of {gain:.3g}.", "gain", remedy)
    offset = readings[0][1] - gain * readings[0][0]
    if abs(readings[0][1] - readings[0][0]) > _NEAR * span:
        what = f"The sensor is {abs(readings[0][1] - readings[0][0]):.4g} {quantity.unit} off."
        raise _refused(what, "reading 1", "That is no matter of calibration: check the unit, then change the sensor.")
    if not by.strip() or len(by) > _LONGEST:
        raise _refused("A calibration says who made it.", "by", "Type your name.")
    return Calibration(gain, offset, tuple((float(a), float(b)) for a, b in readings), at.isoformat(), _plain(by))


def read_calibration(record: Any) -> Calibration | None:
    """Return a record of `Calibration.to_json`; None for one that makes no sense, since nothing may be bent by it."""
    if not isinstance(record, Mapping):
        return None
    gain, offset, readings = record.get("gain"), record.get("offset"), record.get("readings", ())
    at, by = record.get("at", ""), record.get("by", "")
    if not (_number(gain) and _number(offset) and GAIN[0] <= gain <= GAIN[1]):
        return None
    if not (isinstance(at, str) and isinstance(by, str) and isinstance(readings, list | tuple)):
        return None
    pairs = [pair for pair in readings if isinstance(pair, list | tuple) and len(pair) == 2 and all(map(_number, pair))]
    if len(pairs) != len(readings) or len(pairs) > _MOST:
        return None
    return Calibration(
        float(gain), float(offset), tuple((float(a), float(b)) for a, b in pairs), _plain(at), _plain(by)
    )


def moment_words(at: str) -> str:
    """Return a date of ISO 8601 with its time zone as a clock and a calendar here show it; any other text as it is.

    >>> moment_words("once"), len(moment_words("2030-05-01T12:00:00+00:00"))
    ('once', 16)
    """
    try:
        return f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError):
        return at


def step_json(step: Step) -> dict[str, Any]:
    """Return a step as JSON values: the calibration's, and since when it counts."""
    return {"since": step[0], **step[1].to_json()}


def read_step(record: Any) -> Step | None:
    """Return a record of `step_json`; None for one that makes no sense."""
    made = read_calibration(record)
    return (float(record["since"]), made) if made is not None and _number(record.get("since")) else None


def read_recalibration(record: Any) -> Recalibration | None:
    """Return a record of `Recalibration.to_json`; None for one that makes no sense."""
    made = read_calibration(record.get("calibration")) if isinstance(record, Mapping) else None
    if made is None:
        return None
    start, end, before = record.get("start"), record.get("end"), record.get("before")
    end = math.inf if end is None else end
    if not (_number(start) and (end == math.inf or _number(end)) and isinstance(before, list)):
        return None
    steps = [step for one in before if (step := read_step(one)) is not None]
    at, by = record.get("at", ""), record.get("by", "")
    if len(steps) != len(before) or not (isinstance(at, str) and isinstance(by, str)):
        return None
    return Recalibration(float(start), float(end), made, tuple(steps), _plain(at), _plain(by))


def _plain(text: str) -> str:
    """Return a text that any file can hold, on one line."""
    return "".join(sign if sign.isprintable() else " " for sign in text)[:_LONGEST].strip()


def _number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _refused(what: str, where: str, remedy: str) -> ArgumentError:
    return ArgumentError(what, kind="argument", where=where, remedy=remedy)
