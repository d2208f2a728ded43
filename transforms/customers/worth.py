"""What customers are worth (D-14): lifetime value by a named model, CAC, and their ratio."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from transforms.calendar import add_months
from transforms.customers.profile import CustomerBase
from transforms.customers.rules import CustomerRules
from transforms.exact import ratio
from transforms.lifetime import bg_nbd, contracts, gamma_gamma
from transforms.lifetime.contract_value import contract_values
from transforms.lifetime.contracts import ShiftedBetaGeometric, contract_tenure, fit_sbg
from transforms.lifetime.refusal import Refusal
from transforms.lifetime.value import LifetimeValues, ValueTerms, customer_values, lifetime_values
from transforms.tables.columns import MONEY, NUMBER
from transforms.tables.customers import LifetimeModel

_PURCHASES: Final = f"{bg_nbd.MODEL} + {gamma_gamma.MODEL}"
_VALUES: Final = pl.Schema(
    {
        "account_id": pl.String(),
        "probability_alive": pl.Float64(),
        "lifetime_value": pl.Float64(),
    }
)


@dataclass(frozen=True)
class Worth:
    """The model's row (`LifetimeModel`, none where no model is asked for) and its values."""

    model: pl.DataFrame
    values: pl.DataFrame
    """account_id, probability_alive, lifetime_value; empty where the model refuses."""


def customer_worth(
    base: CustomerBase, facts: Mapping[str, pl.LazyFrame], standing: pl.DataFrame, as_of: date
) -> Worth:
    """Value every customer that is not recorded as lost by the model the rules name.

    Companies without contracts: BG/NBD with Gamma-Gamma. Under contract: sBG over the time from
    the first signed contract to the recorded loss, valued by the sales of the last contract
    period. The margin is that of the window, where costs are known; else sales are valued.
    """
    rules = base.rules
    if rules.lifetime_model == "none":
        return Worth(LifetimeModel.create_empty(), pl.DataFrame(schema=_VALUES))
    terms, basis = _terms(standing, rules)
    if rules.lifetime_model == "contracts":
        found = _of_contracts(base, facts["signed_contract"], as_of, terms)
    else:
        found = _of_purchases(base, as_of, terms)
    row, values = found
    alive = standing.filter(~pl.col("is_recorded_lost")).select("account_id")
    values = (
        values.join(alive, on="account_id", how="semi")
        .with_columns(pl.col("probability_alive").round(6), pl.col("lifetime_value").round(2))
        .sort("account_id")
    )
    total = values["lifetime_value"].sum() if values["lifetime_value"].count() else None
    shared = {
        "value_basis": basis,
        "margin_share": terms.margin_share,
        "horizon_months": terms.horizon_months,
        "monthly_discount_rate": terms.monthly_discount_rate,
        "customers": values["lifetime_value"].count(),
        "total_value": total,
    }
    costs = _acquisition(facts["spend"], standing, as_of, rules)
    return Worth(_row(shared | row, costs), values)


def _row(known: Mapping[str, Any], costs: pl.DataFrame) -> pl.DataFrame:
    schema = LifetimeModel.create_empty().schema
    full = {name: [known.get(name)] for name in schema if name not in costs.columns}
    frame = pl.DataFrame(full, schema={name: schema[name] for name in full})
    value = pl.col("new_customer_value")
    return LifetimeModel.validate(
        pl.concat([frame, costs], how="horizontal")
        .with_columns(ratio(value, pl.col("cac")).alias("ltv_cac"))
        .select(schema.names()),
        cast=True,
    )


def _terms(standing: pl.DataFrame, rules: CustomerRules) -> tuple[ValueTerms, str]:
    """Terms of the value, with the margin of what has a cost where that is nearly everything."""
    sums = standing.select(
        ratio(pl.col("costed").sum(), pl.col("sales").sum()).alias("costed"),
        ratio(pl.col("profit").sum(), pl.col("costed").sum()).alias("margin"),
    ).row(0, named=True)
    is_profit = sums["costed"] is not None and sums["costed"] >= float(rules.costed_share)
    terms = ValueTerms(
        horizon_months=rules.horizon_months,
        monthly_discount_rate=float(rules.monthly_discount_rate),
        margin_share=sums["margin"] if is_profit else 1.0,
    )
    return terms, "gross_profit" if is_profit else "sales"


