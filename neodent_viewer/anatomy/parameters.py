"""What a smile can be asked to be: each parameter with its unit, range, default and meaning."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import Field, dataclass, field, fields
from typing import Any

from neodent_viewer.core.errors import ArgumentError


def _parameter(default: float, low: float, high: float, unit: str, meaning: str) -> Any:
    return field(default=default, metadata={"low": low, "high": high, "unit": unit, "meaning": meaning})


@dataclass(frozen=True, slots=True)
class SmileParameters:
    """A smile in numbers. Out of range raises `ArgumentError`.

    The defaults are a textbook adult: Wheeler's crown sizes, the mean frontal proportions of natural smiles (Preston JD,
    J Esthet Dent 1993;5:247: lateral 66 % of the central, canine 84 % of the lateral), a normal overbite and overjet.

    Examples
    --------
    >>> SmileParameters(overbite=3.0).overbite
    3.0
    """

    arch_width: float = _parameter(57.9, 54.0, 62.0, "mm", "between the outer faces of the upper first molars")
    arch_depth: float = _parameter(0.0, -0.6, 1.5, "mm", "how much deeper than an arch of that width usually is")
    tooth_size: float = _parameter(1.0, 0.9, 1.1, "x", "all crowns against the table of mean sizes")
    central_ratio: float = _parameter(0.81, 0.72, 0.92, "", "width over height of the upper central crown")
    lateral_proportion: float = _parameter(
        0.66, 0.58, 0.74, "", "frontal width of the upper lateral over the central, in a textbook arch"
    )
    canine_proportion: float = _parameter(
        0.84, 0.72, 0.96, "", "frontal width of the upper canine over the lateral, in a textbook arch"
    )
    overbite: float = _parameter(2.45, 0.5, 4.0, "mm", "vertical overlap of the central incisors' edges")
    overjet: float = _parameter(1.92, 1.2, 4.0, "mm", "horizontal step between the labial sides of those edges")
    spee: float = _parameter(1.01, 0.0, 2.5, "mm", "depth of the lower curve of Spee")
    asymmetry: float = _parameter(1.0, 0.0, 2.5, "x", "how far left and right differ; 1 is lifelike, 0 a mirror")

    def __post_init__(self) -> None:
        for entry in fields(self):
            _check(entry, getattr(self, entry.name))


def _check(entry: Field[Any], value: Any) -> None:
    low, high, unit = (entry.metadata[key] for key in ("low", "high", "unit"))
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ArgumentError(
            f"{entry.name} is a number, not {value!r}.", kind="argument", where=entry.name, remedy=_range(entry)
        )
    if not low <= value <= high:
        raise ArgumentError(
            f"{entry.name} cannot be {value:g}{' ' * bool(unit)}{unit}.",
            kind="argument",
            where=entry.name,
            remedy=_range(entry),
        )


def _range(entry: Field[Any]) -> str:
    data = entry.metadata
    return f"Give a value from {data['low']:g} to {data['high']:g}{' ' * bool(data['unit'])}{data['unit']}."


def table() -> list[tuple[str, float, float, float, str, str]]:
    """Return one row a parameter: name, default, low, high, unit, meaning."""
    return [
        (f.name, f.default, f.metadata["low"], f.metadata["high"], f.metadata["unit"], f.metadata["meaning"])  # type: ignore[misc]
        for f in fields(SmileParameters)
    ]


def from_words(words: Iterable[str]) -> SmileParameters:
    """Return the parameters told by words such as ``overbite=3``.

    Raises
    ------
    ArgumentError
        Unknown name, no number, or out of range.

    Examples
    --------
    >>> from_words(["overbite=3", "asymmetry=0"])  # doctest: +ELLIPSIS
    SmileParameters(..., overbite=3.0, ..., asymmetry=0.0)
    """
    known = [f.name for f in fields(SmileParameters)]
    values: dict[str, float] = {}
    for word in words:
        key, equals, text = word.partition("=")
        key = key.strip().replace("-", "_")
        if key not in known or not equals:
            raise ArgumentError(
                f"{word!r} names no parameter of the smile.",
                kind="argument",
                where="--param",
                remedy=f"Write name=value with one of: {', '.join(known)}.",
            )
        try:
            values[key] = float(text)
        except ValueError:
            raise ArgumentError(
                f"{text!r} is not a number.", kind="argument", where=f"--param {key}", remedy="Write it like 2.5."
            ) from None
    return SmileParameters(**values)
