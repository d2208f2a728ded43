"""Laws of the metrics of money due, people, customers and reports: the same as for all others."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.builders import AS_OF, points
from transforms.catalogue import CATALOGUE

Facts = dict[str, list[dict[str, Any]]]

DAYS = st.dates(date(2026, 9, 1), AS_OF)
MONEY = st.decimals(-(10**6), 10**6, places=4)
SCOPES: dict[str, st.SearchStrategy[Any]] = {
    "occurred_on": DAYS,
    "region": st.sampled_from(["华东", "华南"]),
    "team": st.sampled_from(["一部", "二部"]),
    "rep": st.sampled_from(["R1", "R2", "R3"]),
    "channel": st.sampled_from(["直销", "直播"]),
}


def rows(**columns: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(st.fixed_dictionaries({**SCOPES, **columns}), min_size=1, max_size=8)


ENDED = st.one_of(st.none(), st.just(AS_OF - timedelta(days=1)))
FACTS = st.fixed_dictionaries(
    {
        "sale": rows(net_amount=MONEY, channel_ownership=st.sampled_from(["own", "partner"])),
        "cash_receipt": rows(amount=MONEY),
        "receivable_due": rows(amount=MONEY),
        "spend": rows(amount=MONEY),
        "customer_gained": rows(),
        "lead_created": rows(campaign=st.sampled_from(["直播", None]), is_referral=st.booleans()),
        "deal_credit": rows(amount=MONEY, is_won=st.booleans()),
        "contract_due": rows(is_renewed=st.booleans()),
        "survey_answer": rows(score=st.decimals(0, 10, places=1)),
        "report_day": rows(is_reported=st.booleans(), is_timely=st.booleans()),
        "budget_day": rows(budget_amount=MONEY),
        "market_day": rows(market_amount=MONEY),
        "head": rows(ended_on=ENDED, is_leaver=st.booleans()),
        "customer_spell": rows(ended_on=ENDED),
    }
)
KEYS = ["metric", "period_kind", "period_start", "period_end"]
SIDES = ["numerator", "denominator"]
ROUNDED = Decimal("0.00001")
"""An average is rounded to six decimals in every scope."""


def additive(code: str) -> bool:
    """Whether both sides add up over scopes: no distinct count, no plain sum over 1."""
    metric = CATALOGUE[code]
    sides = [side for side in (metric.numerator, metric.denominator) if side is not None]
    return metric.rule in {"measures", "spells"} and all(
        side.how != "count_distinct" for side in sides
    )


@settings(max_examples=2, deadline=None)
@given(facts=FACTS)
def test_both_sides_of_every_ratio_add_up_over_the_scopes_of_a_kind(facts: Facts) -> None:
    frame = points(**facts)
    codes = [code for code in frame["metric"].unique() if additive(code)]
    assert {"collection_rate", "cac", "churn_rate", "output_per_head", "renewal_rate"} <= {*codes}
    ratios = [code for code in codes if CATALOGUE[code].is_ratio]
    sums = frame.filter(pl.col("metric").is_in(ratios)).group_by(*KEYS, "scope_kind")
    added = sums.agg(pl.col(SIDES).sum())
    company = added.filter(pl.col("scope_kind") == "company").drop("scope_kind")
    parts = added.filter(pl.col("scope_kind") != "company")
    joined = parts.join(company, on=KEYS, suffix="_company")
    assert joined.height == parts.height
    for side in SIDES:
        gap = (pl.col(side) - pl.col(f"{side}_company")).abs().max()
        assert joined.select(gap).item() <= ROUNDED


@settings(max_examples=2, deadline=None)
@given(facts=FACTS, data=st.data())
def test_the_order_of_rows_does_not_matter(facts: Facts, data: st.DataObject) -> None:
    named = {
        name: [{**row, "account_id": f"K{number}"} for number, row in enumerate(given)]
        for name, given in facts.items()
    }
    shuffled = {name: data.draw(st.permutations(given)) for name, given in named.items()}
    order = [*KEYS, "scope_kind", "scope"]
    assert points(**named).sort(order).equals(points(**shuffled).sort(order))


@settings(max_examples=2, deadline=None)
@given(facts=FACTS)
def test_adding_a_region_leaves_the_others_alone(facts: Facts) -> None:
    more = {
        name: [*given, {**given[0], "region": "西部", "rep": "R9", "team": "九部"}]
        for name, given in facts.items()
    }
    order = [*KEYS, "scope"]

    def others(given: Facts) -> pl.DataFrame:
        is_other = (pl.col("scope_kind") == "region") & (pl.col("scope") != "西部")
        return points(**given).filter(is_other).sort(order)

    assert others(facts).equals(others(more))


@pytest.mark.parametrize("code", ["collection_rate", "cac", "churn_rate", "market_share"])
def test_nothing_recorded_is_no_row_and_never_0(code: str) -> None:
    """None ≠ 0: a company that does not record a side has no value."""
    assert points(sale=[{}]).filter(pl.col("metric") == code).is_empty()
