"""A chain is an ordered list of effects with their inputs: plain values that a look stores and a render step reads."""

from __future__ import annotations

from dataclasses import dataclass

#: float, bool, long, or a tuple for point2D (2) and color (4)
InputValue = float | bool | int | tuple[float, ...]


@dataclass(frozen=True, slots=True)
class EffectUse:
    """One effect in a chain.

    Attributes
    ----------
    effect : str
        File name of the ISF shader without suffix, such as ``"rgb_split"``.
    inputs : tuple of (str, InputValue)
        Values that differ from the shader's defaults.
    enabled : bool
        A disabled effect costs nothing.
    """

    effect: str
    inputs: tuple[tuple[str, InputValue], ...] = ()
    enabled: bool = True


Chain = tuple[EffectUse, ...]
