"""Floor 5: the engine, its frame graph and its adaptors; VisPy gloo only, no Qt."""
