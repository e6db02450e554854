"""``neodent``: picks the command's module and hands over; only the chosen one is imported."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module

from neodent_viewer import __version__
from neodent_viewer.core.errors import NeodentError

#: command -> (module, one line of help); one line a command
COMMANDS: dict[str, tuple[str, str]] = {
    "open": ("neodent_viewer.cli.open", "open the window, with files or with the demo smile"),
    "info": ("neodent_viewer.cli.info", "say what is in a mesh file"),
    "demo": ("neodent_viewer.cli.demo", "make or measure the demo smile"),
    "render": ("neodent_viewer.cli.render", "write a picture or a clip without a window"),
    "tooth": ("neodent_viewer.cli.tooth", "move one tooth of a scan, its gingiva following"),
    "sculpt": ("neodent_viewer.cli.sculpt", "carry out recorded strokes without a window"),
    "mesh": ("neodent_viewer.cli.mesh", "remesh, subdivide, thin, close, cut or mirror a mesh"),
    "faults": ("neodent_viewer.cli.faults", "score how well sensor faults are found"),
    "consent": ("neodent_viewer.cli.consent", "say who allows what; consent records as HL7 FHIR out and in"),
    "recording": ("neodent_viewer.cli.recording", "look into, export, import or erase recordings of sensor data"),
    "bench": ("neodent_viewer.cli.bench", "measure the program on this machine"),
}


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit status; a `NeodentError` becomes one sentence on stderr and status 2."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words and words[0] not in COMMANDS and not words[0].startswith("-"):
        words.insert(0, "open")  # `neodent scan.stl` opens the scan
    if not words:
        words = ["open"]
    parser = argparse.ArgumentParser(prog="neodent", description="A desktop stage for smiles.")
    parser.add_argument("--version", action="version", version=f"neodent {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (module, line) in COMMANDS.items():
        command = commands.add_parser(name, help=line, description=line.capitalize() + ".")
        if words[0] == name:
            import_module(module).add_arguments(command)
    args = parser.parse_args(words)
    try:
        return int(import_module(COMMANDS[args.command][0]).run(args))
    except NeodentError as error:
        print(f"neodent {args.command}: {error.sentence()}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except (
        BrokenPipeError
    ):  # whoever read along has had enough; Python would complain once more when it flushes at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
