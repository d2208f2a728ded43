"""The pipeline bridge: what became of the open pipeline in the quarter, the month and the week."""

from decimal import Decimal
from itertools import accumulate
from typing import Final

import polars as pl

from transforms.tables.pipeline import CLOSING, OPENING, STEPS
from transforms.views.book import Book, Row
from transforms.views.cells import Cell, Figure, Group, Sentence, Term, counted, say
from transforms.views.model import Bridge, BridgePart, Column, Page, Table

_QUARTER: Final = "qtd"
_PERIODS: Final = ("week", "mtd", _QUARTER)
_GOOD: Final = {
    **dict.fromkeys(("new", "reopened", "pulled_in", "up"), True),
    **dict.fromkeys(("lost", "pushed_out", "down"), False),
}
"""Steps that are good or bad news; what is won, moved or removed is neither."""

Steps = dict[str, Row]


def pipeline_page(book: Book) -> Page:
    """The deals due and all open ones: bridges over the quarter, steps over every period."""
    own = (pl.col("scope_kind") == book.scope_kind) & (pl.col("scope") == book.scope)
    found: dict[tuple[str, str], Steps] = {}
    for row in book.rows("pipeline_bridge", own, sort=("period_kind", "basis", "position")):
        found.setdefault((row["period_kind"], row["basis"]), {})[row["step"]] = row
    quarter = found.get((_QUARTER, "all"))
    if quarter is None or not any(row["deals"] for row in quarter.values()):
        return Page("pipeline", "pipeline", say("pipeline_none"), starts_page=False)
    drawn = {
        basis: found[_QUARTER, basis] for basis in ("due", "all") if (_QUARTER, basis) in found
    }
    levels = tuple(level for steps in drawn.values() for level in _levels(steps))
    bridges = [_bridge(book, steps, basis, levels) for basis, steps in drawn.items()]
    tables = [
        _table(basis, {kind: found[kind, basis] for kind in _PERIODS if (kind, basis) in found})
        for basis in drawn
    ]
    return Page(
        "pipeline",
        "pipeline",
        _headline(book, quarter),
        (*bridges, *tables),
        starts_page=book.is_company,
    )


def _amount(steps: Steps, step: str) -> Decimal:
    """The value of a step; what no record shows moved nothing."""
    return steps[step]["amount"] or Decimal(0) if step in steps else Decimal(0)


def _levels(steps: Steps) -> tuple[Decimal, ...]:
    """The heights that a bridge runs through, from the opening on."""
    return tuple(accumulate(_amount(steps, step) for step in STEPS[:-1]))


def _headline(book: Book, steps: Steps) -> Sentence:
    row = steps[OPENING]
    said = {step: Figure(abs(_amount(steps, step)), "money") for step in ("new", "won", "lost")}
    return say(
        "pipeline_moved",
        period=book.span(_QUARTER, row["period_start"], row["period_end"]),
        opening=Figure(_amount(steps, OPENING), "money"),
        closing=Figure(_amount(steps, CLOSING), "money"),
        **said,
    )


def _bridge(book: Book, steps: Steps, basis: str, levels: tuple[Decimal, ...]) -> Bridge:
    """Draw the steps that moved anything; they sum to the difference of the ends exactly."""
    row = steps[OPENING]
    parts = tuple(
        BridgePart(Term("pipeline_step", step), _amount(steps, step), None, _GOOD.get(step))
        for step in STEPS[1:-1]
        if _amount(steps, step) != 0
    )
    opening, closing = _amount(steps, OPENING), _amount(steps, CLOSING)
    total = sum((part.value for part in parts), opening)
    if total != closing:
        message = f"the {basis} pipeline of {book.scope} comes to {total}, not {closing}"
        raise ValueError(message)
    return Bridge(
        code=f"pipeline_{basis}",
        subject=say(
            "pipeline_span", period=book.span(_QUARTER, row["period_start"], row["period_end"])
        ),
        unit="money",
        reference_kind=OPENING,
        reference=opening,
        parts=parts,
        actual=closing,
        actual_kind=CLOSING,
        levels=(min(levels), max(levels)),
    )


def _table(basis: str, found: dict[str, Steps]) -> Table:
    """One line per step, one pair of columns per period: value and number of deals."""
    columns = [Column("pipeline_step", width=16)]
    for kind in found:
        columns += [Column(f"pipeline_{kind}", "number", 13), Column("deals", "number", 8)]
    shown = [
        step
        for step in STEPS
        if any(steps[step]["deals"] != 0 for steps in found.values() if step in steps)
    ]
    return Table(
        f"pipeline_steps_{basis}",
        tuple(columns),
        tuple(_line(step, list(found.values())) for step in shown),
        emphasised=tuple(place for place, step in enumerate(shown) if step in {OPENING, CLOSING}),
        note=_note(basis, list(found.values())),
    )


def _line(step: str, found: list[Steps]) -> tuple[Cell, ...]:
    cells: list[Cell] = [Term("pipeline_step", step)]
    for steps in found:
        row = steps[step]
        known = row["amount"] is not None
        cells.append(Figure(row["amount"], "money", "ok" if known else "no_data"))
        cells.append(counted(row["deals"]) if known else Figure(None, "count", "no_data"))
    return tuple(cells)


def _note(basis: str, found: list[Steps]) -> Sentence | None:
    """What the steps are, what they cannot show, deals that count with 0 for want of a value."""
    notes: list[Cell] = []
    is_unknown = [any(row["amount"] is None for row in steps.values()) for steps in found]
    if basis == "due" and not all(is_unknown):
        notes.append(say("pipeline_steps_told"))
    if any(is_unknown):
        notes.append(say("pipeline_unrecorded"))
    missing = max((steps[CLOSING]["without_amount"] or 0 for steps in found), default=0)
    if missing:
        notes.append(say("pipeline_without_amount", deals=counted(missing)))
    return say("pipeline_notes", notes=Group(tuple(notes))) if notes else None
