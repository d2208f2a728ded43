"""Distinct counts: how many different keys each scope and period has; they never add up.

A key counts in a period on its first day there: on a day in the period before which it was last
seen before the period began. So it is enough to know, for every scope, key and day, the day before
on which the scope had the key.
"""

import polars as pl

from transforms.catalogue import Measure
from transforms.cells import CUTS, is_counted, number_of_cell, of_kind
from transforms.documents import KEYS, LINES, Documents
from transforms.packing import distinct_sorted, grouped, key_codes, without_repeats
from transforms.scopes import COMPANY, SCOPE_KINDS
from transforms.tables.columns import NUMBER

_NEVER = -1_000_000
"""A day before any other."""


def distinct_points(
    fact: pl.DataFrame | Documents, name: str, measure: Measure, days: pl.DataFrame
) -> pl.LazyFrame:
    """Count the keys of one measure: cell (`number_of_cell`), `<name>` and `<name>_n`."""
    found = (
        _documents_seen(fact, name, measure)
        if isinstance(fact, Documents)
        else _rows_seen(fact, measure)
    )
    is_first = pl.col("before") < pl.col("period_start").to_physical()
    cases = pl.col("keys").cast(pl.Int64)
    return (
        found.lazy()
        .join(days.lazy(), left_on="occurred_on", right_on="day")
        .filter(is_first)
        .group_by(number_of_cell())
        .agg(pl.col("keys").sum())
        .select("cell", (cases * measure.factor).cast(NUMBER).alias(name), cases.alias(f"{name}_n"))
    )


def _rows_seen(fact: pl.DataFrame, measure: Measure) -> pl.DataFrame:
    rows = fact.filter(is_counted(measure)).select(
        pl.col(str(measure.column)).alias("key"), "occurred_on", *SCOPE_KINDS
    )
    coded = rows.with_columns(key_codes(rows["key"]).alias("key"))
    return pl.concat(
        [
            _seen(some, kind)
            for cut in CUTS
            for some in [without_repeats(coded.select("key", "occurred_on", *cut))]
            for kind in cut
        ]
    )


def _documents_seen(documents: Documents, name: str, measure: Measure) -> pl.DataFrame:
    """Count documents that have one row where they are; tell only the others apart."""
    key, rows = pl.col(KEYS[str(measure.column)]), documents.of(name)
    names = rows.schema["rep"]
    is_alone = pl.lit(value=False) if measure.column == "account_id" else key.is_null()
    alone = rows.filter(is_alone)
    several = rows.filter(~is_alone & key.is_not_null())
    coded = several.with_columns(key_codes(several.select(key).to_series()).alias("key"))
    number = pl.len().cast(pl.Int64).alias("keys")
    parts = []
    for kind in SCOPE_KINDS:
        own = "lines" if kind == LINES else kind
        days = grouped(alone, [own, "occurred_on"], [number]) if alone.height else alone.clear()
        if alone.height:
            spread = documents.by_scope(days, kind, names)
            each = spread.group_by(kind, "occurred_on").agg(pl.col("keys").sum())
            before = pl.lit(_NEVER, dtype=pl.Int64).alias("before")
            parts.append(each.select(*of_kind(kind), "occurred_on", before, "keys"))
        if coded.height:
            spread = documents.by_scope(coded, kind, names)
            parts.append(_seen(spread.select("key", "occurred_on", kind), kind))
    return pl.concat(parts) if parts else _seen(_none(coded, names), COMPANY)


def _none(rows: pl.DataFrame, names: pl.DataType) -> pl.DataFrame:
    return rows.clear().select("key", "occurred_on", pl.lit(None, dtype=names).alias(COMPANY))


def _seen(rows: pl.DataFrame, kind: str) -> pl.DataFrame:
    """How many keys a scope had on a day and, before it, last on the day `before`."""
    day = pl.col("occurred_on").to_physical()
    is_same = (pl.col("key") == pl.col("key").shift(1)) & (pl.col(kind) == pl.col(kind).shift(1))
    seen = distinct_sorted(rows, ["key", kind, "occurred_on"]).with_columns(
        pl.when(is_same).then(day.shift(1)).otherwise(_NEVER).cast(pl.Int64).alias("before")
    )
    return grouped(
        seen, [kind, "occurred_on", "before"], [pl.len().cast(pl.Int64).alias("keys")]
    ).select(*of_kind(kind), pl.all().exclude(kind))
