"""How sure a fault is, in a technician's words and with its reasons: never a figure that nobody has measured.

It rests on how often the test was right on labelled records, on how far the evidence lies beyond the threshold, on how much
of it there is, and on what else speaks for it. A fault's energy has no part in it: that is for the light.

What was measured (`MEASURED`) is what this says of 100 seeds that no threshold was set on, 3716 hours at 1 sample a second::

    for k in $(seq 901 1000); do neodent demo faults -o corpus/$k --seed $k; done
    neodent faults score corpus --json

The records are made, with a fault every few minutes: in a mouth that is seldom at fault more findings may be wrong. A test
that found nothing on them is not in the table: nobody has measured it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import IntEnum

from neodent_viewer.sensors.fault import Evidence, Fault, FaultKind

#: multiple of the threshold below which evidence is only just enough, and findings from which there is a lot of it
NEAR, MANY = 1.2, 3
#: least share of findings that must be right for a word, at the lower end of what was measured
_SURE, _LIKELY = 0.95, 0.8
#: standard deviations of the ends of what was measured: 95 of 100 such spans hold the true share
_Z = 1.96

#: (quantity, test) -> (right, found) of what lay below `NEAR` times the threshold, and of what lay further beyond it, at the
#: thresholds that come with the quantity
MEASURED: dict[tuple[str, str], tuple[tuple[int, int], tuple[int, int]]] = {
    ("ph", "clock_jump"): ((0, 0), (600, 600)),
    ("ph", "drift"): ((0, 0), (100, 100)),
    ("ph", "flat_line"): ((0, 0), (700, 700)),
    ("ph", "gap"): ((0, 0), (600, 600)),
    ("ph", "gross_range"): ((0, 0), (600, 600)),
    ("ph", "outlier"): ((5, 10), (695, 700)),
    ("temperature", "clock_jump"): ((0, 0), (400, 400)),
    ("temperature", "decoupling"): ((0, 0), (500, 500)),
    ("temperature", "drift"): ((0, 0), (100, 100)),
    ("temperature", "flat_line"): ((0, 0), (600, 600)),
    ("temperature", "gap"): ((0, 0), (600, 600)),
    ("temperature", "gross_range"): ((0, 0), (600, 600)),
    ("temperature", "outlier"): ((8, 9), (492, 492)),
}

#: kinds that say what was received, not what is behind it: there is nothing to be wrong about
_FACTS = frozenset({FaultKind.GAP, FaultKind.SYNTAX})
#: kinds that come with the sender, so that its other channels have them too
SENDERS = frozenset({FaultKind.GAP, FaultKind.LATE, FaultKind.CLOCK_JUMP, FaultKind.SYNTAX})
#: kinds that a mouth may cause by itself, and then on several teeth at once
MOUTHS = frozenset({FaultKind.OUT_OF_RANGE, FaultKind.DRIFT})

#: test -> what its evidence is a multiple of, and what one finding is called
_WORDS: dict[str, tuple[str, str]] = {
    "gap": ("the longest pause allowed", "pause"),
    "late": ("the delay allowed", "sample"),
    "gross_range": ("as far out as a mouth goes", "sample"),
    "flat_line": ("the longest stillness allowed", "sample"),
    "spike": ("the spike limit", "sample"),
    "outlier": ("what its own noise allows", "sample"),
    "rate_of_change": ("the fastest change allowed", "sample"),
    "decoupling": ("as long off its tooth as allowed", "sample"),
    "saturation": ("as long at its end as allowed", "sample"),
    "attenuated": ("less movement than the least", "window"),
    "climatology": ("as far out as is usual at this hour", "window"),
    "drift": ("the trend allowed", "window"),
    "neighbour": ("as far from its neighbours as allowed", "window"),
    "clock_jump": ("the leap that counts", "leap"),
    "syntax": ("", "sample"),
}


class Level(IntEnum):
    """How sure."""

    PERHAPS = 0
    LIKELY = 1
    SURE = 2

    @property
    def word(self) -> str:
        """The word a technician reads."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Around:
    """What else is there at the time of a fault.

    Attributes
    ----------
    kinds : frozenset of FaultKind
        Other kinds on the same channel.
    mates : int
        Other channels of its sensor with the same kind.
    elsewhere : int
        Other sensors of its quantity with the same kind.
    """

    kinds: frozenset[FaultKind] = field(default_factory=frozenset)
    mates: int = 0
    elsewhere: int = 0


ALONE = Around()


@dataclass(frozen=True, slots=True)
class Sureness:
    """How sure a fault is.

    Attributes
    ----------
    level : Level
    reasons : tuple of str
        Sentences: margin and amount, what else speaks for or against it, what was measured.
    """

    level: Level
    reasons: tuple[str, ...]

    @property
    def words(self) -> str:
        """The word and its reasons, as sentences."""
        return " ".join([f"{self.level.word.capitalize()}.", *self.reasons])


