"""The measurement of strokes: events go the way of a hand, figures come out, and nothing of it stays."""

from __future__ import annotations

import json

import pytest
from pytestqt.qtbot import QtBot

from neodent_viewer.app import stroking
from neodent_viewer.app.compose import Program
from neodent_viewer.app.stroking import Stroking

PATIENCE = 60_000


def test_strokes_are_drawn_and_measured_and_nobody_is_asked_about_them(
    program: Program, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(stroking, "STROKES", 2)
    monkeypatch.setattr(stroking, "MOVES", 6)
    part, brush = next(iter(program.context.document.parts.values())), program.context.tools.brush
    before, settings = part.surface.vertices.copy(), brush.remembered()
    with qtbot.waitSignal(program.window.closed, timeout=PATIENCE):
        Stroking(program).start()
    told = json.loads(capsys.readouterr().out)
    assert len(told["event_ms"]) == len(told["presented_ms"]) == 2 * 3
    assert all(0 < event < seen for event, seen in zip(told["event_ms"], told["presented_ms"], strict=True))
    moved = (part.surface.vertices != before).any(axis=1).sum()
    assert 0.05 * len(before) < max(told["stroke_vertices"]) <= moved < len(before)
    assert not program.context.history.unsaved()
    assert brush.remembered() == settings
