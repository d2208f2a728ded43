"""Facts: scopes of the day (D-29), costs, what counts when (D-30)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.flows.builders import TEAMS, facts
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
