"""The four core tables in the users' own layout (D-22), and what goals lack (D-1)."""

import polars as pl

from transforms.views.act import moved_of, weighed_by
from transforms.views.book import Book, Row
from transforms.views.cases import Case
from transforms.views.cells import (
    Cell,
    Day,
    Delta,
    Figure,
    Group,
    Sentence,
    Term,
    Text,
    counted,
    exact,
    say,
)
from transforms.views.citing import cite
from transforms.views.decisions import own_goals
from transforms.views.evaluation import evaluation_table, is_rate, running
from transforms.views.model import Column, Page, Table
from transforms.views.work import own_tasks, progress_of

MOST_ROWS = 14
CRITERIA = ("S", "M", "A", "R", "T")


def plan_pages(book: Book, cases: tuple[Case, ...]) -> tuple[Page, ...]:
    """Goals and strategy on one page, progress and effect on the next."""
    first = tuple(table for table in (_goals(book), _flaws(book), _strategy(book)) if table)
    second = tuple(
        table
        for table in (_progress(book), _milestones(book), evaluation_table(book, cases))
        if table
    )
    if not first and not second:
        return (Page("plan", "plan", say("plan_none"), starts_page=False),)
    pages = []
    if first:
        pages.append(Page("plan", "plan", _headline(book), first, starts_page=False))
    if second:
        headline = _effect_headline(book, second)
        pages.append(Page("effect", "effect", headline, second, starts_page=False))
    return tuple(pages)


def _headline(book: Book) -> Sentence:
    goals = own_goals(book)
    flawed = {row["goal_id"] for row in _own_flaws(book)}
    counts = {"goals": counted(len(goals)), "flawed": counted(len(flawed))}
    return say("plan_flawed" if flawed else "plan_sound", **counts)


def _effect_headline(book: Book, tables: tuple[Table, ...]) -> Sentence:
    """How many of the evaluated goals are reached, and how many still have time to.

    Without any, how many tasks are followed.
    """
    evaluated = [row for table in tables if table.code == "evaluation" for row in table.rows]
    if not evaluated:
        return say("progress_page", rows=counted(len(tables[0].rows)))
    rates = [cell for row in evaluated for cell in row if is_rate(cell)]
    met = [cell for cell in rates if cell.value is not None and cell.value >= 1]
    counts = {"rows": counted(len(evaluated)), "met": counted(len(met))}
    if left := running(book):
        return say("effect_running", **counts, running=counted(left))
    return say("effect_page", **counts)


def _goals(book: Book) -> Table | None:
    rows = own_goals(book)
    if not rows:
        return None
    return Table(
        "goals",
        (
            Column("goal_dimension", width=11),
            Column("goal_statement", width=32),
            Column("target_value", "number", 13),
            Column("deadline", "number", 10),
            Column("responsible", width=11),
            Column("key_action", width=23),
        ),
        tuple(
            (
                Text(row["dimension"]),
                Text(row["statement"]),
                _stated(book, row),
                Day(row["due_on"]),
                Text(row["owner"]),
                Text(row["key_action"]),
            )
            for row in rows[:MOST_ROWS]
        ),
        more=max(len(rows) - MOST_ROWS, 0),
    )


def _stated(book: Book, goal: Row) -> Cell:
    """A target in its metric's unit; where no metric is named, in the words of its author."""
    value = exact(goal["target_value"])
    metric = book.metric(goal["metric"]) if goal["metric"] else None
    if value is None:
        return Figure(None, "count", "no_target")
    if metric is not None:
        return say("stated", value=Figure(value, metric.unit))
    return say("with_unit", value=Figure(value), unit=Text(goal["unit"]))


def _own_flaws(book: Book) -> list[dict[str, str]]:
    goals = {row["goal_id"] for row in own_goals(book)}
    rows = book.rows("goal_check", sort=("goal_id", "criterion", "flaw"))
    return [dict(row) for row in rows if row["goal_id"] in goals]


def _flaws(book: Book) -> Table | None:
    """Which of S, M, A, R, T a goal lacks; a goal without a flaw has no row."""
    rows = _own_flaws(book)
    if not rows:
        return None
    statements = {row["goal_id"]: row["statement"] for row in own_goals(book)}
    goals = sorted({row["goal_id"] for row in rows})
    shown = goals[:MOST_ROWS]
    return Table(
        "flaws",
        (
            Column("goal", width=44),
            *(Column(f"criterion_{letter}", width=4) for letter in CRITERIA),
            Column("flaw", width=36),
        ),
        tuple(
            (
                Text(statements[goal]),
                *(_mark(rows, goal, letter) for letter in CRITERIA),
                _flaw_list(rows, goal),
            )
            for goal in shown
        ),
        more=len(goals) - len(shown),
    )


