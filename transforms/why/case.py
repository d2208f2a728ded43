"""A case: one deviation that is explained, and the days it is held against."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any, Final, TypeVar

import numpy as np
import polars as pl

from transforms.packing import key_codes
from transforms.scopes import COMPANY, SCOPE_COLUMNS
from transforms.tables.columns import NUMBER
from transforms.why.sums import summed_by

Value = TypeVar("Value")

SCALE: Final = Decimal("0.000001")
"""Six decimals, the scale of `transforms.tables.columns.NUMBER`."""


_NUMBERED: Final = (
    *("region", "team", "rep", "product_line", "channel", "segment"),
    *("account_id", "product_id"),
)
"""Columns that rows are told apart by, in any fact."""


@dataclass(frozen=True)
class Case:
    """Level 1 of a chain (D-17): what missed, where, by how much, exactly."""

    case_id: str
    metric: str
    scope_kind: str
    scope: str
    period_kind: str
    starts_on: date
    ends_on: date
    reference_kind: str
    """plan (due at the as-of date) or baseline (13 weeks)."""
    actual: Decimal
    reference: Decimal
    is_within_noise: bool
    weight: Decimal = Decimal(1)
    """Denominator of the actual value; gap × weight adds up over scopes."""
    stake: Decimal = Decimal(0)
    """Estimated money at stake; see `transforms.why.ranking`."""
    bands: float = 0.0
    """Size of the gap in half-widths of the metric's noise band."""
    has_page: bool = False
    is_beyond_trigger: bool = True
    """Deviates beyond the trigger; else it is listed because it is a signal (D-16)."""

    @property
    def gap(self) -> Decimal:
        """Actual − reference, in the metric's unit, exact at six decimals."""
        return self.actual - self.reference


@dataclass(frozen=True)
class Cycle:
    """The sales cycle, from lead to decision."""

    days: int
    is_short: bool
    """Whether the leads of a period stand for its new customers (D-18)."""


@dataclass(frozen=True)
class Window:
    """The days of a case and the stretches of the same length before them that it is compared with.

    The reference is the fewest whole stretches of the period's length that cover the baseline
    (13 weeks), ending the day before `anchor`. Stretches keep a rule like "first order in the
    period" alike on both sides: a longer reference would call more customers new. A named period
    (the one before, last year's) is one stretch with its own length.
    """

    starts_on: date
    ends_on: date
    anchor: date
    stretches: int
    cycle: Cycle | None = None
    own_stretch_days: int | None = None

    @property
    def days(self) -> int:
        """Length of the case's period."""
        return (self.ends_on - self.starts_on).days + 1

    @property
    def stretch_days(self) -> int:
        """Length of one stretch of the reference."""
        return self.own_stretch_days or self.days

    @property
    def reference_starts_on(self) -> date:
        """First day of the reference."""
        return self.anchor - timedelta(days=self.stretch_days * self.stretches)


def window(
    case: Case, quarter_starts_on: date, baseline_weeks: int, cycle: Cycle | None = None
) -> Window:
    """Find what a case is compared with.

    A plan was made from what was known when its quarter began, so a plan case is compared with
    the stretches before the quarter (a story of this quarter cannot hide in its own reference);
    a baseline case with the weeks right before it.
    """
    days = (case.ends_on - case.starts_on).days + 1
    is_plan = case.reference_kind == "plan"
    anchor = min(quarter_starts_on, case.starts_on) if is_plan else case.starts_on
    return Window(case.starts_on, case.ends_on, anchor, -(-7 * baseline_weeks // days), cycle)


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

    def of(self, fact: str, scope_kind: str, scope: str) -> pl.DataFrame | None:
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
        column = self.facts[fact][scope_kind]
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
    return FactRows({name: rows for name, rows in collected.items() if rows.height})


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
        names = [found[name][column].unique().cast(pl.String) for name in using]
        if names:
            kind = pl.Enum(pl.concat([*names, pl.Series([""])]).unique().drop_nulls().sort())
            for name in using:
                numbered = _as_values(found[name][column], kind)
                found[name] = found[name].with_columns(numbered)
    return found


def _as_values(column: pl.Series, kind: pl.Enum) -> pl.Series:
    """Turn texts, or values of another enumeration, into values of this one."""
    if not isinstance(column.dtype, pl.Enum | pl.Categorical):
        return column.cast(kind)
    known = column.unique().drop_nulls()
    numbers = known.to_physical().to_numpy()
    table = np.zeros(int(numbers.max(initial=0)) + 1, dtype=np.uint32)
    table[numbers] = known.cast(pl.String).cast(kind).to_physical().to_numpy()
    found = pl.Series(column.name, table[column.to_physical().fill_null(0).to_numpy()])
    return (found.set(column.is_null(), None) if column.null_count() else found).cat.to(kind)


def _with_first_order(deals: pl.DataFrame, facts: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Add `first_ordered_on` of the deal's account: null where it has not ordered."""
    if "sale" not in facts:
        return deals.with_columns(first_ordered_on=pl.lit(None, pl.Date))
    first = summed_by(facts["sale"], ["account_id"], [pl.min("first_ordered_on")])
    return deals.join(first, on="account_id", how="left", maintain_order="left")


def fraction(value: Decimal | float | None) -> Fraction:
    """Read a number exactly; a float by the shortest decimal that it prints as.

    >>> fraction(0.15)
    Fraction(3, 20)
    """
    return Fraction(Decimal(repr(value)) if isinstance(value, float) else value or 0)


def rounded(value: Fraction) -> Decimal:
    """Round to six decimals, half to even.

    >>> rounded(Fraction(1, 3))
    Decimal('0.333333')
    """
    scaled = round(value * 1_000_000)
    return (Decimal(scaled) * SCALE).quantize(SCALE, rounding=ROUND_HALF_EVEN)


def number(expression: pl.Expr) -> pl.Expr:
    """Cast to the exact type of numerators and denominators."""
    return expression.cast(NUMBER)
