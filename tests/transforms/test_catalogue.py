"""The catalogue: every metric can be read from the facts it names."""

import pytest

from transforms.catalogue import CATALOGUE, Metric, catalogue_for
from transforms.parameters import Stage
from transforms.tables.facts import FACTS

ALL = catalogue_for([Stage("谈判", position=1), Stage("成交", "won", 2), Stage("输单", "lost", 3)])
REQUIRED = {
    "sales_amount", "contract_amount", "cash_collected", "gross_margin", "leads",
    "qualified_leads", "effective_visits", "discovery_depth", "proposals", "lead_conversion",
    "win_rate", "aov", "sales_cycle_days", "new_customers", "repurchase_rate",
    "stage_conversion[谈判]", "pipeline_coverage", "target_attainment", "time_progress_gap",
}  # fmt: skip


def test_every_metric_of_the_first_review_is_there() -> None:
    assert set(ALL) >= REQUIRED
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
