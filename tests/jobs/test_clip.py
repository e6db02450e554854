"""Drawing without a display: the demo smile, bit-identical for a seed, with the feed and the look asked for."""

import numpy as np
import pytest

from neodent_viewer.document.look import Look
from neodent_viewer.document.tooth_groups import group_edit
from neodent_viewer.files.project import save_project
from neodent_viewer.glitch.chain import EffectUse
from neodent_viewer.jobs import clip

SMALL = (256, 144)


def draw(**shot):
    return list(clip.frames(clip.load([], 0), clip.Shot(size=SMALL, **shot)))


def test_the_demo_smile_is_seen():
    (pixels,) = draw()
    assert pixels.shape == (144, 256, 4)
    assert pixels[..., :3].astype(int).std() > 15


def test_a_seed_gives_the_same_bits_and_another_seed_others():
    one, again = (draw(feeds=("sim",), look="field", at=2.0, seed=5) for _ in "ab")
    other = draw(feeds=("sim",), look="field", at=2.0, seed=6)
    assert np.array_equal(one[0], again[0])
    assert not np.array_equal(one[0], other[0])


@pytest.mark.slow
def test_a_glitching_clip_repeats_bit_for_bit():
    one, again = (draw(feeds=("sim",), look="glitch", seconds=0.5, fps=12, at=4.0) for _ in "ab")
    assert len(one) == 6
    assert all(np.array_equal(a, b) for a, b in zip(one, again, strict=True))
    assert not np.array_equal(one[0], one[-1])


def test_a_transparent_picture_has_nothing_in_its_corner():
    (pixels,) = draw(transparent=True)
    assert pixels[0, 0, 3] == 0
    assert pixels[..., 3].max() == 255


def test_what_is_not_as_asked_is_said():
    document = clip.load([], 0)
    document.set(("look",), Look("broken", chain=(EffectUse("no_such_effect"),)))
    document.set(("settings", "consent"), [])
    said = []
    list(clip.frames(document, clip.Shot(size=SMALL, feeds=("osc:0",)), said.append))
    assert any("no_such_effect" in sentence for sentence in said)
    assert any("withholds 28 channels" in sentence for sentence in said)


def test_a_project_with_zones_is_drawn_with_them(tmp_path):
    document = clip.load([], 0)
    document.set(("look",), document.looks["Field"])
    plain, project = tmp_path / "plain.neodent", tmp_path / "zones.neodent"
    save_project(document, None, plain)
    group_edit(document).do(document)
    save_project(document, None, project)
    pictures = []
    for path in (plain, project, project):
        (pixels,) = clip.frames(clip.load([path]), clip.Shot(size=(480, 300), feeds=("sim",), at=2.0))
        pictures.append(pixels.astype(int))
    without, there, again = pictures
    assert (there == again).all()
    assert (np.abs(there - without).max(axis=2) > 12).mean() > 0.1
