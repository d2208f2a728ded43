"""What the company's own past says: values of every period that a target is held against."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

import polars as pl

from transforms.calibration.heads import Roster, Window
from transforms.calibration.verdict import Plan
from transforms.calibration.windows import YEARS, base_windows, years_before
from transforms.catalogue import Measure, Metric
from transforms.parameters import Parameters
from transforms.points import Facts, metric_points
from transforms.targets import target_scopes

SPEND: Final = "acquisition_spend"
NEEDED: Final = ("new_customers", "leads", "lead_conversion", "effective_visits")
"""Metrics that the way back from a target to leads and visits reads."""

_SPEND: Final = Metric(
    code=SPEND,
    title_zh="获客花费",
    title_en="Acquisition spend",
    definition_zh="推广花费，按花费日期",
    definition_en="Marketing spend, by its day",
    kind="process",
    level="day",
    unit="money",
    better="set",
    numerator=Measure("spend", "amount"),
)
_WINDOW: Final = pl.Schema(
    {"period_kind": pl.String(), "period_start": pl.Date(), "period_end": pl.Date()}
)

Key = tuple[str, str, str, date, date]


@dataclass(frozen=True)
class Ground:
    """Measured values by metric, scope and period; what is absent is not known."""

    sides: Mapping[Key, tuple[Decimal, Decimal]]
    roster: Roster
    catalogue: Mapping[str, Metric]
    as_of: date
    base: Mapping[Window, list[Window]] = field(default_factory=dict)

    def value(self, metric: str, plan: Plan, window: Window) -> Fraction | None:
        """The value of a metric of the plan's scope in a window."""
        return self.pooled(metric, plan, [window])

    def pooled(self, metric: str, plan: Plan, windows: Iterable[Window]) -> Fraction | None:
        """The value of a metric over windows together: numerators ÷ denominators, or the sum.

        None where one of the windows is not known.
        """
        found = [
            self.sides.get((metric, plan.scope_kind, plan.scope, *window)) for window in windows
        ]
        if not found or any(side is None for side in found):
            return None
        sides = [side for side in found if side is not None]
        top = sum((Fraction(side[0]) for side in sides), Fraction(0))
        known = self.catalogue.get(metric)
        if known is None or not known.is_ratio:
            return top
        below = sum((Fraction(side[1]) for side in sides), Fraction(0))
        return top / below if below else None

    def base_of(self, plan: Plan) -> list[Window]:
        """The three last complete periods of the length of a target's window."""
        window = (plan.starts_on, plan.ends_on)
        return self.base.get(window) or base_windows(window, self.as_of)


def ground_metrics(plans: Iterable[Plan], catalogue: Mapping[str, Metric]) -> dict[str, Metric]:
    """The metrics that targets are held against: their own, and those of the way back."""
    codes = sorted({plan.metric for plan in plans}.union(NEEDED).intersection(catalogue))
    return {code: catalogue[code] for code in codes} | {SPEND: _SPEND}


def ground_periods(plans: Iterable[Plan], as_of: date) -> pl.DataFrame:
    """The periods that targets are held against, as far as they have ended by a day.

    They have period_kind, period_start and period_end.
    """
    windows = {(plan.starts_on, plan.ends_on) for plan in plans}
    periods = {years_before(window, back) for window in windows for back in range(1, YEARS + 1)}
    periods.update(each for window in windows for each in base_windows(window, as_of))
    rows = [("window", first, last) for first, last in sorted(periods) if last <= as_of]
    return pl.DataFrame(rows, schema=_WINDOW, orient="row")


def measure(
    facts: Facts,
    plans: Sequence[Plan],
    targets: pl.DataFrame,
    assignment: pl.DataFrame,
    catalogue: Mapping[str, Metric],
    parameters: Parameters,
) -> Ground:
    """Evaluate every metric that targets are held against, in every period that they need.

    One pass over each fact for all periods; `plans` are the targets to calibrate, `targets` all
    Target rows, whose scopes exist without facts. The facts are those that `ground_metrics` are
    formed of, over `ground_periods` where they come as groups.
    """
    as_of = parameters.week.ends_on
    windows = {(plan.starts_on, plan.ends_on) for plan in plans}
    base = {window: base_windows(window, as_of) for window in windows}
    chosen, periods = ground_metrics(plans, catalogue), ground_periods(plans, as_of)
    sides: dict[Key, tuple[Decimal, Decimal]] = {}
    if not periods.is_empty():
        points = metric_points(
            facts,
            chosen,
            periods,
            as_of=as_of,
            repurchase_months=parameters.repurchase_months,
            also=target_scopes(targets),
        )
        owners = pl.DataFrame(
            sorted({(plan.scope_kind, plan.scope) for plan in plans}),
            schema={"scope_kind": pl.String, "scope": pl.String},
            orient="row",
        )
        sides = {
            row[:5]: row[5:]
            for row in points.join(owners, on=["scope_kind", "scope"], how="semi")
            .select(
                "metric",
                "scope_kind",
                "scope",
                "period_start",
                "period_end",
                "numerator",
                "denominator",
            )
            .iter_rows()
        }
    return Ground(sides, Roster(assignment), chosen, as_of, base)
