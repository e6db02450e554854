"""The whole program opens things a second time: the field, the glitch and the zones are there as they were the first time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from neodent_viewer.app.compose import Program, compose
from neodent_viewer.document.look import Shading
from neodent_viewer.document.zone import Zone

PATIENCE = 60_000


@pytest.fixture
def program(qtbot: QtBot, tmp_path: Path) -> Iterator[Program]:
    """The program without panels, in an ordinary window."""
    program = compose(preferences=tmp_path / "preferences.json")
    program.context.ticker.first_frame.disconnect(program.window.populate)
    program.window.resize(900, 640)
    program.window.show()
    program.start()
    yield program
    program.context.requests.set_feed("none")
    program.close()


def coloured(program: Program) -> float:
    """Return the share of the canvas that is neither black, nor grey, nor as pale as gum."""
    pixels = program.context.engine.read("editor")[..., :3].astype(int)
    return float((np.ptp(pixels, axis=2) > 70).mean())


def settled(program: Program, qtbot: QtBot) -> float:
    """Wait until all weights there are to come have come and been drawn; return how much is coloured."""
    context = program.context

    def adaptors() -> Any:
        return context.engine._document.parts.values()

    qtbot.waitUntil(lambda: len(context.document.parts) == 2 and bool(context.document.probes), timeout=PATIENCE)
    qtbot.waitUntil(lambda: bool(np.isfinite(context.ticker.moment.values).any()), timeout=PATIENCE)
    qtbot.waitUntil(lambda: not program.background.jobs(), timeout=PATIENCE)
    qtbot.waitUntil(lambda: all(one.has("a_field") and one.has("a_fault") for one in adaptors()), timeout=PATIENCE)
    frames = context.engine.frames("editor")
    qtbot.waitUntil(lambda: context.engine.frames("editor") > frames + 2, timeout=PATIENCE)
    return coloured(program)


def bare(program: Program) -> None:
    """Show the field alone, over a range that everything is strongly coloured in."""
    look = replace(
        program.context.document.look, shading=Shading.FIELD, chain=(), glitch=0.0, harmonise=0.0, low=20.0, high=33.0
    )
    program.context.document.set(("look",), replace(look, legend=False, scale_bar=False, colormap="inferno"))


def test_the_field_is_there_however_often_something_is_opened(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    context, done = program.context, []
    context.requests.open_demo()
    settled(program, qtbot)
    bare(program)
    context.document.set(("zones", "z"), Zone("z", "Z", 1, teeth=(11, 21), quantity="force"))
    first = settled(program, qtbot)
    assert first > 0.02

    context.requests.save(tmp_path / "smile.neodent", lambda: done.append(1))
    qtbot.waitUntil(lambda: bool(done), timeout=PATIENCE)
    for again in (False, True):  # over what is open, and over nothing
        before = tuple(context.document.parts.values())
        if again:
            context.requests.new()
            qtbot.waitUntil(lambda: not context.document.parts, timeout=PATIENCE)
        context.requests.open_files([tmp_path / "smile.neodent"])
        qtbot.waitUntil(lambda: tuple(context.document.parts.values())[-1:] not in ((), before[-1:]), timeout=PATIENCE)  # noqa: B023
        assert settled(program, qtbot) > 0.6 * first
    for _ in range(2):
        before = tuple(context.document.parts.values())
        context.requests.open_demo()
        qtbot.waitUntil(lambda: tuple(context.document.parts.values())[-1:] not in ((), before[-1:]), timeout=PATIENCE)  # noqa: B023
        settled(program, qtbot)
        bare(program)
        assert settled(program, qtbot) > 0.6 * first


def test_nothing_of_the_next_document_is_selected_by_a_name_it_shares_with_the_last(
    program: Program, qtbot: QtBot
) -> None:
    context = program.context
    for _ in range(2):
        context.requests.open_demo()
        qtbot.waitUntil(lambda: bool(context.document.probes) and not program.background.jobs(), timeout=PATIENCE)
        assert (context.selection.current.probe, context.selection.current.tooth) == ("", 0)
        probe = next(iter(context.document.probes.values()))
        context.selection.set(parts=tuple(context.document.parts)[:1], probe=probe.id, tooth=probe.tooth)
    context.history.mark_saved()
