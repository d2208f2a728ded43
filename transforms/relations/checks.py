"""Rules of the process-result check (D-19): effort rose and its result did not follow."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import exp, log, sqrt
from typing import Any, Final, Literal

import numpy as np
import polars as pl

from transforms.parameters import Parameters
from transforms.relations.process_result import SCOPES
from transforms.relations.surprises import Matrix, working_days
from transforms.tables.relations import ProcessCheck

LATEST_WEEKS: Final = 8
"""Weeks looked at: as many as make a run of D-16."""
_Z: Final = 1.96
_BETWEEN: Final = " / "


@dataclass(frozen=True)
class Rule:
    """If the process rises and the result does what is named, somebody should look at something.

    What to look at stands in the locales (`[process_rule]`), by the rule's code.
    """

    code: str
    process: str
    result: tuple[str, ...]
    """A metric, or a count and the count it is divided by."""
    follows: Literal["falls", "flat"]
    """falls: lower beyond doubt; flat: beyond doubt less than the process rose, and less than the
    trigger of D-17."""


RULES: Final = (
    Rule("proposal_fit", "proposals", ("win_rate",), "falls"),
    Rule("discovery_depth", "effective_visits", ("proposals", "leads"), "flat"),
    Rule("lead_quality", "leads", ("qualified_leads", "leads"), "falls"),
)
"""The rules; one more is one more line here and its words in the locales."""


@dataclass(frozen=True)
class _Move:
    """A value of the weeks before and of the latest ones, and the change with its interval."""

    before: float
    latest: float
    low: float
    high: float

    @property
    def change(self) -> float:
        """As a fraction of the value before."""
        return self.latest / self.before - 1


def process_checks(
    history: pl.DataFrame, parameters: Parameters, rules: tuple[Rule, ...] = RULES
) -> pl.DataFrame:
    """List where a rule holds, for the company and each team (`ProcessCheck`).

    The latest 8 weeks are held against the 26 before (a setting); with fewer weeks on record
    there is no row. Counts are taken per working day. The interval of a change is that of the
    logarithm of a ratio of two ratio estimates over weeks (Cochran 1977, Sampling Techniques, 6.4).
    """
    weeks = parameters.relations.minimum_weeks
    last = parameters.week.ends_on
    ends = pl.date_range(
        pl.lit(last) - pl.duration(weeks=LATEST_WEEKS + weeks - 1), pl.lit(last), "1w"
    )
    days = pl.select(ends.alias("period_end"))
    codes = {code for rule in rules for code in (rule.process, *rule.result)}
    points = history.filter(
        pl.col("period_kind") == "week",
        pl.col("scope_kind").is_in(SCOPES),
        pl.col("metric").is_in(sorted(codes)),
    ).join(days, on="period_end")
    worked = working_days(days["period_end"].to_list(), parameters.calendar)
    found: list[dict[str, Any]] = []
    for (kind, scope), group in points.group_by("scope_kind", "scope"):
        sides = _sides(group, days["period_end"].to_list(), worked)
        place = {"scope_kind": kind, "scope": scope}
        trigger = float(parameters.variances.trigger)
        found += [
            place | row for rule in rules if (row := _checked(rule, sides, trigger)) is not None
        ]
    frame = pl.DataFrame(found, schema=ProcessCheck.create_empty().schema, orient="row")
    return ProcessCheck.validate(frame.sort("scope_kind", "scope", "rule"))


Sides = Mapping[str, tuple[Matrix, Matrix]]


def _sides(points: pl.DataFrame, ends: list[date], worked: Matrix) -> Sides:
    """Numerator and denominator of every metric by week; the denominator of a count is days."""
    found = {}
    for (metric,), rows in points.group_by("metric"):
        if rows.height < len(ends):
            continue
        sides = rows.sort("period_end").select(
            pl.col("numerator", "denominator").cast(pl.Float64).fill_null(0)
        )
        numerator, denominator = sides["numerator"].to_numpy(), sides["denominator"].to_numpy()
        is_count = bool((denominator == 1).all())
        found[str(metric)] = (numerator, worked if is_count else denominator)
    return found


def _checked(rule: Rule, sides: Sides, trigger: float) -> dict[str, Any] | None:
    if not {rule.process, *rule.result} <= sides.keys():
        return None
    process = _moved(*sides[rule.process])
    numerator, denominator = sides[rule.result[0]]
    if len(rule.result) > 1:
        denominator = sides[rule.result[1]][0]
    result = _moved(numerator, denominator)
    if process is None or result is None or process.low <= 0 or process.change <= trigger:
        return None
    is_flat = result.high < process.change and result.change < trigger
    if not (result.high < 0 if rule.follows == "falls" else is_flat):
        return None
    return {
        "rule": rule.code,
        "process": rule.process,
        "result": _BETWEEN.join(rule.result),
        "process_before": process.before,
        "process_now": process.latest,
        "process_change": process.change,
        "process_change_low": process.low,
        "result_before": result.before,
        "result_now": result.latest,
        "result_change": result.change,
        "result_change_high": result.high,
        "weeks": LATEST_WEEKS,
        "weeks_before": len(numerator) - LATEST_WEEKS,
    }


def _moved(numerator: Matrix, denominator: Matrix) -> _Move | None:
    """Change of a ratio; None where either side of it is nothing."""
    parts = [
        _estimate(numerator[chosen], denominator[chosen])
        for chosen in (slice(None, -LATEST_WEEKS), slice(-LATEST_WEEKS, None))
    ]
    (before, blur), (now, newer_blur) = parts
    if before <= 0 or now <= 0:
        return None
    middle, reach = log(now / before), _Z * sqrt(blur + newer_blur)
    return _Move(before, now, exp(middle - reach) - 1, exp(middle + reach) - 1)


def _estimate(numerator: Matrix, denominator: Matrix) -> tuple[float, float]:
    """Ratio of sums and the variance of its logarithm."""
    whole = float(denominator.sum())
    value = float(numerator.sum()) / whole if whole else 0.0
    if value <= 0:
        return 0.0, 0.0
    strays = numerator - value * denominator
    weeks = len(numerator)
    spread = weeks / (weeks - 1) * float(np.square(strays).sum())
    return value, spread / float(numerator.sum()) ** 2
