"""What customers bought, by day: the one pass over the order lines that all else starts from."""

from typing import Final

import polars as pl

from transforms.scopes import COMPANY, UNASSIGNED
from transforms.tables.columns import MONEY

SCOPE: Final = ("scope_kind", "scope")
BOUGHT: Final = pl.col("orders") > 0
"""Days with a sale: returns alone are no purchase."""


def customer_days(sales: pl.LazyFrame) -> pl.DataFrame:
    """Add up the fact `sale` by customer and day; lines without customer are left out.

    The result has account_id, occurred_on, orders (documents of the kind sale), net_amount,
    margin_amount (of lines whose cost is known) and costed_amount (net, of the same lines),
    sorted by customer and day.
    """
    is_sale = pl.col("document_kind") == "sale"
    is_costed = pl.col("margin_amount").is_not_null()
    return (
        sales.filter(pl.col("account_id").is_not_null())
        .group_by("account_id", "occurred_on", "order_id")
        .agg(
            is_sale.any().alias("is_order"),
            pl.col("net_amount").sum(),
            pl.col("margin_amount").sum(),
            pl.col("net_amount").filter(is_costed).sum().alias("costed_amount"),
        )
        .group_by("account_id", "occurred_on")
        .agg(
            pl.col("is_order").sum().cast(pl.Int64).alias("orders"),
            pl.col("net_amount", "margin_amount", "costed_amount").sum().cast(MONEY),
        )
        .sort("account_id", "occurred_on")
        .collect()
    )


def homes(
    sales: pl.LazyFrame, days: pl.DataFrame, accounts: pl.DataFrame, assignments: pl.DataFrame
) -> pl.DataFrame:
    """Give every customer one team and rep: those of its last order, else those of its owner.

    Everything about a customer is shown to that team, and no other. The result has account_id,
    team and rep, sorted; a prospect whose owner has no assignment is 未分配.
    """
    last = days.filter(BOUGHT).group_by("account_id").agg(pl.col("occurred_on").max())
    sold = (
        sales.filter(pl.col("document_kind") == "sale")
        .join(last.lazy(), on=["account_id", "occurred_on"], how="semi")
        .select("account_id", "order_id", pl.col("team", "rep").cast(pl.String))
        .unique()
        .sort("order_id", "team", "rep")
        .group_by("account_id", maintain_order=True)
        .agg(pl.col("team", "rep").last())
        .collect()
    )
    owners = (
        assignments.sort("rep_id", "valid_from")
        .group_by("rep_id", maintain_order=True)
        .agg(pl.col("team").last())
    )
    owned = (
        accounts.join(owners, left_on="owner_rep_id", right_on="rep_id", how="left")
        .join(sold, on="account_id", how="anti")
        .select(
            "account_id",
            pl.col("team").fill_null(UNASSIGNED),
            pl.col("owner_rep_id").fill_null(UNASSIGNED).alias("rep"),
        )
    )
    others = (
        days.select("account_id")
        .unique()
        .join(pl.concat([sold, owned]), on="account_id", how="anti")
        .with_columns(team=pl.lit(UNASSIGNED), rep=pl.lit(UNASSIGNED))
    )
    return pl.concat([sold, owned, others]).sort("account_id")


def in_scopes(customers: pl.DataFrame) -> pl.DataFrame:
    """Repeat the rows of customers (with their `team`) for the company and for that team."""
    teams = customers.with_columns(pl.lit("team").alias("scope_kind"), scope=pl.col("team"))
    company = customers.with_columns(
        pl.lit(COMPANY).alias("scope_kind"), pl.lit(COMPANY).alias("scope")
    )
    return pl.concat([company, teams])
