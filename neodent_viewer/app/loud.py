"""What a loud feed costs the real window: ticks, pictures, and whether every sample that was sent has been taken in.

Order: a port of its own, or streams found on the network -> a process that sends -> once samples come, a while to warm up ->
ticks and pictures are noted -> the process ends and says how many it sent -> nothing is on its way any more -> figures.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QTimer

from neodent_viewer.jobs.loud import RATE, STREAM, Sender
from neodent_viewer.sensors.sample import Float64

if TYPE_CHECKING:
    from neodent_viewer.app.compose import Program
    from neodent_viewer.document.moment import Moment
    from neodent_viewer.live.intake import Heard
    from neodent_viewer.live.live import Live
    from neodent_viewer.sensors.sample import Block
    from neodent_viewer.sensors.source import Source

#: seconds noted, and seconds before: until every test knows its channel's noise, and of those that are stuck has said so
SECONDS, WARM = 6.0, {"": 2.0, "stuck": 9.0, "calm": 7.0}
#: ms between looks at how far it is, and looks in a row in which nothing more may come
_LOOK, _STILL = 50, 10
#: what is told of a tick: reading the sources, judging and keeping, consent, and the Moment
PARTS = ("read", "judge", "gate", "moment")
#: samples a second that are loud, and such that a picture changes all the time and nobody hears them otherwise
RATES = {"": RATE, "stuck": RATE, "calm": 1_280}


class Ticks:
    """Notes what every tick takes from now on, and on what."""

    def __init__(self, live: Live) -> None:
        self._live, self._tick, self._read = live, live.tick, live.sources.read
        self.noting = False
        #: of each tick noted, ms: by the wall, of the window's thread alone, and on each of `PARTS`
        self.rows: list[tuple[float, ...]] = []
        self._spent = dict.fromkeys(PARTS, 0.0)
        self._wrapped: list[tuple[object, str]] = []
        self._wrap(live, "tick", self._timed_tick)
        self._wrap(live.sources, "read", self._timed_read)
        for part, thing, name in (
            *(("judge", live._intakes, "look_over"), ("judge", live._intakes, "take")),
            *(("gate", live.gate, "look"), ("gate", live.gate, "hear"), ("moment", live, "_freeze")),
        ):
            self._wrap(thing, name, self._timed(part, getattr(thing, name)))

    def _wrap(self, thing: object, name: str, by: Callable[..., object]) -> None:
        setattr(thing, name, by)
        self._wrapped.append((thing, name))

    def close(self) -> None:
        """Note nothing any more."""
        for thing, name in self._wrapped:
            delattr(thing, name)
        self._wrapped = []

    def _timed_tick(self, now: float | None = None) -> Moment:
        self._spent = dict.fromkeys(PARTS, 0.0)
        own, began = time.thread_time(), time.perf_counter()
        moment = self._tick(now)
        took, own = time.perf_counter() - began, time.thread_time() - own
        if self.noting:
            self.rows.append(tuple(seconds * 1e3 for seconds in (took, own, *self._spent.values())))
        return moment

    def _timed_read(self, now: float, silent: Callable[[str], bool]) -> Iterator[tuple[Source, Block]]:
        began = time.perf_counter()
        found = list(self._read(now, silent))
        self._spent["read"] += time.perf_counter() - began
        return iter(found)

    def _timed(self, part: str, call: Callable[..., object]) -> Callable[..., object]:
        def timed(*args: object, **rest: object) -> object:
            began = time.perf_counter()
            try:
                return call(*args, **rest)
            finally:
                self._spent[part] += time.perf_counter() - began

        return timed


class Numbers:
    """A tap that keeps the numbers of the samples taken in."""

    def __init__(self) -> None:
        self.told: defaultdict[str, list[Float64]] = defaultdict(list)  #: channel -> senders' times (k,) of its blocks
        self.count = 0

    def hear(self, now: float, heard: Heard) -> None:
        """Keep the times by the sender's clock, which tell the numbers."""
        if heard.block.raw is not None:
            self.told[heard.channel.key].append(heard.block.raw)
        self.count += len(heard.block)

    def beat(self, now: float) -> None:
        """Nothing is due."""

    def close(self) -> None:
        """Nothing to let go of."""

    def missing(self, channels: list[str], each: float, sent: int) -> int:
        """Return how many of so many samples a channel, `each` a second, have not been taken in."""
        return sum(sent - len(set(self._numbers(key, each))) for key in channels)

    def _numbers(self, key: str, each: float) -> list[int]:
        """Return the numbers of a channel's samples, in the order in which they came, counted from the first of them."""
        told = np.concatenate(self.told[key]) if self.told[key] else np.zeros(0)
        return [] if not len(told) else np.round((told - told[0]) * each).astype(np.int64).tolist()


