"""A file looked at from end to end: how it is read, and what each of its columns holds."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl
import pyarrow as pa
import pyarrow.csv as pv

from flows.errors import FileUnreadable
from flows.mapping.opened import plain_source
from flows.mapping.preview import Preview, Records, preview
from flows.readers import read_rows
from flows.readers.encoding import plain_text
from flows.readers.reading import ROW_NUMBER
from flows.settings.read import ReadSettings
from transforms.mapping.headings import heading
from transforms.mapping.layout import Header, find_header, find_total
from transforms.mapping.profile import Profile, Tally
from transforms.mapping.synonyms import Synonyms

_LARGE: Final = 64 * 2**20
"""Bytes from which on delimited text is looked at block by block."""
_BLOCK: Final = 16 * 2**20
_SAMPLE: Final = 50_000
"""Rows that are kept."""
_LAST: Final = 30
"""Rows at the end in which the total row is looked for."""


@dataclass(frozen=True)
class Survey:
    """What was found in one file."""

    path: Path
    preview: Preview
    header: Header
    read: dict[str, Any]
    """What `[read]` must say for it; what is detected anyway is left out."""
    rows: int
    profiles: dict[str, Profile]
    sample: pl.DataFrame
    """The first rows as text."""
    is_whole: bool
    """Whether the sample is the whole file."""


def survey(path: Path, synonyms: Synonyms) -> Survey:
    """Look at a whole file, in bounded memory; raises FileUnreadable.

    >>> from flows.mapping.dictionary import synonyms_of
    >>> from flows.paths import part
    >>> found = survey(part("tests", "flows", "mapping", "deals.csv"), synonyms_of({}))
    >>> found.rows, list(found.profiles)
    (2, ['编号', '金额（万元）'])
    """

    def is_known(text: str) -> bool:
        return heading(text).compact in synonyms.exact

    def known(records: Records) -> int:
        header = find_header(records, is_known)
        cells = records[header.row - 1] if header.row else []
        return sum(is_known(cell) for cell in cells if cell)

    seen = preview(path, known)
    header = find_header(seen.head, is_known)
    read = _read(seen, header)
    if seen.format == "csv":
        last = seen.tail or []
        read |= _total(last, _starts(_before(seen.head[header.row :], last)))
    settings = ReadSettings.model_validate(read)
    if seen.format == "csv" and path.stat().st_size > _LARGE:
        return _streamed(path, seen, header, read, settings)
    reading = _reading(path, settings)
    if seen.format == "excel":
        rows = reading.select(pl.exclude(ROW_NUMBER).fill_null("")).rows()
        marker = _total([list(row) for row in rows[-_LAST:]], _starts(rows[:-_LAST]))
        if marker:
            read |= marker
            settings = ReadSettings.model_validate(read)
            reading = _reading(path, settings)
    names = [name for name in reading.columns if name != ROW_NUMBER]
    tallies = {name: Tally(name) for name in names}
    for name, tally in tallies.items():
        tally.add(reading.get_column(name))
    profiles = {name: tally.profile() for name, tally in tallies.items()}
    sample = reading.select(names).head(_SAMPLE)
    return Survey(
        path, seen, header, read, reading.height, profiles, sample, reading.height <= _SAMPLE
    )


def _read(seen: Preview, header: Header) -> dict[str, Any]:
    """What `[read]` says: only what is not detected or usual anyway."""
    if seen.format == "parquet":
        return {}
    usual = {"encoding": "utf-8", "delimiter": ",", "quote": '"'}
    # UTF-16 tells itself apart by its mark or its zero bytes; which half comes first may change.
    encoding = "utf-8" if seen.encoding.startswith("utf-16") else seen.encoding
    found = {"encoding": encoding, "delimiter": seen.delimiter, "quote": seen.quote}
    is_text = seen.format == "csv"
    read: dict[str, Any] = {
        name: value for name, value in found.items() if is_text and value != usual[name]
    }
    if len(seen.sheets) > 1:
        read["sheet"] = seen.sheet
    if not header.row:
        width = max(len(record) for record in seen.head)
        names = [f"column_{position}" for position in range(1, width + 1)]
        return {**read, "header_row": 0, "column_names": names}
    line = seen.lines[header.row - 1]
    if line > 1:
        read["header_row"] = line
    if header.rows > 1:
        read["header_rows"] = header.rows
    elif names := _told_apart(seen.head[header.row - 1]):
        read["column_names"] = names
    return read


def _told_apart(cells: list[str]) -> list[str]:
    """Number the columns that have the name of another; nothing where none has."""
    plain = [" ".join(cell.replace("\ufeff", "").split()) for cell in cells]
    filled = [cell for cell in plain if cell]
    if len(set(filled)) == len(filled):
        return []
    names: list[str] = []
    for position, cell in enumerate(plain, 1):
        name, times = cell or f"column_{position}", 1
        while name in names:
            times += 1
            name = f"{cell}_{times}"
        names.append(name)
    return names


def _before(head: Records, last: Records) -> Records:
    """Leave out of the first rows those that are the last ones too: a short file is both."""
    both = 0
    while both < min(len(head), len(last)) and head[-1 - both] == last[-1 - both]:
        both += 1
    return head[: len(head) - both]


def _total(last: Records, earlier: list[str]) -> dict[str, Any]:
    marker = find_total(last, earlier)
    return {"total_marker": marker} if marker else {}


def _starts(records: Any) -> list[str]:  # noqa: ANN401  # rows of a frame or of a csv reader
    return [next((cell.strip() for cell in record if cell.strip()), "") for record in records]


def _reading(path: Path, settings: ReadSettings) -> pl.DataFrame:
    source = plain_source(path).model_copy(update={"read": settings})
    return read_rows(path, source).rows


def _streamed(
    path: Path, seen: Preview, header: Header, read: dict[str, Any], settings: ReadSettings
) -> Survey:
    tallies: dict[str, Tally] = {}
    kept: list[pl.DataFrame] = []
    for block in _blocks(path, seen, settings):
        for name in block.columns:
            tallies.setdefault(name, Tally(name)).add(block.get_column(name))
        room = _SAMPLE - sum(part.height for part in kept)
        if room > 0:
            kept.append(block.head(room))
    profiles = {name: tally.profile() for name, tally in tallies.items()}
    rows = max((tally.rows for tally in tallies.values()), default=0)
    return Survey(path, seen, header, read, rows, profiles, pl.concat(kept), is_whole=False)


def _blocks(path: Path, seen: Preview, settings: ReadSettings) -> Iterator[pl.DataFrame]:
    """Yield the rows below the header as text, block by block; rows that do not fit are left."""
    with plain_text(path, seen.encoding) as file:
        lines = [file.readline() for _ in range(settings.header_end)]
        shown = io.StringIO(lines[-1].decode() if lines else "")
        cells = next(csv.reader(shown, delimiter=seen.delimiter, quotechar=seen.quote), [])
        plain = [" ".join(cell.split()) for cell in cells]
        names = list(settings.column_names) or [
            cell or f"column_{position}" for position, cell in enumerate(plain, 1)
        ]
        try:
            reader = pv.open_csv(
                pa.PythonFile(file),
                read_options=pv.ReadOptions(
                    column_names=names, use_threads=False, block_size=_BLOCK
                ),
                parse_options=pv.ParseOptions(
                    delimiter=seen.delimiter,
                    quote_char=seen.quote,
                    newlines_in_values=True,
                    invalid_row_handler=lambda _: "skip",
                ),
                convert_options=pv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()),
                    null_values=[""],
                    strings_can_be_null=True,
                ),
            )
            for batch in reader:
                yield pl.DataFrame(pl.from_arrow(batch))
        except pa.ArrowInvalid as error:
            message = f"{path.name} cannot be read as rows: {error}"
            raise FileUnreadable(
                message, where=str(path), remedy="state delimiter and quote under [read]"
            ) from error
