"""The calibration page (D-4, D-5): what each open target rests on, the worst first."""

from datetime import date
from decimal import Decimal
from typing import Any, Final

from transforms.scopes import SCOPE_KINDS
from transforms.views.book import Book, Row
from transforms.views.cells import (
    Cell,
    Figure,
    Light,
    Sentence,
    Term,
    Text,
    counted,
    exact,
    say,
)
from transforms.views.model import Column, Page, Table

MOST_TARGETS: Final = 18
CHECKS: Final = ("annual", "history", "capacity", "budget", "market")
PLAN: Final = "plan"
WORST_FIRST: Final = ("short", "question", "no_data", "met", "not_applicable")
COLOURS: Final = {"met": "green", "question": "yellow", "short": "red", "no_data": "grey"}

_KEY: Final = ("metric", "scope_kind", "scope", "period_start", "period_end")
_QUOTED: Final[dict[str, dict[str, str]]] = {
    "leads_short": {"needed": "required_leads", "there": "leads"},
    "visits_short": {"needed": "required_visits", "there": "effective_visits"},
    "above_capacity": {"capacity": "capacity"},
    "within_buffer": {"capacity": "capacity"},
    "unaffordable": {"budget": "budget", "cac": "cac"},
    "no_allowance_reason": {"allowance": "allowance"},
    "quarters_short": {"sum": "quarter_sum"},
    "quarters_missing": {"sum": "quarter_sum", "quarters": "quarters_planned"},
    "reserve_usual": {"reserve": "reserve"},
    "reserve_unusual": {"reserve": "reserve"},
    "modules_whole": {"sum": "modules_sum"},
    "modules_not_whole": {"sum": "modules_sum"},
    "emergency_unusual": {"emergency": "emergency"},
}
"""Reason to the numbers that its sentence quotes, by the name of the figure."""
_UNITS: Final = {
    "budget": "money",
    "cac": "money",
    "allowance": "share",
    "reserve": "share",
    "modules_sum": "share",
    "emergency": "share",
    "quarters_planned": "count",
    "required_leads": "count",
    "leads": "count",
    "required_visits": "count",
    "effective_visits": "count",
}
"""Units of figures that are not in the unit of the target's metric."""

Key = tuple[Any, ...]


def calibration_page(book: Book) -> Page | None:
    """Every open target of the company's scopes with its five verdicts; the company's pack only."""
    if not book.is_company:
        return None
    rows = book.rows("calibration", book.visible, sort=(*_KEY, "check"))
    targets = _by_target([row for row in rows if row["metric"] != PLAN])
    if not targets:
        return Page("calibration", "calibration", say("calibration_none"), starts_page=False)
    numbers = _numbers(book)
    whole = [row for row in rows if row["metric"] == PLAN]
    tables = [_targets(book, targets, numbers)]
    if whole:
        tables.append(_whole(whole, numbers))
    worst = [min((row["verdict"] for row in each), key=WORST_FIRST.index) for each in targets]
    headline = say(
        "calibration",
        all=counted(len(targets)),
        short=counted(worst.count("short")),
        questions=counted(worst.count("question")),
    )
    return Page("calibration", "calibration", headline, tuple(tables))


def _by_target(rows: list[Row]) -> list[list[Row]]:
    """The checks of each target, the worst target first; then company, region, team, by window."""
    found: dict[Key, list[Row]] = {}
    for row in rows:
        found.setdefault(tuple(row[name] for name in _KEY), []).append(row)

    def order(checks: list[Row]) -> tuple[Any, ...]:
        first = _worst(checks)
        ranks = sorted(WORST_FIRST.index(row["verdict"]) for row in checks)
        kind = SCOPE_KINDS.index(first["scope_kind"])
        return ranks, kind, first["period_end"], first["metric"], first["scope"]

    return sorted(found.values(), key=order)


