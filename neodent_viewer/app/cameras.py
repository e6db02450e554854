"""The editor's camera and the stage's: linked by default, moved by hands, views and findings, never by undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from neodent_viewer.app.selection import Selection
from neodent_viewer.core.signals import Signal
from neodent_viewer.document.document import Document
from neodent_viewer.mesh.surface import Float64
from neodent_viewer.render.views import Camera, Size, fit


class Cameras:
    """Implements ``app.context.CameraModel``.

    Parameters
    ----------
    document, selection
        What `frame_selection` looks at.

    Attributes
    ----------
    measure : callable
        Returns the editor picture's (width, height) in device pixels.
    pivot : ndarray (3,) or None
        World place in mm that the view keeps to: it is turned about and zoomed to whatever lies under the cursor.
    """

    changed = Signal()

    def __init__(self, document: Document, selection: Selection) -> None:
        self._document = document
        self._selection = selection
        self.measure: Callable[[], Size] = lambda: (960, 640)
        self._camera = Camera()
        self._stage: Camera | None = None
        self.pivot: Float64 | None = None

    @property
    def camera(self) -> Camera:
        """The editor's camera as it is now."""
        return self._camera

    @property
    def stage(self) -> Camera:
        """The camera the stage looks through: the editor's while they are linked."""
        return self._stage or self._camera

    @property
    def size(self) -> Size:
        """The editor picture's (width, height) in device pixels."""
        return self.measure()

    @property
    def linked(self) -> bool:
        """Whether the stage follows the editor's camera."""
        return self._stage is None

    def set_linked(self, linked: bool) -> None:
        """Link the stage's camera, or leave it where it is."""
        if linked != self.linked:
            self._stage = None if linked else self._camera
            self.changed.emit()

    def set_camera(self, camera: Camera) -> None:
        """Jump to a camera."""
        if camera != self._camera:
            self._camera = camera
            self.changed.emit()

    def set_preset(self, name: str) -> None:
        """Turn to a preset and keep what is looked at; KeyError for an unknown name."""
        self.set_camera(self._camera.look(name))

    def toggle_orthographic(self) -> None:
        """Switch between perspective and orthographic."""
        self.set_camera(replace(self._camera, orthographic=not self._camera.orthographic))

    def frame_selection(self) -> None:
        """Bring the selection, or everything when nothing is selected, into view."""
        points = self._points()
        if points is not None:
            self.set_camera(self._fitted(points, self._camera))

    def frame_all(self) -> None:
        """Bring everything into view."""
        points = self._points(everything=True)
        if points is not None:
            self.set_camera(self._fitted(points, self._camera))

    def keep_to(self, points: Float64 | None) -> None:
        """Frame points (k, 3) in world mm and turn about their middle from now on; None lets the view go."""
        if points is None:
            self.pivot = None
            return
        self.pivot = np.asarray((points.min(axis=0) + points.max(axis=0)) / 2)
        self.set_camera(self._fitted(points, self._camera))

    def centre(self) -> Float64 | None:
        """Return the middle (3,) in world mm of everything shown, None when nothing is."""
        points = self._points(everything=True)
        return None if points is None else np.asarray((points.min(axis=0) + points.max(axis=0)) / 2)

    def _fitted(self, points: Float64, like: Camera) -> Camera:
        return fit(points, self.measure(), yaw=like.yaw, pitch=like.pitch, fov=like.fov, orthographic=like.orthographic)

    def _points(self, *, everything: bool = False) -> Float64 | None:
        """Return world points (k, 3) of the selected parts, of all visible ones when none of them is shown."""
        shown = {key: part for key, part in self._document.parts.items() if part.visible}
        chosen = [] if everything else [shown[key] for key in self._selection.current.parts if key in shown]
        samples = [part.sample_points() for part in chosen or shown.values() if len(part.surface.vertices)]
        return np.concatenate(samples) if samples else None
