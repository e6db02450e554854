"""Floor 4: measures on clean geometry."""
