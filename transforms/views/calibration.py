"""The calibration page (D-4, D-5): what each open target rests on, the worst first."""

from collections.abc import Mapping
from datetime import date
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
    "budget_partial": {"budget": "budget", "covered": "budget_covered", "cac": "cac"},
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
    "budget_covered": "share",
    "budget_other": "money",
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
Numbers = Mapping[Key, Mapping[str, Row]]
"""Rows of calibration_figure by target and check, then by the name of the number."""


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
    return Page("calibration", "calibration", headline, tuple(tables), starts_page=False)


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


def _numbers(book: Book) -> Numbers:
    found: dict[Key, dict[str, Row]] = {}
    for row in book.rows("calibration_figure"):
        key = (*(row[name] for name in _KEY), row["check"])
        found.setdefault(key, {})[row["name"]] = row
    return found


def _targets(book: Book, targets: list[list[Row]], numbers: Numbers) -> Table:
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


def _line(book: Book, checks: list[Row], numbers: Numbers) -> tuple[Cell, ...]:
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
        _with_other_budget(_reason(worst, unit, numbers), worst, by_check["budget"], numbers),
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


def _reason(row: Row, unit: str, numbers: Numbers) -> Sentence:
    """The one line that says why: made of the numbers the verdict rests on."""
    if row["verdict"] in {"met", "not_applicable"} and row["metric"] != PLAN:
        return say("calibration_met")
    if row["verdict"] == "no_data":
        return say("calibration_no_data", what=Term("supply", row["supply"] or "earlier_periods"))
    found = _of_check(row, numbers)
    cells: dict[str, Cell] = {
        name: _quoted(found, figure, unit)
        for name, figure in _QUOTED.get(row["reason"], {}).items()
    }
    if "budget" in cells:
        cells["origin"] = Term("budget_origin", found["budget"]["origin"])
    cells["reference"] = Figure(exact(row["reference"]), unit)
    return say(f"calibration_{row['reason']}", **cells)


def _of_check(row: Row, numbers: Numbers) -> Mapping[str, Row]:
    return numbers.get((*(row[name] for name in _KEY), row["check"]), {})


def _quoted(found: Mapping[str, Row], name: str, unit: str = "count") -> Figure:
    value = found[name]["value"] if name in found else None
    return Figure(exact(value), _UNITS.get(name, unit))


def _with_other_budget(reason: Sentence, worst: Row, budget: Row, numbers: Numbers) -> Sentence:
    """The reason, and which budget holds where plan sheet and setting do not say the same."""
    found = _of_check(budget, numbers)
    if "budget_other" not in found:
        return reason
    other, used = found["budget_other"], found["budget"]
    cells: dict[str, Cell] = {
        "first": reason,
        "other": _quoted(found, "budget_other"),
        "other_origin": Term("budget_origin", other["origin"]),
    }
    if worst["check"] == "budget":
        return say("calibration_other_budget", **cells)
    cells |= {
        "budget": _quoted(found, "budget"),
        "origin": Term("budget_origin", used["origin"]),
    }
    return say("calibration_which_budget", **cells)


def _whole(rows: list[Row], numbers: Numbers) -> Table:
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
