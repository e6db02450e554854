"""Which triangles are drawn under a hand: those of the last dab in any case, of earlier ones while there is room."""

import numpy as np
import pytest

from neodent_viewer.jobs.big_mesh import big_surface
from neodent_viewer.mesh.detail import detail
from neodent_viewer.mesh.following import Following
from neodent_viewer.render.adaptors import dabs
from neodent_viewer.render.adaptors.dabs import Dabs

BALL = big_surface(60_000)


@pytest.fixture
def following():
    return Following(BALL.vertices.copy(), BALL.faces)


def touch(drawn, following, place, radius):
    """Touch the surface once; return the faces (k, 3) it touched."""
    ids, before = following.bvh.vertices_in_sphere(place, radius), following.version
    following.follow(ids)
    drawn.touch(following.changed_since(before, 0))
    return BALL.faces[np.isin(BALL.faces, ids).any(axis=1)]


@pytest.mark.parametrize("most", [1_000, 12_000, 60_000])
def test_the_last_dab_is_drawn_in_full_and_as_many_before_it_as_there_is_room_for(most, following, monkeypatch):
    monkeypatch.setattr(dabs, "MOST", most)
    sent = []
    monkeypatch.setattr(dabs, "_buffer", lambda faces: sent.append(faces.copy()))
    drawn = Dabs(detail(BALL.vertices, BALL.faces, 4_000))
    begun = touch(drawn, following, np.array([0.0, 0.0, 30.0]), 4.0)
    for turn in np.linspace(0, 1.4, 12):
        last = touch(drawn, following, 30 * np.array([np.sin(turn), 0.0, np.cos(turn)]), 4.0)
        drawn.triangles()
        whole = sent[-2]  # nothing is sent where the same patches are drawn as before
        full = {tuple(face) for face in whole.tolist()}
        assert {tuple(face) for face in last.tolist()} <= full
        assert len(full) == len(whole)
        assert len(full) <= most or drawn._since == drawn._count
    kept = {tuple(face) for face in begun.tolist()} <= full
    assert kept == (most == 60_000)
