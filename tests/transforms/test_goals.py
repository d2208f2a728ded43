"""SMART goals (D-1)."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from transforms.catalogue import CATALOGUE
from transforms.goals import CRITERIA, goal_checks
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


def flaws(**changes: object) -> list[tuple[str, str]]:
    schema = Goal.create_empty().schema
    goal = {**SMART, **changes}
    frame = pl.DataFrame([{name: goal.get(name) for name in schema}], schema=schema)
    return goal_checks(Goal.validate(frame), CATALOGUE).select("criterion", "flaw").rows()


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
    ],
)
def test_each_flaw_is_said(changes: dict[str, object], flaw: str) -> None:
    assert flaws(**changes) == [(CRITERIA[flaw], flaw)]


def test_a_goal_may_have_many_flaws_and_is_never_dropped() -> None:
    found = flaws(metric=None, owner=None, due_on=None, company_kpi=None)
    assert [criterion for criterion, _ in found] == ["A", "R", "S", "T"]
