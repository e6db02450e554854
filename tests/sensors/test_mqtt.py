"""MQTT through a real broker: what arrives, what is said of a broker that goes and comes, and who is not let in."""

import json
import ssl
import time
from collections import Counter

import cbor2
import pytest
import trustme
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from neodent_viewer.core.clock import MonotonicClock
from neodent_viewer.core.errors import SensorError
from neodent_viewer.sensors.address import MqttAddress, mqtt_address
from neodent_viewer.sensors.sources.mqtt import MqttSource


def wait_for(condition, seconds=8.0):
    """Poll until something holds: a network tells nobody when it has delivered."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "nothing came"
        time.sleep(0.002)
    return found


class Publisher:
    """A sensor's side of the line, in a thread of paho's."""

    def __init__(self, port, will=None):
        self.client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        if will:
            self.client.will_set(*will, qos=1, retain=True)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        wait_for(self.client.is_connected)

    def send(self, topic, payload, *, qos=1, retain=False, content=None):
        properties = Properties(PacketTypes.PUBLISH)
        if content:
            properties.ContentType = content
        if not isinstance(payload, bytes | str):
            payload = json.dumps(payload)
        self.client.publish(topic, payload, qos, retain, properties).wait_for_publish(5.0)

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def opened():
    """Return a starter of sources; all of them are closed in the end."""
    sources = []

    def start(port, topic="neodent/#", **more):
        source = MqttSource(MqttAddress("127.0.0.1", port, topic, **more), least=0.05)
        sources.append(source)
        source.start(MonotonicClock())
        return source

    yield start
    for source in sources:
        source.close()


@pytest.fixture
def publisher(broker):
    publisher = Publisher(broker.port)
    yield publisher
    publisher.close()


@pytest.fixture
def source(broker, opened):
    source = opened(broker.port)
    wait_for(lambda: source.connected)
    return source


def drained(source, count):
    """Return address -> values once so many samples have come."""
    wait_for(lambda: source.status().received >= count)
    return {block.channel: block for block in source.read(0.0)}


def test_senml_in_json_and_cbor_and_a_plain_number_arrive(source, publisher):
    now = time.time()
    publisher.send("neodent/a", [{"bn": "t11/", "bt": now, "n": "temperature", "u": "K", "v": 310.15}])
    publisher.send("neodent/a", cbor2.dumps([{-2: "t21/", 0: "ph", 1: "pH", 2: 6.5}]))
    publisher.send("neodent/a", cbor2.dumps([{-2: "t31/", 0: "ph", 1: "pH", 2: 6.5}]), content="application/senml+cbor")
    publisher.send("neodent/t16/force", "120.5")
    got = drained(source, 4)
    assert {key: block.values.tolist() for key, block in got.items()} == {
        "t11/temperature": [37.0],
        "t21/ph": [6.5],
        "t31/ph": [6.5],
        "neodent/t16/force": [120.5],
    }
    warm = got["t11/temperature"]
    assert warm.raw.tolist() == [now]
    assert 0.0 <= warm.arrival[0] - warm.times[0] < 2.0, "the sender's time, on the program's clock"
    streams = {stream.address: stream for stream in source.status().streams}
    assert (streams["t11/temperature"].unit, streams["t11/temperature"].sent_unit) == ("°C", "K")
    assert streams["t11/temperature"].quantity == "temperature"


def test_a_name_that_says_too_little_is_completed_by_its_topic(source, publisher):
    publisher.send("neodent/clinic/3", [{"n": "temp", "u": "Cel", "v": 36}])
    publisher.send("neodent/clinic/4", [{"u": "Cel", "v": 37}])
    assert set(drained(source, 2)) == {"neodent/clinic/3/temp", "neodent/clinic/4"}


def test_a_broker_killed_in_mid_stream_is_found_again_and_nothing_after_that_is_lost(broker, opened):
    source = opened(broker.port)
    wait_for(lambda: source.connected)
    before = Publisher(broker.port)
    before.send("neodent/t11/ph", "7.0")
    wait_for(lambda: source.status().received == 1)
    broker.kill()
    wait_for(lambda: "reconnecting in" in source.status().state)
    assert source.status().problem
    before.close()
    broker.start()
    wait_for(lambda: source.connected)
    after = Publisher(broker.port)
    for i in range(50):
        after.send("neodent/t11/ph", str(6.0 + i / 100))
    after.close()
    assert drained(source, 51)["neodent/t11/ph"].values.tolist() == [7.0] + [6.0 + i / 100 for i in range(50)]
    assert source.status().state == "connected"


def test_a_broker_that_is_not_there_yet_is_waited_for(make_broker, opened):
    broker = make_broker("allow_anonymous true")
    broker.kill()
    source = opened(broker.port)
    wait_for(lambda: source.status().state.startswith("reconnecting"))
    broker.start()
    wait_for(lambda: source.connected)


def test_a_retained_status_and_a_last_will_say_who_is_alive(broker, opened, publisher):
    publisher.send("neodent/t21/status", '{"status": "ready"}', retain=True)
    source = opened(broker.port)
    wait_for(lambda: ("neodent/t21", "online") in source.status().senders)
    sensor = Publisher(broker.port, will=("neodent/t11/status", "offline"))
    sensor.send("neodent/t11/status", "online", retain=True)
    wait_for(lambda: ("neodent/t11", "online") in source.status().senders)
    sensor.client._sock.shutdown(2)  # it dies without a word
    wait_for(lambda: ("neodent/t11", "offline") in source.status().senders)
    assert source.status().state == "connected, 1 sender offline"
    sensor.close()
    assert source.status().received == 0, "a status is no sample"


def test_a_retained_value_is_no_sample_of_now(broker, opened, publisher):
    publisher.send("neodent/t11/ph", "7.0", retain=True)
    source = opened(broker.port)
    wait_for(lambda: dict(source.status().refused) == {"retained value": 1})
    publisher.send("neodent/t11/ph", "6.9", retain=True)
    assert drained(source, 1)["neodent/t11/ph"].values.tolist() == [6.9], "one that is new is a sample all the same"


def test_two_machines_of_a_group_share_a_feed(broker, opened, publisher):
    pair = [opened(broker.port, "$share/city/neodent/#") for _ in range(2)]
    wait_for(lambda: all(one.connected for one in pair))
    for i in range(20):
        publisher.send("neodent/t11/ph", str(5 + i / 10))
    wait_for(lambda: sum(one.status().received for one in pair) == 20)
    assert all(one.status().received for one in pair)
    values = [value for one in pair for block in one.read(0.0) for value in block.values.tolist()]
    assert sorted(values) == [5 + i / 10 for i in range(20)]


def test_every_machine_of_a_group_knows_who_is_alive(broker, opened, publisher):
    publisher.send("neodent/mouth/status", "online", retain=True)
    pair = [opened(broker.port, "$share/city/neodent/#") for _ in range(2)]
    wait_for(lambda: all(source.connected for source in pair))
    wait_for(lambda: all(dict(source.status().senders) == {"neodent/mouth": "online"} for source in pair))
    publisher.send("neodent/mouth/status", "offline", retain=True)
    wait_for(lambda: all("1 sender offline" in source.status().state for source in pair))
    publisher.send("neodent/mouth/t11/ph", "7")
    wait_for(lambda: sum(source.status().received for source in pair) == 1)
    assert not any(source.status().refused for source in pair)


def test_a_password_opens_and_a_wrong_one_is_said(make_broker, opened, tmp_path):
    import hashlib
    from base64 import b64encode

    salt = b"neodent salt"
    digest = b64encode(hashlib.pbkdf2_hmac("sha512", b"secret", salt, 101)).decode()
    (tmp_path / "users").write_text(f"ada:$7$101${b64encode(salt).decode()}${digest}\n")
    (tmp_path / "users").chmod(0o600)
    broker = make_broker("allow_anonymous false", "user root", f"password_file {tmp_path / 'users'}")
    right = opened(broker.port, user="ada", password="secret")
    wait_for(lambda: right.connected)
    wrong = opened(broker.port, user="ada", password="guess")
    wait_for(lambda: "not auth" in wrong.status().problem.lower())
    assert not wrong.connected
    assert "secret" not in repr(right.address)


@pytest.fixture
def certificates(tmp_path):
    """Files of an authority, of a broker and client it vouches for, and of a client that another one does."""
    ours, theirs = trustme.CA(), trustme.CA()
    ours.cert_pem.write_to_path(tmp_path / "ca.pem")
    for name, cert in (
        ("broker", ours.issue_cert("127.0.0.1")),
        ("client", ours.issue_cert("ada@example.org")),
        ("stranger", theirs.issue_cert("eve@example.org")),
    ):
        cert.cert_chain_pems[0].write_to_path(tmp_path / f"{name}.pem")
        cert.private_key_pem.write_to_path(tmp_path / f"{name}.key")
    return tmp_path


def test_a_client_certificate_opens_and_a_wrong_one_does_not(make_broker, opened, certificates):
    at = certificates
    files = ("cafile", at / "ca.pem"), ("certfile", at / "broker.pem"), ("keyfile", at / "broker.key")
    # without root's rights mosquitto could not read files in a folder of root's
    broker = make_broker(
        "allow_anonymous true", "user root", "require_certificate true", *(f"{key} {path}" for key, path in files)
    )
    ca = str(at / "ca.pem")
    right = opened(broker.port, tls=True, ca=ca, cert=str(at / "client.pem"), key=str(at / "client.key"))
    wait_for(lambda: right.connected)
    assert "TLS" in right.status().name
    for more in ({"cert": str(at / "stranger.pem"), "key": str(at / "stranger.key")}, {}):
        wrong = opened(broker.port, tls=True, ca=ca, **more)
        wait_for(lambda wrong=wrong: wrong.status().problem and "reconnecting" in wrong.status().state)
        assert not wrong.connected
        told = wrong.status().problem
        assert "certificate" in told and "cert=" in told and "_ssl" not in told and "EOF" not in told
    distrustful = opened(broker.port, tls=True, cert=str(at / "client.pem"), key=str(at / "client.key"))
    wait_for(lambda: "certificate verify failed" in distrustful.status().problem.lower())
    assert "ca=FILE" in distrustful.status().problem and "_ssl" not in distrustful.status().problem
    plain = opened(broker.port)
    wait_for(lambda: "reconnecting" in plain.status().state)
    assert "mqtts:" in plain.status().problem


def test_tls_against_a_port_without_it_is_said_so(broker, opened):
    hopeful = opened(broker.port, tls=True)
    wait_for(lambda: "TLS" in hopeful.status().problem)
    assert "Look whether its port speaks TLS" in hopeful.status().problem or "8883" in hopeful.status().problem


def test_files_that_are_no_certificates_are_said_before_anything_is_opened(tmp_path):
    (tmp_path / "x.pem").write_text("no certificate")
    for more in ({"ca": "x.pem"}, {"cert": "x.pem"}, {"cert": "missing.pem"}):
        files = {key: str(tmp_path / name) for key, name in more.items()}
        with pytest.raises(SensorError) as error:
            MqttSource(MqttAddress("127.0.0.1", 1, "a", tls=True, **files)).start(MonotonicClock())
        assert error.value.kind == "address"
        assert error.value.remedy


CBOR_LIES = {
    "too deep": b"\x81" * 50_000,
    "not CBOR": b"\x9f\xff\xff\xff"[:1] + b"\xfe",
    "not finite": cbor2.dumps([{0: "a/b", 2: float("inf")}]),
    "wrong type": cbor2.dumps([{0: 7, 2: 1.0}]),
}


def test_lies_are_counted_by_kind_and_the_truth_after_them_arrives(source, publisher, lies):
    payloads, counted = lies
    for payload in (*payloads.values(), *CBOR_LIES.values(), b'"hot"'):
        publisher.send("neodent/x", payload)
    publisher.send("neodent/t11/ph", "7.25")
    wait_for(lambda: "neodent/t11/ph" in source.status().seen)
    status = source.status()
    assert dict(status.refused) == counted + Counter([*CBOR_LIES, "not SenML"])
    assert status.malformed == sum(count for _, count in status.refused)
    assert status.state == "connected"
    assert len(status.problem) < 300


def test_one_name_from_two_topics_is_two_senders_with_one_identity(source, publisher):
    for topic in ("neodent/a", "neodent/b", "neodent/a"):
        publisher.send(topic, [{"n": "t11/ph", "v": 7}])
    wait_for(lambda: source.status().received == 2)
    assert dict(source.status().refused) == {"duplicate id": 1}


def test_a_flood_arrives_whole_and_in_order(source, publisher):
    for i in range(5_000):
        publisher.client.publish("neodent/t16/force", str(i), 1)
    assert drained(source, 5_000)["neodent/t16/force"].values.tolist() == list(range(5_000))
    assert source.status().dropped == 0


def test_closing_twice_is_closing_once(broker):
    source = MqttSource(MqttAddress("127.0.0.1", broker.port, "a"))
    source.start(MonotonicClock())
    source.start(MonotonicClock())
    source.close()
    source.close()
    assert source.status().state == "closed"
    assert not source.status().running


def test_tls_trusts_the_systems_own_list_and_checks_names():
    from neodent_viewer.sensors.sources.mqtt import tls_context

    context = tls_context(MqttAddress("h", 1, "t", tls=True))
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname


@pytest.mark.parametrize("place", ["ada@broker", "ada:secret@broker", "ada:secret@broker:1883"])
def test_who_asks_is_not_told_before_the_host_and_a_password_is_not_shown(place):
    with pytest.raises(SensorError) as caught:
        mqtt_address(f"{place}/clinic/#", tls=False)
    assert "user=NAME" in caught.value.remedy and "secret" not in caught.value.sentence()
