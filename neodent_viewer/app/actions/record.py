"""`Command`: one thing a person can do. Menus, tool shelf, palette, cheat sheet and key map are made from these records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from neodent_viewer.app.context import WORKSPACES, AppContext

#: menus in the order of the bar; "tools" carries the name of the workspace in use
MENUS = {"file": "&File", "edit": "&Edit", "view": "&View", "tools": "&Tools", "help": "&Help"}
#: `Command.in_show` of what can always be run in a show
ALWAYS = "True"


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    Attributes
    ----------
    id, title : str
        ``"file.open"``; headline in menus and palette, an ellipsis when it asks something first.
    run : callable
        Takes the `AppContext`; changes the document through its history only.
    icon : str
        qtawesome name, empty for none.
    keys : tuple of str
        Default keys in Qt's portable text; a key bound for one workspace wins over one bound for all.
    menu : str
        Key of `MENUS`, empty to stay out of the menus; ``"view/panels"`` names a submenu.
    group : str
        Commands of one group stand together; groups sort by name.
    workspaces : tuple of str
        Where it is offered.
    enabled, checked : str
        Expressions over the names in ``actions.conditions``, such as ``"has_parts and not busy"``; empty means always, and
        not checkable.
    hint : str
        One sentence for tooltip, status bar and palette.
    in_show : str
        Expression, as in `enabled`, under which it can be run while show mode is on. Empty lets it rest then, so that a new
        command rests unless somebody has thought about it. What asks something rests too: a dialog would take the keys
        from GO.
    release : callable or None
        Run when the key that ran the command is let go: for what lasts as long as a key is held.
    """

    id: str
    title: str
    run: Callable[[AppContext], object]
    icon: str = ""
    keys: tuple[str, ...] = ()
    menu: str = ""
    group: str = "5"
    workspaces: tuple[str, ...] = WORKSPACES
    enabled: str = ""
    checked: str = ""
    hint: str = ""
    in_show: str = ""
    release: Callable[[AppContext], object] | None = None

    @property
    def plain_title(self) -> str:
        """The title without the ellipsis and the menu's mnemonic sign."""
        return self.title.replace("&", "").removesuffix("…")
