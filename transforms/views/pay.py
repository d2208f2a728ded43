"""The pay annex (D-24): a document of its own, only for those who may see pay."""

from decimal import Decimal

import polars as pl

from transforms.scopes import COMPANY
from transforms.views.book import Book, Row
from transforms.views.cells import (
    Cell,
    Day,
    Figure,
    Group,
    Sentence,
    Term,
    Text,
    counted,
    exact,
    say,
)
from transforms.views.controls import reconciliation_state
from transforms.views.figures import quotient
from transforms.views.inputs import PackInputs
from transforms.views.model import Column, PackView, Page, Summary, Table

MOST_LINES = 90
"""Lines of calculation on three pages; the rest stands in the file beside the annex."""

PARTS = {
    "bonus": ("target_bonus", "increment_bonus", "team_bonus"),
    "commissions": ("commission", "excess_commission"),
    "rewards": ("growth_fund", "award"),
}
"""Columns of the totals and the rules that they add up."""


def pay_view(inputs: PackInputs, scope_kind: str = COMPANY, scope: str = COMPANY) -> PackView:
    """What one annex shows: everybody's pay by the rules, or a team's own."""
    book = Book(inputs, scope_kind, scope)
    mine = pl.lit(value=True) if book.is_company else pl.col("team") == scope
    rows = book.rows("incentive", mine, sort=("team", "rep_id", "rule", "subject"))
    proposals = book.rows("pay_proposal", mine, sort=("team", "rep_id", "kind"))
    tables = (_totals(book, rows), _lines(book, rows), _proposals(proposals))
    blocks = tuple(table for table in tables if table is not None)
    page = Page("pay", "pay", _page_headline(rows, proposals), blocks, starts_page=False)
    week = inputs.parameters.week
    return PackView(
        company=inputs.company,
        currency=inputs.currency,
        scope_kind=scope_kind,
        scope=scope,
        week=week.label,
        starts_on=week.starts_on,
        ends_on=week.ends_on,
        as_of=Day(week.ends_on),
        reconciliation=reconciliation_state(book),
        summary=Summary(_headline(book, rows), say("pay_standing")),
        pages=(page,),
    )


def _headline(book: Book, rows: list[Row]) -> Sentence:
    if not rows:
        return say("pay_nothing")
    own = [row for row in rows if row["currency"] == book.inputs.currency]
    unknown = {row["rep_id"] for row in rows if row["amount"] is None}
    cells: dict[str, Cell] = {
        "total": _money(_sum(own), book.inputs.currency, book),
        "currency": Text(book.inputs.currency),
        "people": counted(len({row["rep_id"] for row in rows})),
    }
    if unknown:
        return say("pay_total_unknown", **cells, unknown=counted(len(unknown)))
    return say("pay_total", **cells)


def _page_headline(rows: list[Row], proposals: list[Row]) -> Sentence:
    return say("pay_page", lines=counted(len(rows)), proposals=counted(len(proposals)))


def _sum(rows: list[Row]) -> Decimal:
    """The exact sum of the amounts that are known."""
    return sum((row["amount"] for row in rows if row["amount"] is not None), Decimal(0))


def _money(value: Decimal | None, currency: str, book: Book) -> Cell:
    """An amount to the cent; with its currency where that is not the reporting one."""
    figure = Figure(value, "exact_money", "no_data" if value is None else "ok" if value else "zero")
    if value is None or currency == book.inputs.currency:
        return figure
    return say("with_unit", value=figure, unit=Text(currency))


