"""The five levels of a case in sentences, each made of the cells it cites (D-18)."""

from decimal import Decimal

from transforms.views.book import Book, Row
from transforms.views.cases import Case, driver_name, gap_of, members_of, part_of
from transforms.views.cells import (
    Cell,
    Delta,
    Figure,
    Group,
    Sentence,
    Term,
    Text,
    counted,
    day_of,
    figure,
    quoted,
    say,
)
from transforms.views.citing import cite, counted_rows
from transforms.views.figures import judged
from transforms.views.findings import asked_of
from transforms.views.model import Level

QUESTIONED = (4, 5)
LOST_REASON = "lost_reason"
"""Subject of evidence about the reason recorded for lost deals."""


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
            gap=part_of(book, case, segment, "contribution"),
            rest=figure(segment, "residual_share", "share"),
        )
        told.append(Level(3, "measured", (third,), figure(segment, "share", "share")))
    return (*told, *(_evidence_level(book, case, number) for number in QUESTIONED))


def _driver_level(book: Book, case: Case, driver: Row | None) -> Level:
    if driver is None or len(case.drivers) < 2:  # noqa: PLR2004 (one part explains nothing)
        return Level(2, "none", (say("level_2_none"),))
    sentence = say(
        "level_2",
        driver=driver_name(driver["driver"]),
        gap=part_of(book, case, driver, "contribution"),
        parts=counted(len(case.drivers), counted_rows("driver", case_id=case.row["case_id"])),
    )
    share = None if driver["share"] is None else figure(driver, "share", "share")
    return Level(2, "measured", (sentence,), share)


def _evidence_level(book: Book, case: Case, number: int) -> Level:
    rows = [row for row in case.evidence if row["level"] == number]
    facts = [row for row in rows if row["kind"] != "question"]
    asked = [row for row in rows if row["kind"] == "question"]
    if not rows:
        return Level(number, "none", (say(f"level_{number}_none"),))
    told = tuple(fact_said(book, row) for row in facts[:2])
    questions = tuple(question_said(book, row) for row in asked[:1])
    return Level(number, "record" if facts else "question", (*told, *questions))


def fact_said(book: Book, row: Row) -> Sentence:
    """A fact of level 4 or 5 in words."""
    if row["kind"] == "metric" and row["subject"]:
        return say("fact_metric", **movement(book, row))
    if row["subject"] == LOST_REASON and row["actual"] is not None:
        return say(
            "fact_lost_reason",
            what=quoted(row, "text"),
            share=figure(row, "actual", "share"),
            before=figure(row, "reference", "share"),
        )
    return say(f"fact_{row['kind']}", what=quoted(row, "text", "subject"))


def movement(book: Book, row: Row) -> dict[str, Cell]:
    """How a metric moved: its name, where, before, now, and the change."""
    metric = book.metric(row["subject"])
    unit = metric.unit if metric else "count"
    now, before = figure(row, "actual", unit), figure(row, "reference", unit)
    change = Delta(None, unit)
    if now.value is not None and before.value is not None:
        cited = cite(row, "actual", "reference", rule="difference")
        change = judged(book, row["subject"], now.value - before.value, unit, cited)
    name = book.reps.get(row["text"] or "")
    return {
        "metric": book.name(row["subject"]),
        "place": Text(name) if name else quoted(row, "text"),
        "reference": before,
        "actual": now,
        "change": change,
    }


def question_said(book: Book, row: Row) -> Sentence:
    """A question goes to a person by a day; what it is about is quoted, never invented."""
    subject = row["subject"]
    if row["text"]:
        about: Cell = quoted(row, "text")
    elif subject:
        about = book.name(subject) if book.metric(subject) else driver_name(subject)
    else:
        return say(
            f"question_{row['level']}_open", asked_of=asked_of(book, row), due=day_of(row, "due_on")
        )
    return say(
        f"question_{row['level']}",
        about=about,
        asked_of=asked_of(book, row),
        due=day_of(row, "due_on"),
    )


def dimensions_of(row: Row) -> Group:
    """The dimensions of a segment in the words of the locale."""
    parts = [part.strip() for part in row["dimensions"].split("×")]
    return Group(tuple(Term("dimension", part) for part in parts), "list")
