"""The customers that the lifetime model values, as a fact that the metric `ltv` is formed of."""

from datetime import date

import polars as pl

from transforms.scopes import COMPANY, UNASSIGNED
from transforms.tables.columns import NUMBER
from transforms.tables.facts import CustomerValue


def customer_value(profile: pl.DataFrame, regions: pl.DataFrame, as_of: date) -> pl.LazyFrame:
    """Give the customers with a lifetime value their scopes (`CustomerValue`).

    `profile` is `CustomerProfile`; `regions` have team and region. A customer belongs to the team
    and rep of its last order. Without rows where the model refuses: then `ltv` has no value.
    """
    valued = profile.filter(
        (pl.col("scope_kind") == COMPANY) & pl.col("lifetime_value").is_not_null()
    )
    rows = valued.join(
        regions.unique("team", keep="first", maintain_order=True),
        on="team",
        how="left",
        maintain_order="left",
    ).select(
        pl.lit(as_of).alias("occurred_on"),
        pl.col("region").fill_null(UNASSIGNED),
        "team",
        "rep",
        *(pl.lit(UNASSIGNED).alias(name) for name in ("product_line", "channel")),
        "account_id",
        pl.col("lifetime_value").round(2).cast(NUMBER),
    )
    return CustomerValue.validate(rows, cast=True).lazy()
