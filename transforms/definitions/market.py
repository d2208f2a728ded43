"""Metrics of channels, customers and the market: what it costs to win them and what they bring."""

from typing import Final

import polars as pl

from transforms.definitions.metric import Measure, Metric

_KNOWN_RETURN: Final = pl.col("profit_amount").is_not_null() | pl.col("spend_amount").is_not_null()

METRICS: Final = (
    Metric(
        code="channel_roi",
        title_zh="渠道 ROI",
        title_en="Channel ROI",
        definition_zh=(
            "（渠道带来客户的毛利 − 投放）÷ 投放，只含有投放的渠道；"
            "销售归于客户首条线索的来源渠道（首次触点）"
        ),
        definition_en=(
            "(Gross profit of the channel − spend) ÷ spend, of channels with spend; a sale belongs "
            "to the channel of its customer's first lead (first touch)"
        ),
        sides_zh=("毛利减投放", "投放"),
        sides_en=("Profit less spend", "Spend"),
        kind="result",
        level="month",
        unit="share",
        better="up",
        numerator=Measure("channel_return", "return_amount", where=_KNOWN_RETURN),
        denominator=Measure("channel_return", "spend_amount"),
        needs_cases=False,
    ),
    Metric(
        code="cac",
        title_zh="获客成本",
        title_en="Customer acquisition cost",
        definition_zh="市场投放 ÷ 首次下单落在期间内的客户数；渠道按客户首条线索的来源",
        definition_en=(
            "Marketing spend ÷ customers with their first order in the period; channels by the "
            "customer's first lead"
        ),
        sides_zh=("市场投放", "新客户数"),
        sides_en=("Acquisition spend", "New customers"),
        kind="result",
        level="month",
        unit="money",
        better="down",
        numerator=Measure("spend", "amount"),
        denominator=Measure("customer_gained", how="count"),
    ),
    Metric(
        code="ltv",
        title_zh="客户生命周期价值",
        title_en="Customer lifetime value",
        definition_zh=(
            "截至日客户未来价值的均值（贴现），模型见客户页（默认 BG/NBD + Gamma-Gamma）；"
            "模型不适用时无数据"
        ),
        definition_en=(
            "Mean discounted value of the customers at the as-of date by the model named on the "
            "customer page (by default BG/NBD + Gamma-Gamma); no data where it refuses"
        ),
        sides_zh=("客户未来价值合计", "客户数"),
        sides_en=("Future value of customers", "Customers"),
        kind="result",
        level="month",
        unit="money",
        better="up",
        numerator=Measure("customer_value", "lifetime_value"),
        denominator=Measure("customer_value", how="count"),
        has_baseline=False,
    ),
    Metric(
        code="budget_use",
        title_zh="预算执行率",
        title_en="Budget used",
        definition_zh="市场投放 ÷ 应达预算（按工作日分摊，不含应急预留；只含指明渠道或活动的预算）",
        definition_en=(
            "Marketing spend ÷ budget due (by working days, without the reserve; of the lines that "
            "name a channel or campaign)"
        ),
        sides_zh=("市场投放", "应达预算"),
        sides_en=("Spend", "Budget due"),
        kind="process",
        level="month",
        unit="share",
        better="set",
        numerator=Measure("spend", "amount"),
        denominator=Measure("budget_day", "budget_amount"),
        needs_cases=False,
        has_baseline=False,
    ),
    Metric(
        code="churn_rate",
        title_zh="客户流失率",
        title_en="Churn rate",
        definition_zh=(
            "期间流失的客户数 ÷ 期初活跃客户数；流失：登记为流失，或超过设定月数（默认 12）未下单"
        ),
        definition_en=(
            "Customers lost in the period ÷ active at its start; lost: recorded as lost, or no "
            "order for the months set (by default 12)"
        ),
        sides_zh=("流失客户数", "期初活跃客户数"),
        sides_en=("Customers lost", "Customers active at the start"),
        kind="result",
        level="month",
        unit="share",
        better="down",
        numerator=Measure(
            "customer_spell", how="ended", where=pl.col("occurred_on") < pl.col("period_start")
        ),
        denominator=Measure("customer_spell", how="at_start"),
        rule="spells",
    ),
    Metric(
        code="renewal_rate",
        title_zh="续约率",
        title_en="Renewal rate",
        definition_zh="到期合同中已续签的份数 ÷ 期间到期的合同份数，按到期日",
        definition_en="Contracts that another renews ÷ contracts that ran out, by their last day",
        sides_zh=("已续签合同数", "到期合同数"),
        sides_en=("Contracts renewed", "Contracts due"),
        kind="result",
        level="month",
        unit="share",
        better="up",
        numerator=Measure("contract_due", how="count", where=pl.col("is_renewed")),
        denominator=Measure("contract_due", how="count"),
    ),
    Metric(
        code="satisfaction",
        title_zh="客户满意度",
        title_en="Customer satisfaction",
        definition_zh="满意度评分合计 ÷ 答卷数，按答卷日期（评分沿用问卷的分制）",
        definition_en="Survey scores ÷ responses, by the day of the answer, on the survey's scale",
        sides_zh=("评分合计", "答卷数"),
        sides_en=("Sum of scores", "Responses"),
        kind="result",
        level="month",
        unit="points",
        better="up",
        numerator=Measure("survey_answer", "score"),
        denominator=Measure("survey_answer", how="count"),
    ),
    Metric(
        code="market_share",
        title_zh="市场占有率",
        title_en="Market share",
        definition_zh="销售额 ÷ 市场规模（由公司给出，按日均摊）",
        definition_en="Net sales ÷ market size (given by the company, spread over its days)",
        sides_zh=("销售额", "市场规模"),
        sides_en=("Net sales", "Market size"),
        kind="result",
        level="month",
        unit="share",
        better="up",
        numerator=Measure("sale", "net_amount"),
        denominator=Measure("market_day", "market_amount"),
        needs_cases=False,
    ),
)
