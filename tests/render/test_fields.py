"""Live values to colour: the colour map's colour at the probe, hatching where nothing is known, parts that stay apart."""

from dataclasses import replace

import numpy as np
import pytest

from neodent_viewer.document.look import Look, Shading
from neodent_viewer.document.moment import Moment
from neodent_viewer.document.probe import slots
from neodent_viewer.fields.colormap import lut
from neodent_viewer.fields.weights import pack
from neodent_viewer.glitch.chain import EffectUse
from neodent_viewer.render.adaptors.probes import KINDS
from neodent_viewer.render.adaptors.rows import Rows
from neodent_viewer.render.views import Camera
from neodent_viewer.sensors.channel import QUANTITIES

SIZE = (320, 200)
CAMERA = Camera(yaw=0, pitch=0, distance=90)
FIELD = Look(shading=Shading.FIELD, legend=False, scale_bar=False, low=30.0, high=40.0, colormap="viridis")


def moment_of(document, quality=1.0, energy=0.0, **values):
    """A moment with one temperature a probe; channels of other quantities hold nothing."""
    pairs = slots(tuple(document.probes.values()))
    count = len(pairs)
    temperature = [values.get(p, np.nan) if c.quantity.name == "temperature" else np.nan for p, c in pairs]
    return Moment(
        now=1.0,
        probes=tuple(p for p, _ in pairs),
        channels=tuple(c.key for _, c in pairs),
        values=np.array(temperature),
        flags=np.ones(count, np.uint8),
        quality=np.where(np.isfinite(temperature), quality, 0).astype(np.float32),
        energy=np.full(count, energy, np.float32),
        noise=np.zeros(count, np.float32),
        form=np.zeros(count, np.float32),
        onset=np.full(count, -np.inf),
        kinds=("",) * count,
    )


def draw(engine, moment, camera=CAMERA, **options):
    engine.frame("editor", camera, moment, SIZE, **options)
    return engine.read("editor")


@pytest.fixture
def field(document):
    document.set(("look",), FIELD)
    return document


def around(pixels, place, reach=4, camera=CAMERA):
    x, y, _ = (int(v) for v in camera.project(place, SIZE))
    return pixels[y - reach : y + reach + 1, x - reach : x + reach + 1, :3].astype(float)


def hue_distance(colour, other):
    a, b = (np.asarray(c, float)[:3] / np.linalg.norm(np.asarray(c, float)[:3]) for c in (colour, other))
    return float(np.degrees(np.arccos(np.clip(a @ b, -1, 1))))


@pytest.mark.parametrize("quality", ["full", "moving"])
@pytest.mark.parametrize("value", [31.0, 35.0, 39.5])
def test_the_colour_at_a_probe_is_the_colour_maps(make_engine, field, probe_at, value, quality):
    # the mark itself covers the probe: look beside it, where the field is still the probe's own
    probe_at(field, "ball", (0, 0, 10), "a")
    pixels = draw(make_engine(field), moment_of(field, a=value), quality=quality)
    seen = around(pixels, (1.8, -2.4, 9.5), 2).reshape(-1, 3).mean(axis=0)
    colours = lut("viridis")
    wanted = colours[int((value - 30) / 10 * 255)]
    distances = [hue_distance(seen, c) for c in colours]
    assert hue_distance(seen, wanted) < 12
    assert abs(int(np.argmin(distances)) - (value - 30) / 10 * 255) < 26


def hatched(patch):
    """Whether a patch is grey with lines at 45 degrees: alike along them, unlike across."""
    grey = np.ptp(patch, axis=2).mean() < 14
    light = patch.mean(axis=2)
    light = light - light.mean()
    along = np.abs(light[2:, 2:] - light[:-2, :-2]).mean()
    across = np.abs(light[2:, :-2] - light[:-2, 2:]).mean()  # half a pitch
    return grey and light.std() > 4 and across > 2.5 * along


def test_without_any_probe_everything_is_hatched(make_engine, field):
    assert hatched(around(draw(make_engine(field), Moment()), (0, 0, 10), 16))