class Loud(QObject):
    """One loud feed; `start` begins, and `then` is called with its figures.

    Parameters
    ----------
    program : Program
        With a probe for each channel that is to be heard; every other source is removed.
    kind : str
        As `jobs.loud.Sender` has it.
    how : str
        ``"stuck"``: all values stand still, so that every channel is at fault. ``"calm"``: for comparison, a feed that is not
        loud at all. Empty for a loud one of channels that are well.
    then : callable
        Takes a dict: ``rate``, ``tick_ms`` (every tick), ``own_ms``, ``read_ms``, ``judge_ms``, ``gate_ms``, ``moment_ms``
        (medians), ``ticks_per_s``, ``samples_per_tick``, ``fps``, ``sent``, ``lost``, ``dropped``.
    """

    def __init__(self, program: Program, kind: str, then: Callable[[dict[str, Any]], None], how: str = "") -> None:
        super().__init__(program.window)
        self._program, self._kind, self._how, self._then = program, kind, how, then
        self._warm = WARM[how]
        self._channels = [one for probe in program.context.document.probes.values() for one in probe.channels]
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._numbers = Numbers()
        self._sender: Sender | None = None
        self._ticks: Ticks | None = None
        self._came = self._began = self._seconds = 0.0
        self._first, self._taken, self._pictures = 0, 0, 0
        self._last, self._still = -1, 0

    def start(self) -> None:
        """Listen, and let somebody send."""
        from neodent_viewer.live.mapping import MappedSource

        context = self._program.context
        live, port = context.live, 0
        live.remove_sources()
        if self._kind == "lsl":
            from neodent_viewer.sensors.sources.lsl import LslSource

            live.add_source(MappedSource(LslSource(STREAM), context.document))
        else:
            from neodent_viewer.sensors.sources.osc import OscSource

            source = OscSource(0)
            live.add_source(MappedSource(source, context.document))
            port = source.port
        live.taps.append(self._numbers)
        self._ticks = Ticks(live)
        self._program.canvas.presented.connect(self._shown)
        seconds, stuck = self._warm + SECONDS, self._how == "stuck"
        self._sender = Sender(self._kind, self._channels, seconds, port=port, stuck=stuck, rate=RATES[self._how])
        self._timer.start(_LOOK)

    def _shown(self) -> None:
        if self._ticks is not None and self._ticks.noting:
            self._pictures += 1

    def _look(self) -> None:
        """Go on to the next stage when it is time."""
        assert self._ticks is not None and self._sender is not None
        now, count = time.perf_counter(), self._numbers.count
        if not self._came:
            self._came = now if count else 0.0
        elif not self._began and now - self._came >= self._warm:
            self._began, self._first, self._ticks.noting = now, count, True
        if self._ticks.noting and (now - self._began >= SECONDS - 2e-3 * _LOOK or self._sender.done):
            self._ticks.noting, self._seconds, self._taken = False, now - self._began, count - self._first
        self._still = self._still + 1 if count == self._last and self._sender.done else 0
        self._last = count
        if self._still >= _STILL:
            self._end()

    def _end(self) -> None:
        assert self._ticks is not None and self._sender is not None
        self._timer.stop()
        live, sender = self._program.context.live, self._sender
        (status,) = live.status().sources
        self._program.canvas.presented.disconnect(self._shown)
        self._ticks.close()
        live.taps.remove(self._numbers)
        names = ("own", *PARTS)
        rows = np.array(self._ticks.rows).reshape(-1, 1 + len(names))
        seconds, middle = max(self._seconds, 1e-9), np.median(rows, axis=0) if len(rows) else np.zeros(1 + len(names))
        told = {
            "tick_ms": rows[:, 0].round(3).tolist(),
            **{f"{name}_ms": round(float(ms), 3) for name, ms in zip(names, middle[1:], strict=True)},
            "rate": RATES[self._how],
            "ticks_per_s": round(len(rows) / seconds, 1),
            "samples_per_tick": round(self._taken / max(len(rows), 1), 1),
            "fps": round(self._pictures / seconds, 1),
            "sent": sender.sent * len(self._channels),
            "lost": self._numbers.missing([one.key for one in self._channels], sender.each, sender.sent),
            "dropped": status.dropped,
        }
        sender.close()
        self._then(told)
        self.deleteLater()
