"""Where a cell of a page comes from: the cells of the tables that it was taken from (D-18).

A sentence is a template and the cells it quotes; a cell says which cells of which row it is. So a
sentence can be rebuilt from the tables alone, and a number that stands nowhere in them cannot be
cited.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from transforms.tables import ENTITIES
from transforms.tables.facts import FACTS
from transforms.tables.review import REVIEW

Rule = Literal[
    "as_is", "difference", "relative", "period", "days_since", "count", "setting", "member"
]
"""How a cell follows from the cells cited.

as_is: it is the one cell. difference: first - second. relative: first ÷ |second|. period: the
period of kind, first and last day. days_since: days from the day cited to the as-of date. count:
how many rows of the table have the key; a key may allow several values. setting: a parameter of
the review, by its path. member: of the list in the first column, joined by ' × ', the one whose
dimension, in the list of the second, is named last.
"""

Key = tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Cited:
    """Cells of one row of a table; of a count, the rows that are counted."""

    table: str
    key: Key
    columns: tuple[str, ...]
    rule: Rule = "as_is"


class Record(dict[str, Any]):
    """A row that knows which table it is of."""

    def __init__(self, table: str, cells: Mapping[str, Any]) -> None:
        """Take a row of a table as it is."""
        super().__init__(cells)
        self.table = table


@cache
def key_of(table: str) -> tuple[str, ...]:
    """The columns that name a row of a table; none for a table without a contract.

    >>> key_of("driver")
    ('case_id', 'driver')
    """
    contract = {**ENTITIES, **FACTS, **REVIEW}.get(table)
    return () if contract is None else tuple(contract.primary_key())


def cite(row: Mapping[str, Any], *columns: str, rule: Rule = "as_is") -> Cited | None:
    """Cite cells of a row; None for a row that is of no table.

    >>> cite(Record("driver", {"case_id": "c1", "driver": "leads", "share": 0.4}), "share")
    Cited(table='driver', key=(('case_id', 'c1'), ('driver', 'leads')), columns=('share',), \
rule='as_is')
    """
    if not isinstance(row, Record):
        return None
    key = tuple((name, row[name]) for name in key_of(row.table))
    return Cited(row.table, key, columns, rule)


def counted_rows(table: str, **key: object) -> Cited:
    """Cite the rows of a table that are counted; a list allows each of its values."""
    known = (
        (name, tuple(value) if isinstance(value, list) else value) for name, value in key.items()
    )
    return Cited(table, tuple(known), (), "count")
