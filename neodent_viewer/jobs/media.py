"""Pictures and clips on disk: written beside their place and moved there when whole, the same bytes for the same frames."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.core.errors import ArgumentError

Pixels = NDArray[np.uint8]
PICTURES = (".png", ".jpg", ".jpeg")
CLIPS = (".mp4",)


def check_writable(path: Path, suffixes: tuple[str, ...]) -> None:
    """Raise ArgumentError, before anything is drawn, for a suffix not among `suffixes` or a folder that is not there."""
    if path.suffix.lower() not in suffixes:
        kind = "clip" if suffixes == CLIPS else "picture"
        raise ArgumentError(
            f"A {kind} is written as {' or '.join(suffixes)}.",
            kind="argument",
            where=str(path),
            remedy=f"Name it {path.stem or 'smile'}{suffixes[0]}.",
        )
    if not path.parent.is_dir():
        raise ArgumentError(
            "The folder to write to does not exist.",
            kind="argument",
            where=str(path.parent),
            remedy="Make it first, or choose another.",
        )


def write_picture(path: Path, pixels: Pixels, *, transparent: bool = False) -> None:
    """Write pixels (h, w, 4) uint8, top row first, as PNG or JPEG by the suffix of `path`.

    Raises ArgumentError for another suffix or a folder that cannot be written.
    """
    from PIL import Image

    check_writable(path, PICTURES[:1] if transparent else PICTURES)
    image = Image.fromarray(pixels if transparent else pixels[..., :3].copy())
    temporary = path.with_name(f".{path.stem}.part{path.suffix}")
    with _writing(path, temporary):
        image.save(temporary)


def write_clip(path: Path, frames: Iterable[Pixels], fps: int, size: tuple[int, int]) -> int:
    """Encode frames (h, w, 4) uint8 as H.264 in MP4 and return how many there were.

    Parameters
    ----------
    path : Path
        Must end in ``.mp4``.
    frames : iterable of ndarray
        All of `size`.
    fps : int
    size : (width, height)
        In pixels; H.264 with 4:2:0 colour needs even numbers.
    """
    import av

    check_writable(path, CLIPS)
    check_even(size)
    temporary = path.with_name(f".{path.stem}.part.mp4")
    count = 0
    with _writing(path, temporary), av.open(str(temporary), "w", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libx264", rate=Fraction(fps))
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        # one setting whatever the machine, so that a seed gives the same bytes
        stream.options = {"preset": "veryfast", "crf": "18", "threads": "2", "flags": "+bitexact"}
        for pixels in frames:
            picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels[..., :3]), format="rgb24")
            container.mux(stream.encode(picture))
            count += 1
        container.mux(stream.encode(None))
    return count


def check_even(size: tuple[int, int]) -> None:
    """Raise ArgumentError for a (width, height) that a clip cannot have."""
    if size[0] % 2 or size[1] % 2:
        raise ArgumentError(
            "A clip needs an even width and height.",
            kind="argument",
            where=f"{size[0]}x{size[1]}",
            remedy=f"Try {size[0] // 2 * 2}x{size[1] // 2 * 2}.",
        )


class _writing:
    """Move the temporary file to its place on success, remove it on failure, and turn OS errors into sentences."""

    def __init__(self, path: Path, temporary: Path) -> None:
        self.path, self.temporary = path, temporary

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if error is None:
            self.temporary.replace(self.path)
            return
        self.temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise ArgumentError(
                f"Cannot write: {error.strerror or error}.", kind="argument", where=str(self.path)
            ) from error
