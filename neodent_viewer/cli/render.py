"""``neodent render``: a picture or a clip without a display."""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path

from neodent_viewer.core.errors import ArgumentError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="mesh files or one project; the demo smile if none"
    )
    parser.add_argument("-o", "--output", type=Path, required=True, help="OUT.png, OUT.jpg or OUT.mp4")
    parser.add_argument("--size", type=size, default=(1280, 720), metavar="WxH", help="pixels (default 1280x720)")
    parser.add_argument("--look", default="", help="a stored look, or clinical, field, hologram, sculpt")
    parser.add_argument(
        "--view",
        default="front",
        help="front, three_quarter, left, right, upper, lower (the jaw alone, seen from the bite), ... (default front)",
    )
    parser.add_argument(
        "--feed",
        action="append",
        default=[],
        metavar="FEED",
        help="sim, none, or some from outside as for neodent open (default: sim for the demo smile, none for files)",
    )
    when = parser.add_mutually_exclusive_group()
    when.add_argument(
        "--at",
        type=float,
        metavar="T",
        help="seconds on the clock at which the picture is taken (default 1, when every sensor has spoken; 0 without a feed)",
    )
    when.add_argument(
        "--seconds",
        type=float,
        default=0.0,
        metavar="S",
        help="length of a clip (default 10; with a recording that the project tells a story of, to the story's end)",
    )
    parser.add_argument("--fps", type=int, default=30, help="frames per second of a clip (default 30)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the simulated feed")
    parser.add_argument("--transparent", action="store_true", help="leave the background out of a picture")
    parser.add_argument("--no-chapters", action="store_true", help="leave views and captions of chapters out")


def size(text: str) -> tuple[int, int]:
    """Parse ``WxH``.

    >>> size("640x360")
    (640, 360)
    """
    try:
        width, height = (int(part) for part in text.lower().split("x"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not WIDTHxHEIGHT, such as 1280x720") from None
    if not (16 <= width <= 8192 and 16 <= height <= 8192):
        raise argparse.ArgumentTypeError("width and height lie between 16 and 8192 pixels")
    return width, height


def run(args: argparse.Namespace) -> int:
    """Draw and write; say where."""
    from neodent_viewer.jobs import clip, media

    moving = args.output.suffix.lower() == ".mp4"
    if args.seconds and not moving:
        raise ArgumentError(
            "--seconds makes a clip.", kind="argument", where="-o", remedy="Name the output something.mp4."
        )
    feeds = tuple(args.feed) or (() if args.files else ("sim",))
    told = any(feed.startswith("replay:") for feed in feeds) and moving  # a recording is told from where it begins
    at = args.at if args.at is not None else clip.SOON if feeds not in ((), ("none",)) and not told else 0.0
    longest = clip.LONGEST  # a longer clip, or a later picture, is a slip of the finger
    if not (0 <= args.seconds <= longest and 0 <= at <= longest and 1 <= args.fps <= 240):
        raise ArgumentError(
            "Times lie between 0 and 3600 s, and --fps between 1 and 240.",
            kind="argument",
            where="--seconds, --at, --fps",
            remedy="Leave them out for a picture at the start.",
        )
    shot = clip.Shot(
        size=args.size,
        look=args.look,
        view=args.view,
        feeds=feeds,
        at=at,
        seconds=args.seconds or (math.inf if moving else 0.0),
        fps=args.fps,
        seed=args.seed,
        transparent=args.transparent,
        chapters=not args.no_chapters,
    )
    media.check_writable(args.output, media.CLIPS if moving else media.PICTURES[: 1 if args.transparent else None])
    if moving:
        media.check_even(args.size)
    pixels = clip.frames(clip.load(args.files, args.seed), shot, lambda sentence: print(sentence, file=sys.stderr))
    if moving:
        count = media.write_clip(args.output, pixels, args.fps, args.size)
        print(f"{args.output}: {count} frames, {args.size[0]}x{args.size[1]}, {args.fps} frames/s")
    else:
        (picture,) = pixels
        media.write_picture(args.output, picture, transparent=args.transparent)
        print(f"{args.output}: {args.size[0]}x{args.size[1]}")
    return 0
