"""Customers by name: who changed type, and who is most valuable (D-10, D-11)."""

from decimal import Decimal

import polars as pl

from transforms.customers.rules import UNTYPED
from transforms.views.book import Book, Row
from transforms.views.cells import Cell, Figure, Sentence, Term, Text, counted, exact, say
from transforms.views.customer_rows import fraction_of, money, months, owner
from transforms.views.model import Column, Table

MOST_MOVES, MOST_CUSTOMERS = 6, 8


def moves_table(book: Book, moves: pl.DataFrame) -> Table | None:
    """Those whose type differs from a week ago, the largest first."""
    if moves.is_empty():
        return None
    shown = moves.sort("sales", "account_id", descending=[True, False]).head(MOST_MOVES)
    return Table(
        "customer_moves",
        (
            Column("customer", width=30),
            Column("team" if book.is_company else "rep", width=14),
            Column("type_before", width=14),
            Column("type_now", width=14),
            Column("window_sales", "number", 14, months(book)),
            Column("weighted", "number", 14),
        ),
        tuple(
            (
                Text(row["account_name"]),
                owner(book, row),
                Term("customer_type", row["type_before"]),
                Term("customer_type", row["customer_type"] or _gone(row)),
                money(row["sales"]),
                money(row["weighted_pipeline"]),
            )
            for row in shown.to_dicts()
        ),
        more=moves.height - shown.height,
        note=_when_moved(book),
    )


def _when_moved(book: Book) -> Sentence | None:
    """When a customer counts as moved; none where every crossing does."""
    rules = book.parameters.customers
    if rules.type_reviews == 1:
        return None
    margin = Figure(rules.type_margin, "attainment")
    return say("customer_moves_key", margin=margin, weeks=counted(rules.type_reviews))


def _gone(row: Row) -> str:
    return "lost" if row["is_lost"] else UNTYPED


def largest_table(book: Book, profile: pl.DataFrame) -> Table | None:
    """The customers of the highest value, with their scores."""
    ranked = profile.filter(pl.col("value") > 0).sort(
        "value", "account_id", descending=[True, False]
    )
    if ranked.is_empty():
        return None
    shown = ranked.head(MOST_CUSTOMERS).to_dicts()
    is_company = book.is_company
    lifetime = (Column("lifetime_value", "number", 9),) if is_company else ()
    return Table(
        "largest_customers",
        (
            Column("customer", width=24 if is_company else 33),
            Column("team" if is_company else "rep", width=11),
            Column("customer_type", width=10),
            Column("rfm", "number", 8),
            Column("window_sales", "number", 11, months(book)),
            Column(shown[0]["value_basis"], "number", 9),
            Column("growth", "number", 9),
            Column("weighted", "number", 9),
            *lifetime,
        ),
        tuple(
            (
                Text(row["account_name"]),
                owner(book, row),
                _type(row),
                _scores(row),
                money(row["sales"]),
                money(row["value"]),
                fraction_of(row["growth"]),
                money(row["weighted_pipeline"]),
                *((_lifetime(row),) if book.is_company else ()),
            )
            for row in shown
        ),
        more=ranked.height - len(shown),
        note=say("largest_key"),
    )


def _type(row: Row) -> Cell:
    if row["customer_type"] is None:
        return Figure(None, "count", "no_data")
    word = Term("customer_type", row["customer_type"])
    return say("by_hand", what=word) if row["type_source"] == "manual" else word


def _scores(row: Row) -> Cell:
    if row["rfm_state"] != "ok":
        return Figure(None, "count", row["rfm_state"])
    scores = (row["recency_score"], row["frequency_score"], row["monetary_score"])
    return Text("-".join(str(score) for score in scores))


def _lifetime(row: Row) -> Figure:
    value = exact(row["lifetime_value"])
    return money(None if value is None else value.quantize(Decimal(1)))
