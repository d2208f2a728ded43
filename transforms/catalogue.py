"""The metric catalogue (domain §4): every metric defined once, as data.

Ratios are kept as numerator and denominator and divided last, so that they roll up and
decompose exactly. The glossary of the pack, the docs page and column titles are printed from here.
"""

from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

Unit = Literal["money", "count", "share", "days", "hours", "ratio"]
Better = Literal["up", "down", "set"]


@dataclass(frozen=True)
class Measure:
    """One side of a metric: an aggregate over one fact."""

    fact: str
    column: str | None = None
    """None counts rows."""
    how: Literal["sum", "count", "count_distinct"] = "sum"
    where: pl.Expr | None = None
    factor: int = 1


@dataclass(frozen=True)
class Metric:
    """One metric."""

    code: str
    title_zh: str
    title_en: str
    definition_zh: str
    definition_en: str
    kind: Literal["process", "result"]
    level: Literal["day", "week", "month"]
    unit: Unit
    better: Better
    numerator: Measure
    denominator: Measure | None = None
    """None: a plain sum, whose denominator is 1."""

    @property
    def is_ratio(self) -> bool:
        """Whether the value is a quotient of two measures."""
        return self.denominator is not None


CATALOGUE: Final[dict[str, Metric]] = {
    metric.code: metric
    for metric in (
        Metric(
            code="sales_amount",
            title_zh="销售额",
            title_en="Sales",
            definition_zh="不含税订单金额，退货、取消与更正按各自单据日期扣减",
            definition_en="Net order amount; returns, cancellations and corrections on their date",
            kind="result",
            level="week",
            unit="money",
            better="up",
            numerator=Measure("sale", "net_amount"),
        ),
        Metric(
            code="win_rate",
            title_zh="成交率",
            title_en="Win rate",
            definition_zh="赢单数 ÷（赢单数＋输单数），按关闭日期",
            definition_en="Won ÷ (won + lost), by close date",
            kind="result",
            level="week",
            unit="share",
            better="up",
            numerator=Measure("deal_closed", how="count", where=pl.col("is_won")),
            denominator=Measure("deal_closed", how="count"),
        ),
    )
}
