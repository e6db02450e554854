"""File: new, open, save, export, pictures. Work that takes time is requested; unsaved work is asked about first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from neodent_viewer.app.actions.record import Command
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.project_files import SUFFIX, is_project_file
from neodent_viewer.app.shell import EXPORT_FILTER


def confirm_unsaved(context: AppContext, then: Callable[[], None]) -> bool:
    """Go on with ``then()`` once unsaved work is saved or given up; return whether it went on at once."""
    if not context.history.unsaved():
        then()
        return True
    answer = context.shell.ask_unsaved()
    if answer == "discard":
        then()
        return True
    if answer == "save":
        save(context, then)
    return False


def new(context: AppContext) -> None:
    """Start an empty document."""
    confirm_unsaved(context, context.requests.new)


def open_paths(context: AppContext, paths: Sequence[Path]) -> None:
    """Open files given by name: a project replaces everything, so it asks first; meshes are added."""
    if not paths:
        return
    if any(is_project_file(path) for path in paths):
        confirm_unsaved(context, lambda: context.requests.open_files(paths))
    else:
        context.requests.open_files(paths)
    for path in paths:
        context.preferences.add_recent(path)


def open_dialog(context: AppContext) -> None:
    """Ask for files and open them."""
    recent = context.preferences.recent()
    open_paths(context, context.shell.ask_open(str(recent[0].parent) if recent else ""))


def open_demo(context: AppContext) -> None:
    """Show the shipped smile with its probes and a simulated feed."""
    confirm_unsaved(context, context.requests.open_demo)


def save(context: AppContext, then: Callable[[], None] | None = None) -> None:
    """Save where the project lies, or ask where."""
    path = context.requests.project
    if path is None:
        save_as(context, then)
    else:
        context.requests.save(path, then)


def save_as(context: AppContext, then: Callable[[], None] | None = None) -> None:
    """Ask where to save, and save there."""
    path = context.shell.ask_save("Save project", "smile.neodent", "Projects (*.neodent)", SUFFIX)
    if path is not None:
        context.requests.save(path, then)
        context.preferences.add_recent(path)


def export(context: AppContext) -> None:
    """Write the selected parts, or all of them, to a mesh file."""
    parts = [name for name in context.selection.current.parts if name in context.document.parts]
    path = context.shell.ask_save("Export parts", "part.stl", EXPORT_FILTER, ".stl")
    if path is not None:
        context.requests.export(parts or list(context.document.parts), path)


def picture(context: AppContext, *, transparent: bool = False) -> None:
    """Ask where to put a picture of the canvas, and write it there."""
    path = context.shell.ask_save("Save picture", "smile.png", "PNG picture (*.png)", ".png")
    if path is not None:
        context.requests.picture(path, transparent=transparent)


def picture_transparent(context: AppContext) -> None:
    """Write a picture without its background."""
    picture(context, transparent=True)


COMMANDS = (
    Command("file.new", "New", new, "mdi6.file-outline", ("Ctrl+N",), "file", "1"),
    Command(
        "file.open",
        "Open…",
        open_dialog,
        "mdi6.folder-open-outline",
        ("Ctrl+O",),
        "file",
        "1",
        hint="Open scans (STL, PLY, OBJ, GLB) as further parts, or a project.",
    ),
    Command(
        "file.demo",
        "Open the Demo Smile",
        open_demo,
        "mdi6.tooth-outline",
        (),
        "file",
        "1b",
        hint="The shipped smile with probes and a simulated feed.",
    ),
    Command("file.save", "Save", save, "mdi6.content-save-outline", ("Ctrl+S",), "file", "2"),
    Command("file.save_as", "Save as…", save_as, "mdi6.content-save-edit-outline", ("Ctrl+Shift+S",), "file", "2"),
    Command(
        "file.export",
        "Export Parts…",
        export,
        "mdi6.export-variant",
        ("Ctrl+E",),
        "file",
        "3",
        enabled="has_parts",
        hint="Write the selected parts, or all, to STL, PLY, OBJ or GLB in the vertex order of their files.",
    ),
    Command(
        "file.picture",
        "Picture…",
        picture,
        "mdi6.camera-outline",
        ("F12",),
        "file",
        "4",
        hint="Save what the canvas shows as PNG.",
    ),
    Command(
        "file.picture_transparent",
        "Picture Without Background…",
        picture_transparent,
        "mdi6.camera-enhance-outline",
        ("Ctrl+F12",),
        "file",
        "4",
        hint="Save what the canvas shows as PNG with a transparent background.",
    ),
    Command("file.quit", "Quit", lambda c: c.shell.want("close"), "mdi6.power", ("Ctrl+Q",), "file", "9"),
)
