"""The five levels of a case in sentences, each made of the cells it cites (D-18)."""

from collections.abc import Sequence
from decimal import Decimal

from transforms.views.behaviour import MOVED, moved_said
from transforms.views.book import Book, Row
from transforms.views.cases import Case, also_said, driver_name, gap_of, part_of
from transforms.views.cells import (
    Cell,
    Figure,
    Group,
    Sentence,
    Term,
    counted,
    day_of,
    figure,
    quoted,
    say,
)
from transforms.views.citing import counted_rows
from transforms.views.findings import asked_of
from transforms.views.model import Basis, Level
from transforms.views.places import members_of
from transforms.why.answers import differ

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
    told = [
        Level(1, "measured", (first, *also_said(book, case)), whole),
        _driver_level(book, case, driver),
    ]
    if segment is None:
        told.append(Level(3, "none", (say("level_3_none"),)))
    else:
        third = say(
            "level_3",
            dimensions=dimensions_of(segment),
            segment=members_of(book, segment),
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
        driver=driver_name(book, case, driver["driver"]),
        gap=part_of(book, case, driver, "contribution"),
        parts=counted(len(case.drivers), counted_rows("driver", case_id=case.row["case_id"])),
    )
    share = None if driver["share"] is None else figure(driver, "share", "share")
    return Level(2, "measured", (sentence,), share)


def _evidence_level(book: Book, case: Case, number: int) -> Level:
    rows = [row for row in case.evidence if row["level"] == number]
    answers = [row for row in rows if row["kind"] == "answer"]
    facts = [row for row in rows if row["kind"] not in ("answer", "question")]
    asked = [row for row in rows if row["kind"] == "question"]
    if not rows:
        return Level(number, "none", (say(f"level_{number}_none"),))
    said = tuple(answer_said(row) for row in answers)
    told = tuple(each for row in facts[:2] for each in (fact_said(book, row), *by_playbook(row)))
    questions = tuple(question_said(book, case, row) for row in asked[:1])
    basis: Basis = "answer" if answers else "record" if facts else "question"
    return Level(number, basis, (*said, *contradiction(answers), *told, *questions))


def fact_said(book: Book, row: Row) -> Sentence:
    """A fact of level 4 or 5 in words."""
    if row["kind"] in ("answer", "earlier"):
        return answer_said(row)
    if row["kind"] in MOVED and row["subject"]:
        return moved_said(book, row)
    if row["subject"] == LOST_REASON and row["actual"] is not None:
        return say(
            "fact_lost_reason",
            what=quoted(row, "text"),
            share=figure(row, "actual", "share"),
            before=figure(row, "reference", "share"),
        )
    return say(f"fact_{row['kind']}", what=quoted(row, "text", "subject"))


def answer_said(row: Row) -> Sentence:
    """What a person answered, to this case or to one like it: who, when, how it is classed."""
    return say(
        f"fact_{row['kind']}",
        who=quoted(row, "subject"),
        week=quoted(row, "answered_in_week"),
        what=quoted(row, "text"),
        classed=_classed(row),
        doing=_doing(row),
    )


def by_playbook(row: Row) -> tuple[Sentence, ...]:
    """What the playbook says of a text on record; nothing where it knows no word of it."""
    if row["kind"] != "record" or row["cause_class"] is None:
        return ()
    return (say("by_playbook", classed=Term("cause_class", row["cause_class"]), doing=_doing(row)),)


def _classed(row: Row) -> Cell:
    code = row["cause_class"]
    return Group(()) if code is None else say("classed", what=Term("cause_class", code))


def _doing(row: Row) -> Cell:
    if row["countermeasure"] is None:
        return Group(())
    return say("doing", what=quoted(row, "countermeasure"))


def contradiction(answers: Sequence[Row]) -> tuple[Sentence, ...]:
    """Two people who answer in different words: said, and left to them (D-18).

    Takes the rows of evidence about one case that are answers.
    """
    if not differ(answers):
        return ()
    named = {row["subject"]: row for row in answers}
    people = Group(tuple(quoted(row, "subject") for row in named.values()), "list")
    return (say("answers_differ", people=people),)


def question_said(book: Book, case: Case, row: Row) -> Sentence:
    """A question goes to a person by a day; what it is about is quoted, never invented."""
    subject = row["subject"]
    if row["text"]:
        about: Cell = quoted(row, "text")
    elif subject:
        about = book.name(subject) if book.metric(subject) else driver_name(book, case, subject)
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
