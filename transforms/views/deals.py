"""Deals: contracts that wait, deals past their stage, the largest ones."""

from decimal import Decimal

import polars as pl

from transforms.views.book import Book, Row, place, stage_name
from transforms.views.cells import Cell, Day, Figure, Sentence, Text, counted, say
from transforms.views.model import Column, Page, Table
from transforms.views.pipeline import days_over, open_deals, overdue_days, waiting_contracts

MOST_CONTRACTS, MOST_OVERDUE, MOST_TOP = 5, 10, 10


def deals_page(book: Book) -> Page:
    """What is stuck, what is large (D-23)."""
    overdue = [deal for deal in open_deals(book) if days_over(deal)]
    contracts = waiting_contracts(book)
    tables = (
        _contracts(book, contracts),
        _overdue(book, overdue),
        _top(book),
    )
    blocks = tuple(table for table in tables if table)
    if not blocks:
        return Page("deals", "deals", say("deals_none"), starts_page=False)
    return Page("deals", "deals", _headline(overdue, contracts), blocks)


def _headline(overdue: list[Row], contracts: list[Row]) -> Sentence:
    """Deals are net and contracts gross, and a contract may be of one of the deals: no sum."""
    deals = {"overdue": counted(len(overdue)), "value": _worth(overdue)}
    waiting = {"contracts": counted(len(contracts)), "gross": _worth(contracts)}
    if overdue and contracts:
        return say("deals_overdue_and_waiting", **deals, **waiting)
    if overdue:
        return say("deals_overdue", **deals)
    return say("deals_waiting", **waiting) if contracts else say("deals_on_time")


def _worth(rows: list[Row]) -> Figure:
    return Figure(sum((row["amount"] or Decimal(0) for row in rows), Decimal(0)), "money")


def customer(book: Book, account_id: str | None) -> Text:
    """A customer's name, or its number where the name is not on record."""
    names = {row["account_id"]: row["account_name"] for row in _accounts(book, account_id)}
    return Text(names.get(account_id or "") or account_id)


def _accounts(book: Book, account_id: str | None) -> list[Row]:
    return book.rows("account", pl.col("account_id") == account_id) if account_id else []


def rep_name(book: Book, rep_id: str | None) -> Text:
    """A rep's name, or its number where the name is not on record."""
    return Text(book.rep_names.get(rep_id or "", rep_id))


def _contracts(book: Book, rows: list[Row]) -> Table | None:
    if not rows:
        return None
    return Table(
        "contracts",
        (
            Column("contract", width=30),
            Column("customer", width=20),
            Column("rep", width=10),
            Column("amount", "number", 10),
            Column("state", width=30),
        ),
        tuple(
            (
                Text(row["contract_name"] or row["contract_id"]),
                customer(book, row["account_id"]),
                rep_name(book, row["rep_id"]),
                Figure(row["amount"], "money", "ok" if row["amount"] is not None else "no_data"),
                say(
                    "waiting",
                    step=Text(row["approval_step"]),
                    days=Figure(Decimal(overdue_days(book, row["approval_due_on"]) or 0)),
                ),
            )
            for row in rows[:MOST_CONTRACTS]
        ),
        more=max(len(rows) - MOST_CONTRACTS, 0),
    )


def _overdue(book: Book, rows: list[Row]) -> Table | None:
    if not rows:
        return None
    return Table(
        "overdue_deals",
        (*_deal_columns(book), Column("over", "number", 10), Column("next_step", width=16)),
        tuple(
            (*_deal_cells(book, row), Figure(Decimal(days_over(row) or 0)), _next(row))
            for row in rows[:MOST_OVERDUE]
        ),
        more=max(len(rows) - MOST_OVERDUE, 0),
    )


def _top(book: Book) -> Table | None:
    rows = [row for row in open_deals(book) if row["amount"] is not None]
    if not rows:
        return None
    return Table(
        "top_deals",
        (
            *_deal_columns(book),
            Column("expected_close", "number", 10),
            Column("next_step", width=16),
        ),
        tuple(
            (
                *_deal_cells(book, row),
                Day(row["expected_close_on"], is_late=_is_past(book, row)),
                _next(row),
            )
            for row in rows[:MOST_TOP]
        ),
        more=max(len(rows) - MOST_TOP, 0),
    )


def _is_past(book: Book, row: Row) -> bool:
    return row["expected_close_on"] is not None and row["expected_close_on"] < book.as_of


def _next(row: Row) -> Text:
    return Text(row["next_step"])


def _deal_columns(book: Book) -> tuple[Column, ...]:
    return (
        Column("deal", width=32),
        Column("team" if book.is_company else "rep", width=11),
        Column("stage", width=12),
        Column("amount", "number", 10),
        Column("in_stage", "number", 9),
    )


def _deal_cells(book: Book, row: Row) -> tuple[Cell, ...]:
    name = row["opportunity_name"] or customer(book, row["account_id"]).text
    days = row["stage_days"]
    return (
        Text(name or row["opportunity_id"]),
        place(row["team"]) if book.is_company else rep_name(book, row["rep"]),
        stage_name(row["stage"]),
        Figure(row["amount"], "money", "ok" if row["amount"] is not None else "no_data"),
        Figure(
            None if days is None else Decimal(days), "count", "no_data" if days is None else "ok"
        ),
    )
