"""What the commercial terms owe: rebates on a quarter's target, fees for referrals (D-27)."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import Any, Final

import polars as pl

from transforms.calendar import period_end, period_start
from transforms.exact import ratio
from transforms.parameters import Parameters
from transforms.reads import Columns
from transforms.scopes import COMPANY
from transforms.tables.columns import NUMBER
from transforms.tables.plan_review import TermDue

FACTS_READ: Final[Columns] = {
    "sale": ("occurred_on", "account_id", "order_id", "net_amount"),
    "signed_contract": ("occurred_on", "account_id", "contract_id", "amount"),
    "lead_created": ("occurred_on", "account_id", "lead_id", "is_referral", "converted_on"),
}
"""Columns that `term_dues` reads."""

_CENT: Final = Decimal("0.01")
_ALL: Final = Decimal(1)
_NOTHING: Final = Decimal(0)
_SALES: Final = "sales_amount"
Row = Mapping[str, Any]


def term_dues(
    facts: Mapping[str, pl.LazyFrame],
    daily: pl.DataFrame,
    records: Mapping[str, pl.DataFrame],
    parameters: Parameters,
) -> pl.DataFrame:
    """Work out rebates and referral fees of the running quarter and of the one before (`TermDue`).

    `daily` are targets per day (`daily_targets`), `records` hold commercial_term and account. A
    rebate holds the net sales of a quarter against the customer's own target, or, where no customer
    of the term's channel has one, against the channel's; its threshold is a share of the target
    (none: all of it), and of several steps of one channel and line the highest that is reached
    counts alone. A referral fee is paid once a customer, on its first contract (gross; its first
    order, net, where the company keeps no contracts) once it is worth the threshold; the customer
    must have come by a referred lead.
    """
    terms = records["commercial_term"]
    rows = [
        row
        for start, end, last in _quarters(parameters)
        for row in (
            *_rebates(terms, facts, daily, records["account"], (start, end, last)),
            *_fees(terms, facts, (start, end, last)),
        )
    ]
    schema = TermDue.create_empty().schema
    frame = pl.DataFrame(rows, schema=schema).with_columns(
        ratio(pl.col("base_amount"), pl.col("target")).alias("attainment")
    )
    return TermDue.validate(frame.sort(TermDue.primary_key()), cast=True)


def _quarters(parameters: Parameters) -> list[tuple[date, date, date]]:
    """First and last day of the quarter before and of the running one, and how far to look."""
    as_of, first_month = parameters.week.ends_on, parameters.calendar.fiscal_year_starts_in
    start = period_start(as_of, "quarter", first_month)
    before = start - timedelta(days=1)
    return [
        (period_start(before, "quarter", first_month), before, before),
        (start, period_end(as_of, "quarter", first_month), as_of),
    ]


def _holding(terms: pl.DataFrame, kind: str, start: date, end: date) -> pl.DataFrame:
    """Terms of a kind that hold on any day of a window."""
    is_open = pl.col("valid_to").is_null() | (pl.col("valid_to") >= start)
    return terms.filter(pl.col("kind") == kind, pl.col("valid_from") <= end, is_open)


def _rebates(
    terms: pl.DataFrame,
    facts: Mapping[str, pl.LazyFrame],
    daily: pl.DataFrame,
    accounts: pl.DataFrame,
    quarter: tuple[date, date, date],
) -> Iterator[dict[str, Any]]:
    start, end, last = quarter
    steps = _holding(terms, "rebate", start, end).sort(
        "channel", "product_line", "threshold", "term_id", nulls_last=False
    )
    for (channel, line), group in groupby(
        steps.iter_rows(named=True), key=lambda term: (term["channel"], term["product_line"])
    ):
        ladder = list(group)
        sold = _sold(facts["sale"], channel, line, start, last)
        for kind, scope, target in _beneficiaries(daily, accounts, sold, channel, (start, end)):
            base = sold.get(scope, _NOTHING) if kind == "customer" else sum(sold.values())
            yield _rebate(ladder, (kind, scope), target, Decimal(base), quarter)


def _sold(
    sales: pl.LazyFrame, channel: str | None, line: str | None, start: date, last: date
) -> dict[str | None, Decimal]:
    """Net sales by customer of a channel and product line, of all where none is named."""
    names = {"channel": channel, "product_line": line}
    is_part = [pl.col(name).cast(pl.String) == value for name, value in names.items() if value]
    rows = (
        sales.filter(pl.col("occurred_on").is_between(start, last), *is_part)
        .group_by(pl.col("account_id").cast(pl.String))
        .agg(pl.col("net_amount").sum())
        .sort("account_id")
        .collect()
    )
    return dict(rows.iter_rows())


def _beneficiaries(
    daily: pl.DataFrame,
    accounts: pl.DataFrame,
    sold: Mapping[str | None, Decimal],
    channel: str | None,
    window: tuple[date, date],
) -> list[tuple[str, str, Decimal | None]]:
    """Customers with a target of their own, else the channel, with the target of the quarter."""
    targets = daily.filter(pl.col("metric") == _SALES, pl.col("day").is_between(*window))
    sums = {
        (kind, scope): value
        for kind, scope, value in targets.group_by("scope_kind", "scope")
        .agg(pl.col("value").sum())
        .iter_rows()
    }
    numbers = {
        row["account_name"]: row["account_id"]
        for row in accounts.sort("account_id", descending=True).iter_rows(named=True)
        if row["account_name"]
    }
    served = dict(accounts.select("account_id", "channel").iter_rows())
    own = {
        numbers.get(scope, scope): value
        for (kind, scope), value in sums.items()
        if kind == "customer"
    }
    mine = sorted(
        (account, value)
        for account, value in own.items()
        if channel is None or served.get(account) == channel or account in sold
    )
    if mine:
        return [("customer", account, value) for account, value in mine]
    whole = ("channel", channel) if channel else (COMPANY, COMPANY)
    return [(*whole, sums.get(whole))]


def _rebate(
    ladder: list[dict[str, Any]],
    beneficiary: tuple[str, str],
    target: Decimal | None,
    base: Decimal,
    quarter: tuple[date, date, date],
) -> dict[str, Any]:
    start, end, last = quarter
    reached = [
        step
        for step in ladder
        if target is not None and target > 0 and base >= target * (step["threshold"] or _ALL)
    ]
    term = reached[-1] if reached else ladder[0]
    running = "running" if last < end else "missed"
    state = "due" if reached else "no_target" if not target else running
    return {
        **_common(term, beneficiary, quarter),
        "state": state,
        "target": target,
        "base_amount": base,
        "amount": _share(base, term["value"]) if reached else _NOTHING if target else None,
        "period_start": start,
    }


def _fees(
    terms: pl.DataFrame, facts: Mapping[str, pl.LazyFrame], quarter: tuple[date, date, date]
) -> Iterator[dict[str, Any]]:
    """One row per customer that a referral brought and whose first deal lies in the quarter."""
    start, end, last = quarter
    held = _holding(terms, "referral_fee", start, end)
    if held.is_empty():
        return
    deals = _first_deals(facts).filter(pl.col("signed_on").is_between(start, last))
    rows = _referred(facts["lead_created"], last).join(deals, on="account_id").sort("account_id")
    ordered = held.sort("threshold", "term_id", descending=True, nulls_last=True)
    for row in rows.iter_rows(named=True):
        term = next((each for each in ordered.iter_rows(named=True) if _is_for(each, row)), None)
        if term is not None:
            yield {
                **_common(term, ("customer", row["account_id"]), quarter),
                "state": "due",
                "lead_id": row["lead_id"],
                "document_id": row["document_id"],
                "base_amount": row["amount"],
                "amount": _share(row["amount"], term["value"]),
            }


def _is_for(term: Row, deal: Row) -> bool:
    """Whether a term holds for a referred deal: on its day, its channel and line, its amount."""
    return bool(
        term["valid_from"] <= deal["signed_on"]
        and (term["valid_to"] is None or deal["signed_on"] <= term["valid_to"])
        and (term["channel"] is None or term["channel"] == deal["channel"])
        and (term["product_line"] is None or term["product_line"] == deal["product_line"])
        and deal["amount"] >= (term["threshold"] or _NOTHING)
    )


def _referred(leads: pl.LazyFrame, last: date) -> pl.DataFrame:
    """The first lead of each customer that came by referral."""
    return (
        leads.filter(pl.col("is_referral"), pl.col("converted_on") <= last)
        .select(
            "lead_id",
            pl.col("account_id", "channel", "product_line").cast(pl.String),
            "occurred_on",
        )
        .drop_nulls("account_id")
        .sort("occurred_on", "lead_id")
        .unique("account_id", keep="first", maintain_order=True)
        .drop("occurred_on")
        .collect()
    )


def _first_deals(facts: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    """First contract of each customer that is not cancelled; first orders without contracts."""
    contracts = _deals(facts["signed_contract"], "contract_id", "amount")
    return contracts if contracts.height else _deals(facts["sale"], "order_id", "net_amount")


def _deals(fact: pl.LazyFrame, document: str, amount: str) -> pl.DataFrame:
    return (
        fact.group_by(pl.col("account_id").cast(pl.String), pl.col(document).alias("document_id"))
        .agg(pl.col("occurred_on").min().alias("signed_on"), pl.col(amount).sum().alias("amount"))
        .drop_nulls("account_id")
        .filter(pl.col("amount") > 0)
        .sort("signed_on", "document_id")
        .unique("account_id", keep="first", maintain_order=True)
        .select("account_id", "document_id", "signed_on", pl.col("amount").cast(NUMBER))
        .collect()
    )


def _common(
    term: Row, beneficiary: tuple[str, str], quarter: tuple[date, date, date]
) -> dict[str, Any]:
    return {
        "term_id": term["term_id"],
        "kind": term["kind"],
        "beneficiary_kind": beneficiary[0],
        "beneficiary": beneficiary[1],
        "period_start": quarter[0],
        "period_end": quarter[1],
        "rate": term["value"],
    }


def _share(amount: Decimal, rate: Decimal) -> Decimal:
    """A fraction of an amount, rounded once, half up, to the cent."""
    return (amount * rate).quantize(_CENT, ROUND_HALF_UP)
