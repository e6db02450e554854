"""What a hand can hold over the canvas: one tool, one file."""
