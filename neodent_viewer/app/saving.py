"""From the document to files, off the GUI thread: frozen in an instant here, written in a thread, told when it is on disk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock

from neodent_viewer.app.bridge import Threads
from neodent_viewer.app.shell import Shell
from neodent_viewer.core.errors import ProjectFileError
from neodent_viewer.core.signals import Signal
from neodent_viewer.document.document import Document
from neodent_viewer.document.history import History
from neodent_viewer.trust.consent import SETTING, ConsentRegister


class Saving:
    """Writes projects and exports.

    Parameters
    ----------
    document, history, shell, background
        As everywhere.
    generation : callable
        Returns a number that changes when another document takes this one's place.
    """

    #: emitted with the path of a project that is safely on disk
    saved = Signal(Path)

    def __init__(
        self,
        document: Document,
        history: History,
        shell: Shell,
        background: Threads,
        generation: Callable[[], int] = lambda: 0,
    ) -> None:
        self._document = document
        self._history = history
        self._shell = shell
        self._background = background
        self._generation = generation
        self._writing = Lock()
        self._known: dict[Path, tuple[int, int, int] | None] = {}  # project -> the file as it was seen last

    def look(self, path: Path | None) -> None:
        """Take the file at `path` for what the document was read from."""
        if path is not None:
            from neodent_viewer.files.project import stamp

            self._known[path] = stamp(path)

    def _may_replace(self, path: Path) -> bool:
        """Return whether what lies there may be written over: another window or program may have saved meanwhile.

        Consent that was withdrawn there stays withdrawn, whatever else is lost.
        """
        from neodent_viewer.files.project import stamp

        now = stamp(path)
        if now is None or path not in self._known or self._known[path] == now:
            return True
        what = f"{path.name} was changed by another window or program since it was opened or saved here."
        loss = "What was changed there would be lost; only consent withdrawn there stays withdrawn."
        if not self._shell.ask_sure("Replace the project?", what, loss, "Replace"):
            self._shell.say(f"{path.name} was not saved. Save it under another name to keep both.", "warning")
            return False
        self._heed(path)
        return True

    def _heed(self, path: Path) -> None:
        """Take over from a project what was withdrawn in it."""
        from neodent_viewer.files.project_read import read_setting

        try:
            there = ConsentRegister.from_json(read_setting(path, SETTING))
        except ProjectFileError as error:  # one that cannot be read withdraws nothing
            self._shell.say_error(error)
            return
        register = ConsentRegister.from_json(self._document.settings.get(SETTING))
        if register.heed(there.grants()):
            self._document.set(("settings", SETTING), register.to_json())

    def save(self, path: Path, then: Callable[[], None] | None = None) -> None:
        """Write the project; ``then()`` once it is on disk. What is changed while it is written stays unsaved."""
        from neodent_viewer.files.project import (
            snapshot,
            write,
        )  # SQLite comes with it, and the first picture does not wait

        if not self._may_replace(path):
            return
        frozen = snapshot(self._document, self._history)
        as_of, generation = self._history.done(), self._generation()

        def work(job: object) -> None:
            with self._writing:  # of two saves the later one counts
                write(frozen, path)
                self.look(path)

        def done(_: object) -> None:
            self._shell.say(f"Saved {path.name}.")
            if generation != self._generation():
                return  # what is open now is another document: the next save must not go to this file
            self._history.mark_saved(as_of)
            self.saved.emit(path)
            if then is not None:
                then()

        self._background.submit(f"Saving {path.name}", work, done)

    def export(self, parts: Sequence[str], path: Path) -> None:
        """Write parts (ids) to a mesh file in the vertex order of their files."""
        from neodent_viewer.files.snapshot import snapshot

        frozen = snapshot(self._document)
        chosen = []
        for key in parts:
            part = self._document.parts.get(key)
            if part is None or part.preview:
                continue
            copy = frozen.parts[part]
            copy.surface = frozen.surfaces[part.surface]
            chosen.append(copy)
        if not chosen:
            self._shell.say("There is nothing to export: open a scan first.", "warning")
            return
        from neodent_viewer.files.export import export_parts, export_targets

        asked = {path, path.with_suffix(".json")} if path.exists() else {path}  # the file dialog has spoken of this one
        lost = [target for target in export_targets(chosen, path) if target not in asked and target.exists()]
        if lost and not self._shell.ask_replace(lost):
            return

        def work(job: object) -> list[Path]:
            return export_parts(chosen, path)

        def done(written: list[Path]) -> None:
            count = len(chosen)
            self._shell.say(f"Exported {count} part{'s' if count > 1 else ''}: {', '.join(p.name for p in written)}.")

        self._background.submit(f"Exporting {path.name}", work, done)
