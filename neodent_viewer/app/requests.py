"""What actions and the window ask for: files, pictures, feeds. Everything returns at once and reports through the shell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from neodent_viewer.app.feed import Feed
from neodent_viewer.app.loading import Loading
from neodent_viewer.app.pictures import Pictures
from neodent_viewer.app.project_files import is_project_file
from neodent_viewer.app.rescue import rescue_dir
from neodent_viewer.app.saving import Saving
from neodent_viewer.app.shell import Shell
from neodent_viewer.core.signals import Signal


class AppRequests:
    """Implements ``app.context.Requests``.

    Parameters
    ----------
    loading, saving, pictures, feed, shell
        Who does it.
    scale : callable
        Returns device pixels a logical pixel of the canvas.
    """

    project_changed = Signal()

    def __init__(
        self,
        loading: Loading,
        saving: Saving,
        pictures: Pictures,
        feed: Feed,
        shell: Shell,
        scale: Callable[[], float],
    ) -> None:
        self._loading = loading
        self._saving = saving
        self._pictures = pictures
        self._feed = feed
        self._shell = shell
        self._scale = scale
        self._project: Path | None = None
        loading.replaced.connect(saving.look)
        loading.replaced.connect(self._set_project)
        saving.saved.connect(self._set_project)

    @property
    def project(self) -> Path | None:
        """The project file in use, None before the first save."""
        return self._project

    def _set_project(self, path: Path | None) -> None:
        # what was rescued has no place of its own yet: saving asks for one
        self._project = None if path is not None and path.parent == rescue_dir() else path
        self.project_changed.emit()

    def new(self) -> None:
        """Empty the document and the history."""
        self._loading.new()
        self._feed.set("none")

    def open_files(self, paths: Sequence[Path]) -> None:
        """Open a project, or meshes as further parts."""
        projects = [path for path in paths if is_project_file(path)]
        if projects:
            if len(paths) > 1:
                self._shell.say(
                    f"A project opens by itself: {projects[0].name} was opened, the rest was not.", "warning"
                )
            self._loading.open_project(projects[0], self._feed.resume)
            return
        self._loading.open_meshes(paths)

    def open_demo(self) -> None:
        """Open the shipped smile with a simulated feed."""
        self._loading.open_demo(lambda: self._feed.set("sim"))

    def save(self, path: Path, then: Callable[[], None] | None = None) -> None:
        """Write the project in the background."""
        self._saving.save(path, then)

    def export(self, parts: Sequence[str], path: Path) -> None:
        """Write parts to a mesh file."""
        self._saving.export(parts, path)

    def picture(self, path: Path, *, transparent: bool = False) -> None:
        """Write what the canvas shows."""
        self._pictures.take(path, self._scale(), transparent=transparent)

    def set_feed(self, *specs: str) -> None:
        """Switch to these feeds, ending all others."""
        self._feed.set(*specs)

    def add_feed(self, spec: str, instead: str = "") -> None:
        """Open a feed beside the others, or in the place of one."""
        self._feed.add(spec, instead)

    def end_feed(self, spec: str) -> None:
        """End one feed."""
        self._feed.end(spec)
