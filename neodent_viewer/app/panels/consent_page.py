"""The consent page of the sensors panel: who allows what until when."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMenu, QPushButton

from neodent_viewer.app.actions import consent
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.panels.base import caption
from neodent_viewer.app.panels.console import Ask, Page, Said


class ConsentPage(Page):
    """Consent as it stands."""

    def __init__(self, context: AppContext, ask: Ask) -> None:
        super().__init__(context, ask)
        self._key = ""
        self.consent = caption("")
        self.menu_button = QPushButton("Consent")
        menu = QMenu(self.menu_button)
        menu.addAction("Withdraw for This Channel", lambda: self.ask(consent.withdraw, self._key))
        menu.addAction("Withdraw for All Channels", lambda: self.ask(consent.withdraw, None))
        menu.addAction("Give Consent for All Channels…", lambda: self._all(consent.allow))
        menu.addAction("Allow All Channels in Pictures and Clips…", lambda: self._all(consent.allow_recording))
        self.menu_button.setMenu(menu)
        self.body.addWidget(self.consent)
        self.body.addWidget(self.menu_button)
        self.body.addStretch(1)

    def refresh(self, said: Said) -> None:
        """Show who allows what."""
        self._key = said.key
        self.consent.setText(said.status.consent)

    def _all(self, request: Callable[..., None]) -> None:
        keys = tuple(c.key for probe in self.context.document.probes.values() for c in probe.channels)
        self.ask(request, keys)
