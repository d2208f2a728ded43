"""What a page is made of: values as they are, unformatted; the locale words and formats them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from transforms.views.citing import Cited, cite


@dataclass(frozen=True)
class Figure:
    """A number with its unit, or the state that says why there is none."""

    value: Decimal | None
    unit: str = "count"
    """money, count, share (a fraction), days, hours or ratio."""
    state: str = "ok"
    """ok, zero, no_data, too_few_cases, not_due or no_target."""
    n: int | None = None
    """Cases it rests on."""
    cited: Cited | None = field(default=None, compare=False, repr=False)
    """Where it is from; no part of what is shown."""


@dataclass(frozen=True)
class Delta:
    """A signed difference; a share differs in percentage points."""

    value: Decimal | None
    unit: str = "count"
    is_good: bool | None = None
    """Better, worse, or (None) neither."""
    is_relative: bool = False
    """A fraction of a stated base, shown in % instead of pp."""
    cited: Cited | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Text:
    """Words of a person or a source, shown as they were written; None was left empty."""

    text: str | None
    cited: Cited | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Term:
    """A word of the product, worded by the locale."""

    group: str
    code: str


@dataclass(frozen=True)
class MetricName:
    """A metric by its titles in the catalogue."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class Day:
    """A day; `is_late` when it lies before the as-of date and something is still open."""

    on: date | None
    is_late: bool = False
    cited: Cited | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Span:
    """A named period: the fourth quarter, November, a week, a year to date."""

    kind: str
    starts_on: date
    ends_on: date
    number: int
    """Number of the fiscal quarter, the month, the ISO week or the year."""
    cited: Cited | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Light:
    """A traffic light (D-15): colour and shape, hollow within noise, grey with its reason."""

    colour: str
    is_hollow: bool = False
    reason: str | None = None
    n: int | None = None


@dataclass(frozen=True)
class Bar:
    """A signed bar on the common scale of its table."""

    value: Decimal | None
    largest: Decimal
    is_good: bool | None = None
    start: Decimal | None = None
    """Where the bar begins, from 0 on: that of a step in a bridge; None: at 0."""
    lowest: Decimal = Decimal(0)
    """For a step: the lower end of the scale, of which `largest` is the upper."""


@dataclass(frozen=True)
class Spark:
    """A short trend: weekly values with their noise band and plan."""

    points: tuple[Decimal | None, ...]
    band: tuple[tuple[Decimal, Decimal], ...] = ()
    """Lower and upper limit at each point; nothing where there are no limits."""
    plan: Decimal | None = None
    is_signal: bool = False


@dataclass(frozen=True)
class Gantt:
    """A task on the time line of its table; days from the first day of the line."""

    starts_at: int
    ends_at: int
    done_at: int
    now_at: int
    length: int
    is_late: bool
    is_milestone: bool = False
    """Drawn as a diamond at its end."""


@dataclass(frozen=True)
class Sentence:
    """A kind of statement and the very cells that it quotes."""

    kind: str
    cells: tuple[tuple[str, "Cell"], ...] = ()
    anchor: str | None = None
    """Page it refers to."""


@dataclass(frozen=True)
class Group:
    """Several cells in one place: side by side, as a list, or as clauses of one sentence."""

    cells: tuple["Cell", ...]
    joint: str = "none"


Cell = (
    Figure
    | Delta
    | Text
    | Term
    | MetricName
    | Day
    | Span
    | Light
    | Bar
    | Spark
    | Gantt
    | Sentence
    | Group
)


def say(kind: str, anchor: str | None = None, /, **cells: Cell) -> Sentence:
    """Make a sentence of a kind and the cells it quotes.

    >>> say("in_brackets", what=Text("x")).cells
    (('what', Text(text='x')),)
    """
    return Sentence(kind, tuple(cells.items()), anchor)


def exact(value: float | Decimal | None) -> Decimal | None:
    """Take a cell of a frame as an exact number, without changing a digit of it.

    >>> exact(0.12), exact(None)
    (Decimal('0.12'), None)
    """
    if value is None or isinstance(value, Decimal):
        return value
    return Decimal(repr(value))


def counted(number: int, cited: Cited | None = None) -> Figure:
    """A number of things; none is the state *zero*, which is not *no data*.

    >>> counted(0).state
    'zero'
    """
    return Figure(Decimal(number), "count", "ok" if number else "zero", cited=cited)


def figure(row: Mapping[str, Any], column: str, unit: str = "count") -> Figure:
    """A number of a row, and which cell it is; *no data* where it is empty.

    >>> figure({"share": 0.25}, "share", "share").value
    Decimal('0.25')
    """
    value = exact(row[column])
    state = "no_data" if value is None else "ok"
    return Figure(value, unit, state, cited=cite(row, column))


def quoted(row: Mapping[str, Any], *columns: str) -> Text:
    """Words of a row, the first of the columns that has any, and which cell they are."""
    found = next((name for name in columns if row[name]), columns[0])
    return Text(row[found], cited=cite(row, found))


def day_of(row: Mapping[str, Any], column: str) -> Day:
    """A day of a row, and which cell it is."""
    return Day(row[column], cited=cite(row, column))
