"""Pictures and clips on disk: written beside their place and moved there when whole, the same bytes for the same frames."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.core.errors import ArgumentError

Pixels = NDArray[np.uint8]


def write_picture(path: Path, pixels: Pixels, *, transparent: bool = False) -> None:
    """Write pixels (h, w, 4) uint8, top row first, as PNG or JPEG by the suffix of `path`.

    Raises ArgumentError for another suffix or a folder that cannot be written.
    """
    from PIL import Image

    if path.suffix.lower() not in {".png", ".jpg", ".jpeg"}:
        raise ArgumentError("A picture is written as .png or .jpg.", kind="argument", where=str(path))
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

    if path.suffix.lower() != ".mp4":
        raise ArgumentError("A clip is written as .mp4.", kind="argument", where=str(path))
    if size[0] % 2 or size[1] % 2:
        raise ArgumentError("A clip needs an even width and height.", kind="argument", where=f"{size[0]}x{size[1]}")
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


class _writing:
    """Move the temporary file to its place on success, remove it on failure, and turn OS errors into sentences."""

    def __init__(self, path: Path, temporary: Path) -> None:
        self.path, self.temporary = path, temporary

    def __enter__(self) -> None:
        if not self.path.parent.is_dir():
            raise ArgumentError(
                "The folder to write to does not exist.",
                kind="argument",
                where=str(self.path.parent),
                remedy="Make it first, or choose another.",
            )

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if error is None:
            self.temporary.replace(self.path)
            return
        self.temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise ArgumentError(
                f"Cannot write: {error.strerror or error}.", kind="argument", where=str(self.path)
            ) from error
