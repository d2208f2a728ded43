"""Lifetime value of customers under contract: the renewals to expect of them, discounted."""

import dataframely as dy
import polars as pl

from transforms.lifetime.contracts import ShiftedBetaGeometric
from transforms.lifetime.value import ValueTerms
from transforms.tables import columns as c


class ContractValue(dy.Schema):
    """One row per running contract: what to expect over the horizon, from the day asked."""

    account_id = c.key("Customer")
    renewals = dy.Int64(nullable=False, min=0, description="So far")
    renewal_probability = dy.Float64(nullable=False, min=0, max=1, description="Of the next")
    expected_renewals = dy.Float64(nullable=False, min=0, description="Over the horizon")
    lifetime_value = dy.Float64(nullable=True, description="Over the horizon, discounted")


def contract_values(
    tenure: pl.DataFrame,
    amounts: pl.DataFrame,
    model: ShiftedBetaGeometric,
    terms: ValueTerms,
    *,
    period_months: int = 12,
) -> dy.DataFrame[ContractValue]:
    """Value the running contracts of a tenure; `amounts` has account_id and period_amount.

    The running period is paid for and counts no more. Each renewal within the horizon brings a
    period's amount on its day. A customer without amount has no value, not a value of 0.
    """
    running = (
        tenure.filter(~pl.col("is_lost"))
        .select("account_id", pl.col("periods").alias("renewals"), "months_to_renewal")
        .with_columns(pl.lit(1.0).alias("there"), expected=pl.lit(0.0), discounted=pl.lit(0.0))
    )
    valued = running.with_columns(model.renewal_probability(running["renewals"]))
    for ahead in range(terms.horizon_months // period_months + 1):
        renews = model.renewal_probability(running["renewals"] + ahead)
        month = pl.col("months_to_renewal") + ahead * period_months
        counts = (month <= terms.horizon_months).cast(pl.Float64) * pl.col("there")
        discount = (1 + terms.monthly_discount_rate) ** month.cast(pl.Float64)
        valued = valued.with_columns(there=pl.col("there") * renews).with_columns(
            expected=pl.col("expected") + counts,
            discounted=pl.col("discounted") + counts / discount,
        )
    value = pl.col("discounted") * pl.col("period_amount").cast(pl.Float64) * terms.margin_share
    return ContractValue.validate(
        valued.join(amounts.select("account_id", "period_amount"), on="account_id", how="left")
        .select(
            "account_id",
            "renewals",
            "renewal_probability",
            pl.col("expected").alias("expected_renewals"),
            value.alias("lifetime_value"),
        )
        .sort("account_id"),
        cast=True,
    )
