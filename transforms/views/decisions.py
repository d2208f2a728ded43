"""Decisions asked of the reader (D-20)."""

from datetime import date
from decimal import Decimal

import polars as pl

from transforms.views.book import Book, Row
from transforms.views.cases import Case, gap_of
from transforms.views.cells import Cell, Day, Figure, Group, Term, Text, say
from transforms.views.model import Column, Table
from transforms.views.pipeline import overdue_days, waiting_contracts
from transforms.views.threads import conflicts
from transforms.why.register import DONE

MOST = 3
Decision = tuple[Cell, Cell, Cell, Day]


def is_done(status: str | None) -> bool:
    """Whether a status as written says that nothing is left to do."""
    return (status or "").strip().lower() in DONE


def decisions(book: Book, cases: tuple[Case, ...]) -> Table | None:
    """At most three: one of each kind first, then by what is at stake."""
    kinds = [
        _approvals(book),
        _asks(book),
        _cases_without_action(book, cases),
        _late_actions(book),
        _conflicts(book),
    ]
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


def _conflicts(book: Book) -> list[Decision]:
    """Cases that two people answer in different words: nobody but they can settle it (D-18)."""
    by_case: dict[str, list[Row]] = {}
    for row in conflicts(book):
        by_case.setdefault(row["case_key"], []).append(row)
    return [
        (
            say(
                "decide_conflict",
                scope=book.scope_of(rows[0]),
                metric=book.name(rows[0]["metric"]),
                period=Term("tile_spans", rows[0]["period_kind"]),
            ),
            Text(None),
            say(
                "propose_conflict",
                people=Group(
                    tuple(Text(name) for name in dict.fromkeys(row["answered_by"] for row in rows)),
                    "list",
                ),
            ),
            Day(None),
        )
        for rows in by_case.values()
    ]


def own_actions(book: Book) -> list[Row]:
    """Actions decided in earlier reviews, soonest due first."""
    mine = () if book.is_company else (pl.col("team") == book.scope,)
    return book.rows("action_item", *mine, sort=("due_on", "action_id"))


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
