"""The worksheet of a pack: its cases, what was answered, and lines to fill in (D-18)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal

import polars as pl

from transforms.parameters import PlaybookCause
from transforms.tables.answers import CAUSE_CLASSES
from transforms.views.book import Book, Row
from transforms.views.bridges import subject
from transforms.views.cases import Case
from transforms.views.cells import Cell, Group, Text, figure, quoted, say
from transforms.views.levels import levels, question_said
from transforms.views.model import Given, SheetLine, Worksheet
from transforms.views.threads import without_data

Part = Literal["subject", "level_1", "level_2", "level_3", "level_4", "level_5", "question"]
"""A cell of the chain on a worksheet."""
PARTS: Final[tuple[Part, ...]] = (
    *("subject", "level_1", "level_2", "level_3", "level_4", "level_5"),
    "question",
)
FREE_LINES: Final = 3
"""Empty lines of each case, one for each countermeasure."""


def worksheet(book: Book, cases: tuple[Case, ...]) -> Worksheet | None:
    """The worksheet of a team, or of the company for its own cases and those of its regions.

    First the stories in the order of the pack, each with the answers that stand and empty lines;
    then the countermeasures that are not done, of cases that are closed; last the cases without
    data that a person is asked to close. None where there is none of these.
    """
    own = [
        case
        for case in cases
        if case.is_told and (not book.is_company or case.row["scope_kind"] != "team")
    ]
    listed = {_key(case.row) for case in cases}
    answers = _answers(book)
    lines: list[SheetLine] = []
    told: set[tuple[str, str, int]] = set()
    for case in own:
        mine = [row for row in answers if _is_of(row, case, listed) and _number(row) not in told]
        told |= {_number(row) for row in mine}
        lines += _case_lines(book, case, mine)
    rest = [row for row in answers if _number(row) not in told and row["is_waiting"]]
    told |= {_number(row) for row in rest}
    lines += [
        SheetLine(
            row["case_id"],
            row["line"],
            _name(book, row),
            row["driver"],
            row["segment"],
            _given(row),
        )
        for row in rest
    ]
    lines += [_closing_line(book, row, told) for row in _to_close(book)]
    if not lines:
        return None
    catalogue = book.inputs.catalogue
    return Worksheet(
        tuple(lines),
        people=tuple(sorted(book.people | {*book.reps.values()})),
        countermeasures=_by_class(book.parameters.playbook),
        metrics=tuple(book.name(code) for code in catalogue),
    )


def _by_class(playbook: Sequence[PlaybookCause]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The countermeasures of each class of cause that has any, each once."""
    found: dict[str, list[str]] = {name: [] for name in CAUSE_CLASSES}
    for cause in playbook:
        found[cause.cause_class] += cause.countermeasures
    return tuple((name, tuple(dict.fromkeys(each))) for name, each in found.items() if each)


def segment_code_of(segment: Row | None) -> str | None:
    """A segment as an answer keeps it: dimension=member, joined by ' × '."""
    if segment is None:
        return None
    pairs = zip(segment["dimensions"].split(" × "), segment["members"].split(" × "), strict=True)
    return " × ".join(f"{dimension}={member}" for dimension, member in pairs)


def _answers(book: Book) -> list[Row]:
    """Answers that stand, and countermeasures that are not done, of the pack's own cases."""
    scope = pl.col("scope_kind").is_in(["company", "region"])
    if not book.is_company:
        scope = (pl.col("scope_kind") == book.scope_kind) & (pl.col("scope") == book.scope)
    open_ids = {
        row["action_id"]
        for row in book.rows("action_item", ~pl.col("is_done"), pl.col("origin") == "worksheet")
    }
    rows = book.rows(
        "case_answer", scope, sort=("answered_in_week", "case_id", "answered_by", "line")
    )
    found: list[Row] = []
    for row in rows:
        action_id = f"{row['case_id']}#{row['answered_by']}#{row['line']}"
        is_waiting = action_id in open_ids
        if row["is_current"] or is_waiting:
            found.append({**row, "is_waiting": is_waiting})
    return found


def _number(row: Row) -> tuple[str, str, int]:
    return row["case_id"], row["answered_by"], row["line"]


Key = tuple[str, str, str, str]


def _key(row: Row) -> Key:
    return row["metric"], row["scope_kind"], row["scope"], row["period_kind"]


def _is_of(row: Row, case: Case, listed: set[Key]) -> bool:
    """Whether an answer is to the story: to one of its cases, or to a period that is none now."""
    key = _key(row)
    if key in listed:
        return any(key == _key(each) for each in (case.row, *case.also))
    return key[:-1] == _key(case.row)[:-1]


def _case_lines(book: Book, case: Case, answers: list[Row]) -> Iterator[SheetLine]:
    """Lines that somebody has filled, under their own case number; then the empty ones."""
    chain = _chain(book, case)
    driver = case.top_driver["driver"] if case.top_driver else None
    segment = segment_code_of(case.top_segment)
    for row in answers:
        yield SheetLine(
            row["case_id"], row["line"], chain, row["driver"], row["segment"], _given(row)
        )
        chain = ()
    taken = {row["line"] for row in answers if row["case_id"] == case.row["case_id"]}
    first = max(taken, default=0) + 1
    for line in range(first, first + FREE_LINES):
        yield SheetLine(case.row["case_id"], line, chain, driver, segment)
        chain = ()


def _to_close(book: Book) -> list[Row]:
    """Cases without data of the pack's own scopes, with a case to answer."""
    own = {"company", "region"} if book.is_company else {book.scope_kind}
    rows = [row for row in without_data(book) if row["scope_kind"] in own]
    return [row for row in rows if row["last_case_id"] is not None]


def _closing_line(book: Book, row: Row, told: set[tuple[str, str, int]]) -> SheetLine:
    """One line that asks whether a case without data is to be closed."""
    taken = [line for case_id, _, line in told if case_id == row["last_case_id"]]
    ask = say(
        "question_close",
        since=quoted(row, "unmeasured_since"),
        weeks=figure(row, "weeks_unmeasured"),
    )
    return SheetLine(
        row["last_case_id"],
        max(taken, default=0) + 1,
        (*_name(book, row)[:-1], ask),
        None,
        None,
    )


def _chain(book: Book, case: Case) -> tuple[Cell, ...]:
    told = levels(book, case)
    asked = case.questions[-1:]
    said = [_facts(level.sentences) for level in told]
    question: Cell = question_said(book, case, asked[0]) if asked else Text(None)
    return (subject(book, case), *said, question)


def _facts(sentences: Iterable[Cell]) -> Cell:
    """What a level says, without what it asks: that has a column of its own."""
    kept = tuple(
        each for each in sentences if not getattr(each, "kind", "").startswith("question_")
    )
    return Group(kept, "list") if kept else Text(None)


def _name(book: Book, row: Row) -> tuple[Cell, ...]:
    name = Group((book.scope_of(row), book.name(row["metric"])), "list")
    return (name, *(Text(None) for _ in PARTS[1:]))


def _given(row: Row) -> Given:
    names = ("answered_by", "why", "cause_class", "action", "owner", "due_on", "effect_metric")
    return Given(
        **{name: row[name] for name in names},
        effect_delta=row["effect_delta"],
        status=row["status"],
    )
