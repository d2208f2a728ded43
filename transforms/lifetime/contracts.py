"""Shifted beta-geometric (sBG): how long customers under contract renew (Fader, Hardie 2007).

At the end of each period a customer lapses with a probability of their own (beta with α, β). Those
likely to lapse go first, so the renewal rate of a cohort rises with its age.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import dataframely as dy
import numpy as np
import polars as pl

from transforms.lifetime.optimum import Vector, maximise
from transforms.lifetime.refusal import FitLimits, Reason, Refusal, too_few
from transforms.tables import columns as c

MODEL: Final = "sBG"


class ContractTenure(dy.Schema):
    """One row per customer under contract, as of a day."""

    account_id = c.key("Customer")
    periods = dy.Int64(
        nullable=False,
        min=0,
        description="Period at whose end the customer was lost, else renewals so far",
    )
    is_lost = dy.Bool(nullable=False, description="Whether the contract has ended")
    months_to_renewal = dy.Int64(
        nullable=True, min=1, description="Until the next renewal; null once lost"
    )


def contract_tenure(
    contracts: pl.DataFrame, as_of: date, *, period_months: int = 12
) -> dy.DataFrame[ContractTenure]:
    """Count the periods of contracts (account_id, started_on, ended_on), one row a customer.

    A contract that ended within a period, or on its last day, did not renew at the end of it. Those
    that start after the day asked are left out; one that ends later is still running.
    """
    is_lost = (pl.col("ended_on") <= as_of).fill_null(value=False)
    until = pl.when("is_lost").then("ended_on").otherwise(as_of)
    tenure = (
        contracts.filter(pl.col("account_id").is_not_null() & (pl.col("started_on") <= as_of))
        .with_columns(is_lost.alias("is_lost"))
        .with_columns(until.alias("until"))
        .with_columns(_full_months("started_on", "until").alias("months"))
        .with_columns((pl.col("months") // period_months).alias("full"))
    )
    renewed_on = pl.col("started_on").dt.offset_by(
        pl.format("{}mo", pl.col("full") * period_months)
    )
    lost_after = (pl.col("full") + (renewed_on < pl.col("until")).cast(pl.Int64)).clip(1)
    return ContractTenure.validate(
        tenure.select(
            "account_id",
            pl.when("is_lost").then(lost_after).otherwise("full").alias("periods"),
            "is_lost",
            pl.when(~pl.col("is_lost"))
            .then(period_months - pl.col("months") % period_months)
            .alias("months_to_renewal"),
        ).sort("account_id"),
        cast=True,
    )


def _full_months(start: str, end: str) -> pl.Expr:
    """Full months between two days: from the 31st, one is full on the last day of a short month."""
    first, last = pl.col(start).dt, pl.col(end).dt
    months = (last.year() - first.year()) * 12 + last.month() - first.month()
    is_short = (last.day() < first.day()) & (pl.col(end) < pl.col(end).dt.month_end())
    return (months - is_short.cast(pl.Int32)).cast(pl.Int64)


@dataclass(frozen=True)
class ShiftedBetaGeometric:
    """A fitted model; time counts in renewal periods."""

    alpha: float
    beta: float
    standard_errors: tuple[float, float]
    log_likelihood: float
    customers: int

    def survival(self, periods: int) -> list[float]:
        """Share of a new cohort still there after 0, 1, … `periods` renewals."""
        return [1.0, *np.cumprod(self._renewal(np.arange(periods, dtype=np.float64))).tolist()]

    def renewal_probability(self, renewals: pl.Series) -> pl.Series:
        """Probability that customers who have renewed so often do so once more."""
        done = renewals.cast(pl.Float64).to_numpy()
        return pl.Series("renewal_probability", self._renewal(done))

    def _renewal(self, done: Vector) -> Vector:
        """Share that renews of those who have done so `done` times."""
        return (self.beta + done) / (self.alpha + self.beta + done)


def fit_sbg(
    tenure: pl.DataFrame, limits: FitLimits | None = None
) -> ShiftedBetaGeometric | Refusal:
    """Fit α and β by maximum likelihood to tenures (periods, is_lost)."""
    limits = limits or FitLimits()
    lost = tenure.filter("is_lost")
    if tenure.height < limits.customers:
        return too_few(MODEL, ("合同客户", "customers"), tenure.height, limits.customers)
    if lost.is_empty():
        return Refusal(MODEL, Reason.NO_LOSSES, "没有客户流失 / no customer was lost")
    if lost.height < limits.repeat_customers:
        return too_few(MODEL, ("流失客户", "lost customers"), lost.height, limits.repeat_customers)
    found = maximise(MODEL, _Likelihood(tenure), (1.0, 1.0), limits)
    if isinstance(found, Refusal):
        return found
    (alpha, beta), (e_alpha, e_beta) = found.parameters, found.standard_errors
    return ShiftedBetaGeometric(alpha, beta, (e_alpha, e_beta), found.log_likelihood, tenure.height)


class _Likelihood:
    """The log-likelihood of α and β: how many lapsed and renewed at each renewal."""

    def __init__(self, tenure: pl.DataFrame) -> None:
        periods = tenure["periods"].to_numpy()
        lost = tenure["is_lost"].to_numpy()
        longest = int(periods.max())
        left = np.bincount(periods, minlength=longest + 1).astype(np.float64)
        self._lapsed = np.bincount(periods[lost], minlength=longest + 1)[1:].astype(np.float64)
        at_risk = tenure.height - np.cumsum(left)[:-1]  # asked for renewal 1, 2, …
        self._renewed = at_risk - self._lapsed
        self._done = np.arange(longest, dtype=np.float64)

    def __call__(self, parameters: Sequence[float]) -> float:
        alpha, beta = parameters
        asked = np.log(alpha + beta + self._done)
        renews = np.log(beta + self._done) - asked
        return float(self._lapsed @ (np.log(alpha) - asked) + self._renewed @ renews)
