"""Floor 2: from faults to effect inputs: envelopes, rules, ISF parsing and chains."""
