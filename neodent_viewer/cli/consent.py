"""``neodent consent``: who allows what in a project, and consent records as HL7 FHIR R5 out and in."""

from __future__ import annotations

import argparse
import json
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    show = actions.add_parser("show", help="say who allows what until when, in a project or a FHIR file")
    show.add_argument("file", type=Path, metavar="PROJECT|FILE")
    export = actions.add_parser("export", help="write a project's consent records as FHIR R5")
    export.add_argument("project", type=Path, metavar="PROJECT")
    export.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.json")
    take = actions.add_parser("import", help="take consent records of FHIR R5 over into a project")
    take.add_argument("project", type=Path, metavar="PROJECT")
    take.add_argument("file", type=Path, metavar="FILE.json")


def run(args: argparse.Namespace) -> int:
    """Do what the second word says."""
    return {"show": _show, "export": _export, "import": _import}[args.action](args)


def _show(args: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from neodent_viewer.files.consent_records import read_register

    register, now = read_register(args.file), datetime.now(UTC)
    for grant in register.grants():
        if grant.stands(now):
            state = f"until {grant.until:%Y-%m-%d %H:%M %Z}"
        else:
            state = f"not allowed: {register.reason(grant.channel, grant.purpose, now, simulated=True)}"
        print(f"{grant.channel}  {grant.purpose}  by {grant.by}  {state}")
    for problem in register.problems:
        print(problem.sentence())
    if not register.grants():
        print("Nobody has allowed anything.")
    return 0


def _export(args: argparse.Namespace) -> int:
    from neodent_viewer.core.errors import ConsentError
    from neodent_viewer.files.atomic import put_in_place
    from neodent_viewer.files.consent_records import read_register
    from neodent_viewer.trust.fhir import to_fhir

    register = read_register(args.project)
    try:
        with put_in_place(args.output) as beside:
            beside.write_text(json.dumps(to_fhir(register.grants()), indent=1, ensure_ascii=False), "utf-8")
    except OSError as error:
        what = f"The file cannot be written: {error.strerror or error}."
        raise ConsentError(what, kind="record", where=str(args.output), remedy="Choose another place.") from error
    print(f"{args.output}: {len(register.grants())} records")
    return 0


def _import(args: argparse.Namespace) -> int:
    from neodent_viewer.document.history import History
    from neodent_viewer.files.consent_records import read_fhir
    from neodent_viewer.files.project import load_project, save_project
    from neodent_viewer.trust.consent import SETTING, ConsentRegister

    grants = read_fhir(args.file)
    loaded = load_project(args.project)
    document = loaded.document
    register = ConsentRegister.from_json(document.settings.get(SETTING))
    taken = register.put(grants)
    document.set(("settings", SETTING), register.to_json())
    history = History(document)
    history.restore(loaded.done, loaded.undone)  # what was done can still be undone afterwards
    try:
        save_project(document, history, args.project)
    finally:
        history.close()
    print(f"{args.project}: {taken} records taken over")
    if taken < len(grants):
        print(
            f"{len(grants) - taken} were left out: they were withdrawn here, and nothing says that they were given since."
        )
    return 0
