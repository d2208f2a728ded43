"""Restatements and the glossary."""

from decimal import Decimal

from transforms.views.book import Book, Row, base
from transforms.views.cells import Cell, Figure, MetricName, Text, counted, exact, say
from transforms.views.figures import judged
from transforms.views.model import Column, Page, Table

MOST_RESTATED = 24


def restated_page(book: Book) -> Page | None:
    """What differs from the edition before, as reported and as restated; None if nothing does."""
    rows = book.rows(
        "restatement", book.visible, sort=("metric", "scope_kind", "scope", "period_kind")
    )
    if not rows:
        return None
    rows.sort(key=lambda row: row["scope_kind"] != book.scope_kind)
    shown = rows[:MOST_RESTATED]
    table = Table(
        "restatements",
        (
            Column("metric", width=16),
            Column("scope", width=13),
            Column("period", width=13),
            Column("as_reported", "number", 11),
            Column("as_restated", "number", 11),
            Column("delta", "number", 10),
            Column("source", width=16),
            Column("changed_rows", "number", 10),
        ),
        tuple(_restated(book, row) for row in shown),
        more=len(rows) - len(shown),
    )
    headline = say("restated", rows=counted(len(rows)), reason=Text(rows[0]["reason"]))
    return Page("restated", "restated", headline, (table,), starts_page=False)


def _restated(book: Book, row: Row) -> tuple[Cell, ...]:
    metric = book.metric(row["metric"])
    unit = metric.unit if metric else "count"
    before, now, delta = (exact(row[name]) for name in ("as_reported", "as_restated", "delta"))
    return (
        book.name(row["metric"]),
        book.scope_name(row["scope_kind"], row["scope"]),
        book.span(row["period_kind"], row["period_start"], row["period_end"]),
        Figure(before, unit, "no_data" if before is None else "ok"),
        Figure(now, unit, "no_data" if now is None else "ok"),
        judged(book, row["metric"], delta or Decimal(0), unit),
        book.source(row["source"]),
        counted(row["changed_rows"]),
    )


def glossary_page(book: Book) -> Page:
    """The metrics shown, as the catalogue defines them (domain §4)."""
    codes = dict.fromkeys(base(code) for code in book.metrics)
    rows = []
    for code in codes:
        metric = book.metric(code)
        if metric is not None:
            definition = MetricName(
                f"{code}.definition", metric.definition_zh, metric.definition_en
            )
            rows.append((book.name(code), Text(code), definition))
    if not rows:
        return Page("glossary", "glossary", say("glossary_none"), starts_page=False)
    table = Table(
        "glossary",
        (Column("metric", width=18), Column("code", width=20), Column("definition", width=62)),
        tuple(rows),
    )
    headline = say("glossary", rows=counted(len(rows)))
    return Page("glossary", "glossary", headline, (table,), starts_page=False)
