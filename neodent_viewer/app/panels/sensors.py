"""Sensors: the technician's console. Five pages: channels, faults, setting a channel up, the feed, consent.

One channel is meant at a time. It is picked out in any list or by its tooth on the canvas, and every page speaks of it.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from neodent_viewer.app.context import AppContext
from neodent_viewer.app.panels.base import Panel
from neodent_viewer.app.panels.channel_setup import SetupPage
from neodent_viewer.app.panels.channels import ChannelsPage
from neodent_viewer.app.panels.consent_page import ConsentPage
from neodent_viewer.app.panels.console import Page, PageBar, Pages, Said
from neodent_viewer.app.panels.faults import FaultsPage
from neodent_viewer.app.panels.feed_page import FeedPage
from neodent_viewer.document.moment import Moment
from neodent_viewer.live.console import troubles
from neodent_viewer.live.status import ChannelStatus, LiveStatus

#: ms between looks at the live side: the plot, and (every third time) the rest
_PERIOD = 120
_ROWS_EVERY = 3
CHANNELS, FAULTS, SETUP, FEED, CONSENT = range(5)
_PAGES = (
    ("Channels", "mdi6.pulse", "every channel live, with its plot"),
    ("Faults", "mdi6.alert-outline", "what failed, where, and what to try"),
    ("Set Up", "mdi6.tune", "calibration and thresholds of the channel that is meant"),
    ("Feed", "mdi6.access-point", "where data comes from, and which stream goes to which tooth"),
    ("Consent", "mdi6.shield-account-outline", "who allows which channel for what, until when"),
)


def at_the_tick(channels: tuple[ChannelStatus, ...], moment: Moment) -> tuple[ChannelStatus, ...]:
    """Return channels judged at the instant of the last tick.

    Between two ticks nothing is read, so a slow frame would look like silence of the sensor; the picture does not show that
    fault either.
    """
    if moment.channels != tuple(one.key for one in channels):
        return channels  # probes came or went since
    judged = zip(channels, moment.flags, moment.kinds, strict=True)
    return tuple(replace(one, flag=int(flag), fault=kind) for one, flag, kind in judged)


class SensorsPanel(Panel):
    """The pages, and the channel that is meant."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self.channels = ChannelsPage(context, self.ask)
        self.faults = FaultsPage(context, self.ask, self._show_fault)
        self.setup = SetupPage(context, self.ask)
        self.feed = FeedPage(context, self.ask)
        self.consent = ConsentPage(context, self.ask)
        self.pages: tuple[Page, ...] = (self.channels, self.faults, self.setup, self.feed, self.consent)
        self.bar = PageBar(_PAGES, self.show_page)
        self.stack = Pages()
        self.key = ""
        self._picked = (0, "")
        self._turns = 0
        for page in self.pages:
            self.stack.addWidget(page)
        self.body.addWidget(self.bar)
        self.body.addWidget(self.stack, 1)
        self._timer = QTimer(self)
        self._timer.setInterval(_PERIOD)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        self.listen(context.selection.changed, self._selected)
        self._selected()

    def kept(self) -> tuple[QWidget, ...]:
        """Return what goes on in a show: the way to every page, and what pages keep."""
        return (self.bar, *(widget for page in self.pages for widget in page.kept()))

    # -- showing -------------------------------------------------------------------------------------------------

    @property
    def _seen(self) -> bool:
        """Whether anything of it can be seen: a dock behind others counts as visible to Qt, and lies outside the window."""
        return self.isVisible() and not self.visibleRegion().isEmpty()

    def show_page(self, number: int) -> None:
        """Bring a page to the front."""
        self.stack.setCurrentIndex(number)
        self.bar.show_current(number)
        self.update_view()

    def look(self) -> None:
        """Look at the live side, if anybody is looking here."""
        if not self._seen:
            return
        self._turns += 1
        if self._turns % _ROWS_EVERY == 0:
            self.update_view()
            self.go_on()
        self.pages[self.stack.currentIndex()].animate()

    def update_view(self) -> None:
        """Show the page in front as everything stands now."""
        status = self.context.live.status()
        status = replace(status, channels=at_the_tick(status.channels, self.context.ticker.moment))
        if status.channels and all(one.key != self.key for one in status.channels):
            self.key = status.channels[0].key
        self.pages[self.stack.currentIndex()].refresh(Said(status, self.key))
        self._count(status)

    def _count(self, status: LiveStatus) -> None:
        faulty = sum(one.running for one in troubles(self.context.live))
        dark = sum(1 for one in status.channels if one.withheld)
        self.bar.say(FAULTS, f"{faulty}" if faulty else "")
        self.bar.say(CONSENT, f"{dark} dark" if dark else "")

    def _selected(self, *_: object) -> None:
        """Let the channel that is meant follow the selection: by itself, its probe, or its tooth."""
        chosen, probes = self.context.selection.current, self.context.document.probes.values()
        keys = [c.key for probe in probes if probe.id == chosen.probe for c in probe.channels]
        if not keys and chosen.tooth:
            keys = [c.key for probe in probes if probe.tooth == chosen.tooth for c in probe.channels]
        picked, self._picked = self._picked, (chosen.tooth, chosen.probe)
        on_canvas = keys and picked != self._picked and not chosen.channel
        if on_canvas and self._seen and self.stack.currentIndex() not in (CHANNELS, SETUP):
            self.show_page(CHANNELS)
        if chosen.channel in keys:
            self.key = chosen.channel
        elif keys and self.key not in keys:
            self.key = keys[0]
        self.channels.show_key(self.key)
        self.schedule()

    def focus_on(self, field: str) -> None:
        """Bring a page to the front by its name: ``"setup"``."""
        if field == "setup":
            self.show_page(SETUP)

    def _show_fault(self, key: str, time: float, seconds: float) -> None:
        self.key = key
        self.show_page(CHANNELS)
        self.channels.show_fault(key, time, seconds)

    def release(self) -> None:
        """Stop looking at the live side."""
        self._timer.stop()
        for page in self.pages:
            page.release()
        super().release()
