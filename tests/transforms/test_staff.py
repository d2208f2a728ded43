"""New hires against tenured colleagues, and where training is missing (D-25)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tests.transforms.builders import facts
from tests.transforms.calibration.ground_of import assignments
from transforms.staff import new_hire_ramp, training_gaps, wilson_upper
from transforms.tables.review import MetricValue

AS_OF = date(2026, 11, 22)
OLD = {"joined_on": date(2020, 1, 1)}
NEW = {"joined_on": date(2026, 8, 10)}


def ramp(sales: Mapping[tuple[str, int], object], *people: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Rep, month since joining, and share of the tenured average; sales by rep and month."""
    rows = [
        {"rep": rep, "occurred_on": date(2026, month, 5), "net_amount": Decimal(str(amount))}
        for (rep, month), amount in sales.items()
    ]
    found = new_hire_ramp(facts(sale=rows), assignments(*people), AS_OF)
    return found.select("rep_id", "tenure_months", "share").rows()


def test_d25_sales_by_months_since_joining_against_the_tenured_average() -> None:
    """Two tenured reps sell 100 each; the new one 30 in the month after joining, then 60."""
    sales = {(rep, month): 100 for rep in ("E0", "E1") for month in (9, 10)}
    assert ramp(sales | {("E2", 9): 30, ("E2", 10): 60}, OLD, OLD, NEW) == [
        ("E2", 1, 0.3),
        ("E2", 2, 0.6),
    ]


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        pytest.param((OLD, {"joined_on": date(2025, 9, 1)}), [], id="13 months: no longer new"),
        pytest.param((OLD, {}), [], id="joining day not on record"),
        pytest.param((OLD, {"joined_on": date(2026, 11, 1)}), [], id="no closed month yet"),
        pytest.param(
            (OLD, NEW | {"team": "华南一部"}),
            [("E1", 1, None), ("E1", 2, None)],
            id="no tenured colleague in the team",
        ),
        pytest.param(
            (OLD, NEW | {"valid_to": date(2026, 10, 15)}), [], id="gone before the month's end"
        ),
    ],
)
def test_who_is_followed(people: tuple[dict[str, Any], ...], expected: list[Any]) -> None:
    assert ramp({("E0", 9): 100, ("E0", 10): 100}, *people) == expected


def test_a_month_without_a_sale_is_0_not_missing() -> None:
    sales = {("E0", 9): 100, ("E0", 10): 100, ("E1", 10): 50}
    assert ramp(sales, OLD, NEW) == [("E1", 1, 0.0), ("E1", 2, 0.5)]


def value(metric: str, scope: str, top: int, below: int, n: int | None = None) -> dict[str, Any]:
    """A value of the quarter, of the company, the team 华东一部, or a rep."""
    kind = {"company": "company", "华东一部": "team"}.get(scope, "rep")
    schema = MetricValue.create_empty().schema
    known = {
        "metric": metric,
        "scope_kind": kind,
        "scope": scope,
        "period_kind": "qtd",
        "numerator": Decimal(top),
        "denominator": Decimal(below),
        "value": top / below,
        "n": below if n is None else n,
        "state": "ok",
    }
    return {name: known.get(name) for name in schema}


def gaps(*rows: dict[str, Any], people: int = 3) -> list[tuple[Any, ...]]:
    """Scope, metric, value and level of each gap."""
    frame = pl.DataFrame(rows, schema=MetricValue.create_empty().schema)
    found = training_gaps(frame, assignments(*({} for _ in range(people))), AS_OF)
    return found.select("scope", "metric", "value", "level").rows()


@pytest.mark.parametrize(
    ("rep", "expected"),
    [
        pytest.param((20, 100), [("E0", "discovery_depth", 0.2, 0.7)], id="clearly below"),
        pytest.param((69, 100), [], id="a little below: chance"),
        pytest.param((0, 4), [], id="four cases say nothing"),
        pytest.param((2, 9), [("E0", "discovery_depth", 2 / 9, 0.7)], id="few, but far below"),
        pytest.param((90, 100), [], id="above"),
    ],
)
def test_d25_a_gap_lies_below_the_teams_level_even_at_the_end_of_its_interval(
    rep: tuple[int, int], expected: list[Any]
) -> None:
    team = value("discovery_depth", "华东一部", 700, 1000)
    assert gaps(team, value("discovery_depth", "E0", *rep)) == expected


def test_d25_visits_are_held_per_head_and_a_team_against_the_company() -> None:
    visits = [
        value("effective_visits", "E0", 10, 1, 10),
        value("effective_visits", "E1", 40, 1, 40),
    ]
    team = value("effective_visits", "华东一部", 90, 1, 90)
    assert gaps(team, *visits) == [("E0", "effective_visits", 10.0, 30.0)]
    quality = [
        value("proposal_quality", "华东一部", 40, 100),
        value("proposal_quality", "company", 70, 100),
    ]
    assert gaps(*quality) == [("华东一部", "proposal_quality", 0.4, 0.7)]


def test_a_team_of_one_is_not_compared_with_itself() -> None:
    team = value("discovery_depth", "华东一部", 20, 100)
    assert gaps(team, value("discovery_depth", "E0", 20, 100), people=1) == []


def test_the_interval_narrows_with_cases() -> None:
    assert wilson_upper(0.2, 5) > wilson_upper(0.2, 50) > wilson_upper(0.2, 5000) > 0.2
