"""Chains of ISF effects on a real context: what each kind of input, pass and target does to pixels."""

from itertools import pairwise

import numpy as np
import pytest

from neodent_viewer.glitch.chain import EffectUse
from neodent_viewer.render.gpu import Gpu, Target
from neodent_viewer.render.headless import EglContext
from neodent_viewer.render.isf_pass import EffectClock, Focus, IsfChain

SIZE = (64, 48)
IMAGE = '{"NAME": "inputImage", "TYPE": "image"}'


@pytest.fixture
def gpu():
    gpu = Gpu(EglContext())
    yield gpu
    gpu.close()


@pytest.fixture
def told():
    return []


@pytest.fixture
def chain(gpu, told, tmp_path):
    chain = IsfChain(gpu, told.append, [tmp_path])
    yield chain
    chain.delete()


@pytest.fixture
def shipped(gpu, told):
    chain = IsfChain(gpu, told.append)
    yield chain
    chain.delete()


@pytest.fixture
def picture(gpu):
    rng = np.random.default_rng(1)
    target = Target(SIZE, "rgba8")
    pixels = np.kron(rng.integers(0, 256, (12, 16, 4)), np.ones((4, 4, 1))).astype(np.uint8)
    pixels[..., 3] = 255
    target.texture.set_data(pixels)
    yield target
    target.delete()


def write(folder, name, header, main, above=""):
    (folder / f"{name}.fs").write_text(f"/*{{{header}}}*/\n{above}\nvoid main() {{ {main} }}\n")


def use(name, **inputs):
    return EffectUse(name, tuple(inputs.items()))


def test_an_empty_or_switched_off_chain_is_the_picture_itself(gpu, chain, picture, tmp_path):
    write(tmp_path, "black", f'"INPUTS": [{IMAGE}]', "gl_FragColor = vec4(0.0);")
    before = gpu.objects()
    assert chain.run(picture, ()) is picture
    assert chain.run(picture, (EffectUse("black", enabled=False),)) is picture
    assert gpu.objects() == before


def test_every_kind_of_input_reaches_the_shader(chain, picture, told, tmp_path):
    kinds = [("f", "float"), ("b", "bool"), ("l", "long"), ("e", "event"), ("p", "point2D"), ("c", "color")]
    inputs = ", ".join(f'{{"NAME": "{n}", "TYPE": "{t}"}}' for n, t in kinds)
    main = "gl_FragColor = vec4(f, b ? p.x : 0.0, e ? p.y : 0.0, float(l) * 0.1) * c;"
    write(tmp_path, "all", f'"INPUTS": [{inputs}]', main)
    values = {"f": 0.5, "b": True, "l": 3, "e": True, "p": (0.25, 0.75), "c": (1.0, 1.0, 0.5, 1.0)}
    pixel = chain.run(picture, (use("all", **values),)).read()[5, 5] / 255
    assert np.allclose(pixel, [0.5, 0.25, 0.375, 0.3], atol=0.01) and not told


def test_rules_go_before_the_look_and_ranges_hold(chain, picture, told, tmp_path):
    write(tmp_path, "f", '"INPUTS": [{"NAME": "f", "TYPE": "float", "MIN": 0, "MAX": 0.5}]', "gl_FragColor = vec4(f);")
    rules = {("f", "f"): 0.25, ("other", "f"): 0.0}
    assert chain.run(picture, (use("f", f=0.1),), rules).read()[0, 0, 0] == 64
    assert chain.run(picture, (use("f", f=9.0),)).read()[0, 0, 0] == 128
    assert not told


def test_inputs_that_are_not_there_or_make_no_sense_are_said_once(chain, picture, told, tmp_path):
    write(tmp_path, "f", '"INPUTS": [{"NAME": "f", "TYPE": "float", "DEFAULT": 1}]', "gl_FragColor = vec4(f);")
    for _ in range(3):
        out = chain.run(picture, (use("f", gone=1.0, f=(1.0, 2.0)), use("absent"), use("../f")))
        assert out.read()[0, 0, 0] == 255
    assert sorted((e.kind, e.where) for e in told) == [
        ("input", "f.f"), ("input", "f.gone"), ("missing", "../f"), ("missing", "absent"),
    ]  # fmt: skip


