"""Documents as they are counted: orders and their customers, the lines of each put together.

Nearly every order lies in one day and, but for the product line, in one scope of a kind: it is
counted there and compared with no other. Only the rows of one that is parted are told apart by its
name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from transforms.catalogue import Measure
from transforms.cells import counts

LINES: Final = "product_line"
KEYS: Final = {"order_id": "document", "account_id": "customer"}
"""Columns of a fact whose values are counted to the columns of documents that stand for them."""
MOST_LINES: Final = 62
"""Product lines that one whole number holds."""


@dataclass(frozen=True)
class Documents:
    """The documents of a fact."""

    rows: pl.DataFrame
    """document (its name where it has several rows, else null), customer (a number), occurred_on,
    the scopes but the product line, `lines` (bits), and for each measure name whether it counts the
    row (`transforms.cells.counts`)."""
    lines: Sequence[str]
    """The product line of each bit."""

    def of(self, name: str) -> pl.DataFrame:
        """Choose the rows that a measure counts."""
        return self.rows.filter(counts(name))

    def by_scope(self, rows: pl.DataFrame, kind: str, names: pl.DataType) -> pl.DataFrame:
        """Give rows their scope of a kind: a row of several product lines is there for each."""
        if kind != LINES:
            return rows
        return pl.concat(
            [
                rows.filter(pl.col("lines") // 2**at % 2 == 1).with_columns(
                    pl.lit(line).cast(names).alias(LINES)
                )
                for at, line in enumerate(self.lines)
            ]
        )


def are_documents(measures: Mapping[str, Measure]) -> bool:
    """Say whether what measures count distinct are documents and customers alone."""
    counted = [each.column for each in measures.values() if each.how == "count_distinct"]
    return bool(counted) and len(counted) <= MOST_LINES and KEYS.keys() >= set(counted)
