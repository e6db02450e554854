"""One smile for all tests of the floor: setting teeth up takes seconds."""

import pytest

from neodent_viewer.anatomy.generator import from_setting
from neodent_viewer.anatomy.parameters import SmileParameters
from neodent_viewer.anatomy.setting import set_up

#: mm; coarse enough to be quick, fine enough for every crown
COARSE = 0.6


@pytest.fixture(scope="session")
def setting():
    return set_up(SmileParameters(), 1)


@pytest.fixture(scope="session")
def surfaces(setting):
    return from_setting(setting, COARSE)
