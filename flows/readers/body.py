"""The rows of a delimited file, below its header, parsed in bounded memory."""

import io
from pathlib import Path
from typing import IO, Final

import polars as pl
import pyarrow as pa
import pyarrow.csv as pv

from flows.errors import FileUnreadable
from flows.readers.form import Form
from flows.readers.reading import MALFORMED, ROW_NUMBER

LONGEST_ROW: Final = 8 * 2**20
"""Bytes of the longest row that is read."""
_MOST_MALFORMED: Final = 200_000
"""From so many on it is the file that does not fit, not its rows."""
_SHOWN: Final = 4_000
"""Characters of a malformed row that are kept."""
_SENTINEL: Final = "\x1e"
"""Put behind the data to see whether a quote that was never closed swallows it."""


class _Ended(io.RawIOBase):
    """What is left of a file, and behind it a row with the sentinel alone."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._last = b"\n"
        self._is_over = False

    def readable(self) -> bool:
        """Always."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        if block := self._file.read(size):
            self._last = block[-1:]
            return block
        if self._is_over:
            return b""
        self._is_over = True
        end = f"{_SENTINEL}\n".encode()
        return end if self._last == b"\n" else b"\n" + end


class _Malformed:
    """Collects the rows that have another number of cells than the header."""

    def __init__(self, path: Path) -> None:
        self.rows: list[tuple[int, str, str, str, str]] = []
        self._path = path

    def note(self, row: pv.InvalidRow) -> str:
        """Keep one row; the parser goes on with the next."""
        given, wanted = row.actual_columns, row.expected_columns
        message = f"这一行有 {given} 格，表头有 {wanted} 格 / {given} cells under {wanted} headings"
        if (text := str(row.text)).strip(" \t\r\n") and len(self.rows) <= _MOST_MALFORMED:
            hint = f"{given} ≠ {wanted}"
            self.rows.append((row.number, "cells_do_not_fit", text[:_SHOWN], message, hint))
        return "skip"

    @property
    def frame(self) -> pl.DataFrame:
        """The rows; raises FileUnreadable where they are too many."""
        if len(self.rows) > _MOST_MALFORMED:
            message = (
                f"{self._path.name} has more than {_MOST_MALFORMED} rows with another number of "
                f"cells than the header; first: {self.rows[0][2][:100]!r}"
            )
            raise FileUnreadable(
                message,
                where=str(self._path),
                state="nothing of it was loaded; earlier loads stand",
                remedy="state delimiter, quote and header_row under [read], then `fupan check`",
            )
        return pl.DataFrame(self.rows, schema=MALFORMED, orient="row")


def parse(
    file: IO[bytes], names: list[str], form: Form, path: Path, above: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Parse the rows from where the file stands; returns the good and the malformed ones.

    Rows are numbered from the one that follows those `above`. A quote that is never closed makes
    its row malformed. Raises FileUnreadable where it swallows whole rows, or where a row is
    longer than can be read.
    """
    malformed = _Malformed(path)
    batches = [pl.DataFrame(schema=dict.fromkeys(names, pl.String))]
    try:
        with pv.open_csv(
            _Ended(file) if form.quote else file,
            read_options=pv.ReadOptions(
                column_names=names, use_threads=False, block_size=LONGEST_ROW
            ),
            parse_options=pv.ParseOptions(
                delimiter=form.delimiter,
                quote_char=form.quote or False,
                newlines_in_values=bool(form.quote),
                ignore_empty_lines=False,
                invalid_row_handler=malformed.note,
            ),
            convert_options=pv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        ) as reader:
            batches += [pl.DataFrame(pl.from_arrow(batch)) for batch in reader]
    except pa.ArrowInvalid as error:
        if "Empty CSV" not in str(error):
            raise _unparsed(path, error) from error
    pa.default_memory_pool().release_unused()
    wrong = malformed.frame.with_columns(pl.col(ROW_NUMBER) + above)
    rows = _numbered(batches, wrong, above)
    return _without_sentinel(rows, wrong, path) if form.quote else (rows, wrong)


def _unparsed(path: Path, error: pa.ArrowInvalid) -> FileUnreadable:
    if "straddling" in str(error):
        message = (
            f"{path.name} has a row of more than {LONGEST_ROW} bytes, or a quote in it that is "
            "never closed"
        )
        remedy = "close the quote or shorten the cell in the export, then `fupan check`"
    else:
        message = f"{path.name} cannot be read as rows: {error}"
        remedy = "state delimiter and quote under [read]"
    return FileUnreadable(
        message,
        where=str(path),
        state="nothing of it was loaded; earlier loads stand",
        remedy=remedy,
    )


def _numbered(batches: list[pl.DataFrame], malformed: pl.DataFrame, above: int) -> pl.DataFrame:
    """Number rows, leaving out the numbers that malformed rows have, and put them together."""
    taken = malformed.get_column(ROW_NUMBER)
    count = sum(batch.height for batch in batches) + taken.len()
    every = pl.int_range(above + 1, above + count + 1, eager=True, dtype=pl.Int64)
    free = every.filter(~every.is_in(taken.implode())) if taken.len() else every
    numbered, done = [], 0
    for batch in batches:
        numbers = free.slice(done, batch.height).alias(ROW_NUMBER)
        numbered.append(batch.with_columns(numbers))
        done += batch.height
    return pl.concat(numbered, rechunk=False)


def _without_sentinel(
    rows: pl.DataFrame, malformed: pl.DataFrame, path: Path
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Take out the sentinel, and with it the row that has swallowed it."""
    text = pl.concat_str(pl.exclude(ROW_NUMBER), separator=" ", ignore_nulls=True)
    last = pl.concat(
        [
            rows.tail(1).select(ROW_NUMBER, text.alias("value")),
            malformed.tail(1).select(ROW_NUMBER, "value"),
        ]
    ).sort(ROW_NUMBER)
    number, value = last.row(-1)
    is_good = rows.height > 0 and rows.item(-1, ROW_NUMBER) == number
    good, wrong = (rows[:-1], malformed) if is_good else (rows, malformed[:-1])
    if value == _SENTINEL:
        return good, wrong
    value = str(value).removesuffix("\n").removesuffix(_SENTINEL).strip("\n")
    if "\n" in value or len(value) >= _SHOWN:
        message = f"{path.name} has a quote that is never closed, from row {number} on"
        raise FileUnreadable(
            message,
            where=str(path),
            state="every row under it would be lost, so nothing was loaded",
            remedy="export it again, or close the quote in that row",
        )
    message = (
        "引号没有结束，文件在这里被截断 / the quote is never closed: the file was cut off here"
    )
    cut = (number, "quote_never_closed", value, message, None)
    bad = pl.DataFrame([cut], schema=MALFORMED, orient="row")
    return good, pl.concat([wrong, bad])
