"""The funnel with its bottleneck, and the open pipeline by stage."""

from decimal import Decimal

import polars as pl

from transforms.views.book import Book, Row, place
from transforms.views.cells import Bar, Cell, Delta, Figure, Sentence, Text, counted, exact, say
from transforms.views.model import Column, Funnel, FunnelBar, Page, Table
from transforms.views.pipeline import days_over, open_deals


def funnel_page(book: Book) -> Page:
    """What passed through each stage in 13 weeks, and what lies in it now."""
    own = (pl.col("scope_kind") == book.scope_kind) & (pl.col("scope") == book.scope)
    stages = book.rows("funnel_stage", own, sort=("position", "stage"))
    bars = tuple(_bar(row, book.parameters.lights.minimum_cases) for row in stages)
    blocks = [Funnel("funnel", bars)] if any(bar.left for bar in bars) else []
    table = _by_stage(book, stages) if stages else _by_stage(book, _from_deals(book))
    if table is None and not blocks:
        return Page("funnel", "funnel", say("funnel_none"), starts_page=False)
    tables = [table] if table else []
    headline = _headline(book, bars)
    return Page(
        "funnel",
        "funnel",
        headline,
        (*blocks, *tables),
        starts_page=book.is_company and bool(blocks),
    )


def _bar(row: Row, minimum: int) -> FunnelBar:
    conversion = exact(row["conversion"])
    few = row["left"] < minimum
    state = "no_data" if conversion is None else "too_few_cases" if few else "ok"
    before = exact(row["baseline_conversion"])
    change = Delta(None, "share")
    if conversion is not None and before is not None and not few:
        difference = conversion - before
        change = Delta(difference, "share", difference > 0 if difference else None)
    return FunnelBar(
        stage=row["stage"],
        left=row["left"],
        left_forward=row["left_forward"],
        conversion=Figure(conversion if state == "ok" else None, "share", state, row["left"]),
        change=change,
        is_bottleneck=bool(row["is_bottleneck"]),
    )


def _headline(book: Book, bars: tuple[FunnelBar, ...]) -> Sentence:
    open_ = open_deals(book)
    value = sum((row["amount"] or Decimal(0) for row in open_), Decimal(0))
    pipeline = {"deals": counted(len(open_)), "value": Figure(value, "money")}
    for bar in bars:
        if bar.is_bottleneck and bar.conversion.value is not None and bar.change.value is not None:
            return say(
                "funnel_bottleneck",
                stage=Text(bar.stage),
                conversion=bar.conversion,
                change=bar.change,
                **pipeline,
            )
    return say("funnel_open", **pipeline)


def _from_deals(book: Book) -> list[Row]:
    """Stages by what is open, for a company that keeps no stage history."""
    found: dict[str, dict[str, object]] = {}
    for deal in open_deals(book):
        stage = found.setdefault(
            deal["stage"],
            {"stage": deal["stage"], "open_count": 0, "open_amount": Decimal(0), "mean_days": None},
        )
        stage["open_count"] = int(str(stage["open_count"])) + 1
        stage["open_amount"] = Decimal(str(stage["open_amount"])) + (deal["amount"] or Decimal(0))
    order = {stage.name: stage.position for stage in book.parameters.stages}
    return sorted(
        found.values(), key=lambda row: (order.get(str(row["stage"]), 99), str(row["stage"]))
    )


def _by_stage(book: Book, stages: list[Row]) -> Table | None:
    if not any(row["open_count"] for row in stages):
        return None
    late = [deal for deal in open_deals(book) if days_over(deal)]
    largest = max((row["open_amount"] or Decimal(0) for row in stages), default=Decimal(1))
    limited = {deal["stage"] for deal in open_deals(book) if deal["allowed_days"] is not None}
    return Table(
        "open_pipeline",
        (
            Column("stage", width=18),
            Column("open_count", "number", 12),
            Column("open_amount", "number", 14),
            Column("amount_bar", "chart", 26),
            Column("mean_days", "number", 14),
            Column("overdue", "number", 16),
        ),
        tuple(
            (
                place(row["stage"]),
                Figure(Decimal(row["open_count"])),
                *_value(row["open_amount"], largest or Decimal(1)),
                Figure(
                    exact(row["mean_days"]),
                    "count",
                    "ok" if row["mean_days"] is not None else "no_data",
                ),
                _overdue(row["stage"], late, limited),
            )
            for row in stages
        ),
    )


def _value(amount: Decimal | None, largest: Decimal) -> tuple[Cell, Cell]:
    if amount is None:
        return Figure(None, "money", "no_data"), Text(None)
    return Figure(amount, "money"), Bar(amount, largest)


def _overdue(stage: str, late: list[Row], limited: set[str]) -> Figure:
    """Deals past the allowed days: without a limit there is no data, which is not 0."""
    if stage not in limited:
        return Figure(None, "count", "no_data")
    count = len([deal for deal in late if deal["stage"] == stage])
    return Figure(Decimal(count), "count", "ok" if count else "zero")
