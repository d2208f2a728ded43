"""UCI Online Retail: a year in which no customer is seen to leave, so no lifetime is told."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from transforms.lifetime.bg_nbd import fit_bg_nbd
from transforms.lifetime.history import customer_history
from transforms.lifetime.refusal import Reason, Refusal
from transforms.lifetime.value import lifetime_values

AS_OF = date(2011, 12, 9)


@pytest.fixture(scope="module")
def orders(data_root: Path) -> pl.DataFrame:
    path = data_root / "online_retail" / "online_retail_2010-12_2011-12.parquet"
    if not path.is_file():
        pytest.skip(f"UCI Online Retail is not in FUPAN_DATA_ROOT ({path})")
    return pl.read_parquet(path).select(
        pl.col("CustomerID").cast(pl.Int64).cast(pl.String).alias("account_id"),
        pl.col("InvoiceDate").dt.date().alias("ordered_on"),
        (pl.col("Quantity") * pl.col("UnitPrice"))
        .round(4)
        .cast(pl.Decimal(18, 4))
        .alias("net_amount"),
    )


def test_a_year_without_leaving_tells_no_lifetime(orders: pl.DataFrame) -> None:
    history = customer_history(orders, AS_OF)
    found = fit_bg_nbd(history)
    assert isinstance(found, Refusal)
    assert found.reason == Reason.NOBODY_LEAVES
    assert found.log_likelihood == pytest.approx(-37470.4, abs=0.1)


def test_the_whole_valuation_is_refused(orders: pl.DataFrame) -> None:
    found = lifetime_values(orders, AS_OF)
    assert isinstance(found, Refusal)
    assert found.reason == Reason.NOBODY_LEAVES
