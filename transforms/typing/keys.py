"""Keys that occur more than once in one file."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Deduplicated:
    """One row per key, and what had to give way.

    `conflicts` has one row per key whose rows differ: the key columns and `row_numbers`, the
    last of which was kept.
    """

    rows: pl.DataFrame
    superseded: int
    conflicts: pl.DataFrame


def last_of_each_key(rows: pl.DataFrame, key: Sequence[str]) -> Deduplicated:
    """Keep one row per key: the first of identical ones, the last where their content differs.

    `rows` has `row_number`, which is not content. The order of the rows is kept.
    """
    again = rows.filter(pl.struct(key).is_duplicated())
    content = pl.struct(pl.exclude("row_number"))
    if again.is_empty():
        none = again.select(*key, row_numbers=pl.col("row_number").implode())
        return Deduplicated(rows, 0, none.clear())
    groups = again.group_by(key, maintain_order=True).agg(
        row_numbers=pl.col("row_number").sort(),
        variants=content.n_unique(),
        kept=pl.when(content.n_unique() > 1)
        .then(pl.col("row_number").max())
        .otherwise(pl.col("row_number").min()),
    )
    dropped = again.join(groups, left_on="row_number", right_on="kept", how="anti")
    kept = rows.join(
        dropped.select("row_number"), on="row_number", how="anti", maintain_order="left"
    )
    conflicts = groups.filter(pl.col("variants") > 1).select(*key, "row_numbers")
    return Deduplicated(kept, dropped.height, conflicts)
