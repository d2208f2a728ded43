"""The fact that `ltv` is formed of."""

from decimal import Decimal

import polars as pl

from tests.transforms.builders import AS_OF, PERIODS, facts
from transforms.catalogue import CATALOGUE
from transforms.customers.valued import customer_value
from transforms.points import metric_points

PROFILE = pl.DataFrame(
    {
        "scope_kind": ["company", "company", "company", "team"],
        "account_id": ["K1", "K2", "refused", "K1"],
        "team": ["一部", "未分配", "一部", "一部"],
        "rep": ["R1", "未分配", "R1", "R1"],
        "lifetime_value": [100.004, 50.0, None, 7.0],
    }
)
REGIONS = pl.DataFrame({"team": ["一部", "一部"], "region": ["华东", "华南"]})


def test_d14_ltv_is_the_mean_of_the_customers_that_are_valued() -> None:
    fact = customer_value(PROFILE, REGIONS, AS_OF)
    given = facts(customer_value=[]) | {"customer_value": fact}
    found = metric_points(given, CATALOGUE, PERIODS, as_of=AS_OF).filter(
        metric="ltv", period_kind="mtd"
    )
    sides = {row["scope"]: (row["numerator"], row["denominator"]) for row in found.to_dicts()}
    assert sides["company"] == (Decimal(150), 2)
    assert sides["华东"] == (Decimal(100), 1)
    assert "K1" not in sides


def test_where_the_model_refuses_there_is_no_ltv() -> None:
    none = PROFILE.with_columns(pl.lit(None, pl.Float64).alias("lifetime_value"))
    fact = customer_value(none, REGIONS, AS_OF)
    given = facts(customer_value=[]) | {"customer_value": fact}
    points = metric_points(given, CATALOGUE, PERIODS, as_of=AS_OF)
    assert points.filter(metric="ltv").is_empty()
