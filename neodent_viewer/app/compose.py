"""The only place that builds the object graph of the window.

Order: application (contexts shared) -> document, history, live -> engine in its own context -> cameras, tools, canvas ->
frame clock and stage -> services -> `AppContext` -> main window. After the first picture: trees for picking, panels, feed.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QApplication

from neodent_viewer.app import theme
from neodent_viewer.app.bridge import Threads
from neodent_viewer.app.cameras import Cameras
from neodent_viewer.app.canvas import Canvas
from neodent_viewer.app.context import AppContext, BrushState
from neodent_viewer.app.feed import Feed
from neodent_viewer.app.frame_clock import FrameClock
from neodent_viewer.app.frames import EDITOR, Frames
from neodent_viewer.app.gl_context import QtContext, share_contexts
from neodent_viewer.app.loading import Loading
from neodent_viewer.app.logging_setup import ExceptHook, close_logging, set_up_logging
from neodent_viewer.app.pictures import Pictures
from neodent_viewer.app.preferences import Preferences
from neodent_viewer.app.requests import AppRequests
from neodent_viewer.app.saving import Saving
from neodent_viewer.app.sculpting import Sculpting
from neodent_viewer.app.selection import Selection
from neodent_viewer.app.shell import Shell
from neodent_viewer.app.stage_window import Stage
from neodent_viewer.app.timeline import Timeline
from neodent_viewer.app.tools.aim import Aim
from neodent_viewer.app.tools.base import Bench
from neodent_viewer.app.tools.hand import CanvasHand
from neodent_viewer.app.tools.legend import LegendWheel
from neodent_viewer.app.tools.toolbox import Tools
from neodent_viewer.app.turntable import Turntable
from neodent_viewer.app.viewing import HERE, Viewing
from neodent_viewer.app.window import MainWindow
from neodent_viewer.core.clock import Clock, MonotonicClock
from neodent_viewer.document.document import Change, Document
from neodent_viewer.document.history import History
from neodent_viewer.document.look import Shading
from neodent_viewer.document.spill import Spill
from neodent_viewer.live.live import Live
from neodent_viewer.render.engine import Engine

#: how far the camera steps back where two pictures share the canvas
_BACK = 1.7
#: preference: the settings of all brushes
BRUSH = "brush"


def application() -> QApplication:
    """Return the QApplication, made with shared contexts and the program's theme if there is none yet."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    share_contexts()
    made = QApplication([sys.argv[0]])
    made.setApplicationName("neodent")
    made.setApplicationDisplayName("neodent")
    theme.apply(made)
    return made


@dataclass(slots=True, eq=False)
class Program:
    """The running program: what starts, tests and the end of it need to hold."""

    context: AppContext
    window: MainWindow
    canvas: Canvas
    frames: Frames
    clock: FrameClock
    stage: Stage
    loading: Loading
    feed: Feed
    background: Threads
    aim: Aim
    hand: CanvasHand
    hook: ExceptHook

    def start(self) -> None:
        """Let the frame clock run; the window should be shown by now."""
        self.clock.start(self.frames, self.stage)

    def close(self) -> None:
        """Stop everything, in the order it depends on each other, and let go; nobody is asked about unsaved work any more."""
        self.context.history.mark_saved()
        self.context.shell.show_mode = False
        self.context.preferences.set(BRUSH, self.context.tools.brush.remembered())
        self.clock.stop()
        self.loading.picture_shown.set()
        self.background.close()
        self.stage.dispose()
        self.aim.close()
        self.context.sculpting.close()
        self.context.timeline.close()
        self.context.live.close()
        self.window.close()
        self.window.deleteLater()
        self.context.engine.close()
        self.context.history.close()
        self.hook.uninstall()
        close_logging()


def compose(*, clock: Clock | None = None, preferences: Path | None = None, seed: int = 0) -> Program:
    """Build the program around an empty document; nothing is shown yet. A QApplication must stand (`application`)."""
    clock = clock or MonotonicClock()
    document, selection, shell, brush = Document(), Selection(), Shell(), BrushState()
    history = History(document, spill=Spill())
    live = Live(document, clock)
    hook = ExceptHook(shell.say_error)
    set_up_logging()
    background = Threads(shell.say_error)
    engine = Engine(QtContext(), lambda work, then: background.quietly(work, then))
    engine.problems.connect(shell.say_error)
    engine.attach(document)
    cameras = Cameras(document, selection)
    aim = Aim(document, cameras, background)
    feed = Feed(document, history, live, shell, seed, background)
    ticker = FrameClock(clock, live)
    sculpting, viewing, kept = Sculpting(document, history, selection, background), Viewing(), Preferences(preferences)
    brush.remember(kept.get(BRUSH, {}))
    bench = Bench(
        document, history, selection, cameras, aim, brush, shell, background, sculpting, clock, ticker.request
    )
    tools = Tools(bench)
    hand = CanvasHand(tools, cameras, aim)
    canvas = Canvas(hand)
    stage = Stage(engine, ticker.request)
    frames = Frames(engine, cameras, canvas, stage, hand.annotations, shell.say_error, viewing)
    cameras.measure = frames.editor_size
    hand.over_wheel = LegendWheel(document, history, lambda: () if shell.show_mode else engine.legends(EDITOR))
    ticker.animated = lambda: is_lively(document, feed, stage, viewing)
    ticker.stroke = lambda: hand.busy
    loading = Loading(document, history, cameras, shell, background)
    saving = Saving(document, history, shell, background, lambda: loading.generation)
    pictures = Pictures(engine, cameras, live, ticker, shell, background)
    requests = AppRequests(loading, saving, pictures, feed, shell, canvas.devicePixelRatioF)
    context = AppContext(
        document=document,
        history=history,
        live=live,
        engine=engine,
        clock=clock,
        selection=selection,
        tools=tools,
        camera=cameras,
        ticker=ticker,
        background=background,
        stage=stage,
        requests=requests,
        shell=shell,
        preferences=kept,
        sculpting=sculpting,
        viewing=viewing,
        timeline=Timeline(document, live, cameras, background, shell, ticker.request, lambda: hand.has_camera),
    )
    _connect_timeline(context, ticker, feed, frames)
    window = MainWindow(context, canvas)
    _connect(context, canvas, ticker, cameras, aim, loading)
    _connect_sculpting(context, ticker, hand, cameras)
    tools.changed.connect(lambda: canvas.set_aiming(tools.tool.aims))
    hook.install()  # from here on errors are told in the window; before, there is none and they reach the terminal
    return Program(context, window, canvas, frames, ticker, stage, loading, feed, background, aim, hand, hook)


