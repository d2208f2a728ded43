"""Facts of money due, people, stock, customers and the market, each with what counts when."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tests.flows.builders import AS_OF, TEAMS, facts
from transforms.scopes import UNASSIGNED

MAY = date(2026, 5, 4)


def order(order_id: str, day: date, **changes: object) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "line_number": "1",
        "document_kind": "sale",
        "ordered_on": day,
        "net_amount": Decimal(100),
        "account_id": "K",
        **changes,
    }


def test_d30_due_comes_from_the_payment_plan_else_from_the_invoice() -> None:
    invoice = {"invoiced_on": MAY, "due_on": MAY, "gross_amount": Decimal(113)}
    read = facts(
        invoice=[
            {**invoice, "invoice_id": "plain"},
            {**invoice, "invoice_id": "planned", "order_id": "O1"},
            {**invoice, "invoice_id": "void", "is_cancelled": True},
            {**invoice, "invoice_id": "not yet", "due_on": date(2026, 11, 23)},
            {**invoice, "invoice_id": "open", "due_on": None},
            {**invoice, "invoice_id": "red", "due_on": None, "gross_amount": Decimal(-13)},
        ],
        payment_plan=[
            {"instalment_id": "预付款", "order_id": "O1", "due_on": MAY, "amount": Decimal(30)},
            {
                "instalment_id": "质保金",
                "order_id": "O1",
                "due_on": date(2027, 5, 4),
                "amount": Decimal(83),
            },
        ],
    )["receivable_due"]
    found = dict(read.select("document_id", "amount").iter_rows())
    assert found == {"plain": Decimal(113), "预付款": Decimal(30), "red": Decimal(-13)}


def test_d30_a_cancelled_contract_is_taken_back_on_its_own_date() -> None:
    contract = {"signed_on": MAY, "amount": Decimal(500)}
    read = facts(
        contract=[
            {**contract, "contract_id": "kept"},
            {**contract, "contract_id": "ended", "cancelled_on": date(2026, 6, 1)},
            {**contract, "contract_id": "void", "is_cancelled": True},
        ]
    )["signed_contract"].sort("contract_id", "occurred_on")
    assert read.select("contract_id", "occurred_on", "amount").rows() == [
        ("ended", MAY, Decimal(500)),
        ("ended", date(2026, 6, 1), Decimal(-500)),
        ("kept", MAY, Decimal(500)),
    ]


@pytest.mark.parametrize(
    ("days", "lost_on", "spells"),
    [
        pytest.param(
            [date(2024, 1, 10), date(2025, 1, 9)],
            None,
            [(date(2025, 1, 1), date(2026, 1, 9))],
            id="12 months after the last order",
        ),
        pytest.param(
            [date(2024, 1, 10), date(2025, 1, 11)],
            None,
            [(date(2025, 1, 1), date(2025, 1, 10)), (date(2025, 1, 11), date(2026, 1, 11))],
            id="won back a day too late",
        ),
        pytest.param(
            [date(2026, 2, 1)],
            date(2026, 3, 1),
            [(date(2026, 2, 1), date(2026, 3, 1))],
            id="recorded as lost",
        ),
        pytest.param(
            [date(2026, 2, 1), date(2026, 4, 1)],
            date(2026, 3, 1),
            [(date(2026, 2, 1), date(2026, 3, 1)), (date(2026, 4, 1), None)],
            id="recorded as lost, then bought again",
        ),
        pytest.param(
            [date(2026, 2, 1), date(2026, 2, 10), date(2026, 2, 20), date(2026, 2, 25)],
            date(2026, 2, 12),
            [(date(2026, 2, 1), date(2026, 2, 12)), (date(2026, 2, 20), None)],
            id="recorded as lost between the orders of one month",
        ),
        pytest.param(
            [date(2025, 1, 11), date(2025, 1, 20), date(2025, 1, 31), date(2026, 2, 5)],
            None,
            [(date(2025, 1, 11), date(2026, 1, 31)), (date(2026, 2, 5), None)],
            id="12 months after the last of the orders of one month",
        ),
        pytest.param(
            [date(2026, 2, 1)], AS_OF.replace(day=23), [(date(2026, 2, 1), None)], id="lost later"
        ),
    ],
)
def test_d12_a_customer_is_lost_after_12_months_or_when_recorded(
    days: list[date], lost_on: date | None, spells: list[tuple[date, date | None]]
) -> None:
    read = facts(
        order_line=[
            order("first", date(2024, 1, 1), account_id="other"),
            *(order(f"O{number}", day) for number, day in enumerate(days)),
        ],
        account=[{"account_id": "K", "lost_on": lost_on}],
    )["customer_spell"]
    own = read.filter(account_id="K").sort("occurred_on")
    assert own.select("occurred_on", "ended_on").rows() == spells


def test_before_the_records_span_12_months_nobody_can_be_seen_to_be_lost() -> None:
    read = facts(order_line=[order("A", date(2026, 2, 1))])["customer_spell"]
    assert read.is_empty()


def test_heads_follow_the_assignments_and_the_last_end_is_a_leaver() -> None:
    read = facts(assignment=TEAMS)["head"].sort("rep", "occurred_on")
    assert read.select("rep", "team", "occurred_on", "ended_on", "is_leaver").rows() == [
        ("R1", "华东一部", date(2026, 1, 1), date(2026, 6, 30), False),
        ("R1", "华南一部", date(2026, 7, 1), None, False),
        ("R2", "华东一部", date(2026, 1, 1), date(2026, 3, 31), True),
    ]


def test_a_later_assignment_ends_the_one_before_so_that_nobody_counts_twice() -> None:
    both = [
        {"rep_id": "R", "team": "一", "region": "东", "valid_from": date(2026, 1, 1)},
        {
            "rep_id": "R",
            "team": "二",
            "region": "东",
            "valid_from": date(2026, 2, 1),
            "left_on": date(2026, 3, 1),
        },
    ]
    read = facts(assignment=both)["head"].sort("occurred_on")
    assert read["ended_on"].to_list() == [date(2026, 1, 31), date(2026, 3, 1)]
    assert read["is_leaver"].to_list() == [False, True]


def test_a_count_of_stock_holds_until_the_next_and_only_stocked_channels_turn_it() -> None:
    read = facts(
        inventory=[
            {
                "product_id": "P",
                "channel": "经销商",
                "counted_on": date(2026, month, 1),
                "quantity": Decimal(1),
                "stock_value": Decimal(10),
            }
            for month in (1, 2)
        ],
        order_line=[
            order("A", MAY, channel="经销商", cost_amount=Decimal(60)),
            order("B", MAY, channel="直销", cost_amount=Decimal(70)),
        ],
    )
    assert read["stock_level"].sort("occurred_on")["ended_on"].to_list() == [
        date(2026, 1, 31),
        None,
    ]
    assert read["stock_sold"]["cost_amount"].to_list() == [Decimal(60)]


def test_a_contract_that_ran_out_is_renewed_by_one_that_names_it() -> None:
    contract = {"signed_on": date(2025, 1, 1), "ends_on": date(2026, 3, 31)}
    again = {"signed_on": date(2026, 4, 10), "renews_contract_id": "A"}
    read = facts(
        contract=[
            {**contract, "contract_id": "A"},
            {**contract, "contract_id": "B"},
            {**contract, "contract_id": "void", "is_cancelled": True},
            {**contract, "contract_id": "later", "ends_on": date(2026, 12, 31)},
            {**again, "contract_id": "C"},
            {**again, "contract_id": "D", "renews_contract_id": "B", "is_cancelled": True},
        ]
    )["contract_due"]
    assert dict(read.select("contract_id", "is_renewed").iter_rows()) == {"A": True, "B": False}


def test_d26_a_report_is_due_on_every_working_day_and_late_after_17() -> None:
    monday = date(2026, 11, 16)
    report = {"rep_id": "R1", "reported_on": monday}
    read = facts(
        assignment=[TEAMS[1]],
        daily_report=[
            {**report, "recorded_at": datetime(2026, 11, 16, 9, 0)},  # noqa: DTZ001 - UTC
            {
                **report,
                "reported_on": date(2026, 11, 17),
                "recorded_at": datetime(2026, 11, 17, 9, 0, 1),  # noqa: DTZ001 - UTC
            },
        ],
    )["report_day"].sort("occurred_on")
    # 2026-11-21 and -22 are a weekend; 09:00 UTC is 17:00 in Shanghai
    assert read["occurred_on"].to_list() == [date(2026, 11, day) for day in range(16, 21)]
    assert read["is_reported"].to_list() == [True, True, False, False, False]
    assert read["is_timely"].to_list() == [True, False, False, False, False]


def test_the_hour_a_report_is_due_is_a_setting() -> None:
    read = facts(
        settings={"review": {"report_due_at": time(18)}},
        assignment=[TEAMS[1]],
        daily_report=[
            {
                "rep_id": "R1",
                "reported_on": date(2026, 11, 20),
                "recorded_at": datetime(2026, 11, 20, 9, 30),  # noqa: DTZ001 - UTC
            }
        ],
    )["report_day"]
    assert read["is_timely"].to_list() == [True]


def test_the_days_of_a_market_add_up_and_its_rest_belongs_to_nobody() -> None:
    window = {"period_start": date(2026, 1, 1), "period_end": date(2026, 3, 31)}
    whole = {"region": "-", "product_line": "-", "channel": "-"}
    read = facts(
        market_size=[
            {**window, **whole, "market_amount": Decimal(1000)},
            {**window, **whole, "region": "华东", "market_amount": Decimal(700)},
        ]
    )["market_day"]
    sums = dict(read.group_by("region").agg(pl.col("market_amount").sum()).iter_rows())
    assert sums == {"华东": Decimal(700), UNASSIGNED: Decimal(300)}
    assert read.height == 180


def test_d6_the_budget_due_is_spread_over_the_working_days_of_its_window() -> None:
    window = {"module": "推广", "period_start": date(2026, 11, 16)}
    line = {**window, "period_end": date(2026, 11, 29), "amount": Decimal(100)}
    read = facts(
        budget=[
            {**line, "budget_id": "1", "channel": "展会"},
            {**line, "budget_id": "2", "campaign": "直播"},
            {**line, "budget_id": "no spend of it is recorded"},
            {**line, "budget_id": "应急", "channel": "展会", "is_reserve": True},
        ],
        campaign_spend=[
            {
                "spent_on": MAY,
                "channel": "短视频",
                "campaign": "直播",
                "detail": "-",
                "amount": Decimal(1),
            }
        ],
    )["budget_day"]
    # five of the ten working days lie before the as-of date
    due = dict(read.group_by("channel").agg(pl.col("budget_amount").sum()).iter_rows())
    assert due == {"展会": Decimal(50), "短视频": Decimal(50)}
    assert sorted(read["occurred_on"].unique()) == [date(2026, 11, day) for day in range(16, 21)]
