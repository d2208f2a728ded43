"""Rows that were rejected, read again from the archive as they stood in their file."""

import csv
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import dataframely as dy
import duckdb
import polars as pl

from flows.company import Company
from flows.ingest.archive import archived_file, configuration_text
from flows.ingest.configuration import Configuration
from flows.ingest.journal import Entry
from flows.readers import read_rows
from flows.settings.column import ColumnSettings
from flows.settings.read import ReadSettings
from flows.sql import statement
from transforms.tables import ENTITIES
from transforms.typing import typed_rows

OWN: Final = "·"
"""What the names of Fupan's own columns begin with in a file of repaired rows."""
FILE, ROW, ORIGINAL = f"{OWN}file", f"{OWN}row", f"{OWN}original"
"""Columns of a file of repaired rows: where each row stood, and what its cells were."""

Cells = Mapping[str, str | None]


@dataclass(frozen=True)
class Complaint:
    """One rule that a row broke; `column` is the export's own name."""

    rule: str
    column: str | None
    value: str | None
    message: str


def fingerprint(cells: Cells) -> str:
    """Identify a row by what stands in its cells, whatever file it is in."""
    filled = sorted((name, text) for name, text in cells.items() if text is not None)
    return hashlib.sha256(json.dumps(filled, ensure_ascii=False).encode()).hexdigest()


def original_rows(
    path: Path, configuration: Configuration, numbers: Collection[int]
) -> dict[int, dict[str, str | None]]:
    """Read the cells of some rows of a file, by row number.

    A row with too few or too many cells is laid out from the left; what is too much stays in
    its last cell.
    """
    reading = read_rows(path, configuration.source)
    wanted = pl.Series(sorted(numbers), dtype=pl.Int64).implode()
    chosen = reading.rows.filter(pl.col("row_number").is_in(wanted))
    columns = reading.columns
    rows = {row.pop("row_number"): row for row in chosen.select("row_number", *columns).to_dicts()}
    odd = reading.malformed.filter(pl.col("row_number").is_in(wanted))
    for number, text in odd.select("row_number", "value").iter_rows():
        rows[number] = _laid_out(text, columns, reading.delimiter or ",")
    return rows


def _laid_out(text: str, columns: Sequence[str], delimiter: str) -> dict[str, str | None]:
    parts = next(csv.reader(text.splitlines(keepends=True), delimiter=delimiter), [])
    rest = parts[len(columns) - 1 :]
    cells = [*parts[: len(columns) - 1], delimiter.join(rest)]
    cells += [""] * (len(columns) - len(cells))
    return {name: cell or None for name, cell in zip(columns, cells, strict=True)}


def configuration_of(company: Company, entry: Entry) -> Configuration:
    """Read the configuration that a load was made under."""
    return Configuration.parse(configuration_text(company, entry.configuration))


def repair_configuration(configuration: Configuration) -> Configuration:
    """Say how a file of repaired rows is typed: as its source is, but plain UTF-8 text, a delta.

    A column that depends on other rows of the file stands in the file, computed. A day may also
    be given as 2026-11-03, which is what a spreadsheet makes of a day that is typed in.
    """
    source = configuration.source
    columns = {}
    for name, column in source.columns.items():
        if is_computed(column):
            columns[name] = ColumnSettings(source=f"{OWN}{name}")
        elif column.date_formats:
            formats = (*column.date_formats, "%Y-%m-%d")
            columns[name] = column.model_copy(update={"date_formats": formats})
        else:
            columns[name] = column
    plain = source.model_copy(
        update={
            "format": "csv",
            "mode": "delta",
            "read": ReadSettings(encoding="utf-8", delimiter=","),
            "columns": columns,
        }
    )
    return replace(configuration, source=plain)


def is_computed(column: ColumnSettings) -> bool:
    """Whether a column is made of the whole row, or of other rows of its file."""
    return column.generate is not None or column.until_next is not None


def read_part(
    rows: Mapping[int, Cells], configuration: Configuration, names: Sequence[str]
) -> pl.DataFrame:
    """Read some columns of the entity: row_number and the columns, of rows where all can be read.

    A column that the entity needs may be empty here, unless it belongs to the key.
    """
    schema = ENTITIES[configuration.source.entity]
    kinds = schema.create_empty().schema
    if not rows:
        return pl.DataFrame(
            schema={**{name: kinds[name] for name in names}, "row_number": pl.Int64}
        )
    texts = pl.DataFrame(
        [{**cells, "row_number": number} for number, cells in rows.items()],
        schema_overrides={"row_number": pl.Int64},
        infer_schema_length=None,
    ).with_columns(pl.exclude("row_number").cast(pl.String))
    part: Any = type("Part", (dy.Schema,), _optional(schema, names))
    rules = {name: configuration.rules[name] for name in names}
    return typed_rows(texts, rules, part, zone=configuration.zone).rows


def _optional(schema: type[dy.Schema], names: Sequence[str]) -> dict[str, dy.Column]:
    kinds = schema.create_empty().schema
    key = schema.primary_key()
    plain: dict[Any, Any] = {pl.String: dy.String, pl.Date: dy.Date, pl.Datetime: dy.Datetime}
    found: dict[str, dy.Column] = {}
    for name in names:
        kind = kinds[name]
        if name in key:
            found[name] = schema.columns()[name]
        elif isinstance(kind, pl.Decimal):
            found[name] = dy.Decimal(kind.precision, kind.scale, nullable=True)
        else:
            found[name] = plain[type(kind)](nullable=True)
    return found


def current_loads(
    connection: duckdb.DuckDBPyConnection,
    configuration: Configuration,
    rows: Mapping[int, Cells],
) -> dict[int, int]:
    """Name, for each row whose key is current, the load that its version came with.

    Rows whose key is computed from the whole file are left out.
    """
    source = configuration.source
    key = ENTITIES[source.entity].primary_key()
    if not rows or any(is_computed(source.columns[name]) for name in key):
        return {}
    connection.register("wanted", read_part(rows, configuration, key))
    query = statement("ops", "keys_current", entity=source.entity, key=key)
    found = connection.execute(query).fetchall()
    connection.unregister("wanted")
    return {int(row): int(load) for row, load in found}


def complaints_of(
    connection: duckdb.DuckDBPyConnection, loads: Iterable[int], most: int
) -> dict[tuple[int, int], list[Complaint]]:
    """Read why rows were rejected, by load and row number; of the first `most` rows alone."""
    query = statement("ops", "rejects_of_loads")
    rows = connection.execute(query, {"loads": list(loads), "most": most}).fetchall()
    found: dict[tuple[int, int], list[Complaint]] = {}
    for load, row, *complaint in rows:
        found.setdefault((load, row), []).append(Complaint(*complaint))
    return found


def archived_rows(
    company: Company, entry: Entry, numbers: Collection[int]
) -> dict[int, dict[str, str | None]]:
    """Read some rows of a load's file from the archive."""
    path = archived_file(company, entry.file_id)
    return original_rows(path, configuration_of(company, entry), numbers)
