"""Lengths: the house works in mm; files may not. The unit of a file is inferred from its size and can be overruled."""

from __future__ import annotations

#: millimetres in one of each unit
MM_PER: dict[str, float] = {"um": 1e-3, "mm": 1.0, "cm": 10.0, "m": 1000.0, "in": 25.4}

#: A whole jaw scan is 40 to 120 mm across, one crown some 5 to 15 mm; files outside this span are taken for another unit.
PLAUSIBLE_MM = (4.0, 400.0)

#: Inches and mm overlap for small things: only what would be a whole jaw is taken to be in inches.
_JAW_MM = (55.0, 95.0)


def plausible(mm: float) -> bool:
    """Return whether something in a mouth is `mm` across."""
    return PLAUSIBLE_MM[0] <= mm <= PLAUSIBLE_MM[1]


def infer_unit(extent: float) -> str:
    """Guess the unit of a mesh from its largest extent.

    Parameters
    ----------
    extent : float
        Largest side of the bounding box, in the file's own unit.

    Returns
    -------
    str
        A key of `MM_PER`; ``"mm"`` whenever that is plausible, or nothing is. Centimetres are never guessed: a jaw of
        7 cm reads as a crown of 7 mm.

    Examples
    --------
    >>> infer_unit(70.0), infer_unit(0.07), infer_unit(70000.0), infer_unit(2.7)
    ('mm', 'm', 'um', 'in')
    >>> infer_unit(1.0)
    'mm'
    """
    if plausible(extent):
        return "mm"
    if _JAW_MM[0] <= extent * MM_PER["in"] <= _JAW_MM[1]:
        return "in"
    return next((unit for unit in ("m", "um") if plausible(extent * MM_PER[unit])), "mm")


def format_length(mm: float) -> str:
    """Return a length with its unit, as shown everywhere on screen: ``"12.34 mm"``.

    >>> format_length(12.345)
    '12.35 mm'
    """
    return f"{mm + 1e-12:.2f} mm"
