"""The recipe of a smile in a folder: ``smile.json`` holds parameters, seed and grid, enough to make it again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from neodent_viewer.anatomy.generator import STEP
from neodent_viewer.anatomy.parameters import SmileParameters
from neodent_viewer.core.errors import ArgumentError

FILE = "smile.json"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a smile was made from.

    Attributes
    ----------
    params : SmileParameters
        What was asked.
    seed : int
        Which individual.
    step : float
        Lattice spacing, mm.
    """

    params: SmileParameters = field(default_factory=SmileParameters)
    seed: int = 1
    step: float = STEP

    def write(self, folder: Path) -> Path:
        """Write it into a folder and return the file."""
        path = folder / FILE
        plain = {"params": asdict(self.params), "seed": self.seed, "step": self.step}
        path.write_text(json.dumps(plain, indent=2) + "\n", encoding="utf8")
        return path


def read(folder: Path) -> Recipe:
    """Read the recipe in a folder.

    Raises
    ------
    ArgumentError
        There is none, or it is not one.
    """
    path = folder / FILE
    try:
        plain = json.loads(path.read_text(encoding="utf8"))
        known = {f.name for f in fields(SmileParameters)}
        given = {str(key): float(value) for key, value in plain["params"].items() if key in known}
        return Recipe(SmileParameters(**given), int(plain["seed"]), float(plain["step"]))
    except FileNotFoundError:
        what = "The folder holds no recipe of a smile."
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        what = "The recipe of the smile cannot be read."
    raise ArgumentError(what, kind="argument", where=str(path), remedy="Make one with: neodent demo smile -o FOLDER.")
