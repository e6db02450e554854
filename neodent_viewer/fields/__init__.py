"""Floor 2: from probes to vertices: weights and colour maps."""
