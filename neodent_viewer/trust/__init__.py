"""Floor 1: consent; later the ledger and signatures."""
