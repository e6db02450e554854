"""Values out of a stranger's JSON: each is what it should be, or a ValueError says where it is not."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Any


@dataclass(frozen=True, slots=True)
class Checked:
    """One JSON object, and the path to it.

    >>> Checked({"a": [{"b": 2}]}, "").items("a")[0].at("b")
    'a[0].b'
    """

    values: dict[str, Any]
    path: str

    def at(self, name: str) -> str:
        """Return the path of a field."""
        return f"{self.path}.{name}".strip(".")

    def get(self, name: str) -> Any:
        """Return a field that must be there."""
        if name not in self.values:
            raise ValueError(f"{self.at(name)} is missing")
        return self.values[name]

    def text(self, name: str) -> str:
        """Return a text."""
        return self._is(name, str, "a text")  # type: ignore[no-any-return]

    def number(self, name: str) -> float:
        """Return a finite number."""
        return _number(self.get(name), self.at(name))

    def count(self, name: str) -> int:
        """Return an integer, 0 or more."""
        value = self._is(name, int, "an integer")
        if isinstance(value, bool) or value < 0:
            raise ValueError(f"{self.at(name)} is {value!r}, not a count")
        return int(value)

    def numbers(self, name: str) -> tuple[float, ...]:
        """Return a list of finite numbers."""
        return _numbers(self.get(name), self.at(name))

    def integers(self, name: str) -> tuple[int, ...]:
        """Return a list of integers."""
        values = self.numbers(name)
        if any(value != int(value) for value in values):
            raise ValueError(f"{self.at(name)} holds more than whole numbers")
        return tuple(int(value) for value in values)

    def point(self, name: str) -> tuple[float, float, float]:
        """Return three finite numbers."""
        values = self.numbers(name)
        if len(values) != 3:
            raise ValueError(f"{self.at(name)} has {len(values)} numbers, not 3")
        return values[0], values[1], values[2]

    def inner(self, name: str) -> Checked:
        """Return an object."""
        return Checked(self._is(name, dict, "an object"), self.at(name))

    def items(self, name: str) -> list[Checked]:
        """Return a list of objects."""
        found = []
        for i, value in enumerate(self._is(name, list, "a list")):
            if not isinstance(value, dict):
                raise ValueError(f"{self.at(name)}[{i}] is not an object")
            found.append(Checked(value, f"{self.at(name)}[{i}]"))
        return found

    def like(self, name: str, default: Any) -> Any:
        """Return a field of the kind its default has: truth, number, text, numbers or pairs of numbers."""
        if isinstance(default, bool):
            return self._is(name, bool, "true or false")
        if isinstance(default, int):
            return self.count(name)
        if isinstance(default, float):
            return self.number(name)
        if isinstance(default, str):
            return self.text(name)
        if isinstance(default[0], tuple):
            rows = self._is(name, list, "a list")
            return tuple(_numbers(row, f"{self.at(name)}[{i}]") for i, row in enumerate(rows))
        return self.integers(name) if isinstance(default[0], int) else self.numbers(name)

    def _is(self, name: str, kind: type, words: str) -> Any:
        value = self.get(name)
        if not isinstance(value, kind):
            raise ValueError(f"{self.at(name)} is {str(value)[:40]!r}, not {words}")
        return value


def _numbers(values: Any, where: str) -> tuple[float, ...]:
    if not isinstance(values, list):
        raise ValueError(f"{where} is {str(values)[:40]!r}, not a list")
    return tuple(_number(value, f"{where}[{i}]") for i, value in enumerate(values))


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{where} is {str(value)[:40]!r}, not a number")
    try:
        number = float(value)
    except OverflowError:
        number = float("inf")
    if not isfinite(number):
        raise ValueError(f"{where} is not finite")
    return number