def _totals(book: Book, rows: list[Row]) -> Table | None:
    """One line per person (and currency); the parts add up to the total exactly."""
    if not rows:
        return None
    people: dict[tuple[str, str, str, str], list[Row]] = {}
    for row in rows:
        key = (row["team"], row["rep_name"], row["rep_id"], row["currency"])
        people.setdefault(key, []).append(row)
    lines = sorted(people.items(), key=lambda item: (-_sum(item[1]), item[0]))
    return Table(
        "pay_totals",
        (
            Column("pay_person", width=16),
            Column("team", width=20),
            *(Column(f"pay_{part}", "number", 16) for part in PARTS),
            Column("pay_total", "number", 16),
        ),
        tuple(
            (
                Text(name),
                Text(team),
                *(_part(book, own, currency, rules) for rules in PARTS.values()),
                _money(_sum(own), currency, book),
            )
            for (team, name, _, currency), own in lines[:MOST_LINES]
        ),
        more=max(len(lines) - MOST_LINES, 0),
        is_mixed=True,
    )


def _part(book: Book, rows: list[Row], currency: str, rules: tuple[str, ...]) -> Cell:
    own = [row for row in rows if row["rule"] in rules]
    if any(row["amount"] is None for row in own):
        return Figure(None, "exact_money", "no_data")
    return _money(_sum(own), currency, book)


def _lines(book: Book, rows: list[Row]) -> Table | None:
    if not rows:
        return None
    return Table(
        "pay_lines",
        (
            Column("pay_person", width=11),
            Column("pay_rule", width=17),
            Column("pay_base", "number", 14),
            Column("pay_rate", "number", 8),
            Column("pay_factor", "number", 7),
            Column("pay_amount", "number", 12),
            Column("pay_source", width=31),
        ),
        tuple(_line(book, row) for row in rows[:MOST_LINES]),
        more=max(len(rows) - MOST_LINES, 0),
        note=say("pay_key"),
        is_mixed=True,
    )


def _line(book: Book, row: Row) -> tuple[Cell, ...]:
    rule: Cell = Term("pay_rule", row["rule"])
    if row["subject"]:
        rule = say("in_brackets_after", what=rule, more=Text(row["subject"]))
    is_fixed = row["base_kind"] == "fixed"
    blank = Text(None)
    return (
        Text(row["rep_name"]),
        rule,
        _money(exact(row["base"]), row["currency"], book),
        blank if is_fixed else Figure(exact(row["rate"]), "share"),
        blank if is_fixed or row["factor"] == 1 else Figure(exact(row["factor"]), "ratio"),
        _money(exact(row["amount"]), row["currency"], book),
        _source(book, row),
    )


def _source(book: Book, row: Row) -> Cell:
    """Whose value reached what: the very cells that the amount rests on."""
    period = say("from_to", first=Day(row["period_start"]), last=Day(row["period_end"]))
    if row["metric"] is None:
        return period
    metric = book.metric(row["metric"])
    unit = "count" if metric is None else metric.unit
    whose: Cell = Text(row["rep_name"] if row["scope_kind"] == "rep" else row["scope"])
    achieved, target = exact(row["achieved"]), exact(row["target"])
    cells: dict[str, Cell] = {"whose": whose, "metric": book.name(row["metric"]), "period": period}
    if achieved is None or not target or (metric is not None and metric.is_ratio):
        return say("pay_from", **cells)
    return say(
        "pay_from_attainment",
        **cells,
        achieved=Figure(achieved, unit),
        target=Figure(target, unit),
        attainment=Figure(quotient(achieved, target), "share"),
    )


def _proposals(rows: list[Row]) -> Table | None:
    if not rows:
        return None
    return Table(
        "pay_proposals",
        (
            Column("pay_person", width=14),
            Column("team", width=18),
            Column("pay_proposal", width=20),
            Column("pay_run", "number", 12),
            Column("period", width=22),
            Column("pay_last", "number", 14),
        ),
        tuple(
            (
                Text(row["rep_name"]),
                Text(row["team"]),
                Term("pay_proposal", row["kind"]),
                counted(row["periods"]),
                say("from_to", first=Day(row["first_start"]), last=Day(row["last_end"])),
                _attained(row),
            )
            for row in rows
        ),
        note=say("pay_proposals_key"),
    )


def _attained(row: Row) -> Cell:
    achieved, target = exact(row["achieved"]), exact(row["target"])
    if achieved is None or not target:
        return Group(())
    return Figure(quotient(achieved, target), "share")
