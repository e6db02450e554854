"""Streaming quality tests after QARTOD, one file each; `sensors.quality` runs them and joins what they find."""
