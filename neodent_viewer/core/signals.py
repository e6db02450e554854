"""Signals of the model, free of Qt: psygnal under one name, so that the house has one place to change it."""

from psygnal import EmitLoopError, Signal, SignalInstance

__all__ = ["EmitLoopError", "Signal", "SignalInstance", "root_cause"]


def root_cause(error: BaseException) -> BaseException:
    """Return what a listener raised, out of the wrapping that the emitter puts around it."""
    while isinstance(error, EmitLoopError) and error.__cause__ is not None:
        error = error.__cause__
    return error
