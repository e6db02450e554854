"""Several quantities on one surface: each in its zone and its own colours, at the price of one, with a legend each."""

from dataclasses import replace

import numpy as np
import pytest

from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import VertexEdit
from neodent_viewer.document.look import Look, Shading
from neodent_viewer.document.moment import Moment
from neodent_viewer.document.part import BASE
from neodent_viewer.document.probe import slots
from neodent_viewer.document.zone import ARRAY, Zone
from neodent_viewer.fields.colormap import lut
from neodent_viewer.fields.weights import pack, probe_weights
from neodent_viewer.render import cards
from neodent_viewer.render.adaptors.rows import Rows
from neodent_viewer.render.captions import Plate, captions, spread
from neodent_viewer.render.captions import draw as draw_plate
from neodent_viewer.render.frame_info import FrameInfo
from neodent_viewer.render.hiding import Hiding
from neodent_viewer.render.stack import pieces, zones_shown
from neodent_viewer.render.views import Camera

SIZE = (320, 200)
CAMERA = Camera(yaw=0, pitch=0, distance=90)
FIELD = Look(
    shading=Shading.FIELD, legend=False, scale_bar=False, captions=False, low=30.0, high=40.0, colormap="viridis"
)
LEFT, RIGHT, FRONT = (-7.0, 0.0, 7.0), (7.0, 0.0, 7.0), (0.0, 0.0, 10.0)


def moment_of(document, **values):
    """A moment with a value a channel key such as ``a_ph``; others hold nothing."""
    pairs = slots(tuple(document.probes.values()))
    found = np.array([values.get(c.key.replace("/", "_"), np.nan) for _, c in pairs], np.float64)
    count = len(pairs)
    return Moment(
        now=1.0, probes=tuple(p for p, _ in pairs), channels=tuple(c.key for _, c in pairs), values=found,
        flags=np.ones(count, np.uint8), quality=np.isfinite(found).astype(np.float32), energy=np.zeros(count, np.float32),
        noise=np.zeros(count, np.float32), form=np.zeros(count, np.float32), onset=np.full(count, -np.inf),
        kinds=("",) * count,
    )  # fmt: skip


def draw(engine, moment, camera=CAMERA, **options):
    engine.frame("editor", camera, moment, options.pop("size", SIZE), **options)
    return engine.read("editor")


def half(part):
    """Label the right half of a ball 11, the left 21."""
    x = part.surface.vertices[:, 0]
    part.surface.arrays["labels"] = np.where(x > 0, 11, 21).astype(np.int16)
    return part


@pytest.fixture
def document(make_ball, probe_at):
    """A ball of two teeth: 11 on the right with a probe of temperature and pH, 21 on the left with one of all three."""
    document = Document()
    document.set(("parts", "ball"), half(make_ball()))
    document.set(("look",), FIELD)
    probe_at(document, "ball", RIGHT, "r", "temperature", "ph")
    probe_at(document, "ball", LEFT, "l", "temperature", "ph", "force")
    return document


def zone(document, key="z", number=1, **values):
    made = Zone(key, values.pop("name", key.upper()), number, **values)
    document.set(("zones", key), made)
    return made


def patch_at(pixels, place, reach=3, camera=CAMERA):
    x, y, _ = (int(v) for v in camera.project(place, SIZE))
    return pixels[y - reach : y + reach + 1, x - reach : x + reach + 1, :3].reshape(-1, 3).astype(float).mean(axis=0)


def hue_distance(colour, other):
    a, b = (np.asarray(c, float)[:3] / np.linalg.norm(np.asarray(c, float)[:3]) for c in (colour, other))
    return float(np.degrees(np.arccos(np.clip(a @ b, -1, 1))))


def looks_like(pixels, place, name, level):
    return hue_distance(patch_at(pixels, place), lut(name)[int(level * 255)]) < 12


#: beside the marks that cover the probes
BY_RIGHT, BY_LEFT = (5.5, -3.5, 7.6), (-5.5, -3.5, 7.6)