def sureness(fault: Fault, quantity: str, around: Around = ALONE, *, running: bool = False) -> Sureness:
    """Return how sure a fault of a quantity is.

    A measured test starts where its measurement puts it, and comes down a word where the evidence is a single finding only
    just past the threshold and nothing else speaks for it. Without a measurement, or with thresholds that were changed, it
    starts at the bottom and is never more than likely. What the mouth itself may do on several teeth at once comes down a
    word. That nothing came, or came with an impossible time, is a plain fact.

    >>> one = Fault(FaultKind.SPIKE, 0.0, 0.0, 0.0, 1.0, (Evidence("spike", 9.4, 3, changed=True),))
    >>> sureness(one, "ph").words.partition(" Its")[0]
    'Likely. 9.4 times the spike limit, at 3 samples.'
    """
    said = fault.evidence
    if fault.kind in _FACTS:
        level = Level.SURE
    else:
        for_it = len(said) > 1 or bool(around.kinds) or (fault.kind in SENDERS and around.mates > 0)
        levels = [_level(one, measured(quantity, one), for_it) for one in said]
        against = fault.kind in MOUTHS and around.elsewhere > 0
        level = Level(max(max(levels, default=0) - against, 0))
    amounts = "; ".join(filter(None, map(amount, said)))
    reasons = [f"{amounts[0].upper()}{amounts[1:]}{', and it goes on' if running else ''}."] if amounts else []
    return Sureness(level, (*reasons, *_company(fault, around), *_record(fault, quantity)))


def _level(one: Evidence, counts: tuple[int, int] | None, for_it: bool) -> int:
    plenty = one.margin >= NEAR or one.findings >= MANY
    if counts is None:
        return min(plenty + for_it, int(Level.LIKELY))
    low = least_share(*counts)
    level = int(Level.SURE if low >= _SURE else Level.LIKELY if low >= _LIKELY else Level.PERHAPS)
    return level if plenty or for_it else max(level - 1, 0)


def measured(quantity: str, one: Evidence) -> tuple[int, int] | None:
    """Return how many of how many findings like this were right; None where that does not count or was not measured."""
    counts = None if one.changed else MEASURED.get((quantity, one.test))
    found = None if counts is None else counts[0 if one.margin < NEAR else 1]
    return found if found is not None and found[1] else None


def least_share(right: int, found: int) -> float:
    """Return the least share of right findings that a count still speaks for (Wilson, *J. Am. Stat. Assoc.* 22:209, 1927).

    >>> round(least_share(100, 100), 3), round(least_share(5, 10), 3), least_share(0, 0)
    (0.963, 0.237, 0.0)
    """
    if not found:
        return 0.0
    p, z2 = right / found, _Z * _Z / found
    return (p + 0.5 * z2 - _Z * math.sqrt((p * (1.0 - p) + 0.25 * z2) / found)) / (1.0 + z2)


def amount(one: Evidence) -> str:
    """Return margin and number of a test's findings.

    >>> amount(Evidence("spike", 9.41, 3)), amount(Evidence("gap", 0.0, 1)), amount(Evidence("drift", 250.0, 2))
    ('9.4 times the spike limit, at 3 samples', '1 pause', 'more than 100 times the trend allowed, over 2 windows')
    """
    limit, noun = _WORDS.get(one.test, ("its limit", "finding"))
    number = f"{one.findings:,} {noun}{'' if one.findings == 1 else 's'}".replace(",", "\N{THIN SPACE}")
    if one.margin <= 0.0 or not limit:
        return number
    times = "more than 100" if one.margin > 100.0 else f"{max(one.margin, 1.0):.2g}"
    how = {"sample": "at ", "window": "over "}.get(noun, "in ")
    return f"{times} times {limit}, {how}{number}"


def _company(fault: Fault, around: Around) -> list[str]:
    """Return what else speaks for a fault, or against it, as sentences."""
    found = []
    if len(fault.evidence) > 1:
        found.append(f"{len(fault.evidence)} tests agree.")
    others = sorted(kind.value.replace("_", " ") for kind in around.kinds - {FaultKind.DISAGREES})
    if others:
        found.append(f"At the same time: {', '.join(others)}.")
    if FaultKind.DISAGREES in around.kinds:
        found.append("Its neighbours contradict it.")
    if around.mates and fault.kind in SENDERS:
        found.append(f"So have {around.mates} more of its sensor's channels.")
    if around.elsewhere and fault.kind in MOUTHS:
        teeth = "another sensor" if around.elsewhere == 1 else f"{around.elsewhere} other sensors"
        found.append(f"The same at {teeth}: it may be the mouth itself.")
    return found


def _record(fault: Fault, quantity: str) -> list[str]:
    """Return what measurements say of findings like these, as sentences."""
    if fault.kind in _FACTS:
        return ["This is what was received, not a guess."]
    if any(one.changed for one in fault.evidence):
        return ["Its thresholds were changed, so nothing measured speaks for it."]
    counts = [found for one in fault.evidence if (found := measured(quantity, one))]
    if not counts:
        return ["Nobody has measured how often this test is right here."]
    right, all_of_them = max(counts, key=lambda one: least_share(*one))
    return [f"On labelled records, 1 sample a second, {right} of {all_of_them} such findings were right."]
