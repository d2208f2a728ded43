"""The data-quality page: one verdict, what to look at, then every source on a line, worst first."""

from decimal import Decimal

import polars as pl

from transforms.views.book import Book, Row
from transforms.views.cells import Cell, Figure, Group, Sentence, Term, Text, counted, say
from transforms.views.complaints import complaint
from transforms.views.controls import controls, controls_table, reconciliation_state
from transforms.views.model import Block, Column, Page, Table
from transforms.views.quality_issues import Issue, issues
from transforms.views.quality_sources import sources_table, worst_first

MOST_RULES, MOST_FINDINGS, MOST_ISSUES, MOST_NAMED = 5, 4, 8, 3
MOST_IN_CHECK = 200
"""Rows of a table where there is room: the page of a check is read on a screen."""


def quality_page(book: Book) -> Page | None:
    """How far the figures can be trusted; only the company's pack has it."""
    if not book.is_company:
        return None
    sources = worst_first(book)
    if not sources:
        return Page("quality", "quality", say("quality_none"), starts_page=False)
    blocks = (
        issues_table(book),
        controls_table(book),
        rejects_table(book),
        findings_table(book),
        sources_table(book, sources),
    )
    return Page("quality", "quality", _verdict(book, sources), _shown(blocks))


def check_page(book: Book) -> Page:
    """The same of files that are about to be loaded; `problem` holds what stops some of them."""
    sources = worst_first(book)
    blocks = (
        problems_table(book),
        issues_table(book, MOST_IN_CHECK),
        rejects_table(book, MOST_IN_CHECK),
        findings_table(book, MOST_IN_CHECK),
        sources_table(book, sources, MOST_IN_CHECK, is_loaded=False),
        _files_table(book),
    )
    stopped = len(book.rows("problem"))
    kind = "check_stopped" if stopped else "check_open" if _off(sources) else "check_sound"
    headline = say(
        kind,
        sources=counted(len(sources)),
        off=counted(len(_off(sources))),
        read=counted(_read(sources)),
        rejected=counted(sum(row["open_rejects"] for row in sources)),
        stopped=counted(stopped),
    )
    return Page("quality", "quality", headline, _shown(blocks), starts_page=False)


def _shown(blocks: tuple[Table | None, ...]) -> tuple[Block, ...]:
    return tuple(block for block in blocks if block is not None)


def _off(sources: list[Row]) -> list[Row]:
    return [row for row in sources if row["light"] in {"red", "yellow"}]


def _read(sources: list[Row]) -> int:
    return sum(row["rows_read"] or 0 for row in sources)


def _verdict(book: Book, sources: list[Row]) -> Sentence:
    """Red sources or a total that does not tie come before anything else."""
    state = reconciliation_state(book)
    red = [row for row in sources if row["light"] == "red"]
    about: dict[str, Cell] = {
        "sources": counted(len(sources)),
        "off": counted(len(_off(sources))),
        "read": counted(_read(sources)),
        "rejected": counted(sum(row["open_rejects"] for row in sources)),
        "state": say(f"reconciliation_{state}"),
    }
    if red:
        named = tuple(Text(row["title"]) for row in red[:MOST_NAMED])
        return say(
            "quality_red", bad=counted(len(red)), names=Group(named, "list"), state=about["state"]
        )
    if state == "differs":
        missed = sum(1 for row in controls(book) if row["difference"] != 0)
        return say("quality_differs", totals=counted(missed), off=about["off"])
    return say("quality_yellow" if _off(sources) else "quality_green", **about)


def issues_table(book: Book, most: int = MOST_ISSUES) -> Table | None:
    """What is late, missing, unusual or emptier than it should be: a line a source, red first."""
    by_source: dict[str, list[Issue]] = {}
    for issue in issues(book):
        by_source.setdefault(issue.source, []).append(issue)
    if not by_source:
        return None
    lines = [
        (
            found[0].light,
            book.source(source),
            Group(tuple(issue.sentence for issue in found), "clause"),
        )
        for source, found in by_source.items()
    ]
    return Table(
        "quality_issues",
        (Column("light", "light", 4), Column("source", width=20), Column("issue", width=76)),
        tuple(lines[:most]),
        more=max(len(lines) - most, 0),
        note=say("issues_key") if _has_drift(book) else None,
    )


