"""Errors cross process borders whole and read as a sentence."""

import pickle

import pytest

from neodent_viewer.core.errors import MeshFileError, NeodentError, ProjectFileError


@pytest.mark.parametrize("cls", [NeodentError, MeshFileError, ProjectFileError])
def test_an_error_survives_pickling(cls):
    error = cls("It is broken.", kind="truncated", where="scan.stl, byte 7", remedy="Copy it again.")
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is cls
    assert (back.what, back.kind, back.where, back.remedy) == (error.what, error.kind, error.where, error.remedy)
    assert str(back) == "It is broken."


def test_a_sentence_leaves_out_what_is_not_known():
    assert NeodentError("No.", kind="k").sentence() == "No."
    assert NeodentError("No.", kind="k", where="x", remedy="Try.").sentence() == "No. [x] Try."
    assert NeodentError("nobody (yet)", kind="k", where="x", remedy="Try.").sentence() == "nobody (yet). [x] Try.", (
        "one after the other"
    )
