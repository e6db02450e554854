"""What a view or an action may reach: `AppContext`, built by ``app.compose`` alone, and the protocols behind it.

Views ask, they never write. A panel calls a request or an action; an action changes the document through
``context.history.do``. `AppContext.document` is one object for the life of the program: opening a project empties and
refills it, then clears the history, so nobody has to attach twice.

Order at a start: compose builds document, history, live and engine, then the context, the canvas and the main window;
the window shows empty shells; after the first presented frame `Ticker.first_frame` fires and ``MainWindow.populate``
fills the panels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from neodent_viewer.app.brush_state import RADII as RADII
from neodent_viewer.app.brush_state import BrushState as BrushState
from neodent_viewer.app.selection import Selection
from neodent_viewer.core.clock import Clock
from neodent_viewer.core.signals import SignalInstance
from neodent_viewer.document.document import Document
from neodent_viewer.document.finding import Finding
from neodent_viewer.document.history import History
from neodent_viewer.document.moment import Moment

if TYPE_CHECKING:  # protocols name these types; importing them for real would cost the first picture time
    from neodent_viewer.app.planes import PlaneHand
    from neodent_viewer.app.preferences import Preferences
    from neodent_viewer.app.sculpting import Sculpting
    from neodent_viewer.app.shell import Shell
    from neodent_viewer.app.teeth import ToothHand
    from neodent_viewer.app.timeline import Timeline
    from neodent_viewer.app.tooth_marks import ToothMarks
    from neodent_viewer.app.viewing import Viewing
    from neodent_viewer.live.live import Live
    from neodent_viewer.render.engine import Engine
    from neodent_viewer.render.views import Camera

#: the three workspaces, in the order of their tabs
WORKSPACES = ("sculpt", "perform", "review")


@dataclass(frozen=True, slots=True)
class ToolInfo:
    """How a tool is offered: the tool shelf, the menus and the palette are made from these.

    Attributes
    ----------
    name : str
        Identity: ``"select"``, ``"draw"``, ``"smooth"``, ``"distance"``, ``"place_probe"``, ``"move_probe"``, ...
    title, hint : str
        Headline; one sentence for the tooltip and the status bar while the tool is in hand.
    icon : str
        qtawesome name such as ``"mdi6.brush"``.
    keys : tuple of str
        Default keys in Qt's portable text, first one shown.
    workspaces : tuple of str
        Where the tool is offered; a subset of `WORKSPACES`. None: commands that need it take it in hand.
    brush : bool
        Whether the brush settings apply to it.
    panel : str
        Name of the panel with its settings, brought to the front with the tool.
    """

    name: str
    title: str
    hint: str
    icon: str
    keys: tuple[str, ...] = ()
    workspaces: tuple[str, ...] = WORKSPACES
    brush: bool = False
    panel: str = ""


class ToolBox(Protocol):
    """The tools the canvas can hand out, and the one in hand."""

    brush: BrushState

    @property
    def changed(self) -> SignalInstance:
        """Emitted without arguments after the current tool changed."""

    @property
    def infos(self) -> tuple[ToolInfo, ...]:
        """All tools in shelf order; ``"select"`` (orbit and pick) comes first and belongs to every workspace."""

    @property
    def current(self) -> str:
        """Name of the tool in hand."""

    def set_current(self, name: str) -> None:
        """Take a tool in hand; KeyError for a name that `infos` does not know."""

    def size(self, field: str) -> bool:
        """Let the hand set ``"radius"`` or ``"strength"`` of the brush; return False when no brush is in hand."""

    @property
    def measured(self) -> SignalInstance:
        """Emitted with a finding's id after it was measured again."""

    def later(self, finding: Finding) -> Sequence[tuple[str, float, str]]:
        """Return the values a kept measure has by now; empty while they are those that were kept, or not known yet."""


class CameraModel(Protocol):
    """The editor's camera. Moving it is not an edit: undo leaves it alone."""

    @property
    def camera(self) -> Camera:
        """The camera as it is now."""

    @property
    def changed(self) -> SignalInstance:
        """Emitted without arguments after the camera moved."""

    @property
    def linked(self) -> bool:
        """Whether the stage follows this camera (one render) or keeps its own (two)."""

    def set_linked(self, linked: bool) -> None:
        """Link or unlink the stage's camera."""

    def set_camera(self, camera: Camera) -> None:
        """Jump to a camera, for instance the one a finding kept (``Camera.from_tuple``)."""

    def set_preset(self, name: str) -> None:
        """Turn to a preset of ``render.views.PRESETS`` and keep what is looked at."""

    def toggle_orthographic(self) -> None:
        """Switch between perspective and orthographic."""

    def frame_selection(self) -> None:
        """Bring the selection, or everything when nothing is selected, into view."""

    @property
    def pivot(self) -> Any | None:
        """World place (3,) in mm that the view keeps to, None when it is free."""

    def keep_to(self, points: Any | None) -> None:
        """Frame world points (k, 3) in mm and turn about their middle from now on; None lets the view go."""


class Job(Protocol):
    """A piece of background work, as the status bar shows it."""

    @property
    def title(self) -> str:
        """What is being done, without a full stop: ``"Reading upper.stl"``."""

    @property
    def stoppable(self) -> bool:
        """Whether a person may cancel it."""

    @property
    def fraction(self) -> float | None:
        """Progress 0..1, None when it cannot be told."""

    @property
    def text(self) -> str:
        """The step it is at, may be empty."""

    def cancel(self) -> None:
        """Ask it to stop; ``then`` is not called afterwards."""


