"""The worker process: it can be stopped, runs out of time and memory, and may crash."""

import os
import shutil
import sys
import threading
from pathlib import Path

import pytest

from neodent_viewer.core.errors import MeshFileError
from neodent_viewer.files.killable import read_killable
from neodent_viewer.files.progress import never, no_progress
from neodent_viewer.files.surfaces import read_surfaces

pytestmark = pytest.mark.skipif(os.name != "posix", reason="named pipes and memory limits")


@pytest.fixture
def stuck(tmp_path):
    """Return a file that is never read to its end: a pipe nobody writes to."""
    path = tmp_path / "jaw.obj"
    os.mkfifo(path)
    return path


def children():
    return {path.name for path in Path("/proc").glob("[0-9]*") if _parent(path) == os.getpid()}


def _parent(path):
    try:
        return int((path / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def test_a_hanging_reader_is_killed_when_its_time_is_up(stuck):
    before = children()
    with pytest.raises(MeshFileError) as caught:
        read_killable(stuck, "obj", no_progress, never, time_limit=0.5)
    assert caught.value.kind == "timeout"
    assert children() == before


def test_a_hanging_reader_can_be_cancelled(stuck):
    before = children()
    asked = []
    with pytest.raises(MeshFileError) as caught:
        read_killable(stuck, "obj", no_progress, lambda: len(asked) > 3 or asked.append(1))
    assert caught.value.kind == "cancelled"
    assert children() == before
    assert "mesh worker" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS does not keep RLIMIT_AS")
def test_a_greedy_reader_runs_into_its_limit(tmp_path):
    path = tmp_path / "jaw.obj"
    path.write_bytes(b"v 1.5 2.5 3.5\n" * 2_000_000)
    with pytest.raises(MeshFileError) as caught:
        read_killable(path, "obj", no_progress, never, memory_limit=300 << 20)
    assert caught.value.kind == "too_large"
    assert caught.value.remedy


def test_a_crashed_reader_is_an_error_like_others(tmp_path, monkeypatch):
    path = tmp_path / "jaw.obj"
    path.write_text("v 0 0 0\n")
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    with pytest.raises(MeshFileError) as caught:
        read_killable(path, "obj", no_progress, never)
    assert caught.value.kind == "unreadable"


def test_the_worker_does_not_import_from_the_folder_it_was_started_in(tmp_path, monkeypatch):
    (tmp_path / "numpy.py").write_text("raise SystemExit('a stranger runs code here')")
    path = tmp_path / "jaw.obj"
    path.write_text("v 0 0 0\nv 9 0 0\nv 0 9 0\nf 1 2 3\n")
    monkeypatch.chdir(tmp_path)
    assert len(read_killable(path, "obj", no_progress, never)) == 1


def test_progress_never_falls_and_ends_at_one(tmp_path):
    path = tmp_path / "jaw.obj"
    path.write_text("v 0 0 0\nv 9 0 0\nv 0 9 0\nf 1 2 3\n")
    told = []
    read_surfaces(path, progress=lambda done, doing: told.append((done, doing)))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[0][0] == 0.0
    assert told[-1][0] == 1.0
    assert all(doing for _, doing in told)
