"""Opening files in the running program: preview first, cancel, damaged files, projects, saving and coming back."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from neodent_viewer.app.actions import file, parts
from neodent_viewer.app.compose import Program
from neodent_viewer.app.start import Wish, open_wish
from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.document.edits import set_value
from neodent_viewer.document.look import Look, Shading
from neodent_viewer.document.part import Part
from neodent_viewer.files.project import load_project, save_project
from neodent_viewer.jobs.big_mesh import big_surface, write_big_stl
from neodent_viewer.trust.consent import SETTING, ConsentRegister

PATIENCE = 60_000
SCAN = Path(__file__).parents[3] / "shared" / "data" / "sjtu" / "case0_upper.ply"


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "ball.stl"
    write_big_stl(path, 4000)
    return path


def _said(program: Program) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []
    program.context.shell.said.connect(lambda message: told.append((message.level, message.text)))
    return told


def test_a_scan_is_shown_before_it_is_welded(empty_program: Program, scan: Path, qtbot: QtBot) -> None:
    document = empty_program.context.document
    states: list[tuple[bool, int]] = []
    document.changed.connect(
        lambda change: states.extend((p.preview, len(p.surface.vertices)) for p in document.parts.values())
    )
    empty_program.context.requests.open_files([scan])
    qtbot.waitUntil(lambda: bool(document.parts) and not empty_program.context.background.jobs(), timeout=PATIENCE)
    (part,) = document.parts.values()
    assert states[0] == (True, 3 * len(part.surface.faces)), "first the soup"
    assert states[-1] == (False, len(part.surface.vertices)) and len(part.surface.vertices) < len(part.surface.faces)
    assert part.surface.file_index is not None and part.source == str(scan)
    assert not empty_program.context.history.unsaved(), "looking at a scan is no unsaved work"
    empty_program.context.history.undo()
    assert document.parts == {}
    empty_program.context.history.redo()
    assert list(document.parts) == [part.id]


def test_cancelling_leaves_the_document_as_it_was(program: Program, scan: Path, qtbot: QtBot) -> None:
    document = program.context.document
    before, parts = program.context.history.done(), dict(document.parts)
    program.loading.picture_shown.clear()  # the reading waits here, as it does at a start
    program.context.requests.open_files([scan])
    qtbot.waitUntil(lambda: len(document.parts) == 2, timeout=PATIENCE)
    (job,) = program.context.background.jobs()
    assert job.stoppable
    job.cancel()
    program.loading.picture_shown.set()
    qtbot.waitUntil(lambda: program.context.background.jobs() == (), timeout=PATIENCE)
    assert document.parts == parts and program.context.history.done() == before


def test_a_part_is_edited_only_once_it_is_whole(empty_program: Program, scan: Path, qtbot: QtBot) -> None:
    context, document = empty_program.context, empty_program.context.document
    empty_program.loading.picture_shown.clear()  # the reading waits here, as it does at a start
    context.requests.open_files([scan])
    qtbot.waitUntil(lambda: bool(document.parts), timeout=PATIENCE)
    (part,) = document.parts.values()
    assert part.preview
    for deed in (
        lambda: parts.remove(context, part.id),
        lambda: parts.rename(context, part.id, "Other"),
        lambda: parts.set_visible(context, part.id, False),
        lambda: parts.show_only(context, part.id),
        lambda: parts.set_jaw(context, part.id, "lower"),
    ):
        with pytest.raises(ArgumentError, match="prepared"):
            deed()
    assert document.parts == {part.id: part} and not context.history.done()
    empty_program.loading.picture_shown.set()
    qtbot.waitUntil(lambda: not part.preview, timeout=PATIENCE)
    parts.remove(context, part.id)
    for _ in range(2):
        context.history.undo()
    assert document.parts == {}


def test_a_part_taken_out_while_it_is_read_stays_out(empty_program: Program, scan: Path, qtbot: QtBot) -> None:
    document, told = empty_program.context.document, _said(empty_program)
    empty_program.loading.picture_shown.clear()
    empty_program.context.requests.open_files([scan])
    qtbot.waitUntil(lambda: bool(document.parts), timeout=PATIENCE)
    document.set(("parts", next(iter(document.parts))), None)
    empty_program.loading.picture_shown.set()
    qtbot.waitUntil(lambda: not empty_program.context.background.jobs(), timeout=PATIENCE)
    assert document.parts == {} and [text for level, text in told if level == "error"] == []


@pytest.mark.parametrize(
    "content", [b"", b"solid nothing\nendsolid", b"\0" * 84 + b"\1\0", b"this is no mesh at all" * 50], ids=str
)
@pytest.mark.parametrize("suffix", [".stl", ".ply", ".obj"])
def test_a_damaged_file_gives_a_sentence(
    empty_program: Program, tmp_path: Path, qtbot: QtBot, content: bytes, suffix: str
) -> None:
    path = tmp_path / f"broken{suffix}"
    path.write_bytes(content)
    told = _said(empty_program)
    empty_program.context.requests.open_files([path])
    qtbot.waitUntil(lambda: any(level == "error" for level, _ in told), timeout=PATIENCE)
    (sentence,) = [text for level, text in told if level == "error"]
    assert "broken" in sentence and "Traceback" not in sentence and "Something went wrong" not in sentence
    assert empty_program.context.document.parts == {}


def test_several_files_become_several_parts(empty_program: Program, tmp_path: Path, qtbot: QtBot) -> None:
    paths = [tmp_path / "one.stl", tmp_path / "two.stl"]
    for path in paths:
        write_big_stl(path, 1000)
    empty_program.context.requests.open_files(paths)
    parts = empty_program.context.document.parts
    qtbot.waitUntil(lambda: len(parts) == 2 and not any(part.preview for part in parts.values()), timeout=PATIENCE)
    assert [part.name for part in parts.values()] == ["one", "two"]


@pytest.mark.skipif(not SCAN.is_file(), reason="the real scans are not here")
def test_a_real_scan_brings_its_labels(empty_program: Program, qtbot: QtBot) -> None:
    empty_program.context.requests.open_files([SCAN])
    parts = empty_program.context.document.parts
    qtbot.waitUntil(lambda: bool(parts) and not any(part.preview for part in parts.values()), timeout=PATIENCE)
    (part,) = parts.values()
    assert part.surface.labels is not None
    assert {11, 21} <= set(np.unique(part.surface.labels).tolist())


def test_save_and_open_bring_everything_back(program: Program, tmp_path: Path, qtbot: QtBot) -> None:
    context, path = program.context, tmp_path / "smile.neodent"
    (part,) = context.document.parts.values()
    context.history.do(set_value(context.document, ("parts", part.id, "name"), "Upper", "Rename"))
    assert context.history.unsaved()
    done: list[int] = []
    context.requests.save(path, lambda: done.append(1))
    qtbot.waitUntil(lambda: bool(done), timeout=PATIENCE)
    assert context.requests.project == path and not context.history.unsaved()
    vertices = part.surface.vertices.copy()
    context.requests.new()
    assert context.document.parts == {} and context.requests.project is None
    context.requests.open_files([path])
    qtbot.waitUntil(lambda: bool(context.document.parts), timeout=PATIENCE)
    (back,) = context.document.parts.values()
    assert back.name == "Upper" and np.array_equal(back.surface.vertices, vertices)
    assert context.requests.project == path and not context.history.unsaved()
    context.history.undo()
    assert back.name != "Upper", "undo goes on after reopening"


@pytest.mark.parametrize("name", ["SMILE.NEODENT", "smile.bak"])
def test_a_project_of_any_name_asks_before_it_replaces(
    program: Program, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    context, done, asked = program.context, [], []
    context.requests.save(tmp_path / name, lambda: done.append(1))
    qtbot.waitUntil(lambda: bool(done), timeout=PATIENCE)
    (part,) = context.document.parts.values()
    parts.rename(context, part.id, "Unsaved")
    monkeypatch.setattr(context.shell, "ask_unsaved", lambda: asked.append(1) or "cancel")
    file.open_paths(context, [tmp_path / name])
    assert asked and context.document.parts == {part.id: part}
    context.history.undo()
    file.open_paths(context, [tmp_path / name])
    qtbot.waitUntil(lambda: context.document.parts.get(part.id) not in (None, part), timeout=PATIENCE)


def test_what_changes_while_saving_stays_unsaved(program: Program, tmp_path: Path, qtbot: QtBot) -> None:
    context = program.context
    (part,) = context.document.parts.values()
    done: list[int] = []
    context.history.do(set_value(context.document, ("parts", part.id, "name"), "A", "Rename"))
    context.requests.save(tmp_path / "a.neodent", lambda: done.append(1))
    context.history.do(set_value(context.document, ("parts", part.id, "name"), "B", "Rename"))
    qtbot.waitUntil(lambda: bool(done), timeout=PATIENCE)
    assert context.history.unsaved()
    context.history.undo()
    assert not context.history.unsaved()


def test_a_save_that_ends_late_does_not_name_the_next_document(program: Program, tmp_path: Path, qtbot: QtBot) -> None:
    context, path = program.context, tmp_path / "a.neodent"
    done: list[int] = []
    context.requests.save(path, lambda: done.append(1))
    assert [job.stoppable for job in context.background.jobs() if job.title == "Saving a.neodent"] == [False]
    context.requests.new()
    qtbot.waitUntil(lambda: not context.background.jobs(), timeout=PATIENCE)
    assert path.is_file(), "what was asked for is on disk"
    assert context.requests.project is None and not done, "and the empty document goes nowhere near it"


def test_what_another_window_saved_is_asked_about_and_what_was_withdrawn_there_stays_so(
    program: Program, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, path, asked = program.context, tmp_path / "a.neodent", []
    answer = [False]
    monkeypatch.setattr(context.shell, "ask_sure", lambda *words: asked.append(words) or answer[0])

    def save() -> None:
        done: list[int] = []
        context.requests.save(path, lambda: done.append(1))
        qtbot.waitUntil(lambda: bool(done), timeout=PATIENCE)

    context.live.grant(("t11/ph", "t21/ph"), ("view",), datetime.now(UTC) + timedelta(days=9), "Ada")
    save()
    save()
    assert not asked, "nobody else was there"
    there = load_project(path)
    other = ConsentRegister.from_json(there.document.settings[SETTING])
    other.withdraw("t11/ph", "view", at=datetime.now(UTC))
    there.document.set(("settings", SETTING), other.to_json())
    save_project(there.document, None, path)
    before = path.read_bytes()
    context.requests.save(path)
    assert len(asked) == 1 and path.name in asked[0][1]
    assert path.read_bytes() == before and not context.background.jobs()
    answer[0] = True
    save()
    save()
    assert len(asked) == 2
    kept = ConsentRegister.from_json(load_project(path).document.settings[SETTING])
    now = datetime.now(UTC)
    for register in (kept, context.live.consent):
        assert not register.allows("t11/ph", "view", now) and register.allows("t21/ph", "view", now)


def test_saving_where_it_cannot_be_says_so(program: Program, tmp_path: Path, qtbot: QtBot) -> None:
    told = _said(program)
    program.context.requests.save(tmp_path / "no such folder" / "a.neodent")
    qtbot.waitUntil(lambda: any(level == "error" for level, _ in told), timeout=PATIENCE)
    assert program.context.requests.project is None


def test_export_writes_the_part(program: Program, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "out.stl"
    program.context.requests.export(list(program.context.document.parts), path)
    qtbot.waitUntil(lambda: path.is_file() and not program.context.background.jobs(), timeout=PATIENCE)
    (part,) = program.context.document.parts.values()
    assert path.stat().st_size == 84 + 50 * len(part.surface.faces)


def test_an_export_asks_before_it_replaces_files_the_dialog_did_not_speak_of(
    program: Program, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, asked = program.context, []
    other = Part.from_surface(big_surface(300))
    context.document.set(("parts", other.id), other)
    mine = tmp_path / "out-2.stl"
    mine.write_bytes(b"precious")
    monkeypatch.setattr(context.shell, "ask_replace", lambda paths: asked.append(paths))
    context.requests.export(list(context.document.parts), tmp_path / "out.stl")
    assert asked == [[mine]] and mine.read_bytes() == b"precious"
    assert not any(job.title.startswith("Exporting") for job in context.background.jobs())
    monkeypatch.setattr(context.shell, "ask_replace", lambda paths: True)
    context.requests.export(list(context.document.parts), tmp_path / "out.stl")
    qtbot.waitUntil(lambda: not context.background.jobs(), timeout=PATIENCE)
    assert mine.stat().st_size == 84 + 50 * len(other.surface.faces)


def test_a_picture_has_the_size_of_the_canvas_and_may_be_transparent(
    program: Program, tmp_path: Path, qtbot: QtBot
) -> None:
    from PySide6.QtGui import QImage

    for transparent in (False, True):
        path = tmp_path / f"picture{transparent}.png"
        program.context.requests.picture(path, transparent=transparent)
        qtbot.waitUntil(lambda path=path: path.is_file() and not program.context.background.jobs(), timeout=PATIENCE)
        image = QImage(str(path))
        assert (image.width(), image.height()) == program.frames.editor_size()
        assert (image.pixelColor(2, 2).alpha() == 0) is transparent
        assert image.pixelColor(image.width() // 2, image.height() // 2).alpha() == 255


def test_a_picture_ignores_the_stage_and_holds_only_what_may_be_recorded(
    program: Program, tmp_path: Path, qtbot: QtBot
) -> None:
    from PySide6.QtGui import QImage

    context, told = program.context, _said(program)
    context.requests.set_feed("sim")
    context.document.set(("look",), Look(shading=Shading.FIELD))

    def shot(name: str) -> tuple[np.ndarray, str]:
        path = tmp_path / name
        context.requests.picture(path)
        qtbot.waitUntil(lambda: any(name in text for _, text in told), timeout=PATIENCE)
        image = QImage(str(path)).convertToFormat(QImage.Format.Format_RGBA8888)
        return np.frombuffer(image.constBits(), np.uint8).copy(), next(text for _, text in told if name in text)

    qtbot.waitUntil(lambda: bool(np.isfinite(context.ticker.moment.values).any()), timeout=PATIENCE)
    context.live.withdraw(purpose="record")
    context.live.tick()
    _, text = shot("withheld.png")
    assert "Consent to record keeps 6" in text and not context.ticker.moment.withheld.all(), "the window shows more"
    context.live.remove_sources()
    context.engine.master.blackout = 1.0
    dark, _ = shot("dark.png")
    context.engine.master.blackout = 0.0
    assert dark.reshape(-1, 4)[:, :3].max() > 60, "a blackout is the stage's, not the picture's"
    assert context.engine.master.blackout == 0.0


def test_a_window_that_is_recorded_shows_what_may_be_recorded(program: Program, qtbot: QtBot) -> None:
    context, told = program.context, _said(program)
    context.requests.set_feed("sim")
    context.live.withdraw(purpose="record")
    context.live.purpose = "record"
    frames = context.engine.frames("editor")
    qtbot.waitUntil(lambda: bool(context.ticker.moment.withheld.any()), timeout=PATIENCE)
    qtbot.waitUntil(lambda: context.engine.frames("editor") > frames + 2, timeout=PATIENCE)
    assert context.ticker.moment.withheld.all()
    assert [text for level, text in told if level == "error"] == [], "and it is drawn"


def test_the_demo_comes_alive(empty_program: Program, qtbot: QtBot) -> None:
    context = empty_program.context
    context.requests.open_demo()
    qtbot.waitUntil(lambda: len(context.document.parts) == 2, timeout=PATIENCE)
    qtbot.waitUntil(lambda: bool(np.isfinite(context.ticker.moment.values).any()), timeout=PATIENCE)
    assert len(context.document.probes) >= 6 and not context.history.unsaved()
    context.requests.set_feed("none")


def test_a_project_brings_its_feed_along_but_opens_no_network(program: Program, tmp_path: Path, qtbot: QtBot) -> None:
    context, done = program.context, []
    context.requests.set_feed("sim")
    context.requests.save(tmp_path / "sim.neodent", lambda: done.append(1))
    context.document.set(("settings", "feed"), "osc:0.0.0.0:9000")
    context.requests.save(tmp_path / "open.neodent", lambda: done.append(2))
    qtbot.waitUntil(lambda: sorted(done) == [1, 2], timeout=PATIENCE)
    for name, feed in (("sim", "sim"), ("open", "none")):
        context.requests.new()
        assert not program.feed.running
        context.requests.open_files([tmp_path / f"{name}.neodent"])
        qtbot.waitUntil(lambda: bool(context.document.parts), timeout=PATIENCE)
        assert (*program.feed.specs, "none")[0] == feed


def test_what_the_command_line_wished_for_is_there(empty_program: Program, scan: Path, qtbot: QtBot) -> None:
    context = empty_program.context
    open_wish(empty_program, Wish(files=(scan,), look="field", feeds=("sim",), stage=0))
    qtbot.waitUntil(lambda: empty_program.feed.running, timeout=PATIENCE)
    assert context.document.look.shading is Shading.FIELD and empty_program.stage.is_open
    assert context.document.probes and context.preferences.recent() == [scan]
    assert not context.history.unsaved()


def test_a_look_that_does_not_exist_is_said(empty_program: Program, scan: Path, qtbot: QtBot) -> None:
    told = _said(empty_program)
    open_wish(empty_program, Wish(files=(scan,), look="rose-tinted"))
    qtbot.waitUntil(lambda: any(level == "error" for level, _ in told), timeout=PATIENCE)
    assert any("rose-tinted" in text for _, text in told)


def test_probes_that_a_simulated_feed_brings_along_are_one_step_of_undo(program: Program) -> None:
    context = program.context
    context.requests.set_feed("sim")
    assert len(context.document.probes) > 1 and not context.history.unsaved()
    assert len(context.history.done()) == 1
    context.history.undo()
    assert context.document.probes == {}
    context.requests.set_feed("none")


def test_a_feed_that_does_not_exist_is_said(empty_program: Program) -> None:
    told = _said(empty_program)
    empty_program.context.requests.set_feed("telepathy")
    assert [level for level, _ in told] == ["error"] and not empty_program.feed.running


def test_a_slip_of_the_pen_leaves_the_feeds_as_they_are(program: Program, qtbot: QtBot) -> None:
    context, told = program.context, _said(program)
    context.requests.set_feed("sim")
    qtbot.waitUntil(lambda: bool(np.isfinite(context.ticker.moment.values).any()), timeout=PATIENCE)
    heard = sum(source.received for source in context.live.status().sources)
    words = ("mqtt:localhost/a#b", "bogus:1", "replay:no such.mcap", "osc:99999")
    for word in words:
        context.requests.set_feed(word)
        context.requests.add_feed(word)
        context.requests.add_feed(word, "sim")
    context.requests.set_feed("sim", "osc:0")
    assert [level for level, _ in told] == ["error"] * (3 * len(words) + 1)
    assert program.feed.specs == ("sim",) and context.document.settings["feed"] == "sim"
    assert sum(source.received for source in context.live.status().sources) >= heard > 0
    context.requests.set_feed("none")
    assert not program.feed.running


def test_a_port_that_is_taken_leaves_the_feeds_as_they_are(program: Program, qtbot: QtBot) -> None:
    context, told = program.context, _said(program)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        taken = f"osc:{other.getsockname()[1]}"
        context.requests.set_feed("sim")
        context.requests.set_feed(taken)
        assert program.feed.specs == ("sim",) and context.document.settings["feed"] == "sim"
        qtbot.waitUntil(lambda: bool(np.isfinite(context.ticker.moment.values).any()), timeout=PATIENCE)
        context.requests.set_feed("osc:0")
        context.requests.add_feed(taken, "osc:0")
        assert program.feed.specs == ("osc:0",)
        assert [level for level, _ in told] == ["error", "info", "error", "info"] and "goes on" in told[-1][1]
        context.requests.set_feed("sim")
        context.document.set(("settings", "feed"), taken)
        program.feed.resume()
        assert not program.feed.running, "another document's feed does not go on in this one"


def test_a_project_with_a_feed_that_means_nothing_opens_without_one(
    program: Program, tmp_path: Path, qtbot: QtBot
) -> None:
    context, done = program.context, []
    context.document.set(("settings", "feed"), "osc:99999")
    context.requests.save(tmp_path / "odd.neodent", lambda: done.append(1))
    qtbot.waitUntil(lambda: bool(done), timeout=PATIENCE)
    context.requests.set_feed("sim")
    told = _said(program)
    context.requests.open_files([tmp_path / "odd.neodent"])
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE)
    assert not program.feed.running and "99999" in told[0][1]
