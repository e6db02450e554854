"""From the command line to a running window, and back out of it.

Order: the first scan begins to be read in a thread -> Qt and the object graph -> window shown -> files opened -> the frame
clock starts when there is something to draw, so that the first picture is the scan and not an empty room.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from neodent_viewer.core.errors import NeodentError

if TYPE_CHECKING:
    from neodent_viewer.app.compose import Program
    from neodent_viewer.app.early import Early
    from neodent_viewer.app.rescue import Rescue
    from neodent_viewer.document.document import Change

#: formats with a fast first picture, and ms that the empty room waits for one
FAST = (".stl", ".ply")
PATIENCE = 3000
#: ms after which a picture of nothing is looked at again
_AGAIN = 20
#: s that a showreel lasts
SHOWREEL = 10.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks for.

    Attributes
    ----------
    files : tuple of Path
        Meshes or one project; empty for the demo smile.
    look : str
        Name of a stored look or a shading, empty keeps the document's.
    feeds : tuple of str
        Words of `live.feeds.FEEDS`; empty keeps what the demo or the project brings, and is none for scans.
    stage : int or None
        Display to open the stage on.
    seed : int
        Of the simulated feed.
    first_frame : bool
        Quit after the first picture, with figures.
    turn, stroke, scrub : bool
        Turn the camera, draw strokes, or leap about in a recording for a while, quit, with figures.
    latency : bool
        Time samples from the network until they are on screen, quit, with figures.
    showreel : Path or None
        Folder for a clip and a picture of the window; the program then closes by itself.
    """

    files: tuple[Path, ...] = ()
    look: str = ""
    feeds: tuple[str, ...] = ()
    stage: int | None = None
    seed: int = 0
    first_frame: bool = False
    turn: bool = False
    latency: bool = False
    stroke: bool = False
    scrub: bool = False
    showreel: Path | None = None

    @property
    def unattended(self) -> bool:
        """Whether nobody is to be asked or offered anything."""
        measured = self.turn or self.stroke or self.latency or self.scrub
        return self.first_frame or measured or self.showreel is not None


def run(wish: Wish) -> int:
    """Run the window until it is closed; return the exit status."""
    _require_display()
    gc.disable()  # nothing made on the way to the first picture is garbage, and looking through it takes a while
    early = None
    if wish.files and wish.files[0].suffix.lower() in FAST:
        from neodent_viewer.app.early import Early

        early = Early(wish.files[0])
    from neodent_viewer.app.qt_import import import_qt

    import_qt()
    from neodent_viewer.app.compose import application, compose

    qt = application()
    program, rescue = compose(seed=wish.seed), None
    program.window.closed.connect(lambda: qt.quit())
    # the frame clock's beat lets Python see signals; Ctrl+C asks about unsaved work as closing the window does
    signal.signal(signal.SIGINT, lambda *_: qt.quit())
    signal.signal(signal.SIGTERM, lambda *_: qt.exit(0))
    try:
        rescue = _begin(program, wish, early)
        return int(qt.exec())
    finally:  # an error on the way reaches the terminal once the program has let go of its hook
        if rescue is not None:  # a termination asks nobody: what is not saved stays to be found
            program.window.closed.disconnect(rescue.discard)
        program.close()
        if rescue is not None:
            rescue.close()


def _begin(program: Program, wish: Wish, early: Early | None) -> Rescue | None:
    """Show the window and set everything going; return who keeps unsaved work, None for a run that has none."""
    program.clock.first_frame.connect(_collect_again)
    program.window.show()
    if early is not None:
        program.loading.expect(early)
    if wish.first_frame:
        program.clock.first_frame.disconnect()  # nothing else follows the picture
        program.clock.first_frame.connect(lambda: _report(program))
    open_wish(program, wish)
    if wish.turn:
        from neodent_viewer.app.turning import Turning

        program.clock.first_frame.connect(Turning(program).start)
    if wish.latency:
        from neodent_viewer.app.latency import Latency

        program.clock.first_frame.connect(Latency(program).start)
    if wish.stroke:
        from neodent_viewer.app.stroking import Stroking

        program.clock.first_frame.connect(Stroking(program).start)
    if wish.scrub:
        from neodent_viewer.app.scrubbing import Scrubbing

        program.clock.first_frame.connect(Scrubbing(program).start)
    if wish.showreel is not None:
        from neodent_viewer.app.showreel import Showreel

        def recorded(outcome: tuple[Path, ...] | Exception) -> None:
            print(outcome if isinstance(outcome, Exception) else "\n".join(str(path) for path in outcome), flush=True)
            program.window.close()

        program.context.live.purpose = "record"  # all that this window shows goes into the clip
        reel = Showreel(program.window, wish.showreel, SHOWREEL, recorded)
        program.clock.first_frame.connect(reel.start)
    return None if wish.unattended else watch_over(program)


