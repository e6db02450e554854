"""The fault report: every fault that is remembered as a table for people and programs, with how sure it is and why."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from neodent_viewer.live.console import Company, Trouble, troubles
from neodent_viewer.live.live import Live
from neodent_viewer.sensors.advice import ADVICE
from neodent_viewer.sensors.sureness import Around, sureness

COLUMNS = (
    *("tooth", "sensor", "quantity", "fault", "kind", "since", "until", "seconds", "running"),
    *("how_sure", "why", "what_to_try"),
)


def report_rows(live: Live) -> list[dict[str, str]]:
    """Return a row for each fault, running ones first; what consent withholds for the present purpose is not in it."""
    found = troubles(live)
    company = Company(found)
    return [_row(live, one, company.around(row)) for row, one in enumerate(found)]


def _row(live: Live, one: Trouble, around: Around) -> dict[str, str]:
    fault, quantity = one.fault, one.channel.quantity.name
    end = live.now() if one.running else fault.end
    sure = sureness(fault, quantity, around, running=one.running)
    cells = (
        *(str(one.tooth or ""), one.channel.sensor, quantity, ADVICE[fault.kind].title, fault.kind.value),
        *(_when(live, fault.onset), "" if one.running else _when(live, end), f"{max(end - fault.onset, 0.0):.2f}"),
        *("yes" if one.running else "no", sure.level.word, " ".join(sure.reasons)),
        ADVICE[fault.kind].steps(quantity)[0],
    )
    return dict(zip(COLUMNS, map(_plain, cells), strict=True))


def report_csv(live: Live) -> str:
    """Return the report as CSV (RFC 4180) with a heading; times are ISO 8601, in a recording seconds from its start."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(report_rows(live))
    return text.getvalue()


def _when(live: Live, time: float) -> str:
    if live.replay is not None:
        return f"{time - live.replay.begin:.2f}"
    at = live.wall() - timedelta(seconds=live.now() - time)
    return at.isoformat(timespec="milliseconds")


def _plain(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: sensors are named by whoever sends."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
