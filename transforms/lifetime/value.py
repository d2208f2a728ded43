"""Lifetime value of every customer, from a model that has proved itself on a period held out."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import dataframely as dy
import numpy as np
import polars as pl

from transforms.lifetime.bg_nbd import MODEL, BgNbd, fit_bg_nbd
from transforms.lifetime.gamma_gamma import GammaGamma, fit_gamma_gamma
from transforms.lifetime.history import customer_history
from transforms.lifetime.refusal import FitLimits, Reason, Refusal
from transforms.tables import columns as c

MONTH_DAYS: Final = 365.25 / 12


class CustomerValue(dy.Schema):
    """One row per customer: what to expect of them over the horizon, from the day asked."""

    account_id = c.key("Customer")
    frequency = dy.Int64(nullable=False, min=0, description="Days with a purchase after the first")
    probability_alive = dy.Float64(nullable=False, min=0, max=1, description="Has not left")
    expected_purchases = dy.Float64(nullable=True, min=0, description="Over the horizon")
    expected_value = dy.Float64(nullable=True, description="Of one purchase")
    lifetime_value = dy.Float64(nullable=True, description="Over the horizon, discounted")


@dataclass(frozen=True)
class ValueTerms:
    """What a lifetime value is reckoned over."""

    horizon_months: int = 36
    monthly_discount_rate: float = 0.01
    """As a fraction; purchases of a month are discounted from its end."""
    margin_share: float = 1.0
    """Share of the net amount that counts as value; 1 gives a value of sales, not of margin."""
    holdout_days: int = 182
    """Length of the last period, kept back from a first fit to test its forecast."""


@dataclass(frozen=True)
class HoldOut:
    """A forecast made without knowing the period it is for, and what came of it."""

    calibrated_on: date
    days: int
    predicted: float
    actual: int

    @property
    def error_share(self) -> float:
        """Forecast over actual, less one."""
        return self.predicted / self.actual - 1


@dataclass(frozen=True)
class LifetimeValues:
    """Values of all customers, the models they come from, and their test."""

    purchases: BgNbd
    amounts: GammaGamma
    hold_out: HoldOut
    values: dy.DataFrame[CustomerValue]


def lifetime_values(
    orders: pl.DataFrame,
    as_of: date,
    terms: ValueTerms | None = None,
    limits: FitLimits | None = None,
) -> LifetimeValues | Refusal:
    """Value every customer of orders (account_id, ordered_on, net_amount), or refuse."""
    terms, limits = terms or ValueTerms(), limits or FitLimits()
    tested = hold_out(orders, as_of, terms.holdout_days, limits)
    if isinstance(tested, Refusal):
        return tested
    history = customer_history(orders, as_of)
    sample = evenly(history, limits.fitted_customers)
    purchases = fit_bg_nbd(sample, limits=limits)
    if isinstance(purchases, Refusal):
        return purchases
    amounts = fit_gamma_gamma(sample, limits)
    if isinstance(amounts, Refusal):
        return amounts
    values = customer_values(history, purchases, amounts, terms)
    return LifetimeValues(purchases, amounts, tested, values)


def evenly(history: pl.DataFrame, most: int) -> pl.DataFrame:
    """Every second, third … customer by number, so that at most so many are left.

    >>> import polars as pl
    >>> evenly(pl.DataFrame({"account_id": ["d", "a", "c", "b", "e"]}), 3)["account_id"].to_list()
    ['a', 'c', 'e']
    """
    step = -(-history.height // most)
    return history if step <= 1 else history.sort("account_id").gather_every(step)


def hold_out(
    orders: pl.DataFrame, as_of: date, days: int, limits: FitLimits | None = None
) -> HoldOut | Refusal:
    """Fit on what was known `days` ago and compare the purchases since with the forecast.

    The customers are those known then: purchases of new ones are not in either figure.
    """
    limits = limits or FitLimits()
    calibrated_on = as_of - timedelta(days=days)
    before = customer_history(orders, calibrated_on)
    model = fit_bg_nbd(evenly(before, limits.fitted_customers), limits=limits)
    if isinstance(model, Refusal):
        return model
    since = (
        customer_history(orders, as_of)
        .join(before.select("account_id", before="frequency"), on="account_id")
        .select((pl.col("frequency") - pl.col("before")).sum())
        .item()
    )
    if since == 0:
        return Refusal(
            MODEL,
            Reason.NO_REPEAT_PURCHASES,
            f"最近 {days} 天没有复购 / no customer bought again in the last {days} days",
        )
    predicted = float(model.expected_purchases(before, days).sum())
    tested = HoldOut(calibrated_on, days, predicted, since)
    if not abs(tested.error_share) <= limits.forecast_error:
        return Refusal(
            MODEL,
            Reason.DOES_NOT_FORECAST,
            f"最近 {days} 天预测购买 {predicted:.0f} 次，实际 {since} 次，误差上限 "
            f"{limits.forecast_error:.0%} / forecast {predicted:.0f} purchases for the last {days} "
            f"days, actual {since}, limit of the error {limits.forecast_error:.0%}",
        )
    return tested


def customer_values(
    history: pl.DataFrame, purchases: BgNbd, amounts: GammaGamma, terms: ValueTerms
) -> dy.DataFrame[CustomerValue]:
    """Discount the purchases expected month by month, at each customer's expected value."""
    state = ["frequency", "recency_days", "age_days"]
    states = history.select(state).unique().sort(state)
    done = np.zeros(states.height)
    discounted = np.zeros(states.height)
    for month in range(1, terms.horizon_months + 1):
        by_then = purchases.expected_purchases(states, month * MONTH_DAYS).to_numpy()
        discounted += (by_then - done) / (1 + terms.monthly_discount_rate) ** month
        done = by_then
    states = states.with_columns(
        purchases.probability_alive(states),
        pl.Series("expected_purchases", done),
        pl.Series("discounted", discounted),
    )
    valued = (
        history.with_columns(amounts.expected_value(history))
        .join(states, on=state, how="left")
        .with_columns(pl.col("expected_purchases", "discounted").fill_nan(None))
        .with_columns(
            (pl.col("discounted") * pl.col("expected_value") * terms.margin_share).alias(
                "lifetime_value"
            )
        )
    )
    return CustomerValue.validate(
        valued.select(CustomerValue.column_names()).sort("account_id"), cast=True
    )
