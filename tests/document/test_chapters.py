"""Chapters: where they lie along what plays, which one counts, and that every change of them can be undone."""

import math
import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neodent_viewer.core.errors import ArgumentError, ProjectFileError
from neodent_viewer.document.chapter import Chapter, Placed, Reel, along, current, place
from neodent_viewer.document.document import Document
from neodent_viewer.document.history import History
from neodent_viewer.document.story import add_edit, change_edit, new_chapter, remove_edit
from neodent_viewer.files.project import load_project, save_project

EPOCH = 1_900_000_000.0
REEL = Reel("abc", EPOCH, "morning.mcap")
LIVE = Reel("", EPOCH)


def test_a_chapter_of_a_recording_lies_along_that_recording_alone():
    document = Document()
    chapter = new_chapter(document, REEL, 3.0, 9.0, caption="It began to hurt.")
    assert (chapter.recording, chapter.name) == ("abc", "morning.mcap")
    assert place(chapter, REEL)[:2] == (3.0, 9.0)
    assert place(chapter, Reel("other", EPOCH)) is None and place(chapter, LIVE) is None


def test_a_chapter_of_live_time_is_found_in_a_recording_of_that_hour():
    chapter = new_chapter(Document(), LIVE, 100.0, 160.0, title="Tea")
    assert chapter.recording == "" and chapter.start == EPOCH + 100.0
    later = Reel("abc", EPOCH + 40.0)
    assert place(chapter, later)[:2] == (60.0, 120.0)
    assert place(chapter, Reel("abc", math.nan)) is None, "a recording without a date has no hour"


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 30)), max_size=8), st.integers(-5, 90))
def test_the_chapter_that_counts_is_the_one_that_began_last(spans, now):
    chapters = [Chapter(f"c{k}", a, a + n, recording="abc") for k, (a, n) in enumerate(spans)]
    placed = along(chapters, REEL)
    assert [one.start for one in placed] == sorted(one.start for one in placed)
    found = current(placed, now)
    there = [one for one in placed if one.start <= now < one.end]
    assert (found is None) == (not there)
    if found is not None:
        assert found in there and all((found.start, -found.end) >= (one.start, -one.end) for one in there)


def test_of_two_that_begin_together_the_shorter_counts():
    long, short = Chapter("a", 0, 10, recording="abc"), Chapter("b", 0, 5, recording="abc")
    assert current((Placed(0, 10, long), Placed(0, 5, short)), 3).chapter is short
    assert current((Placed(0, 10, long), Placed(0, 5, short)), 5).chapter is long, "the end is not in it"


def test_everything_done_to_chapters_is_undone_bit_for_bit():
    document = Document()
    history = History(document)
    first = new_chapter(document, REEL, 0.1, 4.0, title="Night", view=(0.0,) * 8)
    history.do(add_edit(document, first))
    history.do(change_edit(document, "c1", "Move", start=0.30000000000000004, end=5.0))
    history.do(change_edit(document, "c1", "Caption of", caption="I woke."))
    history.do(remove_edit(document, "c1"))
    assert document.chapters == {}
    history.undo()
    assert document.chapters["c1"].caption == "I woke."
    history.undo()
    history.undo()
    assert document.chapters == {"c1": first}
    history.redo()
    assert document.chapters["c1"].start == 0.30000000000000004
    assert new_chapter(document, REEL, 0, 1).id == "c2"


@pytest.mark.parametrize(
    "values",
    [
        {"end": 0.0},
        {"end": math.nan},
        {"start": math.inf},
        {"caption": "x" * 401},
        {"view": (1.0, 2.0)},
        {"view": (math.nan,) * 8},
        {"title": 7},
        {"mood": "good"},
    ],
)
def test_what_cannot_be_a_chapter_is_refused_in_words(values):
    document = Document()
    document.set(("chapters", "c1"), Chapter("c1", 0.0, 1.0))
    with pytest.raises(ArgumentError):
        change_edit(document, "c1", "Change", **values)
    assert document.chapters["c1"] == Chapter("c1", 0.0, 1.0)
    with pytest.raises(ArgumentError):
        change_edit(document, "c9", "Change", end=2.0)
    with pytest.raises(ArgumentError):
        remove_edit(document, "c9")


@pytest.fixture
def saved(tmp_path):
    document = Document()
    history = History(document)
    view = (1.5, -2.0, 0.1, -24.0, 9.0, 250.0, 20.0, 0.0)
    told = {
        "title": "Night",
        "caption": "I woke at “three”, °é漢",
        "view": view,
        "look": "Field",
        "channels": ("t11/ph",),
    }
    history.do(add_edit(document, new_chapter(document, REEL, 0.1, 4.0, **told)))
    history.do(add_edit(document, new_chapter(document, LIVE, 5.0, 6.0)))
    history.do(remove_edit(document, "c2"))
    history.undo()
    path = tmp_path / "a.neodent"
    save_project(document, history, path)
    return document, path


def test_chapters_come_back_with_their_undo(saved):
    document, path = saved
    loaded = load_project(path)
    assert loaded.document.chapters == document.chapters and len(document.chapters) == 2
    history = History(loaded.document)
    history.restore(loaded.done, loaded.undone)
    history.redo()
    assert list(loaded.document.chapters) == ["c1"]


@pytest.mark.parametrize("version", [3, 4])
def test_a_file_from_before_chapters_is_read_and_written_anew(saved, version):
    document, path = saved
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP TABLE chapters")
        db.execute("DELETE FROM history")
        db.execute(f"PRAGMA user_version={version}")
        db.commit()
    again = load_project(path).document
    assert again.chapters == {}
    again.set(("chapters", "c1"), document.chapters["c1"])
    save_project(again, None, path)
    assert load_project(path).document.chapters == {"c1": document.chapters["c1"]}


@pytest.mark.parametrize("damage", ['"end": -1', '"end": "late"', '"end": true', '"end": null'])
def test_a_chapter_without_length_is_a_damaged_project(saved, damage):
    _, path = saved
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE chapters SET json = replace(json, '\"end\": 4.0', ?)", (damage,))
        db.commit()
    with pytest.raises(ProjectFileError) as error:
        load_project(path)
    assert error.value.kind == "damaged"
