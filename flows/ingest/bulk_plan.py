"""Whether the database may read a file itself, and what it has to be told."""

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import dataframely as dy

from flows.ingest.configuration import Configuration
from flows.ingest.scan import BLANKS
from flows.readers.encoding import detected_encoding
from flows.readers.form import form_of
from flows.readers.header import header_names
from flows.settings.read import ReadSettings
from transforms.tables import ENTITIES
from transforms.typing import ColumnRule, needed_columns

SMALLEST: Final = 16 * 2**20
"""Bytes from which on the database reads a file; below, both ways take no time."""
_SAMPLE: Final = 2**18
_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DAYS: Final = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y%m%d")
"""Ways of writing a day that mean the same to the database."""
_KINDS: Final = {
    dy.String: ("text", "varchar"),
    dy.Date: ("day", "date"),
    dy.Decimal: ("number", ""),
    dy.Bool: ("", "boolean"),
    dy.Int64: ("", "bigint"),
    dy.Float64: ("", "double"),
    dy.Datetime: ("", "timestamp"),
}
"""Kind of column to what it is called here (none: not read in bulk) and its type in SQL."""
_UNDERSTOOD: Final = frozenset(
    {"_schema", "_name", "description", "alias", "nullable", "primary_key", "min_length"}
    | {"metadata", "check", "precision", "scale", "min"}
)
"""What a column of a contract may ask for that `bulk_check.sql` looks after."""


@dataclass(frozen=True)
class BulkColumn:
    """One column of the entity, as the SQL files need it."""

    name: str
    type: str
    kind: str
    origin: str = ""
    parameter: str = ""
    mapped: bool = False
    is_negative: bool = False
    is_required: bool = False
    least: str = ""
    words: str = ""

    @property
    def is_given(self) -> bool:
        """Whether the export or its description gives a value; else the column is empty."""
        return bool(self.origin or self.parameter)


@dataclass(frozen=True)
class BulkPlan:
    """How the database has to read one file."""

    columns: tuple[BulkColumn, ...]
    names: tuple[str, ...]
    """Columns of the file."""
    encoding: str
    nulls: tuple[str, ...]
    """Cells that are empty."""
    delimiter: str
    date_format: str | None
    values: Mapping[str, object]
    """Parameters: constants, maps, words, bounds."""


def bulk_plan(path: Path, configuration: Configuration) -> BulkPlan | None:
    """Decide from the settings and the first lines whether the file may be read in bulk."""
    source, rules = configuration.source, configuration.rules
    read = source.read
    plain = ReadSettings(
        encoding=read.encoding,
        delimiter=read.delimiter,
        quote=read.quote,
        header_row=read.header_row,
        column_names=read.column_names,
    )
    schema = ENTITIES[source.entity]
    is_plain = (
        source.format == "csv"
        and read == plain
        and bool(read.quote)
        and source.tombstone is None
        and not configuration.allowed
        and not schema._schema_validation_rules()  # noqa: SLF001 - rules over rows need Polars
        and len({rule.nulls for rule in rules.values() if rule.source is not None}) <= 1
        and path.stat().st_size >= SMALLEST
    )
    if not is_plain:
        return None
    encoding, sample = _text(path, read.encoding)
    form = form_of(sample, read)
    records = form.records(sample, read.header_row)
    header = records[read.header_row - 1 : read.header_row] if read.header_row else []
    names = header_names(header, read, path)
    if not set(needed_columns(rules)) <= set(names):
        return None
    values: dict[str, object] = {}
    columns = [
        _column(name, column, rules.get(name), names, values)
        for name, column in schema.columns().items()
    ]
    if any(column is None for column in columns):
        return None
    formats = {
        rule.date_formats
        for name, rule in rules.items()
        if rule.source is not None and isinstance(schema.columns()[name], dy.Date)
    }
    if len(formats) > 1:
        return None
    date_format = next(iter(formats), ())
    return BulkPlan(
        columns=tuple(column for column in columns if column is not None),
        names=tuple(names),
        encoding=encoding,
        nulls=next((rule.nulls for rule in rules.values() if rule.source is not None), ()),
        delimiter=form.delimiter,
        date_format=(date_format[0] if date_format else _DAYS[0]) if formats else None,
        values=values,
    )


def _text(path: Path, stated: str | None) -> tuple[str, str]:
    """Find the encoding, by the first lines where they are UTF-8, and decode the first lines."""
    with path.open("rb") as file:
        start = file.read(_SAMPLE)
    is_utf8 = stated is None or stated.lower() in {"utf-8", "utf8", "utf-8-sig"}
    if is_utf8:
        try:
            decoder = codecs.getincrementaldecoder("utf-8-sig")()
            return "utf-8", decoder.decode(start)
        except UnicodeDecodeError:  # another encoding, or a wrong one
            pass
    encoding = detected_encoding(path, stated)
    name = "utf-16" if encoding.startswith("utf-16") and start[:2] in _MARKS else encoding
    return encoding, codecs.getincrementaldecoder(name)().decode(start)


def _column(
    name: str,
    column: dy.Column,
    rule: ColumnRule | None,
    names: list[str],
    values: dict[str, object],
) -> BulkColumn | None:
    """Describe one column, adding its parameters to `values`; None where it is not plain."""
    kind, sql_type = _KINDS[type(column)]
    if isinstance(column, dy.Decimal):
        sql_type = f"decimal({column.precision}, {column.scale})"
    if rule is None:
        return BulkColumn(name, sql_type, kind) if column.nullable else None
    allowed = ColumnRule(
        source=rule.source,
        value=rule.value,
        map=rule.map,
        nulls=rule.nulls,
        sign=rule.sign if kind == "number" else 1,
        date_formats=rule.date_formats if kind == "day" else (),
    )
    words = (column.metadata or {}).get("values")
    bounds = {
        key for key, value in vars(column).items() if value is not None and value is not False
    }
    if not kind or rule != allowed or bounds - _UNDERSTOOD or (column.check and not words):
        return None
    if rule.date_formats not in {(), *((form,) for form in _DAYS)} or (rule.map and kind != "text"):
        return None
    parameters = {}
    if words:
        parameters["words"] = f"w_{name}"
        values[f"w_{name}"] = list(words)
    if isinstance(column, dy.Date) and column.min is not None:
        parameters["least"] = f"m_{name}"
        values[f"m_{name}"] = column.min
    if rule.value is not None:
        text = str(rule.value)
        is_bounded = (bool(words) and text not in (words or ())) or "least" in parameters
        if text.strip(BLANKS) != text or not text or is_bounded:
            return None
        values[f"k_{name}"] = text
        parameters["parameter"] = f"k_{name}"
    elif rule.map:
        values[f"k_{name}"] = {"key": list(rule.map), "value": list(rule.map.values())}
        parameters["parameter"] = f"k_{name}"
    return BulkColumn(
        name,
        sql_type,
        kind,
        origin="" if rule.source is None else f"c{names.index(rule.source) + 1}",
        mapped=bool(rule.map),
        is_negative=rule.sign < 0,
        is_required=not column.nullable,
        **parameters,
    )