def _mark(rows: list[dict[str, str]], goal: str, letter: str) -> Cell:
    lacks = any(row["goal_id"] == goal and row["criterion"] == letter for row in rows)
    return say("lacks" if lacks else "meets")


def _flaw_list(rows: list[dict[str, str]], goal: str) -> Cell:
    flaws = tuple(Term("flaw", row["flaw"]) for row in rows if row["goal_id"] == goal)
    return Group(flaws, "list")


def _strategy(book: Book) -> Table | None:
    mine = () if book.is_company else (pl.col("owner").is_in(sorted(book.people)),)
    rows = book.rows("strategy_item", *mine, sort=("strategy_id",))
    if not rows:
        return None
    effects = _effects(book, "strategy_item")
    return Table(
        "strategy",
        (
            Column("strategy_module", width=8),
            Column("strategy_action", width=23),
            Column("person", width=8),
            Column("resource_needed", width=12),
            Column("when", "number", 8),
            Column("expected_effect", width=15),
            Column("effect_moved", width=15),
            Column("verdict_text", width=11),
        ),
        tuple(
            (
                Text(row["module"]),
                Text(row["action"]),
                Text(row["owner"]),
                Text(row["resource"]),
                Day(row["due_on"]),
                Text(row["expected_effect"]),
                *_effect(book, effects.get(row["strategy_id"])),
            )
            for row in rows[:MOST_ROWS]
        ),
        more=max(len(rows) - MOST_ROWS, 0),
        note=say("strategy_key", basis=weighed_by([*effects.values()])),
        is_mixed=True,
    )


def _effects(book: Book, entity: str) -> dict[str, Row]:
    rows = book.rows("plan_effect", pl.col("entity") == entity)
    return {row["item_id"]: row for row in rows}


def _effect(book: Book, effect: Row | None) -> tuple[Cell, Cell]:
    """How far the metric of a step moved, and what that says; empty where it names none."""
    if effect is None or effect["verdict"] == "no_expectation":
        return Text(None), Text(None)
    if effect["verdict"] == "too_early":
        return Text(None), Term("verdict", "not_due")
    name = book.name(effect["metric"])
    moved = say("effect", metric=name, moved=moved_of(book, effect))
    return moved, Term("verdict", effect["verdict"])


def _progress(book: Book) -> Table | None:
    rows = own_tasks(book)
    if not rows:
        return None
    return Table(
        "progress",
        (
            Column("task_name", width=22),
            Column("person", width=9),
            Column("planned_start", "number", 11),
            Column("planned_finish", "number", 11),
            Column("actual_progress", width=15),
            Column("risk_point", width=15),
            Column("countermeasure", width=17),
        ),
        tuple(
            (
                Text(row["task_name"]),
                Text(row["owner"]),
                Day(row["planned_start_on"]),
                Day(row["planned_end_on"]),
                progress_of(row),
                Text(row["risk"]),
                Text(row["countermeasure"]),
            )
            for row in rows[:MOST_ROWS]
        ),
        more=max(len(rows) - MOST_ROWS, 0),
    )


def _milestones(book: Book) -> Table | None:
    """Tasks that were to move a metric, and whether it moved (D-8)."""
    effects = _effects(book, "task")
    rows = [task for task in own_tasks(book) if task["task_id"] in effects]
    if not rows:
        return None
    return Table(
        "milestones",
        (
            Column("task_name", width=26),
            Column("person", width=11),
            Column("actual_end", "number", 12),
            Column("effect_expected", "number", 15),
            Column("effect_moved", width=20),
            Column("verdict_text", width=16),
        ),
        tuple(_milestone(book, task, effects[task["task_id"]]) for task in rows[:MOST_ROWS]),
        more=max(len(rows) - MOST_ROWS, 0),
        note=say("milestones_key", basis=weighed_by([*effects.values()])),
        is_mixed=True,
    )


def _milestone(book: Book, task: Row, effect: Row) -> tuple[Cell, ...]:
    expected = exact(effect["expected"])
    metric = book.metric(effect["metric"])
    unit = "count" if metric is None else metric.unit
    return (
        Text(task["task_name"]),
        Text(task["owner"]),
        Day(task["actual_end_on"]),
        Delta(expected, unit, cited=cite(effect, "expected")),
        *_effect(book, effect),
    )
