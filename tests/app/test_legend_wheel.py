"""The wheel over the legend: one edit of the range, ends that stay where a sensor can be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neodent_viewer.app.tools.legend import LegendWheel, ranged
from neodent_viewer.app.tools.pointer import Pointer
from neodent_viewer.document.document import Document
from neodent_viewer.document.history import History
from neodent_viewer.document.look import Look
from neodent_viewer.sensors.channel import QUANTITIES

TEMPERATURE = QUANTITIES["temperature"]
BOX = (100.0, 50.0, 150.0, 240.0)


def ends(look):
    return look.low, look.high


def test_the_upper_end_the_lower_end_or_both():
    look = Look(quantity="temperature", low=32.0, high=38.0)
    assert ends(ranged(look, TEMPERATURE, 1, 0.1)) == pytest.approx((32.0, 38.3))
    assert ends(ranged(look, TEMPERATURE, -2, 0.9)) == pytest.approx((31.4, 38.0))
    assert ends(ranged(look, TEMPERATURE, 1, 0.5)) == pytest.approx((32.3, 37.7))


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(0, 1)), max_size=60), st.sampled_from(sorted(QUANTITIES)))
def test_however_it_turns_the_range_stays_one(turns, name):
    quantity, look = QUANTITIES[name], Look(quantity=name)
    for steps, down in turns:
        look = ranged(look, quantity, steps, down)
    low = quantity.show_low if look.low is None else look.low
    high = quantity.show_high if look.high is None else look.high
    assert quantity.low <= low < high <= quantity.high


def test_turning_is_one_edit_and_only_over_the_legend():
    document = Document()
    document.set(("look",), Look(quantity="temperature", low=32.0, high=38.0))
    history = History(document)
    wheel = LegendWheel(document, history, lambda: BOX)
    assert not wheel(Pointer(90.0, 60.0), 1.0)
    for _ in range(3):
        assert wheel(Pointer(110.0, 60.0), 1.0)
    assert document.look.high > 38.9
    history.undo()
    assert ends(document.look) == (32.0, 38.0) and not history.done()
    assert not LegendWheel(document, history, lambda: None)(Pointer(110.0, 60.0), 1.0)
