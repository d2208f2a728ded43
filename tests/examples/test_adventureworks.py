"""AdventureWorks quotas against figures computed independently of the project."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from flows.company import Company
from flows.review import Review, build_review, named_week
from tests.examples.conftest import ARRIVED_AT, core_of, facts_of
from transforms.calendar import review_week
from transforms.forecast import forecasts

pytestmark = pytest.mark.xdist_group("adventureworks")  # its fixtures are made once


@pytest.fixture(scope="module")
def review(real_company: Callable[[str], Company]) -> Review:
    company = real_company("adventureworks")
    return build_review(company, named_week(company, "2014-W27"), ARRIVED_AT)


@pytest.fixture(scope="module")
def facts(real_company: Callable[[str], Company], review: Review) -> dict[str, pl.LazyFrame]:
    return facts_of(real_company("adventureworks"), review)


def test_sales_of_orders_with_a_sales_person(facts: dict[str, pl.LazyFrame]) -> None:
    persons = facts["sale"].filter(pl.col("channel") == "Reseller").collect()
    assert persons.height == 3806
    assert persons["net_amount"].sum() == Decimal("80487704.1832")


def test_restored_order_numbers(real_company: Callable[[str], Company], review: Review) -> None:
    lines = core_of(real_company("adventureworks"), review, "order_line")
    numbers = lines["order_id"].cast(pl.Int64)
    assert (numbers.min(), numbers.max(), numbers.n_unique()) == (43659, 75123, 31465)


@pytest.mark.parametrize(
    ("start", "reps", "quota", "actual", "attainment"),
    [
        pytest.param((2011, 5, 31), 10, 3886000, "3193633.9687", 0.821831, id="2011-05-31"),
        pytest.param((2011, 8, 31), 10, 5627000, "4871801.3365", 0.86579, id="2011-08-31"),
        pytest.param((2011, 12, 1), 10, 4750000, "4069186.0383", 0.856671, id="2011-12-01"),
        pytest.param((2012, 2, 29), 10, 5068000, "4153820.4211", 0.819617, id="2012-02-29"),
        pytest.param((2012, 5, 30), 13, 10537000, "8880239.4359", 0.842767, id="2012-05-30"),
        pytest.param((2012, 8, 30), 14, 8654000, "7041183.7535", 0.813633, id="2012-08-30"),
        pytest.param((2012, 11, 30), 14, 5913000, "5266343.505", 0.890638, id="2012-11-30"),
        pytest.param((2013, 2, 28), 14, 8039000, "6733903.8208", 0.837654, id="2013-02-28"),
        pytest.param((2013, 5, 30), 17, 13733000, "10937566.5678", 0.796444, id="2013-05-30"),
        pytest.param((2013, 8, 30), 17, 11097000, "9282162.9729", 0.836457, id="2013-08-30"),
        pytest.param((2013, 11, 30), 17, 8051000, "7114746.3184", 0.88371, id="2013-11-30"),
        pytest.param((2014, 3, 1), 17, 10359000, "8943116.0443", 0.863318, id="2014-03-01"),
    ],
)
def test_attainment_by_quota_window(
    review: Review,
    start: tuple[int, int, int],
    reps: int,
    quota: int,
    actual: str,
    attainment: float,
) -> None:
    windows = _windows(review).filter(pl.col("period_start") == date(*start))
    assert windows.height == reps
    assert windows["target"].sum() == quota
    assert windows["actual"].sum() == Decimal(actual)
    ratio = float(windows["actual"].sum()) / float(windows["target"].sum())
    assert ratio == pytest.approx(attainment, abs=1e-6)


@pytest.mark.parametrize(
    ("rep", "windows", "quota", "actual", "hit"),
    [
        pytest.param("280", 12, 3551000, "3325102.5941", 5, id="280"),
        pytest.param("283", 12, 4025000, "3729945.349", 3, id="283"),
        pytest.param("276", 12, 11786000, "10367007.4265", 0, id="276"),
        pytest.param("286", 4, 1687000, "1421810.9242", 0, id="286"),
        pytest.param("285", 4, 205000, "172524.4512", 0, id="285"),
        pytest.param("284", 7, 2753000, "2312545.69", 0, id="284"),
        pytest.param("279", 12, 8541000, "7171012.7501", 0, id="279"),
        pytest.param("274", 12, 1305000, "1092123.8561", 0, id="274"),
        pytest.param("287", 8, 876000, "732759.1841", 0, id="287"),
        pytest.param("282", 12, 7098000, "5926418.3555", 0, id="282"),
        pytest.param("275", 12, 11162000, "9293903.0046", 0, id="275"),
        pytest.param("278", 12, 4365000, "3609447.2148", 0, id="278"),
        pytest.param("277", 12, 12198000, "10065803.5404", 0, id="277"),
        pytest.param("281", 12, 7804000, "6427005.554", 0, id="281"),
        pytest.param("290", 8, 5557000, "4509888.9311", 0, id="290"),
        pytest.param("289", 8, 10514000, "8503338.6457", 0, id="289"),
        pytest.param("288", 4, 2287000, "1827066.7118", 0, id="288"),
    ],
)
def test_attainment_by_person(
    review: Review, rep: str, windows: int, quota: int, actual: str, hit: int
) -> None:
    rows = _windows(review).filter(pl.col("scope") == rep)
    assert rows.height == windows
    assert rows["target"].sum() == quota
    assert rows["actual"].sum() == Decimal(actual)
    assert rows.filter(pl.col("actual") >= pl.col("target")).height == hit


def test_attainment_of_single_windows(review: Review) -> None:
    rows = _windows(review).filter(pl.col("scope") == "280")
    by_start = dict(rows.select("period_start", "attainment").iter_rows())
    assert by_start[date(2012, 5, 30)] == pytest.approx(2.040932, abs=1e-6)
    assert by_start[date(2013, 2, 28)] == pytest.approx(0.363161, abs=1e-6)


def _windows(review: Review) -> pl.DataFrame:
    return review.tables["target_progress"].filter(pl.col("scope_kind") == "rep")


@pytest.mark.parametrize("period", ["week", "mtd", "qtd", "ytd"])
def test_d12_groups_of_customers_make_all_sales(
    review: Review, facts: dict[str, pl.LazyFrame], period: str
) -> None:
    company = (pl.col("scope_kind") == "company") & (pl.col("period_kind") == period)
    groups = review.tables["customer_group"].filter(company)
    start, end = groups.select("period_start", "period_end").unique().row(0)
    sales = facts["sale"].filter(pl.col("occurred_on").is_between(start, end)).collect()
    assert groups["sales"].sum() == sales["net_amount"].sum()
    assert groups["customers"].sum() == 19119


@pytest.mark.parametrize("week", ["2013-W20", "2013-W46", "2014-W20"])
def test_the_forecast_is_less_wrong_than_both_naive_rules_d23(
    review: Review, facts: dict[str, pl.LazyFrame], week: str
) -> None:
    """At the same point of past quarters: same as last year, and the pace so far."""
    parameters = replace(review.parameters, week=review_week(week))
    found, tests = forecasts(facts, review.catalogue, parameters)
    own = (
        (pl.col("metric") == "sales_amount")
        & (pl.col("scope_kind") == "company")
        & (pl.col("period_kind") == "qtd")
    )
    row = found.filter(own).row(0, named=True)
    assert row["rule"] == "trend", "there are no deals"
    assert row["is_better_than_naive"]
    assert row["low"] < row["forecast"] < row["high"]
    errors = dict(tests.filter(own).select("rule", "weighted_error").iter_rows())
    assert errors["trend"] < min(errors["run_rate"], errors.get("last_year", 1.0))
