"""A customer near a border keeps its type until it has crossed clearly, or stayed across (D-11)."""

from decimal import Decimal
from typing import Any, Final

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.customers.rules import CustomerRules
from transforms.customers.settled import settled_types
from transforms.customers.types import with_type

RULES: Final = CustomerRules()
SCHEMA: Final = {
    "scope_kind": pl.String,
    "scope": pl.String,
    "account_id": pl.String,
    "is_typed": pl.Boolean,
    "is_high_value": pl.Boolean,
    "is_high_potential": pl.Boolean,
    "value_distance": pl.Float64,
    "potential_distance": pl.Float64,
    "type_override": pl.String,
}
HIGH, LOW = {"is_high_value": True}, {"is_high_value": False}
FAR = {"value_distance": 0.11}
BORDER = {"value_distance": 0.10}
GONE = {"is_typed": False, "is_high_value": None, "is_high_potential": None}


def week(*customers: dict[str, Any]) -> pl.DataFrame:
    """Customers of the company, near both borders and of low potential; K0, K1, …."""
    base = {"scope_kind": "company", "scope": "company", "is_typed": True, "type_override": None}
    base |= {"is_high_potential": False, "value_distance": 0.01, "potential_distance": 0.01}
    rows = [{**base, "account_id": f"K{n}", **LOW, **row} for n, row in enumerate(customers)]
    return with_type(pl.DataFrame(rows, schema=SCHEMA))


@pytest.mark.parametrize(
    ("weeks", "before", "now"),
    [
        pytest.param([HIGH], None, "profit", id="the first classification is taken as it is"),
        pytest.param([LOW, HIGH], "maintain", "maintain", id="just across: stays"),
        pytest.param([LOW, HIGH | FAR], "maintain", "profit", id="clearly across: moves at once"),
        pytest.param(
            [LOW, HIGH | BORDER], "maintain", "maintain", id="at the margin is not beyond"
        ),
        pytest.param([LOW, HIGH, HIGH], "maintain", "profit", id="across for two reviews: moves"),
        pytest.param([LOW, HIGH, LOW, HIGH], "maintain", "maintain", id="there and back: stays"),
        pytest.param([LOW, HIGH, HIGH, LOW], "profit", "profit", id="and back as slowly"),
        pytest.param([LOW, GONE, HIGH], None, "profit", id="a type after none is a first one"),
        pytest.param([LOW, GONE], "maintain", None, id="a lost customer has none"),
        pytest.param(
            [LOW, LOW | {"type_override": "strategic"}], "maintain", "strategic", id="set by hand"
        ),
    ],
)
def test_d11_when_a_customer_changes_type(
    weeks: list[dict[str, Any]], before: str | None, now: str | None
) -> None:
    row = settled_types([week(each) for each in weeks], RULES).row(0, named=True)
    assert (row["type_before"], row["customer_type"]) == (before, now)


def test_the_two_borders_are_settled_apart() -> None:
    """Beyond the border of potential, just across that of value."""
    crossed = HIGH | {"is_high_potential": True, "potential_distance": 0.3}
    found = settled_types([week(LOW), week(crossed)], RULES).row(0, named=True)
    assert found["customer_type"] == "nurture"
    assert (found["is_high_value"], found["is_high_potential"]) == (False, True)


def test_a_customer_that_is_new_or_unknown_before_has_no_type_before() -> None:
    found = settled_types([week(LOW), week(LOW, HIGH)], RULES)
    assert found.select("account_id", "type_before", "customer_type").rows() == [
        ("K0", "maintain", "maintain"),
        ("K1", None, "profit"),
    ]


CUSTOMER = st.fixed_dictionaries(
    {
        "is_high_value": st.booleans(),
        "is_high_potential": st.booleans(),
        "value_distance": st.sampled_from([0.0, 0.05, 0.2]),
        "potential_distance": st.sampled_from([0.0, 0.05, 0.2]),
    }
)
WEEKS = st.integers(1, 3).flatmap(
    lambda size: st.lists(st.lists(CUSTOMER, min_size=size, max_size=size), min_size=2, max_size=7)
)


@given(WEEKS)
def test_at_once_is_the_rule_itself(weeks: list[list[dict[str, Any]]]) -> None:
    frames = [week(*each) for each in weeks]
    found = settled_types(frames, CustomerRules(type_reviews=1))
    assert found["customer_type"].to_list() == frames[-1]["customer_type"].to_list()
    assert found["type_before"].to_list() == frames[-2]["customer_type"].to_list()


@given(WEEKS)
def test_d11_the_week_before_says_what_it_said_itself(weeks: list[list[dict[str, Any]]]) -> None:
    """Reviewing an earlier week again, or the next one, gives that week the same types."""
    frames = [week(*each) for each in weeks]
    now, then = settled_types(frames, RULES), settled_types(frames[:-1], RULES)
    assert now["type_before"].to_list() == then["customer_type"].to_list()


@given(WEEKS)
def test_d11_where_nothing_happens_nobody_moves(weeks: list[list[dict[str, Any]]]) -> None:
    """The last week over and over: after the reviews that a crossing needs, all types stand."""
    still = [week(*each) for each in weeks] + [week(*weeks[-1])] * RULES.type_reviews
    found = settled_types(still, RULES)
    assert found["type_before"].to_list() == found["customer_type"].to_list()


@given(WEEKS, st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_other_customers_matter(
    weeks: list[list[dict[str, Any]]],
    random: Any,  # noqa: ANN401  # Hypothesis's Random
) -> None:
    frames = [week(*each) for each in weeks]
    whole = settled_types(frames, RULES).sort("account_id")
    mixed = [frame.sample(fraction=1, shuffle=True, seed=random.randint(0, 99)) for frame in frames]
    assert settled_types(mixed, RULES).sort("account_id").equals(whole)
    alone = settled_types([week(each[0]) for each in weeks], RULES)
    assert alone.equals(whole.head(1))


@given(WEEKS)
def test_a_wider_margin_never_moves_more_at_once(weeks: list[list[dict[str, Any]]]) -> None:
    """In the second week, where nobody has stayed across for two reviews yet."""
    frames = [week(*each) for each in weeks[:2]]
    moved = [
        settled_types(frames, CustomerRules(type_margin=Decimal(margin)))
        .filter(pl.col("type_before") != pl.col("customer_type"))
        .height
        for margin in ("0", "0.10", "1")
    ]
    assert moved == sorted(moved, reverse=True)
    assert moved[-1] == 0
