"""SMART goals (D-1)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from transforms.catalogue import CATALOGUE
from transforms.goals import CRITERIA, REACHABLE, goal_checks, goal_windows
from transforms.tables.plan import Goal

SMART = {
    "goal_id": "G1",
    "statement": "华东制造业新客户 30 家",
    "metric": "new_customers",
    "target_value": Decimal(30),
    "starts_on": date(2026, 10, 1),
    "due_on": date(2026, 12, 31),
    "owner": "陈",
    "company_kpi": "新客户占比",
    "verification": "合同",
}


def goals(*changes: Mapping[str, object]) -> pl.DataFrame:
    schema = Goal.create_empty().schema
    rows = [{name: {**SMART, **change}.get(name) for name in schema} for change in changes]
    return Goal.validate(pl.DataFrame(rows, schema=schema))


def flaws(**changes: object) -> list[tuple[str, str]]:
    return goal_checks(goals(changes), CATALOGUE).select("criterion", "flaw").rows()


def test_a_smart_goal_has_no_flaw() -> None:
    assert flaws() == []


@pytest.mark.parametrize(
    ("changes", "flaw"),
    [
        pytest.param({"metric": None}, "no_metric", id="提升客户满意度"),
        pytest.param({"metric": "happiness"}, "metric_unknown", id="not in the catalogue"),
        pytest.param({"target_value": None}, "no_target_value", id="no value"),
        pytest.param({"verification": " "}, "no_verification", id="no way to verify"),
        pytest.param({"owner": "  "}, "no_owner", id="a blank is no owner"),
        pytest.param({"company_kpi": None}, "no_company_kpi", id="no KPI"),
        pytest.param({"due_on": None}, "no_deadline", id="no deadline"),
        pytest.param({"starts_on": None}, "no_start", id="no start"),
        pytest.param(
            {"due_on": date(2026, 9, 30)}, "deadline_before_start", id="over before it starts"
        ),
        pytest.param(
            {"due_on": date(2027, 1, 1)}, "deadline_outside_period", id="after the fiscal year"
        ),
        pytest.param({"kind": "growth"}, "no_base", id="growth on nothing"),
    ],
)
def test_each_flaw_is_said(changes: dict[str, object], flaw: str) -> None:
    assert flaws(**changes) == [(CRITERIA[flaw], flaw)]


def test_a_goal_may_have_many_flaws_and_is_never_dropped() -> None:
    found = flaws(metric=None, owner=None, due_on=None, company_kpi=None)
    assert [criterion for criterion, _ in found] == ["A", "R", "S", "T"]


@pytest.mark.parametrize(
    ("reachable", "expected"),
    [
        pytest.param("30.6", [], id="30 ≤ 36 × 0.85"),
        pytest.param("29.75", ["not_reachable"], id="30 > 35 × 0.85"),
        pytest.param(None, [], id="no capacity is known"),
    ],
)
def test_d1_a_goal_above_what_the_team_can_reach_is_not_reachable(
    reachable: str | None, expected: list[str]
) -> None:
    changes = {"scope_kind": "region", "scope": "华东"}
    row = ("new_customers", "region", "华东", SMART["starts_on"], SMART["due_on"])
    rows = [] if reachable is None else [(*row, Decimal(reachable))]
    known = pl.DataFrame(rows, schema=REACHABLE, orient="row")
    assert goal_checks(goals(changes), CATALOGUE, reachable=known)["flaw"].to_list() == expected


def test_d1_goals_of_every_kind_state_a_value() -> None:
    """D-3: 成长期 +30 % on its base; 成熟期 keeps its sales."""
    where = {"scope_kind": "product_line", "scope": "新能源", "metric": "sales_amount"}
    found = goal_windows(
        goals(
            where
            | {"goal_id": "G1", "kind": "growth", "target_value": Decimal("0.3")}
            | {"base_value": Decimal(1000)},
            where
            | {"goal_id": "G2", "kind": "keep_stable", "target_value": None}
            | {"base_value": Decimal(80)},
            where | {"goal_id": "G3", "condition": "制造业，年采购额 ≥ 500 万"},
            where | {"goal_id": "G4", "starts_on": date(2026, 12, 1)},
        ),
        date(2026, 11, 22),
    )
    assert found.select("goal_id", "target_value").rows() == [("G1", 1300), ("G2", 80)]
