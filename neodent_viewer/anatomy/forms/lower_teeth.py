"""The lower teeth, one table each. Read beside `AnteriorForm` and `PosteriorForm`, which say what the numbers mean.

Fitted to scanned crowns where those agree, to Wheeler's descriptions where they do not.
"""

from __future__ import annotations

from neodent_viewer.anatomy.forms.anterior import AnteriorForm
from neodent_viewer.anatomy.forms.posterior import Furrow, Pit, PosteriorForm, groove, premolar_relief

CENTRAL_INCISOR = AnteriorForm(
    neck=(0.67, 0.88), contact=(0.88, 0.86), shoulder=(0.97, 0.96), facial_power=(2.1, 3.0),
    edge=0.10, thickness=0.18, labial_bend=1.7, cingulum=0.22, concavity=0.07,
    fossa=0.45, marginal_ridge=0.2, lobes=0.039, corner=(0.45, 0.5), mamelons=0.03, bevel=-0.28,
)  # fmt: skip

LATERAL_INCISOR = AnteriorForm(
    neck=(0.62, 0.88), contact=(0.876, 0.80), shoulder=(0.97, 0.94), facial_power=(2.1, 2.9),
    edge=0.18, thickness=0.19, labial_bend=1.5, cingulum=0.23, concavity=0.04,
    fossa=0.50, marginal_ridge=0.2, lobes=0.039, corner=(0.45, 0.8), mamelons=0.03, bevel=-0.28,
)  # fmt: skip

CANINE = AnteriorForm(
    neck=(0.76, 0.91), contact=(0.78, 0.68), shoulder=(0.82, 0.74), facial_power=(2.0, 2.0), lingual_power=(1.75, 2.0),
    edge=0.25, thickness=0.20, labial_bend=1.3, cingulum=0.30, concavity=0.05,
    fossa=0.42, marginal_ridge=0.3, lobes=0.065, corner=(0.5, 0.7),
    tip=0.09, slope=(0.42, 0.62), ridge=0.30, blend=0.75, bevel=-0.28,
)  # fmt: skip

_cusps, _rim, _ridges, _grooves, _pits = premolar_relief(
    facial=(0.0, 0.168, 0.0), lingual=(0.02, -0.347, -2.6), centre=(0.0, -0.147, -2.95),
    mesial=(0.40, 0.0, -2.5), distal=(-0.41, 0.0, -2.5), falls=(1.5, 1.8, 0.4, 0.5),
)  # fmt: skip
FIRST_PREMOLAR = PosteriorForm(
    neck=(0.70, 0.87), contact=(0.70, 0.66), shoulder=(0.89, 0.84), facial_power=2.2, lingual_power=2.1,
    facial_top=0.48, lingual_top=0.84, lingual_width=0.89, skew=0.0, fall=0.70, blend=0.50, groove_depth=0.18,
    cusps=_cusps, rim=_rim, ridges=_ridges, grooves=_grooves, pits=_pits,
)  # fmt: skip

_cusps, _rim, _ridges, _grooves, _pits = premolar_relief(
    facial=(0.0, 0.20, 0.0), lingual=(0.098, -0.31, -1.22), centre=(0.0, -0.10, -2.4),
    mesial=(0.403, 0.0, -1.93), distal=(-0.403, 0.0, -2.03), falls=(1.32, 1.53, 0.81, 0.61),
)  # fmt: skip
SECOND_PREMOLAR = PosteriorForm(
    neck=(0.64, 0.87), contact=(0.65, 0.66), shoulder=(0.88, 0.92), facial_power=2.21, lingual_power=2.56,
    facial_top=0.505, lingual_top=0.825, lingual_width=0.95, skew=0.036, fall=0.70, blend=0.60, groove_depth=0.20,
    cusps=_cusps, rim=_rim, ridges=(*_ridges, ((-0.216, -0.30, -1.73), (-0.098, -0.17, -2.44))),
    grooves=_grooves, pits=_pits,
)  # fmt: skip

