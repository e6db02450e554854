"""What every tool is given, and what it may answer. A tool knows no Qt and changes the document through the history only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from neodent_viewer.app.bridge import Threads
from neodent_viewer.app.cameras import Cameras
from neodent_viewer.app.context import BrushState, ToolInfo
from neodent_viewer.app.sculpting import Sculpting
from neodent_viewer.app.selection import Selection
from neodent_viewer.app.shell import Shell
from neodent_viewer.app.tools.aim import Aim
from neodent_viewer.app.tools.pointer import Pointer
from neodent_viewer.core.clock import Clock
from neodent_viewer.document.document import Document
from neodent_viewer.document.history import History
from neodent_viewer.document.part import Part
from neodent_viewer.render.annotations import Annotation

#: logical pixels within which a mark counts as meant
REACH = 12.0


@dataclass(slots=True, eq=False)
class Bench:
    """Everything a tool may reach.

    Attributes
    ----------
    document, history, selection, cameras, aim, brush, shell, background, sculpting, clock
        As everywhere.
    request : callable
        Asks for a frame: what the tool shows has changed.
    """

    document: Document
    history: History
    selection: Selection
    cameras: Cameras
    aim: Aim
    brush: BrushState
    shell: Shell
    background: Threads
    sculpting: Sculpting
    clock: Clock
    request: Callable[[], None]

    def seen(self, position: tuple[float, float, float]) -> tuple[float, float]:
        """Return where a place in world mm lies in the picture, device pixels."""
        x, y, _ = self.cameras.camera.project(position, self.cameras.size)
        return float(x), float(y)


class Tool:
    """A tool that does nothing; each real one overrides what it needs.

    The order of calls: `take`, any number of (`hover`, `press` .. `drag` .. `release`, `click`, `key`), `put_down`.
    """

    info: ToolInfo
    #: whether all probes are marked while it is in hand
    shows_probes = False
    #: whether the tool means a point rather than a thing
    aims: bool = True

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    @property
    def busy(self) -> bool:
        """Whether the surface is being changed just now: every triangle is drawn then."""
        return False

    def take(self) -> None:
        """Answer being taken in hand."""

    def put_down(self) -> None:
        """Answer another tool being taken; nothing may be left half done."""

    def press(self, at: Pointer) -> bool:
        """Answer the left button going down; return True to have the drag, False to leave it to the camera."""
        return False

    def drag(self, at: Pointer) -> None:
        """Answer a move in a drag that `press` took."""

    def tick(self, now: float) -> bool:
        """Answer time passing, `now` in s of the program's clock; return whether the next moment is wanted soon."""
        return False

    def release(self, at: Pointer) -> None:
        """Answer the end of the drag."""

    def click(self, at: Pointer) -> None:
        """Answer the left button going down and up in one place, after `press` had left it to the camera."""

    def hover(self, at: Pointer) -> None:
        """Answer a move with no button held."""

    def leave(self) -> None:
        """Answer the pointer leaving the canvas."""

    def wants_key(self, keys: str) -> bool:
        """Return whether a key belongs to the tool now."""
        return False

    def key(self, keys: str) -> None:
        """Answer a key that `wants_key` claimed."""

    def size(self, field: str) -> bool:
        """Let the hand set a field of the brush, or take what it has set; return whether the tool knows how."""
        return False

    def annotations(self) -> tuple[Annotation, ...]:
        """Return what the tool shows over the scene."""
        return ()


def label_at(part: Part, face: int, weights: object) -> int:
    """Return the FDI label under a hit, 0 for gingiva and for unlabelled parts."""
    import numpy as np

    labels = part.surface.labels
    if labels is None:
        return 0
    return int(labels[part.surface.faces[face][int(np.argmax(np.asarray(weights)))]])
