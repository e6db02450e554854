"""Colour maps as small pictures, and those a look may choose: perceptually even, safe for the colour-blind."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QComboBox

#: cmap name -> what the list says; the empty name stands for the quantity's own
COLORMAPS: dict[str, str] = {
    "": "Usual",
    "cividis": "Cividis",
    "crameri:batlow": "Batlow",
    "crameri:vik": "Vik (two-sided)",
    "crameri:lapaz": "La Paz",
    "crameri:oslo": "Oslo",
    "crameri:davos": "Davos",
    "crameri:berlin": "Berlin (two-sided, dark)",
}
SIZE = QSize(56, 14)


def swatch(name: str, size: QSize = SIZE) -> QPixmap:
    """Return a colour map from low (left) to high (right); an empty picture for a name that is not known."""
    from neodent_viewer.fields.colormap import lut

    try:
        colours = lut(name)[:, :3]
    except ValueError:
        return QPixmap()
    columns = np.linspace(0, len(colours) - 1, size.width()).round().astype(int)
    strip = np.ascontiguousarray(np.broadcast_to(colours[columns], (size.height(), size.width(), 3)), np.uint8)
    image = QImage(strip.data, size.width(), size.height(), 3 * size.width(), QImage.Format.Format_RGB888)
    return QPixmap.fromImage(image.copy())


def fill(box: QComboBox, own: str) -> None:
    """Fill a list with all colour maps; `own` is the one of the quantity."""
    box.clear()
    box.setIconSize(SIZE)
    for name, words in COLORMAPS.items():
        box.addItem(QIcon(swatch(name or own)), words, name)
