"""Pages about people: the team (D-25), pay (D-24)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.transforms.views.builders import bare_inputs
from tests.transforms.views.frames import QUARTER, WEEK, frame
from transforms.tables.incentive import Incentive, PayProposal
from transforms.tables.review import MetricValue
from transforms.tables.staff import NewHireRamp, TrainingGap
from transforms.views.book import Book
from transforms.views.cells import Delta, Figure, Sentence, Text
from transforms.views.model import Page, Table
from transforms.views.pay import pay_view
from transforms.views.team import team_page


def table(page: Page | None, code: str) -> Table:
    assert page is not None
    return next(b for b in page.blocks if isinstance(b, Table) and b.code == code)


def per_head(scope: str, value: float, before: float | None, heads: int) -> dict[str, Any]:
    """Output per head of the quarter."""
    return {
        "metric": "output_per_head",
        "scope_kind": "company" if scope == "company" else "team",
        "scope": scope,
        "period_kind": "qtd",
        "period_start": QUARTER,
        "period_end": WEEK.ends_on,
        "numerator": Decimal(round(value * heads)),
        "denominator": Decimal(heads),
        "value": value,
        "n": heads,
        "unit": "money",
        "state": "ok",
        "target_state": "no_target",
        "last_year": before,
        "light_plan": "grey",
        "light_baseline": "grey",
        "light": "grey",
        "is_within_noise": False,
    }


HIRE = {
    "rep_id": "E1",
    "month_start": date(2026, 10, 1),
    "rep_name": "王芳",
    "team": "华东一部",
    "joined_on": date(2026, 9, 1),
    "tenure_months": 1,
    "sales": Decimal(30),
    "tenured_average": 100.0,
    "tenured_heads": 2,
    "share": 0.3,
}
GAP = {
    "scope_kind": "rep",
    "scope": "E1",
    "metric": "discovery_depth",
    "team": "华东一部",
    "value": 0.2,
    "level": 0.7,
    "upper": 0.4,
    "n": 9,
}


def test_d25_output_per_head_up_by_30_percent() -> None:
    values = frame(
        MetricValue, [per_head("company", 130.0, 100.0, 10), per_head("华东一部", 130.0, 100.0, 5)]
    )
    tables = {
        "metric_value": values,
        "new_hire_ramp": frame(NewHireRamp, [HIRE]),
        "training_gap": frame(TrainingGap, [GAP]),
    }
    page = team_page(Book(bare_inputs(**tables), "company", "company"))
    said = dict(page.headline.cells)
    assert said["change"] == Delta(Decimal("0.3"), "share", is_good=True, is_relative=True)
    assert said["gaps"] == said["new"] == Figure(Decimal(1))
    assert table(page, "team_output").rows[0][6] == Figure(Decimal("130.0"), "money", n=5)
    assert table(page, "training").rows[0][3:5] == (
        Figure(Decimal("0.2"), "share"),
        Figure(Decimal("0.7"), "share"),
    )
    hire = table(page, "ramp").rows[0]
    assert hire[3] == Figure(Decimal("0.3"), "attainment")
    assert hire[4] == Text(None)


@pytest.mark.parametrize(("team", "codes"), [("华东一部", ["training", "ramp"]), ("华南一部", [])])
def test_a_team_sees_its_own_people_alone(team: str, codes: list[str]) -> None:
    tables = {
        "new_hire_ramp": frame(NewHireRamp, [HIRE]),
        "training_gap": frame(TrainingGap, [GAP]),
    }
    page = team_page(Book(bare_inputs(**tables), "team", team))
    assert [block.code for block in page.blocks if isinstance(block, Table)] == codes


def paid(rep: str, rule: str, amount: str | None, **more: object) -> dict[str, Any]:
    return {
        "rep_id": rep,
        "period_start": date(2026, 10, 1),
        "period_end": date(2026, 10, 31),
        "rule": rule,
        "subject": "",
        "rep_name": rep,
        "team": "华东一部",
        "base_kind": "wage",
        "base": None if amount is None else Decimal(10_000),
        "rate": Decimal("0.10"),
        "factor": Decimal(1),
        "amount": None if amount is None else Decimal(amount),
        "currency": "CNY",
        **more,
    }


def annex(*rows: dict[str, Any], team: str | None = None) -> Any:  # noqa: ANN401  # a view model
    tables = {
        "incentive": frame(Incentive, rows),
        "pay_proposal": frame(PayProposal, []),
    }
    scope = ("company", "company") if team is None else ("team", team)
    return pay_view(bare_inputs(**tables), *scope)


def test_d24_a_total_is_the_exact_sum_of_its_lines() -> None:
    view = annex(
        paid("E1", "target_bonus", "1000.01"),
        paid("E1", "commission", "0.10"),
        paid("E2", "award", "33.34"),
    )
    rows = table(view.pages[0], "pay_totals").rows
    assert [row[-1] for row in rows] == [
        Figure(Decimal("1000.11"), "exact_money"),
        Figure(Decimal("33.34"), "exact_money"),
    ]
    assert dict(view.summary.headline.cells)["total"] == Figure(Decimal("1033.45"), "exact_money")


def test_an_unknown_wage_is_no_data_and_said_in_the_headline() -> None:
    view = annex(paid("E1", "target_bonus", None), paid("E1", "commission", "5.00"))
    assert view.summary.headline.kind == "pay_total_unknown"
    row = table(view.pages[0], "pay_totals").rows[0]
    assert row[2] == Figure(None, "exact_money", "no_data")
    assert row[-1] == Figure(Decimal("5.00"), "exact_money")


def test_wages_in_another_currency_are_not_added_to_the_total() -> None:
    view = annex(
        paid("E1", "target_bonus", "10.00"), paid("E2", "target_bonus", "7.00", currency="USD")
    )
    assert dict(view.summary.headline.cells)["total"] == Figure(Decimal("10.00"), "exact_money")
    assert isinstance(table(view.pages[0], "pay_totals").rows[1][-1], Sentence)


def test_the_annex_of_another_team_has_nobody() -> None:
    view = annex(paid("E1", "target_bonus", "10.00"), team="华南一部")
    assert view.summary.headline.kind == "pay_nothing"
    assert view.pages[0].blocks == ()