FIRST_MOLAR = PosteriorForm(
    neck=(0.80, 0.85), contact=(0.70, 0.64), shoulder=(0.90, 0.88), facial_power=2.8, lingual_power=2.9,
    facial_top=0.55, lingual_top=0.84, lingual_width=0.93, skew=-0.02, fall=0.68, blend=0.60, groove_depth=0.25,
    cusps={
        "MF": (0.25, 0.24, -0.25), "DF": (-0.06, 0.26, -0.45), "D": (-0.34, 0.14, -1.0),
        "ML": (0.22, -0.28, 0.0), "DL": (-0.19, -0.28, -0.15),
    },
    rim={
        "mesiofacial notch": (0.09, 0.27, -1.6), "distofacial notch": (-0.21, 0.23, -1.7),
        "lingual notch": (0.02, -0.31, -1.5),
        "mf": (0.40, 0.17, -1.6), "ml": (0.40, -0.17, -1.6), "d": (-0.42, 0.02, -1.8), "dl": (-0.38, -0.17, -1.6),
    },
    ridges=(
        ("MF", (0.13, 0.06, -2.1)), ("MF", "mf"), ("MF", "mesiofacial notch"), ("MF", (0.25, 0.40, -2.4)),
        ("DF", "mesiofacial notch"), ("DF", "distofacial notch"), ("DF", (-0.04, 0.06, -2.1)), ("DF", (-0.06, 0.42, -2.5)),
        ("D", "distofacial notch"), ("D", "d"), ("D", (-0.22, 0.03, -2.2)), ("D", (-0.40, 0.26, -2.8)),
        ("ML", (0.13, -0.07, -2.1)), ("ML", "ml"), ("ML", "lingual notch"), ("ML", (0.22, -0.43, -2.2)),
        ("DL", "lingual notch"), ("DL", "dl"), ("DL", (-0.09, -0.07, -2.1)), ("DL", (-0.19, -0.43, -2.3)),
        ("mf", (0.43, 0.0, -1.9), "ml"), ("d", (-0.42, -0.06, -2.0), "dl"),
    ),
    grooves=(
        groove((0.30, 0.0, 0.8), (0.18, -0.025, 0.9), (0.06, 0.02), (-0.05, -0.02, 0.9), (-0.18, 0.02), (-0.31, -0.03, 0.7)),
        groove((0.06, 0.02), (0.09, 0.16), (0.09, 0.34, 0.8)),
        groove((-0.14, 0.0), (-0.19, 0.13), (-0.22, 0.32, 0.7)),
        groove((-0.03, -0.01), (0.01, -0.16, 0.9), (0.035, -0.38, 0.7)),
        groove((0.30, 0.0, 0.7), (0.35, 0.10, 0.2)),
        groove((0.30, 0.0, 0.7), (0.35, -0.10, 0.2)),
        groove((-0.31, -0.03, 0.7), (-0.35, -0.12, 0.2)),
    ),
    pits=(Pit((0.02, 0.01), 0.40), Pit((0.30, 0.0), 0.22), Pit((-0.31, -0.03), 0.18)),
    furrows=(Furrow(True, 0.09, 0.55, 0.5), Furrow(True, -0.22, 0.4, 0.45), Furrow(False, 0.02, 0.4, 0.5)),
)  # fmt: skip

SECOND_MOLAR = PosteriorForm(
    neck=(0.82, 0.85), contact=(0.70, 0.64), shoulder=(0.896, 0.881), facial_power=2.45, lingual_power=2.7,
    facial_top=0.55, lingual_top=0.77, lingual_width=0.98, skew=-0.006, fall=0.68, blend=0.60, groove_depth=0.25,
    cusps={
        "MF": (0.22, 0.25, -0.18), "DF": (-0.21, 0.24, -0.37), "ML": (0.21, -0.28, 0.0), "DL": (-0.21, -0.27, -0.23),
    },
    rim={
        "facial notch": (0.0, 0.28, -1.47), "lingual notch": (0.0, -0.31, -1.38),
        "mf": (0.38, 0.18, -1.47), "ml": (0.38, -0.18, -1.47), "df": (-0.38, 0.16, -1.56), "dl": (-0.37, -0.17, -1.56),
    },
    ridges=(
        ("MF", (0.12, 0.06, -1.84)), ("MF", "mf"), ("MF", "facial notch"), ("MF", (0.22, 0.40, -2.12)),
        ("DF", "facial notch"), ("DF", "df"), ("DF", (-0.12, 0.06, -1.84)), ("DF", (-0.20, 0.40, -2.21)),
        ("ML", (0.12, -0.07, -1.84)), ("ML", "ml"), ("ML", "lingual notch"), ("ML", (0.21, -0.42, -2.02)),
        ("DL", "lingual notch"), ("DL", "dl"), ("DL", (-0.12, -0.07, -1.84)), ("DL", (-0.20, -0.42, -2.12)),
        ("mf", (0.42, 0.0, -1.75), "ml"), ("df", (-0.41, 0.0, -1.84), "dl"),
    ),
    grooves=(
        groove((0.30, 0.0, 0.8), (0.15, -0.025, 0.9), (0.0, 0.01), (-0.14, -0.02, 0.9), (-0.29, 0.0, 0.8)),
        groove((0.0, 0.01), (0.02, 0.17), (0.0, 0.35, 0.8)),
        groove((-0.01, 0.0), (0.02, -0.17), (0.01, -0.38, 0.7)),
        groove((0.30, 0.0, 0.7), (0.34, 0.10, 0.2)),
        groove((0.30, 0.0, 0.7), (0.34, -0.10, 0.2)),
        groove((-0.29, 0.0, 0.7), (-0.34, 0.10, 0.2)),
        groove((-0.29, 0.0, 0.7), (-0.33, -0.10, 0.2)),
    ),
    pits=(Pit((0.0, 0.01), 0.40), Pit((0.30, 0.0), 0.22), Pit((-0.29, 0.0), 0.22)),
    furrows=(Furrow(True, 0.0, 0.5, 0.5), Furrow(False, 0.0, 0.4, 0.45)),
)  # fmt: skip

LOWER_FORMS: dict[int, AnteriorForm | PosteriorForm] = {
    1: CENTRAL_INCISOR,
    2: LATERAL_INCISOR,
    3: CANINE,
    4: FIRST_PREMOLAR,
    5: SECOND_PREMOLAR,
    6: FIRST_MOLAR,
    7: SECOND_MOLAR,
}
