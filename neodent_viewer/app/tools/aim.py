"""What is under the cursor: the document's picker, asked only once its trees have been built in the background.

Building a tree imports numba and takes a while, so nobody waits for it on the GUI thread: until a tree stands nothing is hit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neodent_viewer.app.bridge import Threads
from neodent_viewer.app.cameras import Cameras
from neodent_viewer.app.tools.pointer import Pointer
from neodent_viewer.document.document import Change, Document
from neodent_viewer.document.part import Part
from neodent_viewer.mesh.surface import Surface

if TYPE_CHECKING:
    from neodent_viewer.document.pick import Hit, Picker


class Aim:
    """Rays from the editor's camera into the document.

    Parameters
    ----------
    document, cameras
        What is hit, and from where.
    background : Threads
        Runs the building of trees.
    """

    def __init__(self, document: Document, cameras: Cameras, background: Threads) -> None:
        self._document = document
        self._cameras = cameras
        self._background = background
        self._picker: Picker | None = None
        self._standing: dict[str, Surface] = {}  # part -> surface whose tree stands
        self._awake = False
        document.changed.connect(self._on_change)

    def wake(self) -> None:
        """Begin to build trees: after the first picture, since numba comes with them."""
        if not self._awake:
            from neodent_viewer.document.pick import Picker

            self._awake = True
            self._picker = Picker(self._document)
            for part in list(self._document.parts.values()):
                self._prepare(part)

    def pick(self, at: Pointer) -> Hit | None:
        """Return what lies under the pointer, None when nothing does or it is not known yet."""
        if self._picker is None or not self.ready:
            return None
        return self._picker.pick(*self._cameras.camera.ray(at.x, at.y, self._cameras.size))

    @property
    def ready(self) -> bool:
        """Whether every part that can be hit has its tree."""
        if self._picker is None:
            return False
        return all(self._standing.get(part.id) is part.surface for part in self._picker.pickable())

    def close(self) -> None:
        """Leave the document."""
        self._document.changed.disconnect(self._on_change, missing_ok=True)
        if self._picker is not None:
            self._picker.close()

    def _on_change(self, change: Change) -> None:
        if self._awake and change.path[0] == "parts" and change.path[2:] in {(), ("surface",), ("preview",)}:
            self._standing.pop(change.path[1], None)  # the picker has dropped its tree too
            part = self._document.parts.get(change.path[1])
            if part is not None:
                self._prepare(part)

    def _prepare(self, part: Part) -> None:
        picker, surface = self._picker, part.surface
        if picker is None or part.preview or not len(surface.faces):
            return
        built: list[Surface] = []

        def build(job: object) -> None:
            # the part may be gone, or have another surface, by the time a thread is free
            if self._document.parts.get(part.id) is part and part.surface is surface:
                picker.prepare(part.id)
                built.append(surface)

        def stands(_: object = None) -> None:
            if built:
                self._standing[part.id] = surface

        # cancelling hides the job; a tree that was built all the same is used
        self._background.submit(f"Preparing {part.name} for picking", build, stands, dropped=stands)