def _acquisition(
    spend: pl.LazyFrame, standing: pl.DataFrame, as_of: date, rules: CustomerRules
) -> pl.DataFrame:
    """Spend and new customers of the window; no spend on record is no data, not 0."""
    start = add_months(as_of, -rules.months)
    spent = (
        spend.filter(pl.col("occurred_on").is_between(start, as_of, closed="right"))
        .select(pl.col("amount").sum().cast(NUMBER), pl.len().alias("rows"))
        .select(pl.when(pl.col("rows") > 0).then("amount").alias("acquisition_spend"))
        .collect()
    )
    new = standing.select(
        (pl.col("first_ordered_on") > start).sum().cast(pl.Int64).alias("new_customers")
    )
    return pl.concat([spent, new], how="horizontal").with_columns(
        ratio(pl.col("acquisition_spend"), pl.col("new_customers")).alias("cac")
    )


def _refused(model: str, refusal: Refusal) -> tuple[dict[str, Any], pl.DataFrame]:
    row = {
        "model": model,
        "state": "refused",
        "reason": str(refusal.reason),
        "detail": refusal.detail,
    }
    return row, pl.DataFrame(schema=_VALUES)


def _of_purchases(
    base: CustomerBase, as_of: date, terms: ValueTerms
) -> tuple[dict[str, Any], pl.DataFrame]:
    orders = base.days.select("account_id", "net_amount", ordered_on="occurred_on")
    found = lifetime_values(orders, as_of, terms)
    if isinstance(found, Refusal):
        return _refused(_PURCHASES, found)
    row = {
        "model": _PURCHASES,
        "state": "ok",
        "new_customer_value": _of_a_new_customer(found, terms),
        "predicted_purchases": found.hold_out.predicted,
        "actual_purchases": found.hold_out.actual,
    }
    return row, found.values.select(_VALUES.names())


def _of_a_new_customer(found: LifetimeValues, terms: ValueTerms) -> float | None:
    """The first purchase and the repeats to expect, of a customer of whom nothing is known."""
    new = pl.DataFrame(
        {"account_id": ["new"], "frequency": [0], "recency_days": [0], "age_days": [0]}
    ).with_columns(mean_value=pl.lit(None, pl.Float64))
    repeats = customer_values(new, found.purchases, found.amounts, terms)["lifetime_value"][0]
    return None if repeats is None else found.amounts.mean_value * terms.margin_share + repeats


def _of_contracts(
    base: CustomerBase, signed: pl.LazyFrame, as_of: date, terms: ValueTerms
) -> tuple[dict[str, Any], pl.DataFrame]:
    months = base.rules.contract_months
    started = (
        signed.filter(pl.col("account_id").is_not_null())
        .group_by("account_id")
        .agg(pl.col("occurred_on").min().alias("started_on"))
        .collect()
    )
    ended = base.accounts.select("account_id", ended_on="lost_on")
    tenure = contract_tenure(
        started.join(ended, on="account_id", how="left"), as_of, period_months=months
    )
    model = fit_sbg(tenure)
    if isinstance(model, Refusal):
        return _refused(contracts.MODEL, model)
    recent = pl.col("occurred_on").is_between(add_months(as_of, -months), as_of, closed="right")
    amounts = (
        base.days.filter(recent)
        .group_by("account_id")
        .agg(pl.col("net_amount").sum().cast(MONEY).alias("period_amount"))
    )
    values = contract_values(tenure, amounts, model, terms, period_months=months)
    row = {
        "model": contracts.MODEL,
        "state": "ok",
        "new_customer_value": _of_a_new_contract(model, amounts, terms, months),
    }
    found = values.rename({"renewal_probability": "probability_alive"})
    return row, found.select(_VALUES.names())


def _of_a_new_contract(
    model: ShiftedBetaGeometric, amounts: pl.DataFrame, terms: ValueTerms, months: int
) -> float | None:
    """A first period and the renewals to expect, each at the mean amount of a period."""
    mean = amounts.select(ratio(pl.col("period_amount").sum(), pl.len())).item()
    if mean is None:
        return None
    left = model.survival(terms.horizon_months // months)
    paid = sum(
        share / (1 + terms.monthly_discount_rate) ** (months * period)
        for period, share in enumerate(left)
    )
    return float(mean * terms.margin_share * paid)
