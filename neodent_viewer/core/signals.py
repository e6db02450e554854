"""Signals of the model, free of Qt: psygnal under one name, so that the house has one place to change it."""

from psygnal import Signal, SignalInstance

__all__ = ["Signal", "SignalInstance"]
