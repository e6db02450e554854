"""A rule maps a fault through an envelope to effect inputs; `evaluate` does so for all rules and all running faults."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from neodent_viewer.glitch.envelope import attack_hold_release

#: the kind a rule names to listen to every fault
ANY = "any"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a fault does to one input of one effect.

    Attributes
    ----------
    fault : str
        Fault kind it listens to (``"gap"``, ``"spike"``, ...) or ``"any"``.
    effect, input : str
        Target: effect name and input name.
    low, high : float
        Input value at envelope 0 and 1.
    attack, hold, release : float
        Envelope times in seconds.
    """

    fault: str
    effect: str
    input: str
    low: float = 0.0
    high: float = 1.0
    attack: float = 0.02
    hold: float = 0.10
    release: float = 2.4

    def hears(self, kind: str) -> bool:
        """Return whether this rule listens to faults of this kind (an empty kind is no fault)."""
        return bool(kind) and self.fault in (ANY, kind)

    def level(self, seconds: float) -> float:
        """Return the envelope 0..1 this many seconds after an onset."""
        return float(attack_hold_release(seconds, self.attack, self.hold, self.release))


class Trigger(NamedTuple):
    """One fault as rules hear it: its kind, when it began (s on the program's clock), its largest energy so far 0..1."""

    kind: str
    onset: float
    energy: float


def evaluate(rules: Iterable[Rule], faults: Iterable[Trigger], now: float) -> dict[tuple[str, str], float]:
    """Return the effect inputs that rules ask for at this instant.

    Every rule answers, at `low` when it hears nothing, so that an effect comes to rest when its fault is over.
    Where several faults or rules meet in one input, the largest level wins.

    Parameters
    ----------
    rules : iterable of Rule
    faults : iterable of Trigger
        Faults that began, ended or not; one that began in the future is silent.
    now : float
        Seconds on the program's clock.

    Returns
    -------
    dict
        ``(effect, input) -> value``.

    Examples
    --------
    >>> split = Rule("any", "rgb_split", "amount", high=2.0, attack=0.0)
    >>> evaluate([split], [Trigger("gap", 5.0, 0.5), Trigger("spike", 5.0, 0.25)], now=5.0)
    {('rgb_split', 'amount'): 1.0}
    >>> evaluate([split], [], now=5.0)
    {('rgb_split', 'amount'): 0.0}
    """
    running = tuple(faults)
    best: dict[tuple[str, str], tuple[float, float]] = {}
    for rule in rules:
        level = max((rule.level(now - f.onset) * f.energy for f in running if rule.hears(f.kind)), default=0.0)
        answer = (level, rule.low + (rule.high - rule.low) * level)
        key = (rule.effect, rule.input)
        if key not in best or answer[0] > best[key][0]:
            best[key] = answer
    return {key: value for key, (_, value) in best.items()}
