"""What does not add up in the plan (D-2, D-3, D-5)."""

from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.test_daily_targets import FEB, JAN, MAR, Q1, target, targets
from transforms.catalogue import CATALOGUE
from transforms.plan_structure import plan_flaws
from transforms.tables.organisation import Assignment
from transforms.tables.plan import Budget

YEAR = date(2026, 1, 1), date(2026, 12, 31)
TEAMS = (("R1", "一部", "华东"), ("R2", "二部", "华东"), ("R3", "三部", "华南"))


def assignments() -> pl.DataFrame:
    schema = Assignment.create_empty().schema
    rows = [
        {"rep_id": rep, "team": team, "region": region, "valid_from": date(2020, 1, 1)}
        for rep, team, region in TEAMS
    ]
    return Assignment.validate(pl.DataFrame(rows, schema=schema))


def budgets(*lines: tuple[str, int, bool | None]) -> pl.DataFrame:
    schema = Budget.create_empty().schema
    rows = [
        {
            "budget_id": module,
            "module": module,
            "period_start": YEAR[0],
            "period_end": YEAR[1],
            "amount": Decimal(amount),
            "is_reserve": is_reserve,
        }
        for module, amount, is_reserve in lines
    ]
    return Budget.validate(pl.DataFrame(rows, schema=schema))


def flaws(*rows: dict[str, Any], budget: pl.DataFrame | None = None) -> list[tuple[Any, ...]]:
    """Flaw, parent's scope, what the parts are, and the amount."""
    frame = targets(*rows) if rows else targets(target(JAN, 1))
    found = plan_flaws(
        frame, CATALOGUE, assignments(), Budget.create_empty() if budget is None else budget
    )
    return found.select("flaw", "scope", "part_kind", "amount").rows()


def part(kind: str, scope: str, value: int, **changes: object) -> dict[str, Any]:
    return target(JAN, value, scope_kind=kind, scope=scope, **changes)


def test_d2_what_the_regions_leave_is_said_as_a_rest() -> None:
    """D-2: 500 万 with only 华东 150 万 given leaves 350 万."""
    assert flaws(target(JAN, 5_000_000), part("region", "华东", 1_500_000)) == [
        ("undecomposed", "company", "region", 3_500_000)
    ]


def test_d2_children_that_exceed_the_parent_are_an_error() -> None:
    rows = [target(JAN, 100), part("region", "华东", 60), part("region", "华南", 50)]
    assert flaws(*rows) == [("children_exceed_parent", "company", "region", 10)]


def test_d2_the_model_year_has_no_flaw() -> None:
    """D-2: 1 亿, Q1 20 % = 2000 万, months 600 + 700 + 700 万."""
    rows = [target(YEAR, 100_000_000), target(Q1, 20_000_000)]
    rows += [
        target(window, value)
        for window, value in ((JAN, 6_000_000), (FEB, 7_000_000), (MAR, 7_000_000))
    ]
    assert flaws(*rows) == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(
            [part("region", "华东", 6), part("team", "一部", 4), part("team", "二部", 3)],
            [("children_exceed_parent", "华东", "team", 1)],
            id="teams against their region",
        ),
        pytest.param(
            [part("team", "一部", 4), part("rep", "R1", 3)],
            [("undecomposed", "一部", "rep", 1)],
            id="reps against their team",
        ),
        pytest.param(
            [target(JAN, 9), part("rep", "R1", 3), part("rep", "R3", 6)],
            [],
            id="reps against the company where nothing lies between",
        ),
        pytest.param(
            [target(JAN, 10), part("channel", "直销", 4), part("product_line", "新能源", 10)],
            [("undecomposed", "company", "channel", 6)],
            id="each dimension by itself",
        ),
        pytest.param(
            [target(JAN, 10), part("customer_group", "新客户", 3), part("industry", "制造业", 10)],
            [("undecomposed", "company", "customer_group", 7)],
            id="D-3 customer groups and industries",
        ),
        pytest.param(
            [target(JAN, "0.2", metric="win_rate"), part("region", "华东", 1, metric="win_rate")],
            [],
            id="ratios do not add up",
        ),
    ],
)
def test_d3_each_branch_is_held_against_what_it_is_a_part_of(
    rows: list[dict[str, Any]], expected: list[tuple[Any, ...]]
) -> None:
    assert flaws(*rows) == expected


def test_d3_a_part_may_name_its_parent() -> None:
    rows = [
        target(JAN, 10, target_id="C"),
        part("region", "华东", 4, parent_id="C"),
        part("customer_group", "大客户", 3, parent_id="C"),
        part("customer_group", "新客户", 8, parent_id="C"),
        part("team", "一部", 1, parent_id="X"),
    ]
    assert flaws(*rows) == [
        ("children_exceed_parent", "company", "customer_group", 1),
        ("parent_unknown", "一部", "stated", None),
        ("undecomposed", "company", "region", 6),
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param([("推广", 85, False), ("应急", 15, True)], [], id="15 %"),
        pytest.param([("推广", 90, None), ("应急", 10, True)], [], id="10 % is enough"),
        pytest.param([("推广", 80, False), ("应急", 20, True)], [], id="20 % is the most"),
        pytest.param([("推广", 100, False)], [100], id="none"),
        pytest.param([("推广", 79, False), ("应急", 21, True)], [79], id="21 %"),
    ],
)
def test_d5_modules_and_reserve_make_the_budget(
    lines: list[tuple[str, int, bool | None]], expected: list[int]
) -> None:
    found = flaws(budget=budgets(*lines))
    assert found == [("budget_reserve", "company", "time", amount) for amount in expected]


@given(
    parts=st.lists(st.integers(0, 10**9), min_size=1, max_size=3),
    more=st.integers(-(10**9), 10**9),
    order=st.randoms(),
)
def test_parts_and_rest_make_the_parent_in_any_order(
    parts: list[int], more: int, order: Random
) -> None:
    whole = max(sum(parts) + more, 0)
    rows = [target(JAN, whole)]
    rows += [part("region", f"区{number}", value) for number, value in enumerate(parts)]
    order.shuffle(rows)
    found = plan_flaws(targets(*rows), CATALOGUE, assignments(), Budget.create_empty())
    if whole == sum(parts):
        assert found.is_empty()
        return
    row = found.row(0, named=True)
    sign = 1 if row["flaw"] == "undecomposed" else -1
    assert row["parts"] == sum(parts)
    assert row["parts"] + sign * row["amount"] == row["parent"] == whole