def test_far_from_probes_and_under_bad_ones_there_is_no_colour(make_engine, field, probe_at):
    probe_at(field, "ball", (0, 0, -10), "far")
    engine = make_engine(field)
    assert hatched(around(draw(engine, moment_of(field, far=39.0)), (0, 0, 10), 16))
    probe_at(field, "ball", (0, 0, 10), "near")
    assert not hatched(around(draw(engine, moment_of(field, far=39.0, near=39.0)), (3, 3, 9), 5))
    for moment in (moment_of(field, quality=0.0, far=39.0, near=39.0), moment_of(field, far=39.0)):
        assert hatched(around(draw(engine, moment), (4, 4, 8), 7))


def test_values_of_other_quantities_do_not_colour(make_engine, field, probe_at):
    probe_at(field, "ball", (0, 0, 10), "a", "ph", "force")
    moment = moment_of(field, a=35.0)
    assert hatched(around(draw(make_engine(field), moment), (0, 0, 10), 14))


def test_a_probe_speaks_for_its_own_part_only(make_engine, field, make_ball, probe_at):
    field.set(("parts", "other"), make_ball("other", centre=(22, 0, 0)))
    field.set(("parts", "ball"), make_ball(centre=(-2, 0, 0)))
    probe_at(field, "ball", (6, 0, 6), "a")
    engine = make_engine(field)
    camera = Camera((10, 0, 0), 0, 0, 130)
    pixels = draw(engine, moment_of(field, a=39.0), camera)
    assert np.ptp(around(pixels, (2, 4, 8), 3, camera), axis=2).mean() > 25
    assert hatched(around(pixels, (18, 0, 9), 9, camera))


def test_live_values_change_the_picture_without_touching_the_parts(make_engine, field, probe_at, monkeypatch):
    probe_at(field, "ball", (0, 0, 10), "a")
    engine = make_engine(field)
    cold = draw(engine, moment_of(field, a=31.0))
    uploads = []
    for way in ("put", "send"):
        monkeypatch.setattr(Rows, way, lambda *a: uploads.append(a))
    warm = draw(engine, moment_of(field, a=39.0))
    assert np.abs(cold.astype(int) - warm).mean() > 3
    assert not uploads
    assert (draw(engine, moment_of(field, a=31.0)) == cold).all()


def test_columns_stay_while_probes_come_and_go(make_engine, field, probe_at):
    for name, x in (("a", -5), ("b", 0), ("c", 5)):
        probe_at(field, "ball", (x, 0, 9), name, "temperature", "ph")
    engine = make_engine(field)
    draw(engine, moment_of(field, a=31.0, b=35.0, c=39.0))
    probes = engine._document.probes
    before = dict(probes._columns)
    field.set(("probes", "b"), None)
    draw(engine, moment_of(field, a=31.0, c=39.0))
    assert probes._columns == {slot: column for slot, column in before.items() if slot[0] != "b"}
    for k in range(20):
        probe_at(field, "ball", (k - 10, 3, 9), f"n{k}")
    draw(engine, moment_of(field, a=31.0, c=39.0))
    assert {s: c for s, c in probes._columns.items() if s in before} == {s: c for s, c in before.items() if s[0] != "b"}
    assert len(set(probes._columns.values())) == len(probes._columns)
    assert probes.width >= len(probes._columns)


def test_the_texture_holds_the_moment(make_engine, field, probe_at):
    probe = probe_at(field, "ball", (0, 0, 10), "a", "temperature", "ph")
    engine = make_engine(field)
    moment = moment_of(field, energy=0.5, a=32.5)
    moment.kinds[0]  # one a slot
    draw(engine, moment)
    probes = engine._document.probes
    column = probes._columns["a", "a/temperature"]
    value, quality, energy, since = probes.values[0, column]
    assert (value, quality, energy, since) == pytest.approx((32.5, 1.0, 0.5, 1000.0))
    assert probes.values[2, column, :3] == pytest.approx(probe.anchor.position, abs=1e-5)
    assert probes.values[3, column, :3] == pytest.approx((0, 0, 1), abs=0.2)
    other = probes._columns["a", "a/ph"]
    assert probes.values[0, other, 1] == 0.0  # measured, but not shown: it has no say
    assert 0 < probes.values[1, column, 3] < 1


