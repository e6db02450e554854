"""What a roster tells of samples before they are judged is what judging them one channel after the other finds."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neodent_viewer.sensors.checks.flat_line import FlatLine
from neodent_viewer.sensors.fault import FaultKind, FaultLog, Mark
from neodent_viewer.sensors.quality import ChannelQuality, known_channel
from neodent_viewer.sensors.roster import Roster
from neodent_viewer.sensors.sample import block
from neodent_viewer.sensors.thresholds import limits_for

KEYS = tuple(f"t{tooth}/{quantity}" for tooth in (11, 12, 13) for quantity in ("temperature", "ph", "force"))
#: middle of the values, and what stands out of them
MIDDLE, OUT = {"temperature": 34.5, "ph": 7.0, "force": 80.0}, {"temperature": 0.25, "ph": 0.12, "force": 300.0}
#: thresholds by which slow checks soon speak, and delays are no matter
EAGER = {"attenuated": 50.0, "attenuated_over": 10.0, "late": 20.0, "still": 0.3}


def series(rng, key, count, rate, *, trouble=True):
    """Return times, values and arrival of a sensor that is well most of the time."""
    quantity = key.partition("/")[2]
    middle, out = MIDDLE[quantity], OUT[quantity]
    t = 1.0 + np.arange(count) / rate
    v = middle + 0.3 * out * np.sin(t / 3.0) + 0.05 * out * rng.standard_normal(count)
    delay = 0.02 + 0.005 * rng.random(count)
    for _ in range(int(rng.integers(0, 5)) if trouble else 0):
        at = int(rng.integers(count))
        part = slice(at, at + int(rng.integers(1, count)))
        what = rng.choice(
            ["stuck", "spike", "blip", "run", "absurd", "nan", "late", "leap", "shuffle", "hole", "endless"]
        )
        if what == "stuck":
            v[part] = v[at]
        elif what in ("spike", "endless"):
            v[at] = 6.0 * middle if what == "spike" else np.inf
        elif what == "blip":
            v[part] += out * np.where(rng.random(len(v[part])) < 0.1, 1.0, 0.0)
        elif what == "run":
            v[part] += 0.05 * middle * np.arange(len(v[part]))
        elif what == "absurd":
            v[part] = 2000.0
        elif what == "nan":
            v[at : at + 3] = np.nan
        elif what == "late":
            delay[part] += rng.choice([1.5, 4.0])
        elif what == "leap":
            t[part] += 40.0
            delay[part] -= 40.0
        elif what == "shuffle":
            t[at : at + 4] = t[at : at + 4][::-1].copy()
        else:
            t[at:] += 3.0
    return t, v, np.maximum.accumulate(t + delay)


def ticks(rng, each, rate):
    """Yield tick after tick the blocks that have arrived since the last, in a changing order, some of them held back."""
    done = dict.fromkeys(each, 0)
    end = max(columns[2][-1] for columns in each.values())
    now = 1.0
    while now < end + 1.0:
        now += float(rng.choice([0.3, 1.0, 3.0, 9.0])) / rate
        arrived = []
        for key in rng.permutation(sorted(each)).tolist():
            t, v, a = each[key]
            upto = int(np.searchsorted(a, now))
            if upto > done[key] and rng.random() < 0.8:
                rows = slice(done[key], upto)
                arrived.append((key, block(key, t[rows], v[rows], a[rows])))
                done[key] = upto
        yield now, arrived


def test_one_sample_that_stands_out_behind_others_that_wait_is_found():
    # no sample stands out of those that were judged, but one does of those that wait beside it
    piece = np.concatenate([np.zeros(33), [-0.12, 0.12, -0.12]])
    values = 34.5 + np.tile(piece, 40) + 0.004 * np.random.default_rng(0).random(40 * len(piece))
    roster, slow = Roster(), ChannelQuality(known_channel("t9/temperature"))
    qualities = [ChannelQuality(known_channel(f"t{i}/temperature")) for i in range(6)]
    for quality in qualities:
        quality.enlist(roster)
    flags, suspect, waited = [[], []], 0, 0
    for i, value in enumerate(values.tolist()):
        blocks = [block(q.channel.key, [0.1 * i], [value], [0.1 * i + 0.01]) for q in qualities]
        roster.look(list(zip(qualities, blocks, strict=True)))
        for quality, one in zip(qualities, blocks, strict=True):
            found = quality.update(one)
            waited += quality.waits
            if quality is qualities[0]:
                for row, ((flag,), revised) in zip(flags, (found, slow.update(one)), strict=True):
                    row.append(int(flag))
                    for number, worse in revised:
                        row[number] = worse
                        suspect += worse == 3
    assert flags[0] == flags[1]
    assert suspect > 40 and waited > 6 * 0.6 * len(values)


def test_a_fault_that_nobody_was_told_of_is_not_kept_waiting():
    log = FaultLog(1.0)
    log.add(FaultKind.STUCK, Mark(1.0, 5.0, 5.0, 0.75), "flat_line")
    assert not log.goes_on(FaultKind.STUCK, "flat_line", 1.0, 0.75), "nobody knows of it"
    log.latest()
    assert log.goes_on(FaultKind.STUCK, "flat_line", 1.0, 0.75)
    assert not log.goes_on(FaultKind.STUCK, "flat_line", 1.0, 1.0), "it was not as bad"
    assert not log.goes_on(FaultKind.STUCK, "flat_line", 6.1, 0.75), "that is another one"
    assert not log.goes_on(FaultKind.STUCK, "attenuated", 1.0, 0.75)
    log.add(FaultKind.STUCK, Mark(8.0, 9.0, 9.0, 0.75), "attenuated")
    log.latest()
    assert not log.goes_on(FaultKind.STUCK, "flat_line", 1.0, 0.75), "a later one is told instead"


def test_a_value_that_stands_still_is_bad_beforehand_once_enough_samples_have_said_so():
    check, log = FlatLine(0.3, 1e-9), FaultLog(1.0)
    log.add(FaultKind.STUCK, Mark(0.5, 0.9, 0.9, 1.0), "flat_line")
    log.latest()
    said = []
    for time in (1.0, 2.0, 3.0, 4.0):
        said.append(check.allowance(log).bad)
        check.update([time], [7.0], [time])
    assert said == [np.inf, np.inf, np.inf, 0.6]
    assert check.allowance(FaultLog(1.0)).bad == np.inf


def told(quality, found):
    flags, revised = found
    return flags.tolist(), revised, repr(quality.placed.tolist()), quality.orderly, quality.doubted


def asked(quality, now):
    latest = [(f.kind, f.onset, f.detected, f.energy) for f in quality.latest(now)]
    return (
        latest,
        quality.silence(now),
        quality.verdicts(),
        quality.clock(),
        quality.gap.stale(now),
        quality.faults(now),
    )


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([2.0, 30.0, 150.0]), st.booleans())
def test_it_tells_what_judging_finds(seed, rate, trouble):
    rng = np.random.default_rng(seed)
    each = {key: series(rng, key, int(rng.integers(5, 400)), rate, trouble=trouble) for key in KEYS}
    roster, quick, slow = Roster(), {}, {}
    for key in KEYS:
        one = known_channel(key)
        limits = limits_for(one, {one.quantity.name: EAGER} if rng.random() < 0.5 else {})
        quick[key], slow[key] = (ChannelQuality(one, limits) for _ in range(2))
        quick[key].enlist(roster)
    waited = 0
    for now, arrived in ticks(rng, each, rate):
        roster.look([(quick[key], one) for key, one in arrived if len(one) <= 64])
        for key, one in arrived:
            assert told(quick[key], quick[key].update(one)) == told(slow[key], slow[key].update(one))
            assert quick[key].last_time == slow[key].last_time
            np.testing.assert_equal(quick[key].spoke, slow[key].gap.spoke)
            waited += quick[key].waits
            if rng.random() < 0.05:
                assert asked(quick[key], now) == asked(slow[key], now)
            if rng.random() < 0.02:
                what = rng.choice(["limits", "neighbour", "pickled", "left"])
                pair = quick[key], slow[key]
                if what == "limits":
                    change = {pair[0].channel.quantity.name: {"late": float(rng.integers(1, 3))}}
                    for quality in pair:
                        quality.set_limits(limits_for(quality.channel, change))
                elif what == "neighbour":
                    flag, mark = int(rng.choice([1, 3])), Mark(now - 1.0, now, now, 0.75, 2.0)
                    for quality in pair:
                        quality.hear("neighbour", flag, FaultKind.DISAGREES, mark if flag == 3 else None)
                elif what == "pickled":
                    again = pickle.loads(pickle.dumps(quick[key]))
                    quick[key].leave()
                    quick[key] = again
                    again.enlist(roster)
                else:
                    quick[key].leave()
                    quick[key].enlist(roster)
    for key in KEYS:
        assert asked(quick[key], now) == asked(slow[key], now)
        kept = [(kept.placed.tolist(), kept.flags.tolist()) for kept in quick[key].settled]
        assert all(len(times) == len(flags) for times, flags in kept)
    if not trouble and rate > 20.0 and min(len(each[key][0]) for key in KEYS) > 200:
        assert waited, "it is of no use if it never knows"


def test_most_of_what_is_well_or_stuck_need_not_be_judged_block_by_block():
    for values in ("alive", "stuck"):
        rng, roster = np.random.default_rng(1), Roster()
        qualities = {key: ChannelQuality(known_channel(key)) for key in KEYS}
        judged = waited = 0
        for quality in qualities.values():
            quality.enlist(roster)
        each = {key: series(rng, key, 6000, 150.0, trouble=False) for key in KEYS}
        if values == "stuck":
            each = {key: (t, np.full(len(v), v[0]), a) for key, (t, v, a) in each.items()}
        for i in range(0, 6000, 5):
            arrived = {key: block(key, *(column[i : i + 5] for column in each[key])) for key in KEYS}
            roster.look([(qualities[key], one) for key, one in arrived.items()])
            for key, one in arrived.items():
                qualities[key].update(one)
                judged, waited = judged + (not qualities[key].waits), waited + qualities[key].waits
                if i < 2000:
                    qualities[key].latest(0.0)  # as a picture asks
        assert waited > 0.6 * (judged + waited), values


def test_a_clock_that_drifts_is_followed_by_samples_that_wait():
    rng, roster = np.random.default_rng(2), Roster()
    quick, slow = ([ChannelQuality(known_channel(f"t{i}/ph")) for i in range(6)] for _ in range(2))
    for quality in quick:
        quality.enlist(roster)
    waited = 0
    for start in np.arange(0.0, 4000.0, 4.0):
        arrival = start + np.arange(4.0) + 0.01 * np.sort(rng.random(4))
        times = np.sort(arrival * (1.0 - 2e-4) - 0.05 - 0.02 * rng.random(4))
        blocks = [block(f"t{i}/ph", times, 7.0 + 0.01 * rng.standard_normal(4), arrival) for i in range(6)]
        roster.look(list(zip(quick, blocks, strict=True)))
        for one, a, b in zip(blocks, quick, slow, strict=True):
            assert told(a, a.update(one)) == told(b, b.update(one))
            waited += a.waits
    assert quick[0].clock() == slow[0].clock() and quick[0].clock().drift > 100.0
    assert waited > 1000


@pytest.mark.parametrize("gone", [0, 3, 7])
def test_one_that_leaves_takes_nothing_from_the_others(gone):
    rng, roster = np.random.default_rng(3), Roster()
    quick, slow = ({key: ChannelQuality(known_channel(key)) for key in KEYS} for _ in range(2))
    each = {key: series(rng, key, 600, 150.0, trouble=False) for key in KEYS}
    for key in KEYS:
        quick[key].enlist(roster)
    for i in range(0, 600, 6):
        arrived = [(key, block(key, *(column[i : i + 6] for column in each[key]))) for key in KEYS]
        if i == 300:
            quick[KEYS[gone]].leave()
        here = [(quick[key], one) for key, one in arrived if i < 300 or key != KEYS[gone]]
        roster.look(here)
        for key, one in arrived:
            assert told(quick[key], quick[key].update(one)) == told(slow[key], slow[key].update(one))
    for key in KEYS:
        assert asked(quick[key], 6.0) == asked(slow[key], 6.0)
