"""Lab Streaming Layer: every numeric stream on the network, or those of one name, each channel a stream of ours.

Raw times, times corrected to this machine's clock and arrival are all kept: inlets are opened without liblsl's own
processing, which would throw the raw ones away, and corrected and dejittered here. A stream that is lost is opened anew when
an outlet with the same source id returns, and not by liblsl, which would go by what the old one said: it may have other
channels, units or another rate now.
"""

from __future__ import annotations

import contextlib
from threading import Event
from typing import Any

import numpy as np

from neodent_viewer.core.clock import Clock
from neodent_viewer.core.names import clean
from neodent_viewer.sensors.buffer import Inbox
from neodent_viewer.sensors.dejitter import Dejitter
from neodent_viewer.sensors.discovery import LONGEST, LONGEST_UNIT
from neodent_viewer.sensors.link import Link
from neodent_viewer.sensors.optional import load
from neodent_viewer.sensors.reception import Reception
from neodent_viewer.sensors.sample import Block, Float64
from neodent_viewer.sensors.source import SourceStatus

#: seconds between looks for new streams, between questions for a clock's offset, and between two pulls: shorter ones would
#: make chunks of a sample or two, that cost as much as long ones
_LOOK, _ASK, _REST = 0.5, 5.0, 0.008
#: seconds after which a silent stream that nobody announces any more is gone, and before one that broke off is tried again
_SILENT, _AGAIN = 5.0, 2.0
#: seconds by which a clock's correction must change to be a leap: a second of drift takes hours
_LEAP = 1.0
#: samples taken at once, seconds a stream is buffered, streams listened to, channels of one, seconds to describe itself
_CHUNK, _BUFFERED, _MOST_STREAMS, _MOST_CHANNELS, _PATIENCE = 4096, 30, 64, 64, 2.0
#: streams remembered that are left out or broke off
_REMEMBERED = 1024
#: why a stream is never listened to, see `sensors.refusals`
_NO_NUMBERS = "text or too wide"
#: liblsl's numbers of channel formats -> numpy's names; text has none
_FORMATS = {1: np.float32, 2: np.float64, 4: np.int32, 5: np.int16, 6: np.int8, 7: np.int64}


class Correction:
    """What is to be added to a sender's times, as the library measures it again and again.

    It follows a clock that drifts. One that leaps it does not follow: the samples, whose times have leapt too, would come
    back to where they were within seconds, and nobody would learn why there is a knot in the plot.
    """

    def __init__(self) -> None:
        self.seconds: float | None = None  #: to be added now; None while nothing was measured
        self._kept = 0.0

    def take(self, measured: float) -> None:
        """Take a new measurement (s)."""
        if self.seconds is not None and abs(measured + self._kept - self.seconds) > _LEAP:
            self._kept = self.seconds - measured
        self.seconds = measured + self._kept


class _Inlet:
    """One stream that is listened to."""

    def __init__(self, library: Any, info: Any, now: float) -> None:
        self.uid = str(info.uid())
        self.heard = now
        self.host = "".join(c for c in str(info.hostname()) if c.isprintable())[:64]
        self.inlet = library.StreamInlet(info, max_buflen=_BUFFERED, recover=False)
        rate = float(info.nominal_srate())
        self.dejitter = Dejitter(rate) if rate > 0.0 else None
        self.count = int(info.channel_count())
        self.buffer = np.zeros((_CHUNK, self.count), _FORMATS[info.channel_format()])
        try:
            self.channels = _channels(self.inlet.info(timeout=_PATIENCE), self.count)
        except Exception:
            self.inlet.close_stream()
            raise
        self.correction = Correction()
        self.asked = -np.inf

    def pull(self, timeout_error: type[Exception], now: float) -> tuple[Any, Float64] | None:
        """Return values (k, channels) and raw times (k,), or None when nothing is there or the clock is not known yet."""
        if now - self.asked > _ASK or self.correction.seconds is None:
            with contextlib.suppress(timeout_error):
                self.correction.take(float(self.inlet.time_correction(timeout=0.05)))
                self.asked = now
        if self.correction.seconds is None:
            return None
        _, times = self.inlet.pull_chunk(timeout=0.0, max_samples=_CHUNK, dest_obj=self.buffer)
        if not len(times):
            return None
        self.heard = now
        return self.buffer[: len(times)].astype(np.float64), np.asarray(times, np.float64)

    def close(self) -> None:
        """Let go of the stream."""
        self.inlet.close_stream()


def _channels(info: Any, count: int) -> list[tuple[str, str]]:
    """Return address and unit of each channel, as the stream describes them."""
    name = str(info.name())[:LONGEST]
    found = []
    node = info.desc().child("channels").child("channel")
    for i in range(count):
        label, unit = str(node.child_value("label")), str(node.child_value("unit"))
        node = node.next_sibling("channel")
        label = label or ("" if count == 1 else str(i + 1))
        address = label if "/" in label else f"{name}/{label}" if label else name
        found.append(
            ("".join(c for c in address if c.isprintable())[:LONGEST], clean(unit, LONGEST_UNIT) or "?" * bool(unit))
        )
    return found


