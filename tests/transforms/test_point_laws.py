"""Laws of metric points: parts make the whole, order and newcomers change nothing."""

from datetime import date
from decimal import Decimal

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.builders import AS_OF, Row, points
from transforms.catalogue import CATALOGUE
from transforms.scopes import SCOPE_KINDS, UNASSIGNED

SALES = st.lists(
    st.fixed_dictionaries(
        {
            "occurred_on": st.dates(date(2024, 12, 1), AS_OF),
            "net_amount": st.decimals(-(10**6), 10**6, places=4),
            "region": st.sampled_from(["华东", "华南", UNASSIGNED]),
            "team": st.sampled_from(["一部", "二部", "三部", UNASSIGNED]),
            "rep": st.sampled_from(["R1", UNASSIGNED]),
            "product_line": st.sampled_from(["检测", "输送"]),
            "channel": st.sampled_from(["直销", UNASSIGNED]),
        }
    ),
    min_size=1,
    max_size=30,
)
LEADS = st.lists(
    st.fixed_dictionaries(
        {
            "occurred_on": st.dates(date(2024, 12, 1), AS_OF),
            "team": st.sampled_from(["一部", "四部", UNASSIGNED]),
            "is_qualified": st.booleans(),
        }
    ),
    max_size=30,
)


@settings(max_examples=15)
@given(sales=SALES, leads=LEADS)
def test_scopes_of_a_kind_add_up_to_the_company(sales: list[Row], leads: list[Row]) -> None:
    """Every additive metric, every period, 未分配 included (D-29)."""
    frame = points(sale=sales, lead_created=leads)
    additive = [
        code
        for code, metric in CATALOGUE.items()
        if not metric.is_ratio and metric.numerator.how != "count_distinct"
    ]
    keys = ["metric", "period_kind", "period_start", "period_end"]
    sums = (
        frame.filter(pl.col("metric").is_in(additive))
        .group_by(*keys, "scope_kind")
        .agg(pl.col("numerator").sum(), pl.col("n").sum())
    )
    company = sums.filter(pl.col("scope_kind") == "company").drop("scope_kind")
    parts = sums.filter(pl.col("scope_kind") != "company")
    joined = parts.join(company, on=keys, suffix="_company")
    assert joined.height == parts.height
    assert (joined["numerator"] == joined["numerator_company"]).all()
    assert (joined["n"] == joined["n_company"]).all()
    kinds = parts.filter(pl.col("metric") == "sales_amount")["scope_kind"].unique()
    assert "product_line" in kinds.to_list()
    assert set(kinds) <= set(SCOPE_KINDS)


@settings(max_examples=15)
@given(sales=SALES, data=st.data())
def test_row_order_does_not_matter(sales: list[Row], data: st.DataObject) -> None:
    named = [{**row, "order_id": f"O{number}"} for number, row in enumerate(sales)]
    shuffled = data.draw(st.permutations(named))
    keys = ["metric", "scope_kind", "scope", "period_kind", "period_start"]
    assert points(sale=named).sort(keys).equals(points(sale=shuffled).sort(keys))


@settings(max_examples=15)
@given(sales=SALES)
def test_adding_a_region_leaves_the_others_alone(sales: list[Row]) -> None:
    more = {"occurred_on": date(2024, 12, 2), "region": "西部", "net_amount": Decimal(7)}
    first = {**more, "region": "华东"}
    keys = ["metric", "scope_kind", "scope", "period_kind", "period_start"]

    def regions(rows: list[Row]) -> pl.DataFrame:
        others = (pl.col("scope_kind") == "region") & (pl.col("scope") != "西部")
        return points(sale=rows).filter(others & (pl.col("metric") == "sales_amount")).sort(keys)

    assert regions([first, *sales]).equals(regions([first, *sales, more]))
