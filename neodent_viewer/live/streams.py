"""The streams a source has heard, as a window may list them: where each goes, and its last value where consent allows it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from neodent_viewer.core.errors import SensorError
from neodent_viewer.document.document import Document
from neodent_viewer.document.mapping import channel_of
from neodent_viewer.sensors.discovery import Stream, native_key
from neodent_viewer.sensors.source import SourceStatus
from neodent_viewer.sensors.units import check_unit


def destination(address: str, document: Document) -> str:
    """Return the channel a stream goes to, by mapping or by its own name; empty when nowhere."""
    mapping = document.mappings.get(address)
    return channel_of(mapping, document.probes.values()) if mapping is not None else native_key(address)


def misfit(stream: Stream, where: str) -> SensorError | None:
    """Return why a stream's samples do not arrive at the channel it leads to; None where they do, or it leads nowhere."""
    if not where:
        return None
    try:
        check_unit(stream.unit, where.rpartition("/")[2], stream.address)
    except SensorError as error:
        return error
    return None


def gated(status: SourceStatus, document: Document, allowed: Callable[[str, float], bool]) -> SourceStatus:
    """Return a source's status with the values of streams taken out that may not be shown.

    Parameters
    ----------
    status : SourceStatus
    document : Document
    allowed : callable
        Whether what a channel said so many seconds ago may be shown; of a stream that goes nowhere its address is asked
        for, which only a consent to everything allows.
    """
    streams = tuple(
        stream
        if allowed(destination(stream.address, document) or stream.address, stream.age)
        else replace(stream, value=math.nan)
        for stream in status.streams
    )
    return replace(status, streams=streams) if streams else status