def _permits(live: Live, channel: str, purpose: str) -> bool:
    """Return whether what a picture keeps of a channel may still be seen, though its probe was taken away meanwhile."""
    heard = live.heard(channel)
    return heard is not None and live.gate.allows(heard, purpose)


def _connect(
    context: AppContext, canvas: Canvas, ticker: FrameClock, cameras: Cameras, aim: Aim, loading: Loading
) -> None:
    """Tell the frame clock about everything that is seen, and the engine what may be."""
    context.engine.permits = partial(_permits, context.live)
    context.document.changed.connect(lambda change: _on_document(ticker, change))
    context.selection.changed.connect(ticker.request)
    context.engine.wants_frame.connect(ticker.request)
    cameras.changed.connect(ticker.request_moving)
    canvas.wanted.connect(ticker.request_anew)
    canvas.presented.connect(ticker.presented)
    loading.replaced.connect(
        lambda *_: context.selection.clear()
    )  # another document's teeth and probes may have these names
    ticker.first_frame.connect(loading.picture_shown.set)
    ticker.first_frame.connect(aim.wake)


def _connect_timeline(context: AppContext, ticker: FrameClock, feed: Feed, frames: Frames) -> None:
    """Let time pass for the timeline, and its story be heard."""
    feed.begun.connect(context.timeline.restart)
    frames.captions = context.timeline.story.captions
    ticker.ticked.connect(lambda: context.timeline.tick(context.clock.now()))


def _connect_sculpting(context: AppContext, ticker: FrameClock, hand: CanvasHand, cameras: Cameras) -> None:
    """Tell the frame clock what the editor is looked through, and what needs time to pass about it."""
    turntable = Turntable(cameras, context.viewing)

    def tick() -> None:
        now = context.clock.now()
        airbrush = hand.tick(now)
        owed = context.sculpting.deviations.tick(now, busy=hand.busy)
        owed |= context.sculpting.contacts.tick(now, busy=hand.busy)
        if turntable.tick(now):
            ticker.request_moving()
        elif airbrush or (owed and hand.busy):
            ticker.request()

    def show_contact(*_: object) -> None:
        viewing, here = context.viewing, context.shell.workspace in HERE
        kept = context.tools.brush.keep_contact and hand.brushing and context.shell.workspace == "sculpt"
        wanted = here and not viewing.deviation and (viewing.clearance or kept)
        context.sculpting.contacts.show(context.sculpting.part, wanted)

    split = [context.viewing.split]

    def viewing_changed() -> None:
        if context.viewing.split != split[0]:  # half as wide: step back, so that what was seen is
            split[0] = context.viewing.split
            camera = cameras.camera
            cameras.set_camera(replace(camera, distance=camera.distance * (_BACK if split[0] else 1 / _BACK)))
        context.sculpting.deviations.show(context.viewing.deviation)
        show_contact()
        ticker.request_anew()

    context.viewing.changed.connect(viewing_changed)

    def tool_changed() -> None:
        if hand.brushing:
            context.viewing.suit_a_brush()
        show_contact()

    context.tools.changed.connect(tool_changed)
    context.tools.brush.changed.connect(show_contact)
    context.sculpting.changed.connect(show_contact)
    context.shell.workspace_changed.connect(show_contact)
    context.viewing.turn_to(context.shell.workspace)
    context.shell.workspace_changed.connect(context.viewing.turn_to)
    context.shell.workspace_changed.connect(ticker.request_anew)
    ticker.ticked.connect(tick)


def _on_document(ticker: FrameClock, change: Change) -> None:
    other_scene = change.path == ("look",) or (change.path[0] == "parts" and "arrays" not in change.path)
    (ticker.request_anew if other_scene else ticker.request)()


def is_lively(document: Document, feed: Feed, stage: Stage, viewing: Viewing) -> bool:
    """Return whether pictures are due though nobody does anything; an editor's own shading rests."""
    if not stage.is_open and viewing.display.surface != "look":
        return False
    return (feed.running and shows_feed(document)) or moves_by_itself(document)


def shows_feed(document: Document) -> bool:
    """Return whether anything of a feed is seen: a look without field and faults rests, and is drawn in full."""
    look = document.look
    return look.shading is Shading.FIELD or look.glitch > 0 or look.harmonise > 0 or bool(look.chain)


def moves_by_itself(document: Document) -> bool:
    """Return whether the picture changes with time alone: effects have a life of their own, holograms flicker."""
    return bool(document.look.chain) or document.look.shading is Shading.HOLOGRAM
