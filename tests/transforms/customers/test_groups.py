"""Groups of customers (D-12): flags that overlap, groups that add up."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.builders import Row, facts
from tests.transforms.customers.builders import AS_OF, base, deals, sale
from transforms.calendar import week_ending
from transforms.customers.groups import group_sums
from transforms.customers.profile import scoped_customers
from transforms.parameters import Calendar
from transforms.periods import review_periods

YEAR_START = date(2026, 1, 1)
FLAGS = ("is_new", "is_key", "is_prospect", "is_dormant", "is_lost", "is_won_back")


def one(sales: Sequence[Row], **account: object) -> Row:
    """The customer K among twenty larger ones, so that it is not key by its sales."""
    others = [sale(f"X{n:02}", date(2026, 11, 1), 10**6) for n in range(20)]
    known = [{"account_id": "K", **account}]
    found = scoped_customers(base([*sales, *others], known), AS_OF, deals(), YEAR_START)
    return found.filter((pl.col("account_id") == "K") & (pl.col("scope_kind") == "company")).row(
        0, named=True
    )


@pytest.mark.parametrize(
    ("days", "account", "group", "flags"),
    [
        pytest.param([], {}, "prospect", {"is_prospect"}, id="no order yet"),
        pytest.param([date(2026, 3, 1), AS_OF], {}, "new", {"is_new"}, id="first order this year"),
        pytest.param([date(2025, 12, 31), AS_OF], {}, "existing", set(), id="first order before"),
        pytest.param(
            [date(2025, 12, 31), AS_OF], {"is_key": True}, "key", {"is_key"}, id="flagged"
        ),
        pytest.param(
            [date(2026, 3, 1)],
            {"is_key": True},
            "dormant",
            {"is_new", "is_key", "is_dormant"},
            id="flags overlap, dormant comes before key and new",
        ),
        pytest.param([date(2025, 11, 22)], {}, "lost", {"is_dormant", "is_lost"}, id="12 months"),
        pytest.param([date(2025, 11, 23)], {}, "dormant", {"is_dormant"}, id="a day short of 12"),
        pytest.param(
            [date(2026, 10, 1)],
            {"lost_on": date(2026, 11, 1)},
            "lost",
            {"is_new", "is_lost"},
            id="recorded as lost",
        ),
        pytest.param(
            [date(2025, 3, 1), AS_OF],
            {"lost_on": date(2026, 2, 1)},
            "existing",
            {"is_won_back"},
            id="ordered after it was recorded as lost",
        ),
        pytest.param(
            [date(2024, 11, 1), AS_OF], {}, "existing", {"is_won_back"}, id="back after 12 months"
        ),
        pytest.param(
            [date(2026, 1, 5)],
            {"lost_on": date(2027, 1, 1)},
            "dormant",
            {"is_new", "is_dormant"},
            id="a loss of the future is not one",
        ),
    ],
)
def test_d12_flags_overlap_and_the_first_group_that_fits_counts(
    days: list[date], account: Row, group: str, flags: set[str]
) -> None:
    found = one([sale("K", day, 1) for day in days], **account)
    assert found["customer_group"] == group
    assert {flag for flag in FLAGS if found[flag]} == flags


def test_d12_returns_alone_make_no_customer() -> None:
    found = one([sale("K", AS_OF, -5, document_kind="return")])
    assert found["customer_group"] == "prospect"


EVENTS = st.lists(
    st.tuples(
        st.sampled_from([None, "A", "B", "C", "D"]),
        st.integers(0, 900),
        st.integers(-500, 1000),
        st.sampled_from(["一部", "二部", "未分配"]),
        st.sampled_from(["sale", "sale", "return"]),
    ),
    max_size=12,
)
ACCOUNTS = st.lists(
    st.tuples(st.sampled_from("ABCDEF"), st.booleans(), st.none() | st.integers(0, 900)),
    max_size=6,
    unique_by=lambda row: row[0],
)


@settings(max_examples=8)
@given(events=EVENTS, accounts=ACCOUNTS)
def test_d12_groups_partition_customers_and_add_up_to_the_sales_of_the_company(
    events: list[tuple[str | None, int, int, str, str]],
    accounts: list[tuple[str, bool, int | None]],
) -> None:
    sales = [
        sale(account, AS_OF - timedelta(days=back), amount, team=team, document_kind=kind)
        for account, back, amount, team, kind in events
    ]
    known = [
        {
            "account_id": account,
            "is_key": is_key,
            "lost_on": None if back is None else AS_OF - timedelta(days=back),
        }
        for account, is_key, back in accounts
    ]
    made = base(sales, known)
    scoped = scoped_customers(made, AS_OF, deals(), YEAR_START)
    periods = review_periods(week_ending(AS_OF), Calendar())
    lines = facts(sale=sales)["sale"]
    found = group_sums(scoped, made.days, lines, periods)
    company = found.filter(pl.col("scope_kind") == "company")
    everybody = {row["account_id"] for row in known} | {s["account_id"] for s in sales}
    for kind, start in (("week", AS_OF - timedelta(days=6)), ("ytd", YEAR_START)):
        of_kind = company.filter(pl.col("period_kind") == kind)
        total = sum((s["net_amount"] for s in sales if s["occurred_on"] >= start), Decimal(0))
        assert of_kind["customers"].sum() == len(everybody - {None})
        assert (of_kind["sales"].sum() or Decimal(0)) == total
        teams = found.filter((pl.col("scope_kind") == "team") & (pl.col("period_kind") == kind))
        assert teams["customers"].sum() == of_kind["customers"].sum()
        assert teams["sales"].sum() == of_kind["sales"].sum()
    assert scoped.n_unique(["scope_kind", "account_id"]) == scoped.height
