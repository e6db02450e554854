"""The arch line, and the teeth along it: each set to its stand, then slid up to its neighbour until the two touch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from neodent_viewer.anatomy import teeth
from neodent_viewer.anatomy.blend import Array
from neodent_viewer.anatomy.crown import Crown
from neodent_viewer.anatomy.setup import Stand
from neodent_viewer.mesh.surface import Float64

#: field value at which neighbours count as touching, mm
TOUCH = -0.01
#: z of the widest place of both arch forms, mm
BACK = -25.0


@dataclass(frozen=True, slots=True, eq=False)
class Tooth:
    """A crown in its place.

    Attributes
    ----------
    fdi : int
        Which tooth.
    crown : Crown
        Its shape.
    axes : ndarray (3, 3) float64
        Rows: mesial, facial and occlusal axis in the world. Left-handed on one side of the mouth: crowns are mirrored.
    origin : ndarray (3,) float64
        Centre of the CEJ in the world, mm.
    along : float
        Where on the arch line it stands, mm from the midline.
    """

    fdi: int
    crown: Crown
    axes: Float64
    origin: Float64
    along: float

    def to_tooth(self, points: Array) -> Float64:
        """Map world points (n, 3) to (u, v, w)."""
        x, y, z = (np.asarray(points) - self.origin).T
        # written out: a threaded matrix product costs more than it saves on three columns
        return np.stack([row[0] * x + row[1] * y + row[2] * z for row in self.axes], axis=1)

    def to_world(self, points: Array) -> Float64:
        """Map (u, v, w) points (n, 3) to the world."""
        return np.asarray(points @ self.axes + self.origin)

    def shell(self) -> Float64:
        """Return the crown's surface points (k, 3) in the world."""
        return self.to_world(self.crown.shell)

    def field(self, points: Array) -> Float64:
        """Return the crown's signed field (n,) in mm at world points (n, 3)."""
        return np.asarray(self.crown.field(self.to_tooth(points)))

    def shifted(self, shift: Array) -> Tooth:
        """Return it moved by `shift` (3,) mm."""
        return Tooth(self.fdi, self.crown, self.axes, self.origin + shift, self.along)


@dataclass(frozen=True, slots=True, eq=False)
class ArchLine:
    """Half an arch form, the superellipse ``|x / a| ** n + |(z - BACK) / b| ** n = 1``, by arc length from the midline.

    It runs on straight backwards from its widest place.
    """

    a: float
    b: float
    n: float

    def points(self) -> Float64:
        """Return (k, 3) float64 rows of arc length, x and z in mm, 0.05 mm apart."""
        phi = np.linspace(np.pi / 2, 0, 3000)
        x, z = self.a * np.cos(phi) ** (2 / self.n), BACK + self.b * np.sin(phi) ** (2 / self.n)
        behind = np.arange(1, 40) * 0.5
        x, z = np.append(x, np.full(len(behind), x[-1])), np.append(z, z[-1] - behind)
        length = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(z)))])
        at = np.arange(0, length[-1], 0.05)
        return np.column_stack([at, np.interp(at, length, x), np.interp(at, length, z)])


def up_axis(jaw: teeth.Jaw) -> Float64:
    """Return the direction crowns of this jaw grow: down in the upper, up in the lower."""
    return np.array([0.0, -1.0, 0.0]) if jaw == "upper" else np.array([0.0, 1.0, 0.0])


class Setter:
    """Sets the teeth of one jaw along an arch line.

    Parameters
    ----------
    line : ArchLine
        Goes through the crowns at 0.6 of their height.
    crowns, stands : dict
        By FDI number.
    heights : dict of int to float
        y of each tooth's highest point, mm.
    """

    def __init__(
        self, line: ArchLine, crowns: dict[int, Crown], stands: dict[int, Stand], heights: dict[int, float]
    ) -> None:
        self._s, self._x, self._z = line.points().T
        self._crowns, self._stands, self._heights = crowns, stands, heights

    def stand(self, fdi: int, along: float) -> Tooth:
        """Return the tooth set up at arc length `along` mm from the midline, touching or not."""
        crown, stand = self._crowns[fdi], self._stands[fdi]
        up = up_axis(crown.jaw)
        point, mesial, facial = self._frame(along, teeth.side(fdi))
        turn, torque, tip = (np.deg2rad(angle) for angle in (stand.rotation, stand.torque, stand.tip))
        mesial, facial = np.cos(turn) * mesial + np.sin(turn) * facial, np.cos(turn) * facial - np.sin(turn) * mesial
        axis = _unit(up + np.tan(torque) * facial + np.tan(tip) * mesial)
        front = _unit(facial - axis * (facial @ axis))
        axes = np.stack([_unit(mesial - axis * (mesial @ axis) - front * (mesial @ front)), front, axis])
        origin = point + facial * stand.offset - axis * (0.6 * crown.size.height)
        origin[1] = self._heights[fdi] - float((crown.shell @ axes[:, 1] * up[1]).max()) * up[1]
        return Tooth(fdi, crown, axes, origin, along)

    def _frame(self, along: float, side: int) -> tuple[Float64, Float64, Float64]:
        """Return point, mesial and facial direction of the line, all horizontal."""
        ahead, behind = along + 0.1, along - 0.1
        x, z = np.interp([along, ahead, behind], self._s, self._x), np.interp([along, ahead, behind], self._s, self._z)
        mesial = _unit(np.array([side * (x[2] - x[1]), 0.0, z[2] - z[1]]))
        facial = np.array([mesial[2], 0.0, -mesial[0]]) * side
        return np.array([side * x[0], 0.0, z[0]]), mesial, facial

    def fill(self, order: tuple[int, ...]) -> list[Tooth]:
        """Return all teeth of the jaw in `order`, each touching its neighbours.

        The two central incisors meet at the midline; the others follow outwards.
        """
        placed: dict[int, Tooth] = {}
        pair = [fdi for fdi in order if teeth.position(fdi) == 1]
        half = self._crowns[pair[0]].size.mesiodistal / 2
        start = brentq(
            lambda s: gap(self.stand(pair[0], s), self.stand(pair[1], s)) - TOUCH, half - 1, half + 1.5, xtol=1e-3
        )
        for fdi in sorted(order, key=teeth.position):
            if fdi in pair:
                placed[fdi] = self.stand(fdi, start)
            else:
                placed[fdi] = self._beside(fdi, placed[fdi - 1])
        return [placed[fdi] for fdi in order]

    def _beside(self, fdi: int, mesial: Tooth) -> Tooth:
        reach = (self._crowns[fdi].size.mesiodistal + mesial.crown.size.mesiodistal) / 2
        low, high = mesial.along + 0.75 * reach, mesial.along + 1.35 * reach
        along = brentq(lambda s: gap(mesial, self.stand(fdi, s)) - TOUCH, low, high, xtol=1e-3)
        return self.stand(fdi, along)


def gap(mesial: Tooth, distal: Tooth) -> float:
    """Return the clearance between two neighbours' crowns in mm, negative where they run into each other.

    Smallest field value of the second crown over the surface points of the first, above the CEJ, on the facing half.
    """
    points = mesial.crown.shell
    centre = mesial.to_tooth(distal.origin[None])[0]
    points = points[(points[:, 0] * np.sign(centre[0]) > 0) & (points[:, 2] > 1.0)]
    return float(distal.field(mesial.to_world(points)).min())


def _unit(vector: Array) -> Float64:
    return np.asarray(vector / np.linalg.norm(vector))
