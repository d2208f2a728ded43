"""A law of facts put together by the database: they make the metrics that single rows make."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from flows.conditions import condition
from flows.marts import Needed, facts_of_views, measured_facts
from tests.flows.builders import AS_OF, TEAMS, company, views
from transforms.calendar import week_ending
from transforms.catalogue import CATALOGUE
from transforms.groups import FactGroups
from transforms.metrics import seen_since, value_periods
from transforms.parameters import Calendar, Parameters
from transforms.periods import review_periods
from transforms.points import metric_points

LINES = st.lists(
    st.fixed_dictionaries(
        {
            "order_id": st.sampled_from(["A", "B", "C", "D"]),
            "document_kind": st.sampled_from(["sale", "sale", "return"]),
            "ordered_on": st.dates(date(2025, 6, 1), AS_OF),
            "account_id": st.sampled_from(["K", "N", None]),
            "rep_id": st.sampled_from(["R1", "R2", None]),
            "channel": st.sampled_from(["直销", "展会", None]),
            "product_id": st.sampled_from(["P", "Q", None]),
            "net_amount": st.decimals(-1000, 1000, places=4),
            "cost_amount": st.none() | st.decimals(0, 500, places=4),
        }
    ),
    min_size=1,
    max_size=25,
)
SALES = {
    code: each
    for code, each in CATALOGUE.items()
    if each.numerator.fact == "sale" and each.rule in {"measures", "repurchase"}
}


@settings(max_examples=12, deadline=None)
@given(lines=LINES)
def test_groups_and_documents_make_the_metrics_of_single_rows(lines: list[dict[str, Any]]) -> None:
    """Orders parted over days, reps, channels and products, returns, and lines of no customer."""
    connection = views(
        order_line=[
            {**line, "line_number": str(at), "quantity": Decimal(1)}
            for at, line in enumerate(lines)
        ],
        assignment=TEAMS,
        account=[{"account_id": "K", "region": "西部", "is_key": True}],
        product=[{"product_id": "P", "product_line": "输送", "life_cycle_stage": "成长"}],
        channel=[{"channel": "展会", "ownership": "own"}],
    )
    needed = Needed(SALES, review_periods(week_ending(AS_OF, 7), Calendar()))
    measured = measured_facts(connection, company(), AS_OF, needed)["sale"]
    whole = facts_of_views(connection, company(), AS_OF, ["sale"])
    assert isinstance(measured, FactGroups)
    assert measured.documents is not None
    of_groups, of_rows = (
        metric_points(given_facts, SALES, needed.periods, as_of=AS_OF)
        for given_facts in ({"sale": measured}, whole)
    )
    assert_frame_equal(of_groups, of_rows)


DEALS = st.lists(
    st.fixed_dictionaries(
        {
            "closed_on": st.dates(date(2025, 6, 1), AS_OF),
            "account_id": st.sampled_from(["K", "N", None]),
            "rep_id": st.sampled_from(["R1", "R2", None]),
            "channel": st.sampled_from(["直销", "展会", None]),
            "amount": st.none() | st.decimals(0, 1000, places=4),
        }
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=6, deadline=None)
@given(deals=DEALS)
def test_won_deals_that_stand_for_orders_make_the_metrics_of_single_rows(
    deals: list[dict[str, Any]],
) -> None:
    connection = views(
        opportunity=[
            {**deal, "opportunity_id": f"O{at}", "outcome": "won", "stage": "成交"}
            for at, deal in enumerate(deals)
        ],
        assignment=TEAMS,
        account=[{"account_id": "K", "region": "西部"}],
    )
    own = company(sales={"sales_from": "won_opportunity"})
    needed = Needed(SALES, review_periods(week_ending(AS_OF, 7), Calendar()))
    measured = measured_facts(connection, own, AS_OF, needed, ["sale"])["sale"]
    whole = facts_of_views(connection, own, AS_OF, ["sale"])
    assert isinstance(measured, FactGroups)
    assert measured.documents is not None
    of_groups, of_rows = (
        metric_points(given_facts, SALES, needed.periods, as_of=AS_OF)
        for given_facts in ({"sale": measured}, whole)
    )
    assert_frame_equal(of_groups, of_rows)


@pytest.mark.parametrize(
    ("day", "exists"),
    [
        pytest.param(date(2024, 10, 31), False, id="the day before"),
        pytest.param(date(2024, 11, 1), True, id="on the day"),
        pytest.param(date(2024, 11, 30), True, id="later in its month"),
    ],
)
def test_a_rep_exists_from_the_day_it_may_first_be_seen_on(day: date, exists: bool) -> None:
    parameters = Parameters(week=week_ending(AS_OF, 7))
    periods = value_periods(parameters, keeps_history=False)
    since = seen_since(parameters)
    assert since == date(2024, 11, 1)
    once = {"line_number": "1", "document_kind": "sale", "net_amount": Decimal(5)}
    connection = views(
        order_line=[
            {**once, "order_id": "A", "rep_id": "R9", "ordered_on": day},
            {**once, "order_id": "B", "rep_id": "R1", "ordered_on": AS_OF},
        ]
    )
    needed = Needed(SALES, periods, since)
    points = metric_points(
        measured_facts(connection, company(), AS_OF, needed),
        {"sales_amount": SALES["sales_amount"]},
        periods,
        as_of=AS_OF,
        since=since,
    )
    assert ("R9" in points["scope"].to_list()) is exists


def test_every_condition_of_the_catalogue_can_be_said_in_sql() -> None:
    sides = [
        measure
        for metric in CATALOGUE.values()
        for measure in (metric.numerator, metric.denominator)
        if measure is not None and measure.where is not None
    ]
    assert len(sides) > 10
    for measure in sides:
        assert measure.where is not None
        assert condition(measure.where, {}, repr)


def test_a_condition_is_said_with_its_values_bound() -> None:
    bound: list[object] = []

    def bind(value: object) -> str:
        bound.append(value)
        return f"${len(bound)}"

    where = ~(pl.col("kind") == "'; drop table") | (pl.col("amount") >= Decimal("1.5"))
    assert condition(where, {"kind": "deal.kind"}, bind) == (
        '((not (deal.kind = $1)) or ("amount" >= $2))'
    )
    assert bound == ["'; drop table", Decimal("1.5")]
