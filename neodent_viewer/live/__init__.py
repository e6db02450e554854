"""Floor 5: one tick(now) a frame turns samples into a Moment."""
