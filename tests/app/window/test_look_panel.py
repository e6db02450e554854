"""The look panel: every change is an edit, a drag is one edit, and the panel follows undo."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from neodent_viewer.app.context import AppContext
from neodent_viewer.app.panels.effects import effect_names, header_of
from neodent_viewer.app.panels.swatches import COLORMAPS, swatch
from neodent_viewer.app.window import MainWindow
from neodent_viewer.document.look import Shading
from neodent_viewer.glitch.isf import InputType
from neodent_viewer.sensors.channel import QUANTITIES


def _panel(window: MainWindow, name: str) -> Any:
    panel = window.show_panel(name)
    assert panel is not None
    panel.update_view()
    return panel


def _settle(qtbot: QtBot) -> None:
    qtbot.wait(20)


def test_choices_are_edits_that_the_panel_follows_back(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    panel = _panel(window, "look")
    panel.shading.setCurrentIndex(panel.shading.findData(Shading.HOLOGRAM))
    panel.shading.activated.emit(panel.shading.currentIndex())
    panel.quantity.setCurrentIndex(panel.quantity.findData("force"))
    panel.quantity.activated.emit(panel.quantity.currentIndex())
    panel.colormap.setCurrentIndex(panel.colormap.findData("cividis"))
    panel.colormap.activated.emit(panel.colormap.currentIndex())
    look = context.document.look
    assert (look.shading, look.quantity, look.colormap) == (Shading.HOLOGRAM, "force", "cividis")
    assert len(context.history.done()) == 3
    for _ in range(3):
        context.history.undo()
    qtbot.waitUntil(lambda: panel.shading.currentData() == Shading.CLINICAL)
    assert panel.quantity.currentData() == "temperature" and panel.colormap.currentData() == ""


def test_a_slider_under_the_mouse_is_one_step(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    panel = _panel(window, "look")
    slider = panel.glitch.slider
    slider.setSliderDown(True)
    for step in (500, 400, 300, 250):
        slider.setValue(step)
    assert context.document.look.glitch == pytest.approx(0.5), "shown while it moves"
    assert not context.history.done()
    slider.setSliderDown(False)
    assert [step.title for step in context.history.done()] == ["Glitch"]
    context.history.undo()
    qtbot.waitUntil(lambda: panel.glitch.value() == 100.0)


def test_arrow_keys_on_a_slider_are_one_step_once_they_rest(
    window: MainWindow, context: AppContext, qtbot: QtBot
) -> None:
    panel = _panel(window, "look")
    for _ in range(5):
        QTest.keyClick(panel.harmonise.slider, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: len(context.history.done()) == 1)
    assert context.document.look.harmonise == pytest.approx(0.99, abs=0.02)


def test_the_range_is_shown_in_the_unit_and_can_be_reset(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    panel = _panel(window, "look")
    usual = QUANTITIES["temperature"]
    assert panel.range.value() == (usual.show_low, usual.show_high)
    assert "°C" in panel.range.toolTip() and not panel.reset.isEnabled()
    panel.range.setValue((33.0, 36.5))
    panel.range.sliderReleased.emit()
    assert (context.document.look.low, context.document.look.high) == (33.0, 36.5)
    qtbot.waitUntil(panel.reset.isEnabled)
    panel.reset.click()
    assert context.document.look.low is None
    assert len(context.history.done()) == 2


def test_stored_looks_are_listed_recalled_stored_and_removed(
    window: MainWindow, context: AppContext, qtbot: QtBot
) -> None:
    panel = _panel(window, "look")
    person: Any = context.shell
    names = [panel.list.item(row).text() for row in range(panel.list.count())]
    assert names[:3] == ["Clinical", "Field", "Hologram"], "the document's own come first"
    assert set(names[3:]) == {"Live", "Glitch"}, "what is shipped is at hand too"
    panel.list.itemClicked.emit(panel.list.item(2))
    assert context.document.look.shading == Shading.HOLOGRAM
    panel.editor.set("Glitch", glitch=0.5)
    qtbot.waitUntil(lambda: panel.list.item(2).text() == "Hologram (changed)")
    person.answers = ["Mine"]
    panel._store()
    qtbot.waitUntil(lambda: panel.list.count() == 6)
    panel._forget()
    qtbot.waitUntil(lambda: panel.list.count() == 5)
    assert "Mine" not in context.document.looks


def test_effects_can_be_added_tuned_switched_moved_and_removed(
    window: MainWindow, context: AppContext, qtbot: QtBot
) -> None:
    panel = _panel(window, "look")
    effects = panel.effects
    names = effect_names()
    assert len(names) >= 5
    for name in names[:2]:
        effects._add(name)
    qtbot.waitUntil(lambda: len(effects.rows) == 2)
    assert [use.effect for use in context.document.look.chain] == names[:2]
    effects.rows[0].switch.click()
    assert not context.document.look.chain[0].enabled
    given = next(one for one in header_of(names[0]).inputs if one.type is InputType.FLOAT)
    effects.set_input(0, given.name, given.high, True)
    assert dict(context.document.look.chain[0].inputs) == {given.name: given.high}
    rows = list(effects.rows)
    _settle(qtbot)
    assert effects.rows == rows, "a knob must not be taken out of the hand that turns it"
    context.history.undo()
    qtbot.waitUntil(lambda: effects.rows != rows)
    effects.rows[0]._change("later", lambda chain: tuple(reversed(chain)))
    assert [use.effect for use in context.document.look.chain] == names[1::-1]


def test_every_shipped_effect_gives_its_knobs(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    panel = _panel(window, "look")
    for name in effect_names():
        panel.effects._add(name)
    qtbot.waitUntil(lambda: len(panel.effects.rows) == len(effect_names()))
    for row, name in zip(panel.effects.rows, effect_names(), strict=True):
        kinds = {InputType.IMAGE, InputType.EVENT}
        wanted = [one for one in header_of(name).inputs if one.type not in kinds]
        assert row.knobs.layout().rowCount() == len(wanted)


def test_an_effect_that_is_gone_says_so_and_breaks_nothing(
    window: MainWindow, context: AppContext, qtbot: QtBot
) -> None:
    panel = _panel(window, "look")
    panel.effects._add("no_such_effect")
    qtbot.waitUntil(lambda: len(panel.effects.rows) == 1)
    label = panel.effects.rows[0].knobs.layout().itemAt(0).widget()
    assert "no_such_effect" in label.text() and "not there" in label.text()


def test_colour_maps_run_from_low_to_high(qapp: object) -> None:
    from neodent_viewer.fields.colormap import lut

    for name in COLORMAPS:
        if name:
            image = swatch(name).toImage()
            for x, row in ((0, 0), (image.width() - 1, -1)):
                colour = image.pixelColor(x, image.height() // 2)
                assert (colour.red(), colour.green(), colour.blue()) == tuple(int(v) for v in lut(name)[row, :3])
    assert swatch("no such map").isNull()
