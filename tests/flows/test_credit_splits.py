"""Credit splits (D-29): several reps on a deal share its amount, which stays the same."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.flows.builders import TEAMS, facts

MAY = date(2026, 5, 4)
CONTRACT: dict[str, Any] = {"contract_id": "C", "signed_on": MAY, "rep_id": "R1"}


def split(rep: str, share: str, kind: str = "contract", document: str = "C") -> dict[str, Any]:
    return {
        "document_kind": kind,
        "document_id": document,
        "rep_id": rep,
        "share": Decimal(share),
    }


@pytest.mark.parametrize(
    ("amount", "splits", "parts"),
    [
        pytest.param("100", [], {"R1": "100"}, id="none"),
        pytest.param(
            "100",
            [split("R1", "0.6"), split("R2", "0.4")],
            {"R1": "60", "R2": "40"},
            id="two reps",
        ),
        pytest.param(
            "100", [split("R2", "0.3")], {"R1": "70", "R2": "30"}, id="the rest stays with its rep"
        ),
        pytest.param(
            "100",
            [split("R2", "1"), split("R3", "3")],
            {"R2": "25", "R3": "75"},
            id="weights above 1",
        ),
        pytest.param(
            "0.0001", [split("R2", "0.5"), split("R3", "0.5")], {"R2": "0", "R3": "0.0001"},
            id="the smallest unit goes to one",
        ),
        pytest.param(
            "-100",
            [split("R2", "0.333333"), split("R3", "0.666667")],
            {"R2": "-33.3333", "R3": "-66.6667"},
            id="taken back",
        ),
    ],
)  # fmt: skip
def test_d29_credit_is_split_to_the_last_unit(
    amount: str, splits: list[dict[str, Any]], parts: dict[str, str]
) -> None:
    contract = {**CONTRACT, "amount": Decimal(amount)}
    read = facts(contract=[contract], credit_split=splits)["signed_contract"]
    found = dict(read.select("rep", "amount").iter_rows())
    assert found == {rep: Decimal(part) for rep, part in parts.items()}


def test_a_part_belongs_to_the_team_of_its_rep() -> None:
    read = facts(
        contract=[{**CONTRACT, "amount": Decimal(10), "signed_on": date(2026, 7, 1)}],
        assignment=TEAMS,
        credit_split=[split("R1", "0.5"), split("R9", "0.5")],
    )["signed_contract"]
    assert dict(read.select("team", "amount").iter_rows()) == {
        "华南一部": Decimal(5),
        "未分配": Decimal(5),
    }


def test_a_deal_of_two_reps_is_one_deal() -> None:
    deal = {
        "opportunity_id": "D",
        "rep_id": "R1",
        "stage": "成交",
        "outcome": "won",
        "closed_on": MAY,
        "amount": Decimal(90),
    }
    shared = [split(rep, "0.5", "opportunity", "D") for rep in ("R1", "R2")]
    read = facts(opportunity=[deal], credit_split=shared)
    assert read["deal_closed"].height == 1
    assert dict(read["deal_credit"].select("rep", "amount").iter_rows()) == {
        "R1": Decimal(45),
        "R2": Decimal(45),
    }


LINES = st.lists(
    st.fixed_dictionaries(
        {
            "net_amount": st.decimals(-(10**9), 10**9, places=4),
            "cost_amount": st.one_of(st.none(), st.decimals(0, 10**9, places=4)),
            "quantity": st.decimals(-(10**6), 10**6, places=6),
        }
    ),
    min_size=1,
    max_size=12,
)
SHARES = st.lists(st.decimals("0.000001", 3, places=6), min_size=1, max_size=4)


@settings(max_examples=4, deadline=None)
@given(lines=LINES, shares=SHARES)
def test_d29_the_company_is_the_same_under_any_split(
    lines: list[dict[str, Any]], shares: list[Decimal]
) -> None:
    rows = [
        {
            "order_id": "O",
            "line_number": str(number),
            "document_kind": "sale",
            "ordered_on": MAY,
            "rep_id": "R0",
            **line,
        }
        for number, line in enumerate(lines)
    ]
    splits = [split(f"R{number}", str(share), "order", "O") for number, share in enumerate(shares)]
    totals = [pl.col(name).sum() for name in ("net_amount", "cost_amount", "quantity")]
    whole = facts(order_line=rows)["sale"]
    parts = facts(order_line=rows, credit_split=splits)["sale"]
    assert parts.select(totals).rows() == whole.select(totals).rows()
    assert parts["margin_amount"].sum() == whole["margin_amount"].sum()
    assert set(parts["rep"]) <= {f"R{number}" for number in range(len(shares))} | {"R0"}
