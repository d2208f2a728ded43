"""Rebates on reaching the quarter's target and referral fees (D-27)."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tests.transforms.builders import facts
from transforms.catalogue import CATALOGUE
from transforms.daily_targets import daily_targets
from transforms.parameters import Parameters, ReviewWeek
from transforms.tables import ENTITIES
from transforms.term_dues import term_dues

AUTUMN = ReviewWeek("2026-W47", date(2026, 11, 16), date(2026, 11, 22))
OVER = ReviewWeek("2027-W01", date(2026, 12, 25), date(2026, 12, 31))
Q4 = (date(2026, 10, 1), date(2026, 12, 31))
REBATE: dict[str, Any] = {
    "term_id": "P4",
    "kind": "rebate",
    "description": "经销商季度达标返利 5%",
    "threshold": Decimal(1),
    "value": Decimal("0.05"),
    "channel": "经销商",
    "valid_from": date(2026, 10, 1),
}
FEE: dict[str, Any] = {
    "term_id": "P5",
    "kind": "referral_fee",
    "description": "转介绍成交按合同额 2%",
    "value": Decimal("0.02"),
    "valid_from": date(2026, 10, 1),
}
DEALERS = [
    {"account_id": name, "account_name": f"{name}贸易", "channel": "经销商"}
    for name in ("D1", "D2")
]


def table(entity: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    contract = ENTITIES[entity]
    schema = contract.create_empty().schema
    frame = pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)
    return contract.validate(frame)


def target(scope_kind: str, scope: str, value: int) -> dict[str, Any]:
    return {
        "metric": "sales_amount",
        "scope_kind": scope_kind,
        "scope": scope,
        "period_start": Q4[0],
        "period_end": Q4[1],
        "target_value": Decimal(value),
    }


def sale(account: str, amount: str, channel: str = "经销商") -> dict[str, Any]:
    return {
        "account_id": account,
        "net_amount": Decimal(amount),
        "channel": channel,
        "occurred_on": date(2026, 11, 2),
    }


def dues(
    terms: list[dict[str, Any]],
    targets: list[dict[str, Any]],
    week: ReviewWeek = AUTUMN,
    **rows: list[dict[str, Any]],
) -> list[dict[str, Any]]:
    parameters = Parameters(week)
    daily = daily_targets(table("target", targets), CATALOGUE, parameters.calendar).daily
    records = {
        "commercial_term": table("commercial_term", terms),
        "account": table("account", DEALERS),
    }
    return term_dues(facts(**rows), daily, records, parameters).to_dicts()


def brief(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    names = ("term_id", "beneficiary_kind", "beneficiary", "state", "base_amount", "amount")
    return [tuple(row[name] for name in names) for row in rows]


@pytest.mark.parametrize(
    ("sold", "week", "state", "amount"),
    [
        pytest.param(
            "1000000", AUTUMN, "due", Decimal(50_000), id="5 % once the target is reached"
        ),
        pytest.param(
            "999999.99", AUTUMN, "running", Decimal(0), id="one cent short, it still runs"
        ),
        pytest.param("999999.99", OVER, "missed", Decimal(0), id="one cent short at the end"),
        pytest.param("1000000.50", AUTUMN, "due", Decimal("50000.03"), id="half a cent goes up"),
    ],
)
def test_d27_dealer_rebate_of_5_percent_on_reaching_the_quarters_target(
    sold: str, week: ReviewWeek, state: str, amount: Decimal
) -> None:
    found = dues([REBATE], [target("customer", "D1", 1_000_000)], week, sale=[sale("D1", sold)])
    assert brief(found) == [("P4", "customer", "D1", state, Decimal(sold), amount)]


def test_d27_each_dealer_has_its_own_target_by_number_or_name() -> None:
    targets = [target("customer", "D1", 100), target("customer", "D2贸易", 100)]
    found = dues(
        [REBATE], targets, sale=[sale("D1", "150"), sale("D2", "60"), sale("K", "9", "直销")]
    )
    assert brief(found) == [
        ("P4", "customer", "D1", "due", 150, Decimal("7.5")),
        ("P4", "customer", "D2", "running", 60, 0),
    ]


def test_d27_without_targets_of_dealers_the_channel_counts_as_one() -> None:
    found = dues(
        [REBATE], [target("channel", "经销商", 200)], sale=[sale("D1", "150"), sale("D2", "60")]
    )
    assert brief(found) == [("P4", "channel", "经销商", "due", 210, Decimal("10.5"))]


def test_d27_no_target_is_no_rebate_of_zero() -> None:
    found = dues([REBATE], [], sale=[sale("D1", "150")])
    assert brief(found) == [("P4", "channel", "经销商", "no_target", 150, None)]


def test_d27_the_highest_step_reached_counts_alone() -> None:
    higher = REBATE | {"term_id": "P4b", "threshold": Decimal("1.2"), "value": Decimal("0.07")}
    found = dues([REBATE, higher], [target("customer", "D1", 100)], sale=[sale("D1", "120")])
    assert brief(found) == [("P4b", "customer", "D1", "due", 120, Decimal("8.4"))]


def lead(account: str | None, *, is_referral: bool | None = True) -> dict[str, Any]:
    return {
        "lead_id": f"L{account}",
        "account_id": account,
        "is_referral": is_referral,
        "occurred_on": date(2026, 9, 1),
        "converted_on": date(2026, 10, 20),
    }


def contract(account: str, number: str, amount: int, day: date) -> dict[str, Any]:
    return {
        "account_id": account,
        "contract_id": number,
        "amount": Decimal(amount),
        "occurred_on": day,
    }


def test_d27_a_referred_customers_first_contract_brings_2_percent_once() -> None:
    october, november = date(2026, 10, 20), date(2026, 11, 3)
    found = dues(
        [FEE],
        [],
        lead_created=[lead("D1"), lead("D2", is_referral=False), lead(None)],
        signed_contract=[
            contract("D1", "C1", 500, october),
            contract("D1", "C2", 900, november),
            contract("D2", "C3", 700, november),
        ],
    )
    assert brief(found) == [("P5", "customer", "D1", "due", 500, 10)]
    assert (found[0]["lead_id"], found[0]["document_id"]) == ("LD1", "C1")


def test_d27_a_cancelled_contract_brings_no_fee() -> None:
    day = date(2026, 10, 20)
    signed = [contract("D1", "C1", 500, day), contract("D1", "C1", -500, date(2026, 11, 1))]
    assert dues([FEE], [], lead_created=[lead("D1")], signed_contract=signed) == []


def test_d27_without_contracts_the_first_order_counts() -> None:
    found = dues(
        [FEE], [], lead_created=[lead("D1")], sale=[sale("D1", "300") | {"order_id": "O1"}]
    )
    assert brief(found) == [("P5", "customer", "D1", "due", 300, 6)]


def test_d27_terms_that_no_longer_hold_owe_nothing() -> None:
    old = REBATE | {"valid_from": date(2025, 1, 1), "valid_to": date(2026, 6, 30)}
    assert dues([old], [target("customer", "D1", 100)], sale=[sale("D1", "150")]) == []
