"""What open deals will bring: calibrated conversion by stage and by age in the stage.

Every week of the past is looked at as if it were today: which deals stood in which stage, for how
long, and which of them were won as many working days later as are left in the period now. The
share won, weighted by value, is the probability of that stage and age; with few cases it is drawn
towards that of the stage, and that of a stage towards that of all deals. Every scope learns from
its own deals, so that those of others never move its forecast. Only weeks whose outcome
was known at the day of the forecast are counted, so that a test on a past day knows nothing of
what came later. What is won within the period by deals not opened yet is their mean over the same
weeks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl

from transforms.exact import product, ratio
from transforms.forecast.calendar import Days, Origin
from transforms.forecast.series import LONGEST, Scope, by_scope
from transforms.reads import Columns
from transforms.tables.columns import NUMBER

WEEKS: Final = 26
"""Weeks that a probability is estimated from."""
FEWEST_WEEKS: Final = 8
PRIOR_CASES: Final = 20
"""Weight of the wider group in cases: with as many cases of its own, a cell counts half."""
AGES: Final = (7, 14, 28, 56)
"""Days in the stage at which the next class of age begins."""
DEALS_READ: Final[Columns] = {
    "deal_closed": ("occurred_on", "opportunity_id", "amount", "is_won"),
    "open_deal": ("occurred_on", "opportunity_id", "amount", "stage", "stage_entered_on"),
    "deal_opened": ("occurred_on", "opportunity_id"),
    "stage_exit": ("occurred_on", "opportunity_id", "stage", "stage_days"),
}
"""Columns that `deal_history` reads."""

_CELL: Final = ["stage", "age"]
_OWNER: Final = ["region", "team"]
_ORIGIN: Final = ["scope_kind", "scope", "origin"]


@dataclass(frozen=True)
class Expected:
    """Amounts that one scope may expect from deals between an origin and the period's end."""

    open_deals: float
    new_deals: float


def deal_history(facts: Mapping[str, pl.LazyFrame], as_of: date) -> pl.DataFrame:
    """Every deal with a value, and each stage it stood in, as known at the as-of date.

    Columns: opportunity_id, region, team, amount, created_on, closed_on, is_won, stage,
    entered_on, left_on. A deal without stage moves on record has one row, its stage null.
    """
    owner = [pl.col("opportunity_id", "amount"), pl.col(_OWNER).cast(pl.String)]
    day = pl.col("occurred_on")
    ended = facts["deal_closed"].filter(day <= as_of)
    standing = facts["open_deal"].filter(day <= as_of)
    closed = ended.select(*owner, day.alias("closed_on"), "is_won")
    open_ = standing.select(
        *owner, pl.lit(None, dtype=pl.Date).alias("closed_on"), pl.lit(value=False).alias("is_won")
    )
    created = facts["deal_opened"].filter(day <= as_of)
    deals = (
        pl.concat([closed, open_])
        .filter(pl.col("amount").is_not_null())
        .unique("opportunity_id", keep="first", maintain_order=True)
        .join(
            created.select("opportunity_id", day.alias("created_on")).unique("opportunity_id"),
            on="opportunity_id",
            how="left",
        )
    )
    left = facts["stage_exit"].filter((day <= as_of) & pl.col("stage_days").is_not_null())
    stays = pl.concat(
        [
            left.select(
                "opportunity_id",
                "stage",
                day.dt.offset_by(pl.format("-{}d", pl.col("stage_days"))).alias("entered_on"),
                day.alias("left_on"),
            ),
            standing.filter(
                pl.col("stage").is_not_null() & pl.col("stage_entered_on").is_not_null()
            ).select(
                "opportunity_id",
                "stage",
                pl.col("stage_entered_on").alias("entered_on"),
                pl.lit(None, dtype=pl.Date).alias("left_on"),
            ),
        ]
    )
    joined = deals.join(stays, on="opportunity_id", how="left")
    return joined.with_columns(
        pl.coalesce("entered_on", "created_on").alias("entered_on"),
        pl.when(pl.col("stage").is_null()).then("closed_on").otherwise("left_on").alias("left_on"),
    ).collect()


