"""Floor 4: reading, writing and keeping surfaces and projects."""
