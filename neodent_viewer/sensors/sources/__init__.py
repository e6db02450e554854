"""One file a source, one registration line each."""
