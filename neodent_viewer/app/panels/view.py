"""View: how the editor is looked through (shading, matcap, wire), and the original: held, beside, as a ghost, as a map in mm.

None of it is an edit, and the stage never shows it.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QPushButton, QToolButton

from neodent_viewer.app.actions import seeing
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.menus import icon
from neodent_viewer.app.panels.base import Panel, caption
from neodent_viewer.render.display import MATCAPS, SURFACES

_ICONS = {
    "look": "mdi6.palette-outline",
    "smooth": "mdi6.circle",
    "flat": "mdi6.hexagon-outline",
    "xray": "mdi6.circle-double",
}
_BALL = 36


class ViewPanel(Panel):
    """Buttons for shading, balls for matcaps, ticks for the rest."""

    scrolls = True

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self.surfaces: dict[str, QToolButton] = {}
        self.matcaps: dict[str, QToolButton] = {}
        self.body.addWidget(caption("Shading", role="heading"))
        self.body.addLayout(self._surfaces())
        self.body.addWidget(caption("Matcap", role="heading"))
        self.body.addLayout(self._matcaps())
        self.ticks = {
            "wire": self._tick("Wire", "The edges of all triangles  (Shift+Z)"),
            "marks": self._tick("Masks and zones", "Dark where a mask protects, tinted where a zone is"),
            "colours": self._tick("Painted colours", "Over plain shading and matcaps"),
        }
        for field, box in self.ticks.items():
            box.toggled.connect(partial(self._show, field))
            self.body.addWidget(box)
        self.body.addWidget(caption("Compare with the original", role="heading"))
        self.hold = QPushButton("Hold to see the original")
        self.hold.setToolTip("As the key O does: the part as it came, for as long as it is held")
        self.hold.pressed.connect(lambda: context.viewing.show(original=True))
        self.hold.released.connect(lambda: context.viewing.show(original=False))
        self.body.addWidget(self.hold)
        self.compares = {
            "beside": self._tick("Side by side", "The original on the left, from the same side  (Shift+O)"),
            "deviation": self._tick("Deviation map in mm", "How far the surface is from its original  (Alt+D)"),
            "clearance": self._tick(
                "Contact map in mm", "How near it is to its neighbours and to the other jaw  (Alt+C)"
            ),
            "turning": self._tick("Turntable", "Go round by itself  (Alt+T)"),
        }
        self.ghost = self._tick("Ghost", "A thin film where the original stands out  (Alt+O)")
        self.ghost.toggled.connect(partial(self._show, "ghost"))
        self.body.addWidget(self.ghost)
        for field, box in self.compares.items():
            box.toggled.connect(partial(self._switch, field))
            self.body.addWidget(box)
        self.numbers = caption("")
        self.body.addWidget(self.numbers)
        self.keep = QPushButton("Keep view to tooth")
        self.keep.setCheckable(True)
        self.keep.setToolTip("Frame the chosen tooth and turn about it, until let go  (Shift+Home)")
        self.keep.clicked.connect(self._keep)
        self.body.addWidget(self.keep)
        self.body.addStretch(1)
        for signal in (context.viewing.changed, context.camera.changed, context.sculpting.deviations.changed):
            self.listen(signal, self.schedule)

    def _surfaces(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(4)
        for place, (name, look) in enumerate(_ICONS.items()):
            button = self.surfaces[name] = QToolButton()
            button.setText(SURFACES[name])
            button.setIcon(icon(look))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setCheckable(True)
            button.setMinimumWidth(104)
            button.setToolTip(f"{SURFACES[name]}  (Alt+{list(SURFACES).index(name) + 1})")
            button.clicked.connect(partial(self._shade, name))
            grid.addWidget(button, place // 2, place % 2)
        grid.setColumnStretch(2, 1)
        return grid

    def _matcaps(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(3)
        for name, words in MATCAPS.items():
            button = self.matcaps[name] = QToolButton()
            button.setIcon(QIcon(ball(name, _BALL)))
            button.setIconSize(QSize(_BALL - 6, _BALL - 6))
            button.setCheckable(True)
            button.setToolTip(words)
            button.setAccessibleName(f"Matcap: {words}")
            button.clicked.connect(partial(self._wear, name))
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _tick(self, title: str, tip: str) -> QCheckBox:
        box = QCheckBox(title)
        box.setToolTip(tip)
        return box

    # -- asking --------------------------------------------------------------------------------------------------

    def _shade(self, name: str, _: bool = False) -> None:
        self.ask(seeing.shade(name))
        self.schedule()

    def _wear(self, name: str, _: bool = False) -> None:
        self.ask(seeing.wear(name))
        self.schedule()

    def _show(self, field: str, on: bool) -> None:
        self.context.viewing.show(**{field: on})

    def _switch(self, field: str, on: bool) -> None:
        self.context.viewing.set(**{field: on})

    def _keep(self, _: bool = False) -> None:
        self.ask(seeing.keep_to_tooth)
        self.schedule()

    def update_view(self) -> None:
        """Show the way of seeing in use."""
        viewing = self.context.viewing
        display = viewing.display
        for name, button in self.surfaces.items():
            button.setChecked(display.surface == name)
        for name, button in self.matcaps.items():
            button.setChecked(display.surface == "matcap" and display.matcap == name)
        boxes = [(box, getattr(display, field)) for field, box in self.ticks.items()]
        boxes += [(box, getattr(viewing, field)) for field, box in self.compares.items()]
        for box, on in (*boxes, (self.ghost, display.ghost)):
            with QSignalBlocker(box):
                box.setChecked(on)
        self.keep.setChecked(self.context.camera.pivot is not None)
        self.numbers.setText(self.context.sculpting.deviations.told() or "Nothing was sculpted yet.")


def ball(matcap: str, side: int) -> QPixmap:
    """Return about what a matcap looks like on a ball: enough to tell them apart in a row of buttons."""
    import numpy as np

    y, x = np.mgrid[1 : -1 : side * 1j, -1 : 1 : side * 1j]
    away = np.hypot(x, y)
    z = np.sqrt(np.clip(1.0 - away**2, 0.0, 1.0))
    n = np.stack([x, y, z], axis=-1)
    key = np.clip((n @ [-0.452, 0.602, 0.658] + 0.35) / 1.35, 0.0, 1.0) ** 2
    shine = np.clip(n @ [-0.248, 0.331, 0.911], 0.0, 1.0)
    rim = (1.0 - z)[..., None]
    base = {"clay": (0.40, 0.375, 0.35), "wax": (0.47, 0.105, 0.07), "stone": (0.72, 0.56, 0.33)}
    c = np.array(base.get(matcap, (0.70, 0.71, 0.70))) * (0.18 + key)[..., None]
    if matcap == "wax":
        c = c + np.array([1.0, 0.8, 0.72]) * (0.3 * shine**60)[..., None] + np.array([0.24, 0.03, 0.02]) * rim**2
    elif matcap == "porcelain":
        c = c + (0.95 * shine**220)[..., None] + np.array([0.16, 0.18, 0.21]) * rim**3
    elif matcap == "zebra":
        stripe = np.sin(18.0 * np.arctan2(2 * z * y, 2 * z * z)) > 0
        c = np.where(stripe[..., None], 0.62, np.full(3, 0.04)) * (0.45 + 0.55 * z)[..., None]
    alpha = np.clip((1.0 - away) * side / 2, 0.0, 1.0)
    pixels = np.concatenate([np.sqrt(np.clip(c, 0.0, 1.0)), alpha[..., None]], axis=-1)
    data = np.ascontiguousarray((pixels * 255).astype(np.uint8))
    return QPixmap.fromImage(QImage(data.data, side, side, 4 * side, QImage.Format.Format_RGBA8888).copy())
