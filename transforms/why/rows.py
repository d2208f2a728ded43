"""The rows of facts that cases are explained with: numbered, placed, and those of a window."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, TypeVar

import numpy as np
import polars as pl

from transforms.packing import key_codes
from transforms.scopes import COMPANY, SCOPE_COLUMNS
from transforms.why.case import Window
from transforms.why.places import Places
from transforms.why.sums import first_by, positions, values_at

Value = TypeVar("Value")

DIMENSIONS: Final = ("region", "team", "rep", "product_line", "channel", "segment")
FINE: Final = {"product": "product_id", "customer": "account_id"}
"""Dimensions with many members, used alone, for sales to existing customers."""

_NUMBERED: Final = (*DIMENSIONS, *FINE.values())
"""Columns that rows are told apart by, in any fact."""


def two_sided(rows: pl.DataFrame, span: Window) -> pl.DataFrame:
    """Keep the rows of a window.

    Adds `is_actual`, and the row's stretch: its number, and the period it is as `period_start` and
    `period_end`.
    """
    day = pl.col("occurred_on")
    is_actual = day.is_between(span.starts_on, span.ends_on)
    is_reference = day.is_between(span.reference_starts_on, span.anchor, closed="left")
    length = span.stretch_days
    number = (day - span.reference_starts_on).dt.total_days() // length
    stretch = pl.when(is_actual).then(span.stretches).otherwise(number).cast(pl.Int32)
    first = [span.reference_starts_on + timedelta(days=length * at) for at in range(span.stretches)]
    last = [start + timedelta(days=length - 1) for start in first]
    bounds = {"period_start": [*first, span.starts_on], "period_end": [*last, span.ends_on]}
    return (
        rows.lazy()
        .filter(is_actual | is_reference)
        .with_columns(is_actual.alias("is_actual"), stretch.alias("stretch"))
        .with_columns(
            pl.lit(pl.Series(days, dtype=pl.Date)).gather("stretch").alias(name)
            for name, days in bounds.items()
        )
        .collect()
    )


@dataclass(frozen=True)
class Kept:
    """What is measured when it is first asked for, and kept."""

    known: dict[Hashable, Any] = field(default_factory=dict, kw_only=True)

    def once(self, key: Hashable, measured: Callable[[], Value]) -> Value:
        """Give what is known under a key, measured when it is first asked for."""
        if key not in self.known:
            self.known[key] = measured()
        found: Value = self.known[key]
        return found


@dataclass(frozen=True)
class FactRows(Kept):
    """The facts, collected once; one without a row counts as not recorded."""

    facts: Mapping[str, pl.DataFrame]
    places: Mapping[str, Places]
    """Of each fact; its rows have their number in `place`."""

    @classmethod
    def of(cls, facts: Mapping[str, pl.DataFrame]) -> "FactRows":
        """Find the place of each row, which becomes its column `place`."""
        found = {
            name: Places.of(rows, [each for each in DIMENSIONS if each in rows.columns])
            for name, rows in facts.items()
        }
        return cls(
            {name: rows.with_columns(found[name][1]) for name, rows in facts.items()},
            {name: places for name, (places, _) in found.items()},
        )

    def within(self, fact: str, scope_kind: str, scope: str) -> pl.DataFrame | None:
        """Rows of one fact in one scope; None where the company records no such fact."""
        if fact not in self.facts:
            return None
        if scope_kind == COMPANY:
            return self.facts[fact]
        rows, is_own = self.facts[fact], pl.col(scope_kind) == scope
        if not self.has(fact, scope_kind, scope):
            return rows.clear()
        return self.once(("of", fact, scope_kind, scope), lambda: rows.filter(is_own))

    def has(self, fact: str, scope_kind: str, scope: str) -> bool:
        """Whether there is any row of a fact in a scope."""
        if fact not in self.facts:
            return False
        if scope_kind == COMPANY:
            return True
        column = self.places[fact].frame[scope_kind]
        known = self.once(
            ("has", fact, scope_kind), lambda: frozenset(column.unique().cast(pl.String).to_list())
        )
        return scope in known

    def begins(self, fact: str) -> date:
        """First day of a fact on record; the last day there is where it has none."""
        if fact not in self.facts:
            return date.max
        rows = self.facts[fact]

        def first() -> date:
            found: date = rows.select(pl.min("occurred_on")).item()
            return found

        return self.once(("begins", fact), first)


def fact_rows(
    facts: Mapping[str, pl.LazyFrame],
    since: date,
    until: date,
    columns: Mapping[str, Sequence[str]] | None = None,
) -> FactRows:
    """Collect the rows from `since` to `until`; a fact without rows counts as not recorded.

    `columns` are those of a fact that are kept with its scopes, where not all are.
    """
    collected = {
        name: _collected(frame, since, until, (columns or {}).get(name))
        for name, frame in facts.items()
    }
    if "sale" in collected and "margin_amount" not in collected["sale"].columns:
        margin = pl.col("net_amount") - pl.col("cost_amount")
        collected["sale"] = collected["sale"].with_columns(margin_amount=margin)
    collected = _numbered(collected)
    if "sale" in collected and "order_id" in collected["sale"].columns:
        orders = key_codes(collected["sale"]["order_id"])
        collected["sale"] = collected["sale"].with_columns(orders.alias("order_id"))
    if "deal_closed" in collected:
        collected["deal_closed"] = _with_first_order(collected["deal_closed"], collected)
    return FactRows.of({name: rows for name, rows in collected.items() if rows.height})


def _collected(
    frame: pl.LazyFrame, since: date, until: date, columns: Sequence[str] | None
) -> pl.DataFrame:
    """Rows of some days; a frame all of which lies in them is not copied."""
    known = frame.collect_schema().names()
    kept = frame
    if columns is not None:
        kept = frame.select(name for name in known if name in {*SCOPE_COLUMNS, *columns})
    rows, day = kept.collect(), pl.col("occurred_on")
    is_inside = day.is_between(since, until)
    return rows if rows.select(is_inside.all()).item() else rows.filter(is_inside)


def _numbered(facts: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Make what rows are told apart by values of enumerations: numbers are grouped faster.

    A name has the same number in every fact, in the order of names; "" stands for no name.
    """
    found = dict(facts)
    for column in _NUMBERED:
        using = [name for name, rows in found.items() if column in rows.columns]
        known = {name: _known(found[name][column]) for name in using}
        names = [each.cast(pl.String) for each in known.values()]
        if names:
            kind = pl.Enum(pl.concat([*names, pl.Series([""])]).unique().sort())
            for name in using:
                numbered = _as_values(found[name][column], known[name], kind)
                found[name] = found[name].with_columns(numbered)
    return found


