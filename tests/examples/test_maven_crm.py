"""The Maven CRM export against figures computed independently of the project."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from flows.company import Company
from flows.review import Review, build_review, named_week
from tests.examples.conftest import ARRIVED_AT, core_of, facts_of

pytestmark = pytest.mark.xdist_group("maven_crm")  # its fixtures are made once


@pytest.fixture(scope="module")
def review(real_company: Callable[[str], Company]) -> Review:
    company = real_company("maven_crm")
    return build_review(company, named_week(company, "2017-W52"), ARRIVED_AT)


@pytest.fixture(scope="module")
def facts(real_company: Callable[[str], Company], review: Review) -> dict[str, pl.LazyFrame]:
    return facts_of(real_company("maven_crm"), review)


def _value(review: Review, metric: str, period_kind: str, scope: str = "company") -> dict:
    rows = review.tables["metric_value"].filter(
        (pl.col("metric") == metric)
        & (pl.col("period_kind") == period_kind)
        & (pl.col("scope") == scope)
    )
    assert rows.height == 1
    return rows.row(0, named=True)


def test_won_lost_win_rate_and_value_of_the_year(review: Review) -> None:
    win_rate = _value(review, "win_rate", "ytd")
    assert win_rate["numerator"] == 4238
    assert win_rate["denominator"] == 4238 + 2473
    assert win_rate["value"] == pytest.approx(0.631501, abs=5e-7)
    assert _value(review, "contract_amount", "ytd")["numerator"] == 10_005_534
    assert _value(review, "sales_amount", "ytd")["numerator"] == 10_005_534


@pytest.mark.parametrize(
    ("first", "last", "won", "closed", "value"),
    [
        pytest.param((2017, 1, 1), (2017, 3, 31), 531, 647, 1134672, id="Q1"),
        pytest.param((2017, 4, 1), (2017, 6, 30), 1254, 2032, 3086111, id="Q2"),
        pytest.param((2017, 7, 1), (2017, 9, 30), 1257, 2047, 2982255, id="Q3"),
        pytest.param((2017, 10, 1), (2017, 12, 31), 1196, 1985, 2802496, id="Q4"),
    ],
)
def test_quarters(
    review: Review,
    first: tuple[int, int, int],
    last: tuple[int, int, int],
    won: int,
    closed: int,
    value: int,
) -> None:
    history = review.tables["metric_history"].filter(
        (pl.col("scope_kind") == "company")
        & (pl.col("period_kind") == "month")
        & pl.col("period_start").is_between(date(*first), date(*last))
    )
    rates = history.filter(pl.col("metric") == "win_rate")
    assert rates["numerator"].sum() == won
    assert rates["denominator"].sum() == closed
    contracts = history.filter(pl.col("metric") == "contract_amount")
    assert contracts["numerator"].sum() == Decimal(value)


@pytest.mark.parametrize(
    ("manager", "won", "value"),
    [
        pytest.param("Melvin Marxen", 882, 2251930, id="Melvin Marxen"),
        pytest.param("Summer Sewald", 828, 1964750, id="Summer Sewald"),
        pytest.param("Rocco Neubert", 691, 1960545, id="Rocco Neubert"),
        pytest.param("Celia Rouche", 610, 1603897, id="Celia Rouche"),
        pytest.param("Cara Losch", 480, 1130049, id="Cara Losch"),
        pytest.param("Dustin Brinkmann", 747, 1094363, id="Dustin Brinkmann"),
    ],
)
def test_teams(review: Review, manager: str, won: int, value: int) -> None:
    assert _value(review, "win_rate", "ytd", manager)["numerator"] == won
    assert _value(review, "contract_amount", "ytd", manager)["numerator"] == value


def test_no_row_is_lost_to_the_other_spelling_of_a_product(facts: dict[str, pl.LazyFrame]) -> None:
    lines = facts["deal_closed"].group_by("product_line").agg(pl.col("amount").sum())
    assert dict(lines.collect().iter_rows()) == {
        "GTX": Decimal(3510578 + 2629651 + 705275 + 499263),
        "MG": Decimal(2216387 + 43768),
        "GTK": Decimal(400612),
    }


def test_deals_without_customer_stay_open_deals(
    real_company: Callable[[str], Company], review: Review
) -> None:
    deals = core_of(real_company("maven_crm"), review, "opportunity")
    opportunities = deals.filter(pl.col("outcome") == "open")
    assert opportunities.height == 1589 + 500
    assert opportunities["account_id"].null_count() == 1088 + 337


def test_sales_cycle_of_won_deals(review: Review) -> None:
    cycle = _value(review, "sales_cycle_days", "ytd")
    assert cycle["denominator"] == 4238
    assert cycle["value"] == pytest.approx(51.781973, abs=5e-7)
