"""How sure a fault is: from what was measured, margin, amount and company; energy and light have no part in it."""

from dataclasses import replace

import numpy as np
import pytest

from neodent_viewer.sensors.battery import Battery
from neodent_viewer.sensors.channel import QUANTITIES, channel
from neodent_viewer.sensors.corpus import records
from neodent_viewer.sensors.fault import Evidence, Fault, FaultKind, FaultLog, Mark, Marks
from neodent_viewer.sensors.quality import ChannelQuality
from neodent_viewer.sensors.sample import block
from neodent_viewer.sensors.score import found_in, score
from neodent_viewer.sensors.sureness import MEASURED, NEAR, Around, Level, amount, least_share, measured, sureness
from neodent_viewer.sensors.thresholds import LIMITS, THRESHOLDS_OF, Limits, changed_tests


def fault(kind=FaultKind.SPIKE, test="outlier", margin=2.0, findings=1, changed=False, energy=1.0):
    return Fault(kind, 10.0, 10.0, 10.5, energy, (Evidence(test, margin, findings, changed),))


def ph(times, values, limits=None):
    """Return what is found in a pH record."""
    quality = ChannelQuality(channel("t11", "ph"), limits)
    quality.update(block("t11/ph", times, values))
    return quality.log.all()


def calm(count=400):
    times = np.arange(float(count))
    return times, 7.0 + 0.2 * np.sin(times / 3.0) + 0.01 * np.cos(17.0 * times)


def test_a_measured_test_is_as_sure_as_its_measurement():
    assert sureness(fault(margin=3.0), "ph").level is Level.SURE
    assert "695 of 700" in sureness(fault(margin=3.0), "ph").words
    just = sureness(fault(margin=1.05), "ph")
    assert just.level is Level.PERHAPS and "5 of 10" in just.words


def test_what_was_changed_or_never_measured_has_no_figure_and_is_never_sure():
    for one, quantity in (
        (fault(margin=50.0, findings=9, changed=True), "ph"),
        (fault(test="spike", margin=50.0), "force"),
    ):
        told = sureness(one, quantity, Around(frozenset({FaultKind.DECOUPLED})))
        assert told.level is Level.LIKELY and " of " not in told.reasons[-1].partition("measured")[2]
        assert "measured" in told.words and "%" not in told.words
    assert "changed" in sureness(fault(changed=True), "ph").words
    assert sureness(fault(test="spike", margin=1.0), "force").level is Level.PERHAPS


def test_energy_has_no_part_in_it():
    weak, strong = (sureness(fault(margin=1.5, energy=energy), "ph") for energy in (0.75, 1.0))
    assert weak == strong


def test_that_nothing_came_is_a_fact():
    told = sureness(fault(FaultKind.GAP, "gap", 1.01), "force", Around(mates=1), running=True)
    assert told.level is Level.SURE and "and it goes on" in told.words and "1 more of its sensor" in told.words


def test_what_the_mouth_may_do_itself_is_less_sure_on_many_teeth():
    one = fault(FaultKind.OUT_OF_RANGE, "gross_range", 1.5, 20)
    alone, shared = sureness(one, "temperature"), sureness(one, "temperature", Around(elsewhere=4))
    assert shared.level == alone.level - 1 and "4 other sensors" in shared.words


def test_more_that_speaks_for_it_never_makes_it_less_sure():
    for margin in (1.0, 1.19, 1.2, 5.0):
        for changed in (False, True):
            levels = [
                sureness(fault(margin=margin, findings=count, changed=changed), "ph", around).level
                for count in (1, 3)
                for around in (Around(), Around(frozenset({FaultKind.STUCK})))
            ]
            assert levels[0] <= min(levels[1:]) and max(levels[:3]) <= levels[3]


def test_every_test_has_words_and_thresholds():
    battery = Battery(channel("t11", "ph"), LIMITS["ph"], None)
    names = {
        *battery.lags,
        *(check.name for check in battery.slow),
        "neighbour",
        "clock_jump",
        "syntax",
        "saturation",
        "decoupling",
    }
    assert names == set(THRESHOLDS_OF)
    for name in names:
        assert "its limit" not in amount(Evidence(name, 2.0, 2)) and "finding" not in amount(Evidence(name, 2.0, 2))
    fields = {name for names in THRESHOLDS_OF.values() for name in names}
    assert fields == set(Limits.__dataclass_fields__)


def test_a_share_is_never_better_than_what_was_counted():
    for right, found in ((0, 3), (5, 10), (99, 100), (600, 600)):
        assert 0.0 <= least_share(right, found) < (right / found or 1.0)
    assert least_share(10, 10) < least_share(100, 100)


# -- evidence as tests give it ------------------------------------------------------------------------------------------


def test_the_margin_is_in_multiples_of_the_threshold():
    times, values = calm()
    values[200] += 9.4 * LIMITS["ph"].spike
    (spike,) = (one for one in ph(times, values) if one.kind is FaultKind.SPIKE)
    by_test = {said.test: said for said in spike.evidence}
    assert by_test["spike"].margin == pytest.approx(9.4, abs=0.2) and by_test["spike"].findings == 1
    assert set(by_test) == {"spike", "outlier"}, "two tests agree"
    assert "2 tests agree" in sureness(spike, "ph").words