def _known(column: pl.Series) -> pl.Series:
    """The values there are in a column of texts or of an enumeration."""
    known = column.drop_nulls()
    if not isinstance(column.dtype, pl.Enum | pl.Categorical):
        return known.unique()
    number = known.to_physical().to_numpy()
    is_there = np.zeros(int(number.max(initial=0)) + 1, dtype=np.bool_)
    is_there[number] = True
    found: pl.Series = pl.Series(np.flatnonzero(is_there).astype(np.uint32)).cat.to(column.dtype)
    return found


def _as_values(column: pl.Series, known: pl.Series, kind: pl.Enum) -> pl.Series:
    """Turn texts, or values of another enumeration, into values of this one."""
    if not isinstance(column.dtype, pl.Enum | pl.Categorical):
        return column.cast(kind)
    own = known.to_physical().to_numpy()
    number = known.cast(pl.String).cast(kind).to_physical().to_numpy()
    table = np.zeros(int(own.max(initial=0)) + 1, dtype=number.dtype)
    table[own] = number
    stored = column.to_physical()
    if not column.null_count():
        return pl.Series(column.name, table[stored.to_numpy()]).cat.to(kind)
    found = pl.Series(column.name, table[stored.fill_null(0).to_numpy()])
    return found.set(column.is_null(), None).cat.to(kind)


def _with_first_order(deals: pl.DataFrame, facts: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Add `first_ordered_on` of the deal's account: null where it has not ordered."""
    if "sale" not in facts:
        return deals.with_columns(first_ordered_on=pl.lit(None, pl.Date))
    sale = facts["sale"].select("account_id", "first_ordered_on")
    sale = sale.drop_nulls() if any(column.null_count() for column in sale) else sale
    first = first_by(sale, ["account_id"], ["first_ordered_on"])
    at = positions(deals, first, ["account_id"])
    return deals.with_columns(values_at(first["first_ordered_on"], at))
