"""Sales to new customers: from the leads of the cohort one sales cycle earlier (D-18)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import polars as pl

from transforms.catalogue import Measure
from transforms.scopes import COMPANY
from transforms.why.breakdown import GAP
from transforms.why.case import Cycle
from transforms.why.cuts import Cut
from transforms.why.rows import FactRows, two_sided
from transforms.why.shapley import Node
from transforms.why.slices import Place, Slices
from transforms.why.trees import (
    AMOUNT,
    DEALS,
    LEADS,
    NEW_BY_CUSTOMERS,
    NEW_BY_LEADS,
    OPPORTUNITIES,
    WON,
)

FEWEST_DECIDED: Final = 30
"""Decided opportunities from which on their median cycle is worth going by."""

_CUSTOMERS: Final = Measure("sale", "account_id", how="count_distinct")

Leaves = dict[str, Cut]


def sales_cycle(rows: FactRows, given: int | None, longest_short: int) -> Cycle | None:
    """Find the sales cycle: the one given, else the one learned; None where neither is known."""
    days = given or learned_cycle(rows)
    return None if days is None else Cycle(days, is_short=days <= longest_short)


def learned_cycle(rows: FactRows) -> int | None:
    """Median days from lead to decision of the company's own opportunities, won and lost.

    Where leads and opportunities are not tied to one another, the days from opening to decision;
    None where fewer than 30 are known.
    """
    closed = rows.within("deal_closed", COMPANY, COMPANY)
    if closed is None:
        return None
    opened, leads = (
        rows.within(name, COMPANY, COMPANY) for name in ("deal_opened", "lead_created")
    )
    days = closed["cycle_days"].drop_nulls()
    if opened is not None and leads is not None:
        born = leads.select("lead_id", born_on="occurred_on").unique("lead_id")
        tied = (
            closed.join(opened.select("opportunity_id", "lead_id"), on="opportunity_id")
            .join(born, on="lead_id")
            .select((pl.col("occurred_on") - pl.col("born_on")).dt.total_days())
            .to_series()
        )
        days = tied if tied.len() >= FEWEST_DECIDED else days
    if days.len() < FEWEST_DECIDED:
        return None
    return int(days.sort()[days.len() // 2])


def new_business(
    new: Callable[[], pl.DataFrame], slices: Slices, place: Place
) -> tuple[Node, Leaves]:
    """Take sales to new customers apart; `new` gives their two-sided sale rows, of all scopes.

    Opportunities of accounts that had not ordered before the stretch they were decided in ×
    their win rate × sales per opportunity won; those opportunities in turn are the leads of the
    cohort one cycle earlier × how many were decided per lead. With a short cycle, leads of the
    same period × new customers per lead × what they ordered. Without leads or without won
    opportunities on both sides, what there is: opportunities, else customers × first orders.
    """
    value = slices.cuts("first orders", place, lambda by: _first_orders(slices, new(), by))
    by_leads = _by_leads("new", new, slices, place)
    if by_leads and all_known(value):
        return NEW_BY_LEADS, by_leads | value
    found = _by_deals(("deal_size", new, AMOUNT), slices, place)
    if found is not None:
        return Node("product", found[0], "new_business"), found[1]
    customers = slices.cuts(
        "new customers", place, lambda by: {"new_customers": slices.sum_cut(new(), _CUSTOMERS, by)}
    )
    return NEW_BY_CUSTOMERS, {**customers, **value}


def _first_orders(slices: Slices, new: pl.DataFrame, by: str) -> Leaves:
    return {"first_order_value": slices.rate_cut((new, AMOUNT), (new, _CUSTOMERS), by)}


def customers_won(slices: Slices, place: Place) -> tuple[Node, Leaves] | None:
    """Take the number of new customers apart as their sales are; None where nothing tells more."""

    def new() -> pl.DataFrame:
        return slices.once("won", lambda: _first_lines(slices.lines("sale")))

    by_leads = _by_leads("won", new, slices, place)
    if by_leads:
        return Node("product", ("leads", "lead_conversion"), GAP), by_leads
    found = _by_deals(("customers_per_deal", new, _CUSTOMERS), slices, place)
    return None if found is None else (Node("product", found[0], GAP), found[1])


def _first_lines(lines: pl.DataFrame | None) -> pl.DataFrame:
    assert lines is not None  # noqa: S101 (the caller has looked)
    return lines.filter(
        pl.col("document_kind") == "sale", pl.col("first_ordered_on") == pl.col("occurred_on")
    )


def _by_leads(name: str, new: Callable[[], pl.DataFrame], slices: Slices, place: Place) -> Leaves:
    span, came = slices.span, slices.lines("lead_created")
    if span.cycle is None or not span.cycle.is_short or came is None:
        return {}
    found = slices.cuts(
        ("by leads", name),
        place,
        lambda by: {
            "leads": slices.sum_cut(came, LEADS, by),
            "lead_conversion": slices.rate_cut((new(), _CUSTOMERS), (came, LEADS), by),
        },
    )
    return found if all_known(found) else {}


def _by_deals(
    value: tuple[str, Callable[[], pl.DataFrame], Measure], slices: Slices, place: Place
) -> tuple[tuple[Node | str, ...], Leaves] | None:
    """Factors and leaves of what opportunities of new customers bring; None without won ones."""
    code, new, measure = value
    if slices.lines("deal_closed") is None:
        return None
    leaves = slices.cuts(
        ("by deals", code),
        place,
        lambda by: {
            "win_rate": slices.rate_cut((_closed(slices), WON), (_closed(slices), DEALS), by),
            code: slices.rate_cut((new(), measure), (_closed(slices), WON), by),
        },
    )
    if not all_known(leaves):
        return None
    by_cohort = _cohort(slices, place)
    if by_cohort:
        return (OPPORTUNITIES, *leaves), by_cohort | leaves
    due = slices.cuts(
        "due", place, lambda by: {"opportunities_due": slices.sum_cut(_closed(slices), DEALS, by)}
    )
    return (*due, *leaves), due | leaves


def _closed(slices: Slices) -> pl.DataFrame:
    deals = slices.lines("deal_closed")
    assert deals is not None  # noqa: S101 (the caller has looked)
    return slices.once("prospects", lambda: _of_prospects(deals))


def _cohort(slices: Slices, place: Place) -> Leaves:
    """Leads of the cohort and their conversion; nothing where the record begins too late."""
    rows, span = slices.rows, slices.span
    leads = rows.within("lead_created", COMPANY, COMPANY)
    if leads is None or span.cycle is None:
        return {}
    lag = timedelta(days=span.cycle.days)
    if rows.begins("lead_created") > span.reference_starts_on - lag:
        return {}

    def cohort(by: str) -> Leaves:
        came = two_sided(leads.with_columns(pl.col("occurred_on") + lag), span)
        return {
            "cohort_leads": slices.sum_cut(came, LEADS, by),
            "cohort_conversion": slices.rate_cut((_closed(slices), DEALS), (came, LEADS), by),
        }

    found = slices.cuts("cohort", place, cohort)
    return found if all_known(found) else {}


def _of_prospects(closed: pl.DataFrame) -> pl.DataFrame:
    """Opportunities of accounts without an order before the stretch they were decided in."""
    first = pl.col("first_ordered_on")
    return closed.filter((first >= pl.col("period_start")).fill_null(value=True))


def all_known(cuts: Leaves) -> bool:
    """Whether every rate has a denominator on both sides."""
    return all(cut.is_known_before and cut.is_known_now for cut in cuts.values())
