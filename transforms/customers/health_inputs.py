"""Inputs of the health score (D-13), each 0 to 1 by customer; a missing one has no row."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

import polars as pl

from transforms.calendar import add_months
from transforms.customers.rules import CustomerRules
from transforms.exact import ratio
from transforms.tables.columns import MONEY_SCALE

_YEAR_DAYS: Final = 364
_HALF_YEAR, _YEAR = 6, 12
_SURVEYS: Final = pl.Schema(
    {"account_id": pl.String(), "surveyed_on": pl.Date(), "share": pl.Float64()}
)
_INTENTION: Final = {"high": 1.0, "medium": 0.5, "low": 0.0}


def usage_frequency(usage: pl.DataFrame, as_of: date, rules: CustomerRules) -> pl.DataFrame:
    """Uses a day in the window against the customer's own in the year before it, at most 1.

    The year before counts from the first use on record; where that gives less than one window,
    or nothing was used in it, there is nothing to compare with: no input. A customer that has
    stopped using what it used before scores 0.
    """
    start = as_of - timedelta(days=rules.health_days)
    year_start = start - timedelta(days=_YEAR_DAYS)
    day = pl.col("used_on")
    sums = (
        usage.filter(day.is_between(year_start, as_of, closed="right"))
        .group_by("account_id")
        .agg(
            pl.col("uses").filter(day > start).sum().alias("now"),
            pl.col("uses").filter(day <= start).sum().alias("before"),
            (pl.lit(start) - day.min()).dt.total_days().add(1).clip(upper_bound=_YEAR_DAYS),
        )
        .rename({"literal": "days"})
    )
    score = ratio(
        pl.col("now").cast(pl.Float64) * pl.col("days"),
        pl.col("before").cast(pl.Float64) * rules.health_days,
    )
    enough = (pl.col("days") >= rules.health_days) & (pl.col("before") > 0)
    return _input(sums.filter(enough), "usage", score)


def satisfaction(
    surveys: pl.DataFrame, complaints: pl.DataFrame, as_of: date, rules: CustomerRules
) -> pl.DataFrame:
    """Mean survey score of the last 12 months less a penalty per complaint in the window.

    `surveys` have account_id, surveyed_on and share (0 to 1). A customer that complained without
    having been asked starts from 1; who did neither has no input: silence is not satisfaction.
    """
    start, year = as_of - timedelta(days=rules.health_days), add_months(as_of, -_YEAR)
    asked = (
        surveys.filter(pl.col("surveyed_on").is_between(year, as_of, closed="right"))
        .sort("account_id", "surveyed_on", "share")
        .group_by("account_id")
        .agg(pl.col("share").mean())
    )
    day = pl.col("complained_on")
    complained = (
        complaints.filter(day.is_between(year, as_of, closed="right"))
        .group_by("account_id")
        .agg((day > start).sum().alias("complaints"))
    )
    both = asked.join(complained, on="account_id", how="full", coalesce=True)
    penalty = pl.col("complaints").fill_null(0) * float(rules.complaint_penalty)
    return _input(both, "satisfaction", pl.col("share").fill_null(1.0) - penalty)


def renewal_intention(accounts: pl.DataFrame) -> pl.DataFrame:
    """What the CRM says of the intention to renew: high 1, medium 0.5, low 0."""
    score = pl.col("renewal_intention").replace_strict(_INTENTION, return_dtype=pl.Float64)
    return _input(accounts.filter(pl.col("renewal_intention").is_not_null()), "renewal", score)


def payment_delay(
    invoices: pl.DataFrame, payments: pl.DataFrame, as_of: date, rules: CustomerRules
) -> pl.DataFrame:
    """1 − mean delay / the longest borne, over the invoices that fell due in 12 months.

    The delay is weighted by amount: each payment is late by its days after the due date, what is
    unpaid by the days until now; what came early is not late. Credit notes are left out.
    """
    is_due = pl.col("due_on").is_between(add_months(as_of, -_YEAR), as_of, closed="right")
    due = invoices.filter(is_due & (pl.col("gross_amount") > 0)).select(
        "invoice_id", "account_id", "due_on", _units("gross_amount").alias("gross")
    )
    late = (pl.col("paid_on") - pl.col("due_on")).dt.total_days().clip(lower_bound=0)
    paid = (
        payments.filter(pl.col("paid_on") <= as_of)
        .select("invoice_id", "paid_on", _units("amount").alias("paid"))
        .join(due.select("invoice_id", "due_on"), on="invoice_id")
        .group_by("invoice_id")
        .agg(pl.col("paid").sum(), (pl.col("paid") * late).sum().alias("late"))
    )
    waits = (pl.lit(as_of) - pl.col("due_on")).dt.total_days()
    is_open = (pl.col("gross") - pl.col("paid").fill_null(0)).clip(lower_bound=0)
    sums = (
        due.join(paid, on="invoice_id", how="left")
        .filter(pl.col("account_id").is_not_null())
        .group_by("account_id")
        .agg(
            (pl.col("late").fill_null(0) + is_open * waits).sum().alias("late"),
            pl.col("gross").sum(),
        )
    )
    return _input(sums, "payment", 1 - ratio(pl.col("late"), pl.col("gross")) / rules.late_days)


def order_trend(days: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Net sales of the last 6 months against the same months a year before, at most 1."""
    start, year, both = (
        add_months(as_of, -back) for back in (_HALF_YEAR, _YEAR, _YEAR + _HALF_YEAR)
    )
    day, amount = pl.col("occurred_on"), pl.col("net_amount")
    sums = (
        days.filter(day.is_between(both, as_of, closed="right"))
        .group_by("account_id")
        .agg(
            amount.filter(day > start).sum().alias("now"),
            amount.filter(day <= year).sum().alias("before"),
        )
        .filter(pl.col("before") > 0)
    )
    return _input(sums, "trend", ratio(pl.col("now"), pl.col("before")))


def survey_scores(records: Mapping[str, pl.DataFrame], rules: CustomerRules) -> pl.DataFrame:
    """Survey answers of customers as account_id, surveyed_on and share (0 to 1) of the scale."""
    answers = records.get("satisfaction")
    if answers is None:
        return pl.DataFrame(schema=_SURVEYS)
    worst, best = float(rules.survey_worst), float(rules.survey_best)
    share = (pl.col("score").cast(pl.Float64) - worst) / (best - worst)
    return answers.filter(pl.col("account_id").is_not_null()).select(
        "account_id", pl.col("answered_on").alias("surveyed_on"), share.clip(0, 1).alias("share")
    )


def health_inputs(
    records: Mapping[str, pl.DataFrame],
    surveys: pl.DataFrame,
    days: pl.DataFrame,
    as_of: date,
    rules: CustomerRules,
) -> list[pl.DataFrame]:
    """Every input as it stood at a day, in the order of `HEALTH_INPUTS`."""
    return [
        usage_frequency(records["usage"], as_of, rules),
        satisfaction(surveys, records["complaint"], as_of, rules),
        renewal_intention(records["account"]),
        payment_delay(records["invoice"], records["payment"], as_of, rules),
        order_trend(days, as_of),
    ]


def _input(frame: pl.DataFrame, name: str, score: pl.Expr) -> pl.DataFrame:
    return frame.select("account_id", score.clip(0, 1).alias(name))


def _units(column: str) -> pl.Expr:
    """An amount as a whole number of its smallest unit."""
    return (pl.col(column) * 10**MONEY_SCALE).cast(pl.Int64)
