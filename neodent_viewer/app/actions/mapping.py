"""Leading a stream of a feed to a tooth, and taking that back: each is one undoable step."""

from __future__ import annotations

from neodent_viewer.app.context import AppContext
from neodent_viewer.document.mapping import Mapping


def map_stream(context: AppContext, address: str, tooth: int, quantity: str) -> None:
    """Lead a stream to a quantity of a tooth; a probe is placed there where the tooth is labelled and carries none."""
    from neodent_viewer.live.mapping import map_edits

    edits = map_edits(context.document, Mapping(address, tooth, quantity))
    with context.history.group(f"Map {address} to tooth {tooth}"):
        for edit in edits:
            context.history.do(edit)
    if all(probe.tooth != tooth for probe in context.document.probes.values()):
        context.shell.say(f"Nothing is labelled as tooth {tooth}: place a probe there by hand.", "warning")


def unmap(context: AppContext, address: str) -> None:
    """Take a mapping back; a stream without one is left as it is."""
    from neodent_viewer.live.mapping import unmap_edit

    if address in context.document.mappings:
        context.history.do(unmap_edit(context.document, address))
