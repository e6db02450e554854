"""How teeth stand in the arch: the set-up a technician would follow, one row a tooth.

Angles in the spirit of Andrews' six keys (Am J Orthod 1972;62:296), set against the occlusal plane.
"""

from __future__ import annotations

from typing import NamedTuple

from neodent_viewer.anatomy.teeth import Jaw


class Stand(NamedTuple):
    """Stand of one tooth type.

    Attributes
    ----------
    torque : float
        Degrees the crown leans facially (negative: lingually).
    tip : float
        Degrees the crown leans mesially.
    rotation : float
        Degrees the mesial side is turned out of the arch.
    offset : float
        mm the crown stands facially of the arch line.
    facial_margin, lingual_margin : float
        mm from the CEJ to the gum margin in the middle of each side, towards the tip.
    papilla : float
        Height of the papillae over the crown height.
    rise : float
        mm the highest point stands out of its curve: the upper central's edge for upper front teeth, the curve of Spee
        for lower teeth, the bite for upper back teeth; positive withdraws an upper and lengthens a lower tooth.
    """

    torque: float
    tip: float
    rotation: float
    offset: float
    facial_margin: float
    lingual_margin: float
    papilla: float
    rise: float = 0.0


SETUP: dict[tuple[Jaw, int], Stand] = {
    ("upper", 1): Stand(5, 3, 0, 0.0, 0.45, 0.9, 0.68),
    ("upper", 2): Stand(5, 5, 2, -0.2, 0.55, 0.9, 0.62, rise=0.55),
    ("upper", 3): Stand(-1, 5, 4, 0.2, 0.45, 1.0, 0.57, rise=0.0),
    ("upper", 4): Stand(-4, 3, -2, 0.0, 0.6, 0.9, 0.47),
    ("upper", 5): Stand(-4, 3, 0, 0.0, 0.6, 0.8, 0.46),
    ("upper", 6): Stand(-6, 2, 4, 0.0, 0.5, 0.7, 0.44),
    ("upper", 7): Stand(-6, 0, 2, 0.0, 0.5, 0.7, 0.40),
    ("lower", 1): Stand(2, 1, 0, 0.0, 0.7, 0.9, 0.64),
    ("lower", 2): Stand(2, 1, 2, -0.2, 0.9, 1.0, 0.62),
    ("lower", 3): Stand(-2, 3, 3, -0.2, 2.0, 1.3, 0.57),
    ("lower", 4): Stand(-7, 2, 0, 0.0, 0.8, 0.9, 0.47, rise=0.3),
    ("lower", 5): Stand(-9, 2, 0, 0.0, 0.6, 0.8, 0.46),
    ("lower", 6): Stand(-11, 3, 2, 0.0, 0.5, 0.7, 0.44),
    ("lower", 7): Stand(-13, 4, 2, 0.0, 0.5, 0.7, 0.40),
}
