"""UCI Online Retail against figures computed independently of the project."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from flows.company import Company
from flows.review import Review, build_review, named_week
from tests.examples.conftest import ARRIVED_AT, facts_of
from transforms.customers.days import customer_days

pytestmark = pytest.mark.xdist_group("online_retail")  # its fixtures are made once

KNOWN_CUSTOMERS_AND_REPEATERS = (4338, 2845)


@pytest.fixture(scope="module")
def review(real_company: Callable[[str], Company]) -> Review:
    company = real_company("online_retail")
    return build_review(company, named_week(company, "2011-W49"), ARRIVED_AT)


@pytest.fixture(scope="module")
def facts(real_company: Callable[[str], Company], review: Review) -> dict[str, pl.LazyFrame]:
    return facts_of(real_company("online_retail"), review)


@pytest.mark.parametrize(
    ("month", "net"),
    [
        pytest.param((2010, 12), "748957.02", id="2010-12"),
        pytest.param((2011, 1), "560000.26", id="2011-01"),
        pytest.param((2011, 4), "493207.121", id="2011-04"),
        pytest.param((2011, 9), "1019687.622", id="2011-09"),
        pytest.param((2011, 11), "1461756.25", id="2011-11"),
        pytest.param((2011, 12), "433668.01", id="2011-12"),
    ],
)
def test_monthly_net(review: Review, month: tuple[int, int], net: str) -> None:
    rows = review.tables["metric_history"].filter(
        (pl.col("metric") == "sales_amount")
        & (pl.col("scope_kind") == "company")
        & (pl.col("period_kind") == "month")
        & (pl.col("period_start") == date(*month, 1))
    )
    assert rows["numerator"].to_list() == [Decimal(net)]


def test_shape_and_cancellations(facts: dict[str, pl.LazyFrame]) -> None:
    sale = facts["sale"].collect()
    assert sale.height == 541_909
    assert sale["net_amount"].sum() == Decimal("9747747.934")
    cancelled = sale.filter(pl.col("document_kind") == "cancellation")
    assert cancelled.height == 9288
    assert cancelled["net_amount"].sum() == Decimal("-896812.49")


def test_sales_without_customer_are_kept(facts: dict[str, pl.LazyFrame]) -> None:
    assert facts["sale"].collect()["account_id"].null_count() == 135_080


def test_repurchase_over_the_whole_file(facts: dict[str, pl.LazyFrame]) -> None:
    """Domain §4: TRUTH's figure uses the whole file, the metric a window."""
    sales = facts["sale"].filter(
        (pl.col("document_kind") == "sale") & pl.col("account_id").is_not_null()
    )
    orders = sales.group_by("account_id").agg(orders=pl.col("order_id").n_unique()).collect()
    repeaters = orders.filter(pl.col("orders") > 1).height
    assert (orders.height, repeaters) == KNOWN_CUSTOMERS_AND_REPEATERS


def test_customers_by_day_keep_the_repeaters_of_the_file(facts: dict[str, pl.LazyFrame]) -> None:
    days = customer_days(facts["sale"])
    orders = days.group_by("account_id").agg(pl.col("orders").sum()).filter(pl.col("orders") > 0)
    repeaters = orders.filter(pl.col("orders") > 1).height
    assert (orders.height, repeaters) == KNOWN_CUSTOMERS_AND_REPEATERS


def test_d14_cohorts_are_the_new_customers_of_the_quarters(review: Review) -> None:
    """TRUTH.md, new customers by month: 885; 417 + 380 + 452; and so on, 4,338 in all."""
    cohorts = review.tables["cohort_repurchase"].filter(
        (pl.col("scope_kind") == "company") & (pl.col("quarters_since") == 0)
    )
    assert dict(cohorts.select("cohort_start", "customers").iter_rows()) == {
        date(2010, 10, 1): 885,
        date(2011, 1, 1): 1249,
        date(2011, 4, 1): 826,
        date(2011, 7, 1): 656,
        date(2011, 10, 1): 722,
    }


@pytest.mark.parametrize("period", ["week", "mtd", "qtd", "ytd"])
def test_d12_groups_and_the_lines_without_customer_make_all_sales(
    review: Review, facts: dict[str, pl.LazyFrame], period: str
) -> None:
    company = (pl.col("scope_kind") == "company") & (pl.col("period_kind") == period)
    groups = review.tables["customer_group"].filter(company)
    sales = review.tables["metric_value"].filter(company & (pl.col("metric") == "sales_amount"))
    assert groups["sales"].sum() == sales["numerator"].item()
    rest = groups.filter(pl.col("customer_group") == "no_customer")
    assert rest["customers"].item() == 0
    assert rest["sales"].item() != 0
    customers = facts["sale"].select(pl.col("account_id").drop_nulls().n_unique())
    assert groups["customers"].sum() == customers.collect().item()


def test_d10_scores_split_the_customers_in_fifths(review: Review) -> None:
    profile = review.tables["customer_profile"].filter(
        (pl.col("scope_kind") == "company") & ~pl.col("is_prospect")
    )
    counts = profile["monetary_score"].value_counts(sort=True)["count"].to_list()
    assert profile.height == KNOWN_CUSTOMERS_AND_REPEATERS[0]
    assert max(counts) - min(counts) <= 1


def test_d14_the_model_says_what_it_found_or_why_it_refuses(review: Review) -> None:
    model = review.tables["lifetime_model"].row(0, named=True)
    assert model["model"] == "BG/NBD + Gamma-Gamma"
    if model["state"] == "refused":
        assert model["detail"]
        assert model["new_customer_value"] is None
    else:
        assert abs(model["predicted_purchases"] / model["actual_purchases"] - 1) <= 0.25
    assert model["cac"] is None, "no marketing spend is on record"
