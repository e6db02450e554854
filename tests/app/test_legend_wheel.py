"""The wheel over the legend: one edit of the range, ends that stay where a sensor can be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neodent_viewer.app.tools.legend import LegendWheel, ranged
from neodent_viewer.app.tools.pointer import Pointer
from neodent_viewer.document.document import Document
from neodent_viewer.document.history import History
from neodent_viewer.document.look import Look
from neodent_viewer.document.zone import Zone
from neodent_viewer.render.stack import Piece
from neodent_viewer.sensors.channel import QUANTITIES

TEMPERATURE = QUANTITIES["temperature"]
BOX = (100.0, 50.0, 150.0, 240.0)


def legend(box=BOX, zone="", flat=False):
    return Piece("legend", lambda: np.zeros((1, 1, 4), np.uint8), box, zone, flat)


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
    wheel = LegendWheel(document, history, lambda: (legend(),))
    assert not wheel(Pointer(90.0, 60.0), 1.0)
    for _ in range(3):
        assert wheel(Pointer(110.0, 60.0), 1.0)
    assert document.look.high > 38.9
    history.undo()
    assert ends(document.look) == (32.0, 38.0) and not history.done()
    assert not LegendWheel(document, history, lambda: ())(Pointer(110.0, 60.0), 1.0)


def test_over_a_zone_s_card_only_its_own_range_turns_from_left_to_right():
    document = Document()
    for key, quantity in (("a", "ph"), ("b", "force")):
        document.set(("zones", key), Zone(key, key, ord(key), quantity=quantity))
    history = History(document)
    other = (BOX[0], BOX[1] + 300, BOX[2], BOX[3])
    placed = (legend(zone="a", flat=True), legend(other, "b", flat=True))
    wheel = LegendWheel(document, history, lambda: placed)
    before = document.look
    right, left, below = (Pointer(BOX[0] + share * BOX[2], BOX[1] + 5) for share in (0.9, 0.1, 0.5))
    assert wheel(right, 1.0)
    assert ends(document.zones["a"]) == pytest.approx((5.0, 8.15))
    assert wheel(left, -1.0)
    assert document.zones["a"].low == pytest.approx(5.0 - 0.05 * 3.15, abs=1e-3)
    assert wheel(Pointer(below.x, other[1] + 5), 1.0)
    assert ends(document.zones["b"]) == pytest.approx((30.0, 570.0))
    assert document.look == before
    history.undo()
    assert document.zones["b"].low is None
    history.undo()
    assert document.zones["a"].low is None and not history.done()


def test_a_zone_whose_quantity_nobody_knows_or_that_is_gone_does_not_turn():
    document = Document()
    document.set(("zones", "a"), Zone("a", "A", 1, quantity="glucose"))
    wheel = LegendWheel(document, History(document), lambda: (legend(zone="a"), legend(zone="gone")))
    assert not wheel(Pointer(110.0, 60.0), 1.0)
    document.set(("zones", "a"), None)
    assert not wheel(Pointer(110.0, 60.0), 1.0)
