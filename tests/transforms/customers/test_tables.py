"""All tables of customers at once: the order of rows and the future do not matter."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl

from tests.transforms.builders import WEEK, Row, facts
from tests.transforms.customers.builders import AS_OF, record, sale
from transforms.customers.tables import customer_tables, valued_customers
from transforms.parameters import Parameters
from transforms.tables.customers import CUSTOMERS

TEAMS = ("一部", "二部", "未分配")
SALES: list[Row] = [
    sale(
        None if number % 11 == 0 else f"K{number % 7}",
        AS_OF - timedelta(days=(number * 37) % 700),
        (number * 53) % 200 - 20,
        order_id=f"O{number // 2:02}",
        team=TEAMS[number % 7 % 3],
    )
    for number in range(60)
]
ACCOUNTS: list[Row] = [
    {"account_id": f"K{number}", "need_complexity": number % 3, "renewal_intention": "medium"}
    for number in range(9)
]
LATER: list[Row] = [sale("K1", AS_OF + timedelta(days=1), 10**6), sale("new", date(2027, 1, 1))]


def inputs(
    sales: Sequence[Row], accounts: Sequence[Row]
) -> tuple[dict[str, pl.LazyFrame], dict[str, pl.DataFrame], Parameters]:
    """Facts, records and parameters of customers with those sales."""
    deals = [{"account_id": f"K{number}", "weighted_amount": 10 * number} for number in range(4)]
    given = facts(sale=sales, open_deal=deals)
    names = ("assignment", "usage", "complaint", "invoice", "payment")
    records = {name: record(name) for name in names} | {"account": record("account", accounts)}
    return given, records, Parameters(WEEK)


def tables(sales: Sequence[Row], accounts: Sequence[Row]) -> dict[str, pl.DataFrame]:
    given, records, parameters = inputs(sales, accounts)
    return customer_tables(given, [given["open_deal"]], records, parameters)


def test_the_order_of_rows_does_not_matter() -> None:
    expected = tables(SALES, ACCOUNTS)
    assert set(CUSTOMERS) | {"dormant_account"} == set(expected)
    found = tables([*SALES[1::2], *SALES[::2][::-1]], ACCOUNTS[::-1])
    for name, frame in expected.items():
        assert frame.equals(found[name]), name


def test_what_comes_after_the_as_of_date_is_not_seen() -> None:
    before, after = tables(SALES, ACCOUNTS), tables([*SALES, *LATER], ACCOUNTS)
    for name, frame in before.items():
        assert frame.equals(after[name]), name


def test_d14_customers_valued_alone_are_worth_the_same() -> None:
    rng = np.random.default_rng(7)
    bought: list[Row] = []
    for number in range(400):
        back, mean = int(rng.integers(200, 700)), float(rng.gamma(4, 50))
        pace, stays = float(rng.gamma(1, 0.02)), float(rng.exponential(400))
        days = rng.uniform(0, back, rng.poisson(pace * back))
        for day in [0, *days[days < stays]]:
            on, paid = AS_OF - timedelta(days=back - int(day)), round(float(rng.gamma(6, mean / 6)))
            order = f"O{len(bought):05}"
            team = TEAMS[number % 3]
            bought.append(sale(f"K{number}", on, 1 + paid, order_id=order, team=team))
    given, records, parameters = inputs(bought, ACCOUNTS)
    whole = customer_tables(given, [given["open_deal"]], records, parameters)
    alone = valued_customers(given, records, parameters)
    assert alone.model.equals(whole["lifetime_model"])
    assert alone.model["state"].to_list() == ["ok"]
    profile = whole["customer_profile"].filter(
        pl.col("scope_kind") == "company", pl.col("lifetime_value").is_not_null()
    )
    names = ["account_id", "team", "rep", "lifetime_value"]
    valued = alone.values.filter(pl.col("lifetime_value").is_not_null()).sort("account_id")
    assert profile.height > 30
    assert profile.select(names).sort("account_id").equals(valued.select(names))