def is_grey(pixels, place):
    return np.ptp(patch_at(pixels, place)) < 16


@pytest.mark.parametrize("quality", ["full", "moving", "brisk"])
def test_each_zone_shows_its_quantity_in_its_own_colours(make_engine, document, quality):
    zone(document, teeth=(21,), quantity="ph", colormap="inferno", low=5.0, high=9.0)
    moment = moment_of(document, r_temperature=38.0, l_temperature=31.0, l_ph=8.0, r_ph=5.2)
    pixels = draw(make_engine(document), moment, quality=quality)
    assert looks_like(pixels, BY_RIGHT, "viridis", 0.8)
    assert looks_like(pixels, BY_LEFT, "inferno", 0.75)


def test_only_probes_of_the_zone_s_quantity_are_heard_in_it(make_engine, document):
    zone(document, teeth=(21,), quantity="force")
    engine = make_engine(document)
    without = draw(engine, moment_of(document, r_temperature=38.0, l_temperature=31.0, l_ph=8.0))
    assert is_grey(without, BY_LEFT)
    assert looks_like(draw(engine, moment_of(document, l_force=60.0)), BY_LEFT, "cividis", 0.1)


def test_weights_are_those_of_the_quantity_of_each_vertex(make_engine, document):
    zone(document, teeth=(21,), quantity="force")
    engine = make_engine(document)
    draw(engine, moment_of(document))
    field, probes = engine._document.probes.weighing.fields["ball"], engine._document.probes
    surface = document.parts["ball"].surface
    seeds = {p.id: int(surface.faces[p.anchor.face][np.argmax(p.anchor.weights)]) for p in document.probes.values()}
    for inside, quantity, names in ((False, "temperature", "rl"), (True, "force", "l")):
        found = probe_weights(surface.vertices, surface.faces, [seeds[name] for name in names])
        columns = np.array([probes._columns[name, f"{name}/{quantity}"] for name in names], np.float32)
        wanted = pack(columns[found.ids.astype(int)], found.weights)
        here = (surface.labels == 21) == inside
        assert (field.packed[here] == wanted[here]).all()
        assert (field.reach[here] == found.distance[here]).all()


def test_one_quantity_in_two_ranges(make_engine, document):
    zone(document, teeth=(21,), quantity="temperature", colormap="viridis", low=34.0, high=35.0)
    pixels = draw(make_engine(document), moment_of(document, r_temperature=34.25, l_temperature=34.25))
    assert looks_like(pixels, BY_RIGHT, "viridis", 0.425)
    assert looks_like(pixels, BY_LEFT, "viridis", 0.25)


def paint(document, number, where, part="ball"):
    rows = np.flatnonzero(where).astype(np.int32)
    edit = VertexEdit(part, BASE, ARRAY, rows, np.zeros(len(rows), np.int16), np.full(len(rows), number, np.int16))
    edit.do(document)
    return edit


def test_a_painted_region_is_a_zone_and_undo_takes_it_back(make_engine, document):
    zone(document, number=4, quantity="ph", colormap="inferno", low=5.0, high=9.0)
    engine = make_engine(document)
    moment = moment_of(document, r_temperature=38.0, l_temperature=38.0, l_ph=8.0)
    before = draw(engine, moment)
    edit = paint(document, 4, document.parts["ball"].surface.vertices[:, 0] < 0)
    assert looks_like(draw(engine, moment), BY_LEFT, "inferno", 0.75)
    edit.undo(document)
    assert (draw(engine, moment) == before).all()


def test_gum_that_is_painted_shows_its_zone(make_engine, document):
    part = document.parts["ball"]
    part.surface.arrays["labels"][part.surface.vertices[:, 0] < 0] = 0
    engine = make_engine(document)
    moment = moment_of(document, r_temperature=38.0, l_ph=8.0)
    zone(document, number=4, quantity="ph", colormap="inferno", low=5.0, high=9.0)
    gum = draw(engine, moment)
    paint(document, 4, part.surface.vertices[:, 0] < -2)
    painted = draw(engine, moment)
    assert not looks_like(gum, BY_LEFT, "inferno", 0.75)
    assert looks_like(painted, BY_LEFT, "inferno", 0.75)


