"""Metrics of sales, contracts, cash and customers: what comes of it."""

from typing import Final

import polars as pl

from transforms.definitions.metric import Measure, Metric

_IS_SALE: Final = pl.col("document_kind") == "sale"
_COSTED: Final = pl.col("margin_amount").is_not_null()
_NET: Final = Measure("sale", "net_amount")
_TARGET: Final = Measure("target", "target_value")

METRICS: Final = (
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
        numerator=_NET,
    ),
    Metric(
        code="contract_amount",
        title_zh="合同额",
        title_en="Contracts",
        definition_zh="已签合同金额（含税），按签订日期；作废的合同按作废日期扣减",
        definition_en="Gross value of contracts signed, by signing date; cancelled ones taken back",
        kind="result",
        level="week",
        unit="money",
        better="up",
        numerator=Measure("signed_contract", "amount"),
    ),
    Metric(
        code="cash_collected",
        title_zh="回款额",
        title_en="Cash collected",
        definition_zh="实际到账金额（含税），按到账日期",
        definition_en="Payments received (gross), by the day they arrived",
        kind="result",
        level="week",
        unit="money",
        better="up",
        numerator=Measure("cash_receipt", "amount"),
    ),
    Metric(
        code="collection_rate",
        title_zh="回款率",
        title_en="Collection rate",
        definition_zh="期间回款额 ÷ 期间到期应收额（含税；到期按付款计划，无计划按发票到期日）",
        definition_en=(
            "Cash collected ÷ receivables that fell due (gross; due by the payment plan, else by "
            "the invoice)"
        ),
        sides_zh=("回款额", "到期应收额"),
        sides_en=("Cash collected", "Receivables due"),
        kind="result",
        level="month",
        unit="share",
        better="up",
        numerator=Measure("cash_receipt", "amount"),
        denominator=Measure("receivable_due", "amount"),
    ),
    Metric(
        code="gross_margin",
        title_zh="毛利率",
        title_en="Gross margin",
        definition_zh="（销售额 − 成本）÷ 销售额，只含成本已知的订单行",
        definition_en="(Net sales − cost) ÷ net sales, over the lines whose cost is known",
        sides_zh=("毛利额", "销售额"),
        sides_en=("Gross profit", "Net sales"),
        kind="result",
        level="month",
        unit="share",
        better="up",
        numerator=Measure("sale", "margin_amount", where=_COSTED),
        denominator=Measure("sale", "net_amount", where=_COSTED),
    ),
    Metric(
        code="new_customers",
        title_zh="新客户数",
        title_en="New customers",
        definition_zh="首次下单落在期间内的客户数",
        definition_en="Customers whose first order ever lies in the period",
        kind="result",
        level="week",
        unit="count",
        better="up",
        numerator=Measure(
            "sale",
            "account_id",
            how="count_distinct",
            where=_IS_SALE & (pl.col("first_ordered_on") == pl.col("occurred_on")),
        ),
    ),
    Metric(
        code="new_customer_share",
        title_zh="新客户销售占比",
        title_en="Share of new customers",
        definition_zh="首次下单落在期间内的客户的销售额 ÷ 销售额",
        definition_en="Sales to customers whose first order lies in the period ÷ sales",
        sides_zh=("新客户销售额", "销售额"),
        sides_en=("Sales to new customers", "Net sales"),
        kind="result",
        level="week",
        unit="share",
        better="up",
        numerator=Measure(
            "sale", "net_amount", where=pl.col("first_ordered_on") >= pl.col("period_start")
        ),
        denominator=_NET,
    ),
    Metric(
        code="aov",
        title_zh="客单价",
        title_en="Average order value",
        definition_zh="销售额 ÷ 销售订单数",
        definition_en="Net sales ÷ sales orders",
        sides_zh=("销售额", "订单数"),
        sides_en=("Net sales", "Orders"),
        kind="result",
        level="day",
        unit="money",
        better="up",
        numerator=_NET,
        denominator=Measure("sale", "order_id", how="count_distinct", where=_IS_SALE),
    ),
    Metric(
        code="repurchase_rate",
        title_zh="复购率",
        title_en="Repurchase rate",
        definition_zh=(
            "截至期末的滚动窗口内（默认 12 个月）下单 ≥ 2 次的客户数 ÷ 下单 ≥ 1 次的客户数"
        ),
        definition_en=(
            "Customers with ≥ 2 orders ÷ customers with ≥ 1, in the window (by default 12 months) "
            "that ends with the period"
        ),
        sides_zh=("复购客户数", "下单客户数"),
        sides_en=("Customers with repeat orders", "Customers with orders"),
        kind="result",
        level="week",
        unit="share",
        better="up",
        numerator=Measure("sale", "account_id", how="count_distinct", where=_IS_SALE),
        denominator=Measure("sale", "account_id", how="count_distinct", where=_IS_SALE),
        rule="repurchase",
    ),
    Metric(
        code="target_attainment",
        title_zh="目标完成率",
        title_en="Target attainment",
        definition_zh="销售额 ÷ 全期销售额目标",
        definition_en="Net sales ÷ sales target of the whole period",
        kind="result",
        level="month",
        unit="share",
        better="up",
        numerator=_NET,
        denominator=_TARGET,
        rule="attainment",
        needs_cases=False,
        has_baseline=False,
    ),
    Metric(
        code="time_progress_gap",
        title_zh="进度差",
        title_en="Gap to time progress",
        definition_zh=(
            "目标完成率 − 计划应达比例（按工作日与季节权重），即（销售额 − 应达）÷ 全期目标"
        ),
        definition_en="Attainment − share of the plan due by now: (net sales − due) ÷ target",
        kind="result",
        level="week",
        unit="share",
        better="up",
        numerator=_NET,
        denominator=_TARGET,
        rule="progress_gap",
        needs_cases=False,
        has_baseline=False,
    ),
)
