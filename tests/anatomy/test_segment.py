"""A tooth grows from a click to its margin, wherever on the crown the click was: against labels that are known."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from neodent_viewer.anatomy import teeth
from neodent_viewer.anatomy.generator import generate
from neodent_viewer.anatomy.hollows import basins, outwards, relief
from neodent_viewer.anatomy.merging import Borders, Pieces
from neodent_viewer.anatomy.parameters import SmileParameters
from neodent_viewer.anatomy.segment import Grower
from neodent_viewer.anatomy.tooth_frame import tooth_frame
from neodent_viewer.core.paths import assets_dir
from neodent_viewer.files.surfaces import read_surfaces
from neodent_viewer.mesh.shapes import sphere
from neodent_viewer.mesh.surface import Surface
from neodent_viewer.mesh.topology import edges

SCANS = Path(__file__).parents[3] / "shared" / "data" / "sjtu"
#: places on a crown, in shares of its half width to mesial and of its height from its middle, and where to look from
CLICKS = ((0.0, 0.0, 1), (0.5, 0.1, 1), (-0.5, 0.1, 1), (0.0, -0.25, 1), (0.0, 0.0, -1), (0.3, 0.3, -1))


@cache
def _jaw(name: str) -> Surface:
    return read_surfaces(assets_dir() / "demo" / f"{name}.ply")[0]


@cache
def _grower(name: str) -> Grower:
    return Grower(_jaw(name).vertices, _jaw(name).faces)


def _clicks(s: Surface, label: int) -> list[int]:
    assert s.labels is not None
    frame, rows = tooth_frame(s.vertices, s.faces, s.labels, label), np.flatnonzero(s.labels == label)
    local = (s.vertices[rows] - frame.centre) @ frame.axes.T
    half, size = np.abs(local[:, 0]).max(), frame.size
    found = []
    for mesial, long, buccal in CLICKS:
        off = (local[:, 0] - mesial * half) ** 2 + (local[:, 2] - long * size) ** 2 - 0.4 * buccal * local[:, 1]
        found.append(int(rows[np.argmin(off)]))
    return found


def _agreement(grower: Grower, s: Surface, label: int) -> list[float]:
    """Return intersection over union with the label, a click."""
    assert s.labels is not None
    rows, shares = np.flatnonzero(s.labels == label), []
    for seed in _clicks(s, label):
        tooth = grower.grow(seed).tooth()
        assert seed in tooth
        shares.append(len(np.intersect1d(tooth, rows)) / len(np.union1d(tooth, rows)))
    return shares


@pytest.mark.parametrize("jaw", ["upper", "lower"])
def test_a_click_anywhere_on_a_crown_of_the_smile_grows_that_tooth(jaw: str) -> None:
    s = _jaw(jaw)
    assert s.labels is not None
    found = {label: _agreement(_grower(jaw), s, label) for label in np.unique(s.labels)[1:].tolist()}
    poor = {teeth.name(label): np.round(shares, 2) for label, shares in found.items() if min(shares) < 0.85}
    assert len(found) == 14 and not poor, poor
    assert np.median(list(found.values())) > 0.94


@pytest.mark.parametrize(
    ("seed", "params", "step"),
    [
        (3, SmileParameters(), 0.35),
        (5, SmileParameters(tooth_size=0.9, arch_width=62.0), 0.35),
        (11, SmileParameters(tooth_size=1.1, asymmetry=2.5), 0.35),
    ],
)
def test_other_smiles_grow_as_well(seed: int, params: SmileParameters, step: float) -> None:
    for s in generate(params, seed, step):
        grower = Grower(s.vertices, s.faces)
        assert s.labels is not None
        found = {label: _agreement(grower, s, label) for label in np.unique(s.labels)[1:].tolist()}
        poor = {label: np.round(shares, 2) for label, shares in found.items() if shares[0] < 0.85}
        assert not poor, poor
        assert np.mean([share >= 0.85 for shares in found.values() for share in shares]) > 0.97


def test_a_turned_and_shuffled_scan_grows_the_same_tooth() -> None:
    s = _jaw("lower")
    rng = np.random.default_rng(0)
    turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    turn *= np.sign(np.linalg.det(turn))
    order = rng.permutation(len(s.vertices))
    rank = np.argsort(order).astype(np.int32)
    grower = Grower((s.vertices[order] @ turn).astype(np.float32) + np.array([50, -20, 9], np.float32), rank[s.faces])
    assert s.labels is not None
    for label in (31, 33, 46):
        seed = _clicks(s, label)[0]
        here, there = _grower("lower").grow(seed).tooth(), order[grower.grow(int(rank[seed])).tooth()]
        assert len(np.intersect1d(here, there)) / len(np.union1d(here, there)) > 0.97


def test_the_margin_moves_both_ways_and_answers_are_repeatable() -> None:
    seed = _clicks(_jaw("lower"), 32)[0]
    grown = _grower("lower").grow(seed)
    sizes = [len(grown.tooth(level)) for level in (0.0, 0.05, 0.2, 0.5, 0.8, 0.95, 0.999, 1.0)]
    assert sizes == sorted(sizes, reverse=True) and sizes[1] > 1.1 * sizes[3] and sizes[5] < 0.9 * sizes[3]
    again = Grower(_jaw("lower").vertices, _jaw("lower").faces).grow(seed)
    assert np.array_equal(again.rows, grown.rows) and np.array_equal(again.belief, grown.belief)


def test_half_a_jaw_grows_and_so_does_a_piece_of_one() -> None:
    s = _jaw("upper")
    assert s.labels is not None
    for kept, label in ((s.vertices[:, 0] > -3.0, 23), (np.isin(s.labels, (0, 14, 15, 16)), 15)):
        faces = s.faces[kept[s.faces].all(axis=1)]
        grower = Grower(s.vertices, faces)  # vertices that no face uses are there as well
        rows = np.flatnonzero(s.labels == label)
        tooth = grower.grow(_clicks(s, label)[0]).tooth()
        assert len(np.intersect1d(tooth, rows)) / len(np.union1d(tooth, rows)) > 0.85


@pytest.mark.skipif(not SCANS.is_dir(), reason="no real scans here")
@pytest.mark.parametrize("jaw", ["upper", "lower"])
def test_crowns_that_stand_alone_are_taken_whole(jaw: str) -> None:
    s = read_surfaces(SCANS / f"case0_{jaw}.ply")[0]
    grower = Grower(s.vertices, s.faces)
    assert s.labels is not None
    for label in np.unique(s.labels[s.labels > 0]).tolist():
        assert min(_agreement(grower, s, label)) == 1.0


def test_hollowness_is_curvature_in_the_most_hollow_direction() -> None:
    ball = sphere(4, 5.0)
    assert np.abs(relief(ball.vertices, ball.faces).hollow).max() < 0.01
    inside = relief(ball.vertices, np.ascontiguousarray(ball.faces[:, ::-1]))
    assert np.allclose(inside.hollow, 0.2, atol=0.025)
    found = relief(ball.vertices, ball.faces)
    assert np.linalg.norm(found.area, axis=1).sum() == pytest.approx(100 * np.pi, rel=0.02)
    sides = np.linalg.norm(ball.vertices[found.pairs[:, 0]] - ball.vertices[found.pairs[:, 1]], axis=1)
    assert found.across.mean() == pytest.approx(sides.mean() / np.sqrt(3), rel=0.05)  # of even triangles


@pytest.mark.parametrize("jaw", ["upper", "lower"])
def test_crowns_are_found_to_grow_away_from_the_gum_of_open_and_of_closed_scans(jaw: str) -> None:
    s = _jaw(jaw)
    way = outwards(s.vertices, s.faces, np.zeros(len(s.vertices)))
    assert way[1] * (1 if jaw == "lower" else -1) > 0.95
    low = s.vertices - np.float32(12.0) * way.astype(np.float32)  # a base: the same surface pressed flat, facing down
    low -= np.float32((low @ way)[:, None] * way) - np.float32(s.vertices @ way).min() * way.astype(np.float32)
    both = np.concatenate([s.vertices, low]), np.concatenate([s.faces, s.faces[:, ::-1] + len(s.vertices)])
    rough = np.abs(relief(*both).hollow)
    assert outwards(*both, rough) @ way > 0.9


def test_water_runs_to_the_lowest_place_it_can_reach() -> None:
    height = np.array([0.0, 1.0, 2.0, 1.0, 0.5])
    chain = np.array([[0, 1], [1, 2], [2, 3], [3, 4]], np.int32)
    assert basins(height, chain).tolist() in ([0, 0, 0, 1, 1], [0, 0, 1, 1, 1])
    assert basins(np.zeros(5), chain).tolist() == [0, 1, 2, 3, 4]  # level ground runs nowhere


def test_the_weakest_seam_is_joined_first_and_sums_are_kept() -> None:
    ball = sphere(1)
    pairs = edges(ball.faces)
    rng = np.random.default_rng(1)
    depth, area = rng.uniform(0.1, 1.0, len(pairs)), rng.normal(size=(len(ball.vertices), 3))
    borders = Borders(pairs, np.ones(len(pairs)), depth, np.zeros((len(ball.vertices), 2)))
    pieces = Pieces(np.arange(len(ball.vertices)), ball.vertices, area)
    tree = pieces.tree(borders, depth, 0.0, 0.0)
    first = tree.parts[len(ball.vertices)]
    assert set(first) == set(pairs[np.argmin(depth)].tolist())
    for piece in range(len(ball.vertices), len(tree.area)):
        mine = np.zeros(len(ball.vertices), np.bool_)
        mine[tree.basins(piece)] = True
        cut = mine[pairs[:, 0]] != mine[pairs[:, 1]]
        assert tree.common[piece] == pytest.approx(depth[cut].sum(), abs=1e-9)
        assert tree.area[piece] == pytest.approx(np.linalg.norm(area[mine], axis=1).sum())
        assert np.allclose(tree.normal[piece], area[mine].sum(axis=0))
        assert np.array_equal(tree.low[piece], ball.vertices[mine].min(axis=0))
    assert list(tree.above(0))[-1] == len(tree.area) - 1 and tree.parent[-1] == -1
    tops = pieces.tree(borders, depth, 0.0, 0.0, 0.5).tops()
    assert len(tops) == len(ball.vertices) and 1 < tops.max() + 1 < len(tops)
