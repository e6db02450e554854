"""How an incisor or a canine is described; the numbers stand in `upper_teeth` and `lower_teeth`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AnteriorForm:
    """Form of an incisor or canine.

    Lengths are fractions of the crown's mesiodistal width (MD), faciolingual depth (FL) or height (H), or mm where it says
    so. Pairs are (mesial, distal).

    Attributes
    ----------
    neck : tuple
        Width at the cemento-enamel junction over MD, depth over FL.
    contact : tuple
        Height of the contact areas over H.
    shoulder : tuple
        Half-width at the incisal level over that at the contacts; below 1 the crown narrows towards the edge.
    bulge : tuple
        How much of the widening from neck to contact is done half-way; 0.5 is straight, more is fuller.
    facial_power, lingual_power : tuple
        Squareness of the cross-section (superellipse exponent) at neck and edge.
    edge : float
        Where the incisal edge stands faciolingually, over FL; 0 is the middle, 0.5 the labial face.
    thickness : float
        Of the incisal edge, over FL.
    labial_bend : float
        Exponent of the labial profile's turn towards the edge: 1 straight, 2 a late turn.
    cingulum : float
        Height of the cingulum over H.
    concavity : float
        Sag of the lingual profile between cingulum and edge, over FL.
    fossa, marginal_ridge : float
        Depth of the lingual fossa and height of its borders, mm.
    lobes : float
        Depth of the two labial developmental grooves, mm.
    corner : tuple
        Radius of the incisal corners, mm.
    mamelons : float
        Wave of the incisal edge, mm.
    tip : float or None
        Canine: where the cusp tip stands mesiodistally, over MD (mesial positive); None for an incisor.
    slope : tuple
        Canine: fall of the edge from the tip, mm per mm.
    ridge : float
        Canine: height of the labial and lingual ridges, mm.
    blend : float
        Rounding between the sides and the edge, mm.
    bevel : float
        Fall of the incisal edge from labial to lingual, mm per mm; negative falls to labial.
    """

    neck: tuple[float, float]
    contact: tuple[float, float]
    shoulder: tuple[float, float]
    facial_power: tuple[float, float]
    edge: float
    thickness: float
    labial_bend: float
    cingulum: float
    concavity: float
    fossa: float
    marginal_ridge: float
    lobes: float
    corner: tuple[float, float]
    bulge: tuple[float, float] = (0.66, 0.62)
    lingual_power: tuple[float, float] = (1.9, 2.3)
    mamelons: float = 0.0
    tip: float | None = None
    slope: tuple[float, float] = (0.0, 0.0)
    ridge: float = 0.0
    blend: float = 0.38
    bevel: float = 0.28
