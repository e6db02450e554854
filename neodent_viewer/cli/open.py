"""``neodent open``: the window, with files or with the demo smile.

The first scan is read in a thread while Qt starts; the window is shown, and the frame clock starts once that scan is there.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from neodent_viewer.core.errors import ArgumentError

if TYPE_CHECKING:
    from neodent_viewer.app.start import Wish


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="mesh files or one project; the demo smile if none"
    )
    parser.add_argument("--look", default="", help="a stored look, or clinical, field, hologram, sculpt")
    parser.add_argument(
        "--feed",
        action="append",
        default=[],
        metavar="FEED",
        help="sim, osc:PORT, mqtt:HOST/TOPIC, mqtts:HOST/TOPIC, lsl:, lsl:NAME, serial:DEVICE@BAUD, ws://HOST:PORT, "
        "replay:FILE[@SPEED] or none; given again, another feed beside it (default: what the demo or the project brings)",
    )
    parser.add_argument("--stage", type=int, default=None, metavar="N", help="open the stage window on display N")
    parser.add_argument("--seed", type=int, default=0, help="seed of the simulated feed")
    parser.add_argument(
        "--first-frame", action="store_true", help="quit after the first picture and print what it took, as JSON"
    )
    parser.add_argument(
        "--turn",
        action="store_true",
        help="turn the camera for some seconds, print what frames took, as JSON, and quit",
    )
    parser.add_argument(
        "--latency",
        action="store_true",
        help="send samples, print how long each took until it was on screen, as JSON, and quit",
    )
    parser.add_argument(
        "--stroke",
        action="store_true",
        help="draw some strokes, print what events and pictures took, as JSON, and quit; nothing is kept",
    )
    parser.add_argument(
        "--scrub",
        action="store_true",
        help="leap about in the recording that plays, print what pictures took, as JSON, and quit",
    )
    parser.add_argument(
        "--showreel",
        type=Path,
        default=None,
        metavar="DIR",
        help="record the window for ten seconds, then close it",
    )


def wish(args: argparse.Namespace) -> Wish:
    """Return what the arguments ask for; raises ArgumentError for files that are not there."""
    from neodent_viewer.app.start import Wish

    for path in args.files:
        if not path.is_file():
            remedy = "Check the path."
            raise ArgumentError("There is no such file.", kind="argument", where=str(path), remedy=remedy)
    _check(args)
    return Wish(
        files=tuple(args.files),
        look=args.look,
        feeds=tuple(args.feed),
        stage=args.stage,
        seed=args.seed,
        first_frame=args.first_frame,
        turn=args.turn,
        latency=args.latency,
        stroke=args.stroke,
        scrub=args.scrub,
        showreel=args.showreel,
    )


def _check(args: argparse.Namespace) -> None:
    """Raise for words that mean nothing, as far as that can be told before anything is opened."""
    if args.feed:
        from neodent_viewer.live.feeds import check_feeds

        check_feeds(args.feed)
    if args.stage is not None and args.stage < 0:
        remedy = "Displays are counted from 0."
        raise ArgumentError("There is no such display.", kind="argument", where=f"--stage {args.stage}", remedy=remedy)
    if args.look:
        _check_look(args.look, args.files)


def _check_look(name: str, files: list[Path]) -> None:
    """Raise ArgumentError for a look that neither ships nor is a shading; a project may know others."""
    from neodent_viewer.document.look import Shading

    if name.casefold() in set(Shading):
        return
    from neodent_viewer.document.document import Document
    from neodent_viewer.files.project import is_project
    from neodent_viewer.jobs.clip import choose_look
    from neodent_viewer.jobs.demo import demo_looks

    if not any(is_project(path) for path in files):
        document = Document()
        for look in demo_looks():
            document.set(("looks", look.name), look)
        choose_look(document, name)


def run(args: argparse.Namespace) -> int:
    """Open the window and stay until it is closed."""
    from neodent_viewer.app.start import run

    return run(wish(args))
