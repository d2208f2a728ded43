"""How far the goals are, what does not add up in the plan, and what was changed in it."""

from typing import Final

import polars as pl

from transforms.views.book import Book, Row
from transforms.views.cells import Cell, Day, Figure, Group, Term, Text, counted, exact, say
from transforms.views.decisions import own_goals
from transforms.views.derived_targets import derived_table
from transforms.views.model import Column, Page, Table
from transforms.views.plan_money import breaches_table, budget_table, dues_table, figure_or_state

MOST_ROWS: Final = 12


def plan_check_page(book: Book) -> Page | None:
    """Progress of the goals and flaws of the plan; no page where there is neither."""
    progress = _own_progress(book)
    tables = (
        _progress(book, progress),
        _drivers(book),
        derived_table(book),
        _flaws(book),
        _revisions(book),
        budget_table(book),
        breaches_table(book),
        dues_table(book),
    )
    blocks = tuple(table for table in tables if table)
    if not blocks:
        return None
    at_risk = sum(1 for row, _ in progress if row["is_at_risk"])
    flaws = sum(len(table.rows) + table.more for table in blocks if table.code == "plan_flaws")
    cells = {"goals": counted(len(progress)), "at_risk": counted(at_risk), "flaws": counted(flaws)}
    headline = say("plan_check_flawed" if flaws else "plan_check_adds_up", **cells)
    return Page("plan_check", "plan_check", headline, blocks, starts_page=False)


def _own_progress(book: Book) -> list[tuple[Row, Row]]:
    """Progress of each goal of the pack, with the goal: at risk first, then by number."""
    goals = {row["goal_id"]: row for row in own_goals(book)}
    rows = book.rows("goal_progress", sort=("goal_id",))
    mine = [(row, goals[row["goal_id"]]) for row in rows if row["goal_id"] in goals]
    return sorted(mine, key=lambda item: not item[0]["is_at_risk"])


def _progress(book: Book, rows: list[tuple[Row, Row]]) -> Table | None:
    if not rows:
        return None
    return Table(
        "goal_progress",
        (
            Column("goal", width=30),
            Column("responsible", width=10),
            Column("target", "number", 12),
            Column("due", "number", 12),
            Column("actual", "number", 12),
            Column("attained", "number", 9),
            Column("warning_line", "number", 7),
            Column("state", width=8),
        ),
        tuple(_progress_line(book, row, goal) for row, goal in rows[:MOST_ROWS]),
        more=max(len(rows) - MOST_ROWS, 0),
        note=say("goal_progress_key"),
        is_mixed=True,
    )


def _progress_line(book: Book, row: Row, goal: Row) -> tuple[Cell, ...]:
    metric = book.metric(goal["metric"]) if goal["metric"] else None
    unit = metric.unit if metric else "count"
    has_actual = row["state"] in {"ok", "zero"}
    days = row["warning_days"]
    return (
        Text(goal["statement"]),
        Text(goal["owner"]),
        figure_or_state(row["target"], unit, "no_target"),
        figure_or_state(row["due"], unit, row["state"]),
        Figure(exact(row["actual"]) if has_actual else None, unit, row["state"]),
        figure_or_state(row["attainment"], "attainment", row["state"]),
        Text(None) if days is None else Figure(exact(days), "days"),
        _state(row),
    )


def _state(row: Row) -> Cell:
    """At risk, on track, or why that cannot be told."""
    if row["is_at_risk"] is not None:
        return Term("goal_state", "at_risk" if row["is_at_risk"] else "on_track")
    if row["state"] in {"ok", "zero"}:
        return Term("goal_state", "too_early")
    return Figure(None, "count", row["state"])


def _drivers(book: Book) -> Table | None:
    """What the week's sales target asks of its drivers, each marked as given or derived (D-2a)."""
    own = (pl.col("scope_kind") == book.scope_kind) & (pl.col("scope") == book.scope)
    rows = book.rows("driver_plan", own, sort=("position",))
    if not rows:
        return None
    return Table(
        "drivers",
        (
            Column("driver", width=34),
            Column("wanted", "number", 20),
            Column("actual", "number", 20),
            Column("driver_origin", width=26),
        ),
        tuple(
            (
                _driver_name(book, row["driver"]),
                Figure(row["value"], _driver_unit(book, row["driver"])),
                figure_or_state(row["actual"], _driver_unit(book, row["driver"]), "no_data"),
                Term("driver_origin", row["origin"]),
            )
            for row in rows
        ),
        note=say("drivers_key"),
        is_mixed=True,
    )


