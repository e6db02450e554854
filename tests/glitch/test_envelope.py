"""Envelopes: their anchors, their order, and that they come to exact rest."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from neodent_viewer.glitch import envelope

times = st.floats(-10, 100)
spans = st.floats(0, 5)


def test_noise_and_form_follow_the_recipe():
    t = np.linspace(0, 2.4, 25)
    assert np.allclose(envelope.noise(t), np.exp(-((t / 0.95) ** 1.6)), atol=1e-12)
    x = np.clip((t - 0.1) / 2.3, 0, 1)
    assert np.allclose(envelope.form(t), x**3 * (x * (6 * x - 15) + 10), atol=1e-12)


def test_noise_never_rises_and_form_rises_then_falls():
    t = np.linspace(0, 8, 801)
    assert (np.diff(envelope.noise(t)) <= 0).all()
    h = envelope.form(t)
    peak = np.searchsorted(t, 2.4)
    assert (np.diff(h[:peak]) >= 0).all() and (np.diff(h[peak:]) <= 0).all()


def test_everything_is_exactly_zero_before_and_after():
    for t in (-1e-9, -np.inf, envelope.CLEAN_AFTER, 1e9, np.inf):
        assert envelope.noise(t) == 0.0
        assert envelope.form(t) == 0.0


@given(times, spans, spans, spans)
def test_attack_hold_release_stays_in_bounds_and_ends(t, attack, hold, release):
    level = float(envelope.attack_hold_release(t, attack, hold, release))
    assert 0.0 <= level <= 1.0
    if t < 0 or t > attack + hold + release + 1e-9:
        assert level == 0.0
    if attack + 1e-9 < t < attack + hold - 1e-9:
        assert level == 1.0


@given(st.lists(times, min_size=1, max_size=20))
def test_vector_equals_scalars(ts):
    for curve in (envelope.noise, envelope.form, lambda t: envelope.attack_hold_release(t, 0.02, 0.1, 2.4)):
        assert np.allclose(curve(np.array(ts)), [float(curve(t)) for t in ts], rtol=0, atol=1e-15)
