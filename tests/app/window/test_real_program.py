"""The whole program with its panels filled: every tool and every command that asks nothing, on a real canvas."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from neodent_viewer.app.actions.catalogue import all_commands
from neodent_viewer.app.actions.keymap import clashes, keys_of
from neodent_viewer.app.compose import Program
from neodent_viewer.app.context import WORKSPACES

PATIENCE = 60_000
#: these ask something, leave the program, open another one, or lock the others
_LEFT_OUT = {
    "file.new",
    "file.demo",
    "file.save",
    "file.quit",
    "view.full_screen",
    "perform.show_mode",
    "help.log",
    "help.about",
    "help.keys",
}


@pytest.fixture
def filled(program: Program, qtbot: QtBot) -> Program:
    """The program with its commands made and its visible panels filled."""
    seen: list[bool] = []
    program.window.populated.connect(lambda: seen.append(True))
    program.window.populate()
    qtbot.waitUntil(lambda: bool(seen), timeout=PATIENCE)
    return program


def test_tools_of_the_canvas_get_keys_of_their_own(program: Program) -> None:
    commands = all_commands(program.context)
    assert clashes(commands) == []
    assert {key for command in commands if command.id == "tool.draw" for key in keys_of(command, {})} == {"V"}


def test_every_panel_stands_on_the_real_context(filled: Program) -> None:
    for name in filled.window.docks:
        panel = filled.window.show_panel(name)
        assert panel is not None
        panel.update_view()
    assert [message.text for message in filled.context.shell.heard() if message.level == "error"] == []


def test_every_command_that_asks_nothing_runs(filled: Program, qtbot: QtBot) -> None:
    assert filled.window.commands is not None
    centre, context = filled.window.commands.centre, filled.context
    ran = set()
    for workspace in WORKSPACES:
        for command in centre.commands.values():
            context.shell.set_workspace(workspace)
            context.selection.set(parts=tuple(context.document.parts))
            if workspace in command.workspaces and not command.title.endswith("…") and command.id not in _LEFT_OUT:
                if centre.run(command.id):
                    ran.add(command.id)
                said = [message.text for message in context.shell.heard() if message.level == "error"]
                assert said == [], command.id
    assert {"tool.draw", "tool.distance", "view.upper", "edit.remove", "edit.undo", "perform.blackout"} <= ran
    context.stage.set_blackout(False)
    context.requests.set_feed("none")
    context.history.mark_saved()


def test_a_key_bound_anew_sizes_the_brush_in_hand(filled: Program, mouse: Any, qtbot: QtBot) -> None:
    context, canvas, centre = filled.context, filled.canvas, filled.canvas.rect().center()
    context.preferences.set("keys", {"sculpt.radius": ["G"]})
    context.shell.set_workspace("sculpt")
    context.tools.set_current("draw")
    filled.window.activateWindow()
    qtbot.waitUntil(filled.window.isActiveWindow)
    canvas.setFocus()
    mouse.move(centre)
    before = context.tools.brush.radius
    QTest.keyClick(canvas, Qt.Key.Key_F)
    mouse.move(centre + QPoint(20, 0))
    assert context.tools.brush.radius == before, "F is free now"
    QTest.keyClick(canvas, Qt.Key.Key_G)
    mouse.move(centre + QPoint(60, 0))
    larger = context.tools.brush.radius
    assert larger > before
    QTest.keyClick(canvas, Qt.Key.Key_G)
    mouse.move(centre + QPoint(120, 0))
    assert context.tools.brush.radius == larger, "the same key takes the value"


def test_the_canvas_keeps_drawing_while_workspaces_change(filled: Program, qtbot: QtBot) -> None:
    engine = filled.context.engine
    for workspace in ("perform", "sculpt", "review"):  # each has columns of another width, so the canvas must draw anew
        before = engine.frames("editor")
        filled.context.shell.set_workspace(workspace)
        qtbot.waitUntil(lambda before=before: engine.frames("editor") > before, timeout=PATIENCE)
    image = filled.canvas.grabFramebuffer()
    middle = image.pixelColor(image.width() // 2, image.height() // 2)
    assert middle.lightness() > image.pixelColor(4, 4).lightness() + 20
