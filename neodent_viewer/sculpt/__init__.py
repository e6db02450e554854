"""Floor 2: brushes, falloff and the stroke."""
