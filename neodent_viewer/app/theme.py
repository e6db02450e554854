"""The dark theme: Fusion with an explicit palette, one style sheet, and the few colours other files may name.

The palette is explicit because a platform may ignore a wish for a dark scheme; the sheet only shapes what a palette cannot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neodent_viewer.core import paths
from neodent_viewer.sensors.channel import Flag

if TYPE_CHECKING:
    from PySide6.QtGui import QPalette
    from PySide6.QtWidgets import QApplication

GROUND = "#17191c"  # behind everything: window, gaps between docks
PANEL = "#1f2226"  # docks, menus, bars
RAISED = "#2a2e34"  # buttons, headers, hovered rows
FIELD = "#121416"  # where one types and lists stand
LINE = "#363b42"  # borders that separate
TEXT = "#e4e7ea"
MUTED = "#99a2ac"
ACCENT = "#4fc3d9"  # focus, selection, what is switched on
ON_ACCENT = "#06171b"
ERROR = "#ff7f66"
WARNING = "#f2b950"

#: colour and word of each quality flag; told apart by lightness too, and the word always stands beside the colour
QUALITY: dict[Flag, tuple[str, str]] = {
    Flag.GOOD: ("#5ad1a8", "good"),
    Flag.NOT_EVALUATED: ("#8fa3b8", "unchecked"),
    Flag.SUSPECT: ("#f2b950", "suspect"),
    Flag.BAD: ("#ff6f59", "bad"),
    Flag.MISSING: ("#6d757e", "missing"),
}

FAMILIES = ["Inter", "Segoe UI", "SF Pro Text", "Noto Sans", "Ubuntu", "Cantarell", "DejaVu Sans"]

_SHEET = f"""
* {{ outline: 0; }}
QMainWindow, QDialog {{ background: {GROUND}; }}
QMainWindow::separator {{ background: {GROUND}; width: 4px; height: 4px; }}
QMainWindow::separator:hover {{ background: {ACCENT}; }}
QToolTip {{ background: {RAISED}; color: {TEXT}; border: 1px solid {LINE}; padding: 4px 6px; }}

QDockWidget {{ color: {MUTED}; font-weight: 600; }}
QDockWidget::title {{ background: {PANEL}; padding: 7px 10px 6px 10px; border-bottom: 1px solid {GROUND}; }}
QDockWidget > QWidget, #panel {{ background: {PANEL}; }}
QDockWidget {{ titlebar-close-icon: url(%UI%/close.png); titlebar-normal-icon: url(%UI%/float.png); }}
QDockWidget::close-button, QDockWidget::float-button {{ border: 0; padding: 0; border-radius: 3px; }}
QDockWidget::close-button:hover, QDockWidget::float-button:hover {{ background: {RAISED}; }}

QMenuBar {{ background: transparent; padding: 0; }}
QMenuBar::item {{ padding: 6px 9px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {RAISED}; }}
QMenu {{ background: {PANEL}; border: 1px solid {LINE}; padding: 5px; }}
QMenu::item {{ padding: 5px 26px 5px 10px; border-radius: 4px; }}
QMenu::item:selected {{ background: {ACCENT}; color: {ON_ACCENT}; }}
QMenu::item:disabled {{ color: #626a73; background: transparent; }}
QMenu::separator {{ height: 1px; background: {LINE}; margin: 5px 8px; }}
QMenu::icon {{ padding-left: 8px; }}

#header {{ background: {PANEL}; border-bottom: 1px solid {GROUND}; }}
#workspaces::tab {{ background: transparent; color: {MUTED}; padding: 7px 16px 6px 16px; border: 0;
    border-bottom: 2px solid transparent; font-weight: 600; }}
#workspaces::tab:hover {{ color: {TEXT}; }}
#workspaces::tab:selected {{ color: {TEXT}; border-bottom: 2px solid {ACCENT}; }}
#workspaces::tab:disabled {{ color: #565d66; }}
#workspaces::tab:focus {{ background: {RAISED}; }}
#search {{ background: {FIELD}; color: {MUTED}; border: 1px solid {LINE}; border-radius: 5px; padding: 4px 10px;
    text-align: left; }}
