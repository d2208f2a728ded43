"""Facts: scopes of the day (D-29), costs, what counts when (D-30)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from flows.marts import Needed, facts_of_views, measured_facts
from tests.flows.builders import AS_OF, TEAMS, company, facts, views
from transforms.calendar import week_ending
from transforms.catalogue import CATALOGUE, Measure
from transforms.groups import FactGroups
from transforms.parameters import Calendar
from transforms.periods import review_periods
from transforms.points import metric_points
from transforms.scopes import SCOPE_COLUMNS, UNASSIGNED
from transforms.tables.facts import FACTS


def line(order_id: str = "A", **changes: object) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "line_number": "1",
        "document_kind": "sale",
        "ordered_on": date(2026, 5, 4),
        "net_amount": Decimal(100),
        **changes,
    }


def test_every_fact_conforms_to_its_contract_even_without_rows() -> None:
    read = facts()
    assert set(read) == set(FACTS)
    for name, frame in read.items():
        assert FACTS[name].is_valid(frame)
        assert frame.is_empty()


@pytest.mark.parametrize(
    ("order", "team", "region"),
    [
        pytest.param({"rep_id": "R1"}, "华东一部", "华东", id="on its day"),
        pytest.param(
            {"rep_id": "R1", "ordered_on": date(2026, 7, 1)}, "华南一部", "华南", id="after a move"
        ),
        pytest.param(
            {"rep_id": "R2", "region": "华北"}, UNASSIGNED, "华北", id="left: the document's region"
        ),
        pytest.param({"account_id": "K"}, UNASSIGNED, "西部", id="no rep: the account's region"),
        pytest.param({"rep_id": "R9"}, UNASSIGNED, UNASSIGNED, id="unknown rep"),
    ],
)
def test_fact_belongs_to_the_assignment_of_its_day(order: dict, team: str, region: str) -> None:
    """D-29."""
    read = facts(
        order_line=[line(**order)],
        assignment=TEAMS,
        account=[{"account_id": "K", "region": "西部", "channel": "直销"}],
    )["sale"]
    assert read["team"].to_list() == [team]
    assert read["region"].to_list() == [region]
    assert not any(read[column].has_nulls() for column in SCOPE_COLUMNS)


def test_overlapping_assignments_never_double_a_line() -> None:
    overlap = {"rep_id": "R1", "team": "线上部", "region": "华东", "valid_from": date(2026, 5, 1)}
    read = facts(order_line=[line(rep_id="R1")], assignment=[*TEAMS, overlap])["sale"]
    assert read["net_amount"].to_list() == [Decimal(100)]
    assert read["team"].to_list() == ["线上部"]


@pytest.mark.parametrize(
    ("changes", "cost"),
    [
        pytest.param(
            {"cost_amount": Decimal(60), "quantity": Decimal(3)}, Decimal(60), id="the line's own"
        ),
        pytest.param(
            {"quantity": Decimal(3)}, Decimal("31.0000"), id="rounded once: 3 x 10.333333"
        ),
        pytest.param({"quantity": Decimal(-3)}, Decimal("-31.0000"), id="goods that come back"),
        pytest.param(
            {"quantity": Decimal(3), "ordered_on": date(2026, 6, 15)},
            Decimal(36),
            id="cost of its day",
        ),
        pytest.param(
            {"quantity": Decimal(3), "ordered_on": date(2026, 8, 1)},
            None,
            id="cost no longer valid",
        ),
        pytest.param({"quantity": Decimal(3), "product_id": "P2"}, None, id="no cost known"),
        pytest.param({"quantity": None}, None, id="no quantity"),
    ],
)
def test_cost_of_a_line(changes: dict, cost: Decimal | None) -> None:
    costs = [
        {
            "product_id": "P1",
            "valid_from": date(2026, 1, 1),
            "valid_to": date(2026, 5, 31),
            "unit_cost": Decimal("10.333333"),
        },
        {
            "product_id": "P1",
            "valid_from": date(2026, 6, 1),
            "valid_to": date(2026, 6, 30),
            "unit_cost": Decimal(12),
        },
    ]
    read = facts(order_line=[line(**{"product_id": "P1", **changes})], product_cost=costs)["sale"]
    assert read["cost_amount"].to_list() == [cost]
    assert read["margin_amount"].to_list() == [None if cost is None else Decimal(100) - cost]


def test_first_order_is_the_first_sale_and_nothing_after_the_as_of_day_is_known() -> None:
    read = facts(
        order_line=[
            line("A", account_id="K", document_kind="return", ordered_on=date(2026, 1, 5)),
            line("B", account_id="K", ordered_on=date(2026, 2, 2)),
            line("C", account_id="K", ordered_on=date(2026, 11, 22)),
            line("D", account_id="K", ordered_on=date(2026, 11, 23)),
        ]
    )["sale"].sort("order_id")
    assert read["order_id"].to_list() == ["A", "B", "C"]
    assert read["first_ordered_on"].unique().to_list() == [date(2026, 2, 2)]


def test_metrics_of_groups_are_those_of_the_rows() -> None:
    """Like rows put together by the database make the same metrics as the rows one by one."""
    rows: dict[str, list[dict[str, Any]]] = {
        "order_line": [
            line("A", rep_id="R1", account_id="K", product_id="P", quantity=Decimal(2)),
            line("A", line_number="2", rep_id="R1", account_id="K", cost_amount=Decimal(40)),
            line("B", rep_id="R9", channel="展会", ordered_on=date(2026, 7, 1), account_id="K"),
            line("C", region="华北", product_line="检测", document_kind="return"),
            line("D", rep_id="R1", account_id="N", ordered_on=AS_OF, cost_amount=Decimal(120)),
            # one order of two days, reps and channels, and lines of two products on one day
            line("E", rep_id="R1", account_id="K", ordered_on=AS_OF - timedelta(days=9)),
            line("E", line_number="2", rep_id="R2", channel="展会", account_id="K"),
            line("F", account_id="K", ordered_on=AS_OF, product_line="检测"),
            line("F", line_number="2", account_id="K", ordered_on=AS_OF, product_id="P"),
        ],
        "assignment": TEAMS,
        "account": [
            {"account_id": "K", "region": "西部", "channel": "直销", "is_key": True},
            {"account_id": "N", "is_key": False},
        ],
        "channel": [{"channel": "展会", "ownership": "own"}],
        "product": [{"product_id": "P", "product_line": "输送", "life_cycle_stage": "成长"}],
        "lead": [
            {"lead_id": "L", "created_on": AS_OF, "rep_id": "R2", "is_qualified": True},
            {"lead_id": "M", "created_on": AS_OF, "campaign": "春季", "converted_on": AS_OF},
        ],
        "activity": [
            {
                "activity_id": f"V{number}",
                "activity_type": "visit",
                "occurred_on": AS_OF,
                "rep_id": rep,
                "is_effective": is_effective,
                "is_discovery": True,
                "answered_questions": answered,
            }
            for number, (rep, is_effective, answered) in enumerate(
                [("R1", True, 3), ("R1", None, None), ("R2", False, 0), ("R2", True, 2)]
            )
        ],
    }
    week = week_ending(AS_OF, 7)
    needed = Needed(CATALOGUE, review_periods(week, Calendar()))
    measured = measured_facts(views(**rows), company(), AS_OF, needed)
    whole = facts_of_views(views(**rows), company(), AS_OF)
    assert isinstance(measured["sale"], FactGroups)
    assert measured["sale"].documents is not None
    of_groups, of_rows = (
        metric_points(given, CATALOGUE, needed.periods, as_of=AS_OF) for given in (measured, whole)
    )
    assert of_rows.filter(pl.col("n") > 0)["metric"].n_unique() > 10
    assert_frame_equal(of_groups, of_rows)


def test_a_condition_that_sql_is_not_told_leaves_the_rows_single() -> None:
    odd = Measure("sale", how="count", where=pl.col("order_id").str.len_chars() > 1)
    metric = replace(CATALOGUE["sales_amount"], numerator=odd)
    needed = Needed({"odd": metric}, review_periods(week_ending(AS_OF, 7), Calendar()))
    given = views(order_line=[line("A"), line("BB")])
    measured = measured_facts(given, company(), AS_OF, needed)
    assert isinstance(measured["sale"], pl.LazyFrame)
    points = metric_points(measured, {"odd": metric}, needed.periods, as_of=AS_OF)
    assert points.filter(period_kind="ytd", scope_kind="company")["n"].max() == 1
