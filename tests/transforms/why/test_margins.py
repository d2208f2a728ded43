"""Margin by price, cost and mix (D-18)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.why.builders import (
    AS_OF,
    PARAMETERS,
    QUARTER,
    Row,
    fact,
    history,
    sale,
    value,
    values,
)
from transforms.catalogue import CATALOGUE, Measure
from transforms.why import explain

BEFORE = date(2026, 9, 10)
EARLIER = date(2026, 8, 3)
NOW = date(2026, 10, 12)
PROFIT = replace(
    CATALOGUE["sales_amount"], code="gross_profit", numerator=Measure("sale", "margin_amount")
)


def line(day: date, pieces: int, price: str, cost: str, product: str = "P1", **more: object) -> Row:
    net, spent = pieces * Decimal(price), pieces * Decimal(cost)
    amounts = {"cost_amount": spent, "margin_amount": net - spent, "quantity": Decimal(pieces)}
    return sale(day, str(net), product_id=product, **amounts, **more)


def drivers(metric: str, lines: Sequence[Row], reference: str) -> dict[str, Decimal]:
    """Driver to contribution, for the quarter of one team."""
    now = [row for row in lines if row["occurred_on"] >= QUARTER]
    profit = sum((row["margin_amount"] for row in now), Decimal(0))
    net = sum((row["net_amount"] for row in now), Decimal(0))
    is_rate = metric == "gross_margin"
    row = value(metric, str(profit), reference, denominator=net if is_rate else Decimal(1))
    catalogue = CATALOGUE | {"gross_profit": PROFIT}
    facts = {"sale": fact("sale", lines)}
    found = explain(values(row), history(metric, []), facts, {}, catalogue, PARAMETERS)
    parts = dict(found["driver"].select("driver", "contribution").iter_rows())
    assert sum(parts.values(), Decimal(0)) == sum(found["variance"]["gap"], Decimal(0))
    return parts


def moved(parts: dict[str, Decimal]) -> dict[str, Decimal]:
    return {code: part for code, part in parts.items() if part}


PAST = [
    line(day, 5, price, cost, product)
    for day in (BEFORE, EARLIER)
    for product, price, cost in (("P1", "100", "60"), ("P2", "100", "80"))
]
"""Twenty pieces for 2000 at a cost of 1400: 30 %."""


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param(
            [line(NOW, 10, "100", "60"), line(NOW, 10, "100", "100", "P2")],
            {"margin_cost": "-0.1"},
            id="a product costs 20 more",
        ),
        pytest.param(
            [line(NOW, 10, "80", "60"), line(NOW, 10, "80", "80", "P2")],
            {"margin_price": "-0.175"},
            id="a fifth off every price",
        ),
        pytest.param(
            [line(NOW, 2, "100", "60"), line(NOW, 18, "100", "80", "P2")],
            {"mix": "-0.08"},
            id="more of the product with less margin",
        ),
        pytest.param(
            [line(NOW, 10, "80", "72"), line(NOW, 10, "80", "96", "P2")],
            {"margin_price": "-0.1925", "margin_cost": "-0.1575"},
            id="both: each by its Shapley value",
        ),
        pytest.param(
            [*(row | {"occurred_on": NOW} for row in PAST), line(NOW, 20, "100", "90", "P3")],
            {"new_products": "-0.1"},
            id="a new product with 10 % beside 30 %",
        ),
        pytest.param(
            [line(NOW, 10, "100", "80", "P2")],
            {"gone_products": "-0.1"},
            id="the better product is gone",
        ),
    ],
)
def test_a_margin_falls_by_price_cost_or_mix(now: list[Row], expected: dict[str, str]) -> None:
    parts = drivers("gross_margin", [*PAST, *now], "0.3")
    assert moved(parts) == {code: Decimal(part) for code, part in expected.items()}


def test_what_the_plan_asks_beyond_history_is_neither_price_nor_cost() -> None:
    again = [row | {"occurred_on": NOW} for row in PAST]
    assert moved(drivers("gross_margin", [*PAST, *again], "0.4")) == {"plan_basis": Decimal("-0.1")}


def test_gross_profit_has_a_volume_besides() -> None:
    """Of 600: half the pieces −300, 10 less a piece −100, 5 dearer −50."""
    now = [line(NOW, 5, "90", "65"), line(NOW, 5, "90", "85", "P2")]
    assert moved(drivers("gross_profit", [*PAST, *now], "600")) == {
        "profit_volume": Decimal(-300),
        "margin_price": Decimal(-100),
        "margin_cost": Decimal(-50),
    }


LINES = st.lists(
    st.builds(
        lambda days, pieces, price, cost, product: line(
            AS_OF - timedelta(days=days), pieces, str(price), str(cost), product
        ),
        st.integers(0, 120),
        st.integers(-3, 9),
        st.integers(0, 90),
        st.integers(0, 90),
        st.sampled_from(["1", "2", "3"]),
    ),
    min_size=2,
    max_size=9,
)


@settings(max_examples=25)
@given(lines=LINES, order=st.randoms(use_true_random=False))
def test_parts_of_a_margin_sum_to_its_gap_in_any_order(lines: list[Row], order: Random) -> None:
    """Returns, free goods, new and gone products, sales of nothing."""
    net = sum(row["net_amount"] for row in lines if row["occurred_on"] >= QUARTER)
    shuffled = list(lines)
    order.shuffle(shuffled)
    for metric, reference in (("gross_margin", "0.3"), ("gross_profit", "50")):
        if metric == "gross_profit" or net:
            assert drivers(metric, lines, reference) == drivers(metric, shuffled, reference)
