"""What is wrong with the shape of a FHIR resource, in words of people: the library that checks it speaks of its own rules."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

#: how a date and an instant may be written
EXAMPLE = "Write a day such as 2030-06-01, or an instant such as 2030-06-01T00:00:00+02:00."
_KINDS = {
    "list_type": "must be a list",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
}
_ZONED = re.compile(r"(Z|[+-]\d\d:\d\d)$")


def shape_words(kind: str, place: Iterable[Any], message: str, resource: Any) -> tuple[str, str]:
    """Return what is wrong and what to do, each a clause without its full stop or empty.

    Parameters
    ----------
    kind, message : str
        As the library has them: ``"list_type"``, ``"Input should be a valid list"``.
    place : iterable of str and int
        Where in the resource.
    resource : dict

    Examples
    --------
    >>> shape_words("list_type", ("provision",), "Input should be a valid list", {"provision": "all"})
    ('Provision must be a list', '')
    >>> shape_words("value_error", ("date",), "Date value", {"date": "2030-06-01T00:00:00"})[0]
    "'2030-06-01T00:00:00' has no time zone"
    """
    place = tuple(place)
    name = next((step for step in reversed(place) if isinstance(step, str)), "it")
    shown = f"{name[:1].upper()}{name[1:]}"
    value = _at(resource, place)
    if "missing" in kind:
        return f"It has no {name}", ""
    if kind == "extra_forbidden":
        return f"FHIR R5 knows no {name!r} there", ""
    if kind in _KINDS:
        return f"{shown} {_KINDS[kind]}", ""
    if isinstance(value, str) and "Date" in message:
        return date_words(value), EXAMPLE
    if isinstance(value, str):
        return f"{value[:40]!r} is not how FHIR R5 writes {name!r}", ""
    return f"{shown} is not as FHIR R5 asks", ""


def date_words(text: str) -> str:
    """Return what is wrong with a date.

    >>> date_words("2030-06-01T00:00+02:00"), date_words("tomorrow")
    ("'2030-06-01T00:00+02:00' has no seconds", "'tomorrow' is no date")
    """
    day, _, time = text.partition("T")
    if not time or not re.fullmatch(r"\d{4}-\d\d-\d\d", day):
        what = "is no date"
    elif not _ZONED.search(time):
        what = "has no time zone"
    else:
        what = "is no date" if re.match(r"\d\d:\d\d:\d\d", time) else "has no seconds"
    return f"{text[:40]!r} {what}"


def _at(value: Any, place: tuple[Any, ...]) -> Any:
    for step in place:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value
