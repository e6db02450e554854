"""What lies over the scene: where it is, how sharp, what hides it, and that no effect touches it."""

import numpy as np
import pytest

from neodent_viewer.document.look import Look, Shading
from neodent_viewer.document.moment import Moment
from neodent_viewer.document.pick import Picker
from neodent_viewer.glitch.chain import EffectUse
from neodent_viewer.render import legend as legends
from neodent_viewer.render.annotations import Line, Point, Ring, Sheet, Text
from neodent_viewer.render.overlay import round_length
from neodent_viewer.render.typography import label, width_of
from neodent_viewer.render.views import Camera

SIZE = (480, 300)
CAMERA = Camera(yaw=0, pitch=0, distance=110)
RED = (1.0, 0.0, 0.0, 1.0)


def draw(engine, *annotations, camera=CAMERA, size=SIZE, **options):
    engine.frame("editor", camera, Moment(), size, annotations=annotations, **options)
    return engine.read("editor").astype(int)


def changed(engine, *annotations, **options):
    return np.abs(draw(engine, *annotations, **options) - draw(engine, **options))[..., :3].max(axis=2)


def at(place, camera=CAMERA, size=SIZE):
    x, y, _ = camera.project(place, size)
    return int(y), int(x)


# -- annotations -------------------------------------------------------------------------------------------------


def test_a_point_is_marked_where_it_is(engine):
    place = (3.0, 4.0, 8.66)
    marked = changed(engine, Point(place, RED, 14.0)) > 20
    rows, columns = np.nonzero(marked)
    x, y, _ = CAMERA.project(place, SIZE)
    assert (columns.mean() + 0.5, rows.mean() + 0.5) == pytest.approx((x, y), abs=0.6)
    assert np.ptp(rows) + 1 == pytest.approx(14, abs=2.5)
    red, green, blue = draw(engine, Point(place, RED, 14.0))[at(place)][:3]
    assert red > 240
    assert green < 30
    assert blue < 30


@pytest.mark.parametrize("quality", ["full", "moving"])
def test_what_a_surface_hides_is_faint(engine, quality):
    before, behind = Point((0, 0, 10), RED), Point((0, 0, -10), RED)
    clear, faint = (changed(engine, mark, quality=quality)[at((0, 0, 0))] for mark in (before, behind))
    assert 0.1 * clear < faint < 0.5 * clear


