"""The scoreboard: every metric against plan and against its own past, worst light first."""

from transforms.views.book import PERIODS, Book
from transforms.views.cells import Cell, Figure, Light, Sentence, counted, say
from transforms.views.figures import (
    against,
    due_of,
    light_of,
    reference_of,
    relative,
    trend,
    value_of,
)
from transforms.views.model import Column, Page, Table

RANK = {"red": 0, "yellow": 1, "green": 2, "grey": 3}
MOST_ROWS = 36


def scoreboard(book: Book) -> Page:
    """Week, month and quarter to date of every metric, with both lights (D-15)."""
    rows = [(_rank(book, code), place, code) for place, code in enumerate(book.metrics)]
    rows = [item for item in rows if _has_anything(book, item[2])]
    if not rows:
        return Page("scoreboard", "scoreboard", say("scoreboard_none"), starts_page=False)
    rows.sort()
    shown = rows[:MOST_ROWS]
    table = Table(
        "scoreboard",
        (
            Column("plan_light", "light", 4),
            Column("baseline_light", "light", 4),
            Column("metric", width=17),
            Column("week", "number", 8),
            Column("due", "number", 8),
            Column("baseline", "number", 8),
            Column("last_year", "number", 8),
            Column("trend", "chart", 12),
            Column("mtd", "number", 8),
            Column("mtd_gap", "number", 7),
            Column("qtd", "number", 8),
            Column("qtd_gap", "number", 8),
        ),
        tuple(_line(book, code) for _, _, code in shown),
        more=len(rows) - len(shown),
        note=say("scoreboard_key"),
        is_mixed=True,
    )
    return Page(
        "scoreboard", "scoreboard", _headline(book, [code for _, _, code in rows]), (table,)
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


def _line(book: Book, code: str) -> tuple[Cell, ...]:
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
