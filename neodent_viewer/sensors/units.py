"""Units a sensor may speak in, and what the house shows instead: known ones are converted, unknown ones refused in words.

Names are those of SenML's registry (RFC 8428 section 12.1, RFC 8798 section 3) and what technicians write by hand.
"""

from __future__ import annotations

from dataclasses import dataclass

from neodent_viewer.core.errors import SensorError
from neodent_viewer.sensors.channel import QUANTITIES


@dataclass(frozen=True, slots=True)
class Unit:
    """One way to write a unit: ``value * scale + offset`` is in `shown`.

    Attributes
    ----------
    shown : str
        The unit the house uses for this kind of measurement.
    scale, offset : float
    """

    shown: str
    scale: float = 1.0
    offset: float = 0.0


_CELSIUS, _NEWTON, _PH, _PASCAL, _MICROMOLAR = "°C", "N", "pH", "kPa", "µmol/L"
#: no sensor in a mouth measures as much, in whatever unit: a number beyond it is a sender's mistake
ABSURD_VALUE = 1e12

#: as written -> what it means. Pound and kilogram force: BIPM, The International System of Units, 9th edition, table 8 and
#: NIST SP 811 appendix B
UNITS: dict[str, Unit] = {
    "Cel": Unit(_CELSIUS),
    "°C": Unit(_CELSIUS),
    "degC": Unit(_CELSIUS),
    "C": Unit(_CELSIUS),
    "celsius": Unit(_CELSIUS),
    "K": Unit(_CELSIUS, 1.0, -273.15),
    "mCel": Unit(_CELSIUS, 1e-3),
    "degF": Unit(_CELSIUS, 5.0 / 9.0, -160.0 / 9.0),
    "°F": Unit(_CELSIUS, 5.0 / 9.0, -160.0 / 9.0),
    "N": Unit(_NEWTON),
    "mN": Unit(_NEWTON, 1e-3),
    "kN": Unit(_NEWTON, 1e3),
    "kgf": Unit(_NEWTON, 9.80665),
    "gf": Unit(_NEWTON, 9.80665e-3),
    "lbf": Unit(_NEWTON, 4.4482216152605),
    "newtons": Unit(_NEWTON),
    "pH": Unit(_PH),
    "ph": Unit(_PH),
    "Pa": Unit(_PASCAL, 1e-3),
    "hPa": Unit(_PASCAL, 0.1),
    "kPa": Unit(_PASCAL),
    "bar": Unit(_PASCAL, 100.0),
    "mmHg": Unit(_PASCAL, 0.133322),
    "umol/L": Unit(_MICROMOLAR),
    "µmol/L": Unit(_MICROMOLAR),
    "mmol/L": Unit(_MICROMOLAR, 1e3),
}


def to_shown(value: float, unit: str) -> tuple[float, str]:
    """Return a value in the unit the house shows, and that unit; one that nobody knows stays as it is.

    >>> to_shown(310.15, "K")
    (37.0, '°C')
    >>> to_shown(3.0, "furlong")
    (3.0, 'furlong')
    """
    known = UNITS.get(unit)
    if known is None or (known.scale, known.offset) == (1.0, 0.0):  # not even the sign of a zero changes
        return value, unit if known is None else known.shown
    return value * known.scale + known.offset, known.shown


def formula_to_shown(gain: float, offset: float, unit: str) -> tuple[float, float]:
    """Return gain and offset that make of raw values in the unit the house shows what these made of them in another.

    >>> formula_to_shown(1.0, -3.0, "K"), formula_to_shown(1.0, 5.0, "mN")
    ((1.0, -3.0), (1.0, 0.005))
    """
    known = UNITS.get(unit)
    if known is None or (known.scale, known.offset) == (1.0, 0.0):
        return gain, offset
    return gain, offset * known.scale + known.offset * (1.0 - gain)


def guess_quantity(address: str, unit: str) -> str:
    """Return which quantity a stream probably measures, by its unit, then by its name; empty when nothing speaks for one.

    >>> guess_quantity("urn:dev:1", "K"), guess_quantity("patient/3/bite-force", ""), guess_quantity("lights/1", "lx")
    ('temperature', 'force', '')
    """
    shown = UNITS[unit].shown if unit in UNITS else unit
    for quantity in QUANTITIES.values():
        if shown and shown == quantity.unit:
            return quantity.name
    if unit:
        return ""
    last = address.rstrip("/").replace(":", "/").rpartition("/")[2].lower()
    words = {"temp": "temperature", "force": "force", "bite": "force", "load": "force"}
    if last == "ph" or last.startswith(("ph_", "ph-")) or last.endswith(("_ph", "-ph")):
        return "ph"
    return next((quantity for word, quantity in words.items() if word in last), "")


def is_known(shown: str) -> bool:
    """Return whether a unit, as `to_shown` returned it, is one the house has figures for."""
    return any(unit.shown == shown for unit in UNITS.values())


def check_unit(shown: str, quantity: str, address: str = "") -> None:
    """Raise SensorError (``channel``) where a stream's unit says that it does not measure a quantity.

    Parameters
    ----------
    shown : str
        As `to_shown` returned it; empty when the sender named none, which is taken for the quantity's own.
    quantity : str
        A key of `QUANTITIES`.
    address : str
        Of the stream.
    """
    wanted = QUANTITIES[quantity].unit
    if shown in ("", wanted):
        return
    what = f"{shown} is no unit of {quantity}." if is_known(shown) else f"Nobody here knows the unit {shown[:24]!r}."
    remedy = f"Let the sensor send {wanted}, or map the stream to what it measures."
    raise SensorError(what, kind="channel", where=address[:96], remedy=remedy)
