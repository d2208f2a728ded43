"""What each metric divides by what, and when it says nothing."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.transforms import builders
from tests.transforms.builders import AS_OF, DAY
from transforms.catalogue import CATALOGUE
from transforms.points import metric_points

MONDAY = date(2026, 11, 16)
LONG_AGO = date(2024, 1, 1)


PARTS: dict[str, dict[str, Any]] = {
    "own": {"channel_ownership": "own"},
    "partner": {"channel_ownership": "partner"},
    "emerging": {"channel_ownership": "emerging"},
    "导入": {"life_cycle_stage": "导入"},
    "成长": {"life_cycle_stage": "成长"},
    "成熟": {"life_cycle_stage": "成熟"},
    "衰退": {"life_cycle_stage": "衰退"},
    "existing": {"first_ordered_on": MONDAY - timedelta(days=1)},
    "key": {"is_key_account": True},
}
"""Name of a part of sales to what makes a sale of it."""

Facts = dict[str, list[dict[str, Any]]]


def sides(
    metric: str, facts: Facts, period: str = "week", scope: str = "company"
) -> tuple[Any, ...] | None:
    """Numerator and denominator of a current value; None where there is no row."""
    points = metric_points(
        builders.facts(**facts), {metric: CATALOGUE[metric]}, builders.PERIODS, as_of=AS_OF
    )
    found = points.filter(metric=metric, period_kind=period, scope=scope, period_end=AS_OF)
    return found.select("numerator", "denominator").row(0) if found.height else None


@pytest.mark.parametrize(
    ("metric", "rows", "expected"),
    [
        pytest.param(
            "collection_rate",
            {
                "cash_receipt": [{"amount": Decimal(40)}, {"amount": Decimal(20)}],
                "receivable_due": [{"amount": Decimal(113)}, {"amount": Decimal(-13)}],
            },
            (60, 100),
            id="collection_rate",
        ),
        pytest.param(
            "collection_rate",
            {
                "cash_receipt": [{"amount": Decimal(40)}],
                "receivable_due": [{"occurred_on": LONG_AGO}],
            },
            (40, 0),
            id="collection_rate: nothing due is no rate",
        ),
        pytest.param(
            "channel_roi",
            {
                "channel_return": [
                    {"return_amount": Decimal(30), "profit_amount": Decimal(30)},
                    {"return_amount": Decimal(-20), "spend_amount": Decimal(20)},
                ]
            },
            (10, 20),
            id="channel_roi: (profit − spend) ÷ spend",
        ),
        pytest.param(
            "channel_roi",
            {"channel_return": [{"return_amount": Decimal(-20), "spend_amount": Decimal(20)}]},
            None,
            id="channel_roi: no profit known is not a loss of all",
        ),
        pytest.param(
            "cac",
            {
                "spend": [{"amount": Decimal(600_000)}, {"amount": Decimal(400_000)}],
                "customer_gained": [{} for _ in range(500)],
            },
            (1_000_000, 500),
            id="§8: 100 万 for 500 new customers is a CAC of 2000",
        ),
        pytest.param(
            "campaign_leads",
            {"lead_created": [{"campaign": "直播"}, {"campaign": "直播"}, {"campaign": None}]},
            (2, 1),
            id="campaign_leads",
        ),
        pytest.param(
            "campaign_conversion",
            {
                "lead_created": [
                    *({"campaign": "直播", "converted_on": DAY} for _ in range(3)),
                    *({"campaign": "直播"} for _ in range(17)),
                    {"converted_on": DAY},
                ]
            },
            (3, 20),
            id="§8: the campaign's lead conversion target of 15 % reached",
        ),
        pytest.param(
            "referral_leads",
            {"lead_created": [{"is_referral": True}, {"is_referral": False}, {}]},
            (1, 1),
            id="referral_leads",
        ),
        pytest.param(
            "referral_leads", {"lead_created": [{}]}, None, id="referral_leads: nobody says"
        ),
        pytest.param(
            "market_share",
            {
                "sale": [{"net_amount": Decimal(12)}],
                "market_day": [{"market_amount": Decimal(60)}, {"market_amount": Decimal(20)}],
            },
            (12, 80),
            id="market_share",
        ),
        pytest.param(
            "satisfaction",
            {"survey_answer": [{"score": Decimal("4.5")}, {"score": Decimal(3)}]},
            (Decimal("7.5"), 2),
            id="satisfaction",
        ),
        pytest.param(
            "renewal_rate",
            {"contract_due": [{"is_renewed": True}, {"is_renewed": False}]},
            (1, 2),
            id="renewal_rate",
        ),
        pytest.param(
            "budget_use",
            {
                "spend": [{"amount": Decimal(45)}],
                "budget_day": [{"budget_amount": Decimal(30)}, {"budget_amount": Decimal(20)}],
            },
            (45, 50),
            id="budget_use",
        ),
        pytest.param(
            "report_completeness",
            {
                "report_day": [
                    {"is_timely": False},
                    {},
                    {"is_reported": False, "is_timely": False},
                ]
            },
            (2, 3),
            id="report_completeness",
        ),
        pytest.param(
            "report_timeliness",
            {"report_day": [{"is_timely": False}, {}]},
            (1, 2),
            id="report_timeliness: late is not on time (D-26)",
        ),
        pytest.param(
            "win_rate_amount",
            {
                "deal_credit": [
                    {"amount": Decimal(30)},
                    {"amount": Decimal(90), "is_won": False},
                ]
            },
            (30, 120),
            id="win_rate_amount",
        ),
        pytest.param(
            "churn_rate",
            {
                "customer_spell": [
                    {"occurred_on": LONG_AGO},
                    {"occurred_on": LONG_AGO, "ended_on": DAY},
                    {"occurred_on": LONG_AGO, "ended_on": MONDAY - timedelta(days=1)},
                    {"occurred_on": MONDAY, "ended_on": DAY},
                ]
            },
            (1, 2),
            id="churn_rate: lost of those active at the start",
        ),
        pytest.param(
            "churn_rate",
            {"customer_spell": [{"occurred_on": LONG_AGO}]},
            (0, 1),
            id="churn_rate: nobody lost is 0",
        ),
        pytest.param(
            "staff_turnover",
            {
                "head": [
                    {"occurred_on": LONG_AGO},
                    {"occurred_on": LONG_AGO, "ended_on": DAY, "is_leaver": True},
                    {"occurred_on": LONG_AGO, "ended_on": DAY},
                    {"occurred_on": DAY + timedelta(days=1)},
                ]
            },
            (1, Decimal("2.428571")),
            id="staff_turnover: a move is no leaver, and heads are weighed by their days",
        ),
        pytest.param(
            "output_per_head",
            {
                "sale": [{"net_amount": Decimal(900)}],
                "head": [{"occurred_on": LONG_AGO}, {"occurred_on": date(1900, 1, 1)}],
            },
            (900, 2),
            id="output_per_head",
        ),
        pytest.param(
            "inventory_turnover",
            {
                "stock_sold": [{"cost_amount": Decimal(60)}],
                "stock_level": [{"occurred_on": LONG_AGO, "stock_amount": Decimal(20)}],
            },
            (60, 20),
            id="inventory_turnover",
        ),
        *(
            pytest.param(
                f"sales_share[{part}]",
                {
                    "sale": [
                        {"net_amount": Decimal(40), **rows},
                        {"net_amount": Decimal(60), "first_ordered_on": DAY},
                    ]
                },
                (40, 100),
                id=f"sales_share[{part}]",
            )
            for part, rows in PARTS.items()
        ),
    ],
)
def test_what_a_metric_divides(metric: str, rows: Facts, expected: tuple[Any, Any] | None) -> None:
    assert sides(metric, rows) == expected


def test_a_month_to_date_weighs_heads_by_its_days() -> None:
    half = {"occurred_on": date(2026, 11, 12)}
    rows: Facts = {"sale": [{}], "head": [half, {"occurred_on": LONG_AGO}]}
    found = sides("output_per_head", rows, "mtd")
    assert found == (1, Decimal("1.5"))


def test_a_scope_has_a_value_where_both_sides_carry_its_key() -> None:
    """Domain §4: spend has a channel and no team, heads a team and no channel."""
    rows: Facts = {
        "sale": [{"team": "一部", "channel": "直播"}],
        "head": [{"occurred_on": LONG_AGO, "team": "一部"}],
        "spend": [{"channel": "直播"}],
        "customer_gained": [{"channel": "直播", "team": "一部"}],
    }
    assert sides("output_per_head", rows, scope="一部") == (1, 1)
    assert sides("output_per_head", rows, scope="直播") is None
    assert sides("cac", rows, scope="直播") == (1, 1)
    assert sides("cac", rows, scope="一部") is None
