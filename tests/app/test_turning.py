"""The measurement of a turning camera ends, also where the last picture of a turn is the full one already."""

from __future__ import annotations

import json

import pytest
from pytestqt.qtbot import QtBot

from neodent_viewer.app import pacing, turning
from neodent_viewer.app.compose import Program
from neodent_viewer.app.turning import Turning


@pytest.mark.parametrize("quick", [0.0, 9.0], ids=["slow", "quick"])
def test_it_tells_every_turn_and_every_rest(
    program: Program,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    quick: float,
) -> None:
    monkeypatch.setattr(pacing, "QUICK", quick)
    monkeypatch.setattr(turning, "ROUNDS", 2)
    monkeypatch.setattr(turning, "STEPS", 6)
    Turning(program).start()
    qtbot.waitUntil(lambda: not program.window.isVisible(), timeout=60_000)
    told = json.loads(capfd.readouterr().out.strip().splitlines()[-1])
    assert len(told["presented_ms"]) == 2 * (6 - 3) and len(told["rest_ms"]) == 2
    assert min(told["presented_ms"] + told["rest_ms"]) > 0.0
