"""Names that strangers chose, made fit to stand in a line of text: in a window, a table, a terminal."""

from __future__ import annotations

import unicodedata

#: characters of a name that is shown
LONGEST = 192
#: marks that turn the direction of what follows, so that a name could rewrite the sentence it stands in
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(name: str, most: int = LONGEST) -> str:
    r"""Return a name as one line without control characters and direction marks, its spaces single, cut to a length.

    What joins letters within a word (zero width joiners) stays: names are written with them.

    >>> clean("Ada\n\u202eecalevoL \x1b[31m  King"), clean("a" * 9, 5), clean("\u0646\u200c\u0627")
    ('Ada ecalevoL [31m King', 'aaaa…', 'ن\u200cا')
    """
    kept = []
    for letter in name[: 16 * most]:
        kind = unicodedata.category(letter)
        if kind in ("Zs", "Zl", "Zp") or letter in "\t\n\r\v\f":
            kept.append(" ")
        elif kind not in ("Cc", "Cs") and letter not in _TURNING:
            kept.append(letter)
    line = " ".join("".join(kept).split())
    return line if len(line) <= most else line[: most - 1] + "…"