def test_between_zones_neither_map_reads_the_other_s_values(make_engine, document):
    """Green and blue maps side by side with every map in between red: no red may show."""
    between = (("a", (11,), "Greens"), ("b", (), "Reds"), ("c", (), "Reds"), ("d", (21,), "Blues"))
    for number, (key, teeth, name) in enumerate(between, 1):
        zone(document, key, number, rank=number, teeth=teeth, colormap=name, low=20.0, high=40.0)
    pixels = draw(make_engine(document), moment_of(document, r_temperature=36.0, l_temperature=36.0))
    middle = pixels[90:111, 154:167, :3].astype(int)
    assert (middle[..., 0] <= middle[..., 1:].max(axis=2) + 4).all()
    assert np.ptp(middle, axis=2).max() > 20


# -- what it costs -----------------------------------------------------------------------------------------------


def asked(engine):
    return dict(engine._document.probes.weighing.asked)


def test_a_change_of_zones_makes_the_field_set_anew_and_never_the_fault_set(make_engine, document, monkeypatch):
    engine = make_engine(document)
    moment = moment_of(document, r_temperature=34.0)
    draw(engine, moment)
    put = []
    plain = Rows.put
    monkeypatch.setattr(Rows, "put", lambda self, name, values: (put.append(name), plain(self, name, values))[1])
    buffers = engine._document.parts["ball"]._rows
    fault = buffers["a_fault"]
    assert asked(engine) == {("ball", "field"): 1, ("ball", "fault"): 1}
    steps = [
        lambda: zone(document, teeth=(21,), quantity="ph"),
        lambda: zone(document, teeth=(21,), quantity="force"),
        lambda: zone(document, teeth=(11, 21), quantity="force"),
        lambda: paint(document, 1, document.parts["ball"].surface.vertices[:, 1] > 5),
        lambda: document.set(("zones", "z"), None),
    ]
    for done, step in enumerate(steps, 2):
        step()
        draw(engine, moment)
        assert asked(engine) == {("ball", "field"): done, ("ball", "fault"): 1}
    assert buffers["a_fault"] is fault
    assert "a_fault" not in put and {"a_field", "a_zone"} <= set(put)
    assert "a_zone" not in buffers


def test_range_colours_and_words_touch_no_vertex(make_engine, document, monkeypatch):
    first = zone(document, teeth=(21,), quantity="ph", colormap="inferno", low=5.0, high=9.0)
    engine = make_engine(document)
    moment = moment_of(document, l_ph=8.0)
    before = draw(engine, moment)
    count, uploads = asked(engine), []
    for way in ("put", "send"):
        monkeypatch.setattr(Rows, way, lambda *a: uploads.append(a))
    changes = ({"low": 7.0}, {"colormap": "viridis"}, {"name": "Other", "caption": "Words"})
    for change in changes:
        document.set(("zones", "z"), replace(first, **change))
        draw(engine, moment)
    assert asked(engine) == count and not uploads
    document.set(("zones", "z"), replace(first, low=7.0, colormap="viridis"))
    assert looks_like(draw(engine, moment), BY_LEFT, "viridis", 0.5)
    document.set(("zones", "z"), first)
    assert (draw(engine, moment) == before).all()


def test_live_values_touch_no_vertex(make_engine, document, monkeypatch):
    zone(document, teeth=(21,), quantity="ph")
    engine = make_engine(document)
    sour = draw(engine, moment_of(document, l_ph=5.2, r_temperature=31.0))
    uploads = []
    for way in ("put", "send"):
        monkeypatch.setattr(Rows, way, lambda *a: uploads.append(a))
    sweet = draw(engine, moment_of(document, l_ph=7.8, r_temperature=31.0))
    assert np.abs(sour.astype(int) - sweet).mean() > 1 and not uploads
    assert (draw(engine, moment_of(document, l_ph=5.2, r_temperature=31.0)) == sour).all()


