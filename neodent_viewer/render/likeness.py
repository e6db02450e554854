"""Whether a scene would come out as it lies there already: then only what lies over it is drawn anew.

A ring that follows the pointer must not cost what a million triangles cost.
"""

from __future__ import annotations

from collections.abc import Hashable

from neodent_viewer.document.look import Shading
from neodent_viewer.document.moment import Moment
from neodent_viewer.render.adaptors.document import DocumentAdaptor
from neodent_viewer.render.frame_info import FrameInfo
from neodent_viewer.render.scene import felt


def likeness(document: DocumentAdaptor | None, frame: FrameInfo, moment: Moment, revision: int) -> Hashable | None:
    """Return a value that is equal for pictures that are, before overlays; None for one that is drawn in any case.

    Parameters
    ----------
    document : DocumentAdaptor or None
    frame : FrameInfo
        Of one view; pictures of different views are never compared.
    moment : Moment
    revision : int
        Goes up whenever something arrives from the background.
    """
    if document is None or document.unsettled or frame.quality == "still":
        return None
    look = document.look.look
    shading = frame.display.shading(look.shading)
    lively = felt(moment) or any(use.enabled for use in look.chain)
    moves = shading is Shading.HOLOGRAM or (lively and frame.display.surface == "look")
    if moves:
        return None
    live: tuple[Hashable, ...] = ()
    if shading is Shading.FIELD:
        arrays = (moment.values, moment.flags, moment.quality, moment.withheld)
        live = (moment.probes, moment.channels, *(array.tobytes() for array in arrays))
    return (
        document.revision,
        revision,
        frame.camera,
        frame.quality,
        frame.scale,
        frame.transparent,
        frame.display,
        live,
    )
