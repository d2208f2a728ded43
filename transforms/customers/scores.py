"""RFM scores (D-10): recency, frequency and monetary value in fifths."""

import polars as pl

from transforms.customers.days import SCOPE
from transforms.customers.rules import CustomerRules

_FIFTHS = 5


def fifth(column: pl.Expr, *, descending: bool = False) -> pl.Expr:
    """Score 1 to 5 by the place of a value among the others; equal values share a score.

    A value stands in the middle of those equal to it: of n values, b below it and e equal to it
    (itself included) it lies at (2b + e) / 2n, and its score is five times that, rounded up. With
    distinct values that is the usual fifths; a value that all share scores 3. Null stays null.

    >>> import polars as pl
    >>> orders = pl.DataFrame({"orders": [1, 1, 1, 1, 2, 3, 5, 8, 8, 21]})
    >>> orders.select(fifth(pl.col("orders")))["orders"].to_list()
    [1, 1, 1, 1, 3, 3, 4, 4, 4, 5]
    """
    lowest = column.rank("min", descending=descending).cast(pl.Int64)
    highest = column.rank("max", descending=descending).cast(pl.Int64)
    twice = lowest + highest - 1
    n = 2 * column.count().cast(pl.Int64)
    return (twice * _FIFTHS + n - 1) // n


def rfm_scores(scoped: pl.DataFrame, rules: CustomerRules) -> pl.DataFrame:
    """Add recency_score, frequency_score, monetary_score and rfm_state, per scope.

    Prospects have none (no_data). Where a scope has fewer customers than the rules ask for,
    nobody is scored: too_few_cases.
    """
    is_customer = ~pl.col("is_prospect")
    enough = is_customer.sum().over(SCOPE) >= rules.scored_from
    names = {
        "recency_score": fifth(pl.col("recency_days"), descending=True),
        "frequency_score": fifth(pl.when(is_customer).then("orders")),
        "monetary_score": fifth(pl.when(is_customer).then("sales").cast(pl.Float64)),
    }
    return scoped.with_columns(
        *(pl.when(enough).then(score.over(SCOPE)).alias(name) for name, score in names.items()),
        pl.when("is_prospect")
        .then(pl.lit("no_data"))
        .when(enough)
        .then(pl.lit("ok"))
        .otherwise(pl.lit("too_few_cases"))
        .alias("rfm_state"),
    )
