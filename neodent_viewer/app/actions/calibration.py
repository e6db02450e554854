"""Calibrating a channel, and taking a calibration back: each is one undoable step."""

from __future__ import annotations

from dataclasses import replace

from neodent_viewer.app.context import AppContext
from neodent_viewer.core.errors import ArgumentError


def calibrate(context: AppContext, key: str, readings: tuple[tuple[float, float], ...], by: str) -> None:
    """Let a channel be calibrated by one or two readings: raw, and true, in its unit."""
    from neodent_viewer.document.calibrations import calibration_edit, calibration_of
    from neodent_viewer.sensors.calibration import calibrated
    from neodent_viewer.sensors.quality import known_channel

    _refuse_replay(context, key)
    channel = known_channel(key)
    if channel is None:
        raise ArgumentError("There is no such channel.", kind="argument", where=key, remedy="Choose one from the list.")
    before = calibration_of(context.document, key)
    made = calibrated(channel.quantity, readings, before, at=context.live.wall(), by=by)
    context.history.do(calibration_edit(context.document, key, made))
    context.shell.say(f"{key} is calibrated: {made.words(channel.quantity.unit)}.")


def use_as_sent(context: AppContext, key: str, by: str) -> None:
    """Let the values of a channel count as they are sent; earlier calibrations stay in its history."""
    from neodent_viewer.document.calibrations import calibration_edit
    from neodent_viewer.sensors.calibration import AS_SENT

    _refuse_replay(context, key)
    plain = replace(AS_SENT, at=context.live.wall().isoformat(), by=by)
    context.history.do(calibration_edit(context.document, key, plain))


def _refuse_replay(context: AppContext, key: str) -> None:
    if context.live.replay is not None:
        what = "What plays is a recording, which carries its own calibration."
        remedy = "Calibrate the recording (Tools, Recordings), or the sensor while it is connected."
        raise ArgumentError(what, kind="argument", where=key, remedy=remedy)
