"""One brush one file."""
