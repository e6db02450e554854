"""Which stream of a feed belongs to which tooth: said once by a person, kept in the project."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from neodent_viewer.document.probe import Probe
from neodent_viewer.sensors.channel import QUANTITIES


@dataclass(frozen=True, slots=True)
class Mapping:
    """One stream and where it belongs.

    Attributes
    ----------
    address : str
        Name of the stream in its feed; also its key in ``document.mappings``.
    tooth : int
        FDI number.
    quantity : str
        A key of `QUANTITIES`.
    """

    address: str
    tooth: int
    quantity: str

    def __post_init__(self) -> None:
        if not isinstance(self.address, str) or not self.address:
            raise ValueError("a mapping needs the address of a stream")
        if type(self.tooth) is not int or not (1 <= self.tooth // 10 <= 8 and 1 <= self.tooth % 10 <= 8):
            raise ValueError(f"{self.tooth!r} is no tooth of the FDI scheme")
        if self.quantity not in QUANTITIES:
            raise ValueError(f"no such quantity: {self.quantity!r}")


def channel_of(mapping: Mapping, probes: Iterable[Probe]) -> str:
    """Return the key of the channel that a mapped stream feeds: the tooth's own where a probe sits on it.

    >>> channel_of(Mapping("urn:dev:1:a", 11, "ph"), ())
    't11/ph'
    """
    for probe in probes:
        if probe.tooth == mapping.tooth:
            for channel in probe.channels:
                if channel.quantity.name == mapping.quantity:
                    return channel.key
    return f"t{mapping.tooth}/{mapping.quantity}"
