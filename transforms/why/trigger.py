"""Which deviations start a chain (D-17)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import sqrt
from typing import Any, Final

import polars as pl

from transforms.catalogue import Metric
from transforms.noise_basis import NoiseBases, noise_bases
from transforms.parameters import Noise, Parameters
from transforms.scopes import COMPANY
from transforms.weighted_noise import strays
from transforms.why.case import Case, fraction, rounded

SCOPES: Final = (COMPANY, "region", "team")
"""Scope kinds whose deviations are explained; finer ones are found as segments."""

PERIODS: Final = ("qtd", "mtd", "week")
UNEXPLAINED: Final = frozenset(
    {
        # sales against plan in other words: their case is that of sales_amount
        "target_attainment",
        "time_progress_gap",
        "pipeline_coverage",
        # a young cohort has not had the time to convert: every week would look like a fall
        "lead_conversion_cohort",
    }
)
"""Metrics that start no chain of their own."""

_WEEK_DAYS: Final = 7

MEASURED: Final = ("ok", "zero")
"""States of a value that may start a chain; too few cases, no data and not due never do."""


def exceeds(actual: Fraction, reference: Fraction, trigger: Decimal) -> bool:
    """Whether a deviation is beyond the trigger, strictly and exactly; never where nothing is due.

    >>> exceeds(Fraction("1.1"), Fraction(1), Decimal("0.10"))
    False
    >>> exceeds(Fraction("0.12"), Fraction("0.15"), Decimal("0.10"))
    True
    """
    return reference != 0 and abs(actual - reference) > fraction(trigger) * abs(reference)


def triggered(
    values: pl.DataFrame,
    history: pl.DataFrame,
    catalogue: Mapping[str, Metric],
    parameters: Parameters,
) -> tuple[Case, ...]:
    """Find what of the reviewed week starts a chain, in no particular order.

    Against plan wherever something is due: any deviation beyond the trigger, better or worse.
    Otherwise a week that is a signal of its own history (D-16), against the 13-week baseline, be
    it beyond the trigger or not: without the signal it is no case, because every noisy series is
    often 10 % away from its median. Nor is it one where a week is a signal for its few working
    days, but on the other side of the baseline. Too few cases, no data and not due start nothing.
    """
    rows = values.filter(
        pl.col("scope_kind").is_in(SCOPES),
        pl.col("period_kind").is_in(PERIODS),
        pl.col("state").is_in(MEASURED),
        pl.col("metric").is_in(UNEXPLAINED).not_(),
        pl.col("numerator").is_not_null(),
    )
    bases = noise_bases(history, catalogue, parameters)
    bands = _bands(history, bases, parameters)
    return tuple(
        _with_noise(case, row, _width(case, bands, bases, catalogue))
        for row in rows.iter_rows(named=True)
        for case in _cases(row, parameters)
    )


def _cases(row: Mapping[str, Any], parameters: Parameters) -> Iterator[Case]:
    denominator = fraction(row["denominator"]) if row["denominator"] is not None else Fraction(1)
    if denominator == 0:
        return
    actual = fraction(row["numerator"]) / denominator
    trigger = parameters.trigger_of(row["metric"])
    due, usual = (
        None if row[name] is None else fraction(row[name]) for name in ("due", "baseline")
    )
    is_signal = row["period_kind"] == "week" and row["is_signal"]
    if due is not None and row["target_state"] == "ok" and exceeds(actual, due, trigger):
        kind, reference = "plan", due
    elif is_signal and usual is not None and _is_on_side(row, actual, usual):
        kind, reference = "baseline", usual
    else:
        return
    names = ("metric", "scope_kind", "scope", "period_kind")
    yield Case(
        case_id=":".join((parameters.week.label, *(row[name] for name in names))),
        **{name: row[name] for name in names},
        starts_on=row["period_start"],
        ends_on=row["period_end"],
        reference_kind=kind,
        actual=rounded(actual),
        reference=rounded(reference),
        weight=rounded(denominator),
        is_within_noise=False,
        is_beyond_trigger=exceeds(actual, reference, trigger),
    )


def _is_on_side(row: Mapping[str, Any], actual: Fraction, usual: Fraction) -> bool:
    """Whether the week lies on the side of its baseline on which it is a signal."""
    apart = actual - usual
    centre = _centre(row)
    return apart != 0 and (centre is None or (actual > centre) == (apart > 0))


def _centre(row: Mapping[str, Any]) -> float | None:
    """Middle of the limits of a week that has a weight of its own."""
    if row["period_kind"] != "week" or row["week_weight"] is None or row["limit_low"] is None:
        return None
    return float(row["limit_low"] + row["limit_high"]) / 2


Owner = tuple[str, str, str]


def _bands(history: pl.DataFrame, bases: NoiseBases, parameters: Parameters) -> dict[Owner, float]:
    """Half-width of the XmR band of a week (2.66 × mean moving range), by metric and scope.

    Where weeks have weights it is that of a weight of 1, over the weeks that weigh anything.
    """
    noise = parameters.noise
    keys = ["metric", "scope_kind", "scope"]
    weeks = history.filter(
        pl.col("period_kind") == "week",
        pl.col("period_end") < parameters.week.starts_on,
        pl.col("value").is_not_null(),
        pl.col("scope_kind").is_in(SCOPES),
    ).sort(*keys, "period_end")
    has_weights = pl.col("metric").is_in([*bases.metrics()])
    series = pl.concat(
        [
            weeks.filter(~has_weights).select(*keys, pl.col("value").alias("point")),
            strays(_recent(weeks.filter(has_weights), keys, noise), bases).select(
                *keys, pl.col("stray").alias("point")
            ),
        ]
    )
    recent = series.group_by(keys, maintain_order=True).agg(
        pl.col("point").tail(noise.chart_weeks).alias("points")
    )
    ranges = pl.col("points").list.diff(null_behavior="drop").list.eval(pl.element().abs())
    bands = recent.filter(pl.col("points").list.len() >= noise.minimum_weeks).select(
        *keys, float(noise.xmr_factor) * ranges.list.mean()
    )
    return {(metric, kind, scope): band for metric, kind, scope, band in bands.iter_rows() if band}


def _recent(weeks: pl.DataFrame, keys: list[str], noise: Noise) -> pl.DataFrame:
    """The weeks from which limits are drawn."""
    return weeks.group_by(keys, maintain_order=True).tail(noise.chart_weeks)


def _width(
    case: Case, bands: Mapping[Owner, float], bases: NoiseBases, catalogue: Mapping[str, Metric]
) -> float | None:
    """Half-width of the noise band of the case's period; None without enough history.

    For a longer period of w weeks the band of a week widens by √w for a sum and narrows by √w for
    a ratio, as it does for independent weeks; a sum whose weeks have weights has that of its days.
    """
    band = bands.get((case.metric, case.scope_kind, case.scope))
    if band is None:
        return None
    if weights := bases.of(case.metric):
        return band * sqrt(weights.of(case.starts_on, case.ends_on))
    root = sqrt(((case.ends_on - case.starts_on).days + 1) / _WEEK_DAYS)
    metric = catalogue.get(case.metric)
    return band / root if metric is not None and metric.is_ratio else band * root


def _with_noise(case: Case, row: Mapping[str, Any], width: float | None) -> Case:
    """Hold the gap against the noise of the metric's own history.

    A week is within noise when its point is no signal; one without a plan is as many bands away as
    from the middle of its own limits, for the baseline knows no holidays. A metric without enough
    history has no band, and nothing is called noise.
    """
    if not width:
        return case
    gap = float(abs(case.gap))
    centre = _centre(row)
    if centre is not None and case.reference_kind == "baseline":
        gap = abs(float(case.actual) - centre)
    is_noise = not row["is_signal"] if case.period_kind == "week" else gap <= width
    return replace(case, bands=gap / width, is_within_noise=is_noise)
