"""Tasks, their drawing by customer or team, and triggers of risks (D-8, D-9)."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tests.transforms.views.builders import inputs
from tests.transforms.views.frames import WEEK, frame
from transforms.tables import ENTITIES
from transforms.tables.review import REVIEW
from transforms.views.book import Book
from transforms.views.cells import Cell, Figure, Gantt, Sentence, Term, Text, counted
from transforms.views.model import Table
from transforms.views.work import own_tasks, task_state, work_page

AS_OF = WEEK.ends_on
"""2026-11-22."""


def book(**tables: pl.DataFrame) -> Book:
    return Book(inputs(**tables), "company", "company")


def tasks(*rows: dict[str, Any]) -> pl.DataFrame:
    filled = [
        {"task_id": f"T{number}", "task_name": f"任务 {number}", **row}
        for number, row in enumerate(rows, 1)
    ]
    return frame(ENTITIES["task"], filled)


def table(found: Book, code: str) -> tuple[tuple[Cell, ...], ...]:
    page = work_page(found)
    return next(
        block.rows for block in page.blocks if isinstance(block, Table) and block.code == code
    )


@pytest.mark.parametrize(
    ("task", "state"),
    [
        pytest.param(
            {"planned_end_on": date(2026, 11, 19)}, ("late", 3), id="合同审批中 超时 3 天"
        ),
        pytest.param({"planned_end_on": AS_OF}, ("running", None), id="due today is not late"),
        pytest.param(
            {"planned_start_on": date(2026, 11, 1), "duration_days": 19}, ("late", 3), id="by days"
        ),
        pytest.param(
            {"planned_start_on": date(2026, 11, 1), "duration_days": 19}
            | {"actual_end_on": date(2026, 11, 21)},
            ("done", None),
            id="done late is done",
        ),
        pytest.param({}, ("undated", None), id="without any day"),
    ],
)
def test_d8_overdue_days(task: dict[str, Any], state: tuple[str, int | None]) -> None:
    row = own_tasks(book(task=tasks(task)))[0]
    found = task_state(row, AS_OF)
    assert (found.code, found.days) == state


def test_d8_tasks_of_one_customer_or_team_are_drawn_together_those_in_need_first() -> None:
    late, later = date(2026, 11, 19), date(2026, 12, 20)
    found = book(
        task=tasks(
            {"team": "华东", "planned_start_on": late, "planned_end_on": later},
            {"account_id": "A1", "planned_start_on": late, "planned_end_on": later},
            {"account_id": "A1", "planned_start_on": date(2026, 11, 1), "planned_end_on": late}
            | {"is_milestone": True},
        )
    )
    rows = table(found, "tasks")
    assert [row[0] for row in rows] == [Text("启明能源"), Text("启明能源"), Text("华东")]
    drawn = [cell for row in rows for cell in row if isinstance(cell, Gantt)]
    assert [(cell.is_milestone, cell.is_late) for cell in drawn] == [
        (True, True),
        (False, False),
        (False, False),
    ]


def test_d9_the_register_says_what_this_week_says_of_each_trigger() -> None:
    risks = [
        {
            "risk_id": f"K{number}",
            "description": "…",
            "trigger": trigger,
            "backups": "备选客户 3 家",
        }
        for number, trigger in enumerate(("线索转化率 < 12 %", "竞品降价"), 1)
    ]
    checks: list[dict[str, Any]] = [
        {"risk_id": "K1", "state": "triggered", "metric": "lead_conversion", "actual": 0.119},
        {"risk_id": "K2", "state": "not_evaluated"},
    ]
    found = book(
        risk=frame(ENTITIES["risk"], risks), risk_check=frame(REVIEW["risk_check"], checks)
    )
    rows = table(found, "risks")
    first = next(cell for cell in rows[0] if isinstance(cell, Sentence))
    assert first.kind == "risk_triggered"
    assert dict(first.cells)["actual"] == Figure(Decimal("0.119"), "share")
    assert Term("risk_state", "not_evaluated") in rows[1]
    assert Text("备选客户 3 家") in rows[1]


def test_d9_the_headline_counts_the_open_risks_that_have_come_true() -> None:
    risks = [
        {"risk_id": "K1", "description": "…", "team": "华东"},
        {"risk_id": "K2", "description": "…", "team": "华东", "status": "已关闭"},
        {"risk_id": "K3", "description": "…", "team": "华东"},
    ]
    checks = [
        {"risk_id": "K1", "state": "triggered"},
        {"risk_id": "K2", "state": "triggered"},
        {"risk_id": "K3", "state": "quiet"},
    ]
    found = book(
        risk=frame(ENTITIES["risk"], risks), risk_check=frame(REVIEW["risk_check"], checks)
    )
    assert dict(work_page(found).headline.cells)["risks"] == counted(1)
