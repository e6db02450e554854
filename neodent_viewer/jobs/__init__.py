"""Floor 6: long work that needs several floors and no window."""
