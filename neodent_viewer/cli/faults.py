"""``neodent faults score`` tells how well the checks find the faults of labelled series, ours or anybody's."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neodent_viewer.sensors.score import Score


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    commands = parser.add_subparsers(dest="action", required=True, metavar="score")
    score = commands.add_parser(
        "score",
        help="precision, recall and delay per kind of fault",
        description="Run all checks over a series and hold what they find against its labels.",
        epilog="SERIES is a CSV with the columns time, value and, where known, arrival and channel; LABELS a JSON or CSV "
        "of kind, onset, end. A folder stands for every series below it that has a .json beside it (neodent demo faults "
        "makes one).",
    )
    score.add_argument("series", type=Path, metavar="SERIES", help="CSV file or folder")
    score.add_argument("labels", type=Path, nargs="?", metavar="LABELS", help="default: SERIES with the ending .json")
    score.add_argument(
        "--quantity", default="", help="what is measured, where the labels do not say: ph, temperature, force"
    )
    score.add_argument("--channel", default="", metavar="KEY", help="which one, where SERIES holds several: t11/ph")
    score.add_argument("--json", action="store_true", help="print one JSON object instead of lines")


def run(args: argparse.Namespace) -> int:
    """Score and print."""
    from neodent_viewer.core.errors import ArgumentError
    from neodent_viewer.sensors.labelled import read_folder, read_record
    from neodent_viewer.sensors.score import score

    if args.series.is_dir() and args.channel:
        remedy = "Give one file, or leave --channel out."
        raise ArgumentError("A folder has no channel.", kind="argument", where=str(args.series), remedy=remedy)
    if args.series.is_dir():
        found = score(read_folder(args.series, args.quantity))
    else:
        labels = args.labels or args.series.with_suffix(".json")
        found = score([read_record(args.series, labels, args.quantity, args.channel)])
    print(json.dumps(found.plain(), indent=2) if args.json else "\n".join(_lines(found)))
    return 0


def write_corpus(folder: Path, seed: int) -> int:
    """Write the labelled corpus of a seed, telling each file (``neodent demo faults``)."""
    from neodent_viewer.core.errors import SensorError
    from neodent_viewer.sensors.corpus import records
    from neodent_viewer.sensors.labelled import write_record

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for record in records(seed):
            path = write_record(record, folder)
            print(f"{path}: {len(record.times):,} samples, {record.hours:.1f} h, {len(record.labels)} faults")
    except OSError as error:
        what = f"The corpus cannot be written: {error.strerror}."
        raise SensorError(what, kind="write", where=str(folder), remedy="Choose another folder.") from error
    return 0


def _lines(found: Score) -> list[str]:
    lines = [f"{'fault':<14}{'there':>7}{'caught':>8}{'found':>7}{'recall':>9}{'precision':>11}{'delay':>12}"]
    for name, one in sorted(found.kinds.items()):
        recall, precision = ("-" if share is None else f"{share:.3f}" for share in (one.recall, one.precision))
        delay = "-" if one.delay is None else f"{one.delay:.1f} s"
        lines.append(f"{name:<14}{one.labelled:>7}{one.caught:>8}{one.found:>7}{recall:>9}{precision:>11}{delay:>12}")
    if found.tests:
        from neodent_viewer.sensors.sureness import NEAR

        lines += ["", f"{'right of found, by test':<28}{f'below {NEAR:g} x limit':>18}{'beyond':>14}"]
    for name, test in sorted(found.tests.items()):
        near, clear = (f"{right} of {count}" for right, count in (test.near, test.clear))
        lines.append(f"{name:<28}{near:>18}{clear:>14}")
    lines.append(f"{_hours(found.hours)} of signal")
    if found.alarms:
        alarms = sum(found.alarms.values())
        lines.append(
            f"{_hours(found.healthy_hours)} of it without a fault: {alarms} false alarms, "
            f"at worst {found.worst_rate:.2f} an hour"
        )
    return lines


def _hours(hours: float) -> str:
    """Return a length of signal; less than a tenth of an hour is told in seconds."""
    return f"{hours:,.1f} h" if hours >= 0.1 else f"{hours * 3600:.1f} s"
