"""How far off the forecasts of past weeks were, beside two naive rules.

    python benchmarks/forecast.py COMPANY [--state DIR] [--weeks 104] [--metric sales_amount]

Takes in what lies in the company folder, then walks the weeks of the past: in each one the month's
and the quarter's end are forecast from what was known at the end of that week (facts dated by then,
deals as they stood then), by the rule that had been best up to then. Each forecast is held against
what came, as are the two naive rules made on the same day. Amounts of deals are those known now.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from flows.company import Company, open_company
from flows.ingest import ingest
from flows.marts import facts_of_views
from flows.parameters import active_catalogue, review_parameters
from flows.review import latest_week
from flows.warehouse import open_as_of, reader
from transforms.calendar import week_before
from transforms.catalogue import catalogue_for
from transforms.forecast import forecasts
from transforms.forecast.calendar import Days, origins
from transforms.forecast.forecasts import UNITS
from transforms.forecast.rules import last_year, run_rate
from transforms.forecast.series import LONGEST, by_day, series_of
from transforms.parameters import Parameters

DAY = timedelta(days=1)
THIRDS = ((0.0, 1 / 3, "first third"), (1 / 3, 2 / 3, "second third"), (2 / 3, 1.0, "last third"))
KEY = ("metric", "scope_kind", "scope", "period_kind")


def walk(company: Company, weeks: int, metrics: Sequence[str]) -> pl.DataFrame:
    """Forecast every past week and put what came, and both naive rules, beside it."""
    known_at = datetime.now(UTC)
    last = latest_week(company, known_at)
    catalogue = active_catalogue(company.metrics, catalogue_for(()))
    chosen = {code: catalogue[code] for code in metrics if code in catalogue}
    rows: list[dict[str, Any]] = []
    with reader(company.committed) as connection:
        open_as_of(connection, known_at)
        facts = facts_of_views(connection, company.settings, last.ends_on)
        for back in range(1, weeks + 1):
            week = week_before(last, back)
            parameters = review_parameters(company.settings, company.metrics, week)
            then = facts | _deals(connection, company, week.ends_on)
            found, _ = forecasts(then, chosen, parameters)
            rows += _beside(found, facts, chosen, parameters, last.ends_on)
    return pl.DataFrame(rows, infer_schema_length=None)


def _deals(
    connection: duckdb.DuckDBPyConnection, company: Company, as_of: date
) -> dict[str, pl.LazyFrame]:
    return facts_of_views(connection, company.settings, as_of, ("open_deal",))


def _beside(
    found: pl.DataFrame,
    facts: dict[str, pl.LazyFrame],
    catalogue: dict[str, Any],
    parameters: Parameters,
    last: date,
) -> Iterator[dict[str, Any]]:
    as_of, first_month = parameters.week.ends_on, parameters.calendar.fiscal_year_starts_in
    days = Days(parameters.calendar, as_of - LONGEST, as_of)
    for code, metric in catalogue.items():
        fact = facts[metric.numerator.fact]
        history = series_of(by_day(fact, metric.numerator, as_of), as_of)
        outcome = series_of(by_day(fact, metric.numerator, last), last)
        own = found.filter((pl.col("metric") == code) & (pl.col("full_end") <= last))
        for row in own.filter(pl.col("state") == "ok").iter_rows(named=True):
            scope = (row["scope_kind"], row["scope"])
            unit = UNITS[row["period_kind"]]
            point = origins(days, as_of, unit, first_month, as_of)[:1]
            whole = days.weight(row["period_start"] - DAY, row["full_end"])
            passed = days.weight(row["period_start"] - DAY, as_of)
            yield {
                **{name: row[name] for name in (*KEY, "rule")},
                "as_of": as_of,
                "share": passed / whole if whole else 0.0,
                "actual": outcome[scope].total(row["period_start"] - DAY, row["full_end"]),
                "forecast": float(row["forecast"]),
                "low": None if row["low"] is None else float(row["low"]),
                "high": None if row["high"] is None else float(row["high"]),
                "last_year": float(last_year(history[scope], days, point)[0]),
                "run_rate": float(run_rate(history[scope], days, point)[0]),
            }


def score(rows: pl.DataFrame) -> pl.DataFrame:
    """Weighted errors and the coverage of the intervals, where all three have a figure."""
    names = ("forecast", "last_year", "run_rate")
    kept = rows.with_columns(pl.col(name).fill_nan(None) for name in names)
    kept = kept.drop_nulls([*names, "actual"])
    actual = pl.col("actual")
    held = (actual >= pl.col("low")) & (actual <= pl.col("high"))
    frames = [
        kept.filter(pl.col("share").is_between(low, high, closed="left"))
        .group_by("metric", "scope_kind", "period_kind")
        .agg(
            pl.lit(part).alias("elapsed"),
            pl.len().alias("forecasts"),
            *(
                ((pl.col(name) - actual).abs().sum() / actual.abs().sum()).alias(name)
                for name in names
            ),
            held.sum().alias("held"),
            held.count().alias("intervals"),
        )
        for low, high, part in ((0.0, 1.01, "all"), *THIRDS)
    ]
    return pl.concat(frames).sort("metric", "scope_kind", "period_kind", "elapsed")


def main() -> int:
    """Run it; give the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("company", type=Path)
    parser.add_argument("--state", type=Path, help="where Fupan writes, for a folder of examples/")
    parser.add_argument("--weeks", type=int, default=104)
    parser.add_argument("--metric", action="append", help="sales_amount and contract_amount")
    given = parser.parse_args()
    company = Company(given.company, given.state) if given.state else open_company(given.company)
    ingest(company, datetime.now(UTC))
    metrics = given.metric or ["sales_amount", "contract_amount"]
    for row in score(walk(company, given.weeks, metrics)).iter_rows(named=True):
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
