"""A whole case as a tree: every level with everything on record, nothing left out (D-18).

A pack shows the largest parts of a chain; this is all of it, for the terminal and for other
programs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import polars as pl

from transforms.views.book import Book, Row
from transforms.views.cases import Case, driver_name, part_of
from transforms.views.cells import Cell, Figure, Group, Sentence, day_of, figure, quoted, say
from transforms.views.findings import claim
from transforms.views.levels import contradiction, dimensions_of, fact_said, levels, question_said
from transforms.views.model import Level
from transforms.views.places import members_of

SHARES: Final = frozenset(
    {
        "qualification_rate",
        "effective_share",
        "win_rate",
        "lead_conversion",
        "cohort_conversion",
        "collection_rate",
    }
)
COUNTS: Final = frozenset(
    {
        "leads",
        "cohort_leads",
        "visits",
        "deals_closed",
        "opportunities_due",
        "new_opportunities",
        "new_customers",
        "active_reps",
    }
)
"""Drivers with a unit of their own; every other is in the unit of the case's metric."""

NO_SIDES: Final = frozenset({"mix", "new_segments", "gone_segments"})
"""Parts of a ratio whose segments are measured in its denominator, whatever that is."""

_WHOLE: Final = "gap"


@dataclass(frozen=True)
class Branch:
    """A sentence, and what it is made of."""

    said: Sentence
    branches: tuple["Branch", ...] = ()


@dataclass(frozen=True)
class Told:
    """One level: what it rests on (measured, record, question, none) and all that is said."""

    number: int
    basis: str
    share: Figure | None
    branches: tuple[Branch, ...]


@dataclass(frozen=True)
class Story:
    """One case: the claim, the five levels, the actions that answer it."""

    case: Case
    claim: Sentence
    levels: tuple[Told, ...]
    actions: tuple[Branch, ...]


def story(book: Book, case: Case) -> Story:
    """Tell a case in full."""
    told = tuple(
        Told(level.number, level.basis, level.share, _in_full(book, case, level))
        for level in levels(book, case)
    )
    return Story(case, claim(book, case), told, _branches(_action(row) for row in case.actions))


def _in_full(book: Book, case: Case, level: Level) -> tuple[Branch, ...]:
    """Everything on record at a level; what the pack says where there is nothing."""
    found: Sequence[Branch | Sentence]
    match level.number:
        case 1:
            noise = [say("within_noise")] if case.row["is_within_noise"] else []
            found = [*level.sentences, *noise]
        case 2:
            found = _drivers(book, case)
        case 3:
            found = _segments(book, case)
        case _:
            found = _evidence(book, case, level.number)
    return _branches(found or level.sentences)


def _branches(said: Iterable[Branch | Sentence]) -> tuple[Branch, ...]:
    return tuple(each if isinstance(each, Branch) else Branch(each) for each in said)


def _drivers(book: Book, case: Case) -> list[Branch]:
    """The drivers of the case, nested as in its tree; nothing where there is only one part."""
    if len(case.drivers) < 2:  # noqa: PLR2004 (one part explains nothing)
        return []
    is_case = pl.col("case_id") == case.row["case_id"]
    is_own = pl.col("reference_kind") == case.row["reference_kind"]
    nodes = book.rows("bridge", is_case, is_own, sort=("position",))
    if nodes:
        return _parts(book, case, nodes, _WHOLE)
    return [Branch(_part(book, case, row, row["driver"])) for row in case.drivers]


def _parts(book: Book, case: Case, nodes: Sequence[Row], parent: str) -> list[Branch]:
    return [
        Branch(
            _part(book, case, row, row["node"]),
            tuple(_parts(book, case, nodes, row["node"])),
        )
        for row in nodes
        if row["parent"] == parent
    ]


def _part(book: Book, case: Case, row: Row, code: str) -> Sentence:
    """One driver: its part of the gap, and its own value before and now where it has any."""
    share: Cell = Group(())
    if row["share"] is not None:
        share = say("in_brackets", what=figure(row, "share", "share"))
    return say(
        "tree_part",
        driver=driver_name(book, case, code),
        gap=part_of(book, case, row, "contribution"),
        share=share,
        sides=_sides(row, code, case),
    )


def _sides(row: Row, code: str, case: Case) -> Cell:
    if code in NO_SIDES or row["actual"] is None or row["reference"] is None:
        return Group(())
    unit = unit_of_driver(code, case.unit)
    return say(
        "tree_sides",
        reference=figure(row, "reference", unit),
        actual=figure(row, "actual", unit),
    )


def _segments(book: Book, case: Case) -> list[Branch]:
    """The segments of every driver that has any, best first."""
    return [
        Branch(
            say("tree_driver", driver=driver_name(book, case, driver)),
            _branches(_segment(book, case, row) for row in rows),
        )
        for driver, rows in groupby(case.segments, key=lambda row: row["driver"])
    ]


def _segment(book: Book, case: Case, row: Row) -> Sentence:
    return say(
        "tree_segment",
        dimensions=dimensions_of(row),
        segment=members_of(book, row),
        gap=part_of(book, case, row, "contribution"),
        share=figure(row, "share", "share"),
        rest=figure(row, "residual_share", "share"),
        sides=_sides(row, row["driver"], case),
    )


def _evidence(book: Book, case: Case, level: int) -> list[Sentence]:
    """Every fact, answer and question of a level; after the answers, that they differ."""
    rows = [row for row in case.evidence if row["level"] == level]
    answers = [row for row in rows if row["kind"] == "answer"]
    rest = [row for row in rows if row["kind"] != "answer"]
    return [
        *(fact_said(book, row) for row in answers),
        *contradiction(answers),
        *(
            question_said(book, case, row) if row["kind"] == "question" else fact_said(book, row)
            for row in rest
        ),
    ]


def _action(row: Row) -> Sentence:
    return say(
        "tree_action",
        action=quoted(row, "action"),
        owner=quoted(row, "owner"),
        due=day_of(row, "due_on"),
        status=quoted(row, "status"),
    )


def unit_of_driver(driver: str, unit: str) -> str:
    """The unit that a driver of a metric of some unit is measured in.

    >>> unit_of_driver("win_rate", "money"), unit_of_driver("existing_price", "money")
    ('share', 'money')
    """
    return "share" if driver in SHARES else "count" if driver in COUNTS else unit