def expected_from_deals(
    history: pl.DataFrame, days: Days, points: Sequence[Origin]
) -> dict[Scope, list[Expected | None]]:
    """What deals are expected to bring at each origin, by scope; None where too little is known.

    The origins are those of `calendar.origins`: the as-of date first. All have as many working
    days left, so that one set of past weeks serves them all.
    """
    now = points[0]
    left, calendar_days = days.workdays(now.at, now.end), (now.end - now.at).days
    began = _recorded_since(history, now.at)
    if began is None:
        return {}
    weeks = _weeks(began, now.at)
    ends = [days.reached(week, left, calendar_days) for week in weeks]
    pairs = _pairs(points, ends)
    if pairs.is_empty():
        return {}
    rates = _rates(_outcomes(history, weeks, ends), pairs)
    open_ = _open(history, points, rates)
    new = _new(history, weeks, ends, pairs)
    return _by_scope(open_, new, sorted(set(pairs["origin"].to_list())), len(points))


def _recorded_since(history: pl.DataFrame, as_of: date) -> date | None:
    """First day whose deals are recorded with their end, whichever way it was; None without."""
    if history.is_empty():
        return None
    firsts = history.select(pl.col("entered_on", "closed_on").min()).row(0)
    return None if None in firsts else max(*firsts, as_of - LONGEST)


