"""Floor 3: what a project file stores, and the only way to change it."""
