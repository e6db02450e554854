"""What the person has picked out: parts, a tooth, a probe, a finding. One frozen value, one setter, one signal."""

from __future__ import annotations

from dataclasses import dataclass, replace

from neodent_viewer.core.signals import Signal


@dataclass(frozen=True, slots=True)
class Selected:
    """One state of the selection.

    Attributes
    ----------
    parts : tuple of str
        Part ids, in the order they were chosen; the last one leads.
    tooth : int
        FDI number under the last click, 0 when it met none.
    probe, finding, zone : str
        Ids, empty when none.
    channel : str
        Key of the channel that is meant of the probe, empty when none is in particular.
    """

    parts: tuple[str, ...] = ()
    tooth: int = 0
    probe: str = ""
    finding: str = ""
    channel: str = ""
    zone: str = ""

    @property
    def part(self) -> str:
        """Id of the leading part, empty when no part is selected."""
        return self.parts[-1] if self.parts else ""


class Selection:
    """The selection all views share. It lives outside the document, so that undo never moves it.

    >>> selection = Selection()
    >>> selection.set(parts=("part-1",), tooth=11)
    >>> selection.current.part, selection.current.tooth
    ('part-1', 11)
    """

    changed = Signal(Selected)

    def __init__(self) -> None:
        self.current = Selected()

    def set(
        self,
        *,
        parts: tuple[str, ...] | None = None,
        tooth: int | None = None,
        probe: str | None = None,
        finding: str | None = None,
        channel: str | None = None,
        zone: str | None = None,
    ) -> None:
        """Change what is named, keep the rest; tells everyone once, and only if something changed.

        Whoever picks out parts no longer means a probe or a finding, unless that is named too; nor does whoever picks out
        another probe or tooth mean a channel.
        """
        if parts is not None:
            probe, finding = probe or "", finding or ""
        elif probe:
            finding = finding or ""
        if channel is None and (tooth not in (None, self.current.tooth) or probe not in (None, self.current.probe)):
            channel = ""
        given = {"parts": parts, "tooth": tooth, "probe": probe, "finding": finding, "channel": channel, "zone": zone}
        new = replace(self.current, **{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
        if new != self.current:
            self.current = new
            self.changed.emit(new)

    def clear(self) -> None:
        """Select nothing."""
        self.set(parts=(), tooth=0, probe="", finding="", channel="", zone="")
