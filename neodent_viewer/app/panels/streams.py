"""Feeds from outside: the address of one to come, and every stream seen, to be led to a tooth.

A stream's last value is shown where its subject has consented; what others say is nobody's business.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from neodent_viewer.app import theme
from neodent_viewer.app.panels.base import caption
from neodent_viewer.app.words import TEETH, plain, plain_tip, tooth_title
from neodent_viewer.document.document import Document
from neodent_viewer.document.mapping import Mapping
from neodent_viewer.live.streams import destination, misfit
from neodent_viewer.sensors.channel import QUANTITIES
from neodent_viewer.sensors.discovery import Stream
from neodent_viewer.sensors.source import SourceStatus
from neodent_viewer.sensors.tooth_names import guess_tooth

#: where an item keeps what its stream probably measures, and on which tooth
_QUANTITY, _TOOTH = Qt.ItemDataRole.UserRole + 1, Qt.ItemDataRole.UserRole + 2
_EXAMPLE = "mqtt:127.0.0.1/neodent/#"
_HINT = (
    "Write an address, and press Return:\n\u2022 mqtt:HOST/TOPIC, mqtts:HOST/TOPIC\n\u2022 lsl: (every stream) or lsl:NAME\n"
    "\u2022 serial:/dev/ttyUSB0@115200\n\u2022 ws://HOST:PORT/PATH\n\u2022 osc:PORT"
)
_TIP = (
    "osc:PORT · mqtt:HOST[:PORT]/TOPIC · mqtts:… · lsl: or lsl:NAME · serial:DEVICE[@BAUD] · ws://HOST:PORT/PATH\n"
    "Return connects."
)


class StreamsBox(QWidget):
    """An address, and the streams of feeds.

    Parameters
    ----------
    set_feed : callable
        Asked with a feed's word.
    map_stream, unmap : callable
        Asked with address, tooth and quantity; with an address.
    """

    def __init__(
        self,
        set_feed: Callable[[str], object],
        map_stream: Callable[[str, int, str], object],
        unmap: Callable[[str], object],
    ) -> None:
        super().__init__()
        self._map_stream, self._unmap = map_stream, unmap
        self.address = QLineEdit()
        self.address.setPlaceholderText(_EXAMPLE)
        self.address.setToolTip(_TIP)
        self.address.returnPressed.connect(lambda: set_feed(self.address.text().strip()) if self._said() else None)
        self.hint = caption(_HINT)
        self.heading = caption("Streams seen", role="heading")
        self.tree = self._make_tree()
        self.tooth, self.quantity = QComboBox(), QComboBox()
        for tooth in TEETH:
            self.tooth.addItem(str(tooth), tooth)
            self.tooth.setItemData(self.tooth.count() - 1, tooth_title(tooth), Qt.ItemDataRole.ToolTipRole)
        for quantity in QUANTITIES.values():
            self.quantity.addItem("pH" if quantity.name == "ph" else quantity.name.capitalize(), quantity.name)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for widget in (self.address, self.hint, self.heading, self.tree):
            layout.addWidget(widget)
        for row in self._map_rows():
            layout.addLayout(row)

    def _said(self) -> bool:
        return bool(self.address.text().strip())

    def _make_tree(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setHeaderHidden(True)
        tree.setRootIsDecorated(False)
        tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        tree.setMinimumHeight(150)
        tree.currentItemChanged.connect(self._chosen)
        return tree

    def _map_rows(self) -> tuple[QHBoxLayout, QHBoxLayout]:
        row, buttons = QHBoxLayout(), QHBoxLayout()
        row.setSpacing(6)
        buttons.setSpacing(6)
        self.map_button, self.unmap_button = QPushButton("Map"), QPushButton("Unmap")
        self.unmap_button.setToolTip("Take the marked stream's mapping back")
        self.map_button.clicked.connect(self._map)
        self.unmap_button.clicked.connect(lambda: self._unmap(self.chosen()) if self.chosen() else None)
        for button in (self.map_button, self.unmap_button):
            button.setStyleSheet("padding: 4px 8px;")
        self.tooth.setPlaceholderText("Tooth")
        self.tooth.setCurrentIndex(-1)
        self.tooth.currentIndexChanged.connect(self._dress)
        self._dress()
        row.addWidget(self.tooth)
        row.addWidget(self.quantity, 1)
        buttons.addWidget(self.map_button)
        buttons.addWidget(self.unmap_button)
        buttons.addStretch(1)
        return row, buttons

    def chosen(self) -> str:
        """Return the address of the marked stream, empty for none."""
        item = self.tree.currentItem()
        return str(item.data(0, Qt.ItemDataRole.UserRole) or "") if item is not None else ""

    def _chosen(self, *_: object) -> None:
        """Offer what the stream is mapped to, or what its name and unit speak for; no tooth where nothing does."""
        item = self.tree.currentItem()
        quantity, tooth = (item.data(0, role) if item is not None else None for role in (_QUANTITY, _TOOTH))
        if quantity:
            self.quantity.setCurrentIndex(self.quantity.findData(quantity))
        self.tooth.setCurrentIndex(self.tooth.findData(tooth) if tooth else -1)
        self._dress()

    def _dress(self, *_: object) -> None:
        stream, tooth = bool(self.chosen()), self.tooth.currentIndex() >= 0
        self.map_button.setEnabled(stream and tooth)
        self.unmap_button.setEnabled(stream)
        self.map_button.setToolTip(
            "Lead the marked stream to this tooth"
            if stream and tooth
            else "Choose a tooth first"
            if stream
            else "Mark a stream first"
        )

    def _map(self, _: bool = False) -> None:
        if self.chosen() and self.tooth.currentIndex() >= 0:
            self._map_stream(self.chosen(), int(self.tooth.currentData()), str(self.quantity.currentData()))

    # -- showing -------------------------------------------------------------------------------------------------

    def show_sources(self, sources: Sequence[SourceStatus], document: Document, *, asked: bool) -> None:
        """Show what sources have heard, each under its name where there are several; and, if it is asked for, an address."""
        self.address.setVisible(asked)
        self.hint.setVisible(asked)
        rows: list[Stream | str] = []
        for source in sources:
            rows += [source.name] if len(sources) > 1 else []
            rows += source.streams
        any_stream = any(source.streams for source in sources)
        grows = QSizePolicy.Policy.Expanding if any_stream else QSizePolicy.Policy.Maximum
        self.setSizePolicy(QSizePolicy.Policy.Preferred, grows)
        for widget in (self.heading, self.tree, self.tooth, self.quantity, self.map_button, self.unmap_button):
            widget.setVisible(any_stream)
        with QSignalBlocker(self.tree):
            while self.tree.topLevelItemCount() > len(rows):
                self.tree.takeTopLevelItem(self.tree.topLevelItemCount() - 1)
            for number, row in enumerate(rows):
                item = self.tree.topLevelItem(number) or QTreeWidgetItem(self.tree)
                if isinstance(row, str):
                    _fill_name(item, row)
                else:
                    _fill(item, row, destination(row.address, document), document.mappings.get(row.address))


def _fill_name(item: QTreeWidgetItem, name: str) -> None:
    """Let an item be the name of a feed, above its streams."""
    item.setText(0, name)
    item.setToolTip(0, plain_tip(name))
    item.setData(0, Qt.ItemDataRole.UserRole, "")
    item.setData(0, _QUANTITY, "")
    item.setData(0, _TOOTH, 0)
    item.setFlags(Qt.ItemFlag.ItemIsEnabled)
    item.setForeground(0, QColor(theme.MUTED))


def _fill(item: QTreeWidgetItem, stream: Stream, where: str, mapping: Mapping | None) -> None:
    if not item.flags() & Qt.ItemFlag.ItemIsSelectable:  # it was a name
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
    wrong = misfit(stream, where)
    item.setForeground(
        0, QColor(theme.TEXT if where and wrong is None else theme.MUTED if wrong is None else theme.WARNING)
    )
    text = f"{stream.address}\n{stream_words(stream, where)}"
    if item.text(0) != text:
        item.setText(0, text)
    item.setData(0, Qt.ItemDataRole.UserRole, stream.address)
    item.setData(0, _QUANTITY, stream.quantity if mapping is None else mapping.quantity)
    item.setData(0, _TOOTH, guess_tooth(stream.address) if mapping is None else mapping.tooth)
    sent = f", sent as {stream.sent_unit}" if stream.sent_unit not in ("", stream.unit) else ""
    tip = f"{stream.address}\n{stream.unit or 'no unit sent'}{sent}, {stream.samples} samples"
    tip += f"\nRefused: {wrong.what} {wrong.remedy}" if wrong is not None else ""
    item.setToolTip(
        0, plain_tip(tip if math.isfinite(stream.value) else f"{tip}\nNo value, or nobody has allowed it to be shown.")
    )


def value_words(stream: Stream, where: str = "") -> str:
    """Return a stream's last value with its unit; a dash for none, or for one that nobody has allowed to be shown.

    A sender that names no unit is taken to mean that of the channel its stream goes to.

    >>> value_words(Stream("a", "°C", value=36.512)), value_words(Stream("a", "N", value=1234567.0)), value_words(Stream("a"))
    ('36.51 °C', '1.235e+06 N', '–')
    >>> value_words(Stream("a", value=36.512), "t11/temperature"), value_words(Stream("a", value=36.512))
    ('36.51 °C', '36.51 (no unit)')
    """
    quantity = QUANTITIES.get(where.rpartition("/")[2])
    unit = stream.unit or ("(no unit)" if quantity is None else quantity.unit)
    return "–" if math.isnan(stream.value) else f"{stream.value:.4g} {unit}"


def stream_words(stream: Stream, where: str) -> str:
    """Return what is known of a stream as a line: last value, rate, age, and the channel it goes to, or why it does not.

    >>> stream_words(Stream("a", "N", value=63.27, rate=19.04, age=0.1), "t16/force")
    '63.27 N · 19 Hz · now → t16/force'
    >>> stream_words(Stream("a", age=9.0), "")
    '– · 9 s · not mapped'
    >>> stream_words(Stream("a", "furlong", value=7.0, age=0.1), "t11/ph")
    '7 furlong · now · refused: no unit of pH'
    """
    rate = [] if math.isnan(stream.rate) else [f"{plain(stream.rate)} Hz"]
    line = " · ".join([value_words(stream, where), *rate, age_words(stream.age)])
    if misfit(stream, where) is not None:
        name = where.rpartition("/")[2]
        return f"{line} · refused: no unit of {'pH' if name == 'ph' else name}"
    return f"{line} → {where}" if where else f"{line} · not mapped"


def age_words(seconds: float) -> str:
    """Return an age in few letters.

    >>> age_words(0.4), age_words(75.0), age_words(7200.0)
    ('now', '75 s', '120 min')
    """
    return "now" if seconds < 1.5 else f"{seconds:.0f} s" if seconds < 100 else f"{min(seconds, 6e6) / 60:.0f} min"
