"""The sales tree: new, existing (price, volume, mix, lost) and returns (D-18)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.why.builders import (
    AS_OF,
    PARAMETERS,
    QUARTER,
    Row,
    deal,
    fact,
    history,
    value,
    values,
)
from tests.transforms.why.builders import sale as line
from transforms.catalogue import CATALOGUE
from transforms.parameters import Parameters, Variances
from transforms.why import explain
from transforms.why.case import Window
from transforms.why.sales import lost_customers, order_days
from transforms.why.shapley import leaves
from transforms.why.trees import EXISTING

BEFORE = date(2026, 8, 3)
EARLIER = date(2026, 9, 10)
NOW = date(2026, 10, 12)


def drivers(
    lines: Sequence[Row], due: str, deals: Sequence[Row] = (), parameters: Parameters = PARAMETERS
) -> dict[str, Decimal]:
    """Driver to contribution, for the quarter of one team."""
    actual = sum((row["net_amount"] for row in lines if row["occurred_on"] >= QUARTER), Decimal(0))
    facts = {"sale": fact("sale", lines)} | (
        {"deal_closed": fact("deal_closed", deals)} if deals else {}
    )
    rows = values(value("sales_amount", str(actual), due))
    found = explain(rows, history("sales_amount", []), facts, {}, CATALOGUE, parameters)
    gap = found["variance"]["gap"][0]
    table = found["driver"]
    assert sum(table["contribution"]) == gap == actual - Decimal(due)
    return dict(table.select("driver", "contribution").iter_rows())


def bars(**parts: int) -> dict[str, Decimal]:
    codes = (*leaves(EXISTING), "returns")
    none = dict.fromkeys((*codes, "new_customers", "first_order_value"), Decimal(0))
    return none | {code: Decimal(part) for code, part in parts.items()}


@pytest.mark.parametrize(
    ("now", "due", "expected"),
    [
        pytest.param(
            [line(NOW, "600", quantity=Decimal(6))],
            "1000",
            bars(existing_volume=-400),
            id="four pieces fewer at the same price",
        ),
        pytest.param(
            [line(NOW, "800", quantity=Decimal(10))],
            "1000",
            bars(existing_price=-200),
            id="the same pieces at a lower price",
        ),
        pytest.param(
            [line(NOW, "480", quantity=Decimal(6))],
            "1000",
            bars(existing_volume=-400, existing_price=-120),
            id="both: price at the pieces of now",
        ),
        pytest.param(
            [line(NOW, "900", quantity=Decimal(10)), line(NOW, "-400", document_kind="return")],
            "1000",
            bars(existing_price=-100, returns=-400),
            id="a return on its own date",
        ),
        pytest.param(
            [
                line(NOW, "1000", quantity=Decimal(10)),
                line(NOW, "500", account_id="K9", first_ordered_on=NOW),
            ],
            "1000",
            bars(new_customers=500),
            id="a new customer where there was none",
        ),
        pytest.param(
            [line(NOW, "2000", quantity=Decimal(5), product_id="P9", product_line="新线")],
            "1000",
            bars(new_products=2000, gone_products=-1000),
            id="a new product and one that is gone",
        ),
        pytest.param(
            [line(NOW, "300", quantity=None)],
            "1000",
            bars(existing_volume=-700),
            id="a line without a quantity is volume",
        ),
    ],
)
def test_the_parts_of_a_gap_have_known_answers(
    now: list[Row], due: str, expected: dict[str, Decimal]
) -> None:
    """Reference: ten pieces for 1000 in two stretches together, so half of it is scaled by 2."""
    before = [
        line(BEFORE, "500", quantity=Decimal(5)),
        line(EARLIER, "500", quantity=Decimal(5)),
    ]
    assert drivers([*before, *now], due) == expected


def test_products_of_one_line_shift_in_the_mix() -> None:
    before = [
        line(BEFORE, "1000", quantity=Decimal(10)),
        line(BEFORE, "9000", quantity=Decimal(10), product_id="P2"),
    ]
    now = [
        line(NOW, "1500", quantity=Decimal(15)),
        line(NOW, "4500", quantity=Decimal(5), product_id="P2"),
    ]
    assert drivers([*before, *now], "10000") == bars(existing_mix=-4000)


def test_price_volume_and_mix_are_those_of_the_textbook() -> None:
    """Global Air in Horngren, Datar and Foster, Cost Accounting, on mix and quantity variances.

    Round trips budgeted and sold in three classes: 20,000 for 24.8 M, 24,000 for 26.76 M. The book
    has a sales-quantity variance of 4.96 M and a sales-mix variance of 6.36 M, together the
    sales-volume variance of 11.32 M, and a flexible-budget variance of −9.36 M, the price.
    """
    budget = {"first": (1_000, 3_200), "business": (3_000, 2_400), "economy": (16_000, 900)}
    sold = {"first": (2_400, 2_600), "business": (6_000, 1_600), "economy": (15_600, 700)}
    lines = [
        line(day, str(pieces * price), quantity=Decimal(pieces), product_id=product)
        for day, classes in ((BEFORE, budget), (NOW, sold))
        for product, (pieces, price) in classes.items()
    ]
    small_gaps = replace(PARAMETERS, variances=Variances(trigger=Decimal("0.05")))
    assert drivers(lines, "24800000", (), small_gaps) == bars(
        existing_volume=4_960_000, existing_mix=6_360_000, existing_price=-9_360_000
    )


def test_new_customers_are_split_by_the_deals_where_there_are_deals() -> None:
    def new(day: date, account: str) -> Row:
        return line(day, "100", account_id=account, first_ordered_on=day)

    lines = [new(BEFORE, "A"), new(EARLIER, "B"), new(EARLIER, "C"), new(EARLIER, "D")]
    lines += [new(NOW, "E")]
    deals = [
        deal(EARLIER, is_won=won) for won in (True, True, True, True, False, False, False, False)
    ]
    deals += [
        deal(NOW, is_won=won) for won in (True, False, False, False, False, False, False, False)
    ]
    found = drivers(lines, "400", deals)
    assert found["opportunities_due"] == 0
    assert found["win_rate"] == -300
    assert found["deal_size"] == 0


def test_the_plan_without_a_history_is_its_own_part() -> None:
    found = drivers([line(NOW, "80", quantity=Decimal(8))], "100")
    assert found["plan_basis"] == -100
    assert found["existing_volume"] == 80


@pytest.mark.parametrize(
    ("days_back", "is_lost"),
    [
        pytest.param([200, 170, 140, 110], True, id="monthly, silent for 110 days"),
        pytest.param([200, 170, 140, 60], False, id="silent for 60, but it has paused for 80"),
        pytest.param([300, 60, 50], False, id="once silent for 240 days"),
        pytest.param([110, 100], False, id="too few order days for a rhythm"),
        pytest.param([200, 170, 140, 10], False, id="bought in the period"),
    ],
)
def test_a_customer_is_lost_when_it_falls_out_of_its_rhythm(
    days_back: list[int], is_lost: bool
) -> None:
    rows = fact("sale", [line(AS_OF - timedelta(days=days), "1") for days in days_back])
    days = order_days(rows.collect(), ["team"])
    found = lost_customers(days, Window(QUARTER, AS_OF, QUARTER, 2), ["team"])
    assert found.rows() == ([("华东二部", "K1")] if is_lost else [])


def test_what_a_lost_customer_bought_has_a_bar_of_its_own() -> None:
    days = [date(2026, 7, 6) + timedelta(days=7 * week) for week in range(6)]
    gone = [line(day, "50", account_id="K2", quantity=Decimal(1)) for day in days]
    kept = [line(day, "50", quantity=Decimal(1)) for day in days]
    now = [line(NOW, "300", quantity=Decimal(6))]
    assert drivers([*gone, *kept, *now], "600") == bars(lost_customers=-300)


LINES = st.lists(
    st.builds(
        lambda days, cents, pieces, product, kind, account, since: line(
            AS_OF - timedelta(days=days),
            str(Decimal(cents) / 100),
            quantity=pieces,
            product_id=product,
            product_line=f"line {product}"[:6],
            document_kind=kind,
            account_id=account,
            first_ordered_on=since,
        ),
        st.integers(0, 200),
        st.integers(-100_000, 1_000_000),
        st.none() | st.integers(-3, 9).map(Decimal),
        st.sampled_from(["1", "2", "3"]) | st.none(),
        st.sampled_from(["sale", "return", "cancellation", "adjustment"]),
        st.sampled_from(["A", "B", "C"]) | st.none(),
        st.sampled_from([date(2020, 1, 1), date(2026, 8, 1), date(2026, 10, 5)]) | st.none(),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25)
@given(lines=LINES, due=st.integers(1, 10_000), order=st.randoms(use_true_random=False))
def test_parts_sum_to_the_gap_whatever_the_lines(lines: list[Row], due: int, order: Random) -> None:
    """Zeros, returns, new and gone products and customers: the sum holds, in any row order."""
    actual = sum((row["net_amount"] for row in lines if row["occurred_on"] >= QUARTER), Decimal(0))
    rows = values(value("sales_amount", str(actual), str(due)))

    def tables(given_lines: list[Row]) -> dict[str, pl.DataFrame]:
        facts = {"sale": fact("sale", given_lines)}
        return explain(rows, history("sales_amount", []), facts, {}, CATALOGUE, PARAMETERS)

    found = tables(lines)
    if abs(actual - due) * 10 <= due:
        assert found["driver"].height == 0
        return
    assert sum(map(Fraction, found["driver"]["contribution"])) == Fraction(actual - due)
    shuffled = list(lines)
    order.shuffle(shuffled)
    again = tables(shuffled)
    assert all(found[name].equals(again[name]) for name in found)


@settings(max_examples=15)
@given(lines=LINES, due=st.integers(1, 10_000))
def test_names_of_members_do_not_matter(lines: list[Row], due: int) -> None:
    """The bridge is the same whatever lines, products, customers and reps are called."""
    actual = sum((row["net_amount"] for row in lines if row["occurred_on"] >= QUARTER), Decimal(0))
    rows = values(value("sales_amount", str(actual), str(due)))

    def renamed(row: Row) -> Row:
        named = {name: row.get(name) for name in ("product_id", "product_line", "account_id")}
        turned = {name: None if it is None else f"z{it[::-1]}" for name, it in named.items()}
        return row | turned | {"rep": "other", "channel": "another"}

    def bridge(given_lines: list[Row]) -> pl.DataFrame:
        facts = {"sale": fact("sale", given_lines)}
        found = explain(rows, history("sales_amount", []), facts, {}, CATALOGUE, PARAMETERS)
        return found["bridge"]

    assert bridge(lines).equals(bridge([renamed(row) for row in lines]))


@settings(max_examples=15)
@given(lines=LINES, due=st.integers(1, 10_000))
def test_subtotals_are_the_sum_of_their_parts_whatever_the_lines(
    lines: list[Row], due: int
) -> None:
    """Against plan, driver targets, the period before and last year alike."""
    actual = sum((row["net_amount"] for row in lines if row["occurred_on"] >= QUARTER), Decimal(0))
    rows = values(value("sales_amount", str(actual), str(due)))
    facts = {"sale": fact("sale", [*lines, line(date(2025, 1, 6), "1")])}
    found = explain(rows, history("sales_amount", []), facts, {}, CATALOGUE, PARAMETERS)["bridge"]
    for _, tree in found.group_by("reference_kind"):
        whole = tree.filter(pl.col("role") == "total")
        assert whole["contribution"][0] == whole["actual"][0] - whole["reference"][0]
        parts = tree.group_by("parent").agg(pl.col("contribution").sum().alias("parts"))
        both = tree.join(parts, left_on="node", right_on="parent")
        assert both.filter(pl.col("parts") != pl.col("contribution")).is_empty()
