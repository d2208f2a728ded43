"""Customers that fell silent (D-12)."""

import polars as pl

from transforms.tables.review import DormantAccount


def dormant_accounts(customers: pl.DataFrame) -> pl.DataFrame:
    """List the customers without a sale for 6 calendar months (D-12, `DormantAccount`).

    `customers` are those of the company (`scoped_customers`). A customer recorded as lost is not
    dormant but lost; one that fell silent without that is listed however long ago it was. Sorted
    by sales before, largest first.
    """
    return DormantAccount.validate(
        customers.filter(pl.col("is_dormant") & ~pl.col("is_recorded_lost"))
        .sort("sales_before", "account_id", descending=[True, False])
        .select(DormantAccount.column_names()),
        cast=True,
    )