def test_the_clock_sizes_and_pixel_macros(chain, picture, tmp_path):
    main = "gl_FragColor = vec4(TIME, TIMEDELTA, float(FRAMEINDEX) / 255.0, DATE.x / 4000.0);"
    write(tmp_path, "clock", "", main)
    pixel = chain.run(picture, (use("clock"),), {}, EffectClock(0.5, 0.25, 7)).read()[0, 0]
    assert pixel.tolist() == [128, 64, 7, 128]
    write(tmp_path, "size", f'"INPUTS": [{IMAGE}]', "gl_FragColor = vec4(IMG_SIZE(inputImage), RENDERSIZE) / 255.0;")
    assert chain.run(picture, (use("size"),)).read()[0, 0].tolist() == [64, 48, 64, 48]
    forms = (
        "IMG_THIS_PIXEL(inputImage)",
        "IMG_PIXEL(inputImage, gl_FragCoord.xy)",
        "IMG_NORM_PIXEL(inputImage, vv_FragNormCoord)",
    )
    for n, form in enumerate(forms):
        write(tmp_path, f"copy{n}", f'"INPUTS": [{IMAGE}]', f"gl_FragColor = {form};")
        assert np.array_equal(chain.run(picture, (use(f"copy{n}"),)).read(), picture.read())


def test_effects_follow_each_other_and_other_images_are_the_untouched_scene(chain, picture, tmp_path):
    write(tmp_path, "half", f'"INPUTS": [{IMAGE}]', "gl_FragColor = vec4(IMG_THIS_PIXEL(inputImage).rgb * 0.5, 1.0);")
    header = f'"INPUTS": [{IMAGE}, {{"NAME": "scene", "TYPE": "image"}}]'
    write(tmp_path, "gain", header, "gl_FragColor = abs(IMG_THIS_PIXEL(scene) - 2.0 * IMG_THIS_PIXEL(inputImage));")
    out = chain.run(picture, (use("half"), use("gain"))).read()
    assert (out[..., :3] <= 1).all()


def test_a_persistent_float_buffer_adds_up_view_by_view_and_forgets(chain, picture, tmp_path):
    header = '"INPUTS": [{"NAME": "amount", "TYPE": "float", "DEFAULT": 1, "IDENTITY": 0}], '
    header += '"PASSES": [{"TARGET": "sum", "persistent": true, "FLOAT": true, "WIDTH": 1, "HEIGHT": "$HEIGHT/48"}, {}]'
    main = "gl_FragColor = PASSINDEX == 0 ? IMG_THIS_PIXEL(sum) + vec4(0.001) : IMG_THIS_PIXEL(sum) * 50.0;"
    write(tmp_path, "sum", header, main)
    effect = (use("sum"),)
    levels = [int(chain.run(picture, effect, view="a").read()[0, 0, 0]) for _ in range(4)]
    assert np.allclose(levels, [0.05 * 255 * n for n in (1, 2, 3, 4)], atol=1)  # 0.001 would be lost in 8 bits
    assert chain.run(picture, effect, view="b").read()[0, 0, 0] == levels[0]
    assert chain.run(picture, (use("sum", amount=0.0),), view="a") is picture  # at rest, and what it kept is gone
    assert chain.run(picture, effect, view="a").read()[0, 0, 0] == levels[0]
    chain.forget("b")
    assert chain.run(picture, effect, view="b").read()[0, 0, 0] == levels[0]


def test_two_uses_of_one_effect_remember_apart(chain, picture, tmp_path):
    header = f'"INPUTS": [{IMAGE}], "PASSES": [{{"TARGET": "kept", "PERSISTENT": true}}, {{}}]'
    main = "vec4 more = PASSINDEX == 0 ? vec4(0.1) : IMG_THIS_PIXEL(inputImage) * 0.25;"
    main += " gl_FragColor = IMG_THIS_PIXEL(kept) + more;"
    write(tmp_path, "k", header, main)
    write(tmp_path, "zero", "", "gl_FragColor = vec4(0.0);")
    out = chain.run(picture, (use("zero"), use("k"), use("k")), view="a").read()[0, 0, 0]
    assert out == pytest.approx(255 * (0.1 + 0.025), abs=2)


