"""Shading, colour map, surface glitch, chain and rules: what a cue recalls."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from neodent_viewer.glitch.chain import Chain
from neodent_viewer.glitch.rules import Rule


class Shading(StrEnum):
    """How surfaces are drawn."""

    CLINICAL = "clinical"
    FIELD = "field"
    HOLOGRAM = "hologram"
    SCULPT = "sculpt"  # plain shading, quick under the hand


@dataclass(frozen=True, slots=True)
class Look:
    """One way to show the document.

    Attributes
    ----------
    name : str
        What the look panel shows.
    shading : Shading
        Which shader draws surfaces.
    quantity : str
        Name of the quantity the field shows.
    colormap : str
        cmap name; empty takes the quantity's own.
    low, high : float or None
        Ends of the colour map in the quantity's unit; None takes the quantity's own.
    glitch : float
        Surface glitch strength, 0 = off (then it costs nothing).
    harmonise : float
        Strength of the coherent form that noise resolves into, 0 = off.
    chain : tuple of EffectUse
        ISF effects, first to last.
    rules : tuple of Rule
        Fault to effect inputs.
    legend, scale_bar, captions : bool
        Overlays; captions are those of zones.
    """

    name: str = "Clinical"
    shading: Shading = Shading.CLINICAL
    quantity: str = "temperature"
    colormap: str = ""
    low: float | None = None
    high: float | None = None
    glitch: float = 1.0
    harmonise: float = 1.0
    chain: Chain = ()
    rules: tuple[Rule, ...] = ()
    legend: bool = True
    scale_bar: bool = True
    captions: bool = True
