"""The alpha stamp of a brush: a picture one opens or one of the shipped patterns, with a preview of what it does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from neodent_viewer.app.panels.sliders import ValueSlider
from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.mesh.surface import Float32
from neodent_viewer.sculpt.alpha import Alpha

_SIDE = 128
_LARGEST = 1024
_NONE, _OPEN = "None", "Open a picture…"


def patterns() -> dict[str, Float32]:
    """Return patterns (128, 128) float32 0..1 that need no file, by what the list says."""
    y, x = np.mgrid[-1 : 1 : _SIDE * 1j, -1 : 1 : _SIDE * 1j]
    away = np.hypot(x, y)
    grain = np.random.default_rng(3).random((_SIDE // 4, _SIDE // 4)).repeat(4, 0).repeat(4, 1)
    kernel = np.array([1, 2, 3, 2, 1]) / 9.0
    for axis in (0, 1):
        grain = np.apply_along_axis(np.convolve, axis, grain, kernel, "same")
    rim = np.clip((1.0 - away) * 6.0, 0.0, 1.0)
    made = {
        "Square": np.clip((0.92 - np.maximum(abs(x), abs(y))) * 14.0, 0.0, 1.0),
        "Ring": np.clip(1.0 - abs(away - 0.65) * 5.0, 0.0, 1.0),
        "Lines along": np.clip(np.cos(y * 22.0) * 1.6, 0.0, 1.0) * rim,
        "Perikymata": np.clip(np.cos(x * 34.0 + 2.2 * np.cos(y * 1.8)) * 0.5 + 0.5, 0.0, 1.0) * rim,
        "Grain": np.clip((grain - 0.3) * 2.2, 0.0, 1.0) * rim,
    }
    return {name: values.astype(np.float32) for name, values in made.items()}


def read_picture(path: Path) -> Float32:
    """Return a picture's grey (h, w) float32 0..1, transparent as black; ArgumentError if it cannot be read."""
    image = QImage(str(path))
    if image.isNull():
        raise ArgumentError(
            "That file is no picture.", kind="argument", where=path.name, remedy="Choose a PNG or a JPEG."
        )
    if max(image.width(), image.height()) > _LARGEST:
        image = image.scaled(_LARGEST, _LARGEST, Qt.AspectRatioMode.KeepAspectRatio)
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(bytes(image.constBits()), np.uint8).reshape(image.height(), -1)
    pixels = rows[:, : 4 * image.width()].reshape(image.height(), image.width(), 4).astype(np.float32) / 255.0
    grey = pixels[..., :3] @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    return np.asarray(np.clip(grey * pixels[..., 3], 0.0, 1.0), np.float32)


def thumbnail(values: Float32, side: int) -> QPixmap:
    """Return a stamp as a picture, the stroke running to the right."""
    grey = np.ascontiguousarray((values.T[::-1] * 255).astype(np.uint8))
    image = QImage(grey.data, grey.shape[1], grey.shape[0], grey.shape[1], QImage.Format.Format_Grayscale8)
    return QPixmap.fromImage(image.copy()).scaled(
        side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )


class StampField(QWidget):
    """A list of stamps, the picture of the one in use, and its angle."""

    changed = Signal(object)
    refused = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._patterns = patterns()
        self.now: Alpha | None = None
        self.list = QComboBox()
        self.list.setIconSize(QSize(18, 18))
        self.list.addItem(_NONE)
        for name, values in self._patterns.items():
            self.list.addItem(QIcon(thumbnail(values, 18)), name)
        self.list.addItem(_OPEN)
        self.preview = QLabel()
        self.preview.setFixedSize(56, 56)
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setToolTip("White is full strength; the stroke runs to the right.")
        self.angle = ValueSlider(-180.0, 180.0, unit="°", decimals=0)
        self.angle.setToolTip("How far the stamp is turned against the stroke")
        self.list.activated.connect(self._chosen)
        self.angle.moved.connect(self._turned)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.preview)
        beside = QVBoxLayout()
        beside.addWidget(self.list)
        beside.addWidget(self.angle)
        row.addLayout(beside, 1)
        row.setContentsMargins(0, 0, 0, 0)
        self.setLayout(row)
        self.show_alpha(None)

    def show_alpha(self, alpha: Alpha | None) -> None:
        """Show a stamp without telling anyone."""
        self.now = alpha
        name = _NONE if alpha is None else alpha.name
        place = self.list.findText(name)
        if place < 0:
            place = self.list.count() - 1
            self.list.insertItem(place, name)
        self.list.setCurrentIndex(place)
        self.angle.setEnabled(alpha is not None)
        self.angle.set_value(0.0 if alpha is None else float(np.degrees(alpha.angle)))
        self.preview.setPixmap(QPixmap() if alpha is None else thumbnail(alpha.values, 54))
        self.preview.setText("no stamp" if alpha is None else "")

    def _chosen(self, _: int) -> None:
        name = self.list.currentText()
        if name == _OPEN:
            self._open()
        elif name == _NONE:
            self._take(None)
        elif name in self._patterns:
            self._take(Alpha(self._patterns[name], name))

    def _open(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Open a Stamp", "", "Pictures (*.png *.jpg *.jpeg *.bmp *.webp)")
        try:
            self._take(Alpha(read_picture(Path(path)), Path(path).stem) if path else self.now)
        except (ArgumentError, ValueError) as error:
            self.refused.emit(error)
            self.show_alpha(self.now)

    def _turned(self, degrees: float) -> None:
        if self.now is not None:
            self._take(replace(self.now, angle=float(np.radians(degrees))))

    def _take(self, alpha: Alpha | None) -> None:
        self.show_alpha(alpha)
        self.changed.emit(alpha)
