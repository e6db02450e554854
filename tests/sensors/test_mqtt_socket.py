"""A socket that is read ahead gives what the socket gives."""

import io
from itertools import cycle

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from neodent_viewer.sensors.sources.mqtt_socket import ReadAhead


@settings(max_examples=50)
@given(st.lists(st.integers(1, 200_000), max_size=12), st.lists(st.integers(1, 70_000), min_size=1, max_size=5))
def test_a_socket_that_reads_ahead_gives_every_byte_once(sizes, asked):
    sent = np.random.default_rng(0).bytes(sum(sizes))
    source, pieces = io.BytesIO(sent), iter(sizes)

    class Wire:
        def recv(self, most):
            return source.read(min(most, next(pieces, 1 << 20)))

    ahead, got = ReadAhead(Wire()), []
    for count in cycle([*asked, 60_000]):
        waiting = ahead.pending()
        piece = ahead.recv(count)
        assert len(piece) <= count
        if waiting:
            assert len(piece) == min(count, waiting), "what is pending is there at once"
        elif not piece:
            break
        got.append(piece)
    assert b"".join(got) == sent
