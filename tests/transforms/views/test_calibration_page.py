"""The page about targets: calibration (D-4)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.transforms.views.builders import bare_inputs
from tests.transforms.views.frames import QUARTER, frame
from transforms.tables.calibration import Calibration, CalibrationFigure
from transforms.views.book import Book
from transforms.views.calibration import calibration_page
from transforms.views.cells import Figure, Light, Sentence, Term, Text
from transforms.views.model import Page, Table

YEAR_END = date(2026, 12, 31)


def table(page: Page | None, code: str) -> Table:
    assert page is not None
    return next(b for b in page.blocks if isinstance(b, Table) and b.code == code)


def check(metric: str, scope: str, name: str, verdict: str, **more: object) -> dict[str, Any]:
    """One verdict on a target of the quarter."""
    return {
        "metric": metric,
        "scope_kind": "company" if scope == "company" else "team",
        "scope": scope,
        "period_start": QUARTER,
        "period_end": YEAR_END,
        "check": name,
        "target": Decimal(1000),
        "verdict": verdict,
        "reason": "within_trend",
        **more,
    }


def target(metric: str, scope: str, *verdicts: str, **worst: object) -> list[dict[str, Any]]:
    """The five verdicts of a target; `worst` describes the first of the worst."""
    names = ("annual", "history", "capacity", "budget", "market")
    return [
        check(metric, scope, name, verdict, **(worst if verdict in {"short", "question"} else {}))
        for name, verdict in zip(names, verdicts, strict=True)
    ]


def calibrated(*rows: dict[str, Any], figures: tuple[dict[str, Any], ...] = ()) -> Page | None:
    tables = {
        "calibration": frame(Calibration, rows),
        "calibration_figure": frame(CalibrationFigure, figures),
    }
    return calibration_page(Book(bare_inputs(**tables), "company", "company"))


FINE = ("met", "met", "met", "not_applicable", "met")


def money(name: str, value: int, origin: str, place: int) -> dict[str, Any]:
    """A number that the budget check of the company's new customers rests on."""
    row = check("new_customers", "company", "budget", "met")
    key = ("metric", "scope_kind", "scope", "period_start", "period_end", "check")
    number = {"name": name, "value": Decimal(value), "origin": origin, "position": place}
    return {each: row[each] for each in key} | number


@pytest.mark.parametrize(
    ("verdicts", "kind"),
    [
        pytest.param(("met",) * 5, "calibration_which_budget", id="no objection"),
        pytest.param(
            ("met", "met", "met", "short", "met"), "calibration_other_budget", id="short of money"
        ),
    ],
)
def test_d4_a_plan_sheet_and_a_setting_that_differ_are_said(
    verdicts: tuple[str, ...], kind: str
) -> None:
    page = calibrated(
        *target("new_customers", "company", *verdicts, reason="unaffordable"),
        figures=(
            money("budget", 500_000, "plan", 1),
            money("budget_other", 600_000, "setting", 2),
            money("cac", 2000, "data", 3),
        ),
    )
    reason = table(page, "calibration").rows[0][9]
    assert isinstance(reason, Sentence)
    assert reason.kind == kind
    said = dict(reason.cells)
    assert said["other"] == Figure(Decimal(600_000), "money")
    first = said["first"]
    assert isinstance(first, Sentence)
    quoted = said if kind == "calibration_which_budget" else dict(first.cells)
    assert quoted["budget"] == Figure(Decimal(500_000), "money")
    assert quoted["origin"] == Term("budget_origin", "plan")


def test_d4_the_worst_target_comes_first_with_its_reason_and_its_numbers() -> None:
    key = check("new_customers", "company", "history", "short")
    number = {
        name: key[name] for name in ("metric", "scope_kind", "scope", "period_start", "period_end")
    }
    figures = tuple(
        {
            **number,
            "check": "history",
            "name": name,
            "position": place,
            "value": Decimal(value),
            "origin": "data",
        }
        for place, (name, value) in enumerate((("required_leads", 20_000), ("leads", 19_000)), 1)
    )
    page = calibrated(
        *target("sales_amount", "华东一部", *FINE),
        *target(
            "new_customers",
            "company",
            *("no_data", "short", "met", "met", "met"),
            reason="leads_short",
            reference=Decimal(950),
        ),
        figures=figures,
    )
    rows = table(page, "calibration").rows
    assert [row[0].code for row in rows] == ["new_customers", "sales_amount"]  # type: ignore[union-attr]
    assert rows[0][4:9] == (
        Light("grey", reason="no_data"),
        Light("red"),
        *([Light("green")] * 3),
    )
    reason = rows[0][9]
    assert isinstance(reason, Sentence)
    assert reason.kind == "calibration_leads_short"
    assert dict(reason.cells) == {
        "needed": Figure(Decimal(20_000)),
        "there": Figure(Decimal(19_000)),
        "reference": Figure(Decimal(950)),
    }
    assert rows[1][7] == Text(None)
    assert page is not None
    assert dict(page.headline.cells)["short"] == Figure(Decimal(1))


def test_without_an_open_target_the_calibration_is_one_line() -> None:
    page = calibrated()
    assert page is not None
    assert (page.blocks, page.headline.kind) == ((), "calibration_none")
