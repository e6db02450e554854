"""The program's own measurements run, at a size that takes no time, and say what they did."""

import pytest

from neodent_viewer.jobs import bench
from neodent_viewer.jobs.big_mesh import bumpy_ball
from neodent_viewer.mesh.topology import statistics


@pytest.mark.parametrize("name", [name for name in bench.MEASUREMENTS if name not in {"open", "latency", *bench.LONG}])
def test_every_measurement_gives_figures(name):
    figures = [figure.as_dict() for figure in bench.MEASUREMENTS[name](5_000)]
    assert figures
    for figure in figures:
        assert 0 < figure["min_ms"] <= figure["median_ms"] <= figure["max_ms"]
        assert figure["note"]


@pytest.mark.slow
def test_a_sample_is_timed_until_it_is_on_screen_and_loud_feeds_lose_nothing():
    figure, *loud = (figure.as_dict() for figure in bench.bench_latency(0))
    assert figure["repetitions"] == 24
    assert 1 <= figure["frames_median"] <= figure["frames"]
    assert min(figure["fps_quiet"], figure["fps_loud"]) > 0.0
    assert figure["dropped"] == 0
    assert [one["name"] for one in loud][:3] == ["tick osc calm", "tick osc", "tick osc stuck"]
    for one in loud:
        assert one["repetitions"] > 10 and 0.0 <= one["under_2_ms"] <= 1.0
        assert one["sent"] > 10_000 and one["lost"] == one["dropped"] == 0
        assert one["judge_ms"] <= one["p99_ms"] and 1.0 < one["samples_per_tick"] < one["sent"]


def test_the_renderer_has_a_name():
    assert bench.renderer()


@pytest.mark.parametrize("triangles", [2_000, 5_000, 60_000])
def test_the_ball_is_closed_and_of_the_size_asked_for(triangles):
    vertices, faces = bumpy_ball(triangles)
    told = statistics(faces, len(vertices))
    assert abs(len(faces) - triangles) < 0.05 * triangles
    assert told.watertight
    assert told.components == 1
