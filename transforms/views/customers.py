"""Customers by value and potential and by group (D-11, D-12)."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

import polars as pl

from transforms.customers.rules import GROUPS, NO_CUSTOMER, TYPES, UNTYPED
from transforms.views.book import Book, Row
from transforms.views.cells import Cell, Figure, Sentence, Term, Text, counted, say
from transforms.views.customer_lists import largest_table, moves_table
from transforms.views.customer_rows import months, own, own_rows, share
from transforms.views.model import Column, Page, Table

_HIGH, _LOW = Term("level", "high"), Term("level", "low")
_LEVELS = {
    "strategic": (_HIGH, _HIGH),
    "profit": (_HIGH, _LOW),
    "nurture": (_LOW, _HIGH),
    "maintain": (_LOW, _LOW),
}


def customers_page(book: Book) -> Page:
    """Value × potential with counts, sales and movements; groups; the largest customers."""
    matrix = {row["customer_type"]: row for row in own_rows(book, "customer_matrix")}
    if not matrix:
        return Page("customers", "customers", say("customers_none"), starts_page=False)
    profile = own(book, "customer_profile")
    moves = profile.filter(
        pl.col("type_before").is_not_null()
        & (pl.col("customer_type").fill_null(UNTYPED) != pl.col("type_before"))
    )
    blocks = (
        _matrix(book, matrix),
        _groups(book),
        moves_table(book, moves),
        largest_table(book, profile),
    )
    return Page(
        "customers",
        "customers",
        _headline(book, matrix, moves.height),
        tuple(block for block in blocks if block),
    )


def _headline(book: Book, matrix: dict[str, Row], moved: int) -> Sentence:
    best, sales = matrix["strategic"], _sum(matrix.values(), "sales")
    if not any(matrix[name]["customers"] for name in TYPES):
        everybody = sum(row["customers"] for row in matrix.values())
        return say("customers_untyped", customers=counted(everybody))
    kind = "customers_moved" if moved else "customers_still"
    cells = {"moved": counted(moved)} if moved else {}
    return say(
        kind,
        strategic=counted(best["customers"]),
        share=share(best["sales"], sales),
        months=months(book),
        **cells,
    )


def _sum(rows: Iterable[Row], name: str) -> Decimal:
    return sum((row[name] for row in rows), Decimal(0))


def _matrix(book: Book, matrix: dict[str, Row]) -> Table:
    rules, total = book.parameters.customers, _sum(matrix.values(), "sales")
    names = [*TYPES, *([UNTYPED] if matrix[UNTYPED]["customers"] else [])]
    blank = Text(None)
    rows = [
        (
            Term("customer_type", name),
            *_LEVELS.get(name, (blank, blank)),
            counted(row["customers"]),
            Figure(row["sales"], "money"),
            share(row["sales"], total),
            counted(row["moved_in"]),
            counted(row["moved_out"]),
            blank if name == UNTYPED else Term("play", name),
        )
        for name in names
        for row in (matrix[name],)
    ]
    everybody = sum(row["customers"] for row in matrix.values())
    whole: tuple[Cell, ...] = (
        Term("customer_type", "all"),
        blank,
        blank,
        counted(everybody),
        Figure(total, "money"),
        share(total, total),
        blank,
        blank,
        blank,
    )
    return Table(
        "customer_matrix",
        (
            Column("customer_type", width=13),
            Column("value_level", width=8),
            Column("potential_level", width=8),
            Column("customers", "number", 10),
            Column("window_sales", "number", 13, months(book)),
            Column("sales_share", "number", 10),
            Column("moved_in", "number", 8),
            Column("moved_out", "number", 8),
            Column("play", width=22),
        ),
        (*rows, whole),
        note=say(
            "matrix_key" if book.is_company else "matrix_key_team",
            months=months(book),
            share=Figure(rules.value_share, "attainment"),
        ),
        emphasised=(len(rows),),
    )


def _groups(book: Book) -> Table | None:
    found = {
        (row["period_kind"], row["customer_group"]): row for row in own_rows(book, "customer_group")
    }
    if not found:
        return None
    rules, periods = book.parameters.customers, ("qtd", "ytd")
    totals = {
        kind: _sum([row for (of, _), row in found.items() if of == kind], "sales")
        for kind in periods
    }
    names = [
        name
        for name in (*GROUPS, NO_CUSTOMER)
        if name != NO_CUSTOMER or any(found[kind, name]["sales"] for kind in periods)
    ]

    rows = [
        (
            Term("customer_group", name),
            counted(found["ytd", name]["customers"]) if name != NO_CUSTOMER else Text(None),
            *_sums({kind: found[kind, name]["sales"] for kind in periods}, totals),
        )
        for name in names
    ]
    everybody = sum(row["customers"] for (kind, _), row in found.items() if kind == "ytd")
    whole = (Term("customer_type", "all"), counted(everybody), *_sums(totals, totals))
    return Table(
        "customer_groups",
        (
            Column("customer_group", width=30),
            Column("customers", "number", 14),
            Column("qtd_sales", "number", 16),
            Column("sales_share", "number", 12),
            Column("ytd_sales", "number", 16),
            Column("sales_share", "number", 12),
        ),
        (*rows, whole),
        note=say(
            "groups_key",
            lost=counted(rules.lost_months),
            dormant=counted(rules.dormant_months),
            key=Figure(rules.key_share, "attainment"),
        ),
        emphasised=(len(rows),),
    )


def _sums(parts: Mapping[str, Decimal], totals: Mapping[str, Decimal]) -> tuple[Cell, ...]:
    return tuple(
        cell
        for kind, total in totals.items()
        for cell in (Figure(parts[kind], "money"), share(parts[kind], total))
    )
