"""Lab Streaming Layer: every numeric stream on the network, or those of one name, each channel a stream of ours.

Raw times, times corrected to this machine's clock and arrival are all kept: inlets are opened without liblsl's own
processing, which would throw the raw ones away, and corrected and dejittered here. A stream that is lost is recovered by
liblsl when an outlet with the same source id returns.
"""

from __future__ import annotations

import contextlib
from threading import Event
from typing import Any

import numpy as np

from neodent_viewer.core.clock import Clock
from neodent_viewer.sensors.buffer import Inbox
from neodent_viewer.sensors.dejitter import Dejitter
from neodent_viewer.sensors.discovery import LONGEST
from neodent_viewer.sensors.link import Link
from neodent_viewer.sensors.optional import load
from neodent_viewer.sensors.reception import Reception
from neodent_viewer.sensors.sample import Block, Float64
from neodent_viewer.sensors.source import SourceStatus

#: seconds between looks for new streams, between questions for a clock's offset, and between two pulls: shorter ones would
#: make chunks of a sample or two, that cost as much as long ones
_LOOK, _ASK, _REST = 0.5, 5.0, 0.008
#: seconds by which a clock's correction must change to be a leap: a second of drift takes hours
_LEAP = 1.0
#: samples taken at once, seconds a stream is buffered, streams listened to, channels of one
_CHUNK, _BUFFERED, _MOST_STREAMS, _MOST_CHANNELS = 4096, 30, 64, 64
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

    def __init__(self, library: Any, info: Any) -> None:
        self.uid = str(info.uid())
        self.host = "".join(c for c in str(info.hostname()) if c.isprintable())[:64]
        self.inlet = library.StreamInlet(info, max_buflen=_BUFFERED, recover=True)
        rate = float(info.nominal_srate())
        self.dejitter = Dejitter(rate) if rate > 0.0 else None
        self.count = int(info.channel_count())
        self.buffer = np.zeros((_CHUNK, self.count), _FORMATS[info.channel_format()])
        self.channels = _channels(self.inlet.info(timeout=2.0), self.count)
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
        found.append(("".join(c for c in address if c.isprintable())[:LONGEST], unit[:32]))
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
        self._passed: set[str] = set()

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
                full = [self._pull(inlet) for inlet in self._inlets.values()]
                if not any(full):
                    stop.wait(_REST)
        finally:
            for inlet in self._inlets.values():
                inlet.close()
            self._inlets = {}

    def _look(self, resolver: Any) -> None:
        for info in resolver.results():
            identity = str(info.source_id() or info.uid())
            if identity in self._inlets or identity in self._passed:
                continue
            fits = info.channel_format() in _FORMATS and info.channel_count() <= _MOST_CHANNELS
            if not fits or len(self._inlets) >= _MOST_STREAMS:
                self._pass_over(identity, str(info.name())[:96], "text or too wide" if not fits else "too many streams")
                continue
            try:
                self._inlets = {**self._inlets, identity: _Inlet(self._library, info)}
            except (RuntimeError, self._library.util.TimeoutError, self._library.util.LostError) as error:
                self.reception.complain(f"a stream cannot be opened ({type(error).__name__})", str(info.name())[:96])

    def _pass_over(self, identity: str, name: str, kind: str) -> None:
        if len(self._passed) < 1024:
            self._passed.add(identity)
        self.reception.refuse(kind, f"The stream {name!r} is left out: {kind}.")

    def _pull(self, inlet: _Inlet) -> bool:
        """Take in what is there; return whether there is probably more."""
        util = self._library.util
        try:
            pulled = inlet.pull(util.TimeoutError, self.reception.now())
        except (util.LostError, RuntimeError) as error:
            self.reception.complain(f"a stream was lost ({type(error).__name__})", inlet.channels[0][0])
            return False
        if pulled is None:
            return False
        values, raw = pulled
        arrival = self.reception.now()
        ours = arrival - float(self._library.local_clock())  # both monotonic: what lies between them stays
        times = raw + (inlet.correction.seconds or 0.0) + ours
        if inlet.dejitter is not None:
            times = inlet.dejitter.smooth(times)
        for column, (address, unit) in enumerate(inlet.channels):
            self.reception.take_block(
                address, unit, times, values[:, column], arrival, raw, origin=inlet.uid, place=inlet.host
            )
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
