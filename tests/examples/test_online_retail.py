"""UCI Online Retail against figures computed independently of the project."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from flows.company import Company
from flows.review import Review, build_review, named_week
from tests.examples.conftest import ARRIVED_AT

pytestmark = pytest.mark.xdist_group("online_retail")  # its fixtures are made once

KNOWN_CUSTOMERS_AND_REPEATERS = (4338, 2845)


@pytest.fixture(scope="module")
def review(real_company: Callable[[str], Company]) -> Review:
    company = real_company("online_retail")
    return build_review(company, named_week(company, "2011-W49"), ARRIVED_AT)


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


def test_shape_and_cancellations(review: Review) -> None:
    sale = review.facts["sale"].collect()
    assert sale.height == 541_909
    assert sale["net_amount"].sum() == Decimal("9747747.934")
    cancelled = sale.filter(pl.col("document_kind") == "cancellation")
    assert cancelled.height == 9288
    assert cancelled["net_amount"].sum() == Decimal("-896812.49")


def test_sales_without_customer_are_kept(review: Review) -> None:
    assert review.facts["sale"].collect()["account_id"].null_count() == 135_080


def test_repurchase_over_the_whole_file(review: Review) -> None:
    """Domain §4: TRUTH's figure uses the whole file, the metric a window."""
    sales = review.facts["sale"].filter(
        (pl.col("document_kind") == "sale") & pl.col("account_id").is_not_null()
    )
    orders = sales.group_by("account_id").agg(orders=pl.col("order_id").n_unique()).collect()
    repeaters = orders.filter(pl.col("orders") > 1).height
    assert (orders.height, repeaters) == KNOWN_CUSTOMERS_AND_REPEATERS
