"""What the data propose for the next period: targets, channels, sources of leads (D-20)."""

from dataclasses import replace
from typing import Final

from transforms.scopes import COMPANY, SCOPE_KINDS
from transforms.views.book import Book, Row
from transforms.views.calibration import window
from transforms.views.cells import Cell, Delta, Figure, Term, Text, counted, exact, say
from transforms.views.cells import figure as cell_of
from transforms.views.citing import cite
from transforms.views.model import Column, Page, Table

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
    rows = book.rows("channel_proposal")
    return [
        (
            row["verdict"],
            (
                _channel(row),
                cell_of(row, "spend", "money"),
                cell_of(row, "returned", "money"),
                cell_of(row, "roi", _unit(book, "channel_roi")),
                cell_of(row, "new_customers", _unit(book, "new_customers")),
                cell_of(row, "cac", "money"),
                Term("proposal", row["verdict"]),
            ),
        )
        for row in sorted(rows, key=lambda row: (-row["spend"], row["channel"]))
    ]


def _channel(row: Row) -> Text:
    return Text(row["channel"], cited=cite(row, "channel"))


def _unit(book: Book, metric: str) -> str:
    found = book.metric(metric)
    return "count" if found is None else found.unit


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
    """Sources of leads of the year, the worst against the others first; then those not judged."""
    rows = book.rows("lead_feedback")
    rows.sort(key=lambda row: (row["difference"] is None, row["difference"] or 0, row["channel"]))
    found: list[Judged] = []
    for row in rows:
        is_judged = row["qualified_share"] is not None
        share = cell_of(row, "qualified_share", "share")
        state = "ok" if is_judged else row["verdict"]
        difference = exact(row["difference"])
        cells = (
            _channel(row),
            cell_of(row, "leads"),
            cell_of(row, "qualified_leads"),
            replace(share, state=state, n=int(row["leads"])),
            Delta(
                difference,
                "share",
                None if difference is None else difference > 0,
                cited=cite(row, "difference"),
            ),
            cell_of(row, "lead_conversion", "share"),
            Term("lead_quality", row["verdict"]),
        )
        found.append((row["verdict"], cells))
    return found


def _targets(book: Book) -> list[Judged]:
    """Targets of results in the next period, those to change first, then the company's."""
    rows = book.rows("target_proposal", book.visible, sort=_TARGET)
    order = {kind: place for place, kind in enumerate((COMPANY, *SCOPE_KINDS))}
    rows.sort(
        key=lambda row: (_FIRST.index(row["verdict"]), order.get(row["scope_kind"], len(order)))
    )
    return [(row["verdict"], _target(book, row)) for row in rows]


def _target(book: Book, row: Row) -> tuple[Cell, ...]:
    unit, verdict = _unit(book, row["metric"]), row["verdict"]
    is_kept = verdict != "no_data" and row["proposed"] is None
    return (
        book.name(row["metric"]),
        book.scope_of(row),
        window(book, row["period_start"], row["period_end"]),
        cell_of(row, "target", unit),
        cell_of(row, "trend", unit),
        cell_of(row, "reachable", unit),
        Term("proposal", "as_is") if is_kept else cell_of(row, "proposed", unit),
        Term("proposal", f"{verdict}_target"),
    )


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
