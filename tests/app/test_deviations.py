"""Deviations are made in the background; what is opened meanwhile under the same name has its own."""

from dataclasses import replace

import numpy as np

from neodent_viewer.app.deviations import Deviations
from neodent_viewer.document.document import Document
from neodent_viewer.document.part import POSITION, Part
from neodent_viewer.jobs.big_mesh import big_surface


class Later:
    """Does work when it is told to."""

    def __init__(self):
        self.jobs = []

    def quietly(self, work, then):
        self.jobs.append((work, then))

    def run(self):
        while self.jobs:
            work, then = self.jobs.pop(0)
            then(work())


def sculpted(document, part):
    """Push a few vertices out as a stroke does."""
    document.set(("parts", part.id), part)
    positions = part.surface.vertices.copy()
    rows = np.arange(20, dtype=np.int32)
    positions[rows] *= 1.01
    document.write_vertices(part.id, POSITION, rows, positions[rows])


def test_a_part_opened_again_while_its_deviation_is_made_has_one_of_its_own():
    document, later = Document(), Later()
    deviations = Deviations(document, later)
    first = Part.from_surface(big_surface(2_000))
    sculpted(document, first)
    assert len(later.jobs) == 1 and deviations.of(first) is None
    again = replace(Part.from_surface(big_surface(2_000)), id=first.id)
    sculpted(document, again)
    later.run()
    assert document.parts[first.id] is again
    assert deviations.of(again) is not None and deviations.of(again).fits(again)
    assert deviations.told().startswith("deviation +")
    deviations.close()