def test_passes_may_end_in_a_small_target_and_read_earlier_ones(chain, picture, tmp_path):
    header = (
        '"PASSES": [{"TARGET": "a", "WIDTH": "$WIDTH/8", "HEIGHT": 3}, {"TARGET": "b", "WIDTH": "max($WIDTH*0,1)"}]'
    )
    main = "gl_FragColor = PASSINDEX == 0 ? vec4(RENDERSIZE / 255.0, 0.0, 1.0) : IMG_THIS_PIXEL(a);"
    write(tmp_path, "small", header, main)
    out = chain.run(picture, (use("small"),))
    assert out.size == (1, 48) and out.read()[0, 0].tolist() == [8, 3, 0, 255]


def test_a_size_without_a_value_is_said_and_the_effect_left_out(chain, picture, told, tmp_path):
    header = '"INPUTS": [{"NAME": "z", "TYPE": "float"}], "PASSES": [{"TARGET": "t", "WIDTH": "1/$z"}]'
    write(tmp_path, "bad", header, "gl_FragColor = vec4(0.0);")
    for _ in range(2):
        assert chain.run(picture, (use("bad"),)) is picture
    assert [e.kind for e in told] == ["header"]


def test_an_error_names_the_users_line_and_the_last_good_one_stays(gpu, chain, picture, told, tmp_path):
    write(tmp_path, "e", "", "gl_FragColor = vec4(1.0);")
    assert chain.run(picture, (use("e"),)).read()[0, 0, 0] == 255
    objects = gpu.objects()
    (tmp_path / "e.fs").write_text("/*{\n}*/\n\nvoid main() {\n  gl_FragColor = vec4(nobody_knows_this);\n}\n")
    for _ in range(3):
        assert chain.run(picture, (use("e"),)).read()[0, 0, 0] == 255
    assert [(e.kind, e.where) for e in told] == [("compile", f"{tmp_path / 'e.fs'}:5")]
    assert "nobody_knows_this" in told[0].what
    (tmp_path / "e.fs").write_text("/*{ not json }*/ void main() {}")
    assert chain.run(picture, (use("e"),)).read()[0, 0, 0] == 255
    assert [e.kind for e in told] == ["compile", "header"]
    write(tmp_path, "e", '"DESCRIPTION": "good again"', "gl_FragColor = vec4(0.0);")
    assert chain.run(picture, (use("e"),)).read()[0, 0, 0] == 0
    (tmp_path / "e.fs").unlink()
    assert chain.run(picture, (use("e"),)).read()[0, 0, 0] == 0
    assert [e.kind for e in told] == ["compile", "header", "missing"]
    assert gpu.objects() == objects


def test_everything_is_given_back(gpu, told, picture):
    counts = []
    for _ in range(2):  # gloo makes the picture itself and the corners when they are first used
        chain = IsfChain(gpu, told.append)
        for view in ("editor", "stage"):
            chain.run(picture, tuple(use(name, amount=1.0) for name in chain.library.names()), view=view)
        full = gpu.objects()
        chain.delete()
        counts.append(gpu.objects())
    assert counts[0] == counts[1] <= 3 < full


# -- the effects the program ships ------------------------------------------------------------------------------

SHIPPED = ("block_shift", "bloom", "feedback_trail", "rgb_split", "ripple", "scan_tear")


def test_the_shipped_effects_are_these(shipped):
    assert shipped.library.names() == SHIPPED


@pytest.fixture
def moving(gpu):
    """Four pictures of noise that wanders to the right, as a turning jaw does."""
    rng = np.random.default_rng(2)
    noise = np.kron(rng.integers(0, 256, (90, 160, 4)), np.ones((2, 2, 1))).astype(np.uint8)
    noise[..., 3] = 255
    targets = [Target((320, 180), "rgba8") for _ in range(4)]
    for n, target in enumerate(targets):
        target.texture.set_data(np.roll(noise, 3 * n, axis=1))
    yield targets
    for target in targets:
        target.delete()


