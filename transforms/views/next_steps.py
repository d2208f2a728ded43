"""What the data propose for the next period: targets, channels, sources of leads (D-20)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

import polars as pl

from transforms.proposals import channel_verdict, lead_quality, next_target
from transforms.scopes import COMPANY, SCOPE_KINDS, UNASSIGNED
from transforms.views.book import Book, Row
from transforms.views.calibration import window
from transforms.views.cells import Cell, Delta, Figure, Term, counted, exact, say
from transforms.views.cells import figure as cell_of
from transforms.views.citing import cite
from transforms.views.figures import amount, judged, quotient, value_of
from transforms.views.model import Column, Page, Table
from transforms.why.behaviour import AND

PERIOD: Final = "ytd"
"""Channels and sources are judged by the year to date: quarters have too few customers."""
MOST_TARGETS: Final = 12
_TARGET: Final = ("metric", "scope_kind", "scope", "period_start", "period_end")
_FIRST: Final = ("raise", "lower", "keep", "no_data")

Judged = tuple[str, tuple[Cell, ...]]


def next_steps_page(book: Book) -> Page | None:
    """Proposals for the next period; the company's pack alone. None where nothing is measured."""
    if not book.is_company:
        return None
    targets, channels, sources = _targets(book), _channels(book), _sources(book)
    if not targets and not channels and not sources:
        return None

    def count(rows: list[Judged], *verdicts: str) -> Figure:
        return counted(sum(1 for verdict, _ in rows if verdict in verdicts))

    cells = {
        "raised": count(targets, "raise"),
        "lowered": count(targets, "lower"),
        "grow": count(channels, "grow"),
        "pause": count(channels, "pause"),
        "worse": count(sources, "worse"),
    }
    is_any = any(cell.value for cell in cells.values())
    tables = (
        _target_table(targets),
        _table("channel_verdicts", channels, _CHANNEL_COLUMNS),
        _table("lead_feedback", sources, _SOURCE_COLUMNS),
    )
    return Page(
        "next_steps",
        "next_steps",
        say("next_steps", **cells) if is_any else say("next_steps_none"),
        tuple(table for table in tables if table),
        starts_page=False,
    )


def _table(code: str, rows: list[Judged], columns: tuple[Column, ...]) -> Table | None:
    if not rows:
        return None
    lines = tuple(cells for _, cells in rows)
    return Table(code, columns, lines, note=say(f"{code}_key"), is_mixed=True)


_CHANNEL_COLUMNS: Final = (
    Column("channel", width=18),
    Column("spend", "number", 12),
    Column("returned", "number", 14),
    Column("roi", "number", 10),
    Column("new_customers", "number", 10),
    Column("cac", "number", 12),
    Column("proposal", width=24),
)


def _channels(book: Book) -> list[Judged]:
    """Channels on which anything was spent in the year, the most spend first."""
    found = []
    rules = book.parameters.proposals
    questioned = _questioned(book)
    for channel in _scopes(book):
        roi, won = (_value(book, code, channel) for code in ("channel_roi", "new_customers"))
        if roi is None or not roi["denominator"]:
            continue
        spend, returned = exact(roi["denominator"]), exact(roi["numerator"])
        verdict = channel_verdict(
            returned,
            spend,
            amount(won),
            rules,
            _quality(book, channel),
            is_questioned=channel in questioned,
        )
        cells = (
            book.scope_of(roi),
            cell_of(roi, "denominator", "money"),
            cell_of(roi, "numerator", "money"),
            _shown(roi),
            _shown(won),
            _shown(_value(book, "cac", channel)),
            Term("proposal", verdict),
        )
        found.append((spend or Decimal(0), (verdict, cells)))
    return [each for _, each in sorted(found, key=lambda item: -item[0])]


def _questioned(book: Book) -> set[str]:
    """Channels that a deviation to the worse, beyond noise, was traced to; this week's cases."""
    cases = {
        row["case_id"]
        for row in book.rows("variance", ~pl.col("is_within_noise"))
        if judged(book, row["metric"], row["gap"], "count").is_good is False
    }
    return {
        member
        for row in book.rows("segment", pl.col("case_id").is_in(sorted(cases)))
        for dimension, member in zip(
            row["dimensions"].split(AND), row["members"].split(AND), strict=True
        )
        if dimension == "channel"
    }


_SOURCE_COLUMNS: Final = (
    Column("lead_source", width=18),
    Column("leads", "number", 10),
    Column("qualified_leads", "number", 11),
    Column("qualified_share", "number", 11),
    Column("against_others", "number", 13),
    Column("lead_conversion", "number", 12),
    Column("lead_feedback", width=25),
)


