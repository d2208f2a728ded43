"""The effect evaluation table (效果评估表, D-22): target, actual, attainment, why, what next."""

from datetime import date
from typing import TypeGuard

from transforms.views.book import PERIODS, Book, Row
from transforms.views.cases import Case
from transforms.views.cells import Cell, Figure, Group, Text, exact, say
from transforms.views.decisions import own_goals
from transforms.views.figures import quotient, target_of, value_of
from transforms.views.findings import cause
from transforms.views.model import Column, Table
from transforms.views.series import quarter_end

MOST_ROWS = 14
MONTHS = {"mtd": 1, "qtd": 3, "ytd": 12}


def evaluation_table(book: Book, cases: tuple[Case, ...]) -> Table | None:
    """Goals that a metric measures over a month, quarter or year that is looked at."""
    lines = [cells for _, cells in _lines(book, cases)]
    if not lines:
        return None
    return Table(
        "evaluation",
        (
            Column("evaluated", width=22),
            Column("evaluated_target", "number", 12),
            Column("evaluated_actual", "number", 12),
            Column("attained", "number", 9),
            Column("difference", width=25),
            Column("improvement", width=20),
        ),
        tuple(lines[:MOST_ROWS]),
        more=max(len(lines) - MOST_ROWS, 0),
        note=say("evaluation_key"),
        is_mixed=True,
    )


def running(book: Book) -> int:
    """How many of the evaluated goals have a period that has not ended."""
    return sum(ends_on > book.as_of for ends_on, _ in _lines(book, ()))


Line = tuple[date, tuple[Cell, ...]]
"""The last day of what is evaluated, and the cells of its row."""


def _lines(book: Book, cases: tuple[Case, ...]) -> list[Line]:
    lines = [line for goal in own_goals(book) if (line := _line(book, goal, cases))]
    return lines or _from_targets(book, cases)


def is_rate(cell: Cell) -> TypeGuard[Figure]:
    """Whether a cell is a 达成率."""
    return isinstance(cell, Figure) and cell.unit == "attainment"


def attained(target: Figure, actual: Figure, *, is_up_better: bool | None) -> Figure:
    """达成率: actual ÷ target, or target ÷ actual where less is better.

    >>> from decimal import Decimal
    >>> attained(Figure(Decimal(500)), Figure(Decimal(540)), is_up_better=True).value
    Decimal('1.08')
    >>> attained(Figure(Decimal("0.15")), Figure(Decimal("0.12")), is_up_better=True).value
    Decimal('0.8')
    """
    top, bottom = (target, actual) if is_up_better is False else (actual, target)
    if target.value is None:
        return Figure(None, "attainment", "no_target")
    if actual.value is None:
        return Figure(None, "attainment", actual.state)
    if top.value is None or not bottom.value:
        return Figure(None, "attainment", "no_data")
    return Figure(quotient(top.value, bottom.value), "attainment")


def _line(book: Book, goal: Row, cases: tuple[Case, ...]) -> Line | None:
    metric, scope_kind, scope = goal["metric"], goal["scope_kind"], goal["scope"]
    if not metric or not scope_kind or not scope or goal["target_value"] is None:
        return None
    for period in PERIODS:
        row = book.value(metric, period, scope_kind, scope)
        if row is not None and _covers(goal, row, period):
            target = Figure(exact(goal["target_value"]), row["unit"])
            return goal["due_on"], _cells(book, Text(goal["statement"]), target, row, cases)
    return None


def _covers(goal: Row, row: Row, period: str) -> bool:
    """Whether the goal runs over exactly the month, quarter or year the value is of."""
    if goal["starts_on"] != row["period_start"] or period == "week":
        return False
    return bool(goal["due_on"] == quarter_end(row["period_start"], months=MONTHS[period]))


def _from_targets(book: Book, cases: tuple[Case, ...]) -> list[Line]:
    """Without such goals: the quarter's targets of the pack's own scope."""
    lines = []
    for code in book.metrics:
        row = book.value(code, "qtd")
        target = target_of(row)
        if row is not None and target.value is not None:
            cells = _cells(book, book.name(code), target, row, cases)
            lines.append((quarter_end(row["period_start"], months=MONTHS["qtd"]), cells))
    return lines


def _cells(
    book: Book, title: Cell, target: Figure, row: Row, cases: tuple[Case, ...]
) -> tuple[Cell, ...]:
    metric, actual = row["metric"], value_of(row)
    case = next(
        (
            case
            for case in cases
            if case.row["metric"] == metric and case.is_of(row["scope_kind"], row["scope"])
        ),
        None,
    )
    why: Cell = cause(book, case) if case else Group(())
    action = next((item["action"] for item in case.actions), None) if case else None
    rate = attained(target, actual, is_up_better=book.is_up_better(metric))
    return title, target, actual, rate, why, Text(action)
