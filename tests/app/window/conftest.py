"""The window with real document, history, live side and panels; canvas, stage and file work are stand-ins."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from neodent_viewer.app import theme
from neodent_viewer.app.context import AppContext, BrushState, ToolInfo
from neodent_viewer.app.dialogs import FormField
from neodent_viewer.app.preferences import Preferences
from neodent_viewer.app.sculpting import Sculpting
from neodent_viewer.app.selection import Selection
from neodent_viewer.app.shell import Shell
from neodent_viewer.app.timeline import Timeline
from neodent_viewer.app.viewing import Viewing
from neodent_viewer.app.window import MainWindow
from neodent_viewer.core.clock import ManualClock
from neodent_viewer.core.signals import Signal
from neodent_viewer.document.anchor import anchor_at_vertex
from neodent_viewer.document.document import Document
from neodent_viewer.document.finding import Finding
from neodent_viewer.document.history import History
from neodent_viewer.document.look import Look, Shading
from neodent_viewer.document.moment import Moment
from neodent_viewer.document.part import Part
from neodent_viewer.live.live import Live
from neodent_viewer.live.placement import probe_at
from neodent_viewer.mesh.surface import Surface
from neodent_viewer.render.views import Camera

TOOLS = (
    ToolInfo("select", "Select", "Click picks.", "mdi6.cursor-default", ("Q",)),
    ToolInfo("draw", "Draw", "Builds up.", "mdi6.brush", ("V",), ("sculpt",), brush=True, panel="brush"),
    ToolInfo("smooth", "Smooth", "Evens out.", "mdi6.blur", ("S",), ("sculpt",), brush=True),
    ToolInfo("distance", "Distance", "Two points.", "mdi6.ruler", ("D",), ("review",)),
    ToolInfo("place_probe", "Place", "Click a tooth.", "mdi6.map-marker-plus-outline", (), ("perform", "review")),
)


class Tools:
    changed = Signal()
    measured = Signal(str)

    def __init__(self) -> None:
        self.values_now: dict[str, Any] = {}
        self.brush = BrushState()
        self.infos = TOOLS
        self.current = "select"

    def set_current(self, name: str) -> None:
        assert name in {info.name for info in self.infos}
        self.current = name
        self.changed.emit()

    def size(self, field: str) -> bool:
        return False

    def later(self, finding: Finding) -> Any:
        return self.values_now.get(finding.id, ())


class CameraStandIn:
    changed = Signal()

    def __init__(self) -> None:
        self.camera = Camera()
        self.linked = True
        self.pivot: Any = None
        self.told: list[str] = []

    def set_linked(self, linked: bool) -> None:
        self.linked = linked
        self.changed.emit()

    def set_camera(self, camera: Camera) -> None:
        self.camera = camera
        self.changed.emit()

    def set_preset(self, name: str) -> None:
        self.told.append(name)

    def toggle_orthographic(self) -> None:
        self.set_camera(replace(self.camera, orthographic=not self.camera.orthographic))

    def frame_selection(self) -> None:
        self.told.append("frame")

    def keep_to(self, points: Any) -> None:
        self.pivot = None if points is None else points.mean(axis=0)
        self.changed.emit()


class TickerStandIn:
    ticked = Signal()
    first_frame = Signal()
    moment = Moment()
    fps = 24.0


class AtOnce:
    """Background work done on the spot."""

    changed = Signal()

    def __init__(self) -> None:
        self.running: list[Any] = []

    def jobs(self) -> tuple[Any, ...]:
        return tuple(self.running)

    def submit(self, title: str, work: Any, then: Any = None, failed: Any = None, **_: Any) -> Any:
        result = work(self)
        if then is not None:
            then(result)

    def quietly(self, work: Any, then: Any = None) -> None:
        result = work()
        if then is not None:
            then(result)

    def progress(self, fraction: float | None, text: str = "") -> None: ...

    def cancelled(self) -> bool:
        return False


class StageStandIn:
    changed = Signal()

    def __init__(self) -> None:
        self.is_open = self.blackout = self.frozen = False
        self.dimmer = 1.0
        self.shown: list[tuple[int, bool]] = []

    def show(self, display: int, *, full_screen: bool = True) -> None:
        self.shown.append((display, full_screen))
        self.is_open = True
        self.changed.emit()

    def close(self) -> None:
        self.is_open = False
        self.changed.emit()

    def set_locked(self, locked: bool) -> None:
        self.locked = locked

    def set_blackout(self, on: bool) -> None:
        self.blackout = on
        self.changed.emit()

    def set_frozen(self, on: bool) -> None:
        self.frozen = on
        self.changed.emit()


@dataclass
class Record:
    """Requests as they came."""

    history: History
    project: Path | None = None
    told: list[tuple[Any, ...]] = field(default_factory=list)
    project_changed = Signal()

    def new(self) -> None:
        self.told.append(("new",))

    def open_files(self, paths: Sequence[Path]) -> None:
        self.told.append(("open", tuple(paths)))

    def open_demo(self) -> None:
        self.told.append(("demo",))

    def save(self, path: Path, then: Callable[[], None] | None = None) -> None:
        self.told.append(("save", path))
        self.history.mark_saved()
        if then is not None:
            then()

    def export(self, parts: Sequence[str], path: Path) -> None:
        self.told.append(("export", tuple(parts), path))

    def picture(self, path: Path, *, transparent: bool = False) -> None:
        self.told.append(("picture", path, transparent))

    def set_feed(self, *specs: str) -> None:
        self.told.append(("feed", *specs))

    def add_feed(self, spec: str, instead: str = "") -> None:
        self.told.append(("add feed", spec, *([instead] if instead else [])))

    def end_feed(self, spec: str) -> None:
        self.told.append(("end feed", spec))


class Person(Shell):
    """A shell whose questions are answered from a list."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[Any] = []

    def _answer(self) -> Any:
        return self.answers.pop(0)

    def ask_open(self, folder: str = "", filters: str = "") -> list[Path]:
        return list(self._answer())

    def ask_save(self, title: str, suggestion: str, filters: str, suffix: str) -> Path | None:
        return self._answer()

    def ask_text(self, title: str, label: str, value: str = "") -> str | None:
        return self._answer()

    def ask_choice(self, title: str, label: str, choices: list[str], current: int = 0) -> int | None:
        return self._answer()

    def ask_form(self, title: str, fields: list[FormField]) -> dict[str, float] | None:
        return {each.key: each.value for each in fields} | self._answer()

    def ask_unsaved(self) -> str:
        return self._answer()

    def ask_chapter(self, title: str, chapter: Any, looks: Any, channels: Any) -> dict[str, Any] | None:
        return self._answer()

    def ask_sure(self, title: str, what: str, warning: str, deed: str) -> bool:
        return bool(self._answer())

    def show_lines(self, title: str, intro: str, lines: Sequence[str]) -> None:
        self.say("\n".join([intro, *lines]))


