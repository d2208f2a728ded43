"""Spend against the budget, and orders outside the commercial terms (D-6, D-27)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import polars as pl

from transforms.views.book import Book, Row
from transforms.views.cells import Cell, Day, Figure, Group, Term, Text, exact, say
from transforms.views.figures import quotient
from transforms.views.model import Column, Table

MOST_ROWS: Final = 12


def figure_or_state(value: object, unit: str, state: str) -> Figure:
    """A number of a frame, else the state that says why there is none."""
    found = exact(value)  # type: ignore[arg-type]  # a cell of a frame: Decimal, float or None
    return Figure(found, unit, "ok" if found is not None else _why(state))


def _why(state: str) -> str:
    return state if state not in {"ok", "zero"} else "no_data"


def budget_table(book: Book) -> Table | None:
    """Spend against the budget; the company's pack alone shows it."""
    rows = book.rows("budget_spending", sort=("budget_id",)) if book.is_company else []
    if not rows:
        return None
    return Table(
        "budget",
        (
            Column("budget_module", width=24),
            Column("window", width=20),
            Column("budget_amount", "number", 13),
            Column("budget_share", "number", 10),
            Column("due", "number", 13),
            Column("spent", "number", 13),
            Column("used", "number", 7),
        ),
        tuple(
            (
                Text(row["module"]),
                Group((Day(row["period_start"]), Text("–"), Day(row["period_end"]))),
                Figure(row["amount"], "money"),
                figure_or_state(row["share"], "share", "no_data"),
                Figure(row["due"], "money"),
                figure_or_state(row["spent"], "money", "no_data"),
                _used(row),
            )
            for row in rows[:MOST_ROWS]
        ),
        more=max(len(rows) - MOST_ROWS, 0),
    )


def _used(row: Row) -> Figure:
    """Spend ÷ budget due (预算执行率)."""
    if row["spent"] is None or not row["due"]:
        return Figure(None, "share", "no_data" if row["spent"] is None else "not_due")
    return Figure(quotient(row["spent"], row["due"]), "share")


def breaches_table(book: Book) -> Table | None:
    """Orders of the week outside the commercial terms (D-27), the dearest first."""
    mine = () if book.is_company else (pl.col("team") == book.scope,)
    rows = book.rows("term_breach", *mine)
    if not rows:
        return None
    rows.sort(key=lambda row: (-row["short_amount"], row["order_id"], row["line_number"]))
    names = book.account_names(row["account_id"] for row in rows[:MOST_ROWS])
    return Table(
        "term_breaches",
        (
            Column("order", width=14),
            Column("customer", width=28),
            Column("product", width=12),
            Column("amount", "number", 12),
            Column("price_share", "number", 9),
            Column("allowed_share", "number", 9),
            Column("breach", width=16),
        ),
        tuple(
            (
                Text(row["order_id"]),
                Text(names.get(row["account_id"], row["account_id"])),
                Text(row["product_id"]),
                Figure(row["net_amount"], "money"),
                Figure(exact(row["price_share"]), "share"),
                Figure(exact(row["allowed_share"]), "share"),
                Term("breach", row["breach"]),
            )
            for row in rows[:MOST_ROWS]
        ),
        more=max(len(rows) - MOST_ROWS, 0),
    )


def dues_table(book: Book) -> Table | None:
    """Rebates and referral fees (D-27), what is due first; the company's pack alone shows them."""
    rows = book.rows("term_due", sort=("beneficiary", "term_id")) if book.is_company else []
    if not rows:
        return None
    rows.sort(key=lambda row: (row["state"] != "due", row["period_start"], -(row["amount"] or 0)))
    names = book.account_names(row["beneficiary"] for row in rows[:MOST_ROWS])
    terms = {row["term_id"]: row["description"] for row in book.rows("commercial_term")}
    shown = rows[:MOST_ROWS]
    lines: list[tuple[Cell, ...]] = [
        (
            Text(terms.get(row["term_id"]) or row["term_id"]),
            _beneficiary(book, row, names),
            book.span("qtd", row["period_start"], row["period_end"]),
            *_sides(row),
            figure_or_state(row["amount"], "exact_money", "no_target"),
            Term("term_state", row["state"]),
        )
        for row in shown
    ]
    due = sum((row["amount"] for row in rows if row["state"] == "due"), Decimal(0))
    none = Text(None)
    total = (say("dues_total"), none, none, none, none, none, Figure(due, "exact_money"), none)
    return Table(
        "term_dues",
        (
            Column("term_rule", width=18),
            Column("beneficiary", width=24),
            Column("quarter", width=9),
            Column("target", "number", 11),
            Column("term_base", "number", 11),
            Column("attained", "number", 8),
            Column("amount_due", "number", 11),
            Column("state", width=8),
        ),
        (*lines, total),
        more=len(rows) - len(shown),
        note=say("term_dues_key"),
        emphasised=(len(lines),),
    )


def _beneficiary(book: Book, row: Row, names: Mapping[str, str]) -> Cell:
    if row["beneficiary_kind"] == "customer":
        return Text(names.get(row["beneficiary"], row["beneficiary"]))
    return book.scope_name(row["beneficiary_kind"], row["beneficiary"])


def _sides(row: Row) -> tuple[Cell, Cell, Cell]:
    """Target, amount it is reckoned on and attainment; a referral has no target to reach."""
    base = Figure(row["base_amount"], "money")
    if row["kind"] == "referral_fee":
        return Text(None), base, Text(None)
    return (
        figure_or_state(row["target"], "money", "no_target"),
        base,
        figure_or_state(row["attainment"], "attainment", "no_target"),
    )
