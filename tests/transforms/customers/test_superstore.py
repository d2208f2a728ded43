"""Superstore: 5,009 orders of real customers with their profit, against TRUTH.md."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from tests.transforms.customers.builders import deals, record
from transforms.customers.cohorts import cohort_repurchase
from transforms.customers.days import customer_days, homes
from transforms.customers.profile import CustomerBase, scoped_customers
from transforms.customers.rules import CustomerRules
from transforms.tables.columns import MONEY
from transforms.tables.facts import FACTS

AS_OF = date(2015, 12, 31)
COMPANY = pl.col("scope_kind") == "company"


@pytest.fixture(scope="module")
def base(data_root: Path) -> CustomerBase:
    folder = data_root / "superstore"
    if not folder.is_dir():
        pytest.skip(f"Superstore is not in FUPAN_DATA_ROOT ({folder})")
    lines = pl.read_csv(folder / "lineitems.csv", infer_schema=False)
    orders = pl.read_csv(folder / "orders.csv", infer_schema=False)
    contract = FACTS["sale"].create_empty().schema
    sold = lines.join(orders, on="Order ID").select(
        pl.col("Order Date").str.to_date("%m/%d/%Y").alias("occurred_on"),
        pl.col("Customer ID").alias("account_id"),
        pl.col("Order ID").alias("order_id"),
        pl.col("Sales").cast(MONEY).alias("net_amount"),
        pl.col("Profit").cast(MONEY).alias("margin_amount"),
        pl.lit("sale").alias("document_kind"),
        *(pl.lit("all").alias(n) for n in ("region", "team", "rep", "product_line", "channel")),
    )
    rest = [pl.lit(None, kind).alias(n) for n, kind in contract.items() if n not in sold.columns]
    sales = FACTS["sale"].validate(sold.with_columns(rest).select(contract.names()), cast=True)
    days, accounts = customer_days(sales.lazy()), record("account")
    known = homes(sales.lazy(), days, accounts, record("assignment"))
    return CustomerBase(days, known, accounts, CustomerRules())


def test_d11_value_is_the_gross_profit_of_the_year(base: CustomerBase) -> None:
    """TRUTH.md: sales and profit of 2015 over the four regions."""
    found = scoped_customers(base, AS_OF, deals(), date(2015, 1, 1)).filter(COMPANY)
    assert found["value_basis"].unique().to_list() == ["gross_profit"]
    assert found["sales"].sum() == Decimal("733947.0232")
    assert found["profit"].sum() == Decimal("93507.5131")
    assert found.height == 793


def test_d11_high_value_is_the_smallest_set_that_makes_80_percent(base: CustomerBase) -> None:
    found = scoped_customers(base, AS_OF, deals(), date(2015, 1, 1)).filter(COMPANY)
    values = sorted((value for value in found["value"] if value and value > 0), reverse=True)
    needed, reached = 0, Decimal(0)
    while reached < Decimal("0.8") * sum(values):
        reached += values[needed]
        needed += 1
    high = found.filter("is_high_value")
    assert high.height == needed
    assert high["value"].sum() == reached


def test_d14_every_customer_belongs_to_one_cohort(base: CustomerBase) -> None:
    found = cohort_repurchase(base, AS_OF).filter(COMPANY)
    assert found.filter(pl.col("quarters_since") == 0)["customers"].sum() == 793
    assert found["is_complete"].all()