class EngineStandIn:
    renderer = "none"


def jaw(name: str, teeth: tuple[int, ...], y: float) -> Surface:
    """A strip of labelled squares of 8 mm, one a tooth."""
    vertices, faces, labels = [], [], []
    for place, tooth in enumerate(teeth):
        start = len(vertices)
        x = 8.0 * place
        vertices += [(x, y, 0.0), (x + 7, y, 0.0), (x + 7, y + 9, 0.0), (x, y + 9, 0.0)]
        faces += [(start, start + 1, start + 2), (start, start + 2, start + 3)]
        labels += [tooth] * 4
    arrays = {"labels": np.array(labels, np.int16)}
    return Surface(np.array(vertices, np.float32), np.array(faces, np.int32), name=name, arrays=arrays)


def fill(document: Document) -> None:
    """Two jaws, two probes, three looks."""
    for name, teeth, y in (("upper", (12, 11, 21), 0.0), ("lower", (42, 41, 31), -12.0)):
        part = Part.from_surface(jaw(f"{name.capitalize()} jaw", teeth, y), jaw=name)
        document.set(("parts", part.id), part)
    upper = next(iter(document.parts.values()))
    for tooth, vertex in ((12, 0), (11, 4)):
        probe = probe_at(anchor_at_vertex(upper, vertex), tooth)
        document.set(("probes", probe.id), probe)
    for look in (Look(), Look("Field", Shading.FIELD), Look("Hologram", Shading.HOLOGRAM)):
        document.set(("looks", look.name), look)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def context(qapp: QApplication, clock: ManualClock) -> Iterator[AppContext]:
    """A context around two labelled jaws with probes, consent and a history that starts empty."""
    document = Document()
    fill(document)
    history = History(document)
    live = Live(document, clock)
    keys = [channel.key for probe in document.probes.values() for channel in probe.channels]
    live.grant(keys, ("view",), datetime.now(UTC) + timedelta(days=1), "The tester")
    made: dict[str, Any] = {
        "tools": Tools(),
        "camera": CameraStandIn(),
        "ticker": TickerStandIn(),
        "background": AtOnce(),
        "stage": StageStandIn(),
        "requests": Record(history),
        "shell": Person(),
        "preferences": Preferences(),
        "engine": EngineStandIn(),
        "viewing": Viewing(),
    }
    selection = Selection()
    made["timeline"] = Timeline(document, live, made["camera"], made["background"], made["shell"], lambda: None)
    made["sculpting"] = Sculpting(document, history, selection, made["background"])
    yield AppContext(document=document, history=history, live=live, clock=clock, selection=selection, **made)
    made["timeline"].close()
    live.close()


@pytest.fixture
def window(context: AppContext, qtbot: QtBot, qapp: QApplication) -> Iterator[MainWindow]:
    """The window at 1280 x 800, filled."""
    theme.apply(qapp)
    made = MainWindow(context, QWidget())
    made.show()
    seen: list[bool] = []
    made.populated.connect(lambda: seen.append(True))
    context.ticker.first_frame.emit()
    qtbot.waitUntil(lambda: bool(seen), timeout=20_000)
    yield made
    context.history.mark_saved()
    context.shell.show_mode = False
    made.close()
    made.deleteLater()
