"""The engine's contract on real pixels: what is drawn where, which steps cost nothing, what is left when it closes."""

import numpy as np
import pytest
from vispy.gloo import gl

from neodent_viewer.core import paths
from neodent_viewer.core.errors import ConsentError
from neodent_viewer.document.document import Document
from neodent_viewer.document.look import Look, Shading
from neodent_viewer.document.moment import Moment
from neodent_viewer.document.pick import Picker
from neodent_viewer.mesh.surface import Surface
from neodent_viewer.render import glsl
from neodent_viewer.render.annotations import Point
from neodent_viewer.render.display import Display
from neodent_viewer.render.engine import Engine
from neodent_viewer.render.headless import EglContext
from neodent_viewer.render.views import Camera

SIZE = (160, 100)
CAMERA = Camera(distance=120)


def draw(engine, camera=CAMERA, view="editor", size=SIZE, moment=None, **options):
    engine.frame(view, camera, moment or Moment(), size, **options)
    return engine.read(view)


def cover(engine, camera=CAMERA, **options):
    return draw(engine, camera, transparent=True, **options)[..., 3] > 127


@pytest.mark.parametrize("orthographic", [False, True])
@pytest.mark.parametrize("quality", ["full", "moving", "shading"])
def test_pixels_are_drawn_where_rays_hit(engine, document, quality, orthographic):
    camera = Camera((3, 1, 0), 20, 15, 110, orthographic=orthographic)
    drawn = cover(engine, camera, quality=quality)
    picker = Picker(document)
    hits = np.array(
        [[picker.pick(*camera.ray(x + 0.5, y + 0.5, SIZE)) is not None for x in range(SIZE[0])] for y in range(SIZE[1])]
    )
    assert 500 < hits.sum() < 12_000
    # smoothing may shift the outline by a part of a pixel, and nothing else
    around = sum(np.roll(hits, step, axis=(0, 1)) for step in ((0, 1), (0, -1), (1, 0), (-1, 0), (0, 0)))
    assert drawn[around == 5].all()
    assert not drawn[around == 0].any()


@pytest.mark.parametrize("shading", list(Shading))
def test_a_point_is_drawn_where_the_camera_says(make_engine, make_ball, document, shading):
    place = np.array([14.0, -6.0, 9.0])
    del document.parts["ball"]
    document.set(("parts", "dot"), make_ball("dot", radius=1.2, rings=12, centre=place))
    document.set(("look",), Look(shading=shading, scale_bar=False))
    camera = Camera((0, 0, 0), 33, -21, 150)
    rows, columns = np.nonzero(cover(make_engine(document), camera))
    x, y, _ = camera.project(place, SIZE)
    # glow spreads evenly, rings and dust lie elsewhere: the middle of the bright spot is what counts
    near = np.hypot(columns + 0.5 - x, rows + 0.5 - y) < 6
    assert near.sum() >= 6
    assert columns[near].mean() + 0.5 == pytest.approx(x, abs=0.5)
    assert rows[near].mean() + 0.5 == pytest.approx(y, abs=0.5)


@pytest.mark.parametrize("shading", [Shading.SCULPT, Shading.CLINICAL, Shading.FIELD])
def test_open_shells_are_seen_from_both_sides(make_engine, make_ball, document, shading):
    document.set(("parts", "ball"), make_ball(top=0.5))  # a bowl, open upwards
    document.set(("look",), Look(shading=shading, scale_bar=False))
    engine = make_engine(document)
    below, above = (draw(engine, Camera(pitch=p, distance=120), transparent=True) for p in (-90, 90))
    middle = SIZE[1] // 2, SIZE[0] // 2
    assert below[middle][3] == above[middle][3] == 255
    assert below[middle][:3].sum() > above[middle][:3].sum() + 60  # the inside is dark, but there


