"""While a hand works on a large surface few triangles are drawn, but all where it works: the picture is as good as whole."""

import numpy as np
import pytest

from neodent_viewer.document.document import Document
from neodent_viewer.document.look import Look, Shading
from neodent_viewer.document.moment import Moment
from neodent_viewer.document.part import Part
from neodent_viewer.jobs.big_mesh import big_surface
from neodent_viewer.mesh.following import Following
from neodent_viewer.render.views import fit

SIZE = (400, 300)


@pytest.fixture
def document():
    document = Document()
    document.set(("parts", "ball"), Part("ball", "ball", big_surface(200_000)))
    document.set(("look",), Look(shading=Shading.SCULPT, scale_bar=False))
    return document


def draw(engine, camera, quality):
    engine.frame("editor", camera, Moment(), SIZE, quality=quality)
    return engine.read("editor")[..., :3].astype(int)


def dig(part, document, place):
    away = np.linalg.norm(part.surface.vertices - place, axis=1)
    touched = np.flatnonzero(away < 5).astype(np.int32)
    push = 0.15 * (1 - away[touched, None] / 5) ** 2
    document.write_vertices(
        part.id, "position", touched, (part.surface.vertices[touched] * (1 - push)).astype(np.float32)
    )
    return away


def test_what_a_hand_makes_is_seen_as_if_all_were_drawn(make_engine, document):
    part = document.parts["ball"]
    following = part.following = Following(part.surface.vertices, part.surface.faces)
    document.changed.connect(lambda change: following.follow(change.indices))
    camera = fit(document.sample_points(), SIZE, yaw=0, pitch=0)
    engine = make_engine(document)
    draw(engine, camera, "stroke")
    for place in ((0, 0, 30), (4, 2, 29.5), (8, 4, 28)):
        dig(part, document, np.array(place))
        few = draw(engine, camera, "stroke")
    whole = draw(engine, camera, "shading")
    differ = np.abs(few - whole).max(axis=2)
    assert (differ > 20).mean() < 0.003  # single pixels of the outline
    pixel = np.asarray(camera.project(np.array([(4, 2, 28.0)]), SIZE))[0, :2].astype(int)
    worked = differ[pixel[1] - 25 : pixel[1] + 25, pixel[0] - 25 : pixel[0] + 25]
    assert worked.max() <= 2
    assert (
        np.abs(draw(make_engine(document), camera, "moving") - whole).max() > 2
    )  # there is something to be told apart
