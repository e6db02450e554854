"""The fault report as a file."""

from __future__ import annotations

from neodent_viewer.app.context import AppContext
from neodent_viewer.app.words import count
from neodent_viewer.core.errors import SensorError


def save_report(context: AppContext) -> None:
    """Ask where to, and write every fault that is remembered, with how sure it is and what to try."""
    from neodent_viewer.files.atomic import put_in_place
    from neodent_viewer.live.fault_report import report_csv

    path = context.shell.ask_save("Save Fault Report", "faults.csv", "Table (*.csv)", ".csv")
    if path is None:
        return
    text = report_csv(context.live)
    try:
        with put_in_place(path) as beside:
            beside.write_bytes(text.encode("utf-8-sig"))  # the mark lets spreadsheets read the degree sign
    except OSError as error:
        what = f"The report cannot be written: {error.strerror or error}."
        raise SensorError(what, kind="write", where=str(path), remedy="Choose another place.") from error
    context.shell.say(f"{count(text.count(chr(13)) - 1, 'fault')} written to {path.name}.")
