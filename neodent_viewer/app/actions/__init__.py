"""Everything a person can do, as declarative records: one tuple of `Command` a file, gathered in ``catalogue``."""
