"""Facts: scopes of the day (D-29), costs, what counts when (D-30)."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from flows.marts import facts_of_views, measured_facts
from tests.flows.builders import AS_OF, TEAMS, company, facts, views
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


def test_what_measures_read_is_what_the_whole_fact_holds() -> None:
    rows: dict[str, list[dict[str, Any]]] = {
        "order_line": [
            line("A", rep_id="R1", account_id="K", product_id="P", quantity=Decimal(2)),
            line("B", rep_id="R9", channel="展会", ordered_on=date(2026, 7, 1)),
            line("C", region="华北", product_line="检测", document_kind="return"),
        ],
        "assignment": TEAMS,
        "account": [{"account_id": "K", "region": "西部", "channel": "直销"}],
        "product": [{"product_id": "P", "product_line": "输送"}],
        "lead": [{"lead_id": "L", "created_on": date(2026, 5, 4), "rep_id": "R2"}],
    }
    whole = {
        name: each.collect()
        for name, each in facts_of_views(views(**rows), company(), AS_OF).items()
    }
    columns = {
        "sale": ["occurred_on", "team", "account_id", "net_amount", "first_ordered_on"],
        "lead_created": ["occurred_on", "converted_on"],
    }
    measured = measured_facts(views(**rows), company(), AS_OF, columns)
    assert set(measured) == set(columns)
    for name, named in columns.items():
        chosen = list(dict.fromkeys([*named, *SCOPE_COLUMNS]))
        found = (
            measured[name]
            .with_columns(pl.col(SCOPE_COLUMNS).cast(pl.String))
            .select(chosen)
            .collect()
        )
        assert found.sort(pl.all()).equals(whole[name].select(chosen).sort(pl.all()))
