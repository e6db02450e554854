"""Sculpt: the brush in hand. Its settings are no edits, so undo never changes the brush."""

from __future__ import annotations

from collections.abc import Callable

from neodent_viewer.app.actions.record import Command
from neodent_viewer.app.context import RADII, AppContext

_HERE = ("sculpt",)


def resize(factor: float) -> Callable[[AppContext], None]:
    """Return the command that scales the brush radius."""

    def run(context: AppContext) -> None:
        low, high = RADII
        context.tools.brush.set(radius=min(high, max(low, round(context.tools.brush.radius * factor, 3))))

    return run


def size(field: str) -> Callable[[AppContext], None]:
    """Return the command that lets the hand set a field of the brush; with no brush in hand it is typed."""

    def run(context: AppContext) -> None:
        if not context.tools.size(field):
            context.shell.want(f"brush_{field}")

    return run


def toggle_symmetry(context: AppContext) -> None:
    """Mirror strokes across the midline, or stop."""
    context.tools.brush.set(symmetry_x=not context.tools.brush.symmetry_x)


def toggle_contact(context: AppContext) -> None:
    """Let brushes stop at neighbouring teeth and at other parts, or not."""
    context.tools.brush.set(keep_contact=not context.tools.brush.keep_contact)


def toggle_invert(context: AppContext) -> None:
    """Let the brush dig instead of building up, or the other way round."""
    context.tools.brush.set(invert=not context.tools.brush.invert)


COMMANDS = (
    Command("sculpt.larger", "Larger Brush", resize(1.15), "mdi6.plus-circle-outline", ("]",), "tools", "3", _HERE),
    Command(
        "sculpt.smaller", "Smaller Brush", resize(1 / 1.15), "mdi6.minus-circle-outline", ("[",), "tools", "3", _HERE
    ),
    Command(
        "sculpt.radius",
        "Brush Radius…",
        size("radius"),
        "mdi6.radius-outline",
        ("F",),
        "tools",
        "3",
        _HERE,
        hint="Move sideways and click; with no brush in hand type a radius in mm.",
    ),
    Command(
        "sculpt.strength",
        "Brush Strength…",
        size("strength"),
        "mdi6.gauge",
        ("Shift+F",),
        "tools",
        "3",
        _HERE,
        hint="Move sideways and click; with no brush in hand type a strength in percent.",
    ),
    Command(
        "sculpt.symmetry",
        "Symmetry Across the Midline",
        toggle_symmetry,
        "mdi6.reflect-horizontal",
        ("X",),
        "tools",
        "4",
        _HERE,
        checked="symmetry",
    ),
    Command(
        "sculpt.keep_contact",
        "Keep Contact",
        toggle_contact,
        "mdi6.vector-intersection",
        ("Shift+L",),
        "tools",
        "4",
        _HERE,
        checked="keep_contact",
        hint="Brushes stop at neighbouring teeth and at the other jaw; colours show how near they are.",
    ),
    Command(
        "sculpt.invert",
        "Dig Instead of Build",
        toggle_invert,
        "mdi6.swap-vertical",
        (),
        "tools",
        "4",
        _HERE,
        checked="invert",
        hint="Ctrl turns the brush round while it is held.",
    ),
)
