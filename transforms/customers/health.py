"""Customer health (D-13): a score with its coverage, its fall, and what is proposed."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import polars as pl

from transforms.customers.health_inputs import health_inputs
from transforms.customers.rules import HEALTH_INPUTS, CustomerRules
from transforms.tables.customers import CustomerHealth

_DIGITS: Final = 9
"""Decimals that count when a score is compared with a limit: 0.7 − 0.6 is a fall of 0.1."""
_PROPOSALS: Final = {
    "usage": "service_package",
    "satisfaction": "service_package",
    "trend": "service_package",
    "renewal": "renewal_offer",
    "payment": "renewal_offer",
}
"""增值服务包 where use, service or orders fall, 续约优惠 where renewal or payment does."""


def customer_health(
    customers: pl.DataFrame,
    records: Mapping[str, pl.DataFrame],
    surveys: pl.DataFrame,
    days: pl.DataFrame,
    as_of: date,
    rules: CustomerRules,
) -> pl.DataFrame:
    """Score every customer that is not lost (`CustomerHealth`), lowest health first.

    `customers` have account_id, account_name, team, sales, is_prospect and is_lost. The score is
    the weighted mean of the inputs present; missing ones lower the coverage and count for
    nothing else. The fall is measured over the inputs present at both days.
    """
    earlier = as_of - timedelta(weeks=rules.fall_weeks)
    frame = customers.filter(~pl.col("is_prospect") & ~pl.col("is_lost")).select(
        "account_id", "account_name", "team", "sales"
    )
    for day, suffix in ((as_of, ""), (earlier, "_before")):
        for scores in health_inputs(records, surveys, days, day, rules):
            name = scores.columns[1]
            renamed = scores.rename({name: f"{name}{suffix}"})
            frame = frame.join(renamed, on="account_id", how="left")
    now, before = list(HEALTH_INPUTS), [f"{name}_before" for name in HEALTH_INPUTS]
    weights = [float(rules.health_weights[name]) for name in HEALTH_INPUTS]
    both = [
        pl.col(one).is_not_null() & pl.col(other).is_not_null()
        for one, other in zip(now, before, strict=True)
    ]
    common: list[list[pl.Expr]] = [
        [pl.when(present).then(name) for present, name in zip(both, names, strict=True)]
        for names in (now, before)
    ]
    frame = frame.with_columns(
        (_present(now, weights) / sum(weights)).alias("coverage"),
        _mean([pl.col(name) for name in now], weights).alias("health"),
        _mean(common[1], weights).alias("health_before"),
        (_mean(common[0], weights) - _mean(common[1], weights)).round(_DIGITS).alias("change"),
        _fell_most(common, weights).alias("cause"),
    )
    return CustomerHealth.validate(
        _judged(frame, rules)
        .select(CustomerHealth.column_names())
        .sort("health", "account_id", nulls_last=True),
        cast=True,
    )


def _present(names: Sequence[str], weights: Sequence[float]) -> pl.Expr:
    return pl.sum_horizontal(
        pl.col(name).is_not_null().cast(pl.Float64) * weight
        for name, weight in zip(names, weights, strict=True)
    )


def _mean(scores: Sequence[pl.Expr], weights: Sequence[float]) -> pl.Expr:
    """Weighted mean of the scores present; null where there is none."""
    pairs = list(zip(scores, weights, strict=True))
    total = pl.sum_horizontal(score.is_not_null().cast(pl.Float64) * w for score, w in pairs)
    return pl.when(total > 0).then(
        pl.sum_horizontal(score.fill_null(0.0) * w for score, w in pairs) / total
    )


def _fell_most(common: list[list[pl.Expr]], weights: Sequence[float]) -> pl.Expr:
    """Name the input whose weighted score fell most; null where none fell."""
    falls = [
        ((before - now) * weight).round(_DIGITS).fill_null(0.0)
        for now, before, weight in zip(*common, weights, strict=True)
    ]
    largest = pl.max_horizontal(falls)
    found = pl.lit(None, dtype=pl.String)
    for name, fall in reversed(list(zip(HEALTH_INPUTS, falls, strict=True))):
        found = pl.when((fall == largest) & (fall > 0)).then(pl.lit(name)).otherwise(found)
    return found


def _judged(frame: pl.DataFrame, rules: CustomerRules) -> pl.DataFrame:
    covered = pl.col("coverage").round(_DIGITS) >= float(rules.coverage)
    health = pl.col("health").round(_DIGITS)
    is_warning = covered & (pl.col("change") <= -float(rules.fall))
    return frame.with_columns(
        pl.when(~covered)
        .then(pl.lit("grey"))
        .when(health >= float(rules.health_green))
        .then(pl.lit("green"))
        .when(health >= float(rules.health_yellow))
        .then(pl.lit("yellow"))
        .otherwise(pl.lit("red"))
        .alias("light"),
        is_warning.fill_null(value=False).alias("is_warning"),
    ).with_columns(
        pl.when("is_warning")
        .then(pl.col("cause").replace_strict(_PROPOSALS, default=None, return_dtype=pl.String))
        .alias("proposal")
    )
