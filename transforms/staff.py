"""The team itself (D-25): how new hires come up to speed, and where training is missing."""

from collections.abc import Mapping
from datetime import date, timedelta
from math import sqrt
from typing import Any, Final

import polars as pl

from transforms.calendar import add_months, period_end
from transforms.exact import ratio
from transforms.reads import Columns
from transforms.tables.columns import NUMBER
from transforms.tables.staff import NewHireRamp, TrainingGap

FACTS_READ: Final[Columns] = {"sale": ("occurred_on", "net_amount")}
"""Columns that `new_hire_ramp` reads."""
RAMP_MONTHS: Final = 12
"""Months that a new hire is followed, and after which a rep counts as tenured."""

QUALITY: Final = ("discovery_depth", "proposal_quality")
VOLUME: Final = "effective_visits"
MINIMUM_CASES: Final = 5
"""Fewer say nothing, whatever their interval."""
_Z: Final = 1.96
"""Of a two-sided interval of 95 %: lower than that is no chance of few cases."""


def new_hire_ramp(
    facts: Mapping[str, pl.LazyFrame], assignment: pl.DataFrame, as_of: date
) -> pl.DataFrame:
    """Hold each new hire's sales against those of tenured reps of the team (`NewHireRamp`).

    One row per rep who joined within twelve months and closed calendar month after the one of
    joining: sales, the average of the team's tenured reps (12 months or longer) in the same month,
    so that the season is the same, and the share. Null where the team has no tenured rep.
    """
    ends = [month for back in range(RAMP_MONTHS + 1) if (month := _month(as_of, back))[1] <= as_of]
    months = pl.DataFrame(
        ends[:RAMP_MONTHS], schema={"month_start": pl.Date, "month_end": pl.Date}, orient="row"
    )
    there = (pl.col("valid_from") <= pl.col("month_end")) & (
        pl.col("valid_to").is_null() | (pl.col("valid_to") >= pl.col("month_end"))
    )
    spots = assignment.filter(pl.col("joined_on").is_not_null()).join(months, how="cross")
    spots = spots.filter(there).unique(["rep_id", "month_start"], keep="last", maintain_order=True)
    joined = pl.col("joined_on").dt.month_start()
    spots = spots.with_columns(
        _months_between(joined, pl.col("month_start")).alias("tenure_months")
    )
    sold = _sold(facts, months)
    known = spots.join(sold, on=["rep_id", "month_start"], how="left").with_columns(
        pl.col("sales").fill_null(0).cast(NUMBER)
    )
    tenured = (
        known.filter(pl.col("tenure_months") > RAMP_MONTHS)
        .group_by("team", "month_start")
        .agg(
            pl.col("sales").sum().cast(NUMBER).alias("tenured_sales"),
            pl.len().cast(pl.Int64).alias("tenured_heads"),
        )
    )
    average = ratio(pl.col("tenured_sales"), pl.col("tenured_heads"))
    newest = months["month_start"].max()
    still_new = known.filter(
        (pl.col("month_start") == pl.lit(newest)) & (pl.col("tenure_months") <= RAMP_MONTHS)
    ).select("rep_id")
    frame = (
        known.filter(pl.col("tenure_months") >= 1)
        .join(still_new, on="rep_id", how="semi")
        .join(tenured, on=["team", "month_start"], how="left")
        .with_columns(average.alias("tenured_average"))
        .with_columns(
            ratio(pl.col("sales") * pl.col("tenured_heads"), pl.col("tenured_sales")).alias(
                "share"
            ),
            pl.col("rep_name").fill_null(pl.col("rep_id")),
            pl.col("tenured_heads").fill_null(0),
        )
        .select(NewHireRamp.column_names())
        .sort("joined_on", "rep_id", "month_start", descending=[True, False, False])
    )
    return NewHireRamp.validate(frame, cast=True)


