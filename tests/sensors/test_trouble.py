"""What breaks a connection is told in a technician's words, with what to do, whoever called it what."""

import errno
import os
import re
import socket
import ssl
import threading

import pytest
import trustme

from neodent_viewer.core.clock import MonotonicClock
from neodent_viewer.core.errors import SensorError
from neodent_viewer.sensors.address import MqttAddress
from neodent_viewer.sensors.link import words
from neodent_viewer.sensors.reception import Reception
from neodent_viewer.sensors.refusals import REFUSALS
from neodent_viewer.sensors.senml import Reading
from neodent_viewer.sensors.sources.mqtt import tls_context
from neodent_viewer.sensors.sources.serial_line import SerialSource
from neodent_viewer.sensors.trouble import network_trouble, serial_trouble

#: what only a programmer reads
CODES = re.compile(r"_ssl|Errno|violation|\[SSL|0x")


def answered(serve):
    """Return what a client over TLS gets from a server that does `serve` with the one who connects."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=lambda: serve(server.accept()[0]))
        thread.start()
        try:
            with socket.create_connection(server.getsockname(), timeout=5) as plain:
                tls_context(MqttAddress("127.0.0.1", 1, "a", tls=True)).wrap_socket(plain, server_hostname="127.0.0.1")
        except OSError as error:
            return words(error)
        finally:
            thread.join()
    raise AssertionError("nothing went wrong")


def hang_up(peer):
    with peer:
        peer.recv(1)


def talk_plainly(peer):
    with peer:
        peer.recv(4096)
        peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def be_a_stranger(peer):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    try:
        with context.wrap_socket(peer, server_side=True) as secure:
            secure.recv(1)
    except OSError:
        pass


@pytest.mark.parametrize(
    ("serve", "what", "remedy"),
    [
        (hang_up, "broke the secure connection off", "speaks TLS"),
        (talk_plainly, "does not speak TLS on this port", "8883"),
        (be_a_stranger, "nobody whom this machine trusts", "ca=FILE"),
    ],
)
def test_what_a_real_other_side_does_is_understood(serve, what, remedy):
    said = answered(serve)
    told = network_trouble(said, tls=True)
    assert what in told[0], said
    assert remedy in told[1]
    assert not CODES.search(" ".join(told))


@pytest.mark.parametrize("number", ["ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH"])
@pytest.mark.parametrize("tls", [False, True])
def test_every_usual_error_of_a_network_has_a_remedy(number, tls):
    code = getattr(errno, number)
    what, remedy = network_trouble(words(OSError(code, os.strerror(code))), tls=tls)
    assert what and remedy and not CODES.search(what)


def test_an_unusual_one_loses_nothing_but_its_codes():
    assert network_trouble("[Errno 999] The moon is full (_ssl.c:12)") == ("The moon is full", "")


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("[Errno 2] could not open port /dev/x: [Errno 2] No such file or directory: '/dev/x'", "no such port"),
        ("[Errno 13] could not open port /dev/x: [Errno 13] Permission denied: '/dev/x'", "may not be opened"),
        ("[Errno 16] could not open port /dev/x: [Errno 16] Device or resource busy: '/dev/x'", "another program"),
        ("device reports readiness to read but returned no data (device disconnected?)", "unplugged"),
    ],
)
def test_a_serial_port_s_trouble_names_it_once(said, what):
    told = serial_trouble(said)
    assert what in told[0] and told[1] and "/dev/x" not in " ".join(told)


def test_a_port_that_is_not_there_is_said_in_one_sentence(tmp_path):
    source = SerialSource(str(tmp_path / "ttyNone"), 9600, least=0.05)
    source.start(MonotonicClock())
    try:
        waited = threading.Event()
        for _ in range(200):
            if source.status().problem:
                break
            waited.wait(0.05)
        told = source.status().problem
        assert (
            told == f"Serial: there is no such port [{tmp_path / 'ttyNone'}] Plug the device in, or look its port up."
        )
    finally:
        source.close()


def test_a_key_of_another_certificate_is_called_that(tmp_path):
    ca = trustme.CA()
    for name in "ab":
        cert = ca.issue_cert(f"{name}@example.org")
        cert.cert_chain_pems[0].write_to_path(tmp_path / f"{name}.pem")
        cert.private_key_pem.write_to_path(tmp_path / f"{name}.key")
    for key, what in (("b.key", "The key belongs to another certificate."), ("none.key", "is not there")):
        address = MqttAddress("h", 1, "t", tls=True, cert=str(tmp_path / "a.pem"), key=str(tmp_path / key))
        with pytest.raises(SensorError) as error:
            tls_context(address)
        assert what in error.value.what and error.value.remedy and not CODES.search(error.value.what)


def test_what_is_refused_for_a_stream_says_why_and_what_to_do():
    reception = Reception("LSL")
    one, two = (np_block() for _ in "ab")
    reception.take_block("t11/temperature", "Cel", *one, origin="da611097-15f4", place="bench")
    reception.take_block("t11/temperature", "Cel", *two, origin="7ae0e053-9a96", place="bench")
    assert reception.problem == (
        "LSL: 't11/temperature' is not taken: two senders under one name. Give each sensor a name of its own. [bench]"
    )
    reception = Reception("MQTT")
    reception.take(Reading("t11/temperature", "Cel", 36.0), "a", 0.0)
    reception.take(Reading("t11/temperature", "Cel", 36.0), "b", 0.0)
    assert "Give each sensor a name of its own." in reception.problem
    for kind in ("unknown unit", "wrong unit", "duplicate id", "text or too wide"):
        assert all(REFUSALS[kind]), kind


def np_block():
    import numpy as np

    return np.zeros(1), np.full(1, 36.5), 0.0, np.full(1, np.nan)
