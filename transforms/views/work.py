"""Tasks with their time line, the risk register, and what is asked of the leadership."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import polars as pl

from transforms.views.book import Book, Row
from transforms.views.cells import Cell, Day, Figure, Gantt, Term, Text, counted, exact, say
from transforms.views.decisions import is_done, own_asks
from transforms.views.figures import quotient
from transforms.views.model import Column, Page, Table

MOST_TASKS, MOST_RISKS, MOST_ASKS = 16, 12, 5
AT_RISK_BELOW = Decimal("0.9")
"""D-1: progress below 90 % of the plan due then is at risk."""
WARNING_DAYS = 30
LEVELS = ("high", "medium", "low")


@dataclass(frozen=True)
class TaskState:
    """How a task stands at the as-of date (D-8)."""

    code: str
    """done, late, at_risk, running, planned or undated."""
    days: int | None = None


def own_tasks(book: Book) -> list[Row]:
    """Tasks of the pack's scope, soonest end first; an end not given is start + duration (D-8)."""
    mine = () if book.is_company else (pl.col("team") == book.scope,)
    rows = [{**row, "planned_end_on": planned_end(row)} for row in book.rows("task", *mine)]
    return sorted(rows, key=lambda row: (row["planned_end_on"] or date.max, row["task_id"]))


def planned_end(task: Row) -> date | None:
    """Planned last day: as given, else so many days from the planned start on."""
    start, days = task["planned_start_on"], task["duration_days"]
    if task["planned_end_on"] is not None or start is None or days is None:
        return task["planned_end_on"]  # type: ignore[no-any-return]  # a day or none
    return start + timedelta(days=max(days - 1, 0))  # type: ignore[no-any-return]  # a day


def task_state(task: Row, as_of: date) -> TaskState:
    """Late, at risk, running, planned or done: by the dates and the progress on record.

    At risk is a task more than 30 days after its start with progress below 90 % of its due share.
    """
    progress = exact(task["progress_share"])
    if task["actual_end_on"] is not None or (progress is not None and progress >= 1):
        return TaskState("done")
    start, end = task["planned_start_on"], task["planned_end_on"]
    if end is not None and end < as_of:
        return TaskState("late", (as_of - end).days)
    if start is None or end is None or end <= start:
        return TaskState("undated" if end is None else "running")
    if start > as_of and task["actual_start_on"] is None:
        return TaskState("planned")
    gone = (as_of - start).days
    due = quotient(Decimal(max(gone, 0)), Decimal((end - start).days))
    if gone >= WARNING_DAYS and (progress or Decimal(0)) < AT_RISK_BELOW * due:
        return TaskState("at_risk")
    return TaskState("running")


def state_cell(state: TaskState) -> Cell:
    """A task's state in words; a late one with its days."""
    if state.code == "late":
        return say("task_late", days=Figure(Decimal(state.days or 0)))
    return Term("task_state", state.code)


def work_page(book: Book) -> Page:
    """Tasks, risks and asks; late ones first."""
    tasks = own_tasks(book)
    states = [(task_state(task, book.as_of), task) for task in tasks]
    tables = (_tasks(book, states), _risks(book), _asks(book))
    blocks = tuple(table for table in tables if table)
    if not blocks:
        return Page("work", "work", say("work_none"), starts_page=False)
    late = sum(1 for state, _ in states if state.code == "late")
    at_risk = sum(1 for state, _ in states if state.code == "at_risk")
    headline = say(
        "work_late" if late or at_risk else "work_on_time",
        all=counted(len(tasks)),
        late=counted(late),
        at_risk=counted(at_risk),
        risks=counted(_come_true(book)),
        asks=Figure(Decimal(len(own_asks(book)))),
    )
    return Page("work", "work", headline, blocks, starts_page=False)


ORDER = ("late", "at_risk", "running", "planned", "undated", "done")


def _tasks(book: Book, states: list[tuple[TaskState, Row]]) -> Table | None:
    if not states:
        return None
    shown = _by_group(states)[:MOST_TASKS]
    names = book.account_names(task["account_id"] for _, task in shown)
    line = _time_line([task for _, task in shown], book.as_of)
    return Table(
        "tasks",
        (
            Column("belongs_to", width=10),
            Column("task", width=22),
            Column("owner", width=8),
            Column("planned_end", "number", 9),
            Column("progress", width=16),
            Column("state", width=11),
            Column("gantt", "chart", 24),
        ),
        tuple(
            (
                Text(names.get(task["account_id"], _group(task))),
                Text(task["task_name"]),
                Text(task["owner"]),
                Day(task["planned_end_on"], is_late=state.code == "late"),
                progress_of(task),
                state_cell(state),
                _gantt(task, state, line, book.as_of),
            )
            for state, task in shown
        ),
        more=len(states) - len(shown),
        note=say("time_line", first=Day(line[0]), last=Day(line[1])),
    )


def _group(task: Row) -> str | None:
    """What a task belongs to: its customer or project, else its team."""
    owner: str | None = task["account_id"] or task["team"]
    return owner


