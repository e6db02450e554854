"""An annotation with anchors, a view, a text and a state; a kept measure is one of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from neodent_viewer.document.anchor import Anchor


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a reviewer wants kept.

    Attributes
    ----------
    id, title, text : str
        Identity, headline, free text.
    kind : str
        ``"note"`` or a measure's name, such as ``"distance"``.
    anchors : tuple of Anchor
        Points it speaks of.
    values : tuple of (str, float, str)
        Name, value and unit of each measured number.
    view : tuple of float
        Camera state, see ``render.views``; empty when none was kept.
    state : str
        ``"open"`` or ``"closed"``.
    """

    id: str
    title: str
    kind: str = "note"
    text: str = ""
    anchors: tuple[Anchor, ...] = ()
    values: tuple[tuple[str, float, str], ...] = ()
    view: tuple[float, ...] = field(default=())
    state: str = "open"
