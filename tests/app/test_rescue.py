"""Unsaved work outlives a program that ends unasked, and nothing is left of work that was saved or given up."""

from __future__ import annotations

import os
import time
from pathlib import Path

from pytestqt.qtbot import QtBot

from neodent_viewer.app.compose import Program
from neodent_viewer.app.rescue import RESCUED, Rescue, rescue_dir
from neodent_viewer.app.start import watch_over
from neodent_viewer.document.edits import set_value
from neodent_viewer.files.project import load_project

PATIENCE = 30_000


def _rename(program: Program, name: str) -> None:
    context = program.context
    (part,) = context.document.parts.values()
    context.history.do(set_value(context.document, ("parts", part.id, "name"), name, "Rename"))


def _keep(rescue: Rescue, program: Program, qtbot: QtBot) -> None:
    rescue.keep()
    qtbot.waitUntil(lambda: not program.background.busy, timeout=PATIENCE)


def test_what_was_not_saved_is_offered_by_the_next_session(program: Program, tmp_path: Path, qtbot: QtBot) -> None:
    history, background = program.context.history, program.background
    crashed = Rescue(history, background, tmp_path / "rescue")
    _keep(crashed, program, qtbot)
    assert not crashed.path.exists(), "there was nothing to keep"
    _rename(program, "Lost and found")
    _keep(crashed, program, qtbot)
    found: list[Path] = []
    following = Rescue(history, background, tmp_path / "rescue")
    following.offer(found.append)
    assert found == [], "a session that still runs keeps its file"
    crashed.close()
    following.offer(found.append)
    (path,) = found
    assert path.name.startswith(RESCUED) and not crashed.path.exists()
    (part,) = load_project(path).document.parts.values()
    assert part.name == "Lost and found"
    found.clear()
    following.offer(found.append)
    assert found == [], "offered once"
    following.close()


def test_a_start_says_what_it_found_and_saving_it_asks_for_a_place(empty_program: Program, qtbot: QtBot) -> None:
    context, background = empty_program.context, empty_program.background
    crashed = Rescue(context.history, background, rescue_dir())
    context.history.do(set_value(context.document, ("settings", "note"), "kept", "Note"))
    _keep(crashed, empty_program, qtbot)
    crashed.close()
    context.requests.new()
    rescue = watch_over(empty_program)
    context.ticker.first_frame.emit()
    (message,) = [one for one in context.shell.heard() if "not saved" in one.text]
    (path,) = context.preferences.recent()
    assert path.name in message.text and message.level == "warning"
    context.requests.open_files([path])
    qtbot.waitUntil(lambda: context.document.settings.get("note") == "kept", timeout=PATIENCE)
    assert context.requests.project is None
    rescue.discard()
    rescue.close()
    path.unlink()


def test_saved_or_given_up_work_leaves_no_file(program: Program, tmp_path: Path, qtbot: QtBot) -> None:
    rescue = Rescue(program.context.history, program.background, tmp_path / "rescue")
    _rename(program, "One")
    _keep(rescue, program, qtbot)
    assert rescue.path.is_file()
    program.context.history.mark_saved()
    rescue.keep()
    assert not rescue.path.exists()
    _rename(program, "Two")
    _keep(rescue, program, qtbot)
    assert rescue.path.is_file()
    rescue.discard()
    rescue.keep()
    rescue.close()
    assert list((tmp_path / "rescue").iterdir()) == []


def test_what_was_rescued_long_ago_goes_in_the_end(empty_program: Program, tmp_path: Path) -> None:
    folder = tmp_path / "rescue"
    rescue = Rescue(empty_program.context.history, empty_program.background, folder)
    ages = {f"{RESCUED}-{days:03}.neodent": days for days in range(0, 300, 20)}
    for name, days in ages.items():
        (folder / name).write_bytes(b"kept")
        at = time.time() - days * 86_400
        os.utime(folder / name, (at, at))
    rescue.offer(lambda path: None)
    left = sorted(ages[path.name] for path in folder.glob(f"{RESCUED}-*"))
    assert left == list(range(0, 10 * 20, 20)), "the ten youngest, though some are old"
    rescue.close()
