"""The document on the GPU: hands each change to the adaptor of what changed; nothing here writes the document."""

from __future__ import annotations

import numpy as np

from neodent_viewer.document.document import Change, Document
from neodent_viewer.document.moment import Moment
from neodent_viewer.document.part import POSITION, Part
from neodent_viewer.document.zone import ARRAY as ZONES
from neodent_viewer.mesh.surface import Float64
from neodent_viewer.render.adaptors.look import LookAdaptor
from neodent_viewer.render.adaptors.overlay import OverlayAdaptor
from neodent_viewer.render.adaptors.part import PartAdaptor
from neodent_viewer.render.adaptors.probes import ProbeAdaptor
from neodent_viewer.render.adaptors.studied import StudiedPart
from neodent_viewer.render.adaptors.zones import ZoneAdaptor
from neodent_viewer.render.views import box_corners
from neodent_viewer.render.work import Work

#: s of the moment, or frames, without a dab after which a part is taken to have its shape: a stroke was kept, or undone
_REST, _FRAMES = 0.4, 30
#: per-vertex arrays that say what a vertex belongs to
_KINDS = frozenset({"labels", ZONES})


class DocumentAdaptor:
    """Listens to one document and keeps an adaptor a part, one for the probes, one for the look.

    Attributes
    ----------
    parts : dict of str to PartAdaptor
    probes : ProbeAdaptor
    look : LookAdaptor
    overlays : OverlayAdaptor
    zones : ZoneAdaptor
    shape_version : int
        Goes up whenever parts come, go, move or are replaced.
    revision : int
        Goes up with every change of the document.
    """

    def __init__(self, document: Document, work: Work) -> None:
        self.document = document
        self._work = work
        self.parts: dict[str, PartAdaptor] = {}
        self._studied: dict[str, StudiedPart] = {}
        self.probes = ProbeAdaptor(document, work)
        self.look = LookAdaptor(work)
        self.overlays = OverlayAdaptor(work)
        self.zones = ZoneAdaptor(work)
        self.shape_version = self.revision = 0
        self._moving: dict[str, tuple[float, int]] = {}  # part -> moment and count of frames since its last dab
        self._painted: dict[str, tuple[float, int]] = {}  # the same of dabs that wrote labels or zones
        self._woken = False
        document.replay(self._on_change)
        document.changed.connect(self._on_change)

    @property
    def waits(self) -> bool:
        """Whether what takes long arrives later instead of holding up a frame."""
        return self._work.waits

    @property
    def unsettled(self) -> bool:
        """Whether a dab was so short a time ago that what depends on the shape is still to be made anew."""
        return bool(self._moving) or bool(self._painted)

    def _on_change(self, change: Change) -> None:
        self.revision += 1
        table = change.path[0]
        if table == "parts":
            self._part_changed(change)
            if len(change.path) < 4:  # a dab moves too little to count here
                self.shape_version += 1
                self.probes.changed()
        elif table == "overlays":
            self._show_overlay(change.path[1])
        elif table == "probes":
            self.probes.changed()
        elif table == "look":
            self.look.set(self.document.look)

    def _part_changed(self, change: Change) -> None:
        part, adaptor = self.document.parts.get(change.path[1]), self.parts.get(change.path[1])
        if part is None:
            self._remove(change.path[1])
        elif adaptor is None or adaptor.part is not part:
            self._add(part)
        elif len(change.path) == 2 or change.path[2] == "surface":
            adaptor.set_surface()
            self.studied(adaptor).reset()
            self._show_overlay(part.id)
        elif change.path[2] == "arrays":
            adaptor.touch(change.path[3], change.indices)
            self.studied(adaptor).touch(change.path[3], change.indices)
            if change.path[3] == POSITION:
                self._moving[part.id] = (0.0, 0)
            elif change.path[3] in _KINDS:
                self._painted[part.id] = (0.0, 0)

    def _add(self, part: Part) -> None:
        self._remove(part.id)
        self.parts[part.id] = PartAdaptor(part, self._work)
        self._show_overlay(part.id)

    def _show_overlay(self, part_id: str) -> None:
        if part_id in self.parts:
            self.parts[part_id].set_overlay(self.document.overlays.get(part_id))

    def _remove(self, part_id: str) -> None:
        gone = self.parts.pop(part_id, None)
        if gone is not None:
            gone.delete()
        studied = self._studied.pop(part_id, None)
        if studied is not None:
            studied.reset()

    def studied(self, adaptor: PartAdaptor) -> StudiedPart:
        """Return what an editor's view shows of a part beyond the look; costs nothing until it is asked."""
        part = adaptor.part
        if part.id not in self._studied:
            self._studied[part.id] = StudiedPart(part, self._work)
        return self._studied[part.id]

    def drawn(self) -> list[PartAdaptor]:
        """Return the adaptors of visible, non-empty parts in document order."""
        return [self.parts[key] for key in self.document.parts if key in self.parts and self.parts[key].drawable]

    def is_preview(self) -> bool:
        """Whether a preview is drawn: the first picture must come quickly, so that it gets the plainest shading."""
        return any(adaptor.part.preview for adaptor in self.drawn())

    def bounds(self) -> Float64:
        """Return (2, 3) world corners in mm of what is drawn; a 60 mm cube about zero when nothing is."""
        boxes = []
        for adaptor in self.drawn():
            matrix = adaptor.world_matrix()
            boxes.append(box_corners(adaptor.box) @ matrix[:3, :3].T + matrix[:3, 3])
        if not boxes:
            return np.array([[-30.0] * 3, [30.0] * 3])
        corners = np.concatenate(boxes)
        return np.stack([corners.min(axis=0), corners.max(axis=0)])

    def prepare(self, moment: Moment, *, fields: bool) -> None:
        """Send what changed since the last frame; `fields`: weights and live values too."""
        for adaptor in self.parts.values():
            adaptor.upload()
        if self.unsettled:
            self._settle(moment.now)
        if fields:
            worn = frozenset(row for adaptor in self.parts.values() for row in adaptor.worn)
            self.zones.refresh(self.look, self.document.zones, worn)
            self.probes.refresh(self.parts, self.zones)
            self.probes.write(moment, self.zones.quantities)

    def _settle(self, now: float) -> None:
        """Have made anew what depends on a part's shape, or on what its vertices belong to, once the hand rests."""
        for part_id in self._rested(self._moving, now):
            self.parts[part_id].outdate()
            self.probes.changed()
        for part_id in self._rested(self._painted, now):
            self.parts[part_id].painted += 1
        if self.unsettled and not self._woken:
            self._woken = True
            self._work(lambda: None, self._wake)  # what arrives asks for the next frame

    def _rested(self, waiting: dict[str, tuple[float, int]], now: float) -> list[str]:
        """Take out and return the parts that no dab has met for a while; all of them where nothing waits."""
        rested = []
        for part_id, (since, frames) in list(waiting.items()):
            since = since if frames else now
            if self._work.waits and now - since < _REST and frames < _FRAMES:
                waiting[part_id] = (since, frames + 1)
                continue
            del waiting[part_id]
            rested.append(part_id)
        return [part_id for part_id in rested if part_id in self.parts]

    def _wake(self, _: None) -> None:
        self._woken = False

    def detach(self) -> None:
        """Stop listening and give the GPU memory back."""
        self.document.changed.disconnect(self._on_change)
        for key in list(self.parts):
            self._remove(key)
        self.probes.delete()
        self.look.delete()
        self.overlays.delete()
        self.zones.delete()