def test_without_zones_the_shaders_know_none(make_engine, document):
    engine = make_engine(document)
    draw(engine, moment_of(document, r_temperature=34.0))
    hidden = zone(document, teeth=(21,), visible=False)
    draw(engine, moment_of(document, r_temperature=34.0))
    kinds = {defines for _, _, defines in engine._programs._programs if "FIELD" in defines}
    assert kinds and not any("ZONES" in defines for defines in kinds)
    document.set(("zones", "z"), replace(hidden, visible=True))
    draw(engine, moment_of(document, r_temperature=34.0))
    assert any("ZONES" in defines for _, _, defines in engine._programs._programs)


def test_until_weights_have_come_a_zone_is_no_data_and_never_a_wrong_colour(make_engine, document):
    waiting = []
    engine = make_engine(document, lambda work, then: waiting.append((work, then)))
    first = zone(document, teeth=(21,), quantity="temperature", colormap="viridis")
    moment = moment_of(document, r_temperature=35.0, l_temperature=35.0, l_ph=6.0)

    def settle():
        for _ in range(4):
            draw(engine, moment)
            while waiting:
                work, then = waiting.pop(0)
                then(work())
        return draw(engine, moment)

    warm = settle()
    assert not is_grey(warm, BY_LEFT)
    document.set(("zones", "z"), replace(first, quantity="ph", colormap="inferno"))
    between = draw(engine, moment)
    assert waiting and is_grey(between, BY_LEFT)
    assert hue_distance(patch_at(between, BY_RIGHT), patch_at(warm, BY_RIGHT)) < 2, "what did not change stays"
    assert looks_like(settle(), BY_LEFT, "inferno", 1 / 3)


# -- what nobody expects -----------------------------------------------------------------------------------------


def test_an_unknown_quantity_or_map_an_empty_zone_and_a_part_that_goes(make_engine, document, problems):
    engine = make_engine(document)
    moment = moment_of(document, r_temperature=35.0, l_temperature=35.0, l_ph=8.0)
    zone(document, "a", 1, rank=1, teeth=(21,), quantity="glucose", colormap="no:such")
    assert is_grey(draw(engine, moment), BY_LEFT)
    zone(document, "a", 1, rank=1, teeth=(21,), quantity="ph", colormap="no:such", low=5.0, high=9.0)
    assert looks_like(draw(engine, moment), BY_LEFT, "crameri:batlow", 0.75)
    zone(document, "b", 2, rank=2, teeth=(47,), quantity="force")
    zone(document, "c", 3, rank=3, quantity="force", low=5.0, high=5.0)
    draw(engine, moment)
    assert [shown.zone for shown in zones_shown(engine._document)] == ["a", ""]
    document.set(("parts", "ball"), None)
    draw(engine, moment)
    assert zones_shown(engine._document) == ()
    assert not problems


def test_rows_are_used_again_and_the_textures_grow(make_engine, document):
    engine = make_engine(document)
    moment = moment_of(document, l_ph=7.0, l_temperature=35.0)
    for k in range(40):
        zone(document, f"n{k % 3}", 1 + k % 3, rank=k, teeth=(21,), quantity=("ph", "force", "temperature")[k % 2])
        draw(engine, moment)
    assert max(engine._document.zones._rows.values()) < 8
    for k in range(20):
        zone(document, f"m{k}", 10 + k, rank=100 + k, teeth=(21,), quantity="ph", colormap="inferno", low=5.0, high=9.0)
    assert looks_like(draw(engine, moment), BY_LEFT, "inferno", 0.5)


# -- legends and captions ----------------------------------------------------------------------------------------


