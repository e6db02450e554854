"""A clip of a recording tells the story that the project has of it: views, captions and looks, the same bits every time."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from neodent_viewer.core.clock import ManualClock
from neodent_viewer.document.chapter import Chapter, Reel
from neodent_viewer.document.look import Look, Shading
from neodent_viewer.files.recording_formats import read_any
from neodent_viewer.jobs import clip
from neodent_viewer.jobs.clip import Shot, frames
from neodent_viewer.jobs.demo import demo_document
from neodent_viewer.live.feeds import open_feed
from neodent_viewer.live.live import Live
from neodent_viewer.live.recorder import Recorder
from neodent_viewer.render.narrator import EASE
from neodent_viewer.render.views import Camera
from neodent_viewer.trust.consent import SETTING, ConsentRegister

SHOT = Shot(size=(288, 176), look="field", seconds=math.inf, fps=5, seed=3)
VIEW = Camera(yaw=70.0, pitch=20.0, distance=180.0)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    path = tmp_path_factory.mktemp("story") / "a.mcap"
    document, clock = demo_document(3), ManualClock()
    live = Live(document, clock, "record")
    live.add_source(open_feed("sim", document, 3))
    recorder = Recorder(live, path)
    for k in range(50):
        clock.set(k * 0.1)
        live.tick()
    recorder.close()
    live.close()
    return path


@pytest.fixture
def told(recorded):
    document = demo_document(3)
    identity = read_any(recorded).identity
    document.set(("looks", "Cold"), Look("Cold", Shading.CLINICAL, legend=False, scale_bar=False))
    for chapter in (
        Chapter("a", 0.0, 1.6, "Morning", "I woke without pain.", VIEW.to_tuple(), recording=identity),
        Chapter("b", 1.6, 3.0, "Night", "Then it cooled.", replace(VIEW, yaw=-70.0).to_tuple(), "Cold", identity),
    ):
        document.set(("chapters", chapter.id), chapter)
    return document, replace(SHOT, feeds=(f"replay:{recorded}",))


def test_a_story_is_told_the_same_every_time_and_to_its_end(told):
    document, shot = told
    one, other = list(frames(document, shot)), list(frames(document, shot))
    assert len(one) == 15, "to the end of the last chapter, 3 s at 5 frames a second"
    assert all((a == b).all() for a, b in zip(one, other, strict=True))
    plain = list(frames(document, replace(shot, chapters=False, seconds=3.0)))
    assert all((a != b).any() for a, b in zip(one, plain, strict=True))


def test_the_camera_is_at_each_chapters_view(told, monkeypatch):
    document, shot = told
    seen = []
    frame = clip.Story.tick

    def noted(self, now, at, camera):
        camera = frame(self, now, at, camera)
        seen.append((at, camera, document.look.name))
        return camera

    monkeypatch.setattr(clip.Story, "tick", noted)
    list(frames(document, shot))
    assert seen[0][1] == VIEW, "a clip begins there"
    assert all(camera == VIEW for at, camera, _ in seen if at < 1.6)
    assert all(camera == replace(VIEW, yaw=-70.0) for at, camera, _ in seen if at > 1.6 + EASE + 0.2)
    assert {name for at, _, name in seen if at < 1.6} == {"Field"} and seen[-1][2] == "Cold"


def test_a_caption_needs_consent_to_record(told):
    document, shot = told
    still = replace(shot, size=(420, 240), seconds=0.0, at=1.0)
    (said,) = frames(document, still)
    for key in ("a", "b"):
        document.set(("chapters", key), replace(document.chapters[key], title="", caption=""))
    (quiet,) = frames(document, still)
    assert (said != quiet).any(axis=2).mean() > 0.02
    for key in ("a", "b"):
        document.set(("chapters", key), replace(document.chapters[key], title="Morning", caption="I woke."))
    consent = ConsentRegister.from_json(document.settings[SETTING])
    consent.withdraw("t11/ph", "record", at=datetime.now(UTC) - timedelta(seconds=1))
    document.set(("settings", SETTING), consent.to_json())
    (withheld,) = frames(document, still)
    for key in ("a", "b"):
        document.set(("chapters", key), replace(document.chapters[key], title="", caption=""))
    (silent,) = frames(document, still)
    assert (withheld == silent).all()


def test_a_recording_without_a_story_is_a_clip_of_ten_seconds(recorded):
    document = demo_document(3)
    document.set(("chapters", "x"), Chapter("x", 0.0, 2.0, "Another's", recording="0" * 16))
    live = Live(document, ManualClock(), "record")
    live.add_source(open_feed(f"replay:{recorded}", document))
    story = clip.Story(live)
    assert story.placed == () and clip._length(story, SHOT) == clip.DEFAULT_SECONDS
    assert Reel(live.replay.identity).identity == read_any(recorded).identity
    live.close()
