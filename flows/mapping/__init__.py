"""From an export that nobody has seen to a source file: what `fupan map` does."""
