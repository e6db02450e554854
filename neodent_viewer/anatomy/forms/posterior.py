"""How a premolar or a molar is described: its outline, and its chewing surface as ridges between named points."""

from __future__ import annotations

from dataclasses import dataclass, field

#: a point of the chewing surface: mesial over MD, facial over FL, height in mm above (below: negative) the highest cusp
Point = tuple[float, float, float]
#: a line of points, or of names of the form's cusps
Line = tuple[str | Point, ...]


@dataclass(frozen=True, slots=True)
class Groove:
    """A groove carved along a line: points are (mesial over MD, facial over FL, share of the full depth there)."""

    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Pit:
    """A pit: mesial over MD, facial over FL, depth in mm."""

    at: tuple[float, float]
    depth: float


@dataclass(frozen=True, slots=True)
class Furrow:
    """An upright furrow on a side of the crown, running out of the chewing surface.

    Attributes
    ----------
    facial : bool
        On the facial side; else on the lingual one.
    at : float
        Mesial position over MD.
    depth, width : float
        mm.
    """

    facial: bool
    at: float
    depth: float
    width: float


@dataclass(frozen=True, slots=True)
class PosteriorForm:
    """Form of a premolar or molar.

    Lengths are fractions of the crown's mesiodistal width (MD), faciolingual depth (FL) or height (H), or mm where it says
    so. Pairs are (mesial, distal) unless said otherwise.

    Attributes
    ----------
    neck : tuple
        Width at the cemento-enamel junction over MD, depth over FL.
    contact : tuple
        Height of the contact areas over H.
    shoulder : tuple
        Half-width at the level of the cusps over that at the contacts.
    facial_power, lingual_power : float
        Squareness of the cross-section (superellipse exponent).
    facial_top, lingual_top : float
        How far out the facial and lingual sides stand at cusp level, over half FL: how much they lean in.
    lingual_width : float
        Mesiodistal width of the lingual half over that of the facial half.
    skew : float
        Mesial shift of the facial half against the lingual one, mm per mm: a rhombic outline.
    cusps, rim : dict
        Name -> point: the cusp tips, and named points of the rim between them.
    ridges : tuple of lines
        Crests that make up the chewing surface; between them it falls at `fall`.
    fall : float
        Steepness beside a crest, mm per mm.
    grooves, pits, furrows : tuple
        Carved on top of that.
    groove_depth : float
        Full depth of a groove, mm.
    blend : float
        Rounding between the sides and the chewing surface, mm.
    """

    neck: tuple[float, float]
    contact: tuple[float, float]
    shoulder: tuple[float, float]
    facial_power: float
    lingual_power: float
    facial_top: float
    lingual_top: float
    lingual_width: float
    skew: float
    fall: float
    blend: float
    cusps: dict[str, Point]
    rim: dict[str, Point]
    ridges: tuple[Line, ...]
    grooves: tuple[Groove, ...] = ()
    pits: tuple[Pit, ...] = ()
    furrows: tuple[Furrow, ...] = field(default_factory=tuple)
    groove_depth: float = 0.30


def premolar_relief(
    *,
    facial: Point,
    lingual: Point,
    centre: Point,
    mesial: Point,
    distal: Point,
    falls: tuple[float, float, float, float],
) -> tuple[dict[str, Point], dict[str, Point], tuple[Line, ...], tuple[Groove, ...], tuple[Pit, ...]]:
    """Return cusps, rim, ridges, grooves and pits of a premolar with one facial and one lingual cusp.

    Parameters
    ----------
    facial, lingual : Point
        The cusp tips.
    centre : Point
        Deepest point of the central groove, between the two triangular ridges.
    mesial, distal : Point
        Middle of the two marginal ridges.
    falls : tuple of float
        mm from the tips down to the shoulders: facial mesial, facial distal, lingual mesial, lingual distal.
    """
    reach, inner = 0.36, 0.31
    rim: dict[str, Point] = {
        "fm": (reach, facial[1] * 0.80, facial[2] - falls[0]),
        "fd": (-reach, facial[1] * 0.78, facial[2] - falls[1]),
        "lm": (inner, lingual[1] * 0.75, lingual[2] - falls[2]),
        "ld": (-inner, lingual[1] * 0.75, lingual[2] - falls[3]),
    }
    cu, cv, cw = centre
    ridges: tuple[Line, ...] = (
        ("F", (facial[0] * 0.6 + cu * 0.4, facial[1] * 0.12 + cv * 0.88, cw + 0.35)),
        ("L", (lingual[0] * 0.6 + cu * 0.4, lingual[1] * 0.12 + cv * 0.88, cw + 0.30)),
        ("F", "fm"), ("F", "fd"), ("L", "lm"), ("L", "ld"),
        ("fm", mesial, "lm"), ("fd", distal, "ld"),
    )  # fmt: skip
    pm, pd = mesial[0] * 0.62, distal[0] * 0.62
    front, behind = (pm, cv + 0.02), (pd, cv + 0.015)
    grooves = (
        groove((*front, 0.9), (pm * 0.45, cv - 0.02), (cu, cv, 0.9), (pd * 0.5, cv - 0.02), (*behind, 0.9)),
        *(
            groove((*pit, 0.65), (pit[0] * 1.11, cv + side * 0.065, 0.4), (pit[0] * 1.15, cv + side * 0.13, 0.0))
            for pit in (front, behind)
            for side in (1, -1)
        ),
    )
    pits = (Pit(front, 0.12), Pit(behind, 0.12))
    return {"F": facial, "L": lingual}, rim, ridges, grooves, pits


def groove(*points: tuple[float, ...]) -> Groove:
    """Return a groove from (u, v) or (u, v, share) points; full depth where no share is given.

    >>> groove((0.3, 0.0), (0.1, 0.0, 0.5)).points
    ((0.3, 0.0, 1.0), (0.1, 0.0, 0.5))
    """
    return Groove(tuple((p[0], p[1], p[2] if len(p) > 2 else 1.0) for p in points))