def _collect_again() -> None:
    """Collect garbage from now on, but leave alone what the start has made: it stays for good."""
    gc.freeze()
    gc.enable()


def watch_over(program: Program) -> Rescue:
    """Keep unsaved work from now on, and say what an earlier session left behind once there is a picture."""
    from neodent_viewer.app.rescue import Rescue, rescue_dir

    context = program.context

    def found(path: Path) -> None:
        context.preferences.add_recent(path)
        context.shell.say(f"Work that was not saved was found. Open {path.name} from the recent files.", "warning")

    rescue = Rescue(context.history, program.background, rescue_dir())
    program.window.closed.connect(rescue.discard)
    program.clock.first_frame.connect(lambda: rescue.offer(found))
    return rescue


def open_wish(program: Program, wish: Wish) -> None:
    """Open what was asked for, and start the frame clock when there is something to draw."""
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QGuiApplication

    document, context = program.context.document, program.context
    patience = QTimer(program.clock)
    patience.setSingleShot(True)

    def settle(*_: object) -> None:
        """Once surfaces are final: look, feed."""
        program.loading.opened.disconnect(settle, missing_ok=True)
        program.loading.replaced.disconnect(settle, missing_ok=True)
        try:
            choose_look(program, wish.look)
        except NeodentError as error:
            context.shell.say_error(error)
        if wish.feeds:
            context.requests.set_feed(*wish.feeds)
        for path in wish.files:
            context.preferences.add_recent(path)

    def begin(change: Change | None = None) -> None:
        if change is None or change.path[0] == "parts":
            document.changed.disconnect(begin, missing_ok=True)
            patience.stop()
            program.start()

    program.loading.opened.connect(settle)
    program.loading.replaced.connect(settle)
    document.changed.connect(begin)
    patience.timeout.connect(begin)
    patience.start(PATIENCE)
    if wish.files:
        context.requests.open_files(wish.files)
    else:
        context.requests.open_demo()
        if not wish.unattended:
            program.window.offer_welcome()
    if wish.stage is not None:
        if wish.stage >= len(QGuiApplication.screens()):
            context.shell.say(f"There is no display {wish.stage}: the stage is shown on the last there is.", "warning")
        context.stage.show(wish.stage)


def choose_look(program: Program, name: str) -> None:
    """Take the stored look of that name, or the plain one of a shading; nothing for an empty name."""
    if name:
        from neodent_viewer.app.actions.looks import available
        from neodent_viewer.jobs.clip import choose_look as choose

        document = program.context.document
        stored = {look.name.casefold(): look for look in available(document).values()}
        document.set(("look",), stored.get(name.casefold()) or choose(document, name))


def _require_display() -> None:
    """Say so when there is nowhere to open a window: Qt itself would abort the process."""
    told = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in told):
        raise NeodentError(
            "There is no display to open a window on.",
            kind="display",
            where="DISPLAY",
            remedy="Start it on a desktop, under xvfb-run, or use `neodent render`.",
        )


def _report(program: Program) -> None:
    """Print what the first picture took, and leave at once: what follows would only clean up. Trouble goes to stderr."""
    parts, shell = list(program.context.document.parts.values()), program.context.shell
    troubles = [message.text for message in shell.heard() if message.level == "error"]
    if not parts and not troubles and program.background.jobs():
        from PySide6.QtCore import QTimer

        QTimer.singleShot(_AGAIN, program.clock, lambda: _report(program))  # that was an empty room
        return
    if troubles or not parts:
        print("\n".join(troubles) or "There was nothing to show.", file=sys.stderr, flush=True)
        os._exit(2)
    final = parts and not any(part.preview for part in parts)
    print(
        json.dumps(
            {
                "first_frame_ms": round(_since_start() * 1000),
                "rss_mb": round(_peak_mb()),
                "faces": sum(len(part.surface.faces) for part in parts),
                "vertices": sum(len(part.surface.vertices) for part in parts) if final else None,
            }
        ),
        flush=True,
    )
    os._exit(0)


def _since_start() -> float:
    """Return seconds since this process began; since the interpreter's first clock where the system does not tell."""
    try:
        began = int(Path("/proc/self/stat").read_text("ascii").rpartition(")")[2].split()[19])
        uptime = float(Path("/proc/uptime").read_text("ascii").split()[0])
        return uptime - began / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, AttributeError):
        return time.process_time()


def _peak_mb() -> float:
    """Return the most memory this process has held, in MB (1e6 bytes); 0 where the system does not tell."""
    try:
        status = Path("/proc/self/status").read_text("ascii")  # getrusage would count the process that forked this one
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6
    except (OSError, ValueError, IndexError):
        pass
    try:
        import resource
    except ImportError:
        return 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
