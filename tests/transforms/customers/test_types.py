"""RFM plus (D-11)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from tests.transforms.builders import Row
from tests.transforms.customers.builders import AS_OF, base, deals, sale
from transforms.customers.profile import scoped_customers
from transforms.customers.rules import CustomerRules
from transforms.customers.settled import settled_types

THIS_YEAR, LAST_YEAR = date(2026, 6, 1), date(2025, 6, 1)
YEAR_START = date(2026, 1, 1)


def company(
    sales: Sequence[Row],
    accounts: Sequence[Row] | None = None,
    pipeline: pl.LazyFrame | None = None,
    rules: CustomerRules | None = None,
    as_of: date = AS_OF,
) -> dict[str, Row]:
    open_deals = deals() if pipeline is None else pipeline
    found = scoped_customers(base(sales, accounts or [], rules), as_of, open_deals, YEAR_START)
    rows = found.filter(pl.col("scope_kind") == "company").iter_rows(named=True)
    return {row["account_id"]: row for row in rows}


FOUR = [
    sale("strategic", THIS_YEAR, 420),
    sale("profit", THIS_YEAR, 390),
    sale("nurture", THIS_YEAR, 110),
    sale("maintain", THIS_YEAR, 80),
]
PIPELINE = {"strategic": 900, "nurture": 800, "profit": 20, "maintain": 10}


def test_d11_value_times_potential_gives_four_types() -> None:
    rows = company(FOUR, pipeline=deals(**PIPELINE))
    assert {name: row["customer_type"] for name, row in rows.items()} == {
        name: name for name in PIPELINE
    }
    assert {row["type_source"] for row in rows.values()} == {"rule"}


@pytest.mark.parametrize(
    ("amounts", "high"),
    [
        pytest.param({"a": 60, "b": 20, "c": 20}, {"a", "b", "c"}, id="equal values are alike"),
        pytest.param({"a": 80, "b": 11, "c": 9}, {"a"}, id="80 % exactly is enough"),
        pytest.param({"a": 79, "b": 12, "c": 9}, {"a", "b"}, id="79 % is not"),
        pytest.param({"a": 100, "b": -40, "c": 0}, {"a"}, id="a loss is no value"),
    ],
)
def test_d11_high_value_are_those_that_make_up_80_percent(
    amounts: dict[str, int], high: set[str]
) -> None:
    sold = [sale(name, THIS_YEAR, amount) for name, amount in amounts.items()]
    assert {name for name, row in company(sold).items() if row["is_high_value"]} == high


@pytest.mark.parametrize(
    ("uncosted", "basis", "value"),
    [
        pytest.param(0, "gross_profit", 30, id="every line has a cost"),
        pytest.param(11, "gross_profit", 30, id="90 % of sales have one"),
        pytest.param(12, "sales", 100, id="less than 90 %"),
    ],
)
def test_d11_value_is_gross_profit_else_sales(uncosted: int, basis: str, value: int) -> None:
    sold = [
        sale("a", THIS_YEAR, 100, margin_amount=Decimal(30)),
        *([sale("b", THIS_YEAR, uncosted)] if uncosted else []),
    ]
    row = company(sold)["a"]
    assert (row["value_basis"], row["value"]) == (basis, value)


def test_d11_potential_weighs_the_inputs_present_equally() -> None:
    """Growth and complexity of a; of b only its pipeline, which is the smallest."""
    sold = [
        sale("a", LAST_YEAR, 100),
        sale("a", THIS_YEAR, 150),
        sale("b", THIS_YEAR, 100),
        sale("c", LAST_YEAR, 100),
        sale("c", THIS_YEAR, 50),
    ]
    accounts = [
        {"account_id": "a", "need_complexity": 5},
        {"account_id": "c", "need_complexity": 1, "decision_chain_length": 4},
    ]
    rows = company(sold, accounts, deals(a=10, c=20))
    assert rows["a"]["growth"] == pytest.approx(0.5)
    assert {name: row["potential_inputs"] for name, row in rows.items()} == {"a": 3, "b": 1, "c": 4}
    # places: pipeline b 1/6, a 3/6, c 5/6; growth c 1/4, a 3/4; complexity the same; chain c 1/2
    assert rows["a"]["potential"] == pytest.approx((3 / 6 + 3 / 4 + 3 / 4) / 3)
    assert rows["b"]["potential"] == pytest.approx(1 / 6)
    assert rows["c"]["potential"] == pytest.approx((5 / 6 + 1 / 4 + 1 / 4 + 1 / 2) / 4)
    assert [rows[name]["is_high_potential"] for name in "abc"] == [True, False, True]


def test_d11_without_any_input_there_is_no_type() -> None:
    rows = company([sale("a", THIS_YEAR), sale("b", THIS_YEAR)])
    assert [row["customer_type"] for row in rows.values()] == [None, None]
    assert [row["potential"] for row in rows.values()] == [None, None]


def test_d11_a_long_chain_may_count_against_potential() -> None:
    sold = [sale("long", THIS_YEAR), sale("short", THIS_YEAR)]
    accounts = [
        {"account_id": "long", "decision_chain_length": 7},
        {"account_id": "short", "decision_chain_length": 2},
    ]
    up = company(sold, accounts)
    down = company(sold, accounts, rules=CustomerRules(is_long_chain_potential=False))
    assert (up["long"]["is_high_potential"], up["short"]["is_high_potential"]) == (True, False)
    assert (down["long"]["is_high_potential"], down["short"]["is_high_potential"]) == (False, True)


def test_d11_a_type_set_by_hand_is_kept() -> None:
    accounts = [{"account_id": "maintain", "type_override": "strategic"}]
    row = company(FOUR, accounts, deals(**PIPELINE))["maintain"]
    assert (row["customer_type"], row["type_source"]) == ("strategic", "manual")
    assert row["is_high_value"] is False


def test_d11_a_prospect_is_typed_while_a_deal_is_open_and_a_lost_customer_is_not() -> None:
    accounts = [{"account_id": "hot"}, {"account_id": "cold"}]
    sold = [sale("old", date(2025, 11, 22), 10**6), sale("a", THIS_YEAR, 10)]
    rows = company(sold, accounts, deals(hot=100))
    assert rows["hot"]["customer_type"] == "nurture"
    assert rows["cold"]["customer_type"] is None
    assert (rows["old"]["is_lost"], rows["old"]["customer_type"]) == (True, None)
    assert rows["a"]["is_high_value"] is True


def test_d11_types_of_a_team_depend_on_its_own_customers_alone() -> None:
    """A pack of a team must not change with the customers of other teams."""
    own = [sale("a", THIS_YEAR, 100, team="一部"), sale("b", THIS_YEAR, 20, team="一部")]
    other = [sale(f"x{n}", THIS_YEAR, 10**6, team="二部") for n in range(30)]
    alone = scoped_customers(base(own), AS_OF, deals(a=1), YEAR_START)
    both = scoped_customers(base(own + other), AS_OF, deals(a=1, x3=10**9), YEAR_START)
    mine = pl.col("scope") == "一部"
    assert both.filter(mine).sort("account_id").equals(alone.filter(mine).sort("account_id"))
    assert alone.filter(mine)["is_high_value"].to_list() == [True, False]
    company_rows = both.filter(pl.col("scope_kind") == "company")
    assert company_rows.filter(pl.col("team") == "一部")["is_high_value"].to_list() == [
        False,
        False,
    ]


def test_d11_movements_are_between_two_days_reckoned_alike() -> None:
    """An order of this week makes a large customer of a small one."""
    sold = [*FOUR, sale("maintain", AS_OF, 700)]
    known = base(sold)
    week_ago = date(2026, 11, 15)
    before = scoped_customers(known, week_ago, deals(**PIPELINE), YEAR_START)
    after = scoped_customers(known, AS_OF, deals(**PIPELINE), YEAR_START)
    moved = settled_types([before, after], CustomerRules()).filter(
        (pl.col("scope_kind") == "company") & (pl.col("customer_type") != pl.col("type_before"))
    )
    assert moved.select("account_id", "type_before", "customer_type").rows() == [
        ("maintain", "maintain", "profit"),
    ]
