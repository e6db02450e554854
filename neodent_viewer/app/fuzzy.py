"""Finding a command by a few of its letters: a pure score, no Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def score(query: str, text: str) -> float | None:
    """Return how well the letters of `query` appear, in order, in `text`; None when they do not.

    Letters that begin a word, follow one another, or open the text count more; a shorter text wins a tie.

    >>> score("svas", "Save as") > score("svas", "Save a stroke")
    True
    >>> score("xyz", "Save as") is None
    True
    """
    wanted, given = query.lower(), text.lower()
    at, total, streak = -1, 0.0, 0
    for letter in wanted:
        start = _word_start(given, letter, at + 1) if streak == 0 or given[at + 1 : at + 2] != letter else at + 1
        found = start if start >= 0 else given.find(letter, at + 1)
        if found < 0:
            return _loose(wanted, given)
        total += _worth(given, found, at)
        streak = streak + 1 if found == at + 1 else 0
        at = found
    return total - 0.01 * len(given)


def _worth(text: str, found: int, before: int) -> float:
    if found == 0:
        return 4.0
    if found == before + 1:
        return 3.0
    return 2.5 if not text[found - 1].isalnum() else 1.0


def _word_start(text: str, letter: str, start: int) -> int:
    """Return where `letter` next begins a word, -1 when it does not."""
    for index in range(max(start, 0), len(text)):
        if text[index] == letter and (index == 0 or not text[index - 1].isalnum()):
            return index
    return -1


def _loose(wanted: str, given: str) -> float | None:
    """Match greedily from the left: what is left when going for word starts led past the only place."""
    at, total = -1, 0.0
    for letter in wanted:
        found = given.find(letter, at + 1)
        if found < 0:
            return None
        total += _worth(given, found, at)
        at = found
    return total - 0.01 * len(given)


def score_words(query: str, text: str) -> float | None:
    """Return the sum of the scores of the words of `query`, which may come in any order; None when one is missing.

    >>> score_words("jaw upp", "Upper jaw") is not None
    True
    """
    scores = [score(word, text) for word in query.split()]
    known = [value for value in scores if value is not None]
    return sum(known) if len(known) == len(scores) else None


def rank(query: str, items: Iterable[T], text: Callable[[T], str]) -> list[T]:
    """Return the items that match, best first; all of them, in their order, for an empty query."""
    listed = list(items)
    if not query.strip():
        return listed
    scored = [(value, item) for item in listed if (value := score_words(query, text(item))) is not None]
    return [item for _, item in sorted(scored, key=lambda pair: -pair[0])]
