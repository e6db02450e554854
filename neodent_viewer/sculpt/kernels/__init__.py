"""Compiled inner loops of the brushes: arrays in, arrays out. Imported lazily, after the first picture."""
