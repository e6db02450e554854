"""Floor 2: teeth by FDI number, the arch, crowns, gingiva and the demo smile."""
