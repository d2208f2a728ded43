"""What follows from the documents: invoices, payments, and the totals the ERP itself states."""

from typing import Final

import numpy as np
import polars as pl

from generator.days import Days
from generator.organisation import Organisation
from generator.profile import TEAMS
from generator.randomness import IntArray, mixed

COMPANY: Final = "company"
PAYMENT_LAG: Final = 46
"""Mean working days from an order to its money, as the delays below make it."""


def make_invoices(documents: pl.DataFrame, days: Days) -> pl.DataFrame:
    """One row per sale or return document, some working days after it; amounts in cents."""
    orders = (
        documents.filter(pl.col("kind") != "取消")
        .group_by("document", "kind", "order", "team", "account", "channel", "position")
        .agg(pl.col("net_cents").sum(), pl.col("tax_cents").sum())
        .sort("position", "document")
    )
    number = orders["order"].to_numpy()
    position = orders["position"].to_numpy() + 2 + (mixed(number, 801) * 6).astype(np.int64)
    term = np.where(mixed(orders["account"].to_numpy(), 802) < 0.7, 30, 60)
    day = days.on(position)
    return (
        orders.with_columns(
            pl.concat_str(pl.lit("FP"), pl.col("document")).alias("invoice"),
            pl.Series("day", day),
            pl.Series("due", day + term),
            (pl.col("net_cents") + pl.col("tax_cents")).alias("gross_cents"),
        )
        .filter(pl.Series(position < days.past))
        .drop("position")
        .sort("day", "invoice")
    )


def make_payments(invoices: pl.DataFrame, days: Days, organisation: Organisation) -> pl.DataFrame:
    """One row per receipt: some invoices are paid in two parts, a few not at all."""
    number = invoices["order"].to_numpy()
    bills = invoices.filter((pl.col("kind") == "销售") & pl.Series(mixed(number, 811) > 0.01))
    number, gross = bills["order"].to_numpy(), bills["gross_cents"].to_numpy()
    term = bills["due"].to_numpy() - bills["day"].to_numpy()
    due = np.searchsorted(days.calendar, bills["day"].to_numpy()) + term * 5 // 7
    habit = mixed(bills["account"].to_numpy(), 812) * 18
    lag = np.round(habit + 24 * mixed(number, 813) - 12).astype(np.int64)
    is_split = mixed(number, 814) < 0.3
    first = np.where(is_split, gross * 5 // 10, gross)
    parts = []
    for turn, amount, wait in ((1, first, 0), (2, gross - first, 25)):
        position = np.maximum(due + lag + wait, 0)
        parts.append(
            bills.select("invoice", "team", "account", "channel").with_columns(
                pl.concat_str(
                    pl.lit("SK"), pl.col("invoice").str.slice(2), pl.lit(f"-{turn}")
                ).alias("payment"),
                pl.Series("position", position),
                pl.Series("cents", amount),
            )
        )
    rows = pl.concat(parts).filter((pl.col("cents") > 0) & (pl.col("position") < days.past))
    day = days.on(rows["position"].to_numpy())
    reps = organisation.reps_of(rows["team"].to_numpy(), rows["account"].to_numpy(), day)
    return rows.with_columns(pl.Series("day", day), pl.Series("rep", reps)).sort("day", "payment")


def control_totals(amounts: pl.DataFrame, metric: str, days: Days) -> pl.DataFrame:
    """Totals in cents per week and whole month, of the company and of each team.

    `amounts` has team, day and cents. Also where a team had nothing a total is stated: 0.
    """
    names = pl.Series("scope", [COMPANY, *(team.name for team in TEAMS)])
    both = pl.concat(
        [
            amounts.select(pl.lit(COMPANY).alias("scope"), "day", "cents"),
            amounts.select(
                pl.col("team")
                .replace_strict(dict(enumerate(names[1:])), return_dtype=pl.String)
                .alias("scope"),
                "day",
                "cents",
            ),
        ]
    )
    windows = pl.DataFrame([*_weeks(days), *_months(days)], schema=["first", "last"], orient="row")
    daily = both.group_by("scope", "day").agg(pl.col("cents").sum())
    sums = (
        daily.join(windows, how="cross")
        .filter(pl.col("day").is_between(pl.col("first"), pl.col("last")))
        .group_by("scope", "first", "last")
        .agg(pl.col("cents").sum())
    )
    return (
        windows.join(names.to_frame(), how="cross")
        .join(sums, on=["scope", "first", "last"], how="left")
        .with_columns(pl.col("cents").fill_null(0), pl.lit(metric).alias("metric"))
        .sort("first", "last", "scope")
    )


def _weeks(days: Days) -> list[tuple[int, int]]:
    return [(first, first + 6) for first in range(days.start, days.end, 7)]


def _months(days: Days) -> list[tuple[int, int]]:
    firsts: IntArray = (
        np.arange("2000-01", "2100-01", dtype="datetime64[M]").astype("datetime64[D]")
    ).astype(np.int64)
    pairs = zip(firsts[:-1].tolist(), (firsts[1:] - 1).tolist(), strict=True)
    return [(first, last) for first, last in pairs if first >= days.start and last <= days.end]
