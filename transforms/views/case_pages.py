"""One page per 5-Why story, and the remaining stories as lines of one table (D-18)."""

from decimal import Decimal

from transforms.views.behaviour import BEHAVIOUR, MOVED, movement
from transforms.views.book import Book, Row
from transforms.views.cases import (
    Case,
    also_said,
    deviation_of,
    driver_name,
    gap_of,
    part_of,
)
from transforms.views.cells import (
    Bar,
    Cell,
    Day,
    Figure,
    Group,
    Text,
    counted,
    figure,
    say,
)
from transforms.views.citing import Cited, counted_rows
from transforms.views.driver_tables import driver_table, unit_of_driver
from transforms.views.findings import cause, claim
from transforms.views.levels import dimensions_of, levels
from transforms.views.model import Block, Chain, Column, Page, Table
from transforms.views.places import members_of

MOST_SEGMENTS = 6
MOST_EVIDENCE = 8
LONG_TREE = 9
"""Nodes from which on a driver tree leaves room for half the rows of the tables below it."""
MOST_LINES = 22
ACTION_LINES = 2


def case_pages(book: Book, cases: tuple[Case, ...]) -> tuple[Page, ...]:
    """Pages of the cases that have one; then the rest, a line for each story."""
    pages = tuple(_case_page(book, case) for case in cases if case.has_page)
    if not cases:
        none = say("cases_none", trigger=_trigger(book))
        return (Page("cases", "cases", none, starts_page=False),)
    lines = [case for case in cases if not case.has_page]
    return (*pages, _other_cases(book, lines)) if any(case.is_told for case in lines) else pages


def _trigger(book: Book) -> Figure:
    cited = Cited("parameters", (), ("variances", "trigger"), "setting")
    return Figure(book.parameters.variances.trigger, "share", cited=cited)


def _case_page(book: Book, case: Case) -> Page:
    blocks: list[Block] = [Chain("chain", levels(book, case))]
    part = 1
    if len(case.drivers) > 1 and case.bridges:
        tree = driver_table(book, case)
        blocks.append(tree)
        part = 2 if len(tree.rows) > LONG_TREE else 1
    segments = _segments(book, case, MOST_SEGMENTS // part)
    evidence = _evidence(book, case, MOST_EVIDENCE // part)
    blocks += [table for table in (segments, evidence) if table]
    blocks.append(_actions(case))
    return Page("case", case.anchor, claim(book, case), tuple(blocks))


def _segments(book: Book, case: Case, most: int) -> Table | None:
    rows = case.segments[:most]
    if not rows:
        return None
    largest = max((abs(row["contribution"]) for row in case.segments), default=Decimal(1))
    return Table(
        "segments",
        (
            Column("driver", width=16),
            Column("dimension", width=14),
            Column("segment", width=20),
            Column("reference", "number", 10),
            Column("actual", "number", 10),
            Column("contribution", "number", 10),
            Column("contribution_bar", "chart", 12),
            Column("share", "number", 8),
        ),
        tuple(_segment(book, case, row, largest or Decimal(1)) for row in rows),
        more=len(case.segments) - len(rows),
    )


def _segment(book: Book, case: Case, row: Row, largest: Decimal) -> tuple[Cell, ...]:
    part = part_of(book, case, row, "contribution")
    unit = unit_of_driver(book, case, row["driver"])
    return (
        driver_name(book, case, row["driver"]),
        dimensions_of(row),
        members_of(book, row),
        figure(row, "reference", unit),
        figure(row, "actual", unit),
        part,
        Bar(part.value, largest, part.is_good),
        figure(row, "share", "share"),
    )


def _evidence(book: Book, case: Case, most: int) -> Table | None:
    rows = [
        row
        for row in case.evidence
        if row["level"] == BEHAVIOUR and row["kind"] in MOVED and row["subject"]
    ]
    if not rows:
        return None
    shown = rows[:most]
    return Table(
        "evidence",
        (
            Column("metric", width=18),
            Column("place", width=17),
            Column("lag", width=13),
            Column("reference", "number", 11),
            Column("actual", "number", 11),
            Column("moved_by", "number", 11),
            Column("interval", "number", 19),
        ),
        tuple(tuple(movement(book, row).values()) for row in shown),
        more=len(rows) - len(shown),
        note=say("evidence_key"),
    )


def _actions(case: Case) -> Table:
    """Actions on record that answer the case, and empty lines for the meeting."""
    return Table(
        "case_actions",
        (
            Column("action", width=46),
            Column("owner", width=16),
            Column("due_on", "number", 12),
            Column("expected", width=26),
        ),
        tuple(
            (Text(row["action"]), Text(row["owner"]), Day(row["due_on"]), Text(row["status"]))
            for row in case.actions[:ACTION_LINES]
        ),
        blank_rows=max(ACTION_LINES - len(case.actions), 1),
    )


def _other_cases(book: Book, cases: list[Case]) -> Page:
    told = [case for case in cases if case.is_told]
    shown = told[:MOST_LINES]
    rows = counted_rows("variance", case_id=[case.row["case_id"] for case in told])
    table = Table(
        "other_cases",
        (
            Column("scope", width=11),
            Column("metric", width=14),
            Column("period", width=9),
            Column("reference", "number", 8),
            Column("actual", "number", 8),
            Column("gap", "number", 9),
            Column("deviation", "number", 8),
            Column("cause", width=33),
        ),
        tuple(_line(book, case) for case in shown),
        more=len(told) - len(shown),
        note=say("other_cases_key", rows=counted(len(told), rows)),
        is_mixed=True,
    )
    noise = sum(1 for case in cases if case.row["is_within_noise"])
    listed = {"case_id": [case.row["case_id"] for case in cases]}
    headline = say(
        "other_cases",
        all=counted(len(cases), counted_rows("variance", **listed)),
        noise=counted(noise, counted_rows("variance", **listed, is_within_noise=True)),
    )
    return Page("other_cases", "other-cases", headline, (table,), starts_page=False)


def _line(book: Book, case: Case) -> tuple[Cell, ...]:
    row = case.row
    why: Cell = cause(book, case)
    if row["is_within_noise"]:
        why = say("within_noise")
    elif not row["is_beyond_trigger"]:
        why = say("signal_only")
    if also := also_said(book, case):
        why = Group((why, *also), "clause")
    return (
        book.scope_of(row),
        book.name(row["metric"]),
        book.span_of(row),
        case.reference,
        case.actual,
        gap_of(book, case),
        deviation_of(book, case),
        why,
    )
