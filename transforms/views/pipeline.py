"""The open pipeline: deals by stage, deals past their stage's allowed days."""

from datetime import date
from decimal import Decimal

import polars as pl

from transforms.views.book import Book, Row


def open_deals(book: Book, *conditions: pl.Expr) -> list[Row]:
    """Open deals of the pack's scope, largest first."""
    mine = () if book.is_company else (pl.col(book.scope_kind) == book.scope,)
    rows = book.rows("open_deal", *mine, *conditions, sort=("opportunity_id",))
    return sorted(rows, key=lambda row: -(row["amount"] or Decimal(0)))


def days_over(row: Row) -> int | None:
    """Days past the allowed ones of the stage; None where no limit is set or it is kept."""
    if row["allowed_days"] is None or row["stage_days"] is None:
        return None
    over = row["stage_days"] - row["allowed_days"]
    return over if over > 0 else None


def waiting_contracts(book: Book) -> list[Row]:
    """Unsigned contracts whose approval was due before the as-of date, longest wait first."""
    late = (
        pl.col("signed_on").is_null()
        & pl.col("approval_step").is_not_null()
        & (pl.col("approval_due_on") < book.as_of)
    )
    mine = () if book.is_company else (pl.col("rep_id").is_in([*book.reps]),)
    return book.rows("contract", late, *mine, sort=("approval_due_on", "contract_id"))


def overdue_days(book: Book, due_on: date | None) -> int | None:
    """Whole days since a due day that has passed; None while it has not."""
    if due_on is None or due_on >= book.as_of:
        return None
    return (book.as_of - due_on).days
