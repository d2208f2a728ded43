"""The catalogue: every metric can be read from the facts it names."""

import pytest

from transforms.catalogue import CATALOGUE, Measure, Metric, catalogue_for
from transforms.parameters import Stage
from transforms.tables.columns import MONEY
from transforms.tables.facts import FACTS

ALL = catalogue_for([Stage("谈判", position=1), Stage("成交", "won", 2), Stage("输单", "lost", 3)])
DOMAIN = {
    "leads", "qualified_leads", "lead_response_hours", "effective_visits", "discovery_depth",
    "proposals", "proposal_quality", "stage_conversion[谈判]", "stage_days[谈判]",
    "overdue_stages", "pipeline_coverage", "lead_conversion", "lead_conversion_cohort",
    "win_rate", "win_rate_amount", "sales_cycle_days", "sales_amount", "contract_amount",
    "cash_collected", "collection_rate", "gross_margin", "new_customers", "new_customer_share",
    "aov", "repurchase_rate", "churn_rate", "target_attainment", "time_progress_gap",
    "channel_roi", "cac", "ltv", "output_per_head", "inventory_turnover", "campaign_leads",
    "market_share", "satisfaction", "sales_share[own]", "sales_share[partner]",
    "sales_share[emerging]", "sales_share[导入]", "sales_share[成长]", "sales_share[成熟]",
    "sales_share[衰退]", "sales_share[existing]", "sales_share[key]", "staff_turnover",
    "renewal_rate", "budget_use", "referral_leads", "campaign_conversion", "report_completeness",
}  # fmt: skip
"""Every line of domain §4, both views of lead conversion and of the win rate, shares by value."""


def test_every_metric_of_the_domain_is_there() -> None:
    assert set(ALL) >= DOMAIN
    assert all(code == metric.code for code, metric in ALL.items())
    assert len(ALL) == len(CATALOGUE) + 2


@pytest.mark.parametrize("metric", [pytest.param(m, id=m.code) for m in ALL.values()])
def test_sides_name_columns_of_their_fact(metric: Metric) -> None:
    for side in filter(None, (metric.numerator, metric.denominator)):
        if side.fact == "target":
            assert metric.rule in {"attainment", "progress_gap", "coverage"}
            continue
        schema = FACTS[side.fact].create_empty().schema
        assert side.columns <= set(schema)
        if side.how == "sum":
            assert schema[str(side.column)].is_numeric()


@pytest.mark.parametrize("metric", [pytest.param(m, id=m.code) for m in ALL.values()])
def test_titles_and_definitions_differ_and_are_given_in_both_languages(metric: Metric) -> None:
    titles = [metric.title_zh, metric.title_en, metric.definition_zh, metric.definition_en]
    assert all(titles)
    assert len(set(titles)) == 4
    for text in (metric.title_zh, metric.definition_zh):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in text)


def _basis(side: Measure) -> str | None:
    """Net or gross, where the side adds up money."""
    if side.fact == "target" or side.column is None or side.how in {"count", "count_distinct"}:
        return None
    column = FACTS[side.fact].columns()[side.column]
    if column.dtype != MONEY:
        return None
    basis = (column.metadata or {}).get("basis")
    assert basis in {"net", "gross"}, f"{side.fact}.{side.column} does not say whether it is net"
    return str(basis)


@pytest.mark.parametrize("metric", [pytest.param(m, id=m.code) for m in ALL.values()])
def test_d30_no_ratio_mixes_net_and_gross(metric: Metric) -> None:
    sides = [_basis(side) for side in (metric.numerator, metric.denominator) if side is not None]
    assert len(set(sides) - {None}) <= 1


def test_d30_sales_are_net_and_what_is_owed_is_gross() -> None:
    bases = {code: _basis(metric.numerator) for code, metric in ALL.items()}
    assert [bases[code] for code in ("sales_amount", "gross_margin", "aov")] == ["net"] * 3
    owed = ("contract_amount", "cash_collected", "collection_rate")
    assert [bases[code] for code in owed] == ["gross"] * 3


def test_a_measure_knows_whether_it_needs_the_period() -> None:
    share = CATALOGUE["new_customer_share"].numerator
    assert share.needs_period
    assert share.columns == {"net_amount", "first_ordered_on"}
    assert not CATALOGUE["sales_amount"].numerator.needs_period


def test_what_holds_on_each_day_is_a_level() -> None:
    """D-2: ratios and states are not spread over days."""
    levels = {code for code, metric in CATALOGUE.items() if metric.is_level}
    assert {"win_rate", "overdue_stages", "aov"} <= levels
    assert levels.isdisjoint({"sales_amount", "leads", "new_customers"})
    spread = {code for code, metric in CATALOGUE.items() if metric.is_spread}
    assert {"sales_amount", "output_per_head", "staff_turnover", "churn_rate"} <= spread
    assert spread.isdisjoint({"win_rate", "overdue_stages", "aov", "sales_share[own]"})