def play(chain, effect, pictures, focus=None):
    for n, picture in enumerate(pictures):
        out = chain.run(picture, (effect,), {}, EffectClock(n / 30, 1 / 30 if n else 0.0, n), focus=focus)
    return np.abs(out.read().astype(int) - pictures[-1].read()).max(axis=2)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_effect_does_something_and_rests_at_zero(shipped, moving, told, name):
    shader = shipped.library.get(name).shader
    assert shader.description and not told
    for knob in shader.inputs:
        if knob.type in ("float", "long", "point2D"):
            assert knob.low is not None and knob.high is not None and knob.low <= knob.default <= knob.high
    before = moving[-1].read()
    assert shipped.run(moving[-1], (use(name, amount=0.0),)) is moving[-1]
    assert play(shipped, use(name, amount=1.0), moving).mean() > 1.0
    assert np.array_equal(moving[-1].read(), before)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_effect_stays_near_the_focus(shipped, moving, name):
    change = play(shipped, use(name, amount=1.0), moving, Focus(0.25, 0.5, 0.06))
    assert change[60:120, 60:100].mean() > 1.0
    assert change[:, 200:].max() <= 2  # 0.67 picture heights away: eleven sigma


def test_a_trail_follows_what_moved_and_fades(shipped, gpu):
    bright, dark = Target(SIZE), Target(SIZE)
    for target, level in ((bright, 1.0), (dark, 0.0)):
        with target:
            target.clear((level, level, level, 1.0))
    effect = (use("feedback_trail", amount=1.0, colourful=0.0),)
    shipped.run(bright, effect, {}, EffectClock(0.0, 0.0, 0))
    levels = [shipped.run(dark, effect, {}, EffectClock(n / 30, 1 / 30, n)).read()[24, 32, 1] for n in range(1, 25)]
    bright.delete(), dark.delete()
    assert levels[0] > 150 and levels[-1] == 0
    assert all(a >= b for a, b in pairwise(levels))


@pytest.mark.parametrize("name", ["bloom", "feedback_trail"])
def test_coloured_light_glows_and_trails_before_pale_enamel(shipped, gpu, name):
    kept = []
    for colour in ((1.0, 0.25, 0.6, 1.0), (1.0, 0.9, 0.8, 1.0)):
        bright, dark = Target((128, 96)), Target((128, 96))
        pixels = np.zeros((96, 128, 4), np.uint8)
        pixels[40:56, 56:72] = np.array(colour) * 255
        bright.texture.set_data(pixels)
        effect = (use(name, amount=1.0),)
        shipped.run(bright, effect, {}, EffectClock(0.0, 0.0, 0))
        after = bright if name == "bloom" else dark
        out = shipped.run(after, effect, {}, EffectClock(1 / 30, 1 / 30, 1)).read().astype(int)
        kept.append((out - after.read())[..., :3].sum())
        shipped.forget("")
        bright.delete(), dark.delete()
    assert kept[0] > 2 * kept[1]


def test_pictures_that_cannot_be_given_are_said_once_and_the_scene_stands_in(chain, picture, told, tmp_path):
    header = (
        f'"INPUTS": [{IMAGE}, {{"NAME": "mask", "TYPE": "image"}}], "IMPORTED": {{"noise": {{"PATH": "noise.png"}}}},'
        ' "PASSES": [{"TARGET": "kept", "PERSISTENT": true}, {}]'
    )
    main = "gl_FragColor = 0.5 * (IMG_THIS_PIXEL(mask) + IMG_THIS_PIXEL(noise)) + 0.0 * IMG_THIS_PIXEL(kept);"
    write(tmp_path, "masked", header, main)
    write(tmp_path, "plain", f'"INPUTS": [{IMAGE}]', "gl_FragColor = IMG_THIS_PIXEL(inputImage);")
    for _ in range(3):
        out = chain.run(picture, (use("masked"), use("plain")))
    assert sorted((e.kind, e.where) for e in told) == [("input", "masked.mask"), ("input", "masked.noise")]
    assert np.abs(out.read().astype(int) - picture.read()).max() <= 1
