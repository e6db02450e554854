"""Floor 1: channels, samples, sources, ring buffers and quality flags."""
