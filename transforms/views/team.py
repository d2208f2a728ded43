"""Team view (D-25): attainment and output per head, training gaps, how new hires ramp up."""

from decimal import Decimal
from typing import Final

import polars as pl

from transforms.views.book import Book, Row
from transforms.views.cells import Cell, Day, Delta, Figure, Text, counted, exact, say
from transforms.views.figures import light_of, quotient, reference_of, relative, target_of, value_of
from transforms.views.model import Column, Page, Table

MOST_TEAMS: Final = 16
MOST_GAPS: Final = 12
MOST_HIRES: Final = 10
RAMP_COLUMNS: Final = 6
OUTPUT: Final = "output_per_head"
SALES: Final = "sales_amount"


def team_page(book: Book) -> Page:
    """The company's teams side by side, or one team's own gaps and new hires."""
    mine = pl.lit(value=True) if book.is_company else pl.col("team") == book.scope
    own_gaps = mine if book.is_company else mine & (pl.col("scope_kind") == "rep")
    gaps = book.rows("training_gap", own_gaps)
    ramp = book.rows("new_hire_ramp", mine, sort=("rep_id", "tenure_months"))
    hires = _by_hire(ramp)
    own = book.value(OUTPUT, "qtd")
    value = value_of(own)
    counts: dict[str, Cell] = {"gaps": counted(len(gaps)), "new": counted(len(hires))}
    if value.value is None:
        if not gaps and not hires:
            return Page("team", "team", say("team_none"), starts_page=False)
        headline = say("team_no_heads", **counts)
    else:
        change = _change(own)
        kind = "team_first" if change.value is None else "team"
        cells: dict[str, Cell] = {"value": value, **counts}
        headline = say(kind, **cells) if kind == "team_first" else say(kind, change=change, **cells)
    tables = (_output(book), _gaps(book, gaps), _ramp(hires))
    blocks = tuple(table for table in tables if table is not None)
    return Page("team", "team", headline, blocks, starts_page=book.is_company)


def _change(row: Row | None) -> Delta:
    """Output per head against the same period of last year, in % of it."""
    actual, before = value_of(row), reference_of(row, "last_year")
    if actual.value is None or not before.value:
        return Delta(None, "share", is_relative=True)
    difference = actual.value - before.value
    is_good = None if difference == 0 else difference > 0
    return relative(Delta(difference, actual.unit, is_good), before)


def _output(book: Book) -> Table | None:
    """One line per team, the lowest attainment first; the company's pack only."""
    teams = book.scopes("team") if book.is_company else []
    rows = [(team, book.value(OUTPUT, "qtd", "team", team)) for team in teams]
    known = [
        (team, row) for team, row in rows if row is not None and value_of(row).value is not None
    ]
    if not known:
        return None
    lines = sorted(
        known, key=lambda item: (_attainment(book, item[0]).value or Decimal(10**9), item[0])
    )
    return Table(
        "team_output",
        (
            Column("light", "light", 4),
            Column("team", width=20),
            Column("heads", "number", 11),
            Column("sales_qtd", "number", 14),
            Column("target", "number", 14),
            Column("attainment", "number", 11),
            Column("per_head", "number", 13),
            Column("per_head_change", "number", 13),
        ),
        tuple(
            (
                light_of(book.value(SALES, "qtd", "team", team), "plan"),
                Text(team),
                Figure(exact(row["denominator"]), "count"),
                value_of(book.value(SALES, "qtd", "team", team)),
                target_of(book.value(SALES, "qtd", "team", team)),
                _attainment(book, team),
                value_of(row),
                _change(row),
            )
            for team, row in lines[:MOST_TEAMS]
        ),
        more=max(len(lines) - MOST_TEAMS, 0),
        note=say("team_output_key"),
    )


def _attainment(book: Book, team: str) -> Figure:
    row = book.value(SALES, "qtd", "team", team)
    actual, target = value_of(row), target_of(row)
    if actual.value is None or not target.value:
        return Figure(None, "share", "no_target" if target.value is None else "no_data")
    return Figure(quotient(actual.value, target.value), "share")


def _gaps(book: Book, rows: list[Row]) -> Table | None:
    if not rows:
        return None
    return Table(
        "training",
        (
            Column("metric", width=22),
            Column("scope", width=20),
            Column("team", width=20),
            Column("gap_value", "number", 12),
            Column("gap_level", "number", 12),
            Column("gap_cases", "number", 12),
        ),
        tuple(
            (
                book.name(row["metric"]),
                book.scope_name(row["scope_kind"], row["scope"]),
                Text(row["team"]),
                Figure(exact(row["value"]), _unit(book, row)),
                Figure(exact(row["level"]), _unit(book, row)),
                counted(row["n"]),
            )
            for row in rows[:MOST_GAPS]
        ),
        more=max(len(rows) - MOST_GAPS, 0),
        note=say("training_key"),
        is_mixed=True,
    )


def _unit(book: Book, row: Row) -> str:
    metric = book.metric(row["metric"])
    return "count" if metric is None else metric.unit


def _by_hire(rows: list[Row]) -> list[list[Row]]:
    """The months of each new hire in order; the one who joined last comes first."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["rep_id"], []).append(row)
    return sorted(
        found.values(), key=lambda each: (each[0]["joined_on"], each[0]["rep_id"]), reverse=True
    )


def _ramp(hires: list[list[Row]]) -> Table | None:
    if not hires:
        return None
    return Table(
        "ramp",
        (
            Column("rep", width=13),
            Column("team", width=14),
            Column("joined", "number", 12),
            *(
                Column("ramp_month", "number", 7, title=Figure(Decimal(month)))
                for month in range(1, RAMP_COLUMNS + 1)
            ),
            Column("ramp_last", "number", 10),
            Column("ramp_share", "number", 9),
        ),
        tuple(_hire(months) for months in hires[:MOST_HIRES]),
        more=max(len(hires) - MOST_HIRES, 0),
        note=say("ramp_key"),
    )


def _hire(months: list[Row]) -> tuple[Cell, ...]:
    by_month = {row["tenure_months"]: row for row in months}
    last = months[-1]
    return (
        Text(last["rep_name"]),
        Text(last["team"]),
        Day(last["joined_on"]),
        *(_share(by_month.get(month)) for month in range(1, RAMP_COLUMNS + 1)),
        Figure(exact(last["sales"]), "money", "ok" if last["sales"] else "zero"),
        _share(last),
    )


def _share(row: Row | None) -> Cell:
    """A month's share of the tenured average; blank where it lies ahead or is not followed."""
    if row is None:
        return Text(None)
    share = exact(row["share"])
    return Figure(share, "attainment", "no_data" if share is None else "ok")