class JobHandle(Protocol):
    """What the work itself is given, in its own thread."""

    def progress(self, fraction: float | None, text: str = "") -> None:
        """Report how far it is."""

    def cancelled(self) -> bool:
        """Whether it should stop."""


class Background(Protocol):
    """Threads behind one door: work runs outside the GUI thread, results come back on it."""

    @property
    def changed(self) -> SignalInstance:
        """Emitted on the GUI thread when a job starts, moves on or ends."""

    def jobs(self) -> tuple[Job, ...]:
        """Return running jobs, oldest first."""

    def submit(
        self,
        title: str,
        work: Callable[[JobHandle], Any],
        then: Callable[[Any], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        *,
        stoppable: bool = False,
    ) -> Job:
        """Run ``work(handle)`` in a thread, then ``then(result)`` on the GUI thread.

        An exception goes to ``failed`` on the GUI thread; without one it is said in the window and logged with its traceback.
        """


class Ticker(Protocol):
    """The frame clock: every frame it ticks live once and keeps the Moment for everyone to read."""

    @property
    def ticked(self) -> SignalInstance:
        """Emitted without arguments once a frame, on the GUI thread; panels thin it out by themselves."""

    @property
    def first_frame(self) -> SignalInstance:
        """Emitted without arguments once, after the first picture was presented."""

    @property
    def moment(self) -> Moment:
        """The latest Moment; never call ``live.tick`` elsewhere."""

    @property
    def fps(self) -> float:
        """Presented frames per second over the last second."""


class StageControl(Protocol):
    """The output window and the master of what it shows."""

    @property
    def changed(self) -> SignalInstance:
        """Emitted without arguments after anything below changed."""

    @property
    def is_open(self) -> bool:
        """Whether a stage window is shown."""

    @property
    def blackout(self) -> bool:
        """Whether blackout is on or fading in."""

    @property
    def frozen(self) -> bool:
        """Whether the last picture is held."""

    @property
    def dimmer(self) -> float:
        """Master brightness 0..1."""

    def show(self, display: int, *, full_screen: bool = True) -> None:
        """Open the stage, or move it, to a display (index into ``QGuiApplication.screens()``)."""

    def close(self) -> None:
        """Close the stage window, unless it is locked; the engine goes on."""

    def set_locked(self, locked: bool) -> None:
        """Let no one close the window, or let it be closed again."""

    def set_blackout(self, on: bool) -> None:
        """Fade to black or back, over at least 350 ms."""

    def set_frozen(self, on: bool) -> None:
        """Hold the picture, or let it go on."""

    def set_dimmer(self, value: float) -> None:
        """Set master brightness 0..1."""


class Teeth(Protocol):
    """The tooth in the hand, and the one being marked."""

    hand: ToothHand
    marks: ToothMarks


class Requests(Protocol):
    """Things that take files, threads or windows. They return at once; outcome and trouble are told through the shell."""

    @property
    def project(self) -> Path | None:
        """The project file in use, None before the first save."""

    @property
    def project_changed(self) -> SignalInstance:
        """Emitted without arguments after `project` changed."""

    def new(self) -> None:
        """Empty the document and the history; the caller has asked about unsaved work."""

    def open_files(self, paths: Sequence[Path]) -> None:
        """Open a ``.neodent`` project (replaces everything) or meshes (become further parts)."""

    def open_demo(self) -> None:
        """Open the shipped smile with probes and a simulated feed; replaces everything."""

    def save(self, path: Path, then: Callable[[], None] | None = None) -> None:
        """Write the project in the background, mark the history saved, then call ``then()`` on the GUI thread."""

    def export(self, parts: Sequence[str], path: Path) -> None:
        """Write parts (ids) to a mesh file, format by suffix."""

    def picture(self, path: Path, *, transparent: bool = False) -> None:
        """Write what the canvas shows as PNG."""

    def set_feed(self, *specs: str) -> None:
        """Switch to feeds, each a word of ``live.feeds.FEEDS``, ending all others; ``"none"`` only ends."""

    def add_feed(self, spec: str, instead: str = "") -> None:
        """Open a feed beside the others, or in the place of one; a simulation or a recording ends all others."""

    def end_feed(self, spec: str) -> None:
        """End one feed; the others go on."""


@dataclass(slots=True, eq=False)
class AppContext:
    """Everything a view or an action may reach. Built once by ``app.compose``."""

    document: Document
    history: History
    live: Live
    engine: Engine
    clock: Clock
    selection: Selection
    tools: ToolBox
    camera: CameraModel
    ticker: Ticker
    background: Background
    stage: StageControl
    requests: Requests
    shell: Shell
    preferences: Preferences
    sculpting: Sculpting
    viewing: Viewing
    timeline: Timeline

    @property
    def teeth(self) -> Teeth | None:
        """What the tooth tool and its panel share; made, with the tools, when somebody asks."""
        return getattr(self.tools, "teeth", None)

    @property
    def plane(self) -> PlaneHand | None:
        """The plane that is shown over a part before it cuts or mirrors."""
        return getattr(self.tools, "plane", None)
