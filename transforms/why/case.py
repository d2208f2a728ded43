"""A case: one deviation that is explained, and the days it is held against."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Final, TypeVar

import polars as pl

from transforms.tables.columns import NUMBER

Value = TypeVar("Value")

SCALE: Final = Decimal("0.000001")
"""Six decimals, the scale of `transforms.tables.columns.NUMBER`."""


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
