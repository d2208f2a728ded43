"""What is worth copying, and whether effort and result go together (D-19, D-21)."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Final

import polars as pl

from transforms.views.book import Book, Row
from transforms.views.cells import (
    Cell,
    Delta,
    Group,
    Term,
    Text,
    counted,
    exact,
    figure,
    say,
)
from transforms.views.figures import judged
from transforms.views.model import Column, Page, Table

MOST_ACTIONS: Final = 12
MOST_RELATIONS: Final = 12
MOST_CHECKS: Final = 10
_BETWEEN: Final = " / "


def copying_page(book: Book) -> Page | None:
    """Who does better at the same mix, which effort precedes which result, where it does not.

    None where nothing could be compared; one line where nothing is beyond chance.
    """
    compared, tried = book.rows("high_value_action", *_own(book)), _tried(book)
    better = [row for row in compared if _is_shown(book, row)]
    related = [row for row in tried if row["is_shown"]]
    checks = book.rows("process_check", book.visible, sort=("scope_kind", "scope", "rule"))
    if not compared and not tried and not checks:
        return None
    cells = {
        "compared": counted(len(compared)),
        "tried": counted(len(tried)),
        "better": counted(len(better)),
        "related": counted(len(related)),
        "checks": counted(len(checks)),
    }
    tables = (_actions(book, better), _relations(book, related), _checks(book, checks))
    blocks = tuple(table for table in tables if table)
    headline = say("copying" if blocks else "copying_none", **cells)
    return Page("copying", "copying", headline, blocks, starts_page=False)


def _own(book: Book) -> tuple[pl.Expr, ...]:
    if book.is_company:
        return ()
    return (pl.col("scope_kind") == "rep", pl.col("team") == book.scope)


def _is_shown(book: Book, row: Row) -> bool:
    return bool(row["is_shown_to_company"] if book.is_company else row["is_shown"])


def _tried(book: Book) -> list[Row]:
    own = (pl.col("scope_kind") == book.scope_kind) & (pl.col("scope") == book.scope)
    return book.rows("process_result", own, sort=("q_value", "p_value", "process", "result"))


def _actions(book: Book, rows: Iterable[Row]) -> Table | None:
    """Differences with their intervals, the largest first."""
    ordered = sorted(rows, key=lambda row: (-row["difference"], row["scope"], row["step"]))
    if not ordered:
        return None
    shown = ordered[:MOST_ACTIONS]
    return Table(
        "copying",
        (
            Column("who", width=16),
            Column("step", width=22),
            Column("own_rate", "number", 10),
            Column("like_rate", "number", 12),
            Column("better_by", "number", 12),
            Column("interval", "number", 20),
            Column("cases_seen", "number", 8),
        ),
        tuple(_action(book, row) for row in shown),
        more=len(ordered) - len(shown),
        note=say("copying_key"),
    )


def _action(book: Book, row: Row) -> tuple[Cell, ...]:
    return (
        book.scope_name(row["scope_kind"], row["scope"]),
        _step(row["step"]),
        figure(row, "rate", "share"),
        figure(row, "like_rate", "share"),
        Delta(exact(row["difference"]), "share", is_good=True),
        _interval(row, "difference_low", "difference_high"),
        figure(row, "n"),
    )


def _step(code: str) -> Cell:
    stage = code.partition("[")[2].rstrip("]")
    return say("step_stage", stage=Text(stage)) if stage else Term("step", code)


def _interval(row: Row, low: str, high: str) -> Cell:
    ends = (Delta(exact(row[name]), "share") for name in (low, high))
    return say("between", **dict(zip(("low", "high"), ends, strict=True)))


def _relations(book: Book, rows: list[Row]) -> Table | None:
    if not rows:
        return None
    shown = rows[:MOST_RELATIONS]
    return Table(
        "process_result",
        (
            Column("process", width=26),
            Column("result", width=26),
            Column("result_lag", width=14),
            Column("correlation", "number", 12),
            Column("interval", "number", 14),
            Column("weeks_seen", "number", 8),
        ),
        tuple(_relation(book, row) for row in shown),
        more=len(rows) - len(shown),
        note=say("process_result_key"),
    )


def _relation(book: Book, row: Row) -> tuple[Cell, ...]:
    weeks = figure(row, "lag_weeks")
    ends = {end: figure(row, f"correlation_{end}", "ratio") for end in ("low", "high")}
    return (
        book.name(row["process"]),
        book.name(row["result"]),
        say("lag_weeks_later", weeks=weeks) if row["lag_weeks"] else say("lag_none"),
        figure(row, "correlation", "ratio"),
        say("between", **ends),
        figure(row, "weeks"),
    )


def _checks(book: Book, rows: list[Row]) -> Table | None:
    if not rows:
        return None
    shown = rows[:MOST_CHECKS]
    return Table(
        "process_check",
        (
            Column("scope", width=14),
            Column("process", width=16),
            Column("process_change", "number", 10),
            Column("result", width=22),
            Column("result_change", "number", 10),
            Column("to_check", width=28),
        ),
        tuple(_check(book, row) for row in shown),
        more=len(rows) - len(shown),
        note=say(
            "process_check_key",
            weeks=figure(shown[0], "weeks"),
            before=figure(shown[0], "weeks_before"),
        ),
    )


def _check(book: Book, row: Row) -> tuple[Cell, ...]:
    names = row["result"].split(_BETWEEN)
    return (
        book.scope_name(row["scope_kind"], row["scope"]),
        book.name(row["process"]),
        _change(book, row["process"], row["process_change"]),
        Group(tuple(book.name(name) for name in names), "per"),
        _of_result(book, row, names),
        Term("process_rule", row["rule"]),
    )


def _of_result(book: Book, row: Row, names: list[str]) -> Delta:
    """The change of a share in points, never in percent of percent; of all else as a fraction."""
    metric = book.metric(names[0])
    if len(names) > 1 or metric is None or metric.unit != "share":
        return _change(book, names[0], row["result_change"])
    now, before = (Decimal(repr(row[name])) for name in ("result_now", "result_before"))
    return judged(book, names[0], now - before, "share")


def _change(book: Book, metric: str, change: float) -> Delta:
    judgement = judged(book, metric, Decimal(repr(change)), "share")
    return replace(judgement, is_relative=True)
