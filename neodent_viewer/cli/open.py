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
        default="",
        metavar="FEED",
        help="sim, osc:PORT or none (default: what the demo or the project brings)",
    )
    parser.add_argument("--stage", type=int, default=None, metavar="N", help="open the stage window on display N")
    parser.add_argument("--seed", type=int, default=0, help="seed of the simulated feed")
    parser.add_argument(
        "--first-frame", action="store_true", help="quit after the first picture and print what it took, as JSON"
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
    return Wish(
        files=tuple(args.files),
        look=args.look,
        feed=args.feed,
        stage=args.stage,
        seed=args.seed,
        first_frame=args.first_frame,
        showreel=args.showreel,
    )


def run(args: argparse.Namespace) -> int:
    """Open the window and stay until it is closed."""
    from neodent_viewer.app.start import run

    return run(wish(args))