def _weeks(first: date, as_of: date) -> list[date]:
    """Every seventh day before the as-of date back to the first, oldest first."""
    count = max((as_of - first).days // 7, 0)
    return [as_of - timedelta(days=7 * back) for back in range(count, 0, -1)]


def _pairs(points: Sequence[Origin], ends: Sequence[date]) -> pl.DataFrame:
    """The weeks that each origin learns from: the latest whose outcome it knew."""
    rows = []
    for origin, point in enumerate(points):
        seen = [week for week, end in enumerate(ends) if end <= point.at][-WEEKS:]
        if len(seen) >= FEWEST_WEEKS:
            rows += [(origin, week, len(seen)) for week in seen]
    schema = {"origin": pl.Int64, "week": pl.Int64, "weeks": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _spread(frame: pl.DataFrame, first: pl.Series, last: pl.Series, name: str) -> pl.DataFrame:
    """One row for each number from first to before last, in a column of that name."""
    return (
        frame.with_columns(first.alias("_from"), last.alias("_to"))
        .filter(pl.col("_from") < pl.col("_to"))
        .with_columns(pl.int_ranges("_from", "_to").alias(name))
        .drop("_from", "_to")
        .explode(name)
    )


def _place(days: Sequence[date], column: pl.Series) -> pl.Series:
    """How many of the sorted days lie before each day of a column; all where it is null."""
    line = pl.Series(days, dtype=pl.Date).to_physical().to_numpy()
    values = column.to_physical().fill_null(np.iinfo(np.int32).max).to_numpy()
    return pl.Series(np.searchsorted(line, values, "left"), dtype=pl.Int64)


def _standing(history: pl.DataFrame, points: Sequence[date], name: str) -> pl.DataFrame:
    """The deals standing in a stage at the end of each day, with their class of age."""
    stays = history.filter(pl.col("entered_on").is_not_null())
    rows = _spread(
        stays, _place(points, stays["entered_on"]), _place(points, stays["left_on"]), name
    )
    at = pl.DataFrame({name: range(len(points)), "at": points}, schema_overrides={name: pl.Int64})
    days = (pl.col("at") - pl.col("entered_on")).dt.total_days()
    age = pl.sum_horizontal((days >= bound).cast(pl.Int64) for bound in AGES)
    return rows.join(at, on=name).with_columns(age.alias("age"))


def _outcomes(history: pl.DataFrame, weeks: Sequence[date], ends: Sequence[date]) -> pl.DataFrame:
    """Value that stood in each stage and class of age in each week, and what of it was won."""
    end = pl.DataFrame(
        {"week": range(len(weeks)), "end": ends}, schema_overrides={"week": pl.Int64}
    )
    is_won = pl.col("is_won") & (pl.col("closed_on") <= pl.col("end"))
    value = pl.col("amount").cast(NUMBER)
    return (
        _standing(history, weeks, "week")
        .join(end, on="week")
        .group_by("week", *_OWNER, *_CELL)
        .agg(
            value.sum().cast(NUMBER).alias("stood"),
            value.filter(is_won.fill_null(value=False)).sum().cast(NUMBER).alias("won"),
            pl.len().cast(NUMBER).alias("cases"),
        )
        .pipe(by_scope, "week", *_CELL, amounts=("stood", "won", "cases"))
    )


def _rates(outcomes: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Probability by value of each scope, origin, stage and class of age, from its own deals."""
    sides = [pl.col(name).sum() for name in ("stood", "won", "cases")]
    cells = pairs.join(outcomes, on="week").group_by(*_ORIGIN, *_CELL).agg(sides)
    stages = cells.group_by(*_ORIGIN, "stage").agg(sides)
    whole = cells.group_by(*_ORIGIN).agg(sides)
    mean = ratio(pl.col("stood"), pl.col("cases"))
    base = whole.select(
        *_ORIGIN,
        (PRIOR_CASES * mean).alias("prior"),
        ratio(pl.col("won"), pl.col("stood")).alias("rate_of_all"),
    )
    by_stage = stages.join(base, on=_ORIGIN).select(
        *_ORIGIN, "stage", "prior", _drawn("rate_of_all").alias("rate_of_stage")
    )
    rates = cells.join(by_stage, on=[*_ORIGIN, "stage"], nulls_equal=True)
    return rates.select(*_ORIGIN, *_CELL, _drawn("rate_of_stage").alias("rate"))


def _drawn(towards: str) -> pl.Expr:
    """A share drawn towards a wider one by the weight of `PRIOR_CASES` mean deals."""
    above = pl.col("won").cast(pl.Float64) + pl.col("prior") * pl.col(towards)
    return above / (pl.col("stood").cast(pl.Float64) + pl.col("prior"))


def _open(history: pl.DataFrame, points: Sequence[Origin], rates: pl.DataFrame) -> pl.DataFrame:
    """Value of the open deals × probability at each origin: scope_kind, scope, origin, amount.

    A stage and age that no week of the past has seen brings nothing.
    """
    order = sorted({point.at for point in points})
    number = pl.DataFrame(
        [(order.index(point.at), place) for place, point in enumerate(points)],
        schema={"day": pl.Int64, "origin": pl.Int64},
        orient="row",
    )
    cells = (
        _standing(history, order, "day")
        .group_by("day", *_OWNER, *_CELL)
        .agg(pl.col("amount").cast(NUMBER).sum().cast(NUMBER))
        .join(number, on="day")
    )
    rate = pl.col("rate").round(6).cast(NUMBER)
    return (
        by_scope(cells, "origin", *_CELL)
        .join(rates, on=[*_ORIGIN, *_CELL], nulls_equal=True)
        .group_by(_ORIGIN)
        .agg(product(pl.col("amount"), rate).sum().cast(NUMBER).alias("amount"))
    )


def _new(
    history: pl.DataFrame, weeks: Sequence[date], ends: Sequence[date], pairs: pl.DataFrame
) -> pl.DataFrame:
    """Mean value won of deals opened after the day: scope_kind, scope, origin, amount."""
    won = history.filter("is_won", pl.col("created_on").is_not_null()).unique("opportunity_id")
    rows = _spread(won, _place(ends, won["closed_on"]), _place(weeks, won["created_on"]), "week")
    sums = rows.group_by("week", *_OWNER).agg(pl.col("amount").cast(NUMBER).sum().cast(NUMBER))
    totals = by_scope(pairs.join(sums, on="week"), "origin", "weeks")
    mean = ratio(pl.col("amount"), pl.col("weeks"))
    return totals.select("scope_kind", "scope", "origin", mean.alias("amount"))


def _by_scope(
    open_: pl.DataFrame, new: pl.DataFrame, known: Sequence[int], count: int
) -> dict[Scope, list[Expected | None]]:
    """Put both parts side by side; a scope without deals at a known origin expects 0 of them."""
    both = open_.with_columns(pl.col("amount").cast(pl.Float64)).join(
        new.rename({"amount": "new"}), on=_ORIGIN, how="full", coalesce=True
    )
    found: dict[Scope, list[Expected | None]] = {}
    for kind, scope, origin, open_amount, new_amount in both.select(
        *_ORIGIN, "amount", "new"
    ).iter_rows():
        line = found.setdefault((kind, scope), [None] * count)
        line[origin] = Expected(open_amount or 0.0, new_amount or 0.0)
    for line in found.values():
        for origin in known:
            line[origin] = line[origin] or Expected(0.0, 0.0)
    return found
