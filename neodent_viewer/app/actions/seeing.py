"""Seeing what one does: shading of the view, the original held or beside, deviation, a tooth kept to, the turntable.

None of it is an edit, and none of it reaches the stage.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from neodent_viewer.app.actions.record import Command
from neodent_viewer.app.context import AppContext
from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.render.display import MATCAPS, SURFACES

_HERE = ("sculpt", "review")
_ICONS = {
    "look": "mdi6.palette-outline",
    "smooth": "mdi6.circle",
    "matcap": "mdi6.circle-opacity",
    "flat": "mdi6.hexagon-outline",
    "xray": "mdi6.circle-double",
}


def shade(surface: str) -> Callable[[AppContext], None]:
    """Return the command that shades the view in one way."""
    return lambda context: context.viewing.show(surface=surface)


def wear(matcap: str) -> Callable[[AppContext], None]:
    """Return the command that puts on a matcap."""
    return lambda context: context.viewing.show(surface="matcap", matcap=matcap)


def flip(field: str) -> Callable[[AppContext], None]:
    """Return the command that switches a field of the display."""

    def run(context: AppContext) -> None:
        context.viewing.show(**{field: not getattr(context.viewing.display, field)})

    return run


def switch(field: str) -> Callable[[AppContext], None]:
    """Return the command that switches a field of the viewing."""

    def run(context: AppContext) -> None:
        context.viewing.set(**{field: not getattr(context.viewing, field)})

    return run


def keep_to_tooth(context: AppContext) -> None:
    """Frame the chosen tooth (without one: what is selected) and turn about it alone, or let the view go."""
    if context.camera.pivot is not None:
        context.camera.keep_to(None)
        return
    chosen, document = context.selection.current, context.document
    part = document.parts.get(chosen.part) or context.sculpting.part
    if part is None:
        raise ArgumentError("There is nothing to keep the view to.", kind="argument", remedy="Open a scan first.")
    points, labels = part.surface.vertices, part.surface.labels
    if chosen.tooth and labels is not None and np.any(labels == chosen.tooth):
        points = points[labels == chosen.tooth]
    elif labels is not None:
        raise ArgumentError(
            "No tooth is chosen.", kind="argument", where=part.name, remedy="Take Select (Q) and click one, then again."
        )
    context.camera.keep_to(part.to_world(points))


COMMANDS = (
    *(
        Command(
            f"see.{name}",
            f"Shading: {title}",
            shade(name),
            _ICONS[name],
            (f"Alt+{place}",),
            "view/Shading",
            "1",
            _HERE,
            checked=f"surface == '{name}'",
        )
        for place, (name, title) in enumerate(SURFACES.items(), 1)
    ),
    *(
        Command(
            f"see.matcap_{name}",
            f"Matcap: {title}",
            wear(name),
            "",
            (),
            "view/Shading",
            "2",
            _HERE,
            checked=f"surface == 'matcap' and matcap == '{name}'",
        )
        for name, title in MATCAPS.items()
    ),
    Command(
        "see.wire", "Wire", flip("wire"), "mdi6.grid", ("Shift+Z",), "view/Shading", "3", _HERE, checked="wire",
        hint="The edges of all triangles over the surface.",
    ),
    Command(
        "see.marks", "Masks and Zones", flip("marks"), "mdi6.shield-half-full", (), "view/Shading", "3", _HERE,
        checked="marks",
    ),
    Command(
        "see.colours", "Painted Colours", flip("colours"), "mdi6.format-paint", (), "view/Shading", "3", _HERE,
        checked="colours", hint="Scanned and painted colours over plain shading and matcaps.",
    ),
    Command(
        "see.original",
        "Show the Original",
        flip("original"),
        "mdi6.history",
        ("O",),
        "view/Compare",
        "1",
        _HERE,
        checked="original",
        hint="For as long as the key is held; chosen in the menu, until it is chosen again.",
        release=lambda context: context.viewing.show(original=False),
    ),
    Command(
        "see.ghost", "Ghost of the Original", flip("ghost"), "mdi6.ghost-outline", ("Alt+O",), "view/Compare", "1",
        _HERE, checked="ghost", hint="A thin film where the original stands out of what it has become.",
    ),
    Command(
        "see.beside", "Original Beside", switch("beside"), "mdi6.compare", ("Shift+O",), "view/Compare", "1", _HERE,
        checked="beside", hint="Both from the same side; a brush works in either picture.",
    ),
    Command(
        "see.deviation", "Deviation Map", switch("deviation"), "mdi6.map-outline", ("Alt+D",), "view/Compare", "1",
        _HERE, checked="deviation", hint="How far the surface is from its original, in mm: above zero it was built up.",
    ),
    Command(
        "see.clearance", "Contact Map", switch("clearance"), "mdi6.vector-intersection", ("Alt+C",), "view/Compare", "1",
        _HERE, checked="clearance",
        hint="How near the surface is to neighbouring teeth and to the other jaw, in mm: below zero it penetrates.",
    ),
    Command(
        "view.keep_to_tooth", "Keep View to Tooth", keep_to_tooth, "mdi6.tooth-outline", ("Shift+Home",), "view", "2",
        _HERE, checked="kept_to", enabled="has_parts", hint="Frame the chosen tooth and turn about it, until let go.",
    ),
    Command(
        "view.turntable", "Turntable", switch("turning"), "mdi6.rotate-3d-variant", ("Alt+T",), "view", "2", _HERE,
        checked="turning", enabled="has_parts", hint="Go round by itself.",
    ),
)  # fmt: skip
