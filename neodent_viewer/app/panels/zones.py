"""Zones: teeth and regions that show a quantity of their own. What stands higher in the list is shown over what is lower."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QPushButton,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
)

from neodent_viewer.app import theme
from neodent_viewer.app.actions import zones as asked
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.menus import icon
from neodent_viewer.app.panels.base import Panel, caption
from neodent_viewer.app.panels.zone_fields import ZoneFields
from neodent_viewer.app.words import plain_tip
from neodent_viewer.document.document import Change
from neodent_viewer.document.look import Shading
from neodent_viewer.document.zone import Zone
from neodent_viewer.document.zoning import Coverage, coverages, listed, notes, unclaimed
from neodent_viewer.render.adaptors.studied import zone_colours
from neodent_viewer.sensors.channel import QUANTITIES

_EYE, _NAME, _SHOWS = range(3)
_ID = Qt.ItemDataRole.UserRole
#: ms after the last dab until the list says what was painted
_REST = 250
#: zones that are listed without scrolling
_MOST = 7
_BUTTONS = {
    "up": ("mdi6.arrow-up", "Move the zone up: it is shown over those below", asked.move(1)),
    "down": ("mdi6.arrow-down", "Move the zone down", asked.move(-1)),
    "paint": ("mdi6.brush", "Paint the zone: takes the zone brush in hand", asked.paint),
    "remove": ("mdi6.trash-can-outline", "Remove the zone, and its paint", asked.remove),
}


def chip(number: int) -> QIcon:
    """Return a dot in the colour that the zone brush shows a number in."""
    r, g, b = (int(c * 255) for c in zone_colours(np.array([number], np.int16))[0])
    dot = QPixmap(28, 28)
    dot.setDevicePixelRatio(2.0)
    dot.fill(Qt.GlobalColor.transparent)
    painter = QPainter(dot)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(r, g, b))
    painter.drawEllipse(2, 2, 10, 10)
    painter.end()
    return QIcon(dot)


class ZonesPanel(Panel):
    """A list of zones with eyes, the fields of the chosen one, and what there is to say of it."""

    scrolls = True

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self.empty = caption(
            "No zones: all surfaces show the look's quantity. Make one of teeth, or paint a region with the zone brush (Z, "
            "in Sculpt).",
            role="empty",
        )
        self.new = QPushButton("New")
        self.captions = QCheckBox("Captions in the picture")
        self.captions.toggled.connect(self._show_captions)
        self.list = self._make_list()
        self.buttons: dict[str, QToolButton] = {}
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setStyleSheet(f"color: {theme.WARNING};")
        self.fields = ZoneFields(context, self.ask)
        self.dark = caption("The look in use shows no field, so zones are not seen.")
        self.show_field = QPushButton("Show the field")
        self.show_field.clicked.connect(lambda: self.ask(asked.show_field))
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_REST)
        self._later.timeout.connect(self.update_view)
        self._lay_out()
        self.listen(context.document.changed, self._document_changed)
        self.listen(context.selection.changed, self.schedule)

    # -- building ------------------------------------------------------------------------------------------------

    def _make_list(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setColumnCount(3)
        tree.setHeaderHidden(True)
        tree.setRootIsDecorated(False)
        tree.setAccessibleName("Zones")
        header = tree.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(28)
        header.setSectionResizeMode(_EYE, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_SHOWS, QHeaderView.ResizeMode.ResizeToContents)
        header.resizeSection(_EYE, 30)
        tree.itemClicked.connect(self._clicked)
        tree.currentItemChanged.connect(self._marked)
        return tree

    def _lay_out(self) -> None:
        self.new.setIcon(icon("mdi6.plus"))
        self.new.setToolTip("New zone, of teeth or of what was painted")
        self.new.setMenu(self._menu())
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self.new)
        row.addStretch(1)
        for name, (look, tip, request) in _BUTTONS.items():
            button = self.buttons[name] = QToolButton()
            button.setIcon(icon(look))
            button.setIconSize(QSize(18, 18))
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.clicked.connect(partial(self._ask, request))
            row.addWidget(button)
        for widget in (self.empty, self.list):
            self.body.addWidget(widget)
        self.body.addLayout(row)
        for other in (self.dark, self.show_field, self.note, self.fields, self.captions):
            self.body.addWidget(other)
        self.body.addStretch(1)

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        self.kinds = {
            "tooth": menu.addAction("From the Selected Tooth", partial(self._ask, asked.from_tooth)),
            "teeth": menu.addAction("From Teeth…", partial(self._ask, asked.from_teeth)),
            "painted": menu.addAction("From the Painted Region", partial(self._ask, asked.from_painted)),
            "groups": menu.addAction("Groups of Teeth", partial(self._ask, asked.from_groups)),
        }
        return menu

    # -- showing -------------------------------------------------------------------------------------------------

    def _document_changed(self, change: Change) -> None:
        if change.path[0] == "parts" and change.path[2:3] == ("arrays",):
            if change.path[3] in {"zone", "labels"}:
                self._later.start()
        elif change.path[0] in {"zones", "parts", "probes", "look"}:
            self.schedule()

    def update_view(self) -> None:
        """Show all zones, the chosen one's fields, and what is amiss."""
        document, chosen = self.context.document, self.context.selection.current.zone
        covered = coverages(document)
        with QSignalBlocker(self.list):
            self.list.clear()
            for zone in listed(document):
                self._add(zone, covered[zone.id], chosen)
        rows = max(1, min(_MOST, len(document.zones)))
        self.list.setFixedHeight(rows * max(self.list.sizeHintForRow(0), 24) + 6)
        self.list.setVisible(bool(document.zones))
        self.empty.setVisible(not document.zones)
        dark = bool(document.zones) and document.look.shading is not Shading.FIELD
        self.dark.setVisible(dark)
        self.show_field.setVisible(dark)
        with QSignalBlocker(self.captions):
            self.captions.setChecked(document.look.captions)
        self.captions.setVisible(bool(document.zones))
        here = document.zones.get(chosen)
        for button in self.buttons.values():
            button.setEnabled(here is not None)
        self.kinds["tooth"].setEnabled(self.context.selection.current.tooth > 0)
        self.kinds["painted"].setEnabled(bool(unclaimed(document)))
        self.fields.setVisible(here is not None)
        said = [] if here is None else notes(document, here, covered[here.id])
        self.note.setText("\n".join(said))
        self.note.setVisible(bool(said))
        if here is not None:
            self.fields.show_zone(here)

    def _add(self, zone: Zone, covered: Coverage, chosen: str) -> None:
        quantity = QUANTITIES.get(zone.quantity)
        words = "pH" if zone.quantity == "ph" else zone.quantity.capitalize()
        item = QTreeWidgetItem(self.list, ["", zone.name, words])
        item.setData(_NAME, _ID, zone.id)
        eye, colour = ("mdi6.eye-outline", "#c4cbd2") if zone.visible else ("mdi6.eye-off-outline", "#626a73")
        item.setIcon(_EYE, icon(eye, colour, colour))
        item.setToolTip(_EYE, "Hide this zone: what lies under it is shown" if zone.visible else "Show this zone")
        item.setIcon(_NAME, chip(zone.number))
        said = notes(self.context.document, zone, covered)
        if said:
            item.setIcon(_SHOWS, icon("mdi6.alert-circle-outline", theme.WARNING, theme.WARNING))
            for column in (_NAME, _SHOWS):
                item.setToolTip(column, plain_tip("\n".join(said)))
        for column in (_NAME, _SHOWS):
            if not zone.visible or quantity is None or (column == _SHOWS and not said):
                item.setForeground(column, self.palette().placeholderText())
        if zone.id == chosen:
            self.list.setCurrentItem(item)

    # -- asking --------------------------------------------------------------------------------------------------

    def _ask(self, request: object, _: bool = False) -> None:
        assert callable(request)
        self.context.history.settle()
        self.ask(request)
        self.schedule()

    def _show_captions(self, on: bool) -> None:
        if on != self.context.document.look.captions:
            self._ask(asked.toggle_captions)

    def _marked(self, item: QTreeWidgetItem | None, _: object = None) -> None:
        if item is not None:
            asked.choose(self.context, str(item.data(_NAME, _ID)))

    def _clicked(self, item: QTreeWidgetItem, column: int) -> None:
        if column == _EYE:
            asked.choose(self.context, str(item.data(_NAME, _ID)))
            self._ask(asked.toggle_visible)

    def release(self) -> None:
        """Keep what is being moved, stop waiting, let go."""
        self.context.history.settle()
        self._later.stop()
        super().release()
