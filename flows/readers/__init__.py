"""Export files become rows of text that still know their line."""

from flows.readers.reading import Reading
from flows.readers.rows import read_rows

__all__ = ["Reading", "read_rows"]
