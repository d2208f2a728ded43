"""Who may leave, who has left and why, and who is worth winning back (D-13, D-14)."""

from decimal import Decimal

import polars as pl

from transforms.tables.customers import CUSTOMERS
from transforms.views.book import Book, Row, place
from transforms.views.cells import (
    Cell,
    Day,
    Delta,
    Figure,
    Light,
    Sentence,
    Term,
    Text,
    counted,
    say,
)
from transforms.views.customer_rows import (
    fraction_of,
    money,
    own,
    own_rows,
    owner,
    rounded,
)
from transforms.views.model import Column, Page, Table

MOST_WON_BACK, MOST_REASONS, MOST_WARNINGS, TOP = 10, 6, 10, 5


def retention_page(book: Book) -> Page:
    """Win-back list with amounts, churn reasons ranked, health warnings with proposals."""
    silent, reasons = own(book, "win_back").sort("position"), _reasons(book)
    health = _health(book)
    warnings = health.filter("is_warning")
    blocks = (_win_back(book, silent), reasons, _warnings(book, health, warnings))
    shown = tuple(block for block in blocks if block)
    if not shown:
        return Page("retention", "retention", say("retention_none"), starts_page=False)
    return Page("retention", "retention", _headline(silent, warnings.height), shown)


def _headline(silent: pl.DataFrame, warnings: int) -> Sentence:
    if silent.is_empty():
        return say("retention_calm", warnings=counted(warnings))
    return say(
        "retention_lost",
        customers=counted(silent.height),
        amount=money(silent["running_amount"][-1]),
        top=counted(min(TOP, silent.height)),
        top_amount=money(silent["running_amount"][min(TOP, silent.height) - 1]),
        warnings=counted(warnings),
    )


def _win_back(book: Book, silent: pl.DataFrame) -> Table | None:
    if silent.is_empty():
        return None
    rows = silent.head(MOST_WON_BACK).to_dicts()
    profile = own(book, "customer_profile")
    reps = dict(
        profile.filter(pl.col("account_id").is_in([row["account_id"] for row in rows]))
        .select("account_id", "rep")
        .iter_rows()
    )
    return Table(
        "win_back",
        (
            Column("customer", width=27),
            Column("team" if book.is_company else "rep", width=12),
            Column("customer_group", width=10),
            Column("key_account", width=12),
            Column("last_order", "number", 10),
            Column("silent", "number", 9),
            Column("win_back_amount", "number", 11),
            Column("running_amount", "number", 9),
        ),
        tuple(
            (
                Text(row["account_name"]),
                owner(book, row | {"rep": reps.get(row["account_id"])}),
                Term("customer_group", row["customer_group"]),
                say("key_account") if row["is_key"] else Text(None),
                Day(row["last_ordered_on"]),
                Figure(Decimal(row["months_silent"])),
                money(row["amount"]),
                money(row["running_amount"]),
            )
            for row in rows
        ),
        more=silent.height - len(rows),
        note=say("win_back_key"),
    )


def _reasons(book: Book) -> Table | None:
    rules = book.parameters.customers
    rows = sorted(own_rows(book, "churn_reason"), key=lambda row: row["position"])
    if not rows:
        return None
    return Table(
        "churn_reasons",
        (
            Column("reason", width=52),
            Column("customers", "number", 16),
            Column("sales_before", "number", 18),
            Column("amount_share", "number", 14),
        ),
        tuple(
            (
                Text(row["reason"]) if row["reason"] else Term("place", "unrecorded"),
                counted(row["customers"]),
                money(row["amount"]),
                fraction_of(row["share"]),
            )
            for row in rows[:MOST_REASONS]
        ),
        more=max(len(rows) - MOST_REASONS, 0),
        note=say("reasons_key", months=counted(rules.months), lost=counted(rules.lost_months)),
    )


def _health(book: Book) -> pl.DataFrame:
    found = book.frame("customer_health")
    if found is None:
        return CUSTOMERS["customer_health"].create_empty()
    return found if book.is_company else found.filter(pl.col("team") == book.scope)


def _warnings(book: Book, health: pl.DataFrame, warnings: pl.DataFrame) -> Table | None:
    if health.is_empty():
        return None
    rules = book.parameters.customers
    lights = dict(health.group_by("light").len().iter_rows())
    counts = {light: counted(lights.get(light, 0)) for light in ("green", "yellow", "red", "grey")}
    ranked = warnings.sort("sales", "account_id", descending=[True, False])
    rows = ranked.head(MOST_WARNINGS).to_dicts()
    return Table(
        "health_warnings",
        (
            Column("light", "light", 4),
            Column("customer", width=29),
            Column("team", width=12),
            Column("health", "number", 9),
            Column("health_change", "number", 9, counted(rules.fall_weeks)),
            Column("health_coverage", "number", 9),
            Column("health_cause", width=11),
            Column("proposal", width=17),
        ),
        tuple(_warning(row) for row in rows),
        more=ranked.height - len(rows),
        note=say("health_key", coverage=Figure(rules.coverage, "attainment"), **counts),
    )


def _warning(row: Row) -> tuple[Cell, ...]:
    return (
        Light(row["light"]),
        Text(row["account_name"]),
        place(row["team"]),
        fraction_of(row["health"]),
        Delta(rounded(row["change"]), "share", is_good=False),
        fraction_of(row["coverage"]),
        Term("health_input", row["cause"]) if row["cause"] else Text(None),
        Term("health_proposal", row["proposal"]) if row["proposal"] else Text(None),
    )
