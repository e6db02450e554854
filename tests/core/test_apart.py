"""What a process of its own says arrives as it was said, and one that ends in the middle is told."""

import sys

import numpy as np
import pytest

from neodent_viewer.core.apart import ApartError, apart

WORKER = """
import os
import numpy as np


def talk(say, count):
    long = np.arange(count, dtype=np.float64)
    say({"long": long, "twice": (long, long), "flags": np.full(count, 3, np.uint8), "few": long[:5]})
    say(np.asfortranarray(long.reshape(-1, 4)))
    say([long[::2], "a word", None])


def echo(say, *what):
    say(what)


def die(say):
    say(1)
    os._exit(3)


def break_off(say):
    os.write(say.__closure__[0].cell_contents.fileno(), (7).to_bytes(8, "little") + b"half")
    os._exit(0)


def fail(say):
    raise ValueError("no such tooth")
"""


@pytest.fixture
def worker(tmp_path, monkeypatch):
    (tmp_path / "apart_worker.py").write_text(WORKER)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.delitem(sys.modules, "apart_worker", raising=False)
    import apart_worker

    return apart_worker


@pytest.mark.parametrize("count", [8, 100_000])
def test_arrays_arrive_as_they_were_said(worker, count):
    first, square, last = apart(worker.talk, count)
    long = np.arange(count, dtype=np.float64)
    assert first["long"].tobytes() == long.tobytes() and first["few"].tolist() == [0, 1, 2, 3, 4]
    assert first["twice"][0] is first["long"], "what is one is sent once"
    assert (first["flags"] == 3).all() and first["flags"].dtype == np.uint8
    assert square.flags.f_contiguous and (square == long.reshape(-1, 4)).all()
    assert (last[0] == long[::2]).all() and last[1:] == ["a word", None]
    first["long"][0] = 9.0  # they are the reader's own


def test_arguments_arrive_too(worker):
    long = np.random.default_rng(0).random(200_000)
    [(back, word)] = apart(worker.echo, long, "ä")
    assert back.tobytes() == long.tobytes() and word == "ä"


def test_one_that_dies_between_words_or_in_one_is_told(worker):
    said = apart(worker.die)
    assert next(said) == 1
    with pytest.raises(ApartError, match="middle"):
        next(said)
    with pytest.raises(ApartError, match="middle"):
        list(apart(worker.break_off))


def test_what_it_raises_is_raised_here(worker):
    with pytest.raises(ValueError, match="no such tooth"):
        list(apart(worker.fail))
