"""Examples in docstrings are true."""

import doctest
import importlib
import pkgutil

import pytest

import neodent_viewer

NAMES = sorted(
    module.name
    for module in pkgutil.walk_packages(neodent_viewer.__path__, "neodent_viewer.")
    if not module.name.endswith("__main__")
)


@pytest.mark.parametrize("name", NAMES)
def test_examples(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0
