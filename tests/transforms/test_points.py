"""Metric points: what counts, and which values there are."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tests.transforms.builders import AS_OF, DAY, Row, points

RETURN = {"document_kind": "return"}


def value(
    frame: pl.DataFrame, metric: str, kind: str = "week", scope: str = "company"
) -> tuple[Any, ...]:
    """Numerator, denominator and n of one current value."""
    found = frame.filter(
        (pl.col("metric") == metric)
        & (pl.col("period_kind") == kind)
        & (pl.col("scope") == scope)
        & (pl.col("period_end") == AS_OF)
    )
    assert found.height == 1
    return found.select("numerator", "denominator", "n").row(0)


@pytest.mark.parametrize(
    ("fact", "rows", "metric", "expected"),
    [
        pytest.param(
            "sale",
            [{"net_amount": Decimal("10.01")}, {"net_amount": Decimal(-4), **RETURN}],
            "sales_amount",
            (Decimal("6.01"), 1, 2),
            id="sales are net of returns (D-30)",
        ),
        pytest.param(
            "sale",
            [
                {"net_amount": Decimal(100), "margin_amount": Decimal(30)},
                {"net_amount": Decimal(900)},
            ],
            "gross_margin",
            (30, 100, 1),
            id="margin over lines whose cost is known",
        ),
        pytest.param(
            "sale",
            [{"order_id": "A"}, {"order_id": "A"}, {"order_id": "B"}, {"order_id": "R", **RETURN}],
            "aov",
            (4, 2, 2),
            id="orders are counted once, returns are none",
        ),
        pytest.param(
            "sale",
            [
                {"account_id": "new", "first_ordered_on": DAY},
                {"account_id": "new", "first_ordered_on": DAY},
                {"account_id": "old", "first_ordered_on": DAY - timedelta(days=40)},
            ],
            "new_customers",
            (1, 1, 1),
            id="new: first order ever in the period",
        ),
        pytest.param(
            "deal_closed",
            [{"is_won": True}, {"is_won": False}, {"is_won": False}],
            "win_rate",
            (1, 3, 3),
            id="won of closed",
        ),
        pytest.param(
            "deal_closed",
            [{"cycle_days": 50}, {"cycle_days": None}, {"is_won": False, "cycle_days": 9}],
            "sales_cycle_days",
            (50, 1, 1),
            id="days of won deals whose opening is known",
        ),
        pytest.param(
            "lead_created",
            [{"is_qualified": True}, {"is_qualified": False}, {"is_qualified": None}],
            "qualified_leads",
            (1, 1, 1),
            id="unknown is not qualified",
        ),
        pytest.param(
            "lead_created",
            [{"response_hours": 0.1}, {"response_hours": 0.2}, {"response_hours": None}],
            "lead_response_hours",
            (Decimal("0.3"), 2, 2),
            id="hours are added exactly, untouched leads left out",
        ),
        pytest.param(
            "lead_created",
            [{"converted_on": DAY}, {}],
            "lead_conversion_cohort",
            (1, 2, 2),
            id="cohort view",
        ),
        pytest.param(
            "visit",
            [
                {"is_discovery": True, "answered_questions": 2},
                {"is_discovery": True, "answered_questions": None},
                {"is_discovery": False, "answered_questions": 3},
            ],
            "discovery_depth",
            (2, 3, 1),
            id="3 questions a discovery visit on record",
        ),
        pytest.param(
            "proposal_submitted",
            [{"is_complete": True}, {"is_complete": False}, {"is_complete": None}],
            "proposal_quality",
            (1, 2, 2),
            id="quality over proposals on record",
        ),
        pytest.param(
            "stage_exit",
            [{"is_forward": True}, {"is_forward": False}, {"stage": "别处"}],
            "stage_conversion[谈判]",
            (1, 2, 2),
            id="forward of those that left the stage",
        ),
        pytest.param(
            "stage_exit",
            [{"stage_days": 4}, {"stage_days": 9}, {"stage_days": None}],
            "stage_days[谈判]",
            (13, 2, 2),
            id="days over timed exits",
        ),
    ],
)
def test_definitions(fact: str, rows: list[Row], metric: str, expected: tuple[object, ...]) -> None:
    """Domain §4."""
    assert value(points(**{fact: rows}), metric) == expected


def test_overdue_deals_are_a_state_of_the_as_of_date() -> None:
    deal = {"occurred_on": AS_OF, "allowed_days": 10}
    frame = points(open_deal=[{**deal, "stage_days": 11}, {**deal, "stage_days": 10}])
    assert [value(frame, "overdue_stages", kind)[0] for kind in ("week", "ytd")] == [1, 1]
    overdue = frame.filter(pl.col("metric") == "overdue_stages")
    assert overdue["period_end"].unique().to_list() == [AS_OF]


def test_new_customers_share_counts_the_whole_period_of_a_new_customer() -> None:
    first = {"account_id": "K", "first_ordered_on": date(2026, 11, 3), "net_amount": Decimal(5)}
    frame = points(sale=[first, {"account_id": "L", "first_ordered_on": date(2024, 1, 1)}])
    assert value(frame, "new_customer_share", "week")[:2] == (0, 6)
    assert value(frame, "new_customer_share", "mtd")[:2] == (5, 6)


def test_lead_conversion_is_the_period_view() -> None:
    """Domain §4: converted in the period over created in the period."""
    frame = points(
        lead_created=[{}, {}, {"occurred_on": date(2026, 11, 2)}],
        lead_converted=[{}, {"occurred_on": date(2026, 11, 2)}],
    )
    assert value(frame, "lead_conversion", "week") == (1, 2, 2)
    assert value(frame, "lead_conversion", "mtd") == (2, 3, 3)


def test_what_a_company_does_not_record_leaves_no_rows() -> None:
    frame = points(sale=[{"net_amount": Decimal(1)}], lead_created=[{}])
    assert set(frame["metric"].unique()) == {"sales_amount", "aov", "leads"}


def test_a_scope_without_rows_has_a_zero_and_a_ratio_without_value() -> None:
    before = {"occurred_on": date(2026, 11, 2), "is_won": True}
    frame = points(
        deal_closed=[{"team": "一部", **before}, {"team": "二部"}], sale=[{"team": "二部"}]
    )
    assert value(frame, "sales_amount", scope="一部") == (0, 1, 0)
    assert value(frame, "win_rate", scope="一部") == (0, 0, 0)
    row = frame.filter((pl.col("metric") == "win_rate") & (pl.col("scope") == "一部"))
    assert row.filter(pl.col("period_kind") == "week")["value"].to_list()[-1] is None


def test_a_fact_that_tells_no_lines_apart_gives_them_no_zero() -> None:
    frame = points(sale=[{"product_line": "检测"}], cash_receipt=[{}])
    cash = frame.filter((pl.col("metric") == "cash_collected") & (pl.col("period_kind") == "week"))
    assert cash["scope_kind"].unique().to_list() == ["company"]


def test_values_begin_when_the_data_does_and_scopes_when_they_do() -> None:
    frame = points(
        sale=[
            {"occurred_on": date(2026, 9, 2), "team": "一部"},
            {"occurred_on": date(2026, 11, 10), "team": "二部"},
        ]
    ).filter((pl.col("metric") == "sales_amount") & (pl.col("period_kind") == "week"))
    company = frame.filter(pl.col("scope") == "company")["period_start"].sort().to_list()
    assert (company[0], len(company)) == (date(2026, 8, 31), 12)
    late = frame.filter(pl.col("scope") == "二部")["period_start"].sort().to_list()
    assert late == [date(2026, 11, 9), date(2026, 11, 16)]
