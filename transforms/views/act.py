"""What became of what was decided: cases closed, countermeasures and their effect (D-20)."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from transforms.views.book import Book, Row
from transforms.views.cells import (
    Cell,
    Day,
    Delta,
    Group,
    Light,
    Sentence,
    Term,
    Text,
    counted,
    exact,
    figure,
    say,
)
from transforms.views.citing import cite, counted_rows
from transforms.views.decisions import own_actions
from transforms.views.figures import judged
from transforms.views.model import Column, Page, Table
from transforms.views.threads import open_tables

MOST_RESULTS: Final = 2
MOST_ITEMS: Final = 24
MOST_CLOSED: Final = 12
CLOSED: Final = ("recovered", "period_ended", "closed_by_person")
_COLOURS: Final[Mapping[str, str]] = {
    "worked": "green",
    "moved_less": "yellow",
    "no_effect": "red",
    "late": "yellow",
    "not_started": "yellow",
}
_ORDER: Final = (
    *("no_effect", "late", "not_started", "moved_less", "worked", "within_noise"),
    *("no_data", "not_due", "done_early", "done", "cancelled"),
)


def results(book: Book) -> Table | None:
    """The newest of the earlier decisions on page 1: did the metric move as expected."""
    before = _earlier(book)
    if not before:
        return None
    rows = sorted(before, key=lambda row: row["decided_in_week"], reverse=True)
    shown = rows[:MOST_RESULTS]
    return Table(
        "results",
        (
            Column("verdict", "light", 5),
            Column("action", width=30),
            Column("effect", "number", 30),
            Column("verdict_text", width=24),
            Column("latest", "number", 11),
        ),
        tuple(_result(book, row) for row in shown),
        more=len(rows) - len(shown),
    )


def act_page(book: Book) -> Page | None:
    """The register of countermeasures with the test of each, and the cases that are closed."""
    items, closed = _earlier(book), _closed(book)
    open_ones = open_tables(book)
    if not items and not closed and not open_ones:
        return None
    codes = {row["action_id"]: _code(book, row) for row in items}
    waiting = [row for row in items if not row["is_done"]]
    headline = say(
        "act",
        open=counted(len(waiting)),
        worked=counted(sum(1 for code in codes.values() if code == "worked")),
        stop=counted(sum(1 for code in codes.values() if code == "no_effect")),
        closed=counted(len(closed), counted_rows("case_thread", case_key=_keys(closed))),
    )
    tables = (_register(book, items, codes), *open_ones, _closed_table(book, closed))
    return Page("act", "act", headline, tuple(each for each in tables if each), starts_page=False)


def _earlier(book: Book) -> list[Row]:
    """Countermeasures decided before this review, each with its effect."""
    effects = {row["action_id"]: row for row in book.rows("action_effect")}
    return [
        {**row, "effect": effects.get(row["action_id"])}
        for row in own_actions(book)
        if row["decided_in_week"] < book.parameters.week.label
    ]


def _code(book: Book, row: Row) -> str:
    """The verdict; where the effect cannot tell, how far the countermeasure is."""
    effect = row["effect"]
    verdict = "no_expectation" if effect is None else effect["verdict"]
    if verdict in {"no_expectation", "no_data"}:
        is_late = row["due_on"] is None or row["due_on"] <= book.as_of
        if row["is_done"]:
            return "done"
        return "late" if is_late else "not_due"
    if verdict == "too_early":
        return "done_early" if row["is_done"] else "not_due"
    return str(verdict)


def _result(book: Book, row: Row) -> tuple[Cell, ...]:
    code = _code(book, row)
    effect: Cell = Text(None)
    if row["effect_metric"]:
        name = book.name(row["effect_metric"])
        effect = say("effect", metric=name, moved=moved_of(book, row["effect"]))
    return (
        _light(code),
        Text(row["action"]),
        effect,
        Term("verdict", code),
        Day(row["due_on"], is_late=code == "late"),
    )


def _light(code: str) -> Light:
    return Light(_COLOURS.get(code, "grey"), reason=None if code in _COLOURS else "open")


def moved_of(book: Book, effect: Row | None) -> Delta:
    """How far the metric of an effect moved since the decision, or since it was due."""
    moved = None if effect is None else exact(effect["moved"])
    if effect is None or moved is None:
        return Delta(None)
    unit = _unit(book, effect)
    return judged(book, effect["metric"], moved, unit, cite(effect, "moved"))


def weighed_by(effects: list[Row]) -> Sentence:
    """How weeks of sums are weighed in the effects shown."""
    found = {effect["noise_basis"] for effect in effects}
    basis = next((each for each in ("season", "working_days") if each in found), "as_is")
    return say(f"effect_{basis}")


def _unit(book: Book, effect: Row) -> str:
    metric = book.metric(effect["metric"]) if effect["metric"] else None
    return "count" if metric is None else metric.unit


def _register(book: Book, items: list[Row], codes: Mapping[str, str]) -> Table | None:
    if not items:
        return None
    effects = [row["effect"] for row in items if row["effect"] is not None]
    order = {code: place for place, code in enumerate(_ORDER)}
    rows = sorted(
        items,
        key=lambda row: (
            row["is_done"] and codes[row["action_id"]] in {"done", "cancelled"},
            order[codes[row["action_id"]]],
            row["due_on"] or book.as_of,
            row["action_id"],
        ),
    )
    return Table(
        "act_register",
        (
            Column("verdict", "light", 3),
            Column("action", width=21),
            Column("owner", width=8),
            Column("decided_in", "number", 8),
            Column("due_on", "number", 8),
            Column("status", width=8),
            Column("metric", width=10),
            Column("effect_expected", "number", 8),
            Column("effect_moved", "number", 8),
            Column("effect_noise", "number", 7),
            Column("verdict_text", width=11),
        ),
        tuple(_line(book, row, codes[row["action_id"]]) for row in rows[:MOST_ITEMS]),
        more=max(len(rows) - MOST_ITEMS, 0),
        note=say("act_key", basis=weighed_by(effects)),
        is_mixed=True,
    )


def _line(book: Book, row: Row, code: str) -> tuple[Cell, ...]:
    effect = row["effect"]
    numbers: tuple[Cell, ...] = (Text(None), Text(None), Text(None), Text(None))
    if row["effect_metric"] and effect is not None:
        unit, expected = _unit(book, effect), exact(effect["expected"])
        wanted = Delta(expected, unit, cited=cite(effect, "expected"))
        band = Delta(exact(effect["noise_band"]), unit, cited=cite(effect, "noise_band"))
        numbers = (book.name(effect["metric"]), wanted, moved_of(book, effect), band)
    return (
        _light(code),
        Text(row["action"]),
        Text(row["owner"]),
        Text(row["decided_in_week"]),
        Day(row["due_on"], is_late=code == "late"),
        Text(row["status"]),
        *numbers,
        Term("verdict", code),
    )


def _closed(book: Book) -> list[Row]:
    """Cases that were answered and are closed by this review; said this once."""
    return book.rows(
        "case_thread",
        book.visible,
        pl.col("state").is_in(CLOSED),
        pl.col("answers") > 0,
        sort=("opened_in_week", "case_key"),
    )


def _keys(rows: list[Row]) -> list[str]:
    return [row["case_key"] for row in rows]


def _closed_table(book: Book, rows: list[Row]) -> Table | None:
    if not rows:
        return None
    return Table(
        "act_closed",
        (
            Column("scope", width=20),
            Column("metric", width=28),
            Column("opened_in", "number", 12),
            Column("weeks_open", "number", 12),
            Column("closed_as", width=28),
        ),
        tuple(
            (
                book.scope_of(row),
                Group((book.name(row["metric"]), Term("tile_spans", row["period_kind"])), "list"),
                Text(row["opened_in_week"]),
                figure(row, "weeks_open", "weeks"),
                Term("thread_state", row["state"]),
            )
            for row in rows[:MOST_CLOSED]
        ),
        more=max(len(rows) - MOST_CLOSED, 0),
        note=say("act_closed_key"),
    )