def test_a_sheet_is_seen_through_and_cuts_the_surface_in_a_line(engine):
    corners = (
        (-6.0, -20.0, 20.0),
        (6.0, -20.0, 20.0),
        (6.0, 20.0, -20.0),
        (-6.0, 20.0, -20.0),
    )  # through the ball, leaning
    marked = changed(engine, Sheet(corners, (*RED[:3], 0.5)))
    picture = draw(engine, Sheet(corners, (*RED[:3], 0.5)))
    before, within, beside = (marked[at(place)] for place in ((0, -8.6, 8.6), (0, -2.0, 2.0), (12.0, 0, 0)))
    assert before > 2 * within > 0 and beside == 0
    assert picture[at((0, -8.6, 8.6))][0] < 240  # the surface shows through
    column = marked[:, at((0, 0, 0))[1]].astype(float)
    steps = np.abs(np.diff(column[SIZE[1] // 4 : 3 * SIZE[1] // 4]))
    assert steps.max() > 0.4 * before  # the line where the surface comes out


def test_a_line_joins_its_points_and_has_its_width(engine):
    line = Line(((-8.0, 0, 9), (8.0, 0, 9), (8.0, 6.0, 9)), RED, 4.0)
    marked = changed(engine, line) > 60
    row, column = at((0, 0, 9))
    assert marked[row - 12 : row + 12, column].sum() == pytest.approx(4, abs=1)
    assert marked[at((8.0, 3.0, 9))]
    thick = changed(engine, line, scale=2.0) > 60
    assert thick[row - 12 : row + 12, column].sum() == pytest.approx(8, abs=1)


def test_a_ring_lies_on_the_surface(engine, document):
    centre, radius = np.array([0.0, 6.0, 8.0]), 4.0
    marked = changed(engine, Ring(tuple(centre), (0, 0.6, 0.8), radius, RED, 2.0)) > 120
    picker = Picker(document)
    away = []
    for row, column in zip(*np.nonzero(marked), strict=True):
        hit = picker.pick(*CAMERA.ray(column + 0.5, row + 0.5, SIZE))
        if hit is not None:
            away.append(np.linalg.norm(hit.position - centre))
    assert len(away) > 60
    assert np.percentile(np.abs(np.array(away) - radius), 95) < 0.6


def test_a_text_is_set_beside_its_place(engine):
    marked = changed(engine, Text((0, 0, 10), "12.34 mm", size=14, offset=(0, -30))) > 8
    rows, columns = np.nonzero(marked)
    x, y, _ = CAMERA.project((0, 0, 10), SIZE)
    assert rows.mean() == pytest.approx(y - 30, abs=2)
    assert columns.mean() == pytest.approx(x, abs=2)
    assert np.ptp(columns) > width_of("12.34 mm", 14)


def test_a_long_text_stays_in_the_picture_while_its_place_is_in_it(engine):
    name = "Sensor over the very long name of a clinic"
    camera = Camera(target=(14.0, 0.0, 0.0), distance=CAMERA.distance)
    place = (0.0, 0.0, 10.0)
    x, _, _ = camera.project(place, SIZE)
    whole = changed(engine, Text((14.0, 0.0, 10.0), name, size=14, offset=(0, -30)), camera=camera) > 8
    near = changed(engine, Text(place, name, size=14, offset=(0, -30)), camera=camera) > 8
    assert 0 < x < width_of(name, 14) / 2, "centred there it would be cut"
    assert np.ptp(np.nonzero(near)[1]) == pytest.approx(np.ptp(np.nonzero(whole)[1]), abs=12)  # the ball shines through
    beyond = changed(engine, Text((-60.0, 0.0, 10.0), name, size=14), camera=camera) > 8
    assert not beyond.any(), "what lies outside is not named at the edge"


def test_type_at_scale_two_is_set_anew_and_not_enlarged():
    small, large = (label("Temperature 34.5 °C", 13.0, (1, 1, 1, 1), scale).astype(float) for scale in (1.0, 2.0))
    assert large.shape[:2] == pytest.approx(np.array(small.shape[:2]) * 2, abs=2)
    blown = np.kron(small[..., 0], np.ones((2, 2)))
    h, w = min(blown.shape[0], large.shape[0]), min(blown.shape[1], large.shape[1])
    assert np.abs(blown[:h, :w] - large[:h, :w, 0]).mean() > 6
    edges = np.abs(np.diff(large[..., 0], axis=1))
    assert np.percentile(edges[edges > 0], 98) > 120  # crisp


# -- scale bar ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("orthographic", [False, True])
@pytest.mark.parametrize("distance", [60.0, 140.0, 400.0])
def test_the_scale_bar_is_as_long_as_it_says(engine, document, orthographic, distance):
    camera = Camera(yaw=0, pitch=0, distance=distance, orthographic=orthographic)
    without = draw(engine, camera=camera)
    document.set(("look",), Look(shading=Shading.SCULPT))
    foot = np.abs(draw(engine, camera=camera) - without)[SIZE[1] - 24, :, :3].max(axis=1) > 60
    length = round_length(camera.mm_per_pixel(SIZE) * SIZE[0] * 0.18)
    assert foot.sum() == pytest.approx(length / camera.mm_per_pixel(SIZE), abs=2)
    start = int(np.flatnonzero(foot)[0])
    half = start + 0.5 - SIZE[0] / 2
    assert half < 0


def test_round_lengths_are_round():
    assert [round_length(x) for x in (0.05, 0.9, 3.3, 19.9, 4000)] == [0.1, 0.5, 2.0, 10.0, 500.0]


# -- legend ------------------------------------------------------------------------------------------------------


def make_legend(**given):
    colours = np.zeros((256, 4), np.uint8)
    colours[:, 0], colours[:, 2], colours[:, 3] = np.arange(256), 255 - np.arange(256), 255
    values = {"title": "Temperature", "unit": "°C", "low": 32.0, "high": 38.0, "probes": 12, "height": 400.0}
    return legends.Legend(**{**values, **given}, colours=colours.tobytes())


def test_the_legend_s_bar_runs_from_low_to_high():
    pixels = legends.draw(make_legend(), 1.0).astype(int)
    x = 18 + 15
    bar = pixels[62 : 400 - 70, x, :3]
    red = bar[:, 0][bar[:, 1] < 5]
    assert red[4] > 240
    assert red[-4] < 15
    assert (np.diff(red[np.abs(red - red.mean()) > 0]) <= 4).all()


@pytest.mark.parametrize("change", [{"title": "Force"}, {"unit": "N"}, {"low": 30.0}, {"probes": 3}])
def test_the_legend_says_name_unit_range_and_count(change):
    assert (legends.draw(make_legend(), 1.0) != legends.draw(make_legend(**change), 1.0)).any()


def test_ticks_lie_on_round_numbers_inside_the_range():
    for low, high in ((32, 38), (5, 8), (0, 600), (33.1, 37.4), (-1, 1), (0.2, 0.21)):
        major, minor = legends.steps(low, high)
        shown = legends.ticks(low, high, major)
        assert 1 <= len(shown) <= 7
        assert shown.min() >= low - 1e-9
        assert shown.max() <= high + 1e-9
        assert major == pytest.approx(5 * minor)
        labels = [legends.number(v, major) for v in shown]
        assert len(set(labels)) == len(labels)
        assert [float(text) for text in labels] == pytest.approx(list(shown))


@pytest.fixture
def field(document):
    document.set(("look",), Look(shading=Shading.FIELD, legend=True))
    return document


def test_the_legend_stands_in_the_picture_and_can_be_put_away(make_engine, field):
    engine = make_engine(field)
    with_it = draw(engine)
    field.set(("look",), Look(shading=Shading.FIELD, legend=False))
    without = draw(engine)
    different = np.abs(with_it - without)[..., :3].max(axis=2) > 4
    rows, columns = np.nonzero(different)
    assert columns.min() >= SIZE[0] - legends.WIDTH - 23
    assert different.sum() > 0.5 * legends.WIDTH * (SIZE[1] - 60)
    bright = with_it[rows.min() : rows.min() + 60, columns.min() :, :3].min(axis=2)
    assert (bright > 190).sum() > 60  # the title's letters


def test_no_effect_touches_what_is_measured(make_engine, field):
    engine = make_engine(field)
    plain = draw(engine, Point((0, 0, 10)))
    field.set(("look",), Look(shading=Shading.FIELD, chain=(EffectUse("rgb_split", (("amount", 1.0),)),)))
    split = draw(engine, Point((0, 0, 10)))
    y, x = at((0, 0, 10))
    assert np.abs(plain - split)[..., :3].max() > 20  # the effect is there
    assert (plain[y - 2 : y + 3, x - 2 : x + 3] == split[y - 2 : y + 3, x - 2 : x + 3]).all()
    legend = np.s_[60 : SIZE[1] - 100, SIZE[0] - 22 - 100 : SIZE[0] - 22 - 100 + 15]
    assert np.abs(plain[legend] - split[legend]).max() <= 30


def test_background_type_joins_later(make_engine, field):
    waiting = []
    engine = make_engine(field, lambda work, then: waiting.append((work, then)))
    first = draw(engine)
    while waiting:
        work, then = waiting.pop(0)
        then(work())
        draw(engine)
    whole = draw(make_engine(field))
    assert (first != whole).any()
    assert (draw(engine) == whole).all()
