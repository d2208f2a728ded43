"""Data quality and lineage (company's pack only), restatements, and the glossary."""

from decimal import Decimal

import polars as pl

from transforms.views.book import Book, Row, base
from transforms.views.cells import Cell, Day, Figure, MetricName, Term, Text, counted, exact, say
from transforms.views.figures import judged
from transforms.views.model import Column, Page, Table

MOST_FILES, MOST_RULES, MOST_FINDINGS, MOST_CONTROLS, MOST_RESTATED = 30, 10, 10, 8, 24
FILE_COUNTS = (
    "rows_read",
    "rows_opened",
    "rows_unchanged",
    "rows_rejected",
    "rows_superseded",
    "versions_closed",
)


def reconciliation_state(book: Book) -> str:
    """Whether the pack's own scope ties to the ERP: reconciled, differs or no_control."""
    rows = _controls(book)
    if not rows:
        return "no_control"
    return "differs" if any(row["difference"] != 0 for row in rows) else "reconciled"


def _controls(book: Book) -> list[Row]:
    """Differences first, then the pack's own scope, the newest period first."""
    visible = book.visible if book.is_company else (pl.col("scope") == book.scope)
    rows = book.rows(
        "reconciliation", visible, sort=("metric", "scope_kind", "scope", "period_start")
    )
    newest = sorted(rows, key=lambda row: row["period_end"], reverse=True)
    return sorted(newest, key=lambda row: (row["difference"] == 0, row["scope"] != book.scope))


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
        Text(row["source"]),
        counted(row["changed_rows"]),
    )


def quality_page(book: Book) -> Page | None:
    """Files, rejects, findings, reconciliation; only the company's pack has it."""
    if not book.is_company:
        return None
    tables = (_reconciliation(book), _files(book), _rejects(book), _findings(book))
    blocks = tuple(table for table in tables if table)
    files = book.rows("file")
    if not blocks:
        return Page("quality", "quality", say("quality_none"), starts_page=False)
    headline = say(
        "quality",
        files=counted(len(files)),
        read=counted(sum(row["rows_read"] for row in files)),
        rejected=counted(sum(row["rows_rejected"] for row in files)),
        state=say(f"reconciliation_{reconciliation_state(book)}"),
    )
    return Page("quality", "quality", headline, blocks)


def _reconciliation(book: Book) -> Table | None:
    rows = _controls(book)
    if not rows:
        return None
    return Table(
        "reconciliation",
        (
            Column("metric", width=18),
            Column("scope", width=16),
            Column("period", width=18),
            Column("warehouse", "number", 17),
            Column("control", "number", 17),
            Column("difference_exact", "number", 14),
        ),
        tuple(
            (
                book.name(row["metric"]),
                book.scope_name(row["scope_kind"], row["scope"]),
                say("from_to", first=Day(row["period_start"]), last=Day(row["period_end"])),
                Figure(row["warehouse_amount"], "exact_money"),
                Figure(row["control_amount"], "exact_money"),
                Figure(row["difference"], "exact_money", "ok" if row["difference"] else "zero"),
            )
            for row in rows[:MOST_CONTROLS]
        ),
        more=max(len(rows) - MOST_CONTROLS, 0),
    )


def _files(book: Book) -> Table | None:
    """Rows read = opened + unchanged + rejected + superseded, file by file."""
    rows = book.rows("file", sort=("load_number", "source"))
    if not rows:
        return None
    newest = sorted(rows, key=lambda row: -row["load_number"])[:MOST_FILES]
    return Table(
        "files",
        (
            Column("file", width=24),
            Column("source", width=12),
            *(Column(name, "number", 9) for name in FILE_COUNTS),
            Column("fingerprint", width=10),
        ),
        tuple(
            (
                Text(row["file_name"]),
                Text(row["source"]),
                *(counted(row[name]) for name in FILE_COUNTS),
                Text(row["file_id"][:8]),
            )
            for row in sorted(newest, key=lambda row: row["load_number"])
        ),
        more=len(rows) - len(newest),
        note=say("files_key"),
    )


def _rejects(book: Book) -> Table | None:
    rejects, files = book.frame("reject"), book.frame("file")
    if rejects is None:
        return None
    sources = {
        row["load_number"]: row["source"] for row in (files.to_dicts() if files is not None else ())
    }
    grouped = (
        rejects.sort("load_number", "row_number", "rule")
        .group_by("load_number", "rule", "column", maintain_order=True)
        .agg(pl.len().alias("rows"), pl.col("value").first(), pl.col("message").first())
        .sort("rows", "load_number", "rule", "column", descending=[True, False, False, False])
        .to_dicts()
    )
    return Table(
        "rejects",
        (
            Column("source", width=14),
            Column("rule", width=16),
            Column("export_column", width=14),
            Column("rows", "number", 8),
            Column("example", width=16),
            Column("message", width=32),
        ),
        tuple(
            (
                Text(sources.get(row["load_number"])),
                Term("rule", row["rule"].rpartition("|")[2]),
                Text(row["column"]),
                counted(row["rows"]),
                Text(row["value"]),
                Text(row["message"]),
            )
            for row in grouped[:MOST_RULES]
        ),
        more=max(len(grouped) - MOST_RULES, 0),
    )


def _findings(book: Book) -> Table | None:
    rows = book.rows("finding", sort=("source", "rule", "value"))
    if not rows:
        return None
    rows.sort(key=lambda row: (-(row["amount"] or Decimal(0)), -row["rows"]))
    return Table(
        "findings_table",
        (
            Column("source", width=13),
            Column("rule", width=15),
            Column("value", width=15),
            Column("rows", "number", 8),
            Column("amount", "number", 10),
            Column("message", width=39),
        ),
        tuple(
            (
                Text(row["source"]),
                Term("rule", row["rule"]),
                Text(row["value"]),
                counted(row["rows"]),
                Figure(row["amount"], "money") if row["amount"] is not None else Text(None),
                Text(row["message"]),
            )
            for row in rows[:MOST_FINDINGS]
        ),
        more=max(len(rows) - MOST_FINDINGS, 0),
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
