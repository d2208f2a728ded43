"""The view model of a pack: plain data, frozen, the same whatever the locale."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from transforms.views.cells import (
    Cell,
    Day,
    Delta,
    Figure,
    Light,
    MetricName,
    Sentence,
    Span,
    Spark,
)


@dataclass(frozen=True)
class Column:
    """A column of a table: its title is worded by the locale, its kind decides the alignment."""

    code: str
    kind: Literal["text", "number", "light", "chart"] = "text"
    width: int = 0
    """Share of the width in percent; 0 leaves it to the content."""
    title: Cell | None = None
    """A title that is no word of the locale, such as a metric."""


@dataclass(frozen=True)
class Table:
    """Rows of cells; `more` rows did not fit and stand in the data file."""

    code: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    more: int = 0
    note: Sentence | None = None
    blank_rows: int = 0
    """Empty lines to write on."""
    emphasised: tuple[int, ...] = ()
    """Rows that stand for the whole."""
    indents: tuple[int, ...] = ()
    """How deep each row stands in its tree; none: all rows alike."""
    is_mixed: bool = False
    """Each row has a unit and a precision of its own."""


@dataclass(frozen=True)
class Note:
    """One line of text."""

    code: str
    sentence: Sentence


@dataclass(frozen=True)
class BridgePart:
    """One bar between the two ends of a bridge."""

    label: Cell
    value: Decimal
    share: Decimal | None
    is_good: bool | None


@dataclass(frozen=True)
class Bridge:
    """From the reference to the actual; the parts sum to the difference exactly (D-18)."""

    code: str
    subject: Sentence
    unit: str
    reference_kind: str
    reference: Decimal
    parts: tuple[BridgePart, ...]
    actual: Decimal
    actual_kind: str = "actual"
    levels: tuple[Decimal, ...] = ()
    """Heights that the scale must hold as well: those of like bridges on the page."""


Basis = Literal["measured", "answer", "record", "question", "none"]
"""What a level of a chain rests on."""


@dataclass(frozen=True)
class Level:
    """One level of a 5-Why chain: what it says, its share of the gap, and what it rests on."""

    number: int
    basis: Basis
    sentences: tuple[Sentence, ...]
    share: Figure | None = None


@dataclass(frozen=True)
class Chain:
    """The five levels of a case (D-18)."""

    code: str
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Period:
    """One column of a time series: actual, the year before, plan."""

    label: Cell
    actual: Decimal | None
    prior: Decimal | None = None
    plan: Decimal | None = None
    is_partial: bool = False


@dataclass(frozen=True)
class Mark:
    """A numbered event at a column of a series (D-28)."""

    label: str
    place: int
    """Which period, from 0."""


@dataclass(frozen=True)
class Series:
    """Columns over time for one metric."""

    code: str
    unit: str
    periods: tuple[Period, ...]
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class FunnelBar:
    """One stage of the funnel."""

    stage: str
    left: int
    left_forward: int
    conversion: Figure
    change: Delta
    is_bottleneck: bool


@dataclass(frozen=True)
class Funnel:
    """Stages in their order."""

    code: str
    bars: tuple[FunnelBar, ...]


Block = Table | Note | Bridge | Chain | Series | Funnel


@dataclass(frozen=True)
class Page:
    """A section that begins on a page of its own, or (with no block) is one line."""

    code: str
    anchor: str
    headline: Sentence
    blocks: tuple[Block, ...] = ()
    starts_page: bool = True


@dataclass(frozen=True)
class Tile:
    """One key figure of the summary."""

    metric: MetricName
    period: Span
    value: Figure
    reference_kind: Literal["plan", "baseline", "last_year", "none"]
    reference: Figure
    delta: Delta
    relative: Delta
    light: Light
    trend: Spark


@dataclass(frozen=True)
class Attainment:
    """The bar of the quarter: actual, forecast with its interval, target and the due marker."""

    metric: MetricName
    period: Span
    actual: Figure
    target: Figure
    due: Figure
    share: Figure
    due_share: Figure
    gap: Delta
    forecast: Figure
    low: Figure
    high: Figure


@dataclass(frozen=True)
class Finding:
    """One of at most three findings: the claim, what stands behind it, where to look."""

    claim: Sentence
    detail: Sentence | None
    anchor: str


@dataclass(frozen=True)
class Summary:
    """Page 1; it can be read and acted on without the rest."""

    headline: Sentence
    standing: Sentence
    attainment: Attainment | None = None
    tiles: tuple[Tile, ...] = ()
    findings: tuple[Finding, ...] = ()
    decisions: Table | None = None
    results: Table | None = None
    bridge: Bridge | None = None
    parts: Table | None = None
    months: Series | None = None
    weeks: Series | None = None
    events: tuple[Sentence, ...] = ()
    """What the numbered marks on both series stand for."""


@dataclass(frozen=True)
class Given:
    """What a person wrote on a line of an earlier worksheet, as it was written."""

    answered_by: str
    why: str | None = None
    cause_class: str | None = None
    action: str | None = None
    owner: str | None = None
    due_on: date | None = None
    effect_metric: str | None = None
    effect_delta: Decimal | None = None
    status: str | None = None


@dataclass(frozen=True)
class SheetLine:
    """One line of a worksheet: of a case, or of a countermeasure that goes on."""

    case_id: str
    line: int
    chain: tuple[Cell, ...] = ()
    """Subject, the five levels, the question; none on the further lines of a case."""
    driver: str | None = None
    segment: str | None = None
    """dimension=member, joined by ' × '."""
    given: Given | None = None


@dataclass(frozen=True)
class Worksheet:
    """The 5-Why worksheet of a pack, and the words that its columns suggest (D-18)."""

    lines: tuple[SheetLine, ...]
    people: tuple[str, ...] = ()
    countermeasures: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Those of the playbook by class of cause; none where there is no playbook."""
    metrics: tuple[MetricName, ...] = ()


@dataclass(frozen=True)
class PackView:
    """One pack: what is shown, and nothing else."""

    company: str
    currency: str
    scope_kind: str
    scope: str
    week: str
    starts_on: date
    ends_on: date
    as_of: Day
    reconciliation: str
    summary: Summary
    pages: tuple[Page, ...]
    worksheet: Worksheet | None = None
