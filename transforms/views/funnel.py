"""The funnel with its bottleneck, and the open pipeline by stage."""

from decimal import Decimal

import polars as pl

from transforms.views.book import Book, Row, stage_name
from transforms.views.cells import (
    Bar,
    Cell,
    Delta,
    Figure,
    Sentence,
    Term,
    Text,
    counted,
    exact,
    say,
)
from transforms.views.model import Column, Funnel, FunnelBar, Page, Table
from transforms.views.pipeline import days_over, open_deals


def funnel_page(book: Book) -> Page:
    """What passed through each stage in 13 weeks, and what lies in it now."""
    own = (pl.col("scope_kind") == book.scope_kind) & (pl.col("scope") == book.scope)
    stages = book.rows("funnel_stage", own, sort=("position", "stage"))
    bars = tuple(_bar(row, book.parameters.lights.minimum_cases) for row in stages)
    blocks = [Funnel("funnel", bars)] if any(bar.left for bar in bars) else []
    known = [*stages, *_from_deals(book, is_unknown=True)] if stages else _from_deals(book)
    table = _by_stage(book, known)
    if table is None and not blocks:
        return Page("funnel", "funnel", say("funnel_none"), starts_page=False)
    tables = [found for found in (table, _win_rates(book)) if found]
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


def _from_deals(book: Book, *, is_unknown: bool = False) -> list[Row]:
    """Stages by what is open: for a company without stage history, or deals of no known stage."""
    found: dict[str | None, list[Row]] = {}
    for deal in open_deals(book):
        if deal["stage"] is None or not is_unknown:
            found.setdefault(deal["stage"], []).append(deal)
    order = {stage.name: stage.position for stage in book.parameters.stages}
    rows = [
        {
            "stage": stage,
            "open_count": len(deals),
            "open_amount": sum(values, Decimal(0)) if (values := _values(deals)) else None,
            "mean_days": None,
        }
        for stage, deals in found.items()
    ]
    return sorted(rows, key=lambda row: (order.get(str(row["stage"]), 99), str(row["stage"])))


def _values(deals: list[Row]) -> list[Decimal]:
    return [deal["amount"] for deal in deals if deal["amount"] is not None]


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
                stage_name(row["stage"]),
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


def _overdue(stage: str | None, late: list[Row], limited: set[str]) -> Figure:
    """Deals past the allowed days: without a limit there is no data, which is not 0."""
    if stage not in limited:
        return Figure(None, "count", "no_data")
    count = len([deal for deal in late if deal["stage"] == stage])
    return Figure(Decimal(count), "count", "ok" if count else "zero")


def _win_rates(book: Book) -> Table | None:
    """Won of won and lost by count and by amount, beside the 13 weeks before."""
    own = (pl.col("scope_kind") == book.scope_kind) & (pl.col("scope") == book.scope)
    windows = {row["window_end"]: row for row in book.rows("win_rate", own)}
    now = windows.pop(book.as_of, None)
    if now is None:
        return None
    before = next(iter(windows.values()), None)
    counts = (Decimal(now["won_count"]), Decimal(now["closed_count"]))
    lines = [("count", "count", counts)]
    if now["closed_amount"] is not None:
        lines.append(("amount", "money", (now["won_amount"], now["closed_amount"])))
    missing = now["without_amount"]
    return Table(
        "win_rates",
        (
            Column("rate_basis", width=24),
            Column("won", "number", 18),
            Column("lost", "number", 18),
            Column("win_rate", "number", 20),
            Column("conversion_change", "number", 20),
        ),
        tuple(
            (
                Term("rate_basis", basis),
                Figure(won, unit),
                Figure(closed - won, unit),
                *_rate(book, f"by_{basis}", now, before),
            )
            for basis, unit, (won, closed) in lines
        ),
        note=say("win_rates_without_amount", deals=counted(missing)) if missing else None,
        is_mixed=True,
    )


def _rate(book: Book, column: str, now: Row, before: Row | None) -> tuple[Cell, Cell]:
    """A rate and its change; neither where too few deals closed."""
    minimum = book.parameters.lights_of("win_rate").minimum_cases
    rate = exact(now[column])
    if rate is None or now["closed_count"] < minimum:
        state = "no_data" if rate is None else "too_few_cases"
        return Figure(None, "share", state, now["closed_count"]), Delta(None, "share")
    earlier = exact(before[column]) if before and before["closed_count"] >= minimum else None
    if earlier is None:
        return Figure(rate, "share"), Delta(None, "share")
    change = rate - earlier
    return Figure(rate, "share"), Delta(change, "share", change > 0 if change else None)
