"""What orders say of a customer."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from transforms.lifetime.history import customer_history

AS_OF = date(2026, 3, 31)
SCHEMA = {"account_id": pl.String(), "ordered_on": pl.Date(), "net_amount": pl.Decimal(18, 4)}


def _history(*orders: tuple[str | None, date | None, str | None]) -> list[tuple[object, ...]]:
    rows = [(who, on, None if net is None else Decimal(net)) for who, on, net in orders]
    return customer_history(pl.DataFrame(rows, schema=SCHEMA, orient="row"), AS_OF).rows()


@pytest.mark.parametrize(
    ("orders", "expected"),
    [
        pytest.param(
            [("a", date(2026, 3, 1), "10")], [("a", 0, 0, 30, Decimal(0), None)], id="one purchase"
        ),
        pytest.param(
            [
                ("a", date(2026, 1, 1), "99"),
                ("a", date(2026, 1, 11), "0.10"),
                ("a", date(2026, 1, 11), "0.20"),
                ("a", date(2026, 1, 31), "0.30"),
            ],
            [("a", 2, 30, 89, Decimal("0.6"), 0.3)],
            id="two orders of a day are one purchase, the first is in no mean",
        ),
        pytest.param(
            [
                ("a", date(2026, 1, 1), "99"),
                ("a", date(2026, 1, 11), "40"),
                ("a", date(2026, 1, 21), "-15"),
            ],
            [("a", 1, 10, 89, Decimal(25), 25.0)],
            id="a return lowers the amount and is no purchase",
        ),
        pytest.param(
            [("a", date(2026, 1, 1), "99"), ("a", date(2026, 3, 31), None)],
            [("a", 1, 89, 89, Decimal(0), 0.0)],
            id="the day asked counts; no amount is still a purchase",
        ),
        pytest.param([("a", date(2026, 1, 1), "-5")], [], id="only a return"),
        pytest.param(
            [(None, date(2026, 1, 1), "5"), ("a", None, "5"), ("b", date(2026, 4, 1), "5")],
            [],
            id="without customer, without day, after the day asked",
        ),
    ],
)
def test_history(
    orders: list[tuple[str | None, date | None, str | None]], expected: list[tuple[object, ...]]
) -> None:
    assert _history(*orders) == expected
