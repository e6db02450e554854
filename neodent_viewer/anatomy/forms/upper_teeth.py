"""The upper teeth, one table each. Read beside `AnteriorForm` and `PosteriorForm`, which say what the numbers mean.

Fitted to scanned crowns where those agree, to Wheeler's descriptions where they do not.
"""

from __future__ import annotations

from neodent_viewer.anatomy.forms.anterior import AnteriorForm
from neodent_viewer.anatomy.forms.posterior import Furrow, Pit, PosteriorForm, groove, premolar_relief

CENTRAL_INCISOR = AnteriorForm(
    neck=(0.74, 0.89), contact=(0.82, 0.64), shoulder=(0.975, 0.93), facial_power=(2.2, 3.2),
    edge=0.215, thickness=0.168, labial_bend=1.7, cingulum=0.25, concavity=0.105,
    fossa=0.79, marginal_ridge=0.4, lobes=0.065, corner=(0.6, 1.3), mamelons=0.05, bulge=(0.80, 0.68),
)  # fmt: skip

LATERAL_INCISOR = AnteriorForm(
    neck=(0.71, 0.87), contact=(0.75, 0.64), shoulder=(0.95, 0.88), facial_power=(2.1, 2.7),
    edge=0.298, thickness=0.190, labial_bend=2.28, cingulum=0.32, concavity=0.041,
    fossa=0.53, marginal_ridge=0.4, lobes=0.065, corner=(0.8, 1.5), mamelons=0.03, bulge=(0.72, 0.68),
)  # fmt: skip

CANINE = AnteriorForm(
    neck=(0.74, 0.90), contact=(0.72, 0.60), shoulder=(0.74, 0.70), facial_power=(2.1, 2.0), lingual_power=(1.75, 2.0),
    edge=0.20, thickness=0.25, labial_bend=1.6, cingulum=0.28, concavity=0.07,
    fossa=0.25, marginal_ridge=0.4, lobes=0.09, corner=(0.5, 0.7),
    tip=0.06, slope=(0.50, 0.62), ridge=0.32, blend=0.8,
)  # fmt: skip

_cusps, _rim, _ridges, _grooves, _pits = premolar_relief(
    facial=(-0.02, 0.313, 0.0), lingual=(0.06, -0.292, -0.97), centre=(0.0, 0.0, -2.75),
    mesial=(0.41, 0.0, -2.27), distal=(-0.41, 0.0, -2.48), falls=(1.40, 1.62, 1.08, 1.30),
)  # fmt: skip
FIRST_PREMOLAR = PosteriorForm(
    neck=(0.65, 0.89), contact=(0.65, 0.62), shoulder=(0.80, 0.75), facial_power=2.55, lingual_power=2.2,
    facial_top=0.77, lingual_top=0.68, lingual_width=0.81, skew=-0.05, fall=0.72, blend=0.70, groove_depth=0.20,
    cusps=_cusps, rim=_rim, ridges=_ridges, grooves=_grooves, pits=_pits,
)  # fmt: skip

_cusps, _rim, _ridges, _grooves, _pits = premolar_relief(
    facial=(0.0, 0.284, 0.0), lingual=(0.039, -0.284, -0.35), centre=(0.0, -0.01, -2.25),
    mesial=(0.403, 0.0, -1.8), distal=(-0.403, 0.0, -1.9), falls=(1.30, 1.50, 1.00, 1.20),
)  # fmt: skip
SECOND_PREMOLAR = PosteriorForm(
    neck=(0.71, 0.89), contact=(0.70, 0.64), shoulder=(0.86, 0.84), facial_power=2.45, lingual_power=2.3,
    facial_top=0.715, lingual_top=0.655, lingual_width=0.92, skew=0.0, fall=0.70, blend=0.60, groove_depth=0.20,
    cusps=_cusps, rim=_rim, ridges=_ridges, grooves=_grooves, pits=_pits,
)  # fmt: skip

