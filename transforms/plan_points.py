"""Metrics held against the plan: attainment, gap to time progress, pipeline coverage."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from transforms.catalogue import Metric
from transforms.cells import of_kind
from transforms.exact import ratio
from transforms.scopes import COMPANY, SCOPE_KINDS
from transforms.tables.columns import NUMBER

_OWNER: Final = ["scope_kind", "scope"]
_PERIOD: Final = ["period_kind", "period_start", "period_end"]
_SALES: Final = "sales_amount"
_COVERED: Final = ("contract_amount", "sales_amount")
"""What the open pipeline is held against: the first of these that has a target."""


def plan_points(
    points: pl.DataFrame,
    plan: pl.DataFrame,
    open_deals: pl.DataFrame,
    periods: pl.DataFrame,
    catalogue: Mapping[str, Metric],
) -> pl.DataFrame:
    """Form the metrics of the catalogue that need the plan; rows like those of `points`.

    `points` are those of `coded_points`, `plan` those of `period_plan`, `periods` the current ones,
    and the scopes of all and of `open_deals` values of the same enumerations.
    Attainment = sales ÷ target of the whole period; the gap to time progress is (sales − due) ÷
    target, so that both roll up. Coverage = weighted pipeline expected to close within the period ÷
    (target − reached); nothing is left to cover where the target is reached.
    """
    forms = {"attainment": _attainment, "progress_gap": _gap}
    parts = [
        _finished(forms[metric.rule](points, plan), code, points.schema)
        for code, metric in catalogue.items()
        if metric.rule in forms
    ]
    parts += [
        _finished(_coverage(points, plan, open_deals, periods), code, points.schema)
        for code, metric in catalogue.items()
        if metric.rule == "coverage"
    ]
    return pl.concat([points.clear(), *parts])


def _finished(rows: pl.DataFrame, code: str, schema: pl.Schema) -> pl.DataFrame:
    named = rows.with_columns(
        pl.lit(code).alias("metric"),
        ratio(pl.col("numerator"), pl.col("denominator")).alias("value"),
    )
    return named.select(schema.names()).cast(schema)


def _against_plan(points: pl.DataFrame, plan: pl.DataFrame, metric: str) -> pl.DataFrame:
    return points.filter(pl.col("metric") == metric).join(
        plan.filter(pl.col("metric") == metric).drop("metric"), on=[*_OWNER, *_PERIOD]
    )


def _attainment(points: pl.DataFrame, plan: pl.DataFrame) -> pl.DataFrame:
    return _against_plan(points, plan, _SALES).with_columns(pl.col("target").alias("denominator"))


def _gap(points: pl.DataFrame, plan: pl.DataFrame) -> pl.DataFrame:
    return _against_plan(points, plan, _SALES).with_columns(
        (pl.col("numerator") - pl.col("due").fill_null(0)).alias("numerator"),
        pl.col("target").alias("denominator"),
    )


def _coverage(
    points: pl.DataFrame, plan: pl.DataFrame, open_deals: pl.DataFrame, periods: pl.DataFrame
) -> pl.DataFrame:
    company = pl.lit(COMPANY, dtype=points.schema["scope"]).alias(COMPANY)
    weighted = open_deals.filter(pl.col("weighted_amount").is_not_null()).with_columns(company)
    if weighted.is_empty():
        return points.clear()
    running = periods.filter(pl.col("full_end") > pl.col("period_end"))
    due = weighted.join(running, how="cross").filter(
        pl.col("expected_close_on").is_between("period_start", "full_end")
    )
    pipeline = pl.concat(
        [
            due.group_by(*of_kind(kind), *_PERIOD).agg(
                pl.col("weighted_amount").sum().cast(NUMBER).alias("pipeline"),
                pl.len().cast(pl.Int64).alias("deals"),
            )
            for kind in SCOPE_KINDS
        ]
    )
    return (
        _remaining(points, plan)
        .join(running.select(_PERIOD), on=_PERIOD, how="semi")
        .join(pipeline, on=[*_OWNER, *_PERIOD], how="left")
        .select(
            *_OWNER,
            *_PERIOD,
            pl.col("pipeline").fill_null(0).alias("numerator"),
            pl.col("remaining").alias("denominator"),
            pl.col("deals").fill_null(0).alias("n"),
        )
    )


def _remaining(points: pl.DataFrame, plan: pl.DataFrame) -> pl.DataFrame:
    """Target still open: never below 0, from the first metric that has a target."""
    found = _against_plan(points, plan, _COVERED[0])
    for metric in _COVERED[1:]:
        more = _against_plan(points, plan, metric)
        found = pl.concat([found, more.join(found, on=[*_OWNER, *_PERIOD], how="anti")])
    left = pl.col("target") - pl.col("numerator")
    return found.with_columns(
        pl.when(left > 0).then(left).otherwise(0).cast(NUMBER).alias("remaining")
    )
