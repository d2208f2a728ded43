"""Metrics of what sales works with: people and stock."""

from typing import Final

import polars as pl

from transforms.definitions.metric import Measure, Metric

_HEADS: Final = Measure("head", how="average")

METRICS: Final = (
    Metric(
        code="output_per_head",
        title_zh="人均产出",
        title_en="Output per head",
        definition_zh="销售额 ÷ 期间平均在岗人数（按人员归属逐日计算）",
        definition_en="Net sales ÷ average heads (people in a team, day by day)",
        sides_zh=("销售额", "平均在岗人数"),
        sides_en=("Net sales", "Average heads"),
        kind="result",
        level="month",
        unit="money",
        better="up",
        numerator=Measure("sale", "net_amount"),
        denominator=_HEADS,
        rule="spells",
        needs_cases=False,
    ),
    Metric(
        code="staff_turnover",
        title_zh="人员流动率",
        title_en="Staff turnover",
        definition_zh="期间离岗且未再任职的人数 ÷ 期间平均在岗人数",
        definition_en="People who left in the period ÷ average heads",
        sides_zh=("离岗人数", "平均在岗人数"),
        sides_en=("Leavers", "Average heads"),
        kind="result",
        level="month",
        unit="share",
        better="down",
        numerator=Measure("head", how="ended", where=pl.col("is_leaver")),
        denominator=_HEADS,
        rule="spells",
    ),
    Metric(
        code="inventory_turnover",
        title_zh="渠道库存周转率",
        title_en="Channel inventory turnover",
        definition_zh="有库存渠道的期间销售成本 ÷ 期间平均渠道库存（次，未年化）",
        definition_en=(
            "Cost of goods sold through channels with stock ÷ average channel inventory (times in "
            "the period, not annualised)"
        ),
        sides_zh=("销售成本", "平均渠道库存"),
        sides_en=("Cost of goods sold", "Average inventory"),
        kind="result",
        level="month",
        unit="ratio",
        better="up",
        numerator=Measure("stock_sold", "cost_amount"),
        denominator=Measure("stock_level", "stock_amount", how="average"),
        rule="spells",
        needs_cases=False,
    ),
)
