"""What can be done to the look in use. A slider's drag is shown at once and kept as one edit when it is let go."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from neodent_viewer.app.context import AppContext
from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import ValueEdit, set_value
from neodent_viewer.document.look import Look
from neodent_viewer.glitch.chain import Chain, EffectUse, InputValue

LOOK = ("look",)


class LookEditor:
    """Changes the look in use.

    `preview` shows a value while a slider moves, as a running stroke does; `commit` keeps everything since the first preview
    as one edit. The history holds the preview: undo, redo and every other edit keep it first, whoever began it.
    """

    def __init__(self, context: AppContext) -> None:
        self._context = context

    def preview(self, title: str, **values: Any) -> None:
        """Show the look with `values`; nothing is kept yet."""
        before = self._context.document.look
        self._context.history.preview(ValueEdit(LOOK, before, replace(before, **values), title))

    def commit(self) -> None:
        """Keep what was previewed as one edit."""
        self._context.history.settle()

    def set(self, title: str, **values: Any) -> None:
        """Change fields of the look as one edit."""
        self.commit()
        after = replace(self._context.document.look, **values)
        if after != self._context.document.look:
            self._context.history.do(set_value(self._context.document, LOOK, after, title))


def available(document: Document) -> dict[str, Look]:
    """Return the document's own looks, then the shipped ones whose names are still free: a fresh scan has looks too."""
    from neodent_viewer.jobs.demo import demo_looks

    return {**document.looks, **{look.name: look for look in demo_looks() if look.name not in document.looks}}


def recall(context: AppContext, name: str) -> None:
    """Take a stored or shipped look into use."""
    look = available(context.document).get(name)
    if look is None:
        raise ArgumentError(
            f"There is no look called {name}.", kind="argument", remedy="Choose one from the look panel."
        )
    if look != context.document.look:
        context.history.do(set_value(context.document, LOOK, look, f"Look {name}"))


def store(context: AppContext, name: str) -> None:
    """Store the look in use under a name; a look of that name is replaced."""
    look = replace(context.document.look, name=name)
    with context.history.group(f"Store look {name}"):
        context.history.do(set_value(context.document, ("looks", name), look, f"Store look {name}"))
        if context.document.look.name != name:
            context.history.do(set_value(context.document, LOOK, look, f"Look {name}"))


def forget(context: AppContext, name: str) -> None:
    """Remove a stored look; the look in use stays as it is."""
    if name in context.document.looks:
        context.history.do(set_value(context.document, ("looks", name), None, f"Remove look {name}"))


def step(context: AppContext, by: int) -> None:
    """Recall the next (+1) or previous (-1) look."""
    names = list(available(context.document))
    here = names.index(context.document.look.name) if context.document.look.name in names else -by
    recall(context, names[(here + by) % len(names)])


# -- the effect chain: pure, old chain in, new chain out -----------------------------------------------------------


def with_effect(chain: Chain, effect: str) -> Chain:
    """Return the chain with an effect added at its end."""
    return (*chain, EffectUse(effect))


def without(chain: Chain, index: int) -> Chain:
    """Return the chain without its effect at `index`."""
    return (*chain[:index], *chain[index + 1 :])


def shifted(chain: Chain, index: int, by: int) -> Chain:
    """Return the chain with one effect moved; at an end it stays."""
    to = index + by
    if not 0 <= to < len(chain):
        return chain
    rest = list(without(chain, index))
    rest.insert(to, chain[index])
    return tuple(rest)


def with_enabled(chain: Chain, index: int, enabled: bool) -> Chain:
    """Return the chain with one effect switched on or off."""
    return _replaced(chain, index, replace(chain[index], enabled=enabled))


def with_input(chain: Chain, index: int, name: str, value: InputValue) -> Chain:
    """Return the chain with one input of one effect set."""
    inputs = {**dict(chain[index].inputs), name: value}
    return _replaced(chain, index, replace(chain[index], inputs=tuple(inputs.items())))


def _replaced(chain: Chain, index: int, use: EffectUse) -> Chain:
    return (*chain[:index], use, *chain[index + 1 :])