def _sources(book: Book) -> list[Judged]:
    """Sources of leads of the year, the worst against the others first."""
    codes = ("leads", "qualified_leads")
    whole = [amount(book.value(code, PERIOD)) for code in codes]
    found = []
    for channel in _scopes(book):
        leads, qualified = (_value(book, code, channel) for code in codes)
        count, good = amount(leads), amount(qualified)
        if leads is None or not count:
            continue
        verdict = _quality(book, channel)
        share, off = None, None
        if good is not None and whole[0] and whole[1]:
            share = quotient(good, count)
            rest = whole[0] - count
            off = share - quotient(whole[1] - good, rest) if rest > 0 else None
        is_judged = verdict not in {"no_data", "too_few_cases"}
        state = "ok" if is_judged else verdict
        cells = (
            book.scope_of(leads),
            _shown(leads),
            _shown(qualified),
            Figure(share if is_judged else None, "share", state, int(count)),
            Delta(off if is_judged else None, "share", None if off is None else off > 0),
            _shown(_value(book, "lead_conversion_cohort", channel)),
            Term("lead_quality", verdict),
        )
        found.append((off if off is not None and is_judged else Decimal(9), (verdict, cells)))
    return [each for _, each in sorted(found, key=lambda item: item[0])]


def _quality(book: Book, channel: str) -> str:
    """How the leads of a source are against those of all others."""
    codes = ("qualified_leads", "leads")
    good, leads = (amount(_value(book, code, channel)) for code in codes)
    all_good, all_leads = (amount(book.value(code, PERIOD)) for code in codes)
    return lead_quality(good, leads, all_good, all_leads, book.parameters.proposals)


def _scopes(book: Book) -> list[str]:
    """The channels that have values, without those that name none."""
    found = book.rows("metric_value", pl.col("scope_kind") == "channel")
    return sorted({row["scope"] for row in found} - {UNASSIGNED})


def _value(book: Book, metric: str, channel: str) -> Row | None:
    found = book.rows(
        "metric_value",
        pl.col("metric") == metric,
        pl.col("scope_kind") == "channel",
        pl.col("scope") == channel,
        pl.col("period_kind") == PERIOD,
    )
    return found[0] if found else None


def _shown(row: Row | None) -> Figure:
    """A metric's value or its state, and which cell it is."""
    shown = value_of(row)
    if row is None:
        return shown
    column = "numerator" if row["denominator"] == 1 else "value"
    return replace(shown, cited=cite(row, column))


def _targets(book: Book) -> list[Judged]:
    """Targets of results in the next period, those to change first, then the company's."""
    calibrated = book.rows(
        "calibration",
        book.visible,
        pl.col("check") == "history",
        pl.col("period_start") > book.as_of,
        sort=_TARGET,
    )
    numbers = {
        (*(row[name] for name in _TARGET), row["name"]): row
        for row in book.rows("calibration_figure", pl.col("name").is_in(["trend", "reachable"]))
    }
    nearest: dict[tuple[str, str, str], date] = {}
    for row in calibrated:
        owner = row["metric"], row["scope_kind"], row["scope"]
        nearest[owner] = min(nearest.get(owner, date.max), row["period_start"])
    found = []
    for row in calibrated:
        key = tuple(row[name] for name in _TARGET)
        if row["period_start"] != nearest[key[0], key[1], key[2]]:
            continue
        metric = book.metric(row["metric"])
        if metric is None or metric.kind != "result" or metric.better != "up":
            continue
        found.append(
            _target(book, row, numbers.get((*key, "trend")), numbers.get((*key, "reachable")))
        )
    order = {kind: place for place, kind in enumerate((COMPANY, *SCOPE_KINDS))}
    found.sort(key=lambda each: (_FIRST.index(each[1][0]), order.get(each[0], len(order))))
    return [judged for _, judged in found]


def _target(book: Book, row: Row, trend: Row | None, team: Row | None) -> tuple[str, Judged]:
    metric = book.metric(row["metric"])
    unit = "count" if metric is None else metric.unit
    target = exact(row["target"]) or Decimal(0)
    past, reach = (None if each is None else exact(each["value"]) for each in (trend, team))
    found = next_target(target, past, reach, book.parameters.proposals)
    proposed = Figure(found.value, unit) if found.value is not None else Term("proposal", "as_is")
    cells = (
        book.name(row["metric"]),
        book.scope_of(row),
        window(book, row["period_start"], row["period_end"]),
        cell_of(row, "target", unit),
        _or_none(trend, unit),
        _or_none(team, unit),
        Figure(None, unit, "no_data") if found.verdict == "no_data" else proposed,
        Term("proposal", f"{found.verdict}_target"),
    )
    return row["scope_kind"], (found.verdict, cells)


def _or_none(row: Row | None, unit: str) -> Figure:
    return Figure(None, unit, "no_data") if row is None else cell_of(row, "value", unit)


def _target_table(rows: list[Judged]) -> Table | None:
    if not rows:
        return None
    return Table(
        "next_targets",
        (
            Column("metric", width=15),
            Column("scope", width=13),
            Column("calibration_window", "number", 11),
            Column("target", "number", 12),
            Column("trend_value", "number", 12),
            Column("team_reach", "number", 12),
            Column("proposed_target", "number", 12),
            Column("proposal", width=13),
        ),
        tuple(cells for _, cells in rows[:MOST_TARGETS]),
        more=max(len(rows) - MOST_TARGETS, 0),
        note=say("next_targets_key"),
        is_mixed=True,
    )
