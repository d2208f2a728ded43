"""The scoreboard: every metric against plan and against its own past, worst light first."""

from collections.abc import Mapping
from dataclasses import replace

from transforms.views.book import PERIODS, Book
from transforms.views.cells import Cell, Figure, Group, Light, Sentence, Text, counted, say
from transforms.views.figures import (
    against,
    due_of,
    judged,
    light_of,
    reference_of,
    relative,
    trend,
    value_of,
)
from transforms.views.model import Column, Page, Table

RANK = {"red": 0, "yellow": 1, "green": 2, "grey": 3}
MOST_ROWS = 34
"""Rows of a page: one for what has a target and for results, one for process."""

_PLANNED = (
    Column("plan_light", "light", 4),
    Column("baseline_light", "light", 5),
    Column("metric", width=17),
    Column("week", "number", 8),
    Column("due", "number", 8),
    Column("baseline", "number", 8),
    Column("last_year", "number", 8),
    Column("trend", "chart", 11),
    Column("mtd", "number", 8),
    Column("mtd_gap", "number", 7),
    Column("qtd", "number", 8),
    Column("qtd_gap", "number", 8),
)
_UNPLANNED = (
    Column("baseline_light", "light", 8),
    Column("metric", width=21),
    Column("week", "number", 8),
    Column("baseline", "number", 11),
    Column("last_year", "number", 8),
    Column("trend", "chart", 11),
    Column("mtd", "number", 12),
    Column("qtd", "number", 12),
    Column("ytd", "number", 9),
)
"""Without a plan there is nothing due and no gap."""


def scoreboard(book: Book) -> Page:
    """Week, month and quarter to date of every metric, with both lights (D-15).

    Metrics with a target stand first, the worst light on top; those without follow, results
    before process, each by the light against its own past.
    """
    codes = [code for code in book.metrics if _has_anything(book, code)]
    if not codes:
        return Page("scoreboard", "scoreboard", say("scoreboard_none"), starts_page=False)
    groups: dict[str, list[tuple[int, int, str]]] = {name: [] for name in _GROUPS}
    for place, code in enumerate(codes):
        groups[_group(book, code)].append((_rank(book, code), place, code))
    shown = _shown({name: len(rows) for name, rows in groups.items()})
    tables = []
    for name, rows in groups.items():
        ranked = [code for _, _, code in sorted(rows)]
        if ranked:
            line = _line if name == "scoreboard" else _unplanned_line
            tables.append(
                Table(
                    name,
                    _PLANNED if name == "scoreboard" else _UNPLANNED,
                    tuple(line(book, code) for code in ranked[: shown[name]]),
                    more=len(ranked) - shown[name],
                    is_mixed=True,
                )
            )
    key = say("scoreboard_key", basis=_noise_basis(book), open=_open_cohorts(book, codes))
    tables[-1] = replace(tables[-1], note=key)
    ordered = [code for rows in groups.values() for _, _, code in sorted(rows)]
    return Page("scoreboard", "scoreboard", _headline(book, ordered), tuple(tables))


def _open_cohorts(book: Book, codes: list[str]) -> Sentence | Group:
    """Which shares follow a cohort whose latest weeks are still open: 0 % is not yet a result."""
    metrics = [(code, book.metric(code)) for code in codes]
    names = tuple(
        book.name(code)
        for code, metric in metrics
        if metric is not None
        and metric.unit == "share"
        and not metric.has_baseline
        and metric.denominator is not None
        and metric.numerator.fact == metric.denominator.fact
    )
    return say("open_cohorts", metrics=Group(names, "list")) if names else Group(())


def _noise_basis(book: Book) -> Sentence:
    """What the noise bands of the pack's sums allow for."""
    rows = (book.value(code, "week") for code in book.metrics)
    found = {row["noise_basis"] for row in rows if row is not None}
    basis = next((each for each in ("season", "working_days") if each in found), "as_is")
    return say(f"noise_{basis}")


_GROUPS = ("scoreboard", "scoreboard_results", "scoreboard_process")


def _group(book: Book, code: str) -> str:
    """Whether a metric has a target in the periods shown; else whether it is result or process.

    The gap to time progress is held against the plan by its nature.
    """
    if _is_gap(book, code):
        return "scoreboard"
    metric = book.metric(code)
    rows = [book.value(code, period) for period in PERIODS[:3]]
    if any(row is not None and row["target_state"] != "no_target" for row in rows):
        return "scoreboard"
    return "scoreboard_results" if metric is None or metric.kind == "result" else _GROUPS[2]


