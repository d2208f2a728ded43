"""What one column of an entity is made of: the settings of a source as frozen parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

CONTENT_KEY: Final = "·content_key"
"""Column of the rows that holds hash and occurrence number, where a rule needs them."""

Scalar = str | int | Decimal | bool

YES: Final = ("是", "Y", "y", "yes", "Yes", "YES", "true", "True", "TRUE", "1", "√", "有")
NO: Final = ("否", "N", "n", "no", "No", "NO", "false", "False", "FALSE", "0", "×", "无")
NULLS: Final = ("", "-", "--", "—", "N/A", "NULL", "null", "无")

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


@dataclass(frozen=True)
class ColumnRule:
    """Where a column of an entity comes from and how its cells are read.

    Exactly one of source, value, cases, product_of, until_next and is_content_key is given. Cells
    are read in this order: blanks off, nulls, aliases, map, then number, date or yes/no; `default`,
    which is in the entity's own terms, fills what is empty in the end.
    """

    source: str | None = None
    value: Scalar | None = None
    cases: tuple[CaseRule, ...] = ()
    product_of: tuple[str, ...] = ()
    until_next: str | None = None
    is_content_key: bool = False
    default: Scalar | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)
    map: Mapping[str, str] = field(default_factory=dict)
    unit: str = "1"
    sign: int = 1
    date_formats: tuple[str, ...] = ()
    is_excel_serial: bool = False
    true_values: tuple[str, ...] = YES
    false_values: tuple[str, ...] = NO
    nulls: tuple[str, ...] = NULLS

    @property
    def origins(self) -> tuple[str, ...]:
        """The export columns it reads."""
        single = [name for name in (self.source, self.until_next) if name is not None]
        return (*single, *(case.column for case in self.cases), *self.product_of)

    @property
    def label(self) -> str | None:
        """The export columns as a person would name them; None for a constant."""
        return " × ".join(dict.fromkeys(self.origins)) or None


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
    return list(dict.fromkeys(name for rule in rules.values() for name in rule.origins))
