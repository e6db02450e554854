"""The zones panel and its commands: every change is one edit, what is amiss is said, the brush paints what is chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from neodent_viewer.app.actions import zones
from neodent_viewer.app.context import AppContext, ToolInfo
from neodent_viewer.app.panels.swatches import COLORMAPS
from neodent_viewer.app.panels.zone_choice import ZoneChoice
from neodent_viewer.app.window import MainWindow
from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.document.edits import VertexEdit
from neodent_viewer.document.look import Shading
from neodent_viewer.document.part import BASE
from neodent_viewer.document.zone import ARRAY, Zone
from neodent_viewer.document.zoning import listed


def _panel(window: MainWindow) -> Any:
    panel = window.show_panel("zones")
    assert panel is not None
    panel.update_view()
    return panel


def _rows(panel: Any) -> list[tuple[str, str]]:
    items = [panel.list.topLevelItem(k) for k in range(panel.list.topLevelItemCount())]
    return [(item.text(1), item.text(2)) for item in items]


def _paint(context: AppContext, number: int, rows: Any) -> None:
    part = next(iter(context.document.parts.values()))
    at = np.asarray(rows, np.int32)
    new = np.full(len(at), number, np.int16)
    context.history.do(VertexEdit(part.id, BASE, ARRAY, at, np.zeros(len(at), np.int16), new, "Zone"))


def _zone(context: AppContext) -> Zone:
    return context.document.zones[context.selection.current.zone]


def test_zones_are_made_of_teeth_of_paint_and_of_groups(window: MainWindow, context: AppContext) -> None:
    panel = _panel(window)
    assert panel.empty.isVisibleTo(panel) and not panel.fields.isVisibleTo(panel)
    assert not panel.kinds["tooth"].isEnabled() and not panel.kinds["painted"].isEnabled()
    context.selection.set(tooth=11)
    panel.update_view()
    panel.kinds["tooth"].trigger()
    assert _zone(context).teeth == (11,)
    context.shell.answers.append("12 11-21")  # type: ignore[attr-defined]
    panel.kinds["teeth"].trigger()
    assert _zone(context).teeth == (11, 12, 21)
    _paint(context, 7, [0, 1, 2])
    panel.update_view()
    panel.kinds["painted"].trigger()
    assert (_zone(context).number, _zone(context).teeth) == (7, ())
    panel.kinds["groups"].trigger()
    panel.update_view()
    assert _rows(panel)[0][0] == "Front teeth"
    assert len(context.document.zones) == 4, "no premolars, no molars here"
    assert panel.list.currentItem().text(1) == "Front teeth"
    for _ in range(len(context.history.done())):
        context.history.undo()
    panel.update_view()
    assert not context.document.zones and panel.empty.isVisibleTo(panel)


def test_every_field_is_one_edit_that_the_panel_follows_back(window: MainWindow, context: AppContext) -> None:
    zones.add(context, "Front", teeth=(11, 21))
    panel = _panel(window)
    fields, start = panel.fields, _zone(context)
    made = len(context.history.done())

    def choose(box: Any, data: str) -> None:
        box.setCurrentIndex(box.findData(data))
        box.activated.emit(box.currentIndex())

    choose(fields.quantity, "force")
    assert (_zone(context).quantity, _zone(context).low) == ("force", None)
    choose(fields.colormap, "crameri:oslo")
    for field, text in ((fields.name, "Incisors"), (fields.caption, "While chewing"), (fields.teeth, "11 12")):
        field.setText(text)
        field.setModified(True)
        field.editingFinished.emit()
    fields.range.moved.emit(10.0, 400.0)
    fields.range.moved.emit(10.0, 420.0)
    fields.range.settled.emit()
    zone = _zone(context)
    assert zone == replace(
        start, quantity="force", colormap="crameri:oslo", name="Incisors", caption="While chewing", teeth=(11, 12), low=10.0,
        high=420.0,
    )  # fmt: skip
    assert len(context.history.done()) == made + 6
    panel.update_view()
    fields.range.reset.click()
    assert (_zone(context).low, _zone(context).high) == (None, None)
    for _ in range(7):
        context.history.undo()
    assert _zone(context) == start
    panel.update_view()
    assert (fields.name.text(), fields.teeth.text(), fields.quantity.currentData()) == ("Front", "11 21", "temperature")


def test_only_even_colour_maps_are_offered(window: MainWindow, context: AppContext) -> None:
    zones.add(context, "Front", teeth=(11,))
    box = _panel(window).fields.colormap
    assert [box.itemData(k) for k in range(box.count())] == list(COLORMAPS)


def test_teeth_that_are_none_are_said_and_change_nothing(window: MainWindow, context: AppContext) -> None:
    zones.add(context, "Front", teeth=(11,))
    fields = _panel(window).fields
    fields.teeth.setText("eleven")
    fields.teeth.setModified(True)
    fields.teeth.editingFinished.emit()
    assert "eleven" in context.shell.heard()[-1].text and context.shell.heard()[-1].level == "error"
    assert _zone(context).teeth == (11,) and fields.teeth.text() == "11"


def test_the_selected_tooth_goes_in_and_out(window: MainWindow, context: AppContext) -> None:
    zones.add(context, "Front", teeth=(11,))
    panel = _panel(window)
    for tooth, teeth in ((21, (11, 21)), (11, (21,)), (21, ())):
        context.selection.set(tooth=tooth)
        panel.update_view()
        panel.fields.tooth.click()
        assert _zone(context).teeth == teeth
    panel.update_view()
    assert "nothing" in panel.note.text()


def test_what_is_amiss_is_said_in_the_list_and_under_it(window: MainWindow, context: AppContext) -> None:
    zones.add(context, "Front", teeth=(11, 12), quantity="temperature")
    panel = _panel(window)
    assert not panel.note.isVisibleTo(panel)
    zones.add(context, "Back", teeth=(48,), quantity="force")
    panel.update_view()
    assert panel.note.text() == "There is nothing in it: no part has tooth 48, and nothing is painted."
    zones.change(context, "Teeth", teeth=(11, 12, 48))
    panel.update_view()
    unheard = "No probe in it sends force: it shows what probes nearby send, and no data beyond."
    assert panel.note.text().splitlines() == [unheard, "On no part: 48."]
    front = next(zone for zone in context.document.zones.values() if zone.name == "Front")
    zones.choose(context, front.id)
    panel.update_view()
    assert panel.note.text() == "Back lies over all of it: what stands higher in the list is shown."
    assert panel.list.topLevelItem(1).toolTip(1) == panel.note.text()
    panel.buttons["up"].click()
    panel.update_view()
    assert _rows(panel) == [("Front", "Temperature"), ("Back", "Force")]
    assert not panel.note.isVisibleTo(panel)
    zones.change(context, "Quantity", quantity="glucose")
    panel.update_view()
    assert panel.note.text().startswith("glucose is no quantity that is known here")
    assert panel.fields.quantity.currentIndex() == -1 and not panel.fields.range.isEnabled()


def test_a_part_that_goes_leaves_its_zone_with_a_note(window: MainWindow, context: AppContext) -> None:
    zones.add(context, "Front", teeth=(11,))
    panel = _panel(window)
    for part in list(context.document.parts):
        context.document.set(("parts", part), None)
    panel.update_view()
    assert "no part has tooth 11" in panel.note.text()
    panel.buttons["remove"].click()
    assert not context.document.zones and context.selection.current.zone == ""


def test_the_eye_hides_and_removing_goes_to_the_next(window: MainWindow, context: AppContext) -> None:
    for name in "ABC":
        zones.add(context, name, teeth=(11,))
    panel = _panel(window)
    panel.list.itemClicked.emit(panel.list.topLevelItem(1), 0)
    assert {zone.name: zone.visible for zone in context.document.zones.values()} == {"A": True, "B": False, "C": True}
    panel.buttons["remove"].click()
    assert _zone(context).name == "A"
    context.history.undo()
    context.history.undo()
    assert [zone.name for zone in listed(context.document)] == ["C", "B", "A"]


def test_choosing_a_zone_puts_it_on_the_brush_and_paint_takes_the_brush(
    window: MainWindow, context: AppContext
) -> None:
    tools: Any = context.tools
    tools.infos = (
        *tools.infos,
        ToolInfo("zone", "Zone", "Marks.", "mdi6.map-outline", ("Z",), ("sculpt",), brush=True),
    )
    zones.add(context, "A", teeth=(11,))
    zones.add(context, "B", teeth=(12,))
    panel = _panel(window)
    a, b = context.document.zones.values()
    panel.list.setCurrentItem(panel.list.topLevelItem(1))
    assert tools.brush.zone == a.number
    context.shell.set_workspace("perform")
    panel.buttons["paint"].click()
    assert (context.shell.workspace, tools.current, tools.brush.zone) == ("sculpt", "zone", a.number)
    box = ZoneChoice()
    try:
        box.show_zones(context.document, b.number)
        assert [box.itemText(k) for k in range(box.count())] == ["B", "A", "New region", "None: takes zones away"]
        assert box.currentText() == "B"
        numbers: list[int] = []
        box.chosen.connect(numbers.append)
        for row in (1, 2, 3):
            box.setCurrentIndex(row)
            box.activated.emit(row)
        assert numbers == [a.number, 3, 0]
        _paint(context, 9, [0])
        box.show_zones(context.document, 9)
        assert box.currentText() == "Region 9, no zone yet"
    finally:
        box.deleteLater()


def test_a_look_without_a_field_says_so(window: MainWindow, context: AppContext) -> None:
    zones.add(context, "Front", teeth=(11,))
    panel = _panel(window)
    assert panel.dark.isVisibleTo(panel)
    panel.show_field.click()
    assert context.document.look.shading is Shading.FIELD
    panel.update_view()
    assert not panel.dark.isVisibleTo(panel)
    panel.captions.click()
    assert not context.document.look.captions
    context.history.undo()
    panel.update_view()
    assert panel.captions.isChecked()


def test_what_cannot_be_done_is_refused_in_words(context: AppContext) -> None:
    for request in (zones.from_tooth, zones.from_painted, zones.remove, zones.paint, zones.toggle_tooth):
        with pytest.raises(ArgumentError) as refused:
            request(context)
        assert refused.value.remedy
    for part in context.document.parts.values():
        part.surface.arrays.clear()
    with pytest.raises(ArgumentError):
        zones.from_groups(context)
    assert not context.history.done()


def test_zones_rest_in_a_show(window: MainWindow, context: AppContext) -> None:
    zones.add(context, "Front", teeth=(11,))
    context.shell.set_workspace("perform")
    centre = window.commands.centre
    centre.refresh()
    assert centre.enabled("zone.remove")
    context.shell.show_mode = True
    centre.refresh()
    assert not centre.enabled("zone.remove")


def test_paint_is_listed_once_the_hand_rests(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    zones.add(context, "Spot")
    panel = _panel(window)
    assert "nothing is painted" in panel.note.text()
    _paint(context, _zone(context).number, [0, 1, 2, 3])
    qtbot.waitUntil(lambda: "nothing is painted" not in panel.note.text())
