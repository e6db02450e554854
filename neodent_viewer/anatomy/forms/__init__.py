"""One table of parameters per tooth type: `FORMS` maps (jaw, position) to the form a technician would describe."""

from __future__ import annotations

from neodent_viewer.anatomy.forms.anterior import AnteriorForm
from neodent_viewer.anatomy.forms.lower_teeth import LOWER_FORMS
from neodent_viewer.anatomy.forms.posterior import PosteriorForm
from neodent_viewer.anatomy.forms.upper_teeth import UPPER_FORMS
from neodent_viewer.anatomy.teeth import Jaw

Form = AnteriorForm | PosteriorForm
#: form of every permanent tooth from central incisor (1) to second molar (7)
FORMS: dict[tuple[Jaw, int], Form] = {
    **{("upper", position): form for position, form in UPPER_FORMS.items()},
    **{("lower", position): form for position, form in LOWER_FORMS.items()},
}

__all__ = ["FORMS", "AnteriorForm", "Form", "PosteriorForm"]
