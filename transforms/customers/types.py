"""RFM plus (D-11): value × potential gives strategic, profit, nurture and maintain."""

from decimal import Decimal
from typing import Final

import polars as pl

from transforms.customers.days import SCOPE
from transforms.customers.rules import CustomerRules
from transforms.exact import ratio
from transforms.tables.columns import MONEY, MONEY_SCALE, NUMBER

_INPUTS: Final = ("weighted_pipeline", "growth", "need_complexity", "decision_chain_length")


def typed(scoped: pl.DataFrame, open_deals: pl.LazyFrame, rules: CustomerRules) -> pl.DataFrame:
    """Add value, potential, their inputs and the type of every customer, per scope.

    value_distance and potential_distance say how far from the two borders it lies, 0 to 1.

    Typed are the customers that are not lost, and the prospects with an open deal. `open_deals`
    are rows of the fact `open_deal` at the same day as the standing.
    """
    pipeline = (
        open_deals.filter(pl.col("account_id").is_not_null())
        .group_by("account_id")
        .agg(
            pl.len().alias("open_deals"),
            pl.col("weighted_amount").sum().cast(NUMBER).alias("weighted_pipeline"),
            pl.col("weighted_amount").count().alias("weighted_deals"),
        )
        .collect()
    )
    is_known = pl.col("weighted_deals").sum().over(SCOPE) > 0
    frame = scoped.join(pipeline, on="account_id", how="left").with_columns(
        pl.when(is_known).then(pl.col("weighted_pipeline").fill_null(0)).cast(NUMBER),
        pl.when(pl.col("earlier_sales") > 0)
        .then(ratio(pl.col("sales"), pl.col("earlier_sales")) - 1)
        .alias("growth"),
        (~pl.col("is_lost") & (~pl.col("is_prospect") | pl.col("open_deals").is_not_null())).alias(
            "is_typed"
        ),
    )
    return with_type(_with_potential(_with_value(frame, rules), rules))


def _with_value(frame: pl.DataFrame, rules: CustomerRules) -> pl.DataFrame:
    """High value: the largest customers that make up 80 %; equal values are treated alike."""
    share = ratio(pl.col("costed").sum(), pl.col("sales").sum()).over(SCOPE)
    is_profit = (share >= float(rules.costed_share)).fill_null(value=False)
    part, whole = rules.value_share.as_integer_ratio()
    units = (pl.col("value") * 10**MONEY_SCALE).cast(pl.Int64).clip(lower_bound=0)
    return (
        frame.with_columns(
            pl.when(is_profit)
            .then(pl.lit("gross_profit"))
            .otherwise(pl.lit("sales"))
            .alias("value_basis"),
            pl.when("is_typed")
            .then(pl.when(is_profit).then("profit").otherwise("sales"))
            .cast(MONEY)
            .alias("value"),
        )
        .with_columns(units.alias("units"))
        .sort("units", "account_id", descending=[True, False], nulls_last=True)
        .with_columns((pl.col("units").cum_sum() - pl.col("units")).over(SCOPE).alias("above"))
        .with_columns(
            (
                (pl.col("units") > 0)
                & (
                    pl.col("above").min().over(*SCOPE, "units") * whole
                    < pl.col("units").sum().over(SCOPE) * part
                )
            ).alias("is_high_value"),
            _share_distance(
                pl.col("above").min().over(*SCOPE, "units"),
                pl.col("units").sum().over(SCOPE),
                rules.value_share,
            ).alias("value_distance"),
        )
    )


def _share_distance(above: pl.Expr, whole: pl.Expr, border: Decimal) -> pl.Expr:
    """How far from the border of value a customer lies, as a share of the value of all."""
    part, unit = border.as_integer_ratio()
    scaled = (above * unit - whole * part).abs().cast(pl.Float64)
    return pl.when(whole > 0).then(scaled / (whole * unit).cast(pl.Float64))


def _with_potential(frame: pl.DataFrame, rules: CustomerRules) -> pl.DataFrame:
    """High potential: at or above the median; those who share the lowest value of all are not."""
    upwards = {"decision_chain_length": rules.is_long_chain_potential}
    places = [
        _percentile(name, is_up=upwards.get(name, True)).over(SCOPE).alias(f"{name}_place")
        for name in _INPUTS
    ]
    columns = [f"{name}_place" for name in _INPUTS]
    potential = pl.col("potential")
    return (
        frame.with_columns(places)
        .with_columns(
            pl.sum_horizontal(pl.col(name).is_not_null() for name in columns)
            .cast(pl.Int64)
            .alias("potential_inputs"),
            pl.mean_horizontal(columns).alias("potential"),
        )
        .with_columns(
            (
                (potential >= potential.median().over(SCOPE))
                & (potential > potential.min().over(SCOPE))
            ).alias("is_high_potential"),
            (potential - potential.median().over(SCOPE)).abs().alias("potential_distance"),
        )
    )


def _percentile(name: str, *, is_up: bool) -> pl.Expr:
    """Place of a value among those of the typed customers, 0 to 1; equal values share it."""
    value = pl.when("is_typed").then(name).cast(pl.Float64)
    lowest = value.rank("min", descending=not is_up).cast(pl.Float64)
    highest = value.rank("max", descending=not is_up).cast(pl.Float64)
    return (lowest + highest - 1) / (2 * value.count().cast(pl.Float64))


def with_type(frame: pl.DataFrame) -> pl.DataFrame:
    """Give every customer the type of its two sides, or the one set by hand."""
    value, potential = pl.col("is_high_value"), pl.col("is_high_potential")
    ruled = (
        pl.when(value & potential)
        .then(pl.lit("strategic"))
        .when(value & ~potential)
        .then(pl.lit("profit"))
        .when(~value & potential)
        .then(pl.lit("nurture"))
        .when(~value & ~potential)
        .then(pl.lit("maintain"))
    )
    by_hand = pl.when("is_typed").then("type_override")
    return frame.with_columns(
        by_hand.fill_null(ruled).alias("customer_type"),
        pl.when(by_hand.is_not_null())
        .then(pl.lit("manual"))
        .when(ruled.is_not_null())
        .then(pl.lit("rule"))
        .alias("type_source"),
    )
