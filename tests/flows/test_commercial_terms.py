"""Order lines outside the commercial terms (D-27), from the views that SQL reads."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from flows.sql import statement
from tests.flows.builders import views
from transforms.scopes import UNASSIGNED
from transforms.tables.plan_review import TermBreach

ORDERED = date(2026, 11, 18)
TIER: dict[str, Any] = {
    "term_id": "P1",
    "kind": "price_tier",
    "description": "年采购量超 100 万享 9 折",
    "threshold": Decimal(1_000_000),
    "value": Decimal("0.9"),
    "valid_from": date(2026, 1, 1),
}
SPECIAL = TIER | {
    "term_id": "P2",
    "kind": "special_discount",
    "threshold": None,
    "value": Decimal("0.8"),
    "needs_approval_by": "销售总监",
}
TEAM = {"rep_id": "R1", "team": "一部", "region": "华东", "valid_from": date(2020, 1, 1)}


def line(amount: int, **changes: object) -> dict[str, Any]:
    """One of ten pieces of a product that lists at 100."""
    return {
        "order_id": "S1",
        "line_number": "1",
        "document_kind": "sale",
        "ordered_on": ORDERED,
        "account_id": "K1",
        "rep_id": "R1",
        "product_id": "P",
        "quantity": Decimal(10),
        "net_amount": Decimal(amount),
        **changes,
    }


def bought(amount: int, day: date = date(2026, 1, 5)) -> dict[str, Any]:
    """What the customer bought before."""
    return line(amount, order_id="S0", ordered_on=day, quantity=None)


def breaches(
    *lines: dict[str, Any], terms: tuple[dict[str, Any], ...] = (TIER,)
) -> list[tuple[Any, ...]]:
    """Breach, allowed share, rule and what is missing of the lines of one week."""
    connection = views(
        order_line=lines,
        commercial_term=terms,
        assignment=[TEAM],
        product=[{"product_id": "P", "product_line": "电机", "list_price": Decimal(100)}],
    )
    week = {"first_day": date(2026, 11, 16), "last_day": date(2026, 11, 22)}
    query = statement("review", "term_breach")
    rows = connection.sql(query, params={**week, "unassigned": UNASSIGNED}).pl()
    found: pl.DataFrame = TermBreach.validate(rows, cast=True)
    assert set(found["team"]) <= {"一部"}
    shown = found.select("breach", "allowed_share", "term_id", "short_amount")
    return list(pl.DataFrame(shown).iter_rows())


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param([line(900), bought(1_000_000)], [], id="9 折 from 100 万 a year on"),
        pytest.param(
            [line(900), bought(999_000)], [("below_terms", 1.0, None, 100)], id="just below 100 万"
        ),
        pytest.param(
            [line(900), bought(2_000_000, date(2025, 11, 18))],
            [("below_terms", 1.0, None, 100)],
            id="bought more than twelve months ago",
        ),
        pytest.param(
            [line(890), bought(1_000_000)],
            [("below_terms", 0.9, "P1", 10)],
            id="8.9 折 is below 9 折",
        ),
        pytest.param([line(1000)], [], id="list price"),
        pytest.param([line(900, document_kind="return")], [], id="a return is no sale"),
        pytest.param([line(900, ordered_on=date(2026, 11, 15))], [], id="the week before"),
    ],
)
def test_d27_price_tiers_by_yearly_purchases(
    lines: list[dict[str, Any]], expected: list[tuple[Any, ...]]
) -> None:
    assert breaches(*lines) == expected


@pytest.mark.parametrize(
    ("terms", "amount", "expected"),
    [
        pytest.param((), 500, [], id="no terms at all"),
        pytest.param((TIER | {"kind": "rebate"},), 500, [], id="a rebate is no price"),
        pytest.param((TIER | {"valid_to": date(2026, 11, 17)},), 500, [], id="over by then"),
        pytest.param((TIER | {"product_line": "泵"},), 500, [], id="of another line"),
        pytest.param(
            (TIER, SPECIAL), 800, [("needs_approval", 0.8, "P2", 200)], id="special discount"
        ),
        pytest.param(
            (TIER, SPECIAL), 790, [("below_terms", 1.0, None, 210)], id="below any of them"
        ),
        pytest.param(
            (TIER, SPECIAL | {"needs_approval_by": None}), 800, [], id="nobody has to approve"
        ),
    ],
)
def test_d27_which_terms_hold(
    terms: tuple[dict[str, Any], ...], amount: int, expected: list[tuple[Any, ...]]
) -> None:
    assert breaches(line(amount), terms=terms) == expected
