"""The 5-Why cases a pack shows: which, in which order, and which get a page (D-17, D-18)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import polars as pl

from transforms.views.book import Book, Row
from transforms.views.cells import (
    Cell,
    Delta,
    Figure,
    Group,
    MetricName,
    Sentence,
    Term,
    figure,
    say,
)
from transforms.views.citing import cite
from transforms.views.figures import judged, quotient
from transforms.why.answers import key_of

MONEY = "money"
SIDES: Final = ("numerator", "denominator")
"""Drivers that are a side of the metric itself."""


@dataclass(frozen=True)
class Case:
    """One deviation with everything on record about it."""

    row: Row
    unit: str
    drivers: tuple[Row, ...]
    bridges: tuple[Row, ...]
    segments: tuple[Row, ...]
    evidence: tuple[Row, ...]
    actions: tuple[Row, ...]
    anchor: str
    has_page: bool
    is_told: bool = True
    """Whether it tells its story; else another case of the same story does."""
    also: tuple[Row, ...] = ()
    """The other cases of the story that it tells."""

    def is_of(self, scope_kind: str, scope: str) -> bool:
        """Whether the case is one of that scope itself."""
        return bool(self.row["scope_kind"] == scope_kind and self.row["scope"] == scope)

    @property
    def actual(self) -> Figure:
        """What was reached."""
        return figure(self.row, "actual", self.unit)

    @property
    def reference(self) -> Figure:
        """What it is held against."""
        return figure(self.row, "reference", self.unit)

    def bridge_from(self, reference_kind: str) -> tuple[Row, ...]:
        """The driver tree against one reference, in reading order; empty where there is none."""
        return tuple(row for row in self.bridges if row["reference_kind"] == reference_kind)

    @property
    def top_driver(self) -> Row | None:
        """The driver with the largest part of the gap, in its direction."""
        return largest(self.drivers, self.row["gap"])

    @property
    def top_segment(self) -> Row | None:
        """The best segment of the top driver, else of the gap as a whole."""
        driver = self.top_driver
        wanted = [driver["driver"]] if driver else []
        for name in [*wanted, "gap"]:
            for row in self.segments:
                if row["driver"] == name and row["share"] > 0:
                    return row
        return None

    @property
    def questions(self) -> tuple[Row, ...]:
        """What is asked, deepest level last."""
        return tuple(row for row in self.evidence if row["kind"] == "question")


def largest(drivers: tuple[Row, ...], gap: Decimal) -> Row | None:
    """The driver that moved most in the gap's own direction."""
    same = [row for row in drivers if row["contribution"] * gap > 0]
    return max(same, key=lambda row: (abs(row["contribution"]), -row["position"]), default=None)


def cases(book: Book) -> tuple[Case, ...]:
    """The cases of the pack, first come first shown.

    All packs keep the rank that the engine gave, so that they speak of the same case of a story.
    It orders two cases of a team by what is their own, so another team's case cannot move them;
    which has a page in the company's pack depends on the others, so a team's pack gives its own.
    """
    rows = book.rows("variance", book.visible, sort=("rank", "case_id"))
    pages = book.parameters.variances.pages
    paged = [row["case_id"] for row in rows if book.is_company and row["has_page"]]
    if not book.is_company:
        firsts = _first_of_each([row for row in rows if row["is_beyond_trigger"]])
        paged = [row["case_id"] for row in firsts if not row["is_within_noise"]]
    chosen = set(paged[:pages])
    stories = _stories(rows, chosen)
    kept = pl.col("case_id").is_in([row["case_id"] for row in rows])
    parts = {
        "driver": _by_case(book.rows("driver", kept, sort=("case_id", "position", "driver"))),
        "bridge": _by_case(book.rows("bridge", kept, sort=("case_id", "position", "node"))),
        "segment": _by_case(book.rows("segment", kept, sort=("case_id", "position", "driver"))),
        "evidence": _by_case(_own_evidence(book, kept)),
        "action": _by_case(book.rows("action_item", sort=("due_on", "action_id")), "case_key"),
    }
    return tuple(
        Case(
            row,
            unit_of(book, row),
            drivers=parts["driver"].get(row["case_id"], ()),
            bridges=parts["bridge"].get(row["case_id"], ()),
            segments=parts["segment"].get(row["case_id"], ()),
            evidence=parts["evidence"].get(row["case_id"], ()),
            actions=parts["action"].get(key_of(row["case_id"]), ()),
            anchor=f"case-{number}",
            has_page=row["case_id"] in chosen,
            is_told=row["case_id"] in stories,
            also=stories.get(row["case_id"], ()),
        )
        for number, row in enumerate(rows, 1)
    )


