"""One quantity of one sensor: what it measures, in what unit, over what range, how often."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Flag(IntEnum):
    """Quality of one sample, after QARTOD (IOOS, *Manual for Real-Time Quality Control*, 2020)."""

    GOOD = 1
    NOT_EVALUATED = 2
    SUSPECT = 3
    BAD = 4
    MISSING = 9


@dataclass(frozen=True, slots=True)
class Quantity:
    """A kind of measurement.

    Attributes
    ----------
    name : str
        Word used in addresses and on screen: ``"temperature"``.
    unit : str
        As shown: ``"°C"``; empty for pH.
    low, high : float
        What the sensor can deliver at all (gross range), in `unit`.
    show_low, show_high : float
        The span a colour map covers by default, in `unit`.
    rate : float
        Nominal samples per second.
    colormap : str
        cmap name; perceptually even and colour-blind safe.
    """

    name: str
    unit: str
    low: float
    high: float
    show_low: float
    show_high: float
    rate: float
    colormap: str


#: Ranges and rates: J Dent 2016;51:49 (pH, temperature), Sensors 16:1244 (bite force).
QUANTITIES: dict[str, Quantity] = {
    "temperature": Quantity("temperature", "°C", 0.0, 60.0, 32.0, 38.0, 4.0, "crameri:vik"),
    "ph": Quantity("ph", "pH", 0.0, 14.0, 5.0, 8.0, 1.0, "crameri:batlow"),
    "force": Quantity("force", "N", 0.0, 700.0, 0.0, 600.0, 50.0, "cividis"),
}


@dataclass(frozen=True, slots=True)
class Channel:
    """One stream of samples.

    Attributes
    ----------
    key : str
        ``"<sensor>/<quantity>"``, for instance ``"t11/temperature"``; the same in OSC addresses, consent and documents.
    quantity : Quantity
        What it measures.
    """

    key: str
    quantity: Quantity

    @property
    def sensor(self) -> str:
        """Name of the sensor this channel belongs to."""
        return self.key.rpartition("/")[0]


def channel(sensor: str, quantity: str) -> Channel:
    """Return the channel of a known quantity; raises KeyError for a quantity the house does not know.

    >>> channel("t11", "temperature").key
    't11/temperature'
    """
    return Channel(f"{sensor}/{quantity}", QUANTITIES[quantity])