class LslSource:
    """Listens to LSL streams; needs pylsl.

    Parameters
    ----------
    name : str
        Of the streams; empty listens to all.
    inbox : Inbox or None
    """

    simulated = False

    def __init__(self, name: str = "", inbox: Inbox | None = None) -> None:
        self._library = load("pylsl")
        self.name = name
        self.reception = Reception("LSL", inbox)
        self.link = Link(self.reception, self._listen, f"lsl:{name}")
        self._inlets: dict[str, _Inlet] = {}
        self._passed: dict[str, str] = {}  # uid of a stream that is left out -> why
        self._broken: dict[str, float] = {}  # uid of one that broke off -> when it may be tried again (s)

    def start(self, clock: Clock) -> None:
        """Begin to look for streams."""
        if not self.link.running:
            self.reception.start(clock)
            self.link.start()

    # -- in the thread -----------------------------------------------------------------------------------------------

    def _listen(self, stop: Event) -> None:
        resolver = self._library.ContinuousResolver("name" if self.name else None, self.name or None)
        self.link.up()
        looked = -np.inf
        try:
            while not stop.is_set():
                now = self.reception.now()
                if now - looked > _LOOK:
                    self._look(resolver)
                    looked = now
                full = [self._pull(identity, inlet) for identity, inlet in tuple(self._inlets.items())]
                if not any(full):
                    stop.wait(_REST)
        finally:
            for inlet in self._inlets.values():
                inlet.close()
            self._inlets = {}

    def _look(self, resolver: Any) -> None:
        found, now = list(resolver.results()), self.reception.now()
        announced = {str(info.uid()) for info in found}
        for identity, inlet in tuple(self._inlets.items()):
            if inlet.uid not in announced and now - inlet.heard > _SILENT:
                self._drop(identity)
        for info in found:
            uid = str(info.uid())
            identity = str(info.source_id() or uid)
            known = self._inlets.get(identity)
            if uid in self._passed or (known is not None and (known.uid == uid or uid in self._broken)):
                continue
            if self._broken.get(uid, -np.inf) > now:  # announced for some seconds after it is gone
                continue
            if kind := self._unfit(info, known is not None):
                self._pass_over(uid, str(info.name())[:96], kind)
            else:
                self._open(identity, info, now)

    def _unfit(self, info: Any, taken: bool) -> str:
        """Return why a stream is not listened to; empty when it may be."""
        if info.channel_format() not in _FORMATS or info.channel_count() > _MOST_CHANNELS:
            return _NO_NUMBERS
        if taken:
            return "duplicate id"
        return "too many streams" if len(self._inlets) >= _MOST_STREAMS else ""

    def _open(self, identity: str, info: Any, now: float) -> None:
        try:
            self._inlets = {**self._inlets, identity: _Inlet(self._library, info, now)}
        except (RuntimeError, self._library.util.TimeoutError, self._library.util.LostError) as error:
            again = str(info.uid()) in self._broken
            self._keep_away(str(info.uid()), now)
            if again:
                return
            what = f"a stream cannot be opened ({type(error).__name__})"
            self.reception.complain(
                what, str(info.name())[:96], "It is tried again; look at its sender and any firewall."
            )

    def _drop(self, identity: str) -> None:
        """Let go of a stream that is gone: another may have its name, its place, and what was left out for its sake."""
        inlet = self._inlets[identity]
        self._inlets = {one: kept for one, kept in self._inlets.items() if one != identity}
        self._passed = {uid: kind for uid, kind in self._passed.items() if kind == _NO_NUMBERS}
        self._keep_away(inlet.uid, self.reception.now())
        self.reception.discovery.leave(inlet.uid)
        inlet.close()

    def _keep_away(self, uid: str, now: float) -> None:
        """Leave alone for a moment what is still announced and cannot be reached."""
        if len(self._broken) >= _REMEMBERED:
            self._broken = {one: until for one, until in self._broken.items() if until > now}
        self._broken[uid] = now + _AGAIN

    def _pass_over(self, uid: str, name: str, kind: str) -> None:
        if len(self._passed) < _REMEMBERED:
            self._passed[uid] = kind
        self.reception.refuse(kind, f"The stream {name!r} is left out: {kind}.")

    def _pull(self, identity: str, inlet: _Inlet) -> bool:
        """Take in what is there; return whether there is probably more."""
        util = self._library.util
        try:
            pulled = inlet.pull(util.TimeoutError, self.reception.now())
        except (util.LostError, RuntimeError):
            name = inlet.channels[0][0]
            self.reception.complain(
                "a stream broke off", name, "Look at its sender; when it returns, it goes on by itself."
            )
            self._drop(identity)
            return False
        if pulled is None:
            return False
        values, raw = pulled
        arrival = self.reception.now()
        ours = arrival - float(self._library.local_clock())  # both monotonic: what lies between them stays
        times = raw + (inlet.correction.seconds or 0.0) + ours
        if inlet.dejitter is not None:
            times = inlet.dejitter.smooth(times)
        self.reception.take_table(inlet.channels, times, values, arrival, raw, origin=inlet.uid, place=inlet.host)
        return len(raw) == _CHUNK

    # -- outside it --------------------------------------------------------------------------------------------------

    def read(self, until: float) -> list[Block]:
        """Return everything that has arrived, whatever `until` says."""
        return self.reception.drain()

    def waiting(self) -> dict[str, float]:
        """Return address -> arrival (s) of its first sample that waits."""
        return self.reception.inbox.waiting()

    def unit_of(self, address: str) -> str:
        """Return the unit a stream's values come in."""
        return self.reception.discovery.unit_of(address)

    def status(self) -> SourceStatus:
        """Return counts so far and how many streams there are."""
        count = len(self._inlets)
        state = f"{count} stream{'s' * (count != 1)}" if count else "looking for streams"
        name = f"LSL streams called {self.name}" if self.name else "LSL streams"
        return self.reception.status(
            name, running=self.link.running, state=state if self.link.connected else self.link.state()
        )

    def close(self) -> None:
        """Stop listening."""
        self.link.close()
