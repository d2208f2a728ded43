"""Bridges from the reference to the actual; parts sum to the gap to the last cent (D-18)."""

from decimal import Decimal

from transforms.views.book import Book
from transforms.views.cases import Case, driver_name
from transforms.views.cells import Sentence, exact, say
from transforms.views.figures import judged
from transforms.views.model import Bridge, BridgePart


def bridge_of(book: Book, case: Case, code: str = "bridge") -> Bridge:
    """The drivers of a case, in the order of the driver tree; drivers of exactly 0 are left out."""
    metric = case.row["metric"]
    parts = tuple(
        BridgePart(
            driver_name(book, case, row["driver"]),
            row["contribution"],
            exact(row["share"]),
            judged(book, metric, row["contribution"], case.unit).is_good,
        )
        for row in case.drivers
        if row["contribution"] != 0
    )
    total = sum((part.value for part in parts), Decimal(0))
    if total != case.row["gap"]:
        message = f"the drivers of case {case.row['case_id']} sum to {total}, not {case.row['gap']}"
        raise ValueError(message)
    return Bridge(
        code=code,
        subject=subject(book, case),
        unit=case.unit,
        reference_kind=case.row["reference_kind"],
        reference=case.row["reference"],
        parts=parts,
        actual=case.row["actual"],
    )


def subject(book: Book, case: Case) -> Sentence:
    """Scope, metric and period of a case, in a few words."""
    row = case.row
    return say(
        "case_subject",
        scope=book.scope_of(row),
        metric=book.name(row["metric"]),
        period=book.span_of(row),
    )
