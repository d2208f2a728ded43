"""The four key figures of page 1."""

from typing import Literal

from transforms.views.book import Book
from transforms.views.cells import Delta, Figure, Spark
from transforms.views.figures import (
    against,
    due_of,
    light_of,
    reference_of,
    relative,
    trend,
    value_of,
)
from transforms.views.model import Tile

SLOTS = (
    ("qtd", ("cash_collected", "contract_amount", "gross_margin")),
    ("week", ("qualified_leads", "leads", "proposals", "new_customers", "effective_visits")),
    ("week", ("win_rate", "lead_conversion", "repurchase_rate", "aov")),
)
"""After the leading amount: one of each row, the first that has data."""

TILES = 4


def tiles(book: Book, leading: str) -> tuple[Tile, ...]:
    """The leading amount, then money in, early process, and effect; gaps are filled in order."""
    chosen: list[tuple[str, str]] = [("qtd", leading)]
    for period, codes in SLOTS:
        taken = {code for _, code in chosen}
        found = next((c for c in codes if c not in taken and _has_value(book, c, period)), None)
        if found:
            chosen.append((period, found))
    for code in book.metrics:
        if len(chosen) < TILES and code not in {c for _, c in chosen}:
            chosen += [("week", code)] if _has_value(book, code, "week") else []
    return tuple(_tile(book, code, period) for period, code in chosen[:TILES])


def _has_value(book: Book, code: str, period: str) -> bool:
    return value_of(book.value(code, period)).value is not None


def _tile(book: Book, code: str, period: str) -> Tile:
    row = book.value(code, period)
    if row is None:
        message = f"{code} has no value for {period}"
        raise KeyError(message)
    value, due, baseline = value_of(row), due_of(row), reference_of(row, "baseline")
    last_year = reference_of(row, "last_year")
    kind: Literal["plan", "baseline", "last_year", "none"] = "none"
    reference, light = Figure(None, value.unit, "no_target"), light_of(row, "plan")
    if due.value is not None:
        kind, reference = "plan", due
    elif baseline.value is not None:
        kind, reference, light = "baseline", baseline, light_of(row, "baseline")
    elif last_year.value is not None:
        kind, reference = "last_year", last_year
    delta = against(book, code, value, reference) if kind != "none" else Delta(None, value.unit)
    return Tile(
        metric=book.name(code),
        period=book.span(period, row["period_start"], row["period_end"]),
        value=value,
        reference_kind=kind,
        reference=reference,
        delta=delta,
        relative=relative(delta, reference),
        light=light,
        trend=trend(book, code) or Spark(()),
    )
