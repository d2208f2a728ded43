"""Cells and sentences in the words of a locale; every text comes from `templates/locales/`."""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal

from markupsafe import Markup, escape

from flows.paths import part
from flows.render.amounts import amounts_in, places_of
from flows.render.formatting import (
    NO_BREAK,
    Scale,
    Scales,
    amount,
    day,
    number,
    percent,
    plain,
    points,
    quantity,
    signed,
    trimmed,
)
from flows.render.spacing import pieces, spaced
from transforms.views.cells import (
    Cell,
    Day,
    Delta,
    Figure,
    Group,
    Light,
    MetricName,
    Sentence,
    Span,
    Term,
    Text,
)
from transforms.views.model import Column, PackView, Table

if TYPE_CHECKING:
    from collections.abc import Callable

LocaleName = Literal["zh-CN", "en"]
OPEN_GROUPS = frozenset({"driver", "rule", "flaw", "dimension", "resource"})
"""Words that a company's data can add to; one without a translation is shown as it is."""

_FINE_RATIO: Final = 10
"""Below it a multiple has two decimals: 1.12 orders a customer are not 1.11."""

SHAPES = {"green": "●", "yellow": "◆", "red": "▼", "grey": "■"}
HOLLOW = {"green": "○", "yellow": "◇", "red": "▽", "grey": "□"}


