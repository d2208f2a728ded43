"""How the cells of a delimited file are set apart."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from flows.readers.reading import PREVIEW_ROWS
from flows.settings.read import ReadSettings

_DELIMITERS: Final = (",", "\t", ";", "|")


@dataclass(frozen=True)
class Form:
    """Delimiter and quote of one file."""

    delimiter: str
    quote: str

    def records(self, text: str, count: int = PREVIEW_ROWS) -> list[list[str]]:
        """Read the first records of a text."""
        found: list[list[str]] = []
        try:
            for record in self.reader(io.StringIO(text)):
                found.append(record)
                if len(found) == count:
                    break
        except csv.Error:  # a cell longer than the module allows: the rows before it are enough
            return found
        return found

    def reader(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """Read records from lines; raises csv.Error."""
        if self.quote:
            return csv.reader(lines, delimiter=self.delimiter, quotechar=self.quote)
        return csv.reader(lines, delimiter=self.delimiter, quoting=csv.QUOTE_NONE)


def form_of(text: str, settings: ReadSettings) -> Form:
    """Take the stated delimiter, else that which gives most first rows one number of cells."""
    if settings.delimiter:
        return Form(settings.delimiter, settings.quote)
    skipped = max(settings.header_row - 1, 0)

    def fit(delimiter: str) -> tuple[int, int]:
        records = Form(delimiter, settings.quote).records(text)[skipped:]
        widths = [len(record) for record in records if record]
        width = widths[0] if widths else 0
        return (widths.count(width), width) if width > 1 else (0, 0)

    return Form(max(_DELIMITERS, key=fit), settings.quote)