def _has_drift(book: Book) -> bool:
    is_rows, is_nulls = pl.col("rows_state") == "drift", pl.col("state") == "drift"
    return bool(book.rows("source_quality", is_rows) or book.rows("column_quality", is_nulls))


def problems_table(book: Book) -> Table | None:
    """What stops a file from being loaded, in the words of its error."""
    rows = book.rows("problem")
    if not rows:
        return None
    return Table(
        "problems",
        (Column("message", width=50), Column("state", width=20), Column("repair", width=30)),
        tuple(
            (say("stated", value=Text(row["what"])), Text(row["state"]), Text(row["remedy"]))
            for row in rows
        ),
    )


def _files_table(book: Book) -> Table | None:
    """Every file that was read, as it lies there."""
    rows = book.rows("checked_file")
    if not rows:
        return None
    counts = ("rows_read", "rows_good", "rows_rejected", "rows_superseded", "rows_deleting")
    return Table(
        "files",
        (
            Column("file", width=28),
            Column("source", width=20),
            Column("encoding", width=12),
            *(Column(name, "number", 8) for name in counts),
        ),
        tuple(
            (
                Text(row["file_name"]),
                book.source(row["source"]),
                Text(row["encoding"]),
                *(counted(row[name]) for name in counts),
            )
            for row in rows
        ),
    )


def rejects_table(book: Book, most: int = MOST_RULES) -> Table | None:
    """Rows that are missing now, by source, rule and column, each with an example."""
    rejects = book.frame("standing_reject")
    if rejects is None:
        return None
    found = (
        rejects.sort("load_number", "row_number", "rule", descending=[True, False, False])
        .group_by("source", "rule", "column", maintain_order=True)
        .agg(
            pl.len().alias("rows"),
            pl.col("file_name", "row_number", "value", "message", "hint").first(),
        )
        .sort("rows", "source", "rule", "column", descending=[True, False, False, False])
        .to_dicts()
    )
    return Table(
        "rejects",
        (
            Column("source", width=14),
            Column("rule", width=13),
            Column("export_column", width=12),
            Column("rows", "number", 6),
            Column("example", width=24),
            Column("message", width=31),
        ),
        tuple(_reject(book, row) for row in found[:most]),
        more=max(len(found) - most, 0),
        note=say("rejects_key"),
    )


def _reject(book: Book, row: Row) -> tuple[Cell, ...]:
    where: dict[str, Cell] = {
        "file": Text(row["file_name"]),
        "row": Figure(Decimal(row["row_number"])),
    }
    example = (
        say("reject_at", **where)
        if row["value"] is None
        else say("reject_example", **where, value=Text(row["value"]))
    )
    return (
        book.source(row["source"]),
        Term("rule", row["rule"].rpartition("|")[2]),
        Text(row["column"]),
        counted(row["rows"]),
        example,
        complaint(row),
    )


def findings_table(book: Book, most: int = MOST_FINDINGS) -> Table | None:
    """What loads but needs a person: most at stake first, with the line that repairs it."""
    rows = book.rows("finding", sort=("source", "rule", "value"))
    if not rows:
        return None
    rows.sort(key=lambda row: (-abs(row["amount"] or Decimal(0)), -row["rows"]))
    return Table(
        "findings_table",
        (
            Column("source", width=14),
            Column("rule", width=13),
            Column("value", width=14),
            Column("rows", "number", 6),
            Column("amount", "number", 8),
            Column("message", width=45),
        ),
        tuple(
            (
                book.source(row["source"]),
                Term("rule", row["rule"]),
                Text(row["value"]),
                counted(row["rows"]),
                Figure(row["amount"], "money") if row["amount"] is not None else Text(None),
                complaint(row),
            )
            for row in rows[:most]
        ),
        more=max(len(rows) - most, 0),
    )