#search:hover {{ border-color: {ACCENT}; color: {TEXT}; }}

QTabBar::tab {{ background: {PANEL}; color: {MUTED}; padding: 6px 12px; border: 0; border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {TEXT}; border-bottom: 2px solid {ACCENT}; }}
QTabBar::tab:hover {{ color: {TEXT}; }}

QToolBar {{ background: {PANEL}; border: 0; padding: 4px; spacing: 2px; }}
QToolBar::separator {{ background: {LINE}; margin: 5px; width: 1px; height: 1px; }}
QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: 5px; padding: 4px; }}
QToolButton:hover {{ background: {RAISED}; }}
QToolButton:checked {{ background: #24454d; border-color: {ACCENT}; }}
QToolButton:focus {{ border-color: {ACCENT}; }}
QToolButton:disabled {{ color: #5a626a; }}
QToolButton:checked:disabled {{ background: {RAISED}; border-color: {LINE}; }}

#group {{ background: {RAISED}; text-align: left; font-weight: 600; padding: 4px 6px; color: {TEXT}; }}
#group:hover {{ background: #333840; }}
#group:checked {{ background: {RAISED}; border-color: transparent; }}
#group:disabled {{ color: #626a73; }}

QPushButton:checked {{ background: #24454d; border-color: {ACCENT}; }}
QPushButton {{ background: {RAISED}; border: 1px solid {LINE}; border-radius: 5px; padding: 5px 12px; min-height: 16px; }}
QPushButton:hover {{ background: #333840; }}
QPushButton:pressed {{ background: {FIELD}; }}
QPushButton:focus {{ border-color: {ACCENT}; }}
QPushButton:disabled {{ color: #626a73; background: {PANEL}; }}
QPushButton:default {{ border-color: {ACCENT}; }}
QPushButton[flat="true"] {{ background: transparent; border-color: transparent; }}
QPushButton[flat="true"]:hover {{ background: {RAISED}; }}
QPushButton[flat="true"]:focus {{ border-color: {ACCENT}; }}

QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit, QKeySequenceEdit {{ background: {FIELD};
    border: 1px solid {LINE}; border-radius: 5px; padding: 4px 7px; min-height: 16px;
    selection-background-color: {ACCENT}; selection-color: {ON_ACCENT}; }}
QAbstractSpinBox {{ qproperty-alignment: AlignCenter; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 0; height: 0; border: 0;
    subcontrol-origin: border; }}
QAbstractSpinBox QLineEdit {{ border: 0; padding: 0; background: transparent; min-height: 0; border-radius: 0; }}
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus {{ border-color: {ACCENT}; }}
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {{ color: #626a73; }}
QComboBox::drop-down {{ border: 0; width: 20px; }}
QComboBox::down-arrow {{ image: url(%UI%/chevron-down.png); width: 12px; height: 12px; }}
QComboBox QAbstractItemView {{ background: {PANEL}; border: 1px solid {LINE}; padding: 3px; }}

QAbstractItemView {{ background: {FIELD}; border: 1px solid {LINE}; border-radius: 5px;
    selection-background-color: #24454d; selection-color: {TEXT}; alternate-background-color: #15171a; }}
QAbstractItemView:focus {{ border-color: {ACCENT}; }}
QAbstractItemView::item {{ padding: 4px 2px; }}
QAbstractItemView::item:hover {{ background: #1b1f23; }}
QAbstractItemView::item:selected {{ background: #24454d; color: {TEXT}; }}
QHeaderView::section {{ background: {PANEL}; color: {MUTED}; border: 0; border-bottom: 1px solid {LINE}; padding: 4px 6px; }}

QSlider::groove:horizontal {{ height: 4px; background: {LINE}; border-radius: 2px; }}
QSlider::sub-page:horizontal {{ background: {ACCENT}; border-radius: 2px; }}
QSlider::handle:horizontal {{ width: 12px; height: 12px; margin: -5px 0; border-radius: 7px; background: {TEXT};
    border: 1px solid {GROUND}; }}
QSlider::handle:horizontal:focus {{ border: 2px solid {ACCENT}; }}
QSlider::sub-page:horizontal:disabled, QSlider::handle:horizontal:disabled {{ background: #555c64; }}

QCheckBox {{ spacing: 7px; padding: 2px; border: 1px solid transparent; border-radius: 4px; }}
QCheckBox::indicator {{ width: 14px; height: 14px; border: 1px solid #545c66; border-radius: 4px; background: {FIELD}; }}
QCheckBox::indicator:hover {{ border-color: {ACCENT}; }}
QCheckBox::indicator:checked {{ background: {ACCENT}; border-color: {ACCENT}; image: url(%UI%/check.png); }}
QCheckBox::indicator:disabled {{ background: {PANEL}; border-color: {LINE}; }}
QCheckBox:focus {{ border-color: {ACCENT}; }}
QScrollArea {{ border: 0; background: transparent; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: #434a53; border-radius: 4px; min-height: 24px; min-width: 24px; margin: 1px; }}
QScrollBar::handle:hover {{ background: #59626d; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}

QStatusBar {{ background: {PANEL}; color: {MUTED}; border-top: 1px solid {GROUND}; }}
QStatusBar::item {{ border: 0; }}
QStatusBar QLabel {{ padding: 0 7px; }}
QProgressBar {{ background: {FIELD}; border: 1px solid {LINE}; border-radius: 4px; text-align: center; max-height: 12px;
    color: {TEXT}; }}
QProgressBar::chunk {{ background: {ACCENT}; border-radius: 3px; }}

QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QLabel {{ qproperty-textFormat: PlainText; }}
QLabel[rich="true"] {{ qproperty-textFormat: RichText; }}
QLabel[role="caption"] {{ color: {MUTED}; }}
QLabel[role="heading"] {{ color: {TEXT}; font-weight: 600; }}
QLabel[role="title"] {{ color: {TEXT}; font-size: 17pt; font-weight: 600; }}
QLabel[role="empty"] {{ color: {MUTED}; padding: 14px; }}
QFrame[role="card"] {{ background: {FIELD}; border: 1px solid {LINE}; border-radius: 5px; }}
QFrame[role="card"] QLabel {{ border: none; background: transparent; }}
"""


def palette() -> QPalette:
    """Return the explicit dark palette."""
    from PySide6.QtGui import QColor, QPalette

    role, group = QPalette.ColorRole, QPalette.ColorGroup
    colours = {
        role.Window: PANEL,
        role.WindowText: TEXT,
        role.Base: FIELD,
        role.AlternateBase: PANEL,
        role.Text: TEXT,
        role.Button: RAISED,
        role.ButtonText: TEXT,
        role.BrightText: ERROR,
        role.ToolTipBase: RAISED,
        role.ToolTipText: TEXT,
        role.PlaceholderText: "#7c858f",
        role.Highlight: ACCENT,
        role.HighlightedText: ON_ACCENT,
        role.Link: ACCENT,
        role.LinkVisited: ACCENT,
        role.Light: "#3c424a",
        role.Midlight: LINE,
        role.Mid: LINE,
        role.Dark: GROUND,
        role.Shadow: "#000000",
        role.Accent: ACCENT,
    }
    made = QPalette()
    for name, colour in colours.items():
        made.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        made.setColor(group.Disabled, name, QColor("#626a73"))
    made.setColor(group.Disabled, role.Highlight, QColor(LINE))
    return made


def apply(application: QApplication) -> None:
    """Dress the whole program; call once, before the first window."""
    from PySide6.QtGui import QFont

    application.setStyle("Fusion")
    application.setPalette(palette())
    font = QFont()
    font.setFamilies(FAMILIES)
    font.setPointSizeF(9.5)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)  # even letters at fractional scale factors
    application.setFont(font)
    application.setStyleSheet(_SHEET.replace("%UI%", (paths.assets_dir() / "ui").as_posix()))
