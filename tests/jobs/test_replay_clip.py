"""A picture of a recording is the picture of the run that was recorded, to the last bit."""

from neodent_viewer.core.clock import ManualClock
from neodent_viewer.jobs.clip import STEP, Shot, frames
from neodent_viewer.jobs.demo import demo_document
from neodent_viewer.live.feeds import open_feed
from neodent_viewer.live.live import Live
from neodent_viewer.live.recorder import Recorder


def test_the_picture_of_a_replay_is_that_of_the_run(tmp_path):
    document, clock = demo_document(3), ManualClock()
    live = Live(document, clock, "record")
    live.add_source(open_feed("sim", document, 3))
    recorder = Recorder(live, tmp_path / "a.mcap")
    for k in range(75):  # the very ticks of a picture: what one has read is what the other has
        clock.set(k * STEP)
        live.tick()
    live.close()
    assert recorder.status().samples > 300
    pictures = []
    for feed in ("sim", f"replay:{recorder.path}", "none"):
        shot = Shot(size=(64, 36), look="field", feeds=(feed,), at=2.0, seconds=1 / 30, seed=3)
        pictures.append(next(iter(frames(document, shot))))
    run, replay, nothing = pictures
    assert (run == replay).all()
    assert (run != nothing).any(-1).mean() > 0.02, "or there was nothing to see"