def _shown(counts: Mapping[str, int]) -> dict[str, int]:
    """Say how many rows of each group fit: with a target and results share a page.

    >>> _shown({"scoreboard": 30, "scoreboard_results": 20, "scoreboard_process": 40})
    {'scoreboard': 17, 'scoreboard_results': 17, 'scoreboard_process': 34}
    """
    planned, results, process = (counts[name] for name in _GROUPS)
    first = min(planned, max(MOST_ROWS // 2, MOST_ROWS - results))
    return dict(
        zip(_GROUPS, (first, min(results, MOST_ROWS - first), min(process, MOST_ROWS)), strict=True)
    )


def _has_anything(book: Book, code: str) -> bool:
    return any(value_of(book.value(code, period)).value is not None for period in PERIODS)


def _plan_light(book: Book, code: str) -> Light:
    """The worst of the lights against plan over week, month and quarter; grey says why."""
    lights = [light_of(book.value(code, period), "plan") for period in PERIODS[:3]]
    return min(lights, key=lambda light: RANK[light.colour])


def _rank(book: Book, code: str) -> int:
    """The worse of the two lights; one within noise does not make a metric red."""
    baseline = light_of(book.value(code, "week"), "baseline")
    ranks = [RANK[_plan_light(book, code).colour]]
    ranks.append(RANK["green"] if baseline.is_hollow else RANK[baseline.colour])
    return min(ranks)


def _is_gap(book: Book, code: str) -> bool:
    """Whether a metric is itself a gap to the plan, such as 进度差."""
    metric = book.metric(code)
    return metric is not None and metric.rule == "progress_gap"


def _gap_line(book: Book, code: str) -> tuple[Cell, ...]:
    """A gap between shares: in pp; it is held against nothing further and has no light."""
    week, month, quarter = (
        judged(book, code, value.value, value.unit) if value.value is not None else value
        for value in (value_of(book.value(code, period)) for period in PERIODS[:3])
    )
    spark = trend(book, code) or Figure(None, "count", "no_data")
    none = Text(None)
    name = book.name(code)
    return (none, none, name, week, none, none, none, spark, month, none, quarter, none)


def _line(book: Book, code: str) -> tuple[Cell, ...]:
    if _is_gap(book, code):
        return _gap_line(book, code)
    week, month, quarter = (book.value(code, period) for period in PERIODS[:3])
    spark = trend(book, code)
    return (
        _plan_light(book, code),
        light_of(week, "baseline"),
        book.name(code),
        value_of(week),
        due_of(week),
        reference_of(week, "baseline"),
        reference_of(week, "last_year"),
        spark or Figure(None, "count", "no_data"),
        value_of(month),
        _gap(book, code, "mtd"),
        value_of(quarter),
        _gap(book, code, "qtd"),
    )


def _unplanned_line(book: Book, code: str) -> tuple[Cell, ...]:
    week, month, quarter, year = (book.value(code, period) for period in PERIODS)
    return (
        light_of(week, "baseline"),
        book.name(code),
        value_of(week),
        reference_of(week, "baseline"),
        reference_of(week, "last_year"),
        trend(book, code) or Figure(None, "count", "no_data"),
        value_of(month),
        value_of(quarter),
        value_of(year),
    )


def _gap(book: Book, code: str, period: str) -> Cell:
    """Against due: in % for amounts and counts, in pp for shares."""
    row = book.value(code, period)
    due = due_of(row)
    if due.value is None:
        return Figure(None, due.unit, due.state)
    delta = against(book, code, value_of(row), due)
    return delta if delta.unit == "share" or delta.value is None else relative(delta, due)


def _headline(book: Book, codes: list[str]) -> Sentence:
    lights = [_plan_light(book, code).colour for code in codes]
    signals = sum(
        1 for code in codes if (row := book.value(code, "week")) is not None and row["is_signal"]
    )
    counts = {
        "red": counted(lights.count("red")),
        "yellow": counted(lights.count("yellow")),
        "green": counted(lights.count("green")),
        "signals": counted(signals),
    }
    if lights.count("grey") == len(lights):
        return say("scoreboard_no_plan", all=counted(len(codes)), signals=counts["signals"])
    kind = "scoreboard_off" if counts["red"].value or counts["yellow"].value else "scoreboard_on"
    return say(kind, **counts)