FIRST_MOLAR = PosteriorForm(
    neck=(0.80, 0.91), contact=(0.64, 0.64), shoulder=(0.89, 0.87), facial_power=2.45, lingual_power=2.7,
    facial_top=0.742, lingual_top=0.68, lingual_width=1.0, skew=0.198, fall=0.68, blend=0.68, groove_depth=0.25,
    cusps={
        "MF": (0.201, 0.293, -0.25), "DF": (-0.192, 0.274, -0.55), "ML": (0.144, -0.227, 0.0), "DL": (-0.240, -0.274, -1.10),
    },
    rim={
        "facial notch": (0.019, 0.312, -1.7), "lingual notch": (-0.086, -0.312, -1.9),
        "mf": (0.374, 0.245, -1.5), "ml": (0.364, -0.170, -1.5), "df": (-0.364, 0.208, -1.8), "dl": (-0.403, -0.142, -2.0),
    },
    ridges=(
        ("MF", (0.096, 0.094, -2.2)), ("MF", "mf"), ("MF", "facial notch"), ("MF", (0.201, 0.425, -2.2)),
        ("DF", "facial notch"), ("DF", "df"), ("DF", (-0.182, 0.425, -2.4)),
        ("DF", (-0.096, 0.047, -1.7), "ML"),  # the oblique ridge
        ("ML", (0.153, -0.038, -2.3)), ("ML", "ml"), ("ML", "lingual notch"), ("ML", (0.144, -0.396, -2.2)),
        ("DL", "lingual notch"), ("DL", "dl"), ("DL", (-0.211, -0.123, -2.4)), ("DL", (-0.230, -0.425, -2.9)),
        ("mf", (0.412, 0.047, -1.9), "ml"), ("df", (-0.403, 0.028, -2.2), "dl"),
    ),
    grooves=(
        groove((0.288, 0.047, 0.8), (0.153, 0.038), (0.038, 0.076), (-0.019, 0.123, 0.5)),
        groove((0.029, 0.076), (0.019, 0.208), (0.019, 0.320, 0.6), (0.019, 0.40, 0.0)),
        groove((0.288, 0.047, 0.7), (0.326, 0.151, 0.2)),
        groove((0.288, 0.047, 0.7), (0.316, -0.076, 0.2)),
        groove((-0.288, 0.057, 0.8), (-0.230, -0.057), (-0.125, -0.189), (-0.086, -0.359, 0.8)),
        groove((-0.288, 0.057, 0.7), (-0.336, 0.132, 0.2)),
        groove((-0.288, 0.047, 0.7), (-0.345, -0.047, 0.2)),
    ),
    pits=(Pit((0.048, 0.066), 0.40), Pit((0.288, 0.047), 0.22), Pit((-0.278, 0.038), 0.26)),
    furrows=(Furrow(True, 0.02, 0.42, 0.65), Furrow(False, -0.09, 0.50, 0.50)),
)  # fmt: skip

SECOND_MOLAR = PosteriorForm(
    neck=(0.785, 0.91), contact=(0.63, 0.62), shoulder=(0.95, 0.865), facial_power=2.7, lingual_power=2.5,
    facial_top=0.77, lingual_top=0.735, lingual_width=0.88, skew=0.12, fall=0.68, blend=0.79, groove_depth=0.25,
    cusps={
        "MF": (0.200, 0.279, -0.15), "DF": (-0.190, 0.252, -0.60), "ML": (0.130, -0.216, 0.0), "DL": (-0.250, -0.243, -1.50),
    },
    rim={
        "facial notch": (0.020, 0.288, -1.7), "lingual notch": (-0.120, -0.297, -2.0),
        "mf": (0.380, 0.225, -1.5), "ml": (0.360, -0.162, -1.5), "df": (-0.360, 0.180, -1.9), "dl": (-0.380, -0.117, -2.2),
    },
    ridges=(
        ("MF", (0.100, 0.090, -2.1)), ("MF", "mf"), ("MF", "facial notch"), ("MF", (0.200, 0.405, -2.2)),
        ("DF", "facial notch"), ("DF", "df"), ("DF", (-0.180, 0.396, -2.4)),
        ("DF", (-0.100, 0.045, -1.8), "ML"),
        ("ML", (0.160, -0.036, -2.2)), ("ML", "ml"), ("ML", "lingual notch"), ("ML", (0.130, -0.378, -2.2)),
        ("DL", "lingual notch"), ("DL", "dl"), ("DL", (-0.220, -0.108, -2.4)), ("DL", (-0.240, -0.387, -3.2)),
        ("mf", (0.420, 0.036, -1.9), "ml"), ("df", (-0.400, 0.027, -2.2), "dl"),
    ),
    grooves=(
        groove((0.280, 0.045, 0.8), (0.160, 0.036), (0.040, 0.063, 0.9)),
        groove((0.040, 0.063), (0.020, 0.180), (0.020, 0.300, 0.6), (0.020, 0.38, 0.0)),
        groove((0.280, 0.045, 0.7), (0.330, 0.135, 0.2)),
        groove((0.280, 0.045, 0.7), (0.320, -0.063, 0.2)),
        groove((-0.280, 0.045, 0.8), (-0.240, -0.054), (-0.150, -0.180), (-0.120, -0.333, 0.8)),
        groove((-0.280, 0.045, 0.7), (-0.330, 0.108, 0.2)),
    ),
    pits=(Pit((0.050, 0.054), 0.38), Pit((0.280, 0.045), 0.22), Pit((-0.280, 0.036), 0.26)),
    furrows=(Furrow(True, 0.02, 0.38, 0.65), Furrow(False, -0.12, 0.45, 0.50)),
)  # fmt: skip

UPPER_FORMS: dict[int, AnteriorForm | PosteriorForm] = {
    1: CENTRAL_INCISOR,
    2: LATERAL_INCISOR,
    3: CANINE,
    4: FIRST_PREMOLAR,
    5: SECOND_PREMOLAR,
    6: FIRST_MOLAR,
    7: SECOND_MOLAR,
}