@dataclass(frozen=True)
class Wording:
    """One locale for one pack; `money` amounts are of `currency`, days of `year` are short."""

    locale: LocaleName
    currency: str
    year: int

    @cached_property
    def texts(self) -> dict[str, Any]:
        """The content of the locale's file."""
        return _read(self.locale)

    def text(self, group: str, code: str) -> str:
        """A fixed text; raises KeyError naming locale, group and code where there is none."""
        try:
            return str(self.texts[group][code])
        except KeyError as error:
            message = f"templates/locales/{self.locale}.toml has no text {group}.{code}"
            raise KeyError(message) from error

    @cached_property
    def scales(self) -> Scales:
        """The scales of amounts of this locale."""
        steps = self.texts["scales"]
        return Scales(_steps(steps["alone"]), _steps(steps["together"]))

    @property
    def currency_name(self) -> str:
        """What the currency of the company is called: 元, 美元, EUR."""
        return str(self.texts["currencies"].get(self.currency, self.currency))

    def unit(self, scale: Scale) -> str:
        """What an amount in a scale is called in a heading: 万元, K EUR."""
        pattern = self.text("money", "unit")
        return pattern.format(scale=scale.name, currency=self.currency_name).strip()

    def money(self, value: Decimal, scale: Scale | None = None) -> str:
        """An amount with its scale: 320 万; below the first scale with its currency."""
        used = scale or self.scales.alone(value)
        name = used.name or self.currency_name
        return f"{trimmed(amount(value, used))}{NO_BREAK}{name}"

    def cell(self, cell: Cell, scale: Scale | None = None, places: int | None = None) -> Markup:
        """A cell of a sentence or table; in a table amounts are in its scale, without unit."""
        if isinstance(cell, Figure):
            return self._figure(cell, scale, places)
        if isinstance(cell, Delta):
            return self._delta(cell, scale, places)
        if isinstance(cell, Group):
            inner = [self.cell(item, scale, places) for item in cell.cells]
            return escape(self.text("joints", cell.joint)).join(inner)
        return self._words(cell)

    def _words(self, cell: Cell) -> Markup:
        said: dict[type, Callable[[Any], Markup | str]] = {
            Text: lambda text: text.text or "",
            Term: self.term,
            MetricName: lambda name: name.zh if self.locale == "zh-CN" else name.en,
            Day: self._day,
            Span: lambda span: self.span_text("spans", span),
            Sentence: self.sentence,
            Light: self.light,
        }
        if type(cell) not in said:
            message = f"{type(cell).__name__} is drawn, not worded"
            raise TypeError(message)
        return escape(said[type(cell)](cell))

    def sentence(self, sentence: Sentence) -> Markup:
        """Fill the pattern of a kind of sentence with the cells it quotes, each with its unit."""
        pattern = self.text("sentences", sentence.kind)
        scale = self._scale_of_sentence(sentence)
        filled = {name: self._quoted(item, scale) for name, item in sentence.cells}
        if self.locale == "zh-CN":
            return spaced(pieces(pattern, filled))
        return Markup(pattern).format(**filled)  # noqa: S704 (a text of the locale)

    def _scale_of_sentence(self, sentence: Sentence) -> Scale | None:
        """The one scale of amounts that are compared: not 8,561 元 beside 1.33 万."""
        return self.scales.side_by_side(amounts_in(cell for _, cell in sentence.cells))

    def _quoted(self, cell: Cell, scale: Scale | None) -> Markup:
        """A cell as a sentence quotes it: an amount with its unit, in the sentence's scale."""
        if scale and isinstance(cell, Figure | Delta) and cell.unit == "money":
            if isinstance(cell, Figure) and cell.value is not None:
                return escape(self.money(cell.value, scale))
            if isinstance(cell, Delta) and cell.value is not None:
                return _judged(cell, signed(self.money(cell.value, scale)))
        return self.cell(cell)

    def term(self, term: Term) -> str:
        """A word of the product; data may add to some groups."""
        if term.group in OPEN_GROUPS:
            return str(self.texts[term.group].get(term.code, term.code))
        return self.text(term.group, term.code)

    def state(self, state: str, n: int | None = None) -> str:
        """Why there is no number: each state in its own words."""
        return self.text("states", state).format(n="" if n is None else n)

    def _figure(self, cell: Figure, scale: Scale | None, places: int | None) -> Markup:
        if cell.value is None:
            words = escape(self.state(cell.state, cell.n))
            return Markup('<span class="state">{}</span>').format(words)
        return escape(self._number(cell.value, cell.unit, scale, places))

    def _number(self, value: Decimal, unit: str, scale: Scale | None, places: int | None) -> str:
        match unit:
            case "money":
                return self.money(value) if scale is None else amount(value, scale, places)
            case "exact_money":
                return plain(value, 2)
            case "share":
                return percent(value)
            case "attainment":
                return percent(value, 0)
            case "count" | "weeks":
                return number(value)
            case "days" | "hours" | "ratio" | "points":
                places = 2 if unit == "ratio" and abs(value) < _FINE_RATIO else 1
                return self.text("units", unit).format(quantity(value, places))
            case _:
                message = f"no format for the unit {unit!r}"
                raise ValueError(message)

    def _delta(self, cell: Delta, scale: Scale | None, places: int | None) -> Markup:
        if cell.value is None:
            return Markup()
        if cell.unit == "share" and not cell.is_relative:
            words = points(cell.value)
        else:
            words = signed(self._number(cell.value, cell.unit, scale, places))
        return _judged(cell, words)

    def _day(self, cell: Day) -> Markup:
        if cell.on is None:
            return Markup()
        words = day(cell.on, self.year)
        return (
            Markup('<span class="late">{}</span>').format(words) if cell.is_late else escape(words)
        )

    def span_text(self, group: str, cell: Span) -> str:
        """A period in the words of a group: `spans` in full, `short_spans` under a column."""
        return self.text(group, cell.kind).format(
            number=cell.number,
            month=self.texts["months"][cell.starts_on.month - 1],
            quarter=self.texts["quarters"][(cell.number - 1) % 4],
            year=cell.starts_on.year,
        )

    def light(self, light: Light) -> Markup:
        """A light by shape and colour, hollow within noise; grey says why."""
        shape = (HOLLOW if light.is_hollow else SHAPES)[light.colour]
        if light.colour != "grey":
            return Markup('<span class="light {}">{}</span>').format(light.colour, shape)
        reason = self.state(light.reason or "no_data", light.n)
        return Markup('<span class="light grey" title="{}">{}</span>').format(reason, shape)

    def column_title(self, column: Column) -> Markup:
        """The heading of a column; a metric names itself, an exact amount its currency."""
        pattern = Markup(self.text("columns", column.code))  # noqa: S704 (a text of the locale)
        title = "" if column.title is None else self.cell(column.title)
        return pattern.format(title=title, currency=self.currency_name)

    def week_of(self, view: PackView) -> str:
        """The reviewed week with its days, for the head of a page."""
        number = int(view.week[-2:])
        return self.text("pack", "period").format(
            year=view.week[:4],
            number=number,
            first=day(view.starts_on, self.year),
            last=day(view.ends_on, self.year),
        )

    def as_of(self, view: PackView) -> str:
        """Up to when the data go."""
        return self.text("pack", "as_of").format(day=day(view.ends_on, self.year))

    def edition(self, edition: int) -> str:
        """Which edition of the week it is."""
        return self.text("pack", "edition").format(edition=edition)

    def more(self, count: int) -> str:
        """How many rows stand in the data file only."""
        return self.text("pack", "more").format(count=self.count(count))

    def count(self, value: int) -> str:
        """A whole number of things."""
        return number(Decimal(value))

    def table_unit(self, table: Table, scale: Scale) -> str:
        """The unit of a table's amounts; a mixed table says that it is of the amounts."""
        unit = self.unit(scale)
        return self.text("pack", "amounts").format(unit=unit) if table.is_mixed else unit

    def scale_of(self, table: Table) -> Scale | None:
        """The one scale of all amounts of a table; None where it has none."""
        values = [*amounts_in(cell for row in table.rows for cell in row)]
        return self.scales.together(values) if values else None

    def places_of(self, table: Table, scale: Scale | None) -> int | None:
        """Decimal places of all amounts of a table; None where each has its own."""
        return None if scale is None else places_of(table, scale)


def judgement(is_good: bool | None) -> str:  # noqa: FBT001 (three states, the cell's own)
    """The class of a difference: good, bad or neutral."""
    return "neutral" if is_good is None else "good" if is_good else "bad"


def _judged(cell: Delta, words: str) -> Markup:
    return Markup('<span class="{}">{}</span>').format(judgement(cell.is_good), words)


def _steps(rows: list[list[Any]]) -> tuple[tuple[Decimal, Scale], ...]:
    return tuple((Decimal(low), Scale(Decimal(divisor), name)) for low, divisor, name in rows)


@lru_cache
def _read(locale: str) -> dict[str, Any]:
    """Read a locale; in Chinese a number and the unit after it stay on one line."""
    texts = tomllib.loads(part("templates", "locales", f"{locale}.toml").read_text("utf-8"))
    if locale.startswith("zh"):
        kept = {
            code: text.replace("} ", f"}}{NO_BREAK}") for code, text in texts["sentences"].items()
        }
        texts["sentences"] = kept
    return texts