def test_every_quantity_of_the_house_can_be_shown(make_engine, field, probe_at, problems):
    probe_at(field, "ball", (0, 0, 10), "a", *QUANTITIES)
    engine = make_engine(field)
    for name in QUANTITIES:
        field.set(("look",), Look(shading=Shading.FIELD, quantity=name))
        draw(engine, moment_of(field, a=35.0))
    assert not problems


def test_packed_weights_come_apart_again():
    ids = np.array([[0, 5, 63, 200]], np.float32)
    weights = np.array([[1.0, 0.5, 0.25, 0.0]], np.float32)
    packed = pack(ids, weights)
    assert np.floor(packed).tolist() == ids.tolist()
    assert (packed - np.floor(packed)) / 0.999 == pytest.approx(weights, abs=1e-4)


def test_kinds_are_counted_from_none():
    assert KINDS[0] == ""
    assert len(set(KINDS)) == len(KINDS)


def test_what_is_withdrawn_leaves_a_frozen_picture_at_once(make_engine, field, probe_at):
    probe_at(field, "ball", (0, 0, 10), "a")
    probe_at(field, "ball", (0, 0, -10), "b")
    engine = make_engine(field)
    warm = draw(engine, allowed(field, True, True, a=39.0, b=39.0))
    engine.master.freeze = True
    assert (draw(engine, allowed(field, True, True, a=31.0, b=39.0)) == warm).all()
    without = draw(engine, allowed(field, False, True, b=39.0))
    assert not hatched(around(warm, (4, 4, 8), 5))
    assert hatched(around(without, (4, 4, 8), 5))
    assert (draw(engine, allowed(field, True, True, a=31.0, b=39.0)) == without).all(), (
        "frozen still: nothing comes back"
    )
    field.set(("probes", "b"), None)
    assert (draw(engine, allowed(field, False)) == without).all(), "what it never showed cannot be withdrawn from it"
    asked = []
    engine.permits = lambda channel, purpose: asked.append(channel) or False
    gone = draw(engine, allowed(field, False))
    assert asked == ["b/temperature"], "only of what it shows and nobody has a slot for"
    assert (gone != without).any() and hatched(around(gone, (-4, -4, 8), 5))
    assert (draw(engine, allowed(field, False)) == gone).all() and len(asked) == 1


def test_trails_do_not_remember_what_is_withdrawn(make_engine, field, probe_at):
    knobs = (("amount", 1.0), ("keep", 0.9), ("colourful", 0.0))
    field.set(("look",), replace(FIELD, chain=(EffectUse("feedback_trail", knobs),)))
    probe_at(field, "ball", (0, 0, 10), "a")
    engine = make_engine(field)
    for k in range(4):
        draw(engine, replace(allowed(field, True, a=39.0), now=1.0 + k / 60))
    withdrawn = replace(allowed(field, False), now=1.0 + 4 / 60)
    assert (draw(engine, withdrawn) == draw(make_engine(field), withdrawn)).all()


def allowed(document, *shown, **values):
    """The moment of `values` where consent allows only some slots."""
    return replace(moment_of(document, **values), withheld=~np.array(shown))


def test_a_value_that_single_precision_cannot_hold_is_as_far_off_as_it_can(make_engine, field, probe_at, problems):
    probe_at(field, "ball", (0, 0, 10), "a", "temperature")
    engine = make_engine(field)
    ends = []
    for value in (-1e308, 1e308):
        pixels = draw(engine, moment_of(field, a=value))
        ends.append(around(pixels, (0, 0, 10)).mean(axis=(0, 1)))
        assert np.isfinite(engine._document.probes.values).all()
    assert not problems and hue_distance(*ends) > 0.1
