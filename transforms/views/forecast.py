"""Where the period will end: the sentence, the bar's figures, the table of past errors."""

from dataclasses import replace
from decimal import Decimal

import polars as pl

from transforms.views.book import Book, Row
from transforms.views.cells import Cell, Figure, Group, Sentence, Term, Text, exact, say
from transforms.views.figures import quotient, target_of
from transforms.views.model import Column, Table

PERIODS = ("mtd", "qtd")


def forecast_of(book: Book, metric: str, period: str) -> Row | None:
    """The forecast of a metric of the pack's own scope; None where nothing is left to forecast."""
    rows = book.rows("forecast", *_own(book, metric), pl.col("period_kind") == period)
    return rows[0] if rows else None


def forecast_cells(row: Row | None) -> tuple[Figure, Figure, Figure]:
    """The forecast and the ends of its interval, or why there is none."""
    if row is None:
        none = Figure(None, "money", "no_data")
        return none, none, none
    ends = [_figure(row, name) for name in ("forecast", "low", "high")]
    return ends[0], ends[1], ends[2]


def forecast_said(book: Book, metric: str) -> Sentence | None:
    """Where the quarter will end, by which rule, with its interval; or why nobody can say.

    None where the quarter is complete.
    """
    row = forecast_of(book, metric, "qtd")
    if row is None:
        return None
    if row["state"] != "ok":
        return say("forecast_too_few", periods=Figure(Decimal(row["periods"])))
    value, low, high = forecast_cells(row)
    rule = say(f"forecast_by_{row['rule']}")
    if low.value is None or high.value is None:
        return say("forecast_bare", rule=rule, forecast=value)
    level = Figure(exact(row["level"]), "attainment")
    return say("forecast_end", rule=rule, forecast=value, low=low, high=high, level=level)


def forecast_tables(book: Book, metric: str) -> tuple[Table, ...]:
    """What month and quarter will end at and from what, and how wrong each rule was before.

    Every amount that has a forecast stands in the first table, the pack's own metric first; the
    test of every rule is shown for that one.
    """
    others = {row["metric"] for row in book.rows("forecast", *_scope(book))} - {metric}
    order = [metric, *(code for code in book.metrics if code in others)]
    rows = [row for code in order for period in PERIODS if (row := forecast_of(book, code, period))]
    if not rows:
        return ()
    tables = [_forecasts(book, rows)]
    tables += [found for row in rows if row["metric"] == metric and (found := _tests(book, row))]
    if len(tables) > 1:
        tables[-1] = replace(tables[-1], note=say("forecast_test_note"))
    return tuple(tables)


def _scope(book: Book) -> tuple[pl.Expr, ...]:
    return (pl.col("scope_kind") == book.scope_kind, pl.col("scope") == book.scope)


def _own(book: Book, metric: str) -> tuple[pl.Expr, ...]:
    return (pl.col("metric") == metric, *_scope(book))


def _figure(row: Row, name: str) -> Figure:
    value = row[name]
    state = row["state"] if row["state"] != "ok" or value is not None else "no_data"
    return Figure(value, "money", state, row["periods"])


def _part(row: Row, name: str) -> Cell:
    """A part of a model's forecast; a rule without that part leaves the place empty."""
    return Text(None) if row[name] is None else Figure(row[name], "money")


def _forecasts(book: Book, rows: list[Row]) -> Table:
    return Table(
        "forecast",
        (
            Column("metric", width=11),
            Column("forecast_period", width=9),
            Column("reached", "number", 9),
            Column("open_deals", "number", 9),
            Column("new_deals", "number", 8),
            Column("rest", "number", 9),
            Column("forecast", "number", 9),
            Column("interval_low", "number", 9),
            Column("interval_high", "number", 9),
            Column("past_error", "number", 9),
            Column("forecast_share", "number", 9),
        ),
        tuple(
            (
                book.name(row["metric"]),
                book.span(row["period_kind"], row["period_start"], row["full_end"]),
                Figure(row["reached"], "money"),
                _part(row, "open_deals"),
                _part(row, "new_deals"),
                _part(row, "rest"),
                *forecast_cells(row),
                _past_error(book, row),
                _share(book, row),
            )
            for row in rows
        ),
        note=_verdict(book, rows),
    )


def _past_error(book: Book, row: Row) -> Figure:
    """The weighted error of the rule that made the forecast, at the same point of the past."""
    used = [test for test in _tests_of(book, row) if test["is_used"]]
    return _error(used[0]["weighted_error"]) if used else Figure(None, "share", "no_data")


def _tests_of(book: Book, row: Row) -> list[Row]:
    conditions = (*_own(book, row["metric"]), pl.col("period_kind") == row["period_kind"])
    return book.rows("forecast_test", *conditions, sort=("position",))


def _share(book: Book, row: Row) -> Figure:
    """The forecast as a share of the target of the whole period."""
    target = target_of(book.value(row["metric"], row["period_kind"]))
    if row["forecast"] is None or not target.value:
        state = row["state"] if row["forecast"] is None else target.state
        return Figure(None, "share", state if state != "ok" else "no_target", row["periods"])
    return Figure(quotient(row["forecast"], target.value), "share")


def _verdict(book: Book, rows: list[Row]) -> Sentence | None:
    """Say which forecasts no model makes better than the naive rules."""
    worse = tuple(
        say(
            "metric_period",
            metric=book.name(row["metric"]),
            period=book.span(row["period_kind"], row["period_start"], row["full_end"]),
        )
        for row in rows
        if row["state"] == "ok" and not row["is_better_than_naive"]
    )
    return say("forecast_naive", forecasts=Group(worse, "list")) if worse else None


def _tests(book: Book, row: Row) -> Table | None:
    tests = _tests_of(book, row)
    if not tests:
        return None
    return Table(
        f"forecast_test_{row['period_kind']}",
        (
            Column("forecast_rule", width=34),
            Column("periods_tested", "number", 14),
            Column("weighted_error", "number", 16),
            Column("mean_error", "number", 16),
            Column("coverage", "number", 20),
        ),
        tuple(
            (
                Term("forecast_rule", test["rule"]),
                Figure(Decimal(test["periods"])),
                _error(test["weighted_error"]),
                _error(test["mean_error"]),
                _coverage(test),
            )
            for test in tests
        ),
        emphasised=tuple(place for place, test in enumerate(tests) if test["is_used"]),
    )


def _error(value: float | None) -> Figure:
    return Figure(exact(value), "share", "ok" if value is not None else "no_data")


def _coverage(test: Row) -> Cell:
    """How many of the outcomes the intervals held, as a count of a count."""
    if not test["intervals"]:
        return Figure(None, "count", "no_data")
    return say(
        "of_all",
        part=Figure(Decimal(test["covered"])),
        whole=Figure(Decimal(test["intervals"])),
    )
