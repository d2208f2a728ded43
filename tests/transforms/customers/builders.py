"""Tiny literal customers: sales and accounts of a company without anything else."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import polars as pl

from tests.transforms.builders import Row, fact, facts
from transforms.customers.days import customer_days, homes
from transforms.customers.profile import CustomerBase
from transforms.customers.rules import CustomerRules
from transforms.tables import ENTITIES

AS_OF: Final = date(2026, 11, 22)


def record(entity: str, rows: Sequence[Row] = ()) -> pl.DataFrame:
    """A core table from the columns that matter."""
    contract = ENTITIES[entity]
    schema = contract.create_empty().schema
    full = [{name: row.get(name) for name in schema} for row in rows]
    return contract.validate(pl.DataFrame(full, schema=schema, orient="row"))


def sale(account: str | None, day: date, amount: int | str = 100, **changes: object) -> Row:
    return {
        "account_id": account,
        "occurred_on": day,
        "net_amount": Decimal(amount),
        **changes,
    }


def base(
    sales: Sequence[Row], accounts: Sequence[Row] = (), rules: CustomerRules | None = None
) -> CustomerBase:
    """What the figures are made from."""
    lines = facts(sale=sales)["sale"]
    days, known = customer_days(lines), record("account", accounts)
    return CustomerBase(
        days,
        homes(lines, days, known, record("assignment")),
        known,
        rules or CustomerRules(),
    )


def deals(**weighted: int) -> pl.LazyFrame:
    """One open deal a customer, by its weighted amount."""
    rows = [
        {"account_id": account, "weighted_amount": Decimal(amount)}
        for account, amount in weighted.items()
    ]
    return fact("open_deal", rows).lazy()
