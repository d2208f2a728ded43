"""Metrics of leads, visits and proposals: what sales does."""

from typing import Final

import polars as pl

from transforms.definitions.metric import Measure, Metric

_RESPONDED: Final = pl.col("response_hours").is_not_null()
_DISCOVERY: Final = pl.col("is_discovery") & pl.col("answered_questions").is_not_null()
_CORE_QUESTIONS: Final = 3
_CAMPAIGN: Final = pl.col("campaign").is_not_null()

METRICS: Final = (
    Metric(
        code="leads",
        title_zh="线索量",
        title_en="Leads",
        definition_zh="新增线索数，按进线日期",
        definition_en="New leads, by the day they came in",
        kind="process",
        level="day",
        unit="count",
        better="up",
        numerator=Measure("lead_created", how="count"),
    ),
    Metric(
        code="qualified_leads",
        title_zh="有效线索量",
        title_en="Qualified leads",
        definition_zh="标记为有效的新增线索数，按进线日期",
        definition_en="New leads marked as qualified, by the day they came in",
        kind="process",
        level="day",
        unit="count",
        better="up",
        numerator=Measure("lead_created", how="count", where=pl.col("is_qualified")),
    ),
    Metric(
        code="lead_response_hours",
        title_zh="线索响应时长",
        title_en="Lead response time",
        definition_zh="进线到首次跟进的小时数 ÷ 已跟进线索数",
        definition_en="Hours from arrival to first touch ÷ leads touched",
        kind="process",
        level="day",
        unit="hours",
        better="down",
        numerator=Measure("lead_created", "response_hours", where=_RESPONDED),
        denominator=Measure("lead_created", how="count", where=_RESPONDED),
    ),
    Metric(
        code="lead_conversion",
        title_zh="线索转化率",
        title_en="Lead conversion",
        definition_zh="期间内转为客户的线索数 ÷ 期间内新增线索数（期间口径）",
        definition_en="Leads turned customers in the period ÷ leads of the period (period view)",
        kind="result",
        level="day",
        unit="share",
        better="up",
        numerator=Measure("lead_converted", how="count"),
        denominator=Measure("lead_created", how="count"),
    ),
    Metric(
        code="lead_conversion_cohort",
        title_zh="线索转化率（同批）",
        title_en="Lead conversion (cohort)",
        definition_zh="期间内新增线索中至今已转为客户的 ÷ 期间内新增线索数（同批口径）",
        definition_en="Leads of the period that became customers so far ÷ leads of the period",
        kind="result",
        level="day",
        unit="share",
        better="up",
        numerator=Measure("lead_created", how="count", where=pl.col("converted_on").is_not_null()),
        denominator=Measure("lead_created", how="count"),
        has_baseline=False,
    ),
    Metric(
        code="effective_visits",
        title_zh="有效拜访量",
        title_en="Effective visits",
        definition_zh="达到质量标准的拜访数，按拜访日期",
        definition_en="Visits that meet the quality standard, by their day",
        kind="process",
        level="day",
        unit="count",
        better="up",
        numerator=Measure("visit", how="count", where=pl.col("is_effective")),
    ),
    Metric(
        code="discovery_depth",
        title_zh="需求挖掘深度",
        title_en="Discovery depth",
        definition_zh="已回答的核心问题数 ÷（3 × 有记录的需求挖掘拜访数）",
        definition_en="Core questions answered ÷ (3 × discovery visits on record)",
        kind="process",
        level="day",
        unit="share",
        better="up",
        numerator=Measure("visit", "answered_questions", where=_DISCOVERY),
        denominator=Measure("visit", how="count", where=_DISCOVERY, factor=_CORE_QUESTIONS),
    ),
    Metric(
        code="proposals",
        title_zh="方案提交数",
        title_en="Proposals",
        definition_zh="提交的方案与报价数，按提交日期",
        definition_en="Proposals and quotes submitted, by their day",
        kind="process",
        level="day",
        unit="count",
        better="up",
        numerator=Measure("proposal_submitted", how="count"),
    ),
    Metric(
        code="proposal_quality",
        title_zh="方案合格率",
        title_en="Proposal quality",
        definition_zh="含客户案例与 ROI 测算的方案数 ÷ 有记录的方案数",
        definition_en="Proposals with customer case and ROI estimate ÷ proposals on record",
        kind="process",
        level="week",
        unit="share",
        better="up",
        numerator=Measure("proposal_submitted", how="count", where=pl.col("is_complete")),
        denominator=Measure(
            "proposal_submitted", how="count", where=pl.col("is_complete").is_not_null()
        ),
    ),
    Metric(
        code="campaign_leads",
        title_zh="活动线索量",
        title_en="Campaign leads",
        definition_zh="由市场活动带来的新增线索数，按进线日期",
        definition_en="New leads that a campaign brought, by the day they came in",
        kind="process",
        level="week",
        unit="count",
        better="up",
        numerator=Measure("lead_created", how="count", where=_CAMPAIGN),
    ),
    Metric(
        code="campaign_conversion",
        title_zh="活动转化率",
        title_en="Campaign conversion",
        definition_zh="期间内活动线索中至今已转为客户的 ÷ 期间内活动线索数（同批口径）",
        definition_en=(
            "Campaign leads of the period that became customers so far ÷ campaign leads of the "
            "period (cohort view)"
        ),
        kind="process",
        level="week",
        unit="share",
        better="up",
        numerator=Measure(
            "lead_created", how="count", where=_CAMPAIGN & pl.col("converted_on").is_not_null()
        ),
        denominator=Measure("lead_created", how="count", where=_CAMPAIGN),
        has_baseline=False,
    ),
    Metric(
        code="referral_leads",
        title_zh="转介绍线索",
        title_en="Referral leads",
        definition_zh="经转介绍进来的新增线索数，按进线日期",
        definition_en="New leads that came by referral, by the day they came in",
        kind="process",
        level="week",
        unit="count",
        better="up",
        numerator=Measure("lead_created", how="count", where=pl.col("is_referral")),
    ),
    Metric(
        code="report_completeness",
        title_zh="日报完整率",
        title_en="Daily reports filed",
        definition_zh="有日报的人日数 ÷ 应交日报的人日数（在岗人员 × 工作日，自首份日报起）",
        definition_en=(
            "Rep-days with a report ÷ rep-days due (people in a team × working days, since the "
            "first report on record)"
        ),
        kind="process",
        level="week",
        unit="share",
        better="up",
        numerator=Measure("report_day", how="count", where=pl.col("is_reported")),
        denominator=Measure("report_day", how="count"),
    ),
    Metric(
        code="report_timeliness",
        title_zh="日报及时率",
        title_en="Daily reports on time",
        definition_zh="当日截止时间（默认 17:00）前录入的日报数 ÷ 应交日报的人日数",
        definition_en=(
            "Rep-days whose report was entered by the hour it is due (by default 17:00) ÷ rep-days "
            "due"
        ),
        kind="process",
        level="week",
        unit="share",
        better="up",
        numerator=Measure("report_day", how="count", where=pl.col("is_timely")),
        denominator=Measure("report_day", how="count"),
    ),
)