def _by_group(states: list[tuple[TaskState, Row]]) -> list[tuple[TaskState, Row]]:
    """Tasks of one customer, project or team together, by start; the group in most need first."""
    need: dict[str | None, int] = {}
    for state, task in states:
        place = ORDER.index(state.code)
        need[_group(task)] = min(need.get(_group(task), place), place)
    return sorted(
        states,
        key=lambda item: (
            need[_group(item[1])],
            _group(item[1]) or "",
            item[1]["planned_start_on"] or date.max,
            item[1]["task_id"],
        ),
    )


def progress_of(task: Row) -> Cell:
    """The percentage and the note beside it: 90%（设计中）."""
    share = exact(task["progress_share"])
    figure = Figure(share, "share", "no_data" if share is None else "ok" if share else "zero")
    if not task["progress_note"]:
        return figure
    return say("progress_noted", progress=figure, note=Text(task["progress_note"]))


def _time_line(tasks: list[Row], as_of: date) -> tuple[date, date]:
    days = [
        day
        for task in tasks
        for day in (task["planned_start_on"], task["planned_end_on"])
        if day is not None
    ]
    first = max(min([*days, as_of]), as_of - timedelta(days=120))
    last = min(max([*days, as_of]), as_of + timedelta(days=120))
    return first, max(last, first + timedelta(days=1))


def _gantt(task: Row, state: TaskState, line: tuple[date, date], as_of: date) -> Cell:
    start, end = task["planned_start_on"], task["planned_end_on"]
    if start is None or end is None:
        return Text(None)
    first, last = line
    length = (last - first).days
    begin = min(max((start - first).days, 0), length)
    finish = min(max((end - first).days, begin), length)
    share = float(exact(task["progress_share"]) or 0)
    done = begin + round((finish - begin) * min(share, 1.0))
    now = (as_of - first).days
    is_late = state.code in {"late", "at_risk"}
    return Gantt(begin, finish, done, now, length, is_late, bool(task["is_milestone"]))


def _open_risks(book: Book) -> list[Row]:
    mine = () if book.is_company else (pl.col("team") == book.scope,)
    return [
        row for row in book.rows("risk", *mine, sort=("risk_id",)) if not is_done(row["status"])
    ]


def _come_true(book: Book) -> int:
    """Open risks whose trigger has come true this week (D-9)."""
    true = {row["risk_id"] for row in book.rows("risk_check", pl.col("state") == "triggered")}
    return sum(1 for risk in _open_risks(book) if risk["risk_id"] in true)


def _risks(book: Book) -> Table | None:
    rows = _open_risks(book)
    if not rows:
        return None
    order = {level: place for place, level in enumerate(LEVELS)}
    checks = {row["risk_id"]: row for row in book.rows("risk_check")}
    rows.sort(key=lambda row: (order.get(row["level"], len(LEVELS)), row["risk_id"]))
    return Table(
        "risks",
        (
            Column("level", width=8),
            Column("risk", width=18),
            Column("trigger", width=14),
            Column("this_week", width=13),
            Column("contingency", width=13),
            Column("backups", width=10),
            Column("owner", width=7),
            Column("due_on", "number", 10),
            Column("status", width=7),
        ),
        tuple(
            (
                Term("risk_level", row["level"] or "unknown"),
                Text(row["description"]),
                Text(row["trigger"]),
                _evaluated(book, checks.get(row["risk_id"])),
                Text(row["contingency"]),
                Text(row["backups"]),
                Text(row["owner"]),
                Day(
                    row["due_on"], is_late=row["due_on"] is not None and row["due_on"] < book.as_of
                ),
                Text(row["status"]),
            )
            for row in rows[:MOST_RISKS]
        ),
        more=max(len(rows) - MOST_RISKS, 0),
    )


def _evaluated(book: Book, check: Row | None) -> Cell:
    """What this week says of a trigger (D-9): come true, quiet, or why nobody can tell."""
    if check is None:
        return Text(None)
    metric = book.metric(check["metric"]) if check["metric"] else None
    if metric is None or check["actual"] is None:
        return Term("risk_state", check["state"])
    actual = Figure(exact(check["actual"]), metric.unit)
    return say(f"risk_{check['state']}", actual=actual)


def _asks(book: Book) -> Table | None:
    rows = own_asks(book)
    if not rows:
        return None
    return Table(
        "asks",
        (
            Column("ask", width=34),
            Column("kind", width=9),
            Column("amount", "number", 11),
            Column("obtained_by", width=18),
            Column("asked_by", width=10),
            Column("needed_on", "number", 9),
            Column("status", width=9),
        ),
        tuple(
            (
                Text(row["description"]),
                Term("resource", row["kind"]) if row["kind"] else Text(None),
                Figure(row["amount"], "money") if row["amount"] is not None else Text(None),
                Text(row["obtained_by"]),
                Text(row["asked_by"]),
                Day(row["needed_on"], is_late=_is_past(book, row)),
                Text(row["status"]),
            )
            for row in rows[:MOST_ASKS]
        ),
        more=max(len(rows) - MOST_ASKS, 0),
    )


def _is_past(book: Book, row: Row) -> bool:
    return row["needed_on"] is not None and row["needed_on"] < book.as_of
