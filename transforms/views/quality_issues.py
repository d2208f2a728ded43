"""What is wrong with a source, in one sentence each that quotes the figures it rests on."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from transforms.quality import BUSY_WEEKS, is_faulty
from transforms.views.book import Book, Row
from transforms.views.cells import Cell, Day, Figure, Light, Sentence, Text, counted, exact, say


@dataclass(frozen=True)
class Issue:
    """One thing to look at."""

    light: Light
    source: str
    sentence: Sentence


RED, YELLOW = Light("red"), Light("yellow")


def issues(book: Book) -> list[Issue]:
    """Every issue of every source, red first, then by source; within a source columns last."""
    columns: dict[str, list[Row]] = {}
    for row in book.rows("column_quality", is_faulty(), sort=("source", "column")):
        columns.setdefault(row["source"], []).append(row)
    found = [
        issue
        for row in book.rows("source_quality", sort=("source",))
        for issue in (*_of_source(row), *map(_of_column, columns.get(row["source"], ())))
    ]
    return sorted(found, key=lambda issue: issue.light != RED)


def _of_source(row: Row) -> Iterator[Issue]:
    source = row["source"]
    newest = Day(row["newest_on"])
    match row["freshness"]:
        case "no_load" if row["is_required"]:
            yield Issue(RED, source, say("issue_no_load"))
        case "no_data":
            yield Issue(YELLOW, source, say("issue_no_data", files=counted(row["files"])))
        case "late":
            gap = Figure(exact(row["usual_gap_days"]), "days")
            days = Figure(Decimal(row["arrival_age_days"]), "days")
            yield Issue(RED, source, say("issue_late", newest=newest, days=days, gap=gap))
        case "zero" if row["active_weeks"] >= BUSY_WEEKS:
            weeks = counted(row["active_weeks"])
            yield Issue(YELLOW, source, say("issue_zero", newest=newest, weeks=weeks))
        case "too_few_loads" if row["active_weeks"] >= BUSY_WEEKS:
            arrived = Day(row["arrived_on"])
            yield Issue(YELLOW, source, say("issue_too_few", newest=newest, arrived=arrived))
    if row["is_conserved"] is False:
        yield Issue(RED, source, say("issue_lossy", read=counted(row["rows_read"])))
    if row["rows_state"] == "drift":
        sentence = say("issue_rows", rows=counted(row["rows_read"]), **_usual(row, "rows", "count"))
        yield Issue(YELLOW, source, sentence)


def _of_column(row: Row) -> Issue:
    about: dict[str, Cell] = {
        "column": Text(row["column"]),
        "share": Figure(exact(row["null_share"]), "share"),
    }
    if row["state"] == "drift":
        sentence = say("issue_nulls", **about, **_usual(row, "null_share", "share"))
    else:
        sentence = say("issue_empty", **about)
    return Issue(YELLOW, row["source"], sentence)


def _usual(row: Row, what: str, unit: str) -> dict[str, Cell]:
    """How many loads it is held against, their median, and the range that is usual."""
    return {
        "loads": counted(row["earlier_loads"]),
        "usual": Figure(exact(row[f"usual_{what}"]), unit),
        "least": Figure(exact(row[f"least_{what}"]), unit),
        "most": Figure(exact(row[f"most_{what}"]), unit),
    }
