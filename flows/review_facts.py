"""What is read of the facts for one review: groups for metrics, a few columns for the rest.

Facts may have millions of rows. Metrics take like rows put together by the database
(`flows.marts.measured_facts`), over the periods they need; every other table takes the columns
that it declares (`transforms.reads`), and all of them are read at once.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final

import duckdb
import polars as pl

from flows.company import Company
from flows.feeds import feeds_of, read_feeds
from flows.marts import (
    Columns,
    Needed,
    facts_in_columns,
    facts_of_reps,
    facts_of_views,
    measured_facts,
    open_deals_on,
    publish_fact,
)
from flows.pipeline import AS_OF_FACTS, show_as_exported
from flows.records import ops_table
from flows.sql import statement
from flows.warehouse import in_utc, open_as_of, readers_copy
from transforms.catalogue import Metric
from transforms.groups import FactGroups
from transforms.parameters import ReviewWeek
from transforms.points import columns_needed
from transforms.scopes import SCOPE_COLUMNS
from transforms.tables.facts import FACTS, MODELLED

FEW: Final = 300_000
"""Rows of the largest core table up to which facts are read in rows, once for everything: the
database takes longer to put them together than it takes to read them."""

_READ: Final = FACTS.keys() - {*MODELLED}
"""Facts that the database has."""
_SHOWN: Final = ("open_deal",)
"""Facts that packs show row by row."""


@dataclass(frozen=True)
class ReviewFacts:
    """The facts of a company up to the last day of a week, as known at an instant.

    Deals of an older week stand as the export of that time had them (`flows.pipeline`).
    """

    connection: duckdb.DuckDBPyConnection
    """The readers' copy, its views as known at the instant."""
    company: Company
    week: ReviewWeek
    known_at: datetime
    modelled: dict[str, pl.LazyFrame] = field(
        default_factory=lambda: {name: FACTS[name].create_empty().lazy() for name in MODELLED}
    )
    """Facts that a model of the transforms gives: without rows until it has."""
    _kept: dict[str, tuple[frozenset[str], pl.LazyFrame]] = field(default_factory=dict)
    """What has been read in rows, with its columns; filled where there are few."""

    def measured(
        self,
        catalogue: Mapping[str, Metric],
        periods: pl.DataFrame,
        since: date | None = None,
    ) -> dict[str, pl.LazyFrame | FactGroups]:
        """Read what metrics need over some periods (`flows.marts.Needed`)."""
        if periods.is_empty():
            return {}
        columns = columns_needed(catalogue)
        facts: dict[str, pl.LazyFrame | FactGroups] = {}
        if self._are_few:
            facts |= self.in_columns(columns)
        else:
            needed = Needed(catalogue, periods, since)
            given = (self.connection, self.company.settings)
            facts |= measured_facts(*given, self.week.ends_on, needed)
            with self._as_exported() as names:
                if names:
                    facts |= measured_facts(*given, self.week.ends_on, needed, names)
        if not FACTS.keys() >= columns.keys():
            facts |= self.feeds()
        facts |= self.modelled
        return facts

    def read_ahead(self, columns: Columns) -> None:
        """Read at once what will be asked for in turn, where facts are few."""
        if self._are_few:
            self.in_columns(columns)

    def in_columns(self, columns: Columns) -> dict[str, pl.LazyFrame]:
        """Read some columns of some facts, each with its scopes."""
        missing = {
            name: sorted(self._columns_kept(name).union(wanted))
            for name, wanted in columns.items()
            if name in _READ
            and not self._columns_kept(name).issuperset({*wanted} - {*SCOPE_COLUMNS})
        }
        facts: dict[str, pl.LazyFrame] = {}
        if missing:
            given = (self.connection, self.company.settings, self.week.ends_on)
            facts |= facts_in_columns(*given, missing)
            with self._as_exported() as names:
                exported = {name: missing[name] for name in names if name in missing}
                facts |= facts_in_columns(*given, exported) if exported else {}
        if self._are_few:
            self._kept.update((name, (frozenset(missing[name]), facts[name])) for name in facts)
        return facts | {name: self._kept[name][1] for name in columns if name in self._kept}

    def _columns_kept(self, fact: str) -> frozenset[str]:
        return self._kept[fact][0] if fact in self._kept else frozenset()

    def of_reps(
        self, columns: Columns, reps: pl.DataFrame, *, is_regrouped: bool
    ) -> dict[str, pl.LazyFrame]:
        """Read columns of the facts of some reps, of their own day or regrouped (D-29).

        `reps` has rep_id.
        """
        if self._are_few and not is_regrouped:
            is_theirs = pl.col("rep").cast(pl.String).is_in(reps["rep_id"].implode())
            found = self.in_columns(columns)
            return {name: rows.filter(is_theirs) for name, rows in found.items()}
        given = (self.connection, self.company.settings)
        return facts_of_reps(*given, self.week.ends_on, columns, reps, is_regrouped=is_regrouped)

    def shown(self) -> dict[str, pl.LazyFrame]:
        """Read the facts whole that packs show row by row."""
        given = (self.connection, self.company.settings)
        with self._as_exported():
            return facts_of_views(*given, self.week.ends_on, _SHOWN)

    def publish(self, tables: Mapping[str, str]) -> dict[str, int]:
        """Write facts into the finance file attached, without reading them.

        `tables` has the table of each fact. Returns the rows of each table.
        """
        given = (self.connection, self.company.settings, self.week.ends_on)
        with self._as_exported() as names:
            rows = {name: publish_fact(*given, name, tables[name]) for name in names}
        rows |= {
            name: publish_fact(*given, name, table)
            for name, table in tables.items()
            if name not in rows
        }
        return {tables[name]: count for name, count in rows.items()}

    def open_deals_before(self, weeks: int, columns: Columns) -> list[pl.LazyFrame]:
        """Read columns of the deals open one week before, two weeks before, and so on.

        As known at the instant, whatever an export of that time said.
        """
        days = [self.week.ends_on - timedelta(weeks=back) for back in range(1, weeks + 1)]
        return open_deals_on(self.connection, self.company.settings, days, columns["open_deal"])

    def feeds(self) -> dict[str, pl.LazyFrame]:
        """Read the company's own daily numbers."""
        feeds = feeds_of(self.company.sources)
        return read_feeds(self.connection, self.company.settings, feeds, self.week)

    @cached_property
    def _files(self) -> pl.DataFrame:
        """The loads known at the instant."""
        files = ops_table(self.connection, "file")
        return files.filter(pl.col("arrived_at") <= in_utc(self.known_at))

    @contextmanager
    def _as_exported(self) -> Iterator[tuple[str, ...]]:
        """Let the views show deals as exported (`show_as_exported`) meanwhile; names the facts."""
        given = (self.connection, self.company.settings, self.known_at, self.week)
        is_shown = show_as_exported(*given, self._files)
        yield AS_OF_FACTS if is_shown else ()
        if is_shown:
            open_as_of(self.connection, self.known_at)

    @cached_property
    def _are_few(self) -> bool:
        """Whether no core table has more than a few rows."""
        found = self.connection.execute(statement("marts", "largest")).fetchall()
        return int(found[0][0]) <= FEW


@contextmanager
def review_facts(company: Company, week: ReviewWeek, known_at: datetime) -> Iterator[ReviewFacts]:
    """Open the readers' copy of a company for the facts of a week."""
    with readers_copy(company) as connection:
        open_as_of(connection, known_at)
        yield ReviewFacts(connection, company, week, known_at)