def _first_of_each(rows: list[Row]) -> list[Row]:
    """The first case of each metric and scope that has a story of its own."""
    first: dict[tuple[str, str, str], Row] = {}
    stories: set[str] = set()
    for row in rows:
        owner = (row["metric"], row["scope_kind"], row["scope"])
        if row["story"] not in stories:
            first.setdefault(owner, row)
        stories.add(row["story"])
    return [*first.values()]


def _stories(rows: list[Row], chosen: set[str]) -> dict[str, tuple[Row, ...]]:
    """The case that tells each story of the pack, the one with the page or the first, to the rest.

    All cases of a story are of one scope, so that a pack shows all of them or none.
    """
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["story"], []).append(row)
    told: dict[str, tuple[Row, ...]] = {}
    for group in groups.values():
        teller = next((row for row in group if row["case_id"] in chosen), group[0])
        told[teller["case_id"]] = tuple(row for row in group if row is not teller)
    return told


def _own_evidence(book: Book, kept: pl.Expr) -> list[Row]:
    """Evidence of the cases; a team's pack leaves out metrics of places that others share."""
    rows = book.rows("evidence", kept, sort=("case_id", "level", "position"))
    if book.is_company:
        return rows
    own = {None, book.scope, *book.reps}
    return [row for row in rows if row["kind"] != "metric" or row["text"] in own]


def _by_case(rows: list[Row], column: str = "case_id") -> dict[str, tuple[Row, ...]]:
    found: dict[str, tuple[Row, ...]] = {}
    for row in rows:
        found[row[column]] = (*found.get(row[column], ()), row)
    return found


def unit_of(book: Book, row: Row) -> str:
    """The unit of a row's metric; a code the catalogue does not hold counts."""
    metric = book.metric(row["metric"])
    return metric.unit if metric else "count"


def gap_of(book: Book, case: Case) -> Delta:
    """The gap of a case, good or bad by its metric's direction."""
    return part_of(book, case, case.row, "gap")


def part_of(book: Book, case: Case, row: Row, column: str) -> Delta:
    """A part of the gap of a case, good or bad by its metric's direction."""
    return judged(book, case.row["metric"], row[column], case.unit, cite(row, column))


def deviation_of(book: Book, case: Case) -> Delta:
    """The gap as a fraction of the reference; none for a share, which differs in pp."""
    reference = case.row["reference"]
    if case.unit == "share" or not reference:
        return Delta(None, "share", is_relative=True)
    gap = gap_of(book, case)
    share = quotient(case.row["gap"], abs(reference))
    cited = cite(case.row, "gap", "reference", rule="relative")
    return Delta(share, "share", gap.is_good, is_relative=True, cited=cited)


def also_said(book: Book, case: Case) -> tuple[Sentence, ...]:
    """One sentence on the other cases of the story: period, metric if another, deviation."""
    parts = tuple(
        say(
            "also_part" if row["metric"] == case.row["metric"] else "also_metric",
            metric=book.name(row["metric"]),
            period=book.span_of(row),
            deviation=_relative(book, row),
            against=Term("reference", row["reference_kind"]),
        )
        for row in case.also
    )
    return (say("also", parts=Group(parts, "list")),) if parts else ()


def _relative(book: Book, row: Row) -> Delta:
    """The gap of a case in per cent of what it is held against; of a share in points."""
    unit = unit_of(book, row)
    gap = judged(book, row["metric"], row["gap"], unit, cite(row, "gap"))
    if unit == "share" or not row["reference"]:
        return gap
    share = quotient(row["gap"], abs(row["reference"]))
    cited = cite(row, "gap", "reference", rule="relative")
    return Delta(share, "share", gap.is_good, is_relative=True, cited=cited)


def driver_name(book: Book, case: Case, code: str) -> Cell:
    """A driver in the words of the locale; the parts of a ratio by what the metric calls them."""
    metric = book.metric(case.row["metric"])
    if code == "rate":
        return say("rate_within", metric=book.name(case.row["metric"]))
    if metric is None or code not in SIDES or metric.sides_zh is None or metric.sides_en is None:
        return Term("driver", code)
    place = SIDES.index(code)
    return MetricName(code, metric.sides_zh[place], metric.sides_en[place])
