"""What recorded strokes kept contact with, found again among the parts of a document."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from neodent_viewer.document.contact import Surroundings
from neodent_viewer.document.document import Document
from neodent_viewer.document.part import Part
from neodent_viewer.sculpt.contact import Contact
from neodent_viewer.sculpt.recorded import Recorded, Recording, digest


class Around:
    """Neighbours and other parts, by what was recorded.

    Parameters
    ----------
    document : Document
    recording : Recording
    chosen : mapping of int to Part
        Place in the recording -> part that is sculpted.
    say : callable
        Told, in sentences, of what is missing.
    """

    def __init__(
        self, document: Document, recording: Recording, chosen: Mapping[int, Part], say: Callable[[str], None]
    ) -> None:
        self._document, self._recording, self._say = document, recording, say
        self._found: dict[int, Part | None] = dict(chosen)
        self._made: dict[tuple[str, tuple[str, ...]], Surroundings] = {}

    def contact(self, part: Part, stroke: Recorded) -> Contact | None:
        """Return what a stroke on a part stops at, everything where it is now; None if it keeps no contact."""
        if not stroke.settings.keep_contact:
            return None
        found = [(place, other) for place in stroke.against if (other := self._part(place, part)) is not None]
        others = [other for _, other in found]
        key = part.id, tuple(other.id for other in others)
        if key not in self._made:
            parts, own = self._recording.parts, self._recording.parts[stroke.part].transform()
            placed = [np.asarray(np.linalg.inv(own) @ parts[place].transform()) for place, _ in found]
            self._made[key] = Surroundings(self._document, part, others, placed)
        return self._made[key].catch_up()

    def _part(self, place: int, sculpted: Part) -> Part | None:
        if place not in self._found:
            wanted = self._recording.parts[place]
            rest = [part for part in self._document.parts.values() if part is not sculpted]
            same = [part for part in rest if digest(part.surface.faces, "<i4") == wanted.topology]
            alike = [part for part in rest if wanted.jaw and part.jaw == wanted.jaw]
            found = next(iter([*(part for part in same if part.name == wanted.name), *same, *alike]), None)
            self._found[place] = found
            if found is None:
                name = wanted.file or wanted.name or "another part"
                self._say(f"{name}, with which the strokes kept contact, is not given; what comes out differs.")
            elif found not in same or digest(found.surface.vertices, "<f4") != wanted.positions:
                self._say(f"{found.name} is not as it was when the strokes kept contact; what comes out differs.")
        return self._found[place]
