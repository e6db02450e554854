"""View: camera presets, projection, the stage window, panels, full screen. None of it is an edit."""

from __future__ import annotations

from collections.abc import Callable

from neodent_viewer.app.actions.record import ALWAYS, Command
from neodent_viewer.app.context import WORKSPACES, AppContext

_DOT = " · "
#: preference: name of the display that the stage was last shown on
_STAGE = "stage.display"


def preset(name: str) -> Callable[[AppContext], None]:
    """Return the command that turns the camera to a preset."""
    return lambda context: context.camera.set_preset(name)


def step_workspace(by: int) -> Callable[[AppContext], None]:
    """Return the command that goes to the next (+1) or previous (-1) workspace."""

    def run(context: AppContext) -> None:
        here = WORKSPACES.index(context.shell.workspace)
        context.shell.set_workspace(WORKSPACES[(here + by) % len(WORKSPACES)])

    return run


def displays() -> list[str]:
    """Return the displays by name and size, in the order `StageControl.show` counts them."""
    from PySide6.QtGui import QGuiApplication

    screens = QGuiApplication.screens()
    return [f"{s.name()}{_DOT}{s.size().width()} × {s.size().height()}" for s in screens]


def open_stage(context: AppContext) -> None:
    """Open the stage: on the only display as a window, else on the one the person names; offered is the one of last time."""
    names = displays()
    if len(names) < 2:
        context.stage.show(0, full_screen=False)
        return
    screens = [name.partition(_DOT)[0] for name in names]  # a display keeps its name, not its place or size
    before = context.preferences.get(_STAGE, "")
    offered = screens.index(before) if before in screens else len(names) - 1
    chosen = context.shell.ask_choice("Stage", "Show the stage on", names, offered)
    if chosen is not None:
        context.preferences.set(_STAGE, screens[chosen])
        context.stage.show(chosen, full_screen=True)


def toggle_linked(context: AppContext) -> None:
    """Let the stage follow the editor's camera, or give it one of its own."""
    context.camera.set_linked(not context.camera.linked)


_PRESETS = (
    ("front", "Front", ("1", "F"), "mdi6.alpha-f-box-outline"),
    ("back", "Back", ("Ctrl+1",), ""),
    ("right", "Patient's Right", ("3",), ""),
    ("left", "Patient's Left", ("Ctrl+3", "L"), "mdi6.alpha-l-box-outline"),
    ("upper", "Upper Jaw, Occlusal", ("7", "T"), "mdi6.alpha-t-box-outline"),
    ("lower", "Lower Jaw, Occlusal", ("Ctrl+7",), ""),
    ("three_quarter", "Three Quarters", ("9",), ""),
)

COMMANDS = (
    *(
        Command(f"view.{n}", title, preset(n), icon, keys, "view", "1", in_show=ALWAYS)
        for n, title, keys, icon in _PRESETS
    ),
    Command(
        "view.orthographic",
        "Orthographic",
        lambda c: c.camera.toggle_orthographic(),
        "mdi6.cube-outline",
        ("5",),
        "view",
        "2",
        checked="orthographic",
        in_show=ALWAYS,
    ),
    Command(
        "view.frame",
        "Frame Selection",
        lambda c: c.camera.frame_selection(),
        "mdi6.fit-to-page-outline",
        ("Home",),
        "view",
        "2",
        hint="Bring the selection, or everything, into view.",
        in_show=ALWAYS,
    ),
    Command(
        "stage.open",
        "Open Stage Window…",
        open_stage,
        "mdi6.projector",
        ("F8",),
        "view",
        "3",
        hint="Show the stage on a display of your choice; it goes on whatever the editor does.",
        in_show="not stage_open",  # one that is lost comes back; one that is seen stays where it is
    ),
    Command(
        "stage.close",
        "Close Stage Window",
        lambda c: c.stage.close(),
        "mdi6.projector-off",
        ("Shift+Esc",),
        "view",
        "3",
        enabled="stage_open",
    ),
    Command(
        "stage.linked",
        "Stage Follows This Camera",
        toggle_linked,
        "mdi6.link-variant",
        (),
        "view",
        "3",
        checked="linked",
    ),
    Command(
        "view.full_screen",
        "Full Screen",
        lambda c: c.shell.want("full_screen"),
        "mdi6.fullscreen",
        ("F11",),
        "view",
        "5",
    ),
    Command(
        "view.next_workspace", "Next Workspace", step_workspace(1), "mdi6.arrow-right", ("Ctrl+PgDown",), "view", "6"
    ),
    Command(
        "view.previous_workspace",
        "Previous Workspace",
        step_workspace(-1),
        "mdi6.arrow-left",
        ("Ctrl+PgUp",),
        "view",
        "6",
    ),
    Command(
        "view.reset_layout",
        "Reset Panel Layout",
        lambda c: c.shell.want("reset_layout"),
        "mdi6.view-dashboard-outline",
        (),
        "view",
        "7",
        hint="Put the panels of this workspace back where they were at first.",
    ),
)
