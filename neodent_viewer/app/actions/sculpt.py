"""Sculpt: the brush in hand. Its settings are no edits, so undo never changes the brush."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from neodent_viewer.app.actions.record import Command
from neodent_viewer.app.brush_state import PIXELS
from neodent_viewer.app.context import RADII, AppContext

_HERE = ("sculpt",)


def resize(factor: float) -> Callable[[AppContext], None]:
    """Return the command that scales the brush radius, in mm or in pixels as it is set."""

    def run(context: AppContext) -> None:
        brush = context.tools.brush
        if brush.in_pixels:
            step = 1.0 if factor > 1.0 else -1.0  # a small brush must not stay as it is by rounding
            size = round(brush.pixels * factor)
            low, high = PIXELS
            brush.set(pixels=min(high, max(low, float(size if size != brush.pixels else brush.pixels + step))))
        else:
            low, high = RADII
            brush.set(radius=min(high, max(low, round(brush.radius * factor, 3))))

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


def place_symmetry(context: AppContext) -> None:
    """Show the plane of symmetry as it is, to be dragged and turned; agreed to, brushes are mirrored across it."""
    from neodent_viewer.app.actions.layers import part_in_work
    from neodent_viewer.app.tools.strokes import midplane, world_plane
    from neodent_viewer.document.planes import angles, direction, offset

    part, brush, plane = part_in_work(context), context.tools.brush, context.plane
    if plane is None:
        return
    fitted = midplane(part) if brush.fitted else None
    now = world_plane(part, fitted) if fitted is not None else brush.plane or (1.0, 0.0, 0.0, 0.0)
    way = 1.0 if now[0] >= 0.0 else -1.0
    turn, tilt = angles("+x", np.array(now[:3]) * way)

    def take(options: dict[str, Any]) -> None:
        x, y, z = direction(options["axis"], options["turn"], options["tilt"]).tolist()
        brush.set(symmetry_x=True, fitted=False, plane=(x, y, z, offset(options["axis"], options["at"])))

    plane.begin(part, "symmetry", {"axis": "+x", "turn": turn, "tilt": tilt, "at": now[3] * way}, take)


def straighten_symmetry(context: AppContext) -> None:
    """Mirror across x = 0 again."""
    context.tools.brush.set(plane=(), fitted=False)


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
        "sculpt.place_symmetry",
        "Symmetry Plane…",
        place_symmetry,
        "mdi6.square-opacity",
        ("Alt+X",),
        "tools",
        "4",
        _HERE,
        enabled="has_parts",
        hint="Drag and turn the plane that brushes are mirrored across.",
    ),
    Command(
        "sculpt.straighten_symmetry",
        "Symmetry Across x = 0",
        straighten_symmetry,
        "",
        (),
        "tools",
        "4",
        _HERE,
        enabled="own_plane",
        hint="Forget the plane of symmetry that was placed.",
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