def _worst(checks: list[Row]) -> Row:
    """The check that decides, in the order of the five."""

    def rank(row: Row) -> tuple[int, int]:
        return WORST_FIRST.index(row["verdict"]), CHECKS.index(row["check"])

    return min(checks, key=rank)


def _numbers(book: Book) -> dict[Key, dict[str, Decimal | None]]:
    found: dict[Key, dict[str, Decimal | None]] = {}
    for row in book.rows("calibration_figure"):
        key = (*(row[name] for name in _KEY), row["check"])
        found.setdefault(key, {})[row["name"]] = exact(row["value"])
    return found


def _targets(
    book: Book, targets: list[list[Row]], numbers: dict[Key, dict[str, Decimal | None]]
) -> Table:
    return Table(
        "calibration",
        (
            Column("metric", width=13),
            Column("scope", width=11),
            Column("calibration_window", "number", 12),
            Column("target", "number", 10),
            *(Column(f"calibration_{check}", "light", 5) for check in CHECKS),
            Column("calibration_reason", width=29),
        ),
        tuple(_line(book, checks, numbers) for checks in targets[:MOST_TARGETS]),
        more=max(len(targets) - MOST_TARGETS, 0),
        note=say("calibration_key"),
        is_mixed=True,
    )


def _line(
    book: Book, checks: list[Row], numbers: dict[Key, dict[str, Decimal | None]]
) -> tuple[Cell, ...]:
    worst = _worst(checks)
    metric = book.metric(worst["metric"])
    unit = "count" if metric is None else metric.unit
    by_check = {row["check"]: row for row in checks}
    return (
        book.name(worst["metric"]),
        book.scope_name(worst["scope_kind"], worst["scope"]),
        window(book, worst["period_start"], worst["period_end"]),
        Figure(exact(worst["target"]), unit),
        *(_mark(by_check[check]["verdict"]) for check in CHECKS),
        _reason(worst, unit, numbers),
    )


def window(book: Book, first: date, last: date) -> Cell:
    """A target's window by its name where it is a month, quarter or year; else its days."""
    kinds = {1: "month", 3: "qtd", 12: "ytd"}
    after = date.fromordinal(last.toordinal() + 1)
    if first.day == 1 and after.day == 1:
        months = (after.year - first.year) * 12 + after.month - first.month
        if months in kinds:
            return book.span(kinds[months], first, last)
    return book.span("week", first, last)


def _mark(verdict: str) -> Cell:
    if verdict == "not_applicable":
        return Text(None)
    return Light(COLOURS[verdict], reason=verdict if verdict == "no_data" else None)


def _reason(row: Row, unit: str, numbers: dict[Key, dict[str, Decimal | None]]) -> Sentence:
    """The one line that says why: made of the numbers the verdict rests on."""
    if row["verdict"] in {"met", "not_applicable"} and row["metric"] != PLAN:
        return say("calibration_met")
    if row["verdict"] == "no_data":
        return say("calibration_no_data", what=Term("supply", row["supply"] or "earlier_periods"))
    found = numbers.get((*(row[name] for name in _KEY), row["check"]), {})
    quoted = {
        name: Figure(found.get(figure), _UNITS.get(figure, unit))
        for name, figure in _QUOTED.get(row["reason"], {}).items()
    }
    cells: dict[str, Cell] = {**quoted, "reference": Figure(exact(row["reference"]), unit)}
    return say(f"calibration_{row['reason']}", **cells)


def _whole(rows: list[Row], numbers: dict[Key, dict[str, Decimal | None]]) -> Table:
    """What is about the plan as a whole: the reserve, and the modules of the budget."""
    return Table(
        "calibration_plan",
        (
            Column("light", "light", 4),
            Column("calibration_check", width=26),
            Column("calibration_reason", width=70),
        ),
        tuple(
            (
                _mark(row["verdict"]),
                Term("calibration_check", row["check"]),
                _reason(row, "share", numbers),
            )
            for row in rows
        ),
    )
