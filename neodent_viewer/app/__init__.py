"""Floor 7: the window; the only floor that knows Qt."""