def training_gaps(values: pl.DataFrame, assignment: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """List where process quality is low in the quarter (`TrainingGap`), the largest gap first.

    A rep is held against the team's level, a team against the company's: a share by its 95 %
    interval (Wilson 1927), visits by that of a count, so that few
    cases are a gap only where it is large.
    """
    rows = values.filter(
        (pl.col("period_kind") == "qtd")
        & pl.col("metric").is_in([*QUALITY, VOLUME])
        & pl.col("state").is_in(["ok", "too_few_cases"])
        & (pl.col("n") >= MINIMUM_CASES)
        & pl.col("scope_kind").is_in(["company", "team", "rep"])
    ).to_dicts()
    now = assignment.filter(
        (pl.col("valid_from") <= as_of)
        & (pl.col("valid_to").is_null() | (pl.col("valid_to") >= as_of))
    ).to_dicts()
    team_of = {row["rep_id"]: row["team"] for row in now}
    heads: dict[str, int] = {}
    for team in team_of.values():
        heads[team] = heads.get(team, 0) + 1
    level = {(row["metric"], row["scope_kind"], row["scope"]): row for row in rows}
    found = [
        gap
        for row in rows
        if row["scope_kind"] != "company" and (gap := _gap(row, level, team_of, heads))
    ]
    frame = pl.DataFrame(found, schema=TrainingGap.create_empty().schema)
    order = ["scope_kind", pl.col("value") / pl.col("level"), "scope", "metric"]
    return TrainingGap.validate(frame).sort(order, descending=[True, False, False, False])


def _gap(
    row: Mapping[str, Any],
    level: Mapping[tuple[str, str, str], Mapping[str, Any]],
    team_of: Mapping[str, str],
    heads: Mapping[str, int],
) -> dict[str, Any] | None:
    """The gap of a row to its level; None where it is none."""
    is_rep = row["scope_kind"] == "rep"
    team = str(team_of.get(row["scope"], "")) if is_rep else str(row["scope"])
    owner = ("team", team) if is_rep else ("company", "company")
    above = level.get((row["metric"], *owner))
    if above is None or team not in heads or (is_rep and heads[team] == 1):
        return None
    if row["metric"] == VOLUME:
        own_heads, all_heads = (1, heads[team]) if is_rep else (heads[team], sum(heads.values()))
        count = float(row["numerator"])
        value, held = count / own_heads, float(above["numerator"]) / all_heads
        upper = (count + _Z * sqrt(count)) / own_heads
    else:
        value, held = float(row["value"]), float(above["value"])
        upper = wilson_upper(value, float(row["denominator"]))
    if upper >= held:
        return None
    return {
        "scope_kind": row["scope_kind"],
        "scope": row["scope"],
        "metric": row["metric"],
        "team": team,
        "value": value,
        "level": held,
        "upper": upper,
        "n": row["n"],
    }


def wilson_upper(share: float, cases: float) -> float:
    """Upper end of the 95 % interval of a share of so many cases (Wilson 1927).

    >>> round(wilson_upper(0.5, 100), 4)
    0.5962
    """
    square = _Z * _Z
    middle = share + square / (2 * cases)
    spread = _Z * sqrt(share * (1 - share) / cases + square / (4 * cases * cases))
    return (middle + spread) / (1 + square / cases)


def _month(as_of: date, back: int) -> tuple[date, date]:
    start = add_months((as_of + timedelta(days=1)).replace(day=1), -back)
    return start, period_end(start, "month")


def _months_between(earlier: pl.Expr, later: pl.Expr) -> pl.Expr:
    years = later.dt.year().cast(pl.Int64) - earlier.dt.year().cast(pl.Int64)
    return years * 12 + later.dt.month().cast(pl.Int64) - earlier.dt.month().cast(pl.Int64)


def _sold(facts: Mapping[str, pl.LazyFrame], months: pl.DataFrame) -> pl.DataFrame:
    """Net sales by rep and month, over the months asked for."""
    if months.is_empty():
        return pl.DataFrame(schema={"rep_id": pl.String, "month_start": pl.Date, "sales": NUMBER})
    first, last = min(months["month_start"].to_list()), max(months["month_end"].to_list())
    return (
        facts["sale"]
        .filter(pl.col("occurred_on").is_between(first, last))
        .group_by(
            pl.col("rep").cast(pl.String).alias("rep_id"),
            pl.col("occurred_on").dt.month_start().alias("month_start"),
        )
        .agg(pl.col("net_amount").sum().cast(NUMBER).alias("sales"))
        .collect()
    )
