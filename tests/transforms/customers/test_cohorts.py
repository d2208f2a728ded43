"""Cohort repurchase (D-14)."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from tests.transforms.customers.builders import base, sale
from transforms.customers.cohorts import cohort_repurchase

AS_OF = date(2026, 11, 22)
SALES = [
    sale("once", date(2026, 1, 5)),
    sale("twice", date(2026, 3, 31)),
    sale("twice", date(2026, 3, 31)),
    sale("later", date(2026, 2, 1)),
    sale("later", date(2026, 7, 1)),
    sale("later", date(2026, 8, 1)),
    sale("returns", date(2026, 2, 1)),
    sale("returns", date(2026, 7, 1), -1, document_kind="return"),
    sale("new", date(2026, 11, 1)),
    sale("unseen", date(2026, 11, 23)),
]


def test_d14_cohort_by_first_quarter_and_quarters_since() -> None:
    found = cohort_repurchase(base(SALES), AS_OF).filter(pl.col("scope_kind") == "company")
    columns = ("cohort_start", "quarters_since", "customers", "repeat_customers", "is_complete")
    assert found.select(columns).rows() == [
        (date(2026, 1, 1), 0, 4, 1, True),
        (date(2026, 1, 1), 1, 4, 0, True),
        (date(2026, 1, 1), 2, 4, 1, True),
        (date(2026, 1, 1), 3, 4, 0, False),
        (date(2026, 10, 1), 0, 1, 0, False),
    ]
    assert found["repurchase_share"].to_list() == [0.25, 0, 0.25, 0, 0]


@pytest.mark.parametrize(
    ("first_month", "starts"),
    [
        pytest.param(1, [date(2026, 1, 1), date(2026, 10, 1)], id="calendar year"),
        pytest.param(4, [date(2026, 1, 1), date(2026, 10, 1)], id="April"),
        pytest.param(
            3, [date(2025, 12, 1), date(2026, 3, 1), date(2026, 9, 1)], id="March, December"
        ),
    ],
)
def test_quarters_are_those_of_the_fiscal_year(first_month: int, starts: list[date]) -> None:
    shifted = replace(base(SALES), fiscal_year_starts_in=first_month)
    found = cohort_repurchase(shifted, AS_OF).filter(pl.col("scope_kind") == "company")
    assert found["cohort_start"].unique(maintain_order=True).to_list() == starts


def test_cohorts_of_the_teams_add_up_to_those_of_the_company() -> None:
    sales = [{**row, "team": "一部" if row["account_id"] < "o" else "二部"} for row in SALES]
    found = cohort_repurchase(base(sales), AS_OF)
    keys = ["cohort_start", "quarters_since"]
    sums = found.group_by("scope_kind", *keys).agg(pl.col("customers", "repeat_customers").sum())
    company, teams = (
        sums.filter(pl.col("scope_kind") == kind).drop("scope_kind").sort(keys)
        for kind in ("company", "team")
    )
    assert company.equals(teams)