def test_a_longer_stillness_is_a_larger_margin_with_more_findings():
    found = []
    for seconds in (6, 12, 24):
        times, values = calm()
        values[200 : 200 + seconds + 1] = values[200]
        (stuck,) = (one for one in ph(times, values) if one.kind is FaultKind.STUCK)
        (said,) = stuck.evidence
        found.append((said.margin, said.findings))
        assert said.margin == pytest.approx(seconds / LIMITS["ph"].still)
        assert said.findings == seconds - LIMITS["ph"].still + 1
    assert found == sorted(found)


def test_every_margin_of_the_corpus_is_at_least_the_threshold():
    seen = set()
    for record in records(77):
        for one in found_in(record):
            for said in one.evidence:
                assert said.margin >= 1.0 and said.findings >= 1 and not said.changed, (record.name, one)
                seen.add(said.test)
    assert seen >= {"gap", "outlier", "flat_line", "gross_range", "decoupling", "clock_jump", "drift"}


@pytest.mark.parametrize("size", [1, 3, 7, 50, 1000])
def test_evidence_does_not_depend_on_how_samples_were_cut(size):
    times, values = calm(900)
    rng = np.random.default_rng(3)
    for row in (100, 300, 302, 500):
        values[row] += rng.normal(0.0, 4.0)
    values[600:640], values[700:708] = values[600], 30.0
    whole = block("t11/ph", np.delete(times, slice(400, 420)), np.delete(values, slice(400, 420)))
    reference, cut = ChannelQuality(channel("t11", "ph")), ChannelQuality(channel("t11", "ph"))
    reference.update(whole)
    for part in whole.split(size):
        cut.update(part)
    assert cut.log.all() == reference.log.all()
    assert sum(said.findings for one in reference.log.all() for said in one.evidence) > 40


def test_marks_in_arrays_count_as_one_by_one():
    rng = np.random.default_rng(8)
    onset = np.cumsum(rng.exponential(1.0, 200))
    columns = (
        onset,
        onset + rng.uniform(0.0, 0.5, 200),
        onset + 0.1,
        rng.choice([0.75, 1.0], 200),
        rng.uniform(1.0, 9.0, 200),
    )
    singly, at_once = FaultLog(1.2), FaultLog(1.2)
    for mark in Marks(*columns).each():
        singly.add(FaultKind.SPIKE, mark, "spike")
    at_once.add_marks(FaultKind.SPIKE, Marks(*columns), "spike")
    assert singly.all() == at_once.all() and 5 < len(singly.all()) < 128
    assert sum(one.evidence[0].findings for one in singly.all()) == 200


def test_a_fault_remembers_that_its_thresholds_were_changed():
    times, values = calm()
    values[200] += 4.0
    strict = replace(LIMITS["ph"], spike=0.5)
    assert changed_tests(strict, QUANTITIES["ph"]) == {"spike"}
    (spike,) = (one for one in ph(times, values, strict) if one.kind is FaultKind.SPIKE)
    assert {said.test: said.changed for said in spike.evidence} == {"outlier": False, "spike": True}
    assert "changed" in sureness(spike, "ph").words
    log = FaultLog(1.0)
    log.add(FaultKind.SPIKE, Mark(0.0, 0.0, 0.0, 1.0), "spike")
    log.changed = frozenset({"spike"})
    log.add(FaultKind.SPIKE, Mark(9.0, 9.0, 9.0, 1.0), "spike")
    assert [one.evidence[0].changed for one in log.all()] == [False, True], (
        "the old one was found by the old thresholds"
    )
    log.add(FaultKind.SPIKE, Mark(9.5, 9.5, 9.5, 1.0), "spike")
    assert log.all()[1].evidence == (Evidence("spike", 0.0, 2, True),)


# -- the table ------------------------------------------------------------------------------------------------------------


def test_the_table_is_what_the_corpus_says():
    """Some of the seeds again: as much of it is right as the table says, and nothing speaks that is not in it."""
    again = score(record for seed in (901, 950, 1000) for record in records(seed))
    for name, one in again.tests.items():
        quantity, _, test = name.partition("/")
        assert (quantity, test) in MEASURED, name
        for (right, found), (all_right, all_found) in zip((one.near, one.clear), MEASURED[quantity, test], strict=True):
            assert found <= all_found and right <= all_right
            if found > 5:
                assert right / found >= least_share(all_right, all_found)


def test_findings_count_by_how_near_they_are_to_the_threshold():
    near, clear = MEASURED["ph", "outlier"]
    assert measured("ph", Evidence("outlier", NEAR - 0.01)) == near
    assert measured("ph", Evidence("outlier", NEAR)) == clear
    assert (
        measured("ph", Evidence("outlier", 3.0, changed=True)) is None
        and measured("force", Evidence("outlier")) is None
    )
