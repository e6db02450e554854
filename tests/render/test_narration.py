"""Captions lie at the lower left, beside the legend, above the scale bar, and are as strong as they have faded in."""

from dataclasses import replace

import numpy as np
import pytest

from neodent_viewer.document.look import Look, Shading
from neodent_viewer.document.moment import Moment
from neodent_viewer.render import narration as caption
from neodent_viewer.render.annotations import Narration
from neodent_viewer.render.views import Camera

SIZE = (640, 420)
CAMERA = Camera(yaw=0, pitch=0, distance=110)
SAID = Narration("The night", "At three in the morning the molar cooled, and nobody could tell me why it had.")


def draw(engine, *said, size=SIZE, **told):
    engine.frame("editor", CAMERA, Moment(), size, annotations=said, **told)
    return engine.read("editor").astype(int)[..., :3]


def changed(engine, *said, **told):
    return np.abs(draw(engine, *said, **told) - draw(engine, **told)).max(axis=2)


def test_it_hides_neither_scale_bar_nor_legend(engine, document):
    document.set(("look",), Look(shading=Shading.FIELD))
    marked = changed(engine, SAID) > 6
    rows, columns = np.nonzero(marked)
    assert rows.min() > SIZE[1] * 0.4 and rows.max() < SIZE[1] - 58
    assert columns.min() < 24 and columns.max() < SIZE[0] - 152
    assert marked.sum() > 2000


def test_it_grows_with_the_scale_of_the_picture(engine):
    small, large = (np.argwhere(changed(engine, SAID, size=tuple(s * k for s in SIZE), scale=k) > 60) for k in (1, 2))
    assert np.ptp(large, axis=0) == pytest.approx(
        2 * np.ptp(small, axis=0), rel=0.07
    )  # a typeface at few pixels is set in whole ones


def test_it_is_as_strong_as_it_has_faded_in(engine):
    plain, full = draw(engine), draw(engine, SAID)
    half = draw(engine, replace(SAID, strength=0.5))
    assert np.abs(half - (plain + full) / 2).max() <= 2
    assert (draw(engine, replace(SAID, strength=0.0)) == plain).all()


def test_a_small_picture_has_none(engine):
    assert not changed(engine, SAID, size=(300, 120)).any()


def test_it_is_read_on_white_and_on_black():
    told = caption.block(SAID, 640.0, 420.0, 1.0)
    pixels = caption.draw(told).astype(float)
    for ground in (0.0, 255.0):
        over = pixels[..., :3] + ground * (1 - pixels[..., 3:] / 255)
        bright, dark = np.quantile(over.mean(axis=2)[20:-20, 20:-20], [0.97, 0.3])
        assert bright - dark > 60


@pytest.mark.parametrize("text", ["one two three four five six seven", "Zähne, déjà vu, 漢字", "x" * 200, "a\nb", ""])
def test_lines_keep_the_text_and_the_width(text):
    told, own = caption.settable(text)
    found = caption.lines(told, 20.0, 150.0, own)
    assert "".join("".join(found).split()) == "".join(told.split())
    assert all(caption.breadth(line, 20.0, own) <= 150.0 for line in found)
    assert caption.draw(caption.Block("", text, 20.0, 150.0, 1.0)).shape[2] == 4


def test_accents_stay_where_the_system_can_set_them_and_dashes_do_not_cost_the_typeface():
    assert caption.settable("no – it was “fine”…") == ('no - it was "fine"...', True)
    text, own = caption.settable("Zähne")
    assert (text, own) in (("Zähne", False), ("Zahne", True))


LONG = "The enamel softens below pH 5.5, and saliva needs half an hour to bring back what it lost. " * 5


@pytest.mark.parametrize("size", [(640, 420), (1280, 720), (1920, 1080), (420, 300)])
@pytest.mark.parametrize(
    "text", [LONG[:400], LONG * 4, "W" * 900, "one\ntwo\nthree\nfour\nfive", "牙" * 400, "short"], ids=range(6)
)
def test_a_long_sentence_keeps_to_three_lines_at_the_foot_of_the_picture(size, text):
    width, height = size[0] - 190.0, float(size[1])
    told = caption.block(Narration("A headline " * 30, text), width, height, 1.0)
    body, own = caption.settable(told.text)
    broken = caption.lines(body if own else told.text, told.size, told.width, own)
    assert 1 <= len(broken) <= caption.LINES
    assert caption.draw(told).shape[1] <= width + 2 * caption.offset(told)
    assert caption.draw(told).shape[0] - 2 * caption.offset(told) < 0.3 * height
    assert told.text == text or told.text.endswith("...")
    assert told.title.endswith("...")


def test_only_what_is_long_is_set_smaller_and_only_what_is_longer_still_is_cut():
    usual, long, endless = (
        caption.block(Narration("N", text), 1090.0, 800.0, 1.0) for text in ("Cold.", LONG[:230], LONG * 4)
    )
    assert usual.size > long.size > endless.size * 0.99 and long.text == LONG[:230]
    assert endless.text.endswith("...") and len(endless.text) > 250


def test_a_long_sentence_leaves_the_middle_of_the_picture_alone(engine):
    marked = changed(engine, Narration("The night", LONG[:400]), size=(1280, 720)) > 6
    rows, _ = np.nonzero(marked)
    assert rows.min() > 720 * 0.66
