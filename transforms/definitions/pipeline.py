"""Metrics of the pipeline: stages, wins, coverage."""

from collections.abc import Iterable
from typing import Final

import polars as pl

from transforms.definitions.metric import Measure, Metric
from transforms.parameters import Stage

_DATED_WIN: Final = pl.col("is_won") & pl.col("cycle_days").is_not_null()

METRICS: Final = (
    Metric(
        code="overdue_stages",
        title_zh="阶段超时数",
        title_en="Overdue deals",
        definition_zh="截至日停留超过阶段限定天数的在谈商机数",
        definition_en="Open deals past the days allowed in their stage at the as-of date",
        kind="process",
        level="day",
        unit="count",
        better="down",
        numerator=Measure(
            "open_deal", how="count", where=pl.col("stage_days") > pl.col("allowed_days")
        ),
    ),
    Metric(
        code="pipeline_coverage",
        title_zh="商机覆盖率",
        title_en="Pipeline coverage",
        definition_zh="预计期内成交的加权商机额 ÷ 期内剩余目标（合同额目标，无则销售额目标）",
        definition_en=(
            "Weighted pipeline due within the period ÷ target still open "
            "(contract target, else sales target)"
        ),
        sides_zh=("加权商机额", "期内剩余目标"),
        sides_en=("Weighted pipeline", "Target left"),
        kind="process",
        level="week",
        unit="ratio",
        better="up",
        numerator=Measure("open_deal", "weighted_amount"),
        denominator=Measure("target", "target_value"),
        rule="coverage",
        needs_cases=False,
        has_baseline=False,
    ),
    Metric(
        code="win_rate",
        title_zh="成交率",
        title_en="Win rate",
        definition_zh="赢单数 ÷（赢单数＋输单数），按单数、按关闭日期",
        definition_en="Deals won ÷ (won + lost), by count and by close date",
        sides_zh=("赢单数", "已决商机数"),
        sides_en=("Deals won", "Deals decided"),
        kind="result",
        level="week",
        unit="share",
        better="up",
        numerator=Measure("deal_closed", how="count", where=pl.col("is_won")),
        denominator=Measure("deal_closed", how="count"),
    ),
    Metric(
        code="win_rate_amount",
        title_zh="成交率（按金额）",
        title_en="Win rate by amount",
        definition_zh="赢单金额 ÷（赢单金额＋输单金额），按关闭日期；没有金额的商机不计入",
        definition_en="Amount won ÷ (won + lost), by close date; deals without an amount stay out",
        sides_zh=("赢单金额", "已决商机金额"),
        sides_en=("Amount won", "Amount decided"),
        kind="result",
        level="week",
        unit="share",
        better="up",
        numerator=Measure("deal_credit", "amount", where=pl.col("is_won")),
        denominator=Measure("deal_credit", "amount"),
    ),
    Metric(
        code="sales_cycle_days",
        title_zh="销售周期",
        title_en="Sales cycle",
        definition_zh="赢单商机从建立到成交的天数 ÷ 赢单数",
        definition_en="Days from opening to winning ÷ deals won",
        sides_zh=("赢单所用天数", "赢单数"),
        sides_en=("Days to win", "Deals won"),
        kind="result",
        level="week",
        unit="days",
        better="down",
        numerator=Measure("deal_closed", "cycle_days", where=_DATED_WIN),
        denominator=Measure("deal_closed", how="count", where=_DATED_WIN),
    ),
)


def stage_metrics(stages: Iterable[Stage]) -> tuple[Metric, ...]:
    """Two metrics for every open stage, with the stage in the code's brackets.

    >>> [metric.code for metric in stage_metrics([Stage("谈判"), Stage("成交", "won")])]
    ['stage_conversion[谈判]', 'stage_days[谈判]']
    """
    return tuple(
        metric
        for stage in stages
        if stage.outcome == "open"
        for metric in (_conversion(stage.name), _days(stage.name))
    )


def _conversion(stage: str) -> Metric:
    here = pl.col("stage") == stage
    return Metric(
        code=f"stage_conversion[{stage}]",
        title_zh=f"阶段转化率（{stage}）",
        title_en=f"Stage conversion ({stage})",
        definition_zh=f"从「{stage}」向前推进的商机数 ÷ 离开「{stage}」的商机数",
        definition_en=f"Deals that left {stage} forward ÷ deals that left {stage}",
        sides_zh=("向前推进的商机数", "离开该阶段的商机数"),
        sides_en=("Deals moved forward", "Deals that left the stage"),
        kind="process",
        level="week",
        unit="share",
        better="up",
        numerator=Measure("stage_exit", how="count", where=here & pl.col("is_forward")),
        denominator=Measure("stage_exit", how="count", where=here),
    )


def _days(stage: str) -> Metric:
    known = (pl.col("stage") == stage) & pl.col("stage_days").is_not_null()
    return Metric(
        code=f"stage_days[{stage}]",
        title_zh=f"阶段停留天数（{stage}）",
        title_en=f"Days in stage ({stage})",
        definition_zh=f"在「{stage}」停留的天数 ÷ 离开「{stage}」的商机数",
        definition_en=f"Days spent in {stage} ÷ exits from {stage}",
        sides_zh=("停留天数", "离开该阶段的商机数"),
        sides_en=("Days in the stage", "Deals that left the stage"),
        kind="process",
        level="week",
        unit="days",
        better="down",
        numerator=Measure("stage_exit", "stage_days", where=known),
        denominator=Measure("stage_exit", how="count", where=known),
    )
