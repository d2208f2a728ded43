"""What a metric is made of: measures of facts, or a formula of other metrics."""

from dataclasses import dataclass
from typing import Literal

import polars as pl

Unit = Literal["money", "count", "share", "days", "hours", "ratio", "points"]
Better = Literal["up", "down", "set"]
Kind = Literal["process", "result"]
Level = Literal["day", "week", "month"]
How = Literal[
    "sum",
    "count",
    "count_distinct",
    "min",
    "max",
    "first",
    "last",
    "average",
    "at_start",
    "ended",
]
Rule = Literal[
    "measures",
    "spells",
    "levels",
    "repurchase",
    "formula",
    "attainment",
    "progress_gap",
    "coverage",
]
Operation = Literal["sum", "difference", "product", "ratio"]

SNAPSHOT_FACTS = ("open_deal", "customer_value")
"""Facts that hold a state on the as-of date; they are never added up over days."""

SPELL_HOWS = ("average", "at_start", "ended")
"""Of a fact whose rows last from `occurred_on` to `ended_on`: the mean over the days of the
period, what lasts over its first day from before, and what ends in it."""

LEVEL_HOWS = ("min", "max", "first", "last")
"""Smallest and largest value of a row in the period; sum of the rows of its first or last day."""


@dataclass(frozen=True)
class Measure:
    """One side of a metric: an aggregate over one fact."""

    fact: str
    column: str | None = None
    """None counts rows."""
    how: How = "sum"
    where: pl.Expr | None = None
    """Rows that count; it may name `period_start` and `period_end` of the period looked at."""
    factor: int = 1
    is_zero_without_rows: bool = True
    """Whether a period without a row holds nothing, which is 0; else it is not known."""

    @property
    def lasts(self) -> bool:
        """Whether it looks at how long rows last."""
        return self.how in SPELL_HOWS

    @property
    def columns(self) -> frozenset[str]:
        """Columns of the fact that the measure reads."""
        named = [] if self.where is None else self.where.meta.root_names()
        own = [] if self.column is None else [self.column]
        return frozenset([*named, *own]) - PERIOD_COLUMNS

    @property
    def bounds(self) -> frozenset[str]:
        """Which of the bounds of the period looked at decide which rows count."""
        named = [] if self.where is None else self.where.meta.root_names()
        return PERIOD_COLUMNS.intersection(named)

    @property
    def needs_period(self) -> bool:
        """Whether which rows count depends on the period."""
        return bool(self.bounds)


PERIOD_COLUMNS = frozenset({"period_start", "period_end"})


@dataclass(frozen=True)
class Formula:
    """An operation on the values that other metrics have in the same scope and period."""

    operation: Operation
    inputs: tuple[str, ...]


@dataclass(frozen=True)
class Metric:
    """One metric."""

    code: str
    title_zh: str
    title_en: str
    definition_zh: str
    definition_en: str
    kind: Kind
    level: Level
    unit: Unit
    better: Better
    numerator: Measure
    denominator: Measure | None = None
    """None: a plain sum, whose denominator is 1."""
    rule: Rule = "measures"
    """measures: the two sides as they stand; spells and levels: likewise, but sides that do not
    add up over days; another: formed by the rule of that name, and the sides name the facts it
    reads."""
    needs_cases: bool = True
    """Whether a ratio on few cases is too few to judge; a comparison with the plan is not."""
    has_baseline: bool = True
    """Whether past weeks say what is usual: not for a comparison with the plan, and not for a
    cohort whose latest weeks are still open."""
    formula: Formula | None = None
    """With the rule `formula`: what it is formed of; the sides are those of its first input."""
    sides_zh: tuple[str, str] | None = None
    """What numerator and denominator of a ratio count, in a word each; None: they have no name."""
    sides_en: tuple[str, str] | None = None

    @property
    def is_ratio(self) -> bool:
        """Whether the value is a quotient of two measures."""
        return self.denominator is not None

    @property
    def is_spread(self) -> bool:
        """Whether a target is spread over the days of its window instead of holding on each (D-2).

        So is that of what accrues over a period against a mean or a start: output per head,
        turnover, churn. A year's turnover of 12 % is 1 % a month.
        """
        return not self.is_level or (self.rule == "spells" and self.is_ratio)

    @property
    def is_level(self) -> bool:
        """Whether the values of days and parts do not add up: a ratio or a state."""
        is_state = self.numerator.fact in SNAPSHOT_FACTS or self.rule in {"spells", "levels"}
        return self.is_ratio or is_state
