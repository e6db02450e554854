"""The inner loops of a dab against slow, obvious ones: weights and their sums, and the steps of the smoothing brushes."""

import numpy as np
import pytest

from neodent_viewer.mesh.shapes import plane, soup, sphere
from neodent_viewer.mesh.weld import weld_soup
from neodent_viewer.sculpt.brushes import BRUSHES
from neodent_viewer.sculpt.curve import table
from neodent_viewer.sculpt.falloff import CUSTOM, FALLOFFS, code, falloff
from neodent_viewer.sculpt.kernels import influence, relax
from neodent_viewer.sculpt.stroke import BrushSettings, SculptMesh, Stroke

RNG = np.random.default_rng(3)
BALL = weld_soup(soup(sphere(4)))
CURVE = table(((0.0, 1.0), (0.4, 0.2), (1.0, 0.0)))


def expected(name, radius, center, free, labels, only, facing, flow, inner):
    """Return ids, weights and sums as `weigh` should have them, a line a step."""
    mesh = SculptMesh(BALL.vertices.copy(), BALL.faces)
    away = np.linalg.norm(mesh.vertices - center, axis=1)
    reached = away <= radius
    if facing is not None:
        reached &= mesh.normals.astype(np.float64) @ facing > 0

    def fade(far):
        if name == CUSTOM:
            return np.interp(far / radius * (len(CURVE) - 1), np.arange(len(CURVE)), CURVE)
        return falloff(name, far.astype(np.float32), radius)

    near = np.where(reached & (away <= inner * radius), fade(np.minimum(away / inner, radius)), 0.0)
    sums = [*(near @ mesh.normals), *(near @ mesh.vertices), near.sum()]
    weights = np.where(
        reached & ((labels == only) if only >= 0 else True), fade(np.minimum(away, radius)) * flow * free, 0.0
    )
    ids = np.flatnonzero(weights > 1e-12)
    return ids, weights[ids], np.array(sums)


@pytest.mark.parametrize("name", [*FALLOFFS, CUSTOM])
@pytest.mark.parametrize(("only", "front", "inner"), [(-1, False, 1.0), (2, False, 0.5), (-1, True, 0.3)])
def test_weights_and_how_the_surface_lies_are_those_of_the_plain_way(name, only, front, inner):
    mesh, center = SculptMesh(BALL.vertices.copy(), BALL.faces), np.array([0.3, 1.0, 9.8])
    free = RNG.random(len(BALL.vertices)).astype(np.float32)
    free[::7] = 0
    labels, facing = (np.arange(len(free)) % 3).astype(np.int16), np.array([0.5, 0.0, 1.0])
    ids = np.arange(len(free), dtype=np.int32)
    surface = (mesh.vertices, mesh.normals, ids, center, 9.0, code(name), CURVE, free, labels, only)
    got = influence.weigh(*surface, facing, front, 0.8, inner)
    wanted = expected(name, 9.0, center, free, labels, only, facing if front else None, 0.8, inner)
    assert got[0].tolist() == wanted[0].tolist()
    assert got[1] == pytest.approx(wanted[1], abs=1e-5)
    assert got[2] == pytest.approx(wanted[2], rel=1e-4, abs=1e-2)


def stepped(places, mesh, ids, weights, share):
    """Return places (n, 3) after one step of `ids` to the mean of their neighbours, one vertex after another."""
    out, rim = places.copy(), mesh.boundary()
    for v, weight in zip(ids, weights, strict=True):
        around = [w for w in mesh.neighbours().row(v) if not rim[v] or rim[w]]
        mean = places[around].mean(axis=0) if around else places[v]
        out[v] = places[v] + (mean - places[v]) * share * weight
    return out


@pytest.mark.parametrize("closed", [True, False])
def test_smoothing_is_a_step_to_the_neighbours_and_one_back(closed):
    flat = plane(12, 10.0)
    faces = BALL.faces if closed else flat.faces
    lonely = np.array([[30.0, 0, 0]], np.float32)  # a vertex that nobody joins
    vertices = np.concatenate([BALL.vertices if closed else flat.vertices, lonely])
    vertices = vertices + RNG.normal(scale=0.1, size=vertices.shape).astype(np.float32)
    mesh = SculptMesh(vertices, faces)
    ids = np.sort(RNG.choice(len(vertices) - 1, 60, replace=False)).astype(np.int32)
    ids = np.append(ids, np.int32(len(vertices) - 1))
    weights = RNG.random(len(ids)).astype(np.float32)
    slots = mesh.slots()
    got = relax.taubin(vertices, *mesh.neighbours(), mesh.boundary(), ids, weights, 0.66, -0.68, slots)
    there = vertices.astype(np.float64)
    wanted = stepped(stepped(there, mesh, ids, weights, 0.66), mesh, ids, weights, -0.68)
    assert got == pytest.approx((wanted - there)[ids], abs=1e-5)
    assert (slots == -1).all()
    assert (got[-1] == 0).all()
    along = relax.tangential(vertices, mesh.normals, *mesh.neighbours(), mesh.boundary(), ids, weights, 0.5)
    way, normals = (stepped(there, mesh, ids, weights, 0.5) - there)[ids], mesh.normals[ids].astype(np.float64)
    assert along == pytest.approx(way - (way * normals).sum(axis=1)[:, None] * normals, abs=1e-5)


@pytest.mark.parametrize(
    "brush", [name for name, one in BRUSHES.items() if one.array == "position" and not one.dragged]
)
def test_a_pressure_next_to_nothing_moves_nothing(brush):
    mesh = SculptMesh(BALL.vertices.copy(), BALL.faces)
    before = mesh.vertices.copy()
    settings = BrushSettings(3.0, 0.3, radial=2, pressure_strength=True)
    assert len(Stroke(mesh, brush, settings).dab([0, 0, 10.0], [0, 0, 1.0], 5e-324)) == 0
    assert np.array_equal(mesh.vertices, before)