def placed(engine, size=(900, 600), scale=1.0, **options):
    document = engine._document
    camera = Camera(yaw=0, pitch=0, distance=90)
    engine.frame("editor", camera, Moment(), size, scale=scale, **options)
    frame = FrameInfo.of(camera, size, document.bounds(), "full", scale, False, 0.0)
    return frame, pieces(document, frame)


def many(document, count):
    for k in range(count):
        zone(document, f"z{k}", k + 1, rank=k, name=f"Zone {k}", quantity="ph")
        labels = document.parts["ball"].surface.arrays["labels"]
        y = document.parts["ball"].surface.vertices[:, 1]
        paint(document, k + 1, (labels == 21) & (y > -10 + 20 * k / count) & (y <= -10 + 20 * (k + 1) / count))


@pytest.mark.parametrize("size", [(900, 600), (600, 700), (1280, 720), (320, 240), (300, 900)])
@pytest.mark.parametrize("count", [1, 3, 7, 24])
def test_legends_lie_in_the_picture_and_apart(make_engine, document, size, count):
    document.set(("look",), replace(FIELD, legend=True))
    many(document, count)
    _, told = placed(make_engine(document), size)
    boxes = np.array([piece.box for piece in told])
    assert (boxes[:, :2] >= 0).all() and (boxes[:, :2] + boxes[:, 2:] <= size).all()
    for k, (x, y, w, h) in enumerate(boxes):
        for x2, y2, w2, h2 in boxes[k + 1 :]:
            assert x + w <= x2 + 0.5 or x2 + w2 <= x + 0.5 or y + h <= y2 + 0.5 or y2 + h2 <= y + 0.5
    turned = [piece.zone for piece in told if piece.zone is not None]
    everything = [f"z{k}" for k in reversed(range(count))] + [""]
    assert sorted(turned) == sorted(everything[: len(turned)]), "the highest first"
    assert len(turned) == count + 1 or "more" in str([piece.key for piece in told])


def test_cards_read_from_the_top_or_from_the_left_in_the_order_of_the_list(make_engine, document):
    document.set(("look",), replace(FIELD, legend=True))
    many(document, 3)
    engine = make_engine(document)
    for size, axis in (((1280, 720), 1), ((760, 700), 0)):
        _, told = placed(engine, size)
        ordered = [piece.zone for piece in sorted(told, key=lambda p: p.box[axis]) if piece.zone is not None]
        assert ordered == ["z2", "z1", "z0", ""]


def test_a_legend_says_name_quantity_unit_range_and_how_many_probes(make_engine, document):
    zone(document, teeth=(21,), quantity="force", name="Molars", low=0.0, high=400.0)
    engine = make_engine(document)
    document.set(("look",), replace(FIELD, legend=True))
    _, told = placed(engine)
    (card,) = [piece.key[1] for piece in told if piece.zone == "z"]
    assert (card.name, card.words, card.low, card.high, card.probes) == ("Molars", "Force, N", 0.0, 400.0, 1)
    (rest,) = [piece.key[1] for piece in told if piece.zone == ""]
    assert (rest.name, rest.words, rest.low, rest.high, rest.probes) == ("Elsewhere", "Temperature, °C", 30.0, 40.0, 1)
    drawn = cards.draw(card, 1.0)
    for change in ({"name": "M"}, {"words": "N"}, {"low": 10.0}, {"probes": 0}, {"colours": b""}):
        assert (cards.draw(replace(card, **change), 1.0) != drawn).any()


def test_where_everything_is_in_zones_there_is_no_legend_of_the_rest(make_engine, document):
    document.set(("look",), replace(FIELD, legend=True))
    zone(document, teeth=(11, 21), quantity="ph")
    _, told = placed(make_engine(document))
    assert [piece.zone for piece in told if piece.zone is not None] == ["z"]


def test_a_bar_runs_from_low_on_the_left_to_high_on_the_right():
    colours = np.zeros((256, 4), np.uint8)
    colours[:, 0], colours[:, 2], colours[:, 3] = np.arange(256), 255 - np.arange(256), 255
    pixels = cards.draw(cards.Card("Front", "pH", 5.0, 8.0, 2, colours.tobytes(), 216.0), 1.0).astype(int)
    bar = pixels[53, 13:-13, :3]
    red = bar[:, 0][bar[:, 1] < 5]
    assert red[3] < 15 and red[-4] > 240


