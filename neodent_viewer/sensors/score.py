"""How well faults are found: what the checks say of a record against what is really wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from statistics import median

from neodent_viewer.sensors.channel import QUANTITIES, Channel
from neodent_viewer.sensors.corpus import Label, Record
from neodent_viewer.sensors.fault import Fault
from neodent_viewer.sensors.quality import ChannelQuality
from neodent_viewer.sensors.sample import Block
from neodent_viewer.sensors.sureness import NEAR
from neodent_viewer.sensors.thresholds import Limits

#: found and labelled faults may miss each other by this many seconds, and by this many periods
SLACK, SLACK_PERIODS = 2.0, 2.0


@dataclass(slots=True)
class KindScore:
    """One kind of fault over all records.

    Attributes
    ----------
    labelled, caught : int
        Faults that are there, and those of them that were found.
    found, right : int
        Faults that were found, and those of them that are there.
    delays : list of float
        Seconds from onset to knowledge, of those caught.
    """

    labelled: int = 0
    caught: int = 0
    found: int = 0
    right: int = 0
    delays: list[float] = field(default_factory=list)

    @property
    def recall(self) -> float | None:
        """Share of what is there that was found; None when there is none."""
        return self.caught / self.labelled if self.labelled else None

    @property
    def precision(self) -> float | None:
        """Share of what was found that is there; None when nothing was."""
        return self.right / self.found if self.found else None

    @property
    def delay(self) -> float | None:
        """Median delay in seconds; None when nothing was caught."""
        return median(self.delays) if self.delays else None


@dataclass(slots=True)
class TestScore:
    """One test of one quantity over all records, whatever kind it finds.

    Attributes
    ----------
    near, clear : tuple of (int, int)
        Findings that are there, and findings; those only just past the threshold, and those further beyond.
    """

    __test__ = False  # pytest must not take it for one of its own
    near: tuple[int, int] = (0, 0)
    clear: tuple[int, int] = (0, 0)

    def count(self, near: bool, right: bool) -> None:
        """Take in a finding."""
        if near:
            self.near = self.near[0] + right, self.near[1] + 1
        else:
            self.clear = self.clear[0] + right, self.clear[1] + 1


@dataclass(slots=True)
class Score:
    """All kinds over all records.

    Attributes
    ----------
    kinds : dict of str to KindScore
    tests : dict of str to TestScore
        ``"quantity/test"`` -> how often it was right.
    hours, healthy_hours : float
        Of signal in all, and in records without a fault.
    alarms : dict of str to int
        Record without a fault -> faults found in it.
    worst_rate : float
        Alarms per hour in the worst of these.
    """

    kinds: dict[str, KindScore] = field(default_factory=dict)
    tests: dict[str, TestScore] = field(default_factory=dict)
    hours: float = 0.0
    healthy_hours: float = 0.0
    alarms: dict[str, int] = field(default_factory=dict)
    worst_rate: float = 0.0

    def plain(self) -> dict[str, object]:
        """Return it as JSON values."""
        kinds = {
            name: {
                "labelled": one.labelled, "caught": one.caught, "found": one.found, "right": one.right,
                "recall": one.recall, "precision": one.precision, "delay_s": one.delay,
            }
            for name, one in sorted(self.kinds.items())
        }  # fmt: skip
        healthy = {"hours": self.healthy_hours, "alarms": self.alarms, "worst_per_hour": self.worst_rate}
        tests = {
            name: {
                "near": {"right": one.near[0], "found": one.near[1]},
                "clear": {"right": one.clear[0], "found": one.clear[1]},
            }
            for name, one in sorted(self.tests.items())
        }
        return {"hours": self.hours, "kinds": kinds, "tests": tests, "healthy": healthy}


def found_in(record: Record, limits: Limits | None = None) -> tuple[Fault, ...]:
    """Return the faults the checks find in a record at its own cadence."""
    quantity = replace(QUANTITIES[record.quantity], rate=record.rate)
    quality = ChannelQuality(Channel(f"record/{record.quantity}", quantity), limits)
    quality.log = type(quality.log)(quality.log.hold, capacity=100_000)
    quality.update(Block(quality.channel.key, record.times, record.values, record.arrival))
    return quality.log.all()


def score(records: Iterable[Record], limits: Limits | None = None) -> Score:
    """Return how well the faults of some records are found."""
    result = Score()
    for record in records:
        found = found_in(record, limits)
        near = max(SLACK, SLACK_PERIODS / record.rate)
        result.hours += record.hours
        if not record.labels:
            result.healthy_hours += record.hours
            result.alarms[record.name] = result.alarms.get(record.name, 0) + len(found)
            result.worst_rate = max(result.worst_rate, len(found) / max(record.hours, 1.0))
        for kind in {fault.kind for fault in found} | {label.kind for label in record.labels}:
            there = [label for label in record.labels if label.kind == kind]
            _count(result.kinds.setdefault(kind.value, KindScore()), there, [f for f in found if f.kind == kind], near)
        for fault in found:
            right = any(_meet(label, fault, near) for label in record.labels if label.kind == fault.kind)
            for said in fault.evidence:
                result.tests.setdefault(f"{record.quantity}/{said.test}", TestScore()).count(said.margin < NEAR, right)
    return result


def _count(one: KindScore, there: list[Label], found: list[Fault], near: float) -> None:
    one.labelled += len(there)
    one.found += len(found)
    one.right += sum(any(_meet(label, fault, near) for label in there) for fault in found)
    for label in there:
        hits = [fault.detected for fault in found if _meet(label, fault, near)]
        if hits:
            one.caught += 1
            one.delays.append(max(0.0, min(hits) - label.onset))


def _meet(label: Label, fault: Fault, near: float) -> bool:
    return fault.onset <= label.end + near and fault.end >= label.onset - near
