"""Pictures and clips hold what was given and never half of it."""

import av
import numpy as np
import pytest
from PIL import Image

from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.jobs.media import write_clip, write_picture


def test_a_picture_comes_back_pixel_for_pixel(tmp_path):
    pixels = np.random.default_rng(1).integers(0, 256, (24, 32, 4), np.uint8)
    write_picture(tmp_path / "solid.png", pixels)
    write_picture(tmp_path / "clear.png", pixels, transparent=True)
    assert np.array_equal(np.asarray(Image.open(tmp_path / "solid.png")), pixels[..., :3])
    assert np.array_equal(np.asarray(Image.open(tmp_path / "clear.png")), pixels)


def test_a_clip_has_its_frames_and_colours_and_repeats_bit_for_bit(tmp_path):
    colours = [(200, 30, 30), (30, 200, 30), (30, 30, 200)]
    frames = [np.full((64, 96, 4), (*colour, 255), np.uint8) for colour in colours for _ in range(4)]
    for name in ("a.mp4", "b.mp4"):
        assert write_clip(tmp_path / name, iter(frames), 24, (96, 64)) == 12
    with av.open(str(tmp_path / "a.mp4")) as container:
        seen = [frame.to_ndarray(format="rgb24")[32, 48] for frame in container.decode(video=0)]
        assert container.streams.video[0].average_rate == 24
    assert len(seen) == 12
    assert np.abs(np.array(seen[::4], int) - colours).max() < 12
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_a_clip_that_fails_leaves_the_old_one(tmp_path):
    path = tmp_path / "old.mp4"
    path.write_bytes(b"old")

    def frames():
        yield np.zeros((64, 96, 4), np.uint8)
        raise RuntimeError("the show broke")

    with pytest.raises(RuntimeError):
        write_clip(path, frames(), 24, (96, 64))
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["old.mp4"]


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(ArgumentError, match="folder"):
        write_picture(tmp_path / "no" / "x.png", np.zeros((4, 4, 4), np.uint8))
