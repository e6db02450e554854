"""Serial lines through a pseudo-terminal and a WebSocket through a real server: what arrives and what comes back."""

import json
import os
import pty
import threading
import time
import tty
from collections import Counter

import pytest
from websockets.sync.server import serve

from neodent_viewer.core.clock import MonotonicClock
from neodent_viewer.core.errors import SensorError
from neodent_viewer.sensors import optional
from neodent_viewer.sensors.sources.serial_line import SerialSource, csv_reading
from neodent_viewer.sensors.sources.websocket import WebSocketSource


def wait_for(condition, seconds=8.0):
    """Poll until something holds: neither a line nor a server tells when it has been read."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "nothing came"
        time.sleep(0.002)
    return found


@pytest.fixture
def started():
    sources = []

    def start(source):
        sources.append(source)
        source.start(MonotonicClock())
        return source

    yield start
    for source in sources:
        source.close()
        source.close()


def drained(source, count):
    wait_for(lambda: source.status().received >= count)
    return {block.channel: block for block in source.read(0.0)}


# -- serial --------------------------------------------------------------------------------------------------------------


class Device:
    """A device on a pseudo-terminal, found under a path that stays the same when it is plugged in again."""

    def __init__(self, path):
        self.path = path
        self.plug()

    def plug(self):
        self.master, slave = pty.openpty()
        tty.setraw(slave)
        self.path.unlink(missing_ok=True)
        self.path.symlink_to(os.ttyname(slave))
        self.slave = slave

    def unplug(self):
        os.close(self.slave)
        os.close(self.master)

    def write(self, data):
        os.write(self.master, data)


@pytest.fixture
def device(tmp_path):
    device = Device(tmp_path / "ttyNEO")
    yield device
    device.unplug()


@pytest.fixture
def line(device, started):
    source = started(SerialSource(str(device.path), 115_200, least=0.05))
    wait_for(lambda: source.link.connected)
    device.write(b"6.5 the end of a line\n")
    return source


def test_senml_and_csv_a_line_each(device, line):
    device.write(b'[{"n":"t11/temperature","u":"Cel","v":36.5}]\n{"n":"t21/ph","v":7}\r\n')
    device.write(b"t16/force, 120, N\nt16/force;0.13;kN\n# a remark\n\n42\n")
    got = drained(line, 5)
    assert {key: block.values.tolist() for key, block in got.items()} == {
        "t11/temperature": [36.5],
        "t21/ph": [7.0],
        "t16/force": [120.0, 130.0],
        str(device.path): [42.0],
    }
    assert not line.status().refused


def test_a_devices_own_clock_keeps_its_steps(device, line):
    device.write(b"".join(b"t11/ph,7,pH,%.2f\n" % (12.0 + 0.25 * i) for i in range(8)))
    block = drained(line, 8)["t11/ph"]
    assert block.raw.tolist() == [12.0 + 0.25 * i for i in range(8)]
    assert block.times[0] == block.arrival[0]
    assert (block.times - block.times[0]).round(6).tolist() == [0.25 * i for i in range(8)]


def test_what_stands_before_the_first_end_of_a_line_is_no_sample(device, started):
    source = started(SerialSource(str(device.path), 9600))
    wait_for(lambda: source.link.connected)
    device.write(b".25\n7.5\n")
    assert [block.values.tolist() for block in drained(source, 1).values()] == [[7.5]]


def test_a_device_that_is_unplugged_is_heard_again_when_it_returns(device, line):
    device.write(b"t11/ph,7.0\n")
    wait_for(lambda: line.status().received == 1)
    device.unplug()
    device.path.unlink()
    wait_for(lambda: line.status().state.startswith("reconnecting in"))
    assert str(device.path) in line.status().problem
    device.plug()
    wait_for(lambda: line.link.connected)
    device.write(b"\nt11/ph,7.1\n")
    assert drained(line, 2)["t11/ph"].values.tolist() == [7.0, 7.1]


def test_lines_that_lie_are_counted_and_the_next_is_read(device, line, lies):
    for lie in (
        b"name,value,unit\n",
        b"t11/ph,nan\n",
        b"t11/ph,1e999\n",
        b"a,b,c,d,e,f\n",
        b"\xff\xfe\x00\n",
        b"[{]\n",
    ):
        device.write(lie)
    payloads, counted = lies
    for lie in payloads.values():
        for i in range(0, len(lie), 4000):
            device.write(lie[i : i + 4000])
        device.write(b"\n")
    device.write(b"\nt11/ph,7\n")
    wait_for(lambda: "t11/ph" in line.status().seen)
    # of a line without end every 64 KB are one that is too long
    assert {**dict(line.status().refused), "too large": 1} == counted + Counter({"bad line": 5, "not JSON": 1})


@pytest.mark.parametrize(
    ("text", "name", "value", "unit"),
    [
        (b"t11/temperature;36,5;Cel", "t11/temperature", 36.5, "Cel"),
        (b"t11/temperature; -0,25", "t11/temperature", -0.25, ""),
        (b"t11/temperature\t36.5\tCel", "t11/temperature", 36.5, "Cel"),
        (b";36,5", "", 36.5, ""),
        (b"36,36.5", "36", 36.5, ""),
    ],
)
def test_decimal_commas_are_read_where_something_else_parts_the_cells(text, name, value, unit):
    found = csv_reading(text)
    assert found is not None and (found.name, found.value, found.unit) == (name, value, unit)


@pytest.mark.parametrize("text", [b"36,5", b"-36,5", b"", b",", b"a,", b"a,1,b,c", b"a,1_0", b"a,0x1", b"\xc3\xa4,1"])
def test_what_is_no_csv_sample(text):
    assert csv_reading(text) is None


# -- websocket -----------------------------------------------------------------------------------------------------------


class Server:
    """A server that sends what it is given to everyone who is connected."""

    def __init__(self, port=0):
        self.clients = []
        self.server = serve(self._talk, "127.0.0.1", port)
        self.port = self.server.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def _talk(self, connection):
        self.clients.append(connection)
        for _ in connection:
            pass

    def send(self, message):
        for client in self.clients:
            client.send(message)

    def close(self):
        self.server.shutdown()
        for client in self.clients:
            client.close()
        self.thread.join()


@pytest.fixture
def server():
    server = Server()
    yield server
    server.close()


@pytest.fixture
def socket(server, started):
    source = started(WebSocketSource(f"ws://127.0.0.1:{server.port}/clinic?token=secret", least=0.05))
    wait_for(lambda: source.link.connected and server.clients)
    return source


def test_text_and_binary_messages_arrive(server, socket):
    server.send(json.dumps([{"n": "t11/ph", "u": "pH", "v": 7.0}]))
    server.send(b"\x81\xa2\x00\x66t21/ph\x02\x06")
    server.send('{"n": "temp", "u": "Cel", "v": 36}')
    got = drained(socket, 3)
    assert {key: block.values.tolist() for key, block in got.items()} == {
        "t11/ph": [7.0],
        "t21/ph": [6.0],
        f"127.0.0.1:{server.port}/clinic/temp": [36.0],
    }
    assert "secret" not in repr(socket.status())


def test_a_server_that_goes_and_comes_is_found_again(server, socket):
    port = server.port
    server.close()
    wait_for(lambda: socket.status().state.startswith("reconnecting"))
    again = Server(port)
    try:
        wait_for(lambda: socket.link.connected and again.clients)
        again.send("[]")
        again.send('[{"n":"t11/ph","v":7}]')
        assert drained(socket, 1)["t11/ph"].values.tolist() == [7.0]
    finally:
        again.close()


def test_messages_that_lie_are_counted_and_the_next_is_read(server, socket, lies):
    payloads, counted = lies
    for lie in ("", "hello", "x" * 1_000_000, b"\x00", b"\xff" * 10, "[1]", b"\x81" * 50_000):
        server.send(lie)
    for lie in payloads.values():
        server.send(lie.decode())
    server.send("[" + '{"n":"t11/ph","v":7}' + "]")
    wait_for(lambda: "t11/ph" in socket.status().seen)
    also = Counter({"not JSON": 4, "too large": 1, "wrong type": 1, "too deep": 1})
    assert dict(socket.status().refused) == counted + also
    assert socket.status().state == "connected"


def test_a_message_beyond_all_bounds_ends_the_connection_not_the_source(server, socket):
    server.send("x" * (3 << 20))
    wait_for(lambda: socket.status().problem)
    wait_for(lambda: socket.link.connected and len(server.clients) == 2)
    server.clients[-1].send('[{"n":"t11/ph","v":7}]')
    assert drained(socket, 1)


# -- extras --------------------------------------------------------------------------------------------------------------


def test_a_missing_library_is_one_sentence_with_the_line_to_paste(monkeypatch):
    def missing(name):
        raise ImportError(f"No module named {name!r}")

    monkeypatch.setattr(optional, "import_module", missing)
    for make, extra in ((lambda: SerialSource("x", 9600), "serial"), (lambda: WebSocketSource("ws://x"), "websocket")):
        with pytest.raises(SensorError) as error:
            make()
        assert error.value.kind == "missing"
        assert f"pip install 'neodent_viewer[{extra}]'" in error.value.sentence()
