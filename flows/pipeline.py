"""The pipeline as of past days: deals as the export of that day had them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import duckdb
import polars as pl

from flows.mart_terms import query_terms
from flows.settings import CompanySettings
from flows.sql import statement
from flows.warehouse import in_utc, open_as_of
from transforms.calendar import Unit, period_end, period_start
from transforms.parameters import ReviewWeek
from transforms.pipeline import Opening
from transforms.scopes import UNASSIGNED
from transforms.tables import ENTITIES
from transforms.tables.pipeline import PipelineDeal

_DEAL: Final = "opportunity"
_DATED_BY: Final = "created_on"
_NEAR: Final = timedelta(days=3, hours=12)
_WEEK: Final = timedelta(days=7)
_DAY: Final = timedelta(days=1)
_TICK: Final = timedelta(microseconds=1)
_TO_DATE: Final[dict[str, Unit]] = {"mtd": "month", "qtd": "quarter"}
AS_OF_FACTS: Final = ("open_deal", "stage_exit")
"""Facts that show how deals stand."""


@dataclass(frozen=True)
class Export:
    """One load of the deals; instants in UTC without a zone."""

    arrived_at: datetime
    stands_at: datetime
    """The instant whose deals it shows: the end of the day its name states, else its arrival."""


@dataclass(frozen=True)
class Pipeline:
    """The deals at both ends of the periods of a review."""

    openings: tuple[Opening, ...]
    closing: pl.DataFrame
    """Deals at the end of the as-of date (`PipelineDeal`)."""


def read_pipeline(
    connection: duckdb.DuckDBPyConnection,
    settings: CompanySettings,
    known_at: datetime,
    week: ReviewWeek,
    files: pl.DataFrame,
) -> Pipeline:
    """Read the deals at the openings of week, month and quarter, and at the as-of date.

    A review made within a week of its as-of date sees the deals as they are known. One of an older
    week sees them as the export of that time had them, so that a deal changed later changes
    nothing in it. `files` are the loads known at the instant (`ops.file`). The views of the
    connection are left as known at `known_at`.
    """
    zone = settings.company.zone
    loads = _loads(files, known_at, zone)
    own = _own_export(loads, known_at, week, zone)
    now = own or in_utc(known_at)
    newest = min(now, loads[-1].arrived_at) if loads else now
    openings = []
    for kind, start, due_by in _periods(week, settings.calendar.fiscal_year_starts_in):
        before = exported_at(loads, start - _DAY, zone)
        is_recorded = before is not None and before < newest
        at = before if is_recorded and before is not None else now
        deals = _deals(connection, settings, at, known_at, start - _DAY)
        openings.append(Opening(kind, start, due_by, deals, is_recorded))
    closing = _deals(connection, settings, now, known_at, week.ends_on)
    open_as_of(connection, known_at)
    return Pipeline(tuple(openings), closing)


def show_as_exported(
    connection: duckdb.DuckDBPyConnection,
    settings: CompanySettings,
    known_at: datetime,
    week: ReviewWeek,
    files: pl.DataFrame,
) -> bool:
    """Let the views show the deals of an older week as the export of that time had them.

    Says whether they do: not for a review made within a week of its as-of date, nor without such
    an export. `AS_OF_FACTS` are the facts to be read then.
    """
    zone = settings.company.zone
    own = _own_export(_loads(files, known_at, zone), known_at, week, zone)
    if own is not None:
        _show(connection, own, known_at)
    return own is not None


def _own_export(
    loads: Sequence[Export], known_at: datetime, week: ReviewWeek, zone: ZoneInfo
) -> datetime | None:
    is_past = in_utc(known_at) >= _end_of(week.ends_on, zone) + _WEEK
    return exported_at(loads, week.ends_on, zone) if is_past else None


def exported_at(loads: Sequence[Export], day: date, zone: ZoneInfo) -> datetime | None:
    """Find the load that shows how the deals stood at the end of a day; returns its arrival.

    The load that stands nearest to that midnight (company time), at most half a week away, and the
    last one of its day, for an export that was repaired and sent again. None without one.
    """
    end = _end_of(day, zone)
    near = [load for load in loads if abs(load.stands_at - end) <= _NEAR]
    if not near:
        return None
    nearest = min(near, key=lambda load: (abs(load.stands_at - end), load.stands_at < end))
    day_of = _local(nearest.stands_at - _TICK, zone)
    return max(load.arrived_at for load in near if _local(load.stands_at - _TICK, zone) == day_of)


def _periods(week: ReviewWeek, first_month: int) -> list[tuple[str, date, date]]:
    """Kind, first day and last day of the whole period."""
    day = week.ends_on
    to_date = [
        (kind, period_start(day, unit, first_month), period_end(day, unit, first_month))
        for kind, unit in _TO_DATE.items()
    ]
    return [("week", week.starts_on, week.ends_on), *to_date]


def _loads(files: pl.DataFrame, known_at: datetime, zone: ZoneInfo) -> list[Export]:
    """The loads of the deals, oldest first; a file that comes late shows what newer ones said."""
    is_known = (pl.col("entity") == _DEAL) & (pl.col("arrived_at") <= in_utc(known_at))
    loads: list[Export] = []
    for arrived_at, day in sorted(
        files.filter(is_known).select("arrived_at", "stated_on").iter_rows()
    ):
        stated = arrived_at if day is None else min(_end_of(day, zone), arrived_at)
        newer = loads[-1].stands_at if loads else stated
        loads.append(Export(arrived_at, max(stated, newer)))
    return loads


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    """The midnight after a day, in UTC without a zone."""
    return in_utc(datetime.combine(day + _DAY, time(), zone))


def _local(instant: datetime, zone: ZoneInfo) -> date:
    return instant.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).date()


def _show(connection: duckdb.DuckDBPyConnection, exported: datetime, known_at: datetime) -> None:
    """Let the view of the opportunities show those of an export."""
    contract = ENTITIES[_DEAL]
    query = statement(
        "core",
        "as_of_either",
        entity=_DEAL,
        columns=contract.column_names(),
        key=contract.primary_key(),
        dated=_DATED_BY,
        exported_at=exported,
        known_at=in_utc(known_at),
    )
    connection.execute(query).fetchall()


def _deals(
    connection: duckdb.DuckDBPyConnection,
    settings: CompanySettings,
    exported: datetime,
    known_at: datetime,
    day: date,
) -> pl.DataFrame:
    _show(connection, exported, known_at)
    query = statement("marts", "scoped", **query_terms(connection, "pipeline_deal", settings))
    rows: pl.DataFrame = connection.sql(query, params=[day, UNASSIGNED]).pl()
    return PipelineDeal.validate(rows.select(PipelineDeal.column_names()), cast=True)
