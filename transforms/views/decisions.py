"""Decisions asked of the reader, and what became of the earlier ones (D-20)."""

from datetime import date
from decimal import Decimal

import polars as pl

from transforms.views.book import Book, Row
from transforms.views.cases import Case, gap_of
from transforms.views.cells import Cell, Day, Delta, Figure, Light, Term, Text, exact, say
from transforms.views.figures import against, reference_of, value_of
from transforms.views.model import Column, Table
from transforms.views.pipeline import overdue_days, waiting_contracts

MOST = 3
MOST_RESULTS = 2
Decision = tuple[Cell, Cell, Cell, Day]
DONE = frozenset(
    {"已完成", "完成", "关闭", "已关闭", "已取消", "done", "closed", "completed", "cancelled"}
)
"""Words for a status that no longer waits for anything."""


def is_done(status: str | None) -> bool:
    """Whether a status as written says that nothing is left to do."""
    return (status or "").strip().lower() in DONE


def decisions(book: Book, cases: tuple[Case, ...]) -> Table | None:
    """At most three: one of each kind first, then by what is at stake."""
    kinds = [_approvals(book), _asks(book), _cases_without_action(book, cases), _late_actions(book)]
    first = [rows[0] for rows in kinds if rows]
    rest = [row for rows in kinds for row in rows[1:]]
    chosen = (first + rest)[:MOST]
    if not chosen:
        return None
    total = sum(len(rows) for rows in kinds)
    return Table(
        "decisions",
        (
            Column("decision", width=40),
            Column("stake", "number", 13),
            Column("proposal", width=36),
            Column("latest", "number", 11),
        ),
        tuple(chosen),
        more=total - len(chosen),
    )


def _approvals(book: Book) -> list[Decision]:
    rows = sorted(waiting_contracts(book), key=lambda row: -(row["amount"] or Decimal(0)))
    return [
        (
            say("decide_approval", contract=Text(row["contract_name"] or row["contract_id"])),
            _at_stake(row["amount"]),
            say(
                "propose_approval",
                step=Text(row["approval_step"]),
                days=Figure(Decimal(overdue_days(book, row["approval_due_on"]) or 0)),
            ),
            Day(row["approval_due_on"], is_late=True),
        )
        for row in rows
    ]


def _grant(kind: str | None) -> Cell:
    return say("propose_ask", kind=Term("resource", kind)) if kind else say("propose_ask_plain")


def _at_stake(amount: Decimal | None) -> Cell:
    """An amount with its unit, because a count may stand below it; nothing where none is named."""
    return Text(None) if amount is None else say("quoted", value=Figure(amount, "money"))


def own_asks(book: Book) -> list[Row]:
    """Resource asks that nobody has met, soonest first (D-6)."""
    rows = book.rows("resource", ~pl.col("is_met"), sort=("needed_on", "resource_id"))
    if book.is_company:
        return rows
    goals = {row["goal_id"] for row in own_goals(book)}
    return [row for row in rows if row["goal_id"] in goals or row["asked_by"] in book.people]


def own_goals(book: Book) -> list[Row]:
    """Goals of the pack's scope: the company sees all, a team its own and its reps'."""
    rows = book.rows("goal", sort=("goal_id",))
    if book.is_company:
        return rows
    scopes = {(book.scope_kind, book.scope), *(("rep", rep) for rep in book.reps)}
    return [
        row
        for row in rows
        if (row["scope_kind"], row["scope"]) in scopes or row["owner"] in book.people
    ]


def _asks(book: Book) -> list[Decision]:
    return [
        (
            Text(row["description"]),
            _at_stake(row["amount"]),
            say("propose_ask", kind=Term("resource", row["kind"]))
            if row["kind"]
            else say("propose_ask_plain"),
            Day(row["needed_on"], is_late=_is_past(book, row["needed_on"])),
        )
        for row in own_asks(book)
    ]


def _cases_without_action(book: Book, cases: tuple[Case, ...]) -> list[Decision]:
    """Cases with a page that fall short and that no action on record answers."""
    found: list[Decision] = []
    named: set[tuple[str, str]] = set()
    for case in cases:
        gap = gap_of(book, case)
        about = (case.row["metric"], case.row["scope"])
        if not case.has_page or case.actions or gap.is_good is not False or about in named:
            continue
        named.add(about)
        due = case.questions[-1]["due_on"] if case.questions else None
        what = say(
            "decide_case",
            case.anchor,
            scope=book.scope_of(case.row),
            metric=book.name(case.row["metric"]),
        )
        found.append((what, say("quoted", value=gap), say("propose_case"), Day(due)))
    return found


def own_actions(book: Book) -> list[Row]:
    """Actions decided in earlier reviews, soonest due first."""
    mine = () if book.is_company else (pl.col("team") == book.scope,)
    earlier = pl.col("decided_in_week") <= book.parameters.week.label
    return book.rows("action", earlier, *mine, sort=("due_on", "action_id"))


def _late_actions(book: Book) -> list[Decision]:
    return [
        (
            Text(row["action"]),
            Text(row["owner"]),
            say("propose_late", days=Figure(Decimal(overdue_days(book, row["due_on"]) or 0))),
            Day(row["due_on"], is_late=True),
        )
        for row in own_actions(book)
        if _is_past(book, row["due_on"]) and not is_done(row["status"])
    ]


def _is_past(book: Book, day: date | None) -> bool:
    return day is not None and day < book.as_of


def results(book: Book) -> Table | None:
    """Open actions and those that came due: did the metric move as expected (D-20)."""
    before = [
        row for row in own_actions(book) if row["decided_in_week"] < book.parameters.week.label
    ]
    if not before:
        return None
    rows = sorted(before, key=lambda row: row["decided_in_week"], reverse=True)
    shown = rows[:MOST_RESULTS]
    return Table(
        "results",
        (
            Column("verdict", "light", 5),
            Column("action", width=30),
            Column("effect", "number", 30),
            Column("verdict_text", width=24),
            Column("latest", "number", 11),
        ),
        tuple(_result(book, row) for row in shown),
        more=len(rows) - len(shown),
    )


def _result(book: Book, row: Row) -> tuple[Cell, ...]:
    moved = _moved(book, row)
    verdict = _verdict(book, row, moved)
    colours = {"worked": "green", "no_effect": "red", "late": "yellow"}
    light = Light(colours.get(verdict, "grey"), reason=None if verdict in colours else "open")
    effect: Cell = Text(None)
    if row["effect_metric"]:
        effect = say("effect", metric=book.name(row["effect_metric"]), moved=moved)
    due = Day(row["due_on"], is_late=verdict == "late")
    return light, Text(row["action"]), effect, Term("verdict", verdict), due


def _moved(book: Book, row: Row) -> Delta:
    """How far the metric now lies from its baseline of the thirteen weeks before."""
    if not row["effect_metric"]:
        return Delta(None)
    value = book.value(row["effect_metric"], "week")
    if book.is_company and row["team"]:
        value = book.value(row["effect_metric"], "week", "team", row["team"]) or value
    return against(book, row["effect_metric"], value_of(value), reference_of(value, "baseline"))


def _verdict(book: Book, row: Row, moved: Delta) -> str:
    is_due = row["due_on"] is not None and row["due_on"] <= book.as_of
    if not is_due:
        return "done_early" if is_done(row["status"]) else "not_due"
    wanted = exact(row["effect_delta"])
    if wanted is None or moved.value is None:
        return "done" if is_done(row["status"]) else "late"
    return "worked" if moved.value * wanted > 0 and abs(moved.value) >= abs(wanted) else "no_effect"
