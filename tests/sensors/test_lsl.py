"""A real outlet on this machine: its samples, its clock, its return; and the line that jitter is smoothed to."""

import os
import time

import numpy as np
import pytest

from neodent_viewer.core.clock import MonotonicClock
from neodent_viewer.core.errors import SensorError
from neodent_viewer.sensors import optional
from neodent_viewer.sensors.dejitter import Dejitter
from neodent_viewer.sensors.sources.lsl import LslSource


@pytest.fixture(scope="module")
def lsl(tmp_path_factory):
    """The library, kept to this machine: it reads its configuration once, when it is loaded."""
    config = tmp_path_factory.mktemp("lsl") / "lsl_api.cfg"
    config.write_text(
        "[ports]\nIPv6 = disable\n[multicast]\nResolveScope = machine\nListenAddress = 127.0.0.1\n"
        "[lab]\nKnownPeers = {127.0.0.1}\n[log]\nlevel = -3\n"
    )
    os.environ["LSLAPICFG"] = str(config)
    return pytest.importorskip("pylsl")


def wait_for(condition, seconds=10.0):
    """Poll until something holds: the library tells nobody when it has found an outlet."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "nothing came"
        time.sleep(0.005)
    return found


def outlet(lsl, name, labels, rate=100.0, unit="Cel", kind="float32", source_id=""):
    info = lsl.StreamInfo(name, "Mouth", len(labels), rate, kind, source_id or f"{name}-id")
    channels = info.desc().append_child("channels")
    for label in labels:
        channels.append_child("channel").append_child_value("label", label).append_child_value("unit", unit)
    return lsl.StreamOutlet(info)


def test_samples_of_an_outlet_arrive_whole_with_three_times_and_go_on_when_it_returns(lsl):
    name = f"t11-{os.getpid()}"
    sender = outlet(lsl, name, ["temperature", "t21/temperature"], unit="K")
    words = outlet(lsl, name, ["label"], kind="string", rate=0.0, source_id="words")
    source = LslSource(name)
    source.start(MonotonicClock())
    try:
        wait_for(sender.have_consumers)
        start = lsl.local_clock()
        rng = np.random.default_rng(0)
        for i in range(200):
            sender.push_sample([300.0 + i / 10, 310.15], start + i / 100 + 0.004 * rng.random())
        wait_for(lambda: source.status().received == 400)
        got = {block.channel: block for block in source.read(0.0)}
        assert set(got) == {f"{name}/temperature", "t21/temperature"}
        warm = got[f"{name}/temperature"]
        np.testing.assert_allclose(warm.values, 26.85 + np.arange(200) / 10, atol=1e-4)
        assert np.ptp(np.diff(warm.raw)) > 0.004, "as told"
        assert np.ptp(np.diff(warm.times)) < 0.002, "dejittered"
        assert abs(warm.times[0] - warm.arrival[0]) < 10.0
        assert (np.diff(warm.arrival) >= 0).all()
        status = source.status()
        assert status.state == "1 stream"
        assert dict(status.refused) == {"text or too wide": 1}
        assert {stream.unit for stream in status.streams} == {"°C"}
        del sender
        sender = outlet(lsl, name, ["temperature", "t21/temperature"], unit="K")
        wait_for(sender.have_consumers)
        sender.push_sample([300.0, np.inf])
        wait_for(lambda: source.status().received == 402)
        assert dict(source.status().refused)["not finite"] == 1
    finally:
        source.close()
        source.close()
        del sender, words
    assert source.status().state == "closed"


def test_a_stream_that_returns_as_another_is_read_as_what_it_is_now(lsl):
    name = f"t12-{os.getpid()}"
    sender = outlet(lsl, name, ["t12/temperature"], rate=50.0)
    source = LslSource(name)
    source.start(MonotonicClock())
    heard = []

    def sent(sender, values):
        sender.push_sample(values)
        heard.extend(source.read(0.0))
        return {block.channel: block.values[-1] for block in heard}

    try:
        wait_for(sender.have_consumers)
        wait_for(lambda: sent(sender, [36.0]))
        for labels, unit in ((["t12/ph", "t13/ph"], ""), (["t13/ph", "t12/ph"], ""), (["t12/temperature"], "K")):
            sender = None  # it is gone before the next one begins
            sender = outlet(lsl, name, labels, rate=20.0, unit=unit)
            wait_for(sender.have_consumers)
            heard.clear()
            values = [float(i + 5) for i in range(len(labels))] if not unit else [310.15]
            got = wait_for(lambda sender=sender, values=values: sent(sender, values))
            assert set(got) == set(labels)
            assert [got[label] for label in labels] == pytest.approx(values if not unit else [37.0], abs=1e-4)
            assert source.status().state == "1 stream" and source.status().problem
    finally:
        source.close()
        sender = None
    assert not dict(source.status().refused)


def test_streams_without_an_identity_leave_when_they_are_gone(lsl):
    name = f"t14-{os.getpid()}"
    source = LslSource(name)
    source.start(MonotonicClock())
    try:
        for _ in range(3):
            sender = lsl.StreamOutlet(lsl.StreamInfo(name, "Mouth", 1, 20.0, "float32", ""))
            wait_for(sender.have_consumers)
            assert source.status().state == "1 stream"
            before, end = source.status().received, time.monotonic() + 10.0
            while source.status().received == before:
                assert time.monotonic() < end, "nothing came"
                sender.push_sample([36.0])
                time.sleep(0.005)
            del sender
            wait_for(lambda: source.status().state == "looking for streams")
            assert "broke off" in source.status().problem
    finally:
        source.close()
    assert not dict(source.status().refused), "its successor is no second sender"


def test_the_second_of_two_streams_with_one_identity_waits_for_its_turn(lsl):
    name = f"t15-{os.getpid()}"
    first = outlet(lsl, name, ["t15/ph"], source_id="twin")
    source = LslSource(name)
    source.start(MonotonicClock())
    try:
        wait_for(first.have_consumers)
        second = outlet(lsl, name, ["t15/temperature"], source_id="twin")
        wait_for(lambda: dict(source.status().refused) == {"duplicate id": 1})
        del first
        wait_for(second.have_consumers)
    finally:
        source.close()


def test_without_the_library_one_sentence_says_what_to_paste(monkeypatch):
    def missing(name):
        raise RuntimeError("LSL binary library file was not found")

    monkeypatch.setattr(optional, "import_module", missing)
    with pytest.raises(SensorError) as error:
        LslSource()
    assert "pip install 'neodent_viewer[lsl]'" in error.value.sentence()


@pytest.mark.parametrize("chunk", [1, 7, 500])
def test_jitter_is_smoothed_and_a_clock_that_runs_wrong_is_followed(chunk):
    rng = np.random.default_rng(1)
    true = 50.0 + np.arange(20_000) / 100.0 * (1 + 1e-4)
    told = true + 0.003 * rng.standard_normal(len(true))
    smooth = Dejitter(100.0)
    out = np.concatenate([smooth.smooth(told[i : i + chunk]) for i in range(0, len(told), chunk)])
    assert (np.diff(out) >= 0).all()
    assert np.abs(out - true)[2000:].max() < 0.0015
    assert np.abs(out - told).max() < 0.02


@pytest.mark.parametrize("chunk", [1, 50, 70, 1000])
def test_a_gap_and_a_leap_begin_a_new_line(chunk):
    told = np.concatenate([np.arange(500) / 100.0, 20.0 + np.arange(500) / 100.0])
    smooth = Dejitter(100.0)
    out = np.concatenate([smooth.smooth(told[i : i + chunk]) for i in range(0, 1000, chunk)])
    np.testing.assert_allclose(out, told, atol=1e-9)
