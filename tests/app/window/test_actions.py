"""Commands as records, the key map, and what the actions do to the document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neodent_viewer.app.actions import conditions, consent, edit, file, looks, parts, perform, probes, review, view
from neodent_viewer.app.actions.catalogue import COMMANDS, all_commands
from neodent_viewer.app.actions.centre import CommandCentre
from neodent_viewer.app.actions.keymap import clashes, normal, resolve
from neodent_viewer.app.actions.looks import LookEditor
from neodent_viewer.app.actions.record import MENUS, Command
from neodent_viewer.app.context import WORKSPACES, AppContext
from neodent_viewer.app.fuzzy import rank, score
from neodent_viewer.core.errors import ArgumentError, NeodentError
from neodent_viewer.document.anchor import anchor_at_vertex
from neodent_viewer.document.document import Document
from neodent_viewer.document.finding import Finding
from neodent_viewer.document.part import Part


def _part(context: AppContext, index: int = 0) -> Part:
    return list(context.document.parts.values())[index]


def _state(document: Document) -> dict[str, Any]:
    """Everything the document holds, by value: parts are compared by what they say, not by identity."""
    found = {"/".join(path): document.get(path) for path in document.paths()}
    for part in document.parts.values():
        words = (
            part.name,
            part.visible,
            part.jaw,
            part.unit,
            part.transform.tobytes(),
            part.surface.vertices.tobytes(),
        )
        found[f"parts/{part.id}"] = words
    return found


# -- records -------------------------------------------------------------------------------------------------------


def test_records_are_whole(context: AppContext) -> None:
    commands = all_commands(context)
    assert len({command.id for command in commands}) == len(commands)
    for command in commands:
        assert command.title and command.workspaces and set(command.workspaces) <= set(WORKSPACES)
        assert not command.menu or command.menu.partition("/")[0] in MENUS
        assert all(normal(key) == key for key in command.keys), command.id


def test_no_two_commands_of_equal_rank_want_one_key(context: AppContext) -> None:
    assert clashes(all_commands(context)) == []


def test_keys_people_already_know() -> None:
    wanted = {
        "sculpt": {"F": "sculpt.radius", "X": "sculpt.symmetry", "[": "sculpt.smaller"},
        "perform": {"B": "perform.blackout", ".": "perform.freeze", "F": "view.front", "L": "view.left"},
        "review": {"L": "review.legend", "H": "help.keys"},
    }
    everywhere = {
        "Ctrl+O": "file.open",
        "Ctrl+S": "file.save",
        "Ctrl+Shift+S": "file.save_as",
        "Ctrl+Z": "edit.undo",
        "Ctrl+Shift+Z": "edit.redo",
        "Ctrl+Y": "edit.redo",
        "Ctrl+Shift+P": "help.palette",
        "F3": "help.palette",
        "Ctrl+,": "edit.preferences",
        "F1": "help.keys",
        "F11": "view.full_screen",
        "F12": "file.picture",
        "Ctrl+F12": "file.picture_transparent",
        "1": "view.front",
        "3": "view.right",
        "7": "view.upper",
        "T": "view.upper",
        "5": "view.orthographic",
        "Home": "view.frame",
        "Shift+Esc": "stage.close",
        "Ctrl+PgUp": "view.previous_workspace",
        "Ctrl+PgDown": "view.next_workspace",
    }
    for workspace in WORKSPACES:
        owners = {key: name for name, keys in resolve(COMMANDS, workspace).items() for key in keys}
        for key, command in (everywhere | wanted[workspace]).items():
            assert owners.get(key) == command, (workspace, key)
        assert "Esc" not in owners, "Esc never closes the output"


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.sets(st.sampled_from(WORKSPACES), min_size=1),
            st.lists(st.sampled_from(["A", "B", "Ctrl+A"]), max_size=2),
        ),
        max_size=6,
    ),
    st.dictionaries(st.sampled_from(["a0", "b1", "c2"]), st.lists(st.sampled_from(["A", "C"]), max_size=1)),
)
def test_a_key_map_never_gives_one_key_to_two_commands(listed: list[Any], own: dict[str, Any]) -> None:
    commands = [
        Command(f"{name}{index}", "x", lambda c: None, keys=tuple(keys), workspaces=tuple(places))
        for index, (name, places, keys) in enumerate(listed)
    ]
    for workspace in WORKSPACES:
        live = resolve(commands, workspace, own)
        keys = [key for some in live.values() for key in some]
        assert len(keys) == len(set(keys))
        for command in commands:  # the person's own word is law
            if command.id in own and workspace in command.workspaces:
                mine = [c.id for c in commands if workspace in c.workspaces and own.get(c.id) == own[command.id]]
                if len(mine) == 1 and own[command.id]:
                    assert live.get(command.id) == tuple(own[command.id])


@pytest.mark.parametrize("bad", [None, 5, "Ctrl+Z", [1], {"a": 1}])
def test_a_malformed_binding_falls_back_to_the_record(bad: Any) -> None:
    assert resolve(COMMANDS, "sculpt", {"edit.undo": bad})["edit.undo"] == ("Ctrl+Z",)


def test_every_expression_uses_known_conditions(context: AppContext) -> None:
    centre = CommandCentre(context)
    try:
        for command_id in centre.commands:
            centre.enabled(command_id)
            centre.checked(command_id)  # a name that is not known would raise
    finally:
        centre.close()
    assert set(conditions.read(context)) == set(conditions.CONDITIONS)


def test_an_error_in_a_command_becomes_a_sentence_and_a_traceback_in_the_log(
    context: AppContext, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from neodent_viewer.app.logging_setup import close_logging, set_up_logging

    path = set_up_logging()
    centre = CommandCentre(context)
    try:
        monkeypatch.setattr(context.requests, "new", lambda: 1 / 0)
        assert not centre.run("file.new")
    finally:
        centre.close()
        close_logging()
    message = context.shell.heard()[-1]
    assert message.level == "error" and "Traceback" not in message.text and "log file" in message.text
    assert "ZeroDivisionError" in path.read_text("utf-8") and path.is_relative_to(own_home)


def test_a_disabled_command_does_not_run(context: AppContext) -> None:
    centre = CommandCentre(context)
    try:
        assert not centre.run("edit.undo")
        context.shell.set_workspace("review")
        assert not centre.run("perform.blackout"), "another workspace's command"
    finally:
        centre.close()


# -- what they do --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "act",
    [
        lambda c: parts.set_visible(c, _part(c).id, False),
        lambda c: parts.rename(c, _part(c).id, "Anna"),
        lambda c: parts.remove(c, _part(c).id),
        lambda c: parts.set_jaw(c, _part(c).id, ""),
        lambda c: parts.set_unit(c, _part(c).id, "cm"),
        lambda c: parts.move(c, _part(c).id, np.array([1.0, 2.0, 3.0]), np.array([10.0, 20.0, 30.0])),
        lambda c: probes.remove(c, next(iter(c.document.probes))),
        lambda c: probes.rename(c, next(iter(c.document.probes)), "Left"),
        lambda c: looks.recall(c, "Field"),
        lambda c: looks.forget(c, "Field"),
        lambda c: LookEditor(c).set("Glitch", glitch=0.25),
        lambda c: (c.selection.set(parts=tuple(c.document.parts)), edit.toggle_parts(c)),
        lambda c: (c.selection.set(parts=tuple(c.document.parts)), edit.remove_parts(c)),
        lambda c: looks.store(c, "Mine"),
        probes.place_usual,
        review.toggle_legend,
    ],
)
def test_every_action_on_the_document_is_one_step_that_undo_takes_back(context: AppContext, act: Any) -> None:
    before = _state(context.document)
    act(context)
    after = _state(context.document)
    assert len(context.history.done()) == 1
    assert after != before
    context.history.undo()
    assert _state(context.document) == before
    context.history.redo()
    assert _state(context.document) == after


def test_changing_the_unit_rescales_the_part(context: AppContext) -> None:
    part = _part(context)
    before = part.world_bounds()
    parts.set_unit(context, part.id, "cm")
    changed = context.document.parts[part.id]
    np.testing.assert_allclose(changed.world_bounds(), 10 * before, rtol=1e-6)
    assert changed.unit == changed.surface.report.unit == "cm"
    parts.set_unit(context, part.id, "mm")
    np.testing.assert_allclose(context.document.parts[part.id].world_bounds(), before, rtol=1e-6)


def test_a_move_turns_about_the_middle_of_the_part(context: AppContext) -> None:
    part = _part(context)
    middle = part.world_bounds().mean(axis=0)
    parts.move(context, part.id, np.array([0.0, 5.0, 0.0]), np.array([0.0, 0.0, 180.0]))
    np.testing.assert_allclose(part.world_bounds().mean(axis=0), middle + np.array([0.0, 5.0, 0.0]), atol=1e-9)
    assert np.linalg.det(part.transform[:3, :3]) == pytest.approx(1.0)


def test_a_part_that_is_still_a_preview_is_not_edited(context: AppContext) -> None:
    part = _part(context)
    part.preview = True
    for act in (lambda: parts.set_unit(context, part.id, "m"), lambda: edit.move_part(context)):
        context.selection.set(parts=(part.id,))
        with pytest.raises(ArgumentError) as refused:
            act()
        assert "being prepared" in refused.value.sentence()
    assert not context.history.done()


def test_numbers_typed_into_the_form_move_the_part(context: AppContext) -> None:
    person: Any = context.shell
    part = _part(context)
    context.selection.set(parts=(part.id,))
    person.answers = [{"shift_x": 2.0}]
    edit.move_part(context)
    np.testing.assert_allclose(part.transform[:3, 3], [2, 0, 0])


def test_delete_takes_what_was_picked_out_last(context: AppContext) -> None:
    document, part = context.document, _part(context)
    document.set(("findings", "f1"), Finding("f1", "Distance 1"))
    probe = next(iter(document.probes))
    context.shell.set_workspace("review")
    context.selection.set(parts=(part.id,))
    context.selection.set(finding="f1")
    edit.remove_selected(context)
    assert not document.findings and part.id in document.parts and probe in document.probes
    context.selection.set(parts=(part.id,), probe=probe)
    edit.remove_selected(context)
    assert probe not in document.probes and part.id in document.parts
    context.history.undo()
    context.selection.set(probe=probe)
    context.selection.set(parts=(part.id,))
    edit.remove_selected(context)
    assert part.id not in document.parts and probe in document.probes


def test_hide_toggles_and_show_all_shows(context: AppContext) -> None:
    context.selection.set(parts=tuple(context.document.parts))
    edit.toggle_parts(context)
    assert not context.document.visible_parts()
    edit.toggle_parts(context)
    assert len(context.document.visible_parts()) == 2
    parts.show_only(context, _part(context, 1).id)
    assert [part.name for part in context.document.visible_parts()] == ["Lower jaw"]
    edit.show_all(context)
    assert len(context.document.visible_parts()) == 2


def test_go_to_walks_the_history_both_ways(context: AppContext) -> None:
    part = _part(context)
    for name in ("a", "b", "c"):
        parts.rename(context, part.id, name)
    edit.go_to(context.history, 1)
    assert part.name == "a"
    edit.go_to(context.history, 3)
    assert part.name == "c"
    edit.go_to(context.history, 0)
    assert part.name == "Upper jaw"


def test_a_drag_of_a_slider_is_one_step(context: AppContext) -> None:
    editor = LookEditor(context)
    for value in np.linspace(1.0, 0.2, 9):
        editor.preview("Glitch", glitch=float(value))
    assert context.document.look.glitch == pytest.approx(0.2) and not context.history.done()
    editor.commit()
    assert [step.title for step in context.history.done()] == ["Glitch"]
    context.history.undo()
    assert context.document.look.glitch == 1.0


def test_another_change_in_mid_drag_loses_no_step(context: AppContext) -> None:
    editor = LookEditor(context)
    editor.preview("Glitch", glitch=0.5)
    editor.preview("Harmonise", harmonise=0.5)
    editor.set("Legend", legend=False)
    assert [step.title for step in context.history.done()] == ["Glitch", "Harmonise", "Legend"]
    edit.go_to(context.history, 0)
    assert context.document.look.glitch == context.document.look.harmonise == 1.0 and context.document.look.legend


def test_a_drag_that_ends_where_it_began_is_no_step(context: AppContext) -> None:
    editor = LookEditor(context)
    editor.preview("Glitch", glitch=0.5)
    editor.preview("Glitch", glitch=1.0)
    editor.commit()
    assert not context.history.done()


def test_chains_are_changed_without_touching_the_old_one() -> None:
    chain = looks.with_effect(looks.with_effect((), "bloom"), "rgb_split")
    assert [use.effect for use in looks.shifted(chain, 0, 1)] == ["rgb_split", "bloom"]
    assert looks.shifted(chain, 0, -1) == chain
    changed = looks.with_input(looks.with_enabled(chain, 1, False), 1, "amount", 0.5)
    assert changed[1].inputs == (("amount", 0.5),) and not changed[1].enabled
    assert chain[1].enabled and chain[1].inputs == ()
    assert [use.effect for use in looks.without(chain, 0)] == ["rgb_split"]


def test_looks_are_stored_recalled_and_stepped_through(context: AppContext) -> None:
    names = list(looks.available(context.document))
    looks.recall(context, names[-1])
    perform.step_look(1)(context)
    assert context.document.look.name == names[0]
    perform.step_look(-1)(context)
    assert context.document.look.name == names[-1]
    LookEditor(context).set("Glitch", glitch=0.1)
    looks.store(context, "Mine")
    assert context.document.looks["Mine"].glitch == 0.1 and context.document.look.name == "Mine"
    with pytest.raises(NeodentError):
        looks.recall(context, "Nobody's")


def test_a_finding_is_shown_where_it_was_made(context: AppContext) -> None:
    part = _part(context)
    from neodent_viewer.render.views import Camera

    view = Camera(target=(1.0, 2.0, 3.0), yaw=30.0)
    finding = Finding("f1", "Distance 1", "distance", anchors=(anchor_at_vertex(part, 0),), view=view.to_tuple())
    context.document.set(("findings", "f1"), finding)
    review.show(context, "f1")
    assert context.selection.current.finding == "f1" and context.selection.current.parts == (part.id,)
    assert context.camera.camera == view
    review.toggle_closed(context, "f1")
    assert context.document.findings["f1"].state == "closed"
    review.delete(context, "f1")
    assert not context.document.findings and context.selection.current.finding == ""
    context.history.undo()
    assert context.document.findings["f1"].state == "closed"


def test_unsaved_work_is_asked_about_before_it_would_be_lost(context: AppContext) -> None:
    person, record = context.shell, context.requests
    parts.rename(context, _part(context).id, "changed")
    person.answers = ["cancel"]  # type: ignore[attr-defined]
    file.open_paths(context, [Path("other.neodent")])
    assert record.told == []  # type: ignore[attr-defined]
    file.open_paths(context, [Path("more.stl")])  # a further part loses nothing
    assert record.told == [("open", (Path("more.stl"),))]  # type: ignore[attr-defined]
    person.answers = ["save", Path("mine.neodent")]  # type: ignore[attr-defined]
    file.open_paths(context, [Path("other.neodent")])
    assert record.told[1:] == [("save", Path("mine.neodent")), ("open", (Path("other.neodent"),))]  # type: ignore[attr-defined]


def test_withdrawn_consent_does_not_come_back_with_undo(context: AppContext) -> None:
    key = next(iter(context.document.probes.values())).channels[0].key
    assert not next(one for one in _channels(context) if one.key == key).withheld
    consent.withdraw(context, key)
    assert next(one for one in _channels(context) if one.key == key).withheld
    assert not context.history.done()
    context.shell.answers = ["The tester"]  # type: ignore[attr-defined]
    consent.allow(context, (key,))
    assert not next(one for one in _channels(context) if one.key == key).withheld


def _channels(context: AppContext) -> Any:
    context.live.tick(0.0)
    return context.live.status().channels


def test_the_stage_is_offered_where_it_was_last(context: AppContext, monkeypatch: pytest.MonkeyPatch) -> None:
    offered: list[int] = []
    monkeypatch.setattr(
        context.shell, "ask_choice", lambda title, label, choices, current: offered.append(current) or 1
    )
    for names in (["A · 10 × 10", "B · 20 × 20", "C · 30 × 30"], ["B · 40 × 40", "D · 10 × 10", "C · 30 × 30"]):
        monkeypatch.setattr(view, "displays", lambda names=names: names)
        view.open_stage(context)
    assert offered == [2, 0], "the last there is, then B in its new place"


# -- finding a command by a few letters ----------------------------------------------------------------------------


def test_ranking_prefers_word_beginnings_and_runs() -> None:
    titles = [command.plain_title for command in COMMANDS]
    assert rank("sa", titles, str)[0] in {"Save", "Save as", "Select All Parts"}
    assert rank("full", titles, str)[0] == "Full Screen"
    assert rank("hide", titles, str)[0] == "Hide or Show Part"
    assert rank("zzz", titles, str) == []
    assert rank("", titles, str) == titles


@given(st.text("abc de", max_size=6), st.text("abcde ", max_size=14))
def test_a_score_is_given_exactly_to_texts_that_hold_the_letters_in_order(query: str, text: str) -> None:
    wanted = query.replace(" ", "")
    letters = iter(text)
    holds = all(letter in letters for letter in wanted)
    assert (score(wanted, text) is not None) == holds


def test_a_fresh_document_has_looks_to_choose_from(context: AppContext) -> None:
    for name in list(context.document.looks):
        context.document.set(("looks", name), None)
    assert {"Clinical", "Field", "Hologram"} <= set(looks.available(context.document))
    looks.recall(context, "Hologram")
    assert context.document.look.name == "Hologram" and len(context.history.done()) == 1
