"""Which tooth a stream is called after."""

from __future__ import annotations

import re

#: a permanent tooth's FDI number that stands by itself, and one with a word before it that says what it is
_NUMBER = r"([1-4][1-8])(?![0-9.])"
_BARE = re.compile(rf"(?<![0-9.a-z]){_NUMBER}")
_NAMED = re.compile(rf"(?<![a-z])(?:t|tooth|fdi|zahn|d|dent|dens)[ _.:#/-]?{_NUMBER}")


def guess_tooth(address: str) -> int:
    """Return the FDI number of the tooth a stream is probably on, by its name; 0 when nothing speaks for one.

    The last number counts, for names go from the large to the small; one that is called a tooth's goes before all others.

    >>> guess_tooth("t12/temperature"), guess_tooth("clinic/31/neodent/t46/ph"), guess_tooth("urn:dev:tooth-23:force")
    (12, 46, 23)
    >>> guess_tooth("patient/17/upper/26/ph"), guess_tooth("sensor 123"), guess_tooth("10.0.0.11"), guess_tooth("t19/ph")
    (26, 0, 0, 0)
    """
    text = address.casefold()
    found = _NAMED.findall(text) or _BARE.findall(text)
    return int(found[-1]) if found else 0
