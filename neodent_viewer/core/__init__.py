"""Floor 0: signals, errors, units, clock and paths; imports nothing of the house."""
