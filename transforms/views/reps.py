"""A team's own pages: its reps side by side, and the 5-Why worksheet to fill in (D-18, D-25)."""

from decimal import Decimal

from transforms.views.book import Book, Row
from transforms.views.bridges import subject
from transforms.views.cases import Case
from transforms.views.cells import Cell, Figure, Text, counted, day_of, say
from transforms.views.figures import light_of, quotient, target_of, value_of
from transforms.views.findings import asked_of
from transforms.views.levels import levels
from transforms.views.model import Column, Page, Table
from transforms.views.pipeline import days_over, open_deals

WATCHED = (
    ("qtd", "sales_amount"),
    ("qtd", "contract_amount"),
    ("week", "effective_visits"),
    ("qtd", "discovery_depth"),
    ("qtd", "win_rate"),
)
"""Result first, then effort and quality; a metric nobody has is left out."""

MOST_REPS = 24
LEVELS = (1, 2, 3, 4, 5)
MOST_SHEETS = 2


def reps_page(book: Book) -> Page | None:
    """One line per rep: result against target, effort, quality, pipeline, overdue deals."""
    if book.is_company:
        return None
    reps = [*book.reps]
    watched = [
        (period, code)
        for period, code in WATCHED
        if any(book.value(code, period, "rep", rep) for rep in reps)
    ]
    if not reps or not watched:
        return Page("reps", "reps", say("reps_none"), starts_page=False)
    deals = open_deals(book)
    lines = sorted(reps, key=lambda rep: (_attainment_of(book, rep), rep))
    first_period, leading = watched[0]
    table = Table(
        "reps",
        (
            Column("light", "light", 4),
            Column("rep", width=12),
            *(
                Column(f"rep_{period}", "number", 50 // len(watched), title=book.name(code))
                for period, code in watched
            ),
            Column("attainment", "number", 9),
            Column("open_count", "number", 8),
            Column("open_amount", "number", 10),
            Column("overdue", "number", 7),
        ),
        tuple(_line(book, rep, watched, deals) for rep in lines[:MOST_REPS]),
        more=max(len(lines) - MOST_REPS, 0),
        note=say("reps_key"),
    )
    behind = sum(
        1
        for rep in reps
        if light_of(book.value(leading, first_period, "rep", rep), "plan").colour == "red"
    )
    has_target = any(_attainment(book, rep).value is not None for rep in reps)
    headline = say(
        "reps" if has_target else "reps_no_target",
        all=counted(len(reps)),
        behind=counted(behind),
        metric=book.name(leading),
    )
    return Page("reps", "reps", headline, (table,), starts_page=False)


def _attainment_of(book: Book, rep: str) -> Decimal:
    share = _attainment(book, rep).value
    return Decimal(10**9) if share is None else share


def _attainment(book: Book, rep: str) -> Figure:
    row = book.value("sales_amount", "qtd", "rep", rep)
    actual, target = value_of(row), target_of(row)
    if actual.value is None or not target.value:
        return Figure(None, "share", "no_target" if target.value is None else "no_data")
    return Figure(quotient(actual.value, target.value), "share")


def _line(
    book: Book, rep: str, watched: list[tuple[str, str]], deals: list[Row]
) -> tuple[Cell, ...]:
    mine = [deal for deal in deals if deal["rep"] == rep]
    late = [deal for deal in mine if days_over(deal)]
    value = sum((deal["amount"] or Decimal(0) for deal in mine), Decimal(0))
    period, leading = watched[0]
    return (
        light_of(book.value(leading, period, "rep", rep), "plan"),
        Text(book.reps[rep]),
        *(value_of(book.value(code, period, "rep", rep)) for period, code in watched),
        _attainment(book, rep),
        counted(len(mine)),
        Figure(value, "money", "ok" if mine else "zero"),
        counted(len(late)),
    )


def worksheet_page(book: Book, cases: tuple[Case, ...]) -> Page | None:
    """The first cases with what is already known, and lines for what only the manager knows."""
    if book.is_company:
        return None
    paged = [case for case in cases if case.has_page][:MOST_SHEETS]
    sheets = tuple(_sheet(book, case) for case in paged) or (_sheet(book, None),)
    return Page("worksheet", "worksheet", say("worksheet"), sheets)


def _sheet(book: Book, case: Case | None) -> Table:
    return Table(
        "worksheet",
        (
            Column("why", width=16),
            Column("known", width=34),
            Column("answer", width=34),
            Column("answered_by", width=16),
        ),
        tuple(_known(book, case, level) for level in LEVELS),
        note=subject(book, case) if case else say("worksheet_free"),
    )


def _known(book: Book, case: Case | None, level: int) -> tuple[Cell, ...]:
    title = say(f"why_{level}")
    if case is None:
        return title, Text(None), Text(None), Text(None)
    known = levels(book, case)[level - 1]
    asked = next((row for row in case.questions if row["level"] == level), None)
    by: Cell = Text(None)
    if asked is not None:
        by = say("answer_by", who=asked_of(book, asked), due=day_of(asked, "due_on"))
    return title, known.sentences[0] if known.basis != "none" else Text(None), Text(None), by