def test_a_mirrored_part_keeps_its_outside(engine, document):
    before = draw(engine)[SIZE[1] // 2, SIZE[0] // 2]
    document.set(("parts", "ball", "transform"), np.diag([-1.0, 1, 1, 1]))
    assert np.abs(draw(engine)[SIZE[1] // 2, SIZE[0] // 2].astype(int) - before).max() <= 3


def test_the_origin_of_a_surface_far_away_loses_nothing(engine, document, make_ball):
    near = cover(engine)
    ball = make_ball()
    far = np.array([4000.0, -2500.0, 800.0])
    ball.surface.origin = far
    document.set(("parts", "ball"), ball)
    x, y, z = far
    assert (cover(engine, Camera((x, y, z), distance=120)) == near).all()


def test_hidden_and_removed_parts_are_not_drawn(engine, document):
    part = document.parts["ball"]
    assert cover(engine).any()
    document.set(("parts", "ball", "visible"), False)
    assert not cover(engine).any()
    document.set(("parts", "ball", "visible"), True)
    assert cover(engine).any()
    document.set(("parts", "ball"), None)
    assert not cover(engine).any()
    document.set(("parts", "ball"), part)
    assert cover(engine).any()


def test_a_preview_soup_is_drawn_at_once(make_engine, document):
    whole = cover(make_engine(document))
    surface = document.parts["ball"].surface
    corners = surface.vertices[surface.faces].reshape(-1, 3)
    document.replace_surface(
        "ball", Surface(corners, np.arange(len(corners), dtype=np.int32).reshape(-1, 3)), preview=True
    )
    waiting = []
    engine = make_engine(document, lambda work, then: waiting.append(work))
    assert (cover(engine) == whole).mean() > 0.995
    assert not waiting  # nothing is computed for a preview


# -- the frame graph ---------------------------------------------------------------------------------------------


def test_steps_that_change_nothing_are_skipped(engine):
    draw(engine)
    assert engine.texture("editor") == engine.picture("editor")
    engine.master.dimmer = 0.5
    draw(engine)
    assert engine.texture("editor") != engine.picture("editor")
    engine.master.dimmer = 1.0
    draw(engine)
    assert engine.texture("editor") == engine.picture("editor")


def test_dimmer_and_blackout_are_factors(engine):
    bright = draw(engine).astype(float)
    engine.master.dimmer = 0.5
    assert np.abs(draw(engine)[..., :3] - bright[..., :3] / 2).max() <= 1
    engine.master.blackout = 0.5
    assert np.abs(draw(engine)[..., :3] - bright[..., :3] / 4).max() <= 1
    engine.master.blackout = True
    assert not draw(engine)[..., :3].any()
    assert np.abs(read_texture(engine, engine.picture("editor")).astype(float) - bright).max() == 0


def test_freeze_holds_the_picture_but_not_the_dimmer(engine, document):
    before = draw(engine)
    engine.master.freeze = True
    document.set(("parts", "ball", "visible"), False)
    assert (draw(engine) == before).all()
    engine.master.dimmer = 0.0
    assert not draw(engine)[..., :3].any()
    engine.master.dimmer, engine.master.freeze = 1.0, False
    assert (draw(engine) != before).any()


def test_frozen_before_its_first_frame_a_view_still_gets_one(engine):
    engine.master.freeze = True
    assert draw(engine, view="stage")[..., :3].max() > 100


def test_views_have_pictures_and_counters_of_their_own(engine):
    editor = draw(engine)
    stage = draw(engine, Camera(distance=60), view="stage", size=(90, 70))
    draw(engine, Camera(distance=60), view="stage", size=(90, 70))
    assert stage.shape == (70, 90, 4)
    assert (engine.read("editor") == editor).all()
    assert (engine.frames("editor"), engine.frames("stage"), engine.frames("none")) == (1, 2, 0)


def test_a_view_that_changes_size_goes_on_counting(engine):
    draw(engine)
    assert draw(engine, size=(61, 43)).shape == (43, 61, 4)
    again = draw(engine)
    assert engine.frames("editor") == 3
    assert (again == draw(engine)).all()


def test_the_texture_is_the_picture(engine):
    pixels = draw(engine)
    assert (read_texture(engine, engine.texture("editor")) == pixels).all()


def read_texture(engine, name):
    """What a window's context would see: the texture by its GL name, top row first."""
    engine._gpu.enter()
    assert gl.glIsTexture(name)
    framebuffer = gl.glCreateFramebuffer()
    gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, framebuffer)
    gl.glFramebufferTexture2D(gl.GL_FRAMEBUFFER, gl.GL_COLOR_ATTACHMENT0, gl.GL_TEXTURE_2D, name, 0)
    raw = gl.glReadPixels(0, 0, *SIZE, gl.GL_RGBA, gl.GL_UNSIGNED_BYTE)
    gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, 0)
    gl.glDeleteFramebuffer(framebuffer)
    return np.frombuffer(raw, np.uint8).reshape(SIZE[1], SIZE[0], 4)[::-1]


@pytest.mark.parametrize("shading", list(Shading))
def test_the_same_inputs_give_the_same_bits(make_engine, document, shading):
    document.set(("look",), Look(shading=shading))
    first, second = (draw(make_engine(document), moment=Moment(now=3.2), scale=1.5) for _ in range(2))
    assert (first == second).all()


@pytest.mark.parametrize("shading", list(Shading))
def test_every_look_draws_and_none_complains(make_engine, document, problems, shading):
    document.set(("look",), Look(shading=shading))
    engine = make_engine(document)
    for quality in ("full", "moving", "shading"):
        pixels = draw(engine, quality=quality)
        assert pixels[..., :3].std() > 5
        assert (pixels[..., 3] == 255).all()
    assert problems == []


def test_without_a_document_there_is_black(make_engine):
    engine = make_engine()
    assert not draw(engine)[..., :3].any()
    engine.attach(Document())
    assert draw(engine).shape == (SIZE[1], SIZE[0], 4)


def test_transparent_pictures_have_straight_alpha(make_engine, document):
    document.set(("look",), Look(shading=Shading.CLINICAL, scale_bar=False))
    engine = make_engine(document)
    pixels = draw(engine, transparent=True)
    alpha = pixels[..., 3]
    assert set(np.unique(alpha)) >= {0, 255}
    soft = (alpha > 40) & (alpha < 215)
    assert soft.any()  # smooth edges
    solid = pixels[alpha == 255][:, :3].mean()
    assert pixels[soft][:, :3].mean() > solid * 0.5  # not darkened towards the edge
    assert (pixels[alpha == 0][:, :3] == 0).all()


# -- behind the picture ------------------------------------------------------------------------------------------


def test_background_work_joins_when_it_arrives(make_engine, document):
    document.set(("look",), Look(shading=Shading.CLINICAL, scale_bar=False))
    waiting, asked = [], []
    engine = make_engine(document, lambda work, then: waiting.append((work, then)))
    engine.wants_frame.connect(lambda: asked.append(1))
    flat = draw(engine)
    assert waiting
    assert not asked
    done = draw(make_engine(document))
    while waiting:
        work, then = waiting.pop(0)
        then(work())
        draw(engine)
    assert asked
    assert (flat != done).any()
    assert (draw(engine) == done).all()


def test_work_that_arrives_too_late_is_dropped(make_engine, document, make_ball):
    waiting = []
    engine = make_engine(document, lambda work, then: waiting.append((work, then)))
    draw(engine)
    late = [(work(), then) for work, then in waiting]
    document.set(("parts", "ball"), make_ball(radius=5.0, rings=20))  # another surface under the same id
    for result, then in late:
        then(result)
    assert cover(engine).sum() < 0.5 * 3000
    engine.detach()
    for result, then in late:
        then(result)
    assert not cover(engine).any()


# -- while the camera moves --------------------------------------------------------------------------------------


def test_moving_draws_fewer_triangles_and_looks_alike(make_engine, make_ball, document):
    document.set(("parts", "ball"), make_ball(rings=190))
    document.set(("look",), Look(shading=Shading.CLINICAL, scale_bar=False))
    engine = make_engine(document)
    full, moving = draw(engine), draw(engine, quality="moving")
    adaptor = engine._document.parts["ball"]
    assert adaptor.fewer.thinned["moving"].size < 0.5 * adaptor.index.size
    assert np.abs(full.astype(int) - moving)[..., :3].mean() < 4.0


# -- shaders -----------------------------------------------------------------------------------------------------


@pytest.fixture
def fresh_shaders():
    """Let no other test see what this one wrote."""
    yield
    glsl.load.cache_clear()


def test_a_broken_shader_is_told_and_the_last_good_one_stays(engine, problems, tmp_path, monkeypatch, fresh_shaders):
    import shutil

    good = draw(engine)
    folder = tmp_path / "shaders"
    shutil.copytree(paths.shaders_dir(), folder)
    monkeypatch.setattr(paths, "shaders_dir", lambda: folder)
    monkeypatch.setattr("neodent_viewer.render.glsl.shaders_dir", lambda: folder)
    broken = folder / "surface" / "plain.glsl"
    lines = broken.read_text().splitlines()
    line = next(k for k, text in enumerate(lines) if "float key" in text)
    broken.write_text("\n".join([*lines[:line], "    float key = nothing;", *lines[line + 1 :]]))
    engine.reload_shaders()
    assert (draw(engine) == good).all()
    assert [(p.kind, p.where) for p in problems] == [("compile", f"plain.glsl:{line + 1}")]
    assert (draw(engine) == good).all()
    assert len(problems) == 1  # once
    broken.write_text("\n".join(lines).replace("vec3(0.66, 0.60, 0.53)", "vec3(0.1, 0.6, 0.1)"))
    engine.reload_shaders()
    assert draw(engine)[SIZE[1] // 2, SIZE[0] // 2, 1] > good[SIZE[1] // 2, SIZE[0] // 2, 0] * 0.8
    assert (draw(engine) != good).any()


# -- the end -----------------------------------------------------------------------------------------------------


class _Counting(EglContext):
    """Counts what is left when the engine lets go."""

    engine: Engine
    left = -1

    def release(self):
        self.left = self.engine._gpu.objects()
        super().release()


def test_closing_leaves_no_object_on_the_gpu(document, probe_at):
    from neodent_viewer.render.annotations import Line, Point, Ring, Text

    probe_at(document, "ball", (0, 0, 10), "a")
    context = _Counting()
    engine = context.engine = Engine(context)
    engine.attach(document)
    marks = (Point((0, 0, 10)), Line(((0, 0, 10), (5, 0, 9))), Text((0, 0, 10), "mm"), Ring((0, 0, 10), (0, 0, 1), 3))
    for shading in Shading:
        document.set(("look",), Look(shading=shading))
        for quality in ("full", "moving"):
            engine.frame("editor", CAMERA, Moment(), SIZE, quality=quality, annotations=marks)
    engine.master.dimmer = 0.5
    engine.frame("stage", CAMERA, Moment(), (50, 40))
    engine.close()
    assert context.left == 0


def test_coming_and_going_documents_leave_nothing(engine, document):
    draw(engine)
    engine.detach()
    before = engine._gpu.objects()
    for _ in range(3):
        engine.attach(document)
        draw(engine)
        engine.detach()
    assert engine._gpu.objects() <= before
    assert not len(document.changed)


def test_a_frozen_view_that_changes_size_gets_a_picture_and_holds_it(engine, document):
    draw(engine, view="stage")
    engine.master.freeze = True
    larger = draw(engine, view="stage", size=(200, 140))
    assert larger[..., :3].max() > 100
    assert engine.texture("stage") and engine.picture("stage")
    document.set(("parts", "ball", "visible"), False)
    assert (draw(engine, view="stage", size=(200, 140)) == larger).all()
    assert engine.frames("stage") == 3


def test_a_moment_for_another_purpose_is_refused(engine):
    held = Moment(purpose="view")
    for purpose in ("perform", "record"):
        with pytest.raises(ConsentError, match="view"):
            engine.frame("stage", CAMERA, held, SIZE, purpose=purpose)
    assert engine.frames("stage") == 0
    engine.frame("stage", CAMERA, held, SIZE, purpose="view")
    engine.frame("stage", CAMERA, Moment(), SIZE, purpose="perform")
    assert engine.frames("stage") == 2


# -- what else a picture can be ----------------------------------------------------------------------------------


def test_a_still_is_smoother_than_a_frame_and_shows_the_same(make_engine, document, problems):
    document.set(("look",), Look(shading=Shading.CLINICAL, scale_bar=False))
    engine = make_engine(document)
    full, still = (draw(engine, quality=quality)[..., :3].astype(int) for quality in ("full", "still"))
    assert np.abs(full - still).mean() < 3
    # along the outline a still is nearer to what many pixels in the place of one show
    fine = draw(engine, size=(SIZE[0] * 4, SIZE[1] * 4))[..., :3].astype(float)
    true = fine.reshape(SIZE[1], 4, SIZE[0], 4, 3).mean(axis=(1, 3))
    rows = slice(SIZE[1] // 2 - 30, SIZE[1] // 2 + 30)
    off = [np.abs(picture - true)[rows].max(axis=1).mean() for picture in (full, still)]
    assert off[1] < 0.6 * off[0], off
    assert (still == draw(engine, quality="still")[..., :3]).all()
    assert not problems


def test_scanned_colours_show_where_there_are_no_labels(make_engine, document):
    part = document.parts["ball"]
    colours = np.zeros((len(part.surface.vertices), 4), np.uint8)
    colours[:, 3] = 255
    colours[part.surface.vertices[:, 0] < 0, 1] = 200
    colours[part.surface.vertices[:, 0] >= 0, 2] = 200
    part.surface.arrays["colour"] = colours
    document.set(("look",), Look(shading=Shading.CLINICAL, scale_bar=False))
    engine = make_engine(document)
    for quality in ("full", "moving"):
        left, right = draw(engine, quality=quality)[SIZE[1] // 2, [SIZE[0] // 2 - 12, SIZE[0] // 2 + 12]].astype(int)
        assert left[1] > left[2] + 30
        assert right[2] > right[1] + 30
    document.set(("parts", "ball", "surface"), part.surface)  # the same again
    count = len(part.surface.vertices)
    document.write_vertices("ball", "labels", np.arange(count, dtype=np.int32), np.full(count, 11, np.int16))
    enamel = draw(engine, display=Display(colours=False))[SIZE[1] // 2, SIZE[0] // 2 - 12].astype(int)
    assert enamel[0] > enamel[2]
    left = draw(engine)[SIZE[1] // 2, SIZE[0] // 2 - 12].astype(int)
    assert left[1] > left[0] + 30  # labelled: enamel that was painted


def test_an_orthographic_close_up_cuts_nothing_off(engine, document):
    camera = Camera(distance=6.0, orthographic=True)  # a ball of radius 10: its front would be behind the eye
    assert cover(engine, camera).all()
    assert cover(engine, Camera(distance=6.0, yaw=90, orthographic=True), quality="moving").all()
    hit = Picker(document).pick(*camera.ray(SIZE[0] / 2, SIZE[1] / 2, SIZE))
    assert hit is not None
    assert np.linalg.norm(hit.position) == pytest.approx(10, abs=0.1)
    assert hit.position @ camera.rotation()[2] > 9


# -- what need not be drawn again ----------------------------------------------------------------------------------


def _counted(engine, monkeypatch):
    """Return a list that grows by one for each scene drawn."""
    drawn, draw_scene = [], engine._draw_scene
    monkeypatch.setattr(engine, "_draw_scene", lambda *args: (drawn.append(1), draw_scene(*args))[1])
    return drawn


def test_a_mark_that_moves_does_not_draw_the_scene_again_and_leaves_no_trace(make_engine, document, monkeypatch):
    engine = make_engine(document)
    clean = draw(engine)
    scenes = _counted(engine, monkeypatch)
    for x in (-5.0, 5.0):
        mark = Point((x, 0.0, 0.0), (1.0, 0.0, 0.0, 1.0))
        assert (draw(engine, annotations=(mark,)) != clean).any()
    assert (draw(engine) == clean).all()
    assert not scenes


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.set(("look",), Look(shading=Shading.SCULPT)),
        lambda document: document.set(("parts", next(iter(document.parts)), "visible"), False),
        lambda document: document.write_vertices(
            next(iter(document.parts)), "position", np.arange(400, dtype=np.int32), np.zeros((400, 3), np.float32)
        ),
    ],
)
def test_what_changes_in_the_document_is_drawn_at_once(make_engine, document, monkeypatch, change):
    engine = make_engine(document)
    before = draw(engine)
    scenes = _counted(engine, monkeypatch)
    change(document)
    assert (draw(engine) != before).any()
    assert scenes


def test_live_values_are_drawn_when_they_change_and_only_then(make_engine, document, monkeypatch):
    document.set(("look",), Look(shading=Shading.FIELD))
    engine = make_engine(document)
    scenes = _counted(engine, monkeypatch)
    for now, value, count in ((0.0, 36.0, 1), (0.1, 36.0, 1), (0.2, 37.5, 2)):
        moment = Moment(
            now=now,
            probes=("p",),
            channels=("p/temperature",),
            values=np.array([value]),
            flags=np.ones(1, np.uint8),
            quality=np.ones(1, np.float32),
            energy=np.zeros(1, np.float32),
            noise=np.zeros(1, np.float32),
            form=np.zeros(1, np.float32),
            withheld=np.zeros(1, np.bool_),
        )
        engine.frame("editor", CAMERA, moment, SIZE)
        assert len(scenes) == count
