"""What one column of an entity is made of: the settings of a source as frozen parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

CONTENT_KEY: Final = "·content_key"
"""Column of the rows that holds hash and occurrence number, where a rule needs them."""

Scalar = str | int | Decimal | bool

YES: Final = ("是", "Y", "y", "yes", "Yes", "YES", "true", "True", "TRUE", "1", "√", "有")
NO: Final = ("否", "N", "n", "no", "No", "NO", "false", "False", "FALSE", "0", "×", "无")
NULLS: Final = ("", "-", "--", "—", "N/A", "NULL", "null", "无", "Select", "--None--")

UNITS: Final[Mapping[str, Decimal]] = {
    "1": Decimal(1),
    "千": Decimal(1_000),
    "万": Decimal(10_000),
    "亿": Decimal(100_000_000),
    "K": Decimal(1_000),
    "M": Decimal(1_000_000),
    "%": Decimal("0.01"),
    "micro": Decimal("0.000001"),
}
"""Unit of a cell to what it is multiplied by."""


@dataclass(frozen=True)
class CaseRule:
    """One rule of a `cases` column; every test that is given must hold."""

    column: str
    then: str
    pattern: str | None = None
    at_most: Decimal | None = None
    at_least: Decimal | None = None
    is_empty: bool | None = None


Answers = Mapping[str, str | None]
"""Folded text to what it stands for; null where it stands for two things."""

Rate = tuple[str, date, Decimal]
"""Currency, the first day the rate holds, and what one unit is worth from then on."""


@dataclass(frozen=True)
class Conversion:
    """An amount times the rate of its currency on its day; one in `to` itself stays as it is."""

    to: str
    rates: tuple[Rate, ...]
    on: str
    """Export column of the day."""
    column: str | None = None
    """Export column of the currency."""
    currency: str | None = None
    """The currency where there is no such column, or where its cell is empty."""
    date_formats: tuple[str, ...] = ()
    """How the day is written."""


@dataclass(frozen=True)
class ColumnRule:
    """Where a column of an entity comes from and how its cells are read.

    Exactly one of source, value, cases, product_of, joined, until_next, numbers, is_content_key
    and is_row_json is given. Cells are read in this order: blanks off, nulls, aliases, case, zeros,
    lookup, map, then number, date or yes/no, conversion; `default`, which is in the entity's own
    terms, fills what is empty in the end.
    """

    source: str | None = None
    value: Scalar | None = None
    cases: tuple[CaseRule, ...] = ()
    product_of: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    separator: str = "|"
    until_next: str | None = None
    numbers: Mapping[str, str] = field(default_factory=dict)
    """Name to the export column of its number; together one JSON object."""
    is_content_key: bool = False
    is_row_json: bool = False
    default: Scalar | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)
    map: Mapping[str, str] = field(default_factory=dict)
    case: str | None = None
    pad_zeros: int | None = None
    answers: Answers | None = None
    """What the cells are looked up in; none: they are not."""
    unit: str = "1"
    sign: int = 1
    decimal: str = "."
    convert: Conversion | None = None
    date_formats: tuple[str, ...] = ()
    is_excel_serial: bool = False
    true_values: tuple[str, ...] = YES
    false_values: tuple[str, ...] = NO
    nulls: tuple[str, ...] = NULLS

    @property
    def origins(self) -> tuple[str, ...]:
        """The export columns it reads."""
        single = [name for name in (self.source, self.until_next) if name is not None]
        several = (
            *(case.column for case in self.cases),
            *self.product_of,
            *self.joined,
            *self.numbers.values(),
        )
        return (*single, *several)

    @property
    def label(self) -> str | None:
        """The export columns as a person would name them; None for a constant."""
        sign = " + " if self.joined else ", " if self.numbers else " × "
        return sign.join(dict.fromkeys(self.origins)) or None

    @property
    def needed(self) -> tuple[str, ...]:
        """The export columns that must be there: its origins, and day and currency of a rate."""
        if self.convert is None:
            return self.origins
        beside = [name for name in (self.convert.on, self.convert.column) if name is not None]
        return (*self.origins, *beside)


@dataclass(frozen=True)
class Allowed:
    """A column whose values must be among those that the company has configured."""

    column: str
    values: tuple[str, ...]
    rule: str
    message: str
    """What is wrong; the value is put in front and the nearest allowed ones behind."""


def needed_columns(rules: Mapping[str, ColumnRule]) -> list[str]:
    """Name every export column that the rules read, each once, in the order of the rules."""
    return list(dict.fromkeys(name for rule in rules.values() for name in rule.needed))