def _driver_name(book: Book, driver: str) -> Cell:
    return book.name(driver) if book.metric(driver) else Term("driver_name", driver)


def _driver_unit(book: Book, driver: str) -> str:
    metric = book.metric(driver)
    if metric is not None:
        return metric.unit
    return "ratio" if driver == "orders_per_customer" else "count"


def _flaws(book: Book) -> Table | None:
    """What exceeds its whole first, then the rests of windows that run now, the largest first."""
    rows = [row for row in book.rows("plan_flaw") if book.is_company or _is_own(book, row)]
    if not rows:
        return None
    rows.sort(
        key=lambda row: (
            row["flaw"] == "undecomposed",
            not row["period_start"] <= book.as_of <= row["period_end"],
            -(row["amount"] or 0),
            row["metric"],
            row["scope"],
            row["part_kind"],
            row["period_start"],
        )
    )
    return Table(
        "plan_flaws",
        (
            Column("plan_flaw", width=20),
            Column("metric", width=14),
            Column("scope", width=12),
            Column("window", width=18),
            Column("parts_by", width=10),
            Column("target", "number", 9),
            Column("parts_sum", "number", 9),
            Column("difference", "number", 8),
        ),
        tuple(_flaw_line(book, row) for row in rows[:MOST_ROWS]),
        more=max(len(rows) - MOST_ROWS, 0),
        is_mixed=True,
    )


def _is_own(book: Book, row: Row) -> bool:
    own = (row["scope_kind"], row["scope"]) == (book.scope_kind, book.scope)
    return own or (row["scope_kind"] == "rep" and row["scope"] in book.reps)


def _flaw_line(book: Book, row: Row) -> tuple[Cell, ...]:
    is_budget = row["metric"] == "budget"
    metric = None if is_budget else book.metric(row["metric"])
    unit = "money" if is_budget else metric.unit if metric else "count"
    return (
        Term("plan_flaw", row["flaw"]),
        Term("plan", "budget") if is_budget else book.name(row["metric"]),
        book.scope_name(row["scope_kind"], row["scope"]),
        Group((Day(row["period_start"]), Text("–"), Day(row["period_end"]))),
        Term("part_kind", row["part_kind"]),
        *(
            Text(None) if row[name] is None else Figure(row[name], unit)
            for name in ("parent", "parts", "amount")
        ),
    )


def _revisions(book: Book) -> Table | None:
    """Targets that differ from what they were when their window began, the newest change first."""
    rows = book.rows("target_revision", pl.col("is_changed"), book.visible)
    if not rows:
        return None
    rows.sort(key=lambda row: (row["metric"], row["scope"], row["period_start"]))
    rows.sort(key=lambda row: row["changed_at"], reverse=True)
    return Table(
        "target_revisions",
        (
            Column("metric", width=13),
            Column("scope", width=12),
            Column("window", width=16),
            Column("target_then", "number", 11),
            Column("target_now", "number", 11),
            Column("changed_on", "number", 9),
            Column("actual", "number", 10),
            Column("attained_then", "number", 9),
            Column("attained_now", "number", 9),
        ),
        tuple(_revision_line(book, row) for row in rows[:MOST_ROWS]),
        more=max(len(rows) - MOST_ROWS, 0),
        note=say("target_revisions_key"),
        is_mixed=True,
    )


def _revision_line(book: Book, row: Row) -> tuple[Cell, ...]:
    metric = book.metric(row["metric"])
    unit = metric.unit if metric else "count"
    return (
        book.name(row["metric"]),
        book.scope_name(row["scope_kind"], row["scope"]),
        Group((Day(row["period_start"]), Text("–"), Day(row["period_end"]))),
        Figure(row["target_then"], unit),
        figure_or_state(row["target_now"], unit, "no_target"),
        Day(row["changed_at"].date()),
        figure_or_state(row["actual"], unit, row["state"]),
        figure_or_state(row["attainment_then"], "attainment", row["state"]),
        figure_or_state(row["attainment_now"], "attainment", "no_target"),
    )
