"""What strokes have made of a surface, in pictures: before, after, and how far it went, as colours in mm.

All three are seen from the same place: the side that what was moved faces, near enough to fill the picture.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from neodent_viewer.document.document import Document
from neodent_viewer.document.look import Look, Shading
from neodent_viewer.document.moment import Moment
from neodent_viewer.document.original import is_original
from neodent_viewer.jobs.media import write_picture
from neodent_viewer.mesh.surface import Float64
from neodent_viewer.render.display import PLAIN
from neodent_viewer.render.engine import Engine
from neodent_viewer.render.headless import EglContext
from neodent_viewer.render.views import Camera, fit
from neodent_viewer.review.deviation import Deviation

#: pixels, and mm around what was moved that is seen with it
SIZE, AROUND = (1280, 720), 6.0
BEFORE, AFTER, MAP = "before.png", "after.png", "deviation.png"


def draw(document: Document, folder: Path) -> list[Path]:
    """Write `BEFORE`, `AFTER` and `MAP` into a folder, made if absent; return the files, none where nothing was moved.

    Parameters
    ----------
    document : Document
        With parts that were sculpted; it is shown in the clinical look, and the map is taken away again.
    folder : Path
    """
    found = {part.id: Deviation(part) for part in document.visible_parts() if not is_original(part)}
    found = {part_id: deviation for part_id, deviation in found.items() if len(deviation.moved())}
    if not found:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    look, camera = document.look, _camera(document, found)
    document.set(("look",), Look(shading=Shading.CLINICAL))
    engine = Engine(EglContext())
    try:
        engine.attach(document)
        for name, display in ((BEFORE, replace(PLAIN, original=True)), (AFTER, PLAIN), (MAP, PLAIN)):
            if name == MAP:
                for part_id, deviation in found.items():
                    deviation.values[:] = deviation.exact()
                    document.set(("overlays", part_id), deviation.overlay())
            engine.frame(
                "record", camera, Moment(purpose="record"), SIZE, purpose="record", quality="still", display=display
            )
            write_picture(folder / name, engine.read("record"), transparent=False)
    finally:
        engine.close()
        document.set(("look",), look)
        for part_id in found:
            document.set(("overlays", part_id), None)
    return [folder / name for name in (BEFORE, AFTER, MAP)]


def _camera(document: Document, found: dict[str, Deviation]) -> Camera:
    """Return a camera before what was moved."""
    places: list[Float64] = []
    facing = np.zeros(3)
    for part_id, deviation in found.items():
        part, moved = document.parts[part_id], deviation.moved()
        turn = part.transform[:3, :3]
        near = deviation.vertices[moved].astype(np.float64) + part.surface.origin
        places.append(near @ turn.T + part.transform[:3, 3])
        facing += turn @ deviation.normals[moved].sum(axis=0, dtype=np.float64)
    cloud = np.concatenate(places)
    box = np.stack([cloud.min(axis=0) - AROUND, cloud.max(axis=0) + AROUND])
    length = max(float(np.linalg.norm(facing)), 1e-9)
    yaw = -float(np.degrees(np.arctan2(facing[0], facing[2])))
    pitch = float(np.degrees(np.arcsin(np.clip(facing[1] / length, -1.0, 1.0))))
    return fit(box, SIZE, yaw=yaw, pitch=pitch)
