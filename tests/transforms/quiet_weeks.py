"""Companies in which nothing happens but holidays, a season, growth and chance."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import polars as pl

from transforms.calendar import day_weights
from transforms.catalogue import CATALOGUE
from transforms.judgement import judged
from transforms.parameters import Calendar, Parameters, ReviewWeek
from transforms.tables.review import MetricPoint

MONTHS = tuple(
    Decimal(weight) / 100 for weight in (88, 80, 102, 100, 99, 108, 98, 96, 105, 102, 108, 114)
)
"""What a working day of each month sells."""
TEAMS = (("company", "company", 1.0), ("team", "一部", 0.3), ("team", "二部", 0.12))
FIRST = date(2024, 11, 4)
WEEKS = 118
KEYS = ["metric", "scope_kind", "scope"]

Plant = Callable[[str, str, date], float]
"""What a metric of a scope in a week is multiplied by."""


def nothing(_metric: str, _scope: str, _week: date) -> float:
    """Nothing planted."""
    return 1.0


def points(seed: int, calendar: Calendar, plant: Plant = nothing) -> pl.DataFrame:
    """Weekly sales, which have the plan's season, and leads, which follow working days alone.

    Both are made of single events (orders of unlike size; leads), 6 % more a year.
    """
    draw = np.random.default_rng(seed)
    starts = [FIRST + timedelta(weeks=number) for number in range(WEEKS)]
    days = day_weights(calendar, FIRST, starts[-1] + timedelta(days=6))
    rows = []
    for place, start in enumerate(starts):
        week = [start + timedelta(days=offset) for offset in range(7)]
        worked = sum(day in days and days[day] > 0 for day in week)
        seasoned = float(sum(days[day] for day in week))
        for kind, scope, size in TEAMS:
            growth = size * 1.06 ** (place / 52)
            leads = draw.poisson(24 * worked * growth * plant("leads", scope, start))
            orders = draw.poisson(30 * seasoned * growth * plant("sales_amount", scope, start))
            amount = draw.lognormal(9, 0.8, orders).sum()
            for metric, value in (
                ("leads", float(leads)),
                ("sales_amount", float(round(amount, 2))),
            ):
                rows.append(_row(metric, kind, scope, start, value))
    types = {name: column.dtype for name, column in MetricPoint.columns().items()}
    return pl.DataFrame(rows, schema=types, orient="row")


def _row(metric: str, kind: str, scope: str, start: date, value: float) -> tuple[object, ...]:
    end = start + timedelta(days=6)
    amount = Decimal(repr(value))
    return metric, kind, scope, "week", start, end, amount, Decimal(1), value, 30


def week_of(start: date) -> ReviewWeek:
    """The reviewed week that starts on a day."""
    return ReviewWeek(f"{start}", start, start + timedelta(days=6))


def judge(frame: pl.DataFrame, start: date, calendar: Calendar) -> pl.DataFrame:
    """The values of a week, without targets."""
    parameters = Parameters(week=week_of(start), calendar=calendar)
    number = pl.lit(None, MetricPoint.columns()["numerator"].dtype)
    rows = frame.filter(pl.col("period_start") == start).with_columns(
        *(number.alias(name) for name in ("target", "due", "due_above", "due_below")),
        pl.lit(None, pl.Float64).alias("previous"),
        pl.lit(None, pl.Float64).alias("last_year"),
        pl.lit("no_target").alias("target_state"),
    )
    past = frame.filter(pl.col("period_start") < start)
    return judged(rows.sort(KEYS), past, start, CATALOGUE, parameters)
