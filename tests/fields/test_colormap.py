"""Colour maps as tables, and values on them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neodent_viewer.fields.colormap import lut, normalise
from neodent_viewer.sensors.channel import QUANTITIES


@pytest.mark.parametrize("name", sorted({quantity.colormap for quantity in QUANTITIES.values()}))
def test_every_quantitys_own_map_exists_and_uses_its_whole_range(name):
    table = lut(name)
    assert (table.shape, table.dtype) == ((256, 4), np.uint8)
    assert (table[:, 3] == 255).all()
    assert np.unique(table, axis=0).shape[0] > 200
    step = np.abs(np.diff(table[:, :3].astype(int), axis=0)).sum(axis=1)
    assert step.max() < 24, "no edge that the data has not"


def test_a_table_is_shared_and_cannot_be_written():
    assert lut("cividis") is lut("cividis")
    with pytest.raises(ValueError, match="read-only"):
        lut("cividis")[0, 0] = 1


def test_an_unknown_map_is_an_error():
    with pytest.raises(ValueError):
        lut("no such map at all")


@given(st.lists(st.floats(-1e6, 1e6)), st.floats(-100, 100), st.floats(-100, 100))
def test_normalised_values_lie_between_0_and_1_in_order(values, low, high):
    found = normalise(values, low, high)
    assert ((found >= 0) & (found <= 1)).all()
    rising = np.array(values)[np.argsort(values, kind="stable")] if values else np.zeros(0)
    steps = np.diff(normalise(rising, low, high))
    assert (steps >= 0).all() if high - low >= -1e-12 else (steps <= 0).all()


def test_ends_middle_and_missing():
    found = normalise([32.0, 35.0, 38.0, np.nan], 32.0, 38.0)
    assert found[:3].tolist() == [0.0, 0.5, 1.0]
    assert np.isnan(found[3])
