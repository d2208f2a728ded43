"""One page per 5-Why case, and the remaining cases as lines of one table (D-18)."""

from decimal import Decimal

from transforms.views.book import Book, Row
from transforms.views.bridges import bridge_of
from transforms.views.cases import Case, deviation_of, driver_name, gap_of, members_of
from transforms.views.cells import (
    Bar,
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
from transforms.views.figures import judged
from transforms.views.findings import asked_of, cause, claim
from transforms.views.model import Block, Chain, Column, Level, Page, Table

MOST_SEGMENTS = 6
MOST_EVIDENCE = 8
MOST_LINES = 24
ACTION_LINES = 3
QUESTIONED = (4, 5)
LOST_REASON = "lost_reason"
"""Subject of evidence about the reason recorded for lost deals."""


def case_pages(book: Book, cases: tuple[Case, ...]) -> tuple[Page, ...]:
    """Pages of the cases that have one; then the rest, a line each."""
    pages = tuple(_case_page(book, case) for case in cases if case.has_page)
    if not cases:
        none = say("cases_none", trigger=Figure(book.parameters.variances.trigger, "share"))
        return (Page("cases", "cases", none, starts_page=False),)
    lines = [case for case in cases if not case.has_page]
    return (*pages, _other_cases(book, lines)) if lines else pages


def _case_page(book: Book, case: Case) -> Page:
    blocks: list[Block] = [Chain("chain", levels(book, case))]
    if len(case.drivers) > 1:
        blocks.append(bridge_of(book, case))
    blocks += [table for table in (_segments(book, case), _evidence(book, case)) if table]
    blocks.append(_actions(case))
    return Page("case", case.anchor, claim(book, case), tuple(blocks))


def levels(book: Book, case: Case) -> tuple[Level, ...]:
    """The five levels of a case, in order; one without evidence says so or asks (D-18)."""
    driver, segment = case.top_driver, case.top_segment
    first = say(
        "level_1",
        gap=gap_of(book, case),
        actual=case.actual,
        reference=case.reference,
        against=Term("reference", case.row["reference_kind"]),
    )
    whole = Figure(Decimal(1), "share")
    told = [Level(1, "measured", (first,), whole), _driver_level(book, case, driver)]
    if segment is None:
        told.append(Level(3, "none", (say("level_3_none"),)))
    else:
        third = say(
            "level_3",
            dimensions=dimensions_of(segment),
            segment=members_of(segment),
            gap=judged(book, case.row["metric"], segment["contribution"], case.unit),
            rest=Figure(exact(segment["residual_share"]), "share"),
        )
        told.append(Level(3, "measured", (third,), Figure(exact(segment["share"]), "share")))
    return (*told, *(_evidence_level(book, case, number) for number in QUESTIONED))


def _driver_level(book: Book, case: Case, driver: Row | None) -> Level:
    if driver is None or len(case.drivers) < 2:  # noqa: PLR2004 (one part explains nothing)
        return Level(2, "none", (say("level_2_none"),))
    sentence = say(
        "level_2",
        driver=driver_name(driver["driver"]),
        gap=judged(book, case.row["metric"], driver["contribution"], case.unit),
        parts=counted(len(case.drivers)),
    )
    share = None if driver["share"] is None else Figure(exact(driver["share"]), "share")
    return Level(2, "measured", (sentence,), share)


def _evidence_level(book: Book, case: Case, number: int) -> Level:
    rows = [row for row in case.evidence if row["level"] == number]
    facts = [row for row in rows if row["kind"] != "question"]
    asked = [row for row in rows if row["kind"] == "question"]
    if not rows:
        return Level(number, "none", (say(f"level_{number}_none"),))
    told = tuple(_fact(book, row) for row in facts[:2])
    questions = tuple(_question(book, row) for row in asked[:1])
    return Level(number, "record" if facts else "question", (*told, *questions))


def _fact(book: Book, row: Row) -> Sentence:
    if row["kind"] == "metric" and row["subject"]:
        return say("fact_metric", **_movement(book, row))
    if row["subject"] == LOST_REASON and row["actual"] is not None:
        now, before = exact(row["actual"]), exact(row["reference"])
        return say(
            "fact_lost_reason",
            what=Text(row["text"]),
            share=Figure(now, "share"),
            before=Figure(before, "share", "no_data" if before is None else "ok"),
        )
    return say(f"fact_{row['kind']}", what=Text(row["text"] or row["subject"]))


def _movement(book: Book, row: Row) -> dict[str, Cell]:
    metric = book.metric(row["subject"])
    unit = metric.unit if metric else "count"
    now, before = exact(row["actual"]), exact(row["reference"])
    change = Delta(None, unit)
    if now is not None and before is not None:
        change = judged(book, row["subject"], now - before, unit)
    return {
        "metric": book.name(row["subject"]),
        "place": Text(book.reps.get(row["text"] or "", row["text"])),
        "reference": Figure(before, unit, "ok" if before is not None else "no_data"),
        "actual": Figure(now, unit, "ok" if now is not None else "no_data"),
        "change": change,
    }


def _question(book: Book, row: Row) -> Sentence:
    """A question goes to a person by a day; what it is about is quoted, never invented."""
    subject = row["subject"]
    if row["text"]:
        about: Cell = Text(row["text"])
    elif subject:
        about = book.name(subject) if book.metric(subject) else driver_name(subject)
    else:
        return say(
            f"question_{row['level']}_open", asked_of=asked_of(book, row), due=Day(row["due_on"])
        )
    return say(
        f"question_{row['level']}",
        about=about,
        asked_of=asked_of(book, row),
        due=Day(row["due_on"]),
    )


def dimensions_of(row: Row) -> Group:
    """The dimensions of a segment in the words of the locale."""
    parts = [part.strip() for part in row["dimensions"].split("×")]
    return Group(tuple(Term("dimension", part) for part in parts), "list")


def _segments(book: Book, case: Case) -> Table | None:
    rows = case.segments[:MOST_SEGMENTS]
    if not rows:
        return None
    largest = max((abs(row["contribution"]) for row in case.segments), default=Decimal(1))
    return Table(
        "segments",
        (
            Column("driver", width=16),
            Column("dimension", width=14),
            Column("segment", width=20),
            Column("actual", "number", 10),
            Column("reference", "number", 10),
            Column("contribution", "number", 10),
            Column("contribution_bar", "chart", 12),
            Column("share", "number", 8),
        ),
        tuple(_segment(book, case, row, largest or Decimal(1)) for row in rows),
        more=len(case.segments) - len(rows),
    )


def _segment(book: Book, case: Case, row: Row, largest: Decimal) -> tuple[Cell, ...]:
    part = judged(book, case.row["metric"], row["contribution"], case.unit)
    driver = Term("driver", row["driver"])
    return (
        driver,
        dimensions_of(row),
        members_of(row),
        Figure(row["actual"], case.unit),
        Figure(row["reference"], case.unit),
        part,
        Bar(part.value, largest, part.is_good),
        Figure(exact(row["share"]), "share"),
    )


def _evidence(book: Book, case: Case) -> Table | None:
    rows = [row for row in case.evidence if row["kind"] == "metric" and row["subject"]]
    if not rows:
        return None
    shown = rows[:MOST_EVIDENCE]
    return Table(
        "evidence",
        (
            Column("metric", width=30),
            Column("place", width=22),
            Column("reference", "number", 16),
            Column("actual", "number", 16),
            Column("change", "number", 16),
        ),
        tuple(tuple(_movement(book, row).values()) for row in shown),
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
    shown = cases[:MOST_LINES]
    table = Table(
        "other_cases",
        (
            Column("scope", width=11),
            Column("metric", width=14),
            Column("period", width=9),
            Column("actual", "number", 8),
            Column("reference", "number", 8),
            Column("gap", "number", 9),
            Column("deviation", "number", 8),
            Column("cause", width=33),
        ),
        tuple(_line(book, case) for case in shown),
        more=len(cases) - len(shown),
        note=say("other_cases_key"),
        is_mixed=True,
    )
    noise = sum(1 for case in cases if case.row["is_within_noise"])
    headline = say("other_cases", all=counted(len(cases)), noise=counted(noise))
    return Page("other_cases", "other-cases", headline, (table,), starts_page=False)


def _line(book: Book, case: Case) -> tuple[Cell, ...]:
    row = case.row
    why: Cell = say("within_noise") if row["is_within_noise"] else cause(case)
    return (
        book.scope_name(row["scope_kind"], row["scope"]),
        book.name(row["metric"]),
        book.span(row["period_kind"], row["period_start"], row["period_end"]),
        case.actual,
        case.reference,
        gap_of(book, case),
        deviation_of(book, case),
        why,
    )
