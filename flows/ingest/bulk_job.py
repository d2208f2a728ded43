"""The statements by which the database types one large file."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from flows.ingest.bulk_plan import BulkPlan
from flows.ingest.configuration import Configuration
from flows.ingest.scan import Lines
from flows.sql import Identifier, statement
from transforms.tables import ENTITIES


@dataclass(frozen=True)
class CoreRows:
    """Set where the rows will be the whole core table: what every row of it carries."""

    source: str
    load_number: int
    known_at: datetime


@dataclass(frozen=True)
class Job:
    """One file in UTF-8 on its way into one table."""

    connection: duckdb.DuckDBPyConnection
    path: Path
    configuration: Configuration
    plan: BulkPlan
    scan: Future[Lines]
    """The lines of the file, counted while the database parses it."""
    table: str
    core: CoreRows | None

    def run(
        self, name: str, values: Mapping[str, object] | None = None, **names: Identifier
    ) -> list[Any]:
        """Run a statement of `sql/staging` about the table."""
        return self.connection.execute(self._query(name, **names), dict(values or {})).fetchall()

    @property
    def lines(self) -> Lines:
        """What the bytes of the file tell about its lines."""
        return self.scan.result()

    @property
    def expected(self) -> int:
        """Rows that the lines of the file make, if each is one."""
        return self.lines.count - self.configuration.source.read.first_row + 1

    def read(self) -> None:
        """Type the whole file while it is parsed, and number its rows; raises duckdb.Error."""
        used = [column.origin for column in self.plan.columns]
        types = {
            column.origin: column.type
            for column in self.plan.columns
            if column.origin and used.count(column.origin) == 1 and not column.mapped
        }
        values = self._dialect | self._values("k_") | self._core | self._date_format
        self.run("bulk_table")
        self.run("bulk_read", values, file_types=self._types(types), is_typed=True)
        self.run("bulk_number", self._first)

    def has_underscored_number(self) -> bool:
        """Tell whether a number is written 1_000: a thousand to the database, none to people."""
        numbers = [column.origin for column in self.plan.columns if column.kind == "number"]
        if not self.lines.has_underscore or not any(numbers):
            return False
        names = [origin for origin in numbers if origin]
        found = self.run(
            "bulk_underscores",
            self._dialect,
            cells=names,
            file_types=self._types({}),
            is_typed=False,
        )
        return bool(found[0][0])

    def check(self) -> tuple[int, dict[str, int]] | None:
        """Count rows and filled cells; None where a row is not what the contract asks for."""
        values = self._blanks | self._values("w_") | self._values("m_")
        rows, *filled, odd = self.run("bulk_check", values, blanks=list(self._blanks))[0]
        return None if odd or rows != self.expected else (rows, self._by_column(filled))

    def has_single_keys(self, rows: int) -> bool:
        """Tell whether no key occurs twice."""
        key = ENTITIES[self.configuration.source.entity].primary_key()
        if self.run("bulk_ascending", key=key)[0][0]:
            return True
        return bool(self.run("bulk_keys", key=key)[0][0] == rows)

    def read_texts(self) -> tuple[int, int]:
        """Read every cell as text; returns how many rows there are and how many are not plain."""
        used: set[str] = set()
        for column in self.plan.columns:
            if column.origin:
                used |= {column.parameter if column.mapped else column.words, column.least}
        values = self._dialect | self._blanks | self._date_format
        values |= {name: value for name, value in self.plan.values.items() if name in used}
        rows = self.run(
            "bulk_texts",
            values,
            file_types=self._types({}),
            is_typed=False,
            blanks=list(self._blanks),
        )[0][0]
        return int(rows), int(self.run("bulk_odd_count")[0][0])

    def odd_rows(self) -> pl.DataFrame:
        """Fetch the rows that are not plain, under the export's own names; not empty ones."""
        cells = [f"c{position}" for position in range(1, len(self.plan.names) + 1)]
        query = self._query("bulk_odd", cells=cells)
        rows: pl.DataFrame = self.connection.sql(query, params=self._first).pl()
        rows = rows.rename(dict(zip(cells, self.plan.names, strict=True)))
        filled = [pl.col(name).str.strip_chars().replace("", None) for name in self.plan.names]
        return rows.filter(pl.any_horizontal([cell.is_not_null() for cell in filled]))

    def type_texts(self) -> None:
        """Type the rows that are plain; raises duckdb.Error."""
        values = self._values("k_") | self._core | self._first | self._date_format
        self.run("bulk_table")
        self.run("bulk_typed", values)

    def forget_texts(self) -> None:
        """Drop the cells kept as text."""
        self.connection.execute(statement("staging", "drop", table="arrived_texts")).fetchall()

    def add(self, rows: pl.DataFrame) -> None:
        """Add rows that were typed the thorough way."""
        if rows.is_empty():
            return
        self.connection.register("mended", rows)
        self.run("bulk_add", self._core)
        self.connection.unregister("mended")

    def repeated_rows(self, key: Sequence[str], names: Sequence[str]) -> pl.DataFrame:
        """Fetch the rows whose key occurs more than once."""
        rows: pl.DataFrame = self.connection.sql(
            self._query("bulk_repeated", key=key, names=names)
        ).pl()
        return rows

    def remove(self, rows: pl.DataFrame) -> None:
        """Remove rows that gave way to another of their key."""
        self.connection.register("gone", rows.select("row_number"))
        self.run("bulk_forget")
        self.connection.unregister("gone")

    def filled(self) -> tuple[int, dict[str, int]]:
        """Count rows and filled cells."""
        rows, *filled = self.run("bulk_filled")[0]
        return rows, self._by_column(filled)

    def _query(self, name: str, **names: Identifier) -> str:
        return statement(
            "staging",
            name,
            table=self.table,
            columns=self.plan.columns,
            is_core=self.core is not None,
            date_format=self.plan.date_format,
            **names,
        )

    def _by_column(self, counts: Sequence[int]) -> dict[str, int]:
        return dict(zip((column.name for column in self.plan.columns), counts, strict=True))

    def _types(self, stated: Mapping[str, str]) -> str:
        """Write the columns of the file as a struct of their types; text where none is stated."""
        names = [f"c{position}" for position in range(1, len(self.plan.names) + 1)]
        return ", ".join(f"{name}: '{stated.get(name, 'varchar')}'" for name in names)

    def _values(self, prefix: str) -> dict[str, object]:
        values = self.plan.values.items()
        return {name: value for name, value in values if name.startswith(prefix)}

    @property
    def _blanks(self) -> dict[str, object]:
        return {f"b{position}": blank for position, blank in enumerate(self.lines.blanks)}

    @property
    def _core(self) -> dict[str, object]:
        return vars(self.core) if self.core is not None else {}

    @property
    def _first(self) -> dict[str, object]:
        return {"first": self.configuration.source.read.first_row}

    @property
    def _date_format(self) -> dict[str, object]:
        return {"date_format": self.plan.date_format} if self.plan.date_format else {}

    @property
    def _dialect(self) -> dict[str, object]:
        read = self.configuration.source.read
        return {
            "path": str(self.path),
            "delimiter": self.plan.delimiter,
            "quote": read.quote,
            "nulls": ["", *self.plan.nulls],
            "header": bool(read.header_row),
            "skip": max(read.header_row - 1, 0),
        }
