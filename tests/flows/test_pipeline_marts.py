"""Facts of the pipeline: deals, stages as of a day, leads, proposals."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.flows.builders import TEAMS, facts
from transforms.scopes import UNASSIGNED


def deal(opportunity_id: str, **changes: object) -> dict[str, Any]:
    return {
        "opportunity_id": opportunity_id,
        "stage": "谈判",
        "outcome": "open",
        "created_on": date(2026, 9, 1),
        **changes,
    }


WON = {"stage": "成交", "outcome": "won", "closed_on": date(2026, 11, 10)}


def test_won_opportunities_can_stand_for_orders_and_contracts() -> None:
    settings = {"sales": {"sales_from": "won_opportunity", "contracts_from": "won_opportunity"}}
    read = facts(
        settings=settings,
        opportunity=[
            deal("W", **WON, amount=Decimal(500), account_id="K", product_id="P1"),
            deal("N", **WON, account_id="K"),
            deal("L", stage="输单", outcome="lost", closed_on=date(2026, 11, 9), amount=Decimal(7)),
            deal("O", amount=Decimal(9)),
        ],
        product=[{"product_id": "P1", "product_line": "智能检测"}],
        order_line=[
            {
                "order_id": "A",
                "line_number": "1",
                "document_kind": "sale",
                "ordered_on": date(2026, 5, 4),
                "net_amount": Decimal(100),
            }
        ],
    )
    sale = read["sale"].sort("order_id")
    assert sale["order_id"].to_list() == ["N", "W"]
    assert sale["net_amount"].to_list() == [Decimal(0), Decimal(500)]
    assert sale["product_line"].to_list() == [UNASSIGNED, "智能检测"]
    assert read["signed_contract"]["amount"].sum() == Decimal(500)
    closed = read["deal_closed"].sort("opportunity_id")
    assert closed["is_won"].to_list() == [False, True, True]
    assert closed["cycle_days"].to_list() == [69, 70, 70]


MOVES = [
    ("1", None, "线索挖掘", date(2026, 9, 1)),
    ("2", "线索挖掘", "方案呈现", date(2026, 9, 11)),
    ("3", "方案呈现", "谈判", date(2026, 10, 1)),
    ("4", "谈判", "方案呈现", date(2026, 10, 6)),
    ("5", "方案呈现", "输单", date(2026, 11, 1)),
]


def moves(opportunity_id: str, upto: int) -> list[dict[str, Any]]:
    return [
        {
            "stage_event_id": f"{opportunity_id}{number}",
            "opportunity_id": opportunity_id,
            "from_stage": left,
            "to_stage": entered,
            "changed_on": day,
        }
        for number, left, entered, day in MOVES[:upto]
    ]


def test_stage_exits_have_days_and_direction() -> None:
    """stage_conversion and stage_days of domain §4."""
    read = facts(opportunity=[deal("O")], stage_event=moves("O", 5))["stage_exit"]
    rows = read.sort("occurred_on").select("stage", "is_forward", "stage_days").rows()
    assert rows == [
        ("线索挖掘", True, 10),
        ("方案呈现", True, 20),
        ("谈判", False, 5),
        ("方案呈现", False, 26),
    ]


def test_source_that_states_no_stage_left_takes_it_from_the_move_before() -> None:
    events = [{**move, "from_stage": None} for move in moves("O", 3)]
    read = facts(opportunity=[deal("O")], stage_event=events)["stage_exit"]
    assert read.sort("occurred_on")["stage"].to_list() == ["线索挖掘", "方案呈现"]


@pytest.mark.parametrize(
    ("as_of", "stage", "days", "allowed"),
    [
        pytest.param(date(2026, 9, 5), "线索挖掘", 4, 10, id="first stage"),
        pytest.param(date(2026, 10, 3), "谈判", 2, None, id="stage without limit"),
        pytest.param(date(2026, 10, 31), "方案呈现", 25, 14, id="before it was lost"),
    ],
)
def test_open_deal_stands_in_the_stage_of_that_day(
    as_of: date, stage: str, days: int, allowed: int | None
) -> None:
    lost = deal(
        "O", stage="输单", outcome="lost", closed_on=date(2026, 11, 1), amount=Decimal(1000)
    )
    read = facts(as_of=as_of, opportunity=[lost], stage_event=moves("O", 5))["open_deal"]
    assert read.select("stage", "stage_days", "allowed_days").rows() == [(stage, days, allowed)]


def test_open_deal_without_history_is_weighted_but_not_called_overdue() -> None:
    deals = [
        deal("O", amount=Decimal("1000.50")),
        deal("U", created_on=None),
        deal("F", stage="线索挖掘", created_on=date(2026, 11, 2)),
        deal("X", created_on=date(2026, 11, 23)),
    ]
    read = facts(opportunity=deals)["open_deal"].sort("opportunity_id")
    assert read["opportunity_id"].to_list() == ["F", "O", "U"]
    assert read["stage_days"].to_list() == [20, None, None]
    assert read["weighted_amount"].to_list() == [None, Decimal("600.3"), None]


def _utc(hour: int, minute: int) -> datetime:
    """An instant as the warehouse stores it: UTC without a zone."""
    return datetime(2026, 11, 20, hour, minute, tzinfo=UTC).replace(tzinfo=None)


def test_leads_know_nothing_of_the_days_after() -> None:
    rows = [
        {
            "lead_id": "1",
            "created_on": date(2026, 11, 20),
            "created_at": _utc(8, 0),
            "first_touch_at": _utc(9, 30),
            "converted_on": date(2026, 11, 25),
        },
        {"lead_id": "2", "created_on": date(2026, 10, 1), "converted_on": date(2026, 11, 20)},
    ]
    read = facts(lead=rows)
    created = read["lead_created"].sort("lead_id")
    assert created["converted_on"].to_list() == [None, date(2026, 11, 20)]
    assert created["response_hours"].to_list() == [1.5, None]
    assert read["lead_converted"]["lead_id"].to_list() == ["2"]


def test_what_a_document_does_not_say_its_deal_or_invoice_says() -> None:
    read = facts(
        opportunity=[deal("O", rep_id="R1", segment="初创", account_id="K", product_line="检测")],
        proposal=[
            {"proposal_id": "1", "submitted_on": date(2026, 11, 2), "opportunity_id": "O"},
            {
                "proposal_id": "2",
                "submitted_on": date(2026, 11, 3),
                "has_customer_case": True,
                "has_roi_estimate": False,
            },
        ],
        invoice=[
            {
                "invoice_id": "I",
                "invoiced_on": date(2026, 1, 1),
                "gross_amount": Decimal(5),
                "account_id": "K",
                "rep_id": "R1",
            }
        ],
        payment=[
            {
                "payment_id": "P",
                "paid_on": date(2026, 2, 3),
                "amount": Decimal(5),
                "invoice_id": "I",
            }
        ],
        assignment=TEAMS,
    )
    proposals = read["proposal_submitted"].sort("proposal_id")
    columns = ["team", "segment", "product_line", "is_complete"]
    assert proposals.select(columns).rows() == [
        ("华南一部", "初创", "检测", None),
        (UNASSIGNED, UNASSIGNED, UNASSIGNED, False),
    ]
    assert read["cash_receipt"].select("team", "account_id").rows() == [("华东一部", "K")]
