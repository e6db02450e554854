"""Files that appear whole: several writers at once, and what killed ones leave."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from neodent_viewer.document.document import Document
from neodent_viewer.files.atomic import put_in_place
from neodent_viewer.files.project import load_project, save_project

ROOT = Path(__file__).resolve().parents[2]


def test_projects_saved_in_the_same_moment_are_whole(tmp_path):
    path = tmp_path / "a.neodent"
    save_project(Document(), None, path)
    meet, wrong = threading.Barrier(3), []

    def save(number):
        document = Document()
        document.settings.update({f"key {i}": [number] * 50 for i in range(500)})
        meet.wait()
        for _ in range(6):
            try:
                save_project(document, None, path)
                found = load_project(path).document.settings
                assert len({tuple(value) for value in found.values()}) == 1 and len(found) == 500
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=save, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_what_a_killed_program_left_goes_and_what_another_writes_stays(tmp_path):
    path = tmp_path / "a.txt"
    code = (
        "import os, sys; from pathlib import Path; from neodent_viewer.files.atomic import put_in_place\n"
        "with put_in_place(Path(sys.argv[1])) as beside:\n    beside.write_text('half'); os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(path)], cwd=ROOT).returncode == -9
    assert len(list(tmp_path.iterdir())) == 1 and not path.exists()
    with put_in_place(path) as first:
        first.write_text("first")
        with put_in_place(path) as second:
            second.write_text("second")
            assert {one.name for one in tmp_path.iterdir()} == {first.name, second.name}
        assert path.read_text() == "second"
    assert path.read_text() == "first"
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_what_fails_leaves_the_old_one_and_nothing_beside(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), put_in_place(path) as beside:
        beside.write_text("new")
        raise ZeroDivisionError
    assert path.read_text() == "old" and [one.name for one in tmp_path.iterdir()] == [path.name]
    with pytest.raises(OSError), put_in_place(tmp_path / "nowhere" / "a.txt") as beside:
        beside.write_text("new")
