"""How far the goals are, what does not add up in the plan, and what was changed in it."""

from typing import Final

import polars as pl

from transforms.views.book import Book, Row
from transforms.views.cells import Cell, Day, Figure, Group, Term, Text, counted, exact, say
from transforms.views.decisions import own_goals
from transforms.views.figures import quotient
from transforms.views.model import Column, Page, Table

MOST_ROWS: Final = 12


def plan_check_page(book: Book) -> Page | None:
    """Progress of the goals and flaws of the plan; no page where there is neither."""
    progress = _own_progress(book)
    tables = (
        _progress(book, progress),
        _drivers(book),
        _flaws(book),
        _revisions(book),
        _budget(book),
        _breaches(book),
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
        _figure(row["target"], unit, "no_target"),
        _figure(row["due"], unit, row["state"]),
        Figure(exact(row["actual"]) if has_actual else None, unit, row["state"]),
        _figure(row["attainment"], "attainment", row["state"]),
        Text(None) if days is None else Figure(exact(days), "days"),
        _state(row),
    )


def _figure(value: object, unit: str, state: str) -> Figure:
    found = exact(value)  # type: ignore[arg-type]  # a cell of a frame: Decimal, float or None
    return Figure(found, unit, "ok" if found is not None else _why(state))


def _why(state: str) -> str:
    return state if state not in {"ok", "zero"} else "no_data"


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
                _figure(row["actual"], _driver_unit(book, row["driver"]), "no_data"),
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
    rows.sort(key=lambda row: row["known_now_at"], reverse=True)
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
        _figure(row["target_now"], unit, "no_target"),
        Day(row["known_now_at"].date()),
        _figure(row["actual"], unit, row["state"]),
        _figure(row["attainment_then"], "attainment", row["state"]),
        _figure(row["attainment_now"], "attainment", "no_target"),
    )


def _budget(book: Book) -> Table | None:
    """Spend against the budget; the company's pack alone shows it."""
    rows = book.rows("budget_use", sort=("budget_id",)) if book.is_company else []
    if not rows:
        return None
    return Table(
        "budget",
        (
            Column("budget_module", width=24),
            Column("window", width=20),
            Column("budget_amount", "number", 13),
            Column("budget_share", "number", 10),
            Column("due", "number", 13),
            Column("spent", "number", 13),
            Column("used", "number", 7),
        ),
        tuple(
            (
                Text(row["module"]),
                Group((Day(row["period_start"]), Text("–"), Day(row["period_end"]))),
                Figure(row["amount"], "money"),
                _figure(row["share"], "share", "no_data"),
                Figure(row["due"], "money"),
                _figure(row["spent"], "money", "no_data"),
                _used(row),
            )
            for row in rows[:MOST_ROWS]
        ),
        more=max(len(rows) - MOST_ROWS, 0),
    )


def _used(row: Row) -> Figure:
    """Spend ÷ budget due (预算执行率)."""
    if row["spent"] is None or not row["due"]:
        return Figure(None, "share", "no_data" if row["spent"] is None else "not_due")
    return Figure(quotient(row["spent"], row["due"]), "share")


def _breaches(book: Book) -> Table | None:
    """Orders of the week outside the commercial terms (D-27), the dearest first."""
    mine = () if book.is_company else (pl.col("team") == book.scope,)
    rows = book.rows("term_breach", *mine)
    if not rows:
        return None
    rows.sort(key=lambda row: (-row["short_amount"], row["order_id"], row["line_number"]))
    names = book.account_names(row["account_id"] for row in rows[:MOST_ROWS])
    return Table(
        "term_breaches",
        (
            Column("order", width=16),
            Column("customer", width=22),
            Column("product", width=16),
            Column("amount", "number", 12),
            Column("price_share", "number", 9),
            Column("allowed_share", "number", 9),
            Column("breach", width=16),
        ),
        tuple(
            (
                Text(row["order_id"]),
                Text(names.get(row["account_id"], row["account_id"])),
                Text(row["product_id"]),
                Figure(row["net_amount"], "money"),
                Figure(exact(row["price_share"]), "share"),
                Figure(exact(row["allowed_share"]), "share"),
                Term("breach", row["breach"]),
            )
            for row in rows[:MOST_ROWS]
        ),
        more=max(len(rows) - MOST_ROWS, 0),
    )