def test_a_caption_points_at_what_is_seen_of_its_zone(make_engine, document):
    zone(document, teeth=(21,), quantity="ph", name="Left", caption="After a drink")
    engine = make_engine(document)
    frame, _ = placed(engine)
    (told,) = captions(engine._document, frame, [])
    assert (told.plate.name, told.plate.line) == ("Left", "After a drink")
    line, dot = told.marks
    place = np.array(dot.position)
    assert np.linalg.norm(place) == pytest.approx(10.0, abs=0.3) and place[0] < -1 and place[2] > 1
    end = frame.camera.project(line.points[1], frame.size)
    x, y, w, h = told.box
    assert x - 1 <= end[0] <= x + w + 1 and min(abs(end[1] - y), abs(end[1] - y - h)) < 1.5
    for taken in ([], [(500.0, 0.0, 400.0, 600.0)]):
        (told,) = captions(engine._document, frame, taken)
        x, y, w, h = told.box
        assert x >= 0 and x + w <= (taken[0][0] if taken else 900) and y >= 0 and y + h <= 600


def test_what_faces_away_has_no_caption(make_engine, document):
    zone(document, number=3, quantity="ph", name="Behind")
    paint(document, 3, document.parts["ball"].surface.vertices[:, 2] < -4)
    engine = make_engine(document)
    frame, _ = placed(engine)
    assert captions(engine._document, frame, []) == []
    behind = replace(frame, camera=Camera(yaw=180, pitch=0, distance=90))
    assert len(captions(engine._document, behind, [])) == 1


def test_captions_are_drawn_and_put_away_by_the_look(make_engine, document):
    zone(document, teeth=(21,), quantity="ph", name="Left")
    engine = make_engine(document)
    pictures = []
    for on in (False, True):
        document.set(("look",), replace(FIELD, captions=on))
        pictures.append(draw(engine, Moment(), size=(900, 600)).astype(int))
    assert np.abs(pictures[1] - pictures[0]).max(axis=2).astype(bool).sum() > 1500


def test_a_long_caption_is_cut_and_odd_signs_do_no_harm():
    plate = Plate("x" * 200, "ä → 😀", b"\x80" * 1024)
    assert draw_plate(plate, 2.0).shape[0] == 80


@pytest.mark.parametrize("first", [0.0, 30.0])
def test_plates_in_a_row_stay_apart_in_order_and_inside(first):
    rng = np.random.default_rng(0)
    for _ in range(200):
        count = int(rng.integers(1, 6))
        wanted, widths = np.sort(rng.uniform(-50, 700, count)), rng.uniform(40, 110, count)
        lefts = np.array(spread(wanted, widths, first, 700.0, 8.0))
        assert (lefts[1:] >= lefts[:-1] + widths[:-1] + 8.0 - 1e-6).all()
        assert lefts[0] >= first - 1e-6
        if widths.sum() + 8.0 * count <= 700.0 - first:
            assert lefts[-1] + widths[-1] <= 700.0 + 1e-6


def test_hiding_knows_what_stands_before_what():
    rng = np.random.default_rng(0)
    wall = np.concatenate([rng.uniform(-20, 20, (8000, 2)), np.zeros((8000, 1))], axis=1)
    camera = Camera(yaw=0, pitch=0, distance=200)
    hiding = Hiding(wall, camera, (800, 600))
    places = [(0, 0, 0), (5, 5, 1), (0, 0, -10), (0, 0, 30), (40, 0, -10), (0, 0, 500)]
    assert hiding.seen(places).tolist() == [True, True, False, True, True, False]
    assert Hiding(np.zeros((0, 3)), camera, (8, 6)).seen([(0, 0, 0)]).tolist() == [True]
