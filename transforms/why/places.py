"""Places: the combinations of dimensions that rows of a fact have, each with a number."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from transforms.why.sums import numbered_by, summed_by

PLACE: Final = "place"
"""Column of a fact: the number of each row's place."""

SHARED: Final = ("region", "team", "rep", "channel")
"""Dimensions that all rows of one order or customer share: distinct counts add up along them."""


@dataclass(frozen=True)
class Places:
    """The places of a fact, each a row of its dimensions, in their order.

    >>> places = Places(pl.DataFrame({"team": ["甲", "乙"]}))
    >>> places.named(pl.DataFrame({"place": [1, 0, 1], "amount": [1, 2, 3]})).rows()
    [('乙', 1), ('甲', 2), ('乙', 3)]
    """

    frame: pl.DataFrame
    known: "dict[tuple[str, ...], Coarser]" = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, rows: pl.DataFrame, dimensions: Sequence[str]) -> "tuple[Places, pl.Series]":
        """Give the places of rows, and the place of each row."""
        frame, number = numbered_by(rows, dimensions)
        return cls(frame), pl.Series(PLACE, number).cast(pl.UInt32)

    def column(self, name: str, rows: pl.DataFrame) -> pl.Series:
        """A dimension of rows with a place."""
        return self.frame.get_column(name).gather(rows.get_column(PLACE))

    def with_columns(self, rows: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
        """Rows with some dimensions of their place beside their own columns."""
        known = [name for name in names if name in self.frame.columns]
        return rows.with_columns(self.column(name, rows) for name in known)

    def named(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows with the dimensions of their place, instead of it."""
        dimensions = self.frame[rows.get_column(PLACE)]
        return pl.DataFrame([*dimensions.iter_columns(), *rows.drop(PLACE).iter_columns()])

    def coarser(self, names: Sequence[str]) -> "Coarser":
        """The places told apart by some dimensions alone, at least one."""
        known = tuple(name for name in self.frame.columns if name in names)
        if known not in self.known:
            self.known[known] = Coarser(*Places.of(self.frame, known))
        return self.known[known]

    def summed(
        self, rows: pl.DataFrame, names: Sequence[str], others: Sequence[str], sums: Sequence[str]
    ) -> pl.DataFrame:
        """Add rows up by some dimensions of their place and by other columns of their own."""
        if not any(name in self.frame.columns for name in names):
            return summed_by(rows, others, sums)
        coarser = self.coarser(names)
        return coarser.places.named(summed_by(coarser.placed(rows), [PLACE, *others], sums))


@dataclass(frozen=True)
class Coarser:
    """Places told apart by some dimensions alone, and which of them each finer place lies in."""

    places: Places
    number: pl.Series

    def placed(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows at these places, instead of the finer ones."""
        return rows.with_columns(self.number.gather(rows.get_column(PLACE)).alias(PLACE))
