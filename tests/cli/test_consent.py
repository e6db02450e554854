"""Consent on the command line: a project's records go out as FHIR and come in again, or not at all."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from neodent_viewer.cli.main import main
from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import set_value
from neodent_viewer.document.history import History
from neodent_viewer.files.project import load_project, save_project
from neodent_viewer.trust.consent import SETTING, ConsentRegister


@pytest.fixture
def project(tmp_path):
    document, register = Document(), ConsentRegister()
    now = datetime.now(UTC)
    register.grant(["t11/ph"], ["view", "record"], now + timedelta(days=3), "Ada")
    register.withdraw("t11/ph", "record", at=now)
    document.settings[SETTING] = register.to_json()
    save_project(document, None, tmp_path / "a.neodent")
    return tmp_path / "a.neodent"


def test_records_go_out_and_come_in(project, tmp_path, capsys):
    file, other = str(tmp_path / "a.json"), tmp_path / "b.neodent"
    save_project(Document(), None, other)
    assert main(["consent", "export", str(project), "-o", file]) == 0
    assert main(["consent", "import", str(other), file]) == 0
    before, after = (load_project(path).document.settings[SETTING] for path in (project, other))
    assert before == after
    capsys.readouterr()
    for path in (str(other), file):
        assert main(["consent", "show", path]) == 0
        told = capsys.readouterr().out
        assert "t11/ph  view  by Ada  until" in told and "has withdrawn the consent to record" in told


def test_what_was_done_can_still_be_undone_after_records_came_in(project, tmp_path):
    document = Document()
    history = History(document)
    history.do(set_value(document, ("settings", "a"), 1, "One"))
    history.do(set_value(document, ("settings", "a"), 2, "Two"))
    history.undo()
    save_project(document, history, tmp_path / "b.neodent")
    main(["consent", "export", str(project), "-o", str(tmp_path / "a.json")])
    assert main(["consent", "import", str(tmp_path / "b.neodent"), str(tmp_path / "a.json")]) == 0
    after = load_project(tmp_path / "b.neodent")
    assert [edit.after for edit in after.done] == [1] and [edit.after for edit in after.undone] == [2]
    assert after.document.settings["a"] == 1 and after.document.settings[SETTING]


def test_what_is_not_clear_changes_nothing(project, tmp_path, capsys):
    file = tmp_path / "a.json"
    main(["consent", "export", str(project), "-o", str(file)])
    bundle = json.loads(file.read_text())
    bundle["entry"][0]["resource"]["decision"] = "permit"
    file.write_text(json.dumps(bundle))
    before = project.read_bytes()
    assert main(["consent", "import", str(project), str(file)]) == 2
    assert "entry[0].decision" in capsys.readouterr().err
    assert project.read_bytes() == before
    assert main(["consent", "show", str(tmp_path / "nowhere")]) == 2
