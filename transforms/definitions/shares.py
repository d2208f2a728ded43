"""Shares of sales: channels by ownership, product lines by stage of life, groups of customers."""

from collections.abc import Iterable
from typing import Final, NamedTuple

import polars as pl

from transforms.definitions.metric import Measure, Metric


class _Part(NamedTuple):
    """A part of the sales: the name in the code's brackets, its titles, and which rows it is."""

    name: str
    title_zh: str
    title_en: str
    rule_zh: str
    rule_en: str
    where: pl.Expr


def _ownership(name: str, title_zh: str, title_en: str) -> _Part:
    rule = f"类型为{title_zh}的渠道", f"channels that are {title_en}"
    return _Part(
        name, f"{title_zh}渠道", f"{title_en} channels", *rule, _is("channel_ownership", name)
    )


def _stage_of_life(name: str, title_en: str) -> _Part:
    rule = f"生命周期处于{name}期的产品", f"products in the stage {title_en}"
    return _Part(name, f"{name}期产品", f"{title_en} stage", *rule, _is("life_cycle_stage", name))


def _is(column: str, value: str) -> pl.Expr:
    return pl.col(column) == value


_FIRST_ORDER: Final = pl.col("first_ordered_on")
_PARTS: Final = (
    _ownership("own", "自有", "own"),
    _ownership("partner", "合作", "partner"),
    _ownership("emerging", "新兴", "emerging"),
    _stage_of_life("导入", "introduction"),
    _stage_of_life("成长", "growth"),
    _stage_of_life("成熟", "maturity"),
    _stage_of_life("衰退", "decline"),
    _Part(
        "existing",
        "老客户",
        "existing customers",
        "首次下单早于期间的客户",
        "customers whose first order lies before the period",
        pl.col("period_start") > _FIRST_ORDER,
    ),
    _Part(
        "key",
        "大客户",
        "key customers",
        "标记为大客户的客户，可与新老客户重叠",
        "customers flagged as key, be they new or existing",
        pl.col("is_key_account"),
    ),
)
"""The share of new customers is `new_customer_share`; with `existing` it makes all sales whose
customer is known."""


def _shares(parts: Iterable[_Part]) -> tuple[Metric, ...]:
    return tuple(
        Metric(
            code=f"sales_share[{part.name}]",
            title_zh=f"{part.title_zh}销售占比",
            title_en=f"Share of {part.title_en}",
            definition_zh=f"销售额中{part.rule_zh}的部分 ÷ 销售额",
            definition_en=f"Net sales of {part.rule_en} ÷ net sales",
            sides_zh=(f"{part.title_zh}销售额", "销售额"),
            sides_en=(f"Sales of {part.title_en}", "Net sales"),
            kind="result",
            level="month",
            unit="share",
            better="set",
            numerator=Measure("sale", "net_amount", where=part.where),
            denominator=Measure("sale", "net_amount"),
        )
        for part in parts
    )


METRICS: Final = _shares(_PARTS)
