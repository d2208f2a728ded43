"""Facts: scopes of the day (D-29), costs, what counts when (D-30), stages as of a day."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from flows.marts import facts_of_views
from tests.flows.builders import company, views
from transforms.scopes import SCOPE_COLUMNS, UNASSIGNED
from transforms.tables.facts import FACTS

AS_OF = date(2026, 11, 22)
STAGES = [
    {"name": "线索挖掘", "allowed_days": 10, "win_probability": "0.1"},
    {"name": "方案呈现", "allowed_days": 14, "win_probability": "0.4"},
    {"name": "谈判", "win_probability": "0.6"},
    {"name": "成交", "outcome": "won"},
    {"name": "输单", "outcome": "lost"},
]
TEAMS = [
    {
        "rep_id": "R1",
        "team": "华东一部",
        "region": "华东",
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2026, 6, 30),
    },
    {"rep_id": "R1", "team": "华南一部", "region": "华南", "valid_from": date(2026, 7, 1)},
    {
        "rep_id": "R2",
        "team": "华东一部",
        "region": "华东",
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2026, 3, 31),
    },
]


def line(order_id: str = "A", **changes: object) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "line_number": "1",
        "document_kind": "sale",
        "ordered_on": date(2026, 5, 4),
        "net_amount": Decimal(100),
        **changes,
    }


def facts(
    as_of: date = AS_OF, settings: dict[str, Any] | None = None, **entities: list[dict[str, Any]]
) -> dict[str, pl.DataFrame]:
    sections = {"stages": STAGES, **(settings or {})}
    read = facts_of_views(views(**entities), company(**sections), as_of)
    return {name: frame.collect() for name, frame in read.items()}


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
        order_line=[line()],
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
