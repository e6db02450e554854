"""From files to the document: a quick unwelded picture first, the welded surface in its place when it is ready.

Order for a scan: preview (numpy only) -> part on screen -> first picture -> read, weld and order in a thread -> surface
swapped -> one edit in the history. Opening a project, the demo or nothing empties the document and refills it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from neodent_viewer.app.bridge import BackgroundJob, Threads
from neodent_viewer.app.cameras import Cameras
from neodent_viewer.app.early import Early, read_preview
from neodent_viewer.app.shell import Shell
from neodent_viewer.core.signals import Signal
from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import ValueEdit
from neodent_viewer.document.history import History
from neodent_viewer.document.part import Part
from neodent_viewer.mesh.surface import Surface

if TYPE_CHECKING:
    from neodent_viewer.files.project import Loaded
    from neodent_viewer.render.views import Camera

#: s that welding waits for the first picture, so that numba's import does not hold it up
PATIENCE = 2.0


class Loading:
    """Opens things.

    Parameters
    ----------
    document, history, cameras, shell, background
        As everywhere.
    """

    #: emitted with the part ids of a mesh file once its surfaces are final
    opened = Signal(tuple)
    #: emitted with the project's path, None for a new document or the demo, after everything was replaced
    replaced = Signal(object)

    def __init__(
        self, document: Document, history: History, cameras: Cameras, shell: Shell, background: Threads
    ) -> None:
        self._document = document
        self._history = history
        self._cameras = cameras
        self._shell = shell
        self._background = background
        self._jobs: list[BackgroundJob] = []
        self._early: dict[Path, Early] = {}
        self._framed: Camera | None = None
        self.picture_shown = threading.Event()
        #: counts the documents that took each other's place
        self.generation = 0

    def expect(self, early: Early) -> None:
        """Take a preview that is already being read."""
        self._early[early.path] = early

    # -- meshes --------------------------------------------------------------------------------------------------

    def open_meshes(self, paths: Sequence[Path]) -> None:
        """Open mesh files; their surfaces become further parts, in the order of the files where previews allow."""
        turn = threading.Event()
        turn.set()
        for path in paths:
            turn = self._open_mesh(path, turn)

    def _open_mesh(self, path: Path, turn: threading.Event) -> threading.Event:
        """Open one file once its `turn` has come; return what is set when the next one's has."""
        shown: list[Part] = []
        mine = threading.Event()

        def work(job: BackgroundJob) -> list[Part]:
            preview = self._preview(path)
            turn.wait(PATIENCE)
            if preview is not None and not job.cancelled():
                part = Part.from_surface(preview, source=str(path), preview=True)
                self._background.post(lambda: self._show_preview(job, part, shown))
            mine.set()
            if preview is not None:
                self.picture_shown.wait(PATIENCE)
            from neodent_viewer.files.opening import read_parts

            return read_parts([path], progress=job.progress, cancelled=job.cancelled)

        job = self._background.submit(
            f"Reading {path.name}",
            work,
            lambda parts: self._arrived(path, shown, parts),
            lambda error: self._failed(shown, error),
            lambda: self._withdraw(shown),
            stoppable=True,
        )
        self._jobs.append(job)
        return mine

    def _preview(self, path: Path) -> Surface | None:
        early = self._early.pop(path, None)
        return read_preview(path) if early is None else early.surface()

    def _show_preview(self, job: BackgroundJob, part: Part, shown: list[Part]) -> None:
        if job.cancelled():
            return
        shown.append(part)
        self._add(part)

    def _arrived(self, path: Path, shown: list[Part], parts: list[Part]) -> None:
        """Put the final surfaces in place and keep the opening as one edit a part."""
        saved = not self._history.unsaved()
        alone = len(self._document.parts) == len(shown)
        final = []
        for part in parts:
            if shown:  # the preview's part lives on, so that what was selected meanwhile stays so
                preview = shown.pop()
                if self._document.parts.get(preview.id) is not preview:
                    continue  # it was taken out meanwhile, and stays out
                part = self._take_over(preview, part)
            else:
                self._add(part)
            self._history.keep(ValueEdit(("parts", part.id), None, part, f"Open {path.name}"))
            final.append(part.id)
        if saved and alone:
            self._history.mark_saved()  # a scan that was only looked at is not unsaved work
        self._say_what_was_dropped(path, parts)
        self.opened.emit(tuple(final))

    def _add(self, part: Part) -> None:
        """Put a part in; bring everything into view unless the person has chosen a view of their own."""
        ours = not self._document.parts or self._cameras.camera == self._framed
        self._document.set(("parts", part.id), part)
        if ours:
            self._cameras.frame_all()
            self._framed = self._cameras.camera

    def _take_over(self, shown: Part, read: Part) -> Part:
        shown.jaw, shown.name, shown.transform = read.jaw, read.name, read.transform
        self._document.replace_surface(shown.id, read.surface)
        return shown

    def _failed(self, shown: list[Part], error: Exception) -> None:
        self._withdraw(shown)
        self._shell.say_error(error)

    def _withdraw(self, shown: list[Part]) -> None:
        """Leave the document as it was before a reading that came to nothing."""
        for part in shown:
            if self._document.parts.get(part.id) is part:
                self._document.set(("parts", part.id), None)
        shown.clear()
        self.opened.emit(())

    def _say_what_was_dropped(self, path: Path, parts: Sequence[Part]) -> None:
        losses = [f"{count:,} {what}" for part in parts for what, count in part.surface.report.dropped.items()]
        notes = [note for part in parts for note in part.surface.report.notes]
        if losses:
            self._shell.say(f"{path.name} was opened without {', '.join(losses)}.", "warning")
        for note in dict.fromkeys(notes):
            self._shell.say(f"{path.name}: {note}")

    # -- everything else -----------------------------------------------------------------------------------------

    def open_project(self, path: Path, then: Callable[[], None]) -> None:
        """Read a project in the background, let it replace everything, then go on with `then`."""

        def work(job: BackgroundJob) -> Loaded:
            from neodent_viewer.files.project import load_project

            return load_project(path)

        def arrived(loaded: Loaded) -> None:
            self.refill(loaded.document)
            self._history.restore(loaded.done, loaded.undone)
            then()
            self.replaced.emit(path)

        self._jobs.append(self._background.submit(f"Opening {path.name}", work, arrived, stoppable=True))

    def open_demo(self, then: Callable[[], None]) -> None:
        """Read the shipped smile in the background, let it replace everything, then go on with `then`."""

        def work(job: BackgroundJob) -> Document:
            from neodent_viewer.jobs.demo import demo_document

            return demo_document()

        def arrived(demo: Document) -> None:
            self.refill(demo)
            then()
            self.replaced.emit(None)

        self._jobs.append(self._background.submit("Opening the demo smile", work, arrived, stoppable=True))

    def new(self) -> None:
        """Start with nothing."""
        self.refill(Document())
        self.replaced.emit(None)

    def refill(self, other: Document) -> None:
        """Empty the document, put in what another holds, and forget the history."""
        self.generation += 1
        for job in self._jobs:
            job.cancel()
        self._jobs.clear()
        document = self._document
        for path in list(document.paths()):
            if len(path) == 2:
                document.set(path, None)
        for path in list(other.paths()):
            document.set(path, other.get(path))
        self._history.clear()
        self._cameras.frame_all()
        self._framed = self._cameras.camera
