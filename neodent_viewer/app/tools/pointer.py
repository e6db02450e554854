"""Mouse, pen and keys as plain values, so that tools know no Qt."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pointer:
    """One pointer event over the canvas.

    Attributes
    ----------
    x, y : float
        Device pixels of the picture, from its top left corner.
    button : str
        The button this event is about: ``"left"``, ``"middle"``, ``"right"``; empty for a move.
    held : frozenset of str
        Buttons held down.
    ctrl, shift, alt : bool
        Modifier keys.
    pressure : float
        0..1; 1 for a mouse.
    tilt : (x, y)
        Degrees from upright, as the pen gives them.
    pen : bool
        Whether a pen made it.
    scale : float
        Device pixels per logical pixel, to keep distances on screen the same on every display.
    """

    x: float
    y: float
    button: str = ""
    held: frozenset[str] = frozenset()
    ctrl: bool = False
    shift: bool = False
    alt: bool = False
    pressure: float = 1.0
    pen: bool = False
    scale: float = 1.0
    tilt: tuple[float, float] = (0.0, 0.0)
